"""Entry point: arguments in, exit status out (contract, section 5)."""

from __future__ import annotations

import errno
import sys
import traceback
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from indicators.catalogue.catalogue import Catalogue
from indicators.catalogue.loading import load_catalogue
from indicators.cli import streams
from indicators.cli.parser import build_parser
from indicators.errors import IndicatorsError, MissingSettingsError, UsageError
from indicators.installed import missing_package
from indicators.settings import loading
from indicators.settings.loading import load_settings
from indicators.settings.model import Settings, StatFin

# What a shell reports of a process that Ctrl-C has ended.
INTERRUPTED = 130
# What a system refuses, wherever that happens to be noticed: no fault of the program's.
_REFUSALS = {
    *(errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.EIO),
    *(errno.EMFILE, errno.ENFILE, errno.ENAMETOOLONG, errno.ELOOP, errno.ENOMEM),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        arguments: What stands behind ``indicators``; the process's own if not given.

    Returns:
        0 done, 2 wrong use, 3 bad input data, 4 disclosure check failed, 5 a notebook failed,
        6 rendering failed, 7 verify found a difference, 8 a public source did not answer, 1 a
        defect of the program; an error is printed on stderr in a line or two, with its traceback
        only under ``--debug``.
    """
    debug = "--debug" in (sys.argv[1:] if arguments is None else arguments)
    try:
        if arguments is None:
            streams.prepare()
        options = build_parser().parse_args(arguments)
        options.run(options)
        streams.check()
    except (Exception, KeyboardInterrupt) as error:
        if debug:
            traceback.print_exc()
        text, status = _message_and_status(error)
        print(f"indicators: {text}", file=sys.stderr)
        return status
    return 0


def _message_and_status(error: BaseException) -> tuple[str, int]:
    """The message of an error for a person, and the exit status."""
    if isinstance(error, KeyboardInterrupt):
        return "stopped; nothing half-done was published", INTERRUPTED
    if isinstance(error, IndicatorsError):
        return str(error), error.exit_status
    if refused := _system_refusal(error):
        return refused, UsageError.exit_status
    # Only the kind of a defect is named: its text may hold what stands in the data.
    return f"a defect of the program ({type(error).__name__}); say --debug to see where", 1


def _system_refusal(error: BaseException) -> str:
    """The message on what the machine or its environment refuses; empty of any other error."""
    match error:
        case ImportError() if not (error.name or "").startswith("indicators"):
            return missing_package(error)
        case MemoryError():
            return "there is not enough memory; give the machine more, or fewer --workers"
        case OSError() if error.errno in _REFUSALS:
            from indicators.scanning.patterns import mask_codes

            place = mask_codes(str(error.filename)) if error.filename else "the system"
            return f"{place}: {error.strerror}; make it possible, or choose another place"
        case UnicodeEncodeError() if streams.has_undecoded_bytes(error.object):
            return "a file or folder has a name that is not in UTF-8; rename it"
    return ""


# The project that a command works in.


def load_project(start: Path | None, statfin: Path | None = None) -> Settings:
    """Read the settings, and hold what they change of the definitions against the catalogue.

    Args:
        start: What ``--project`` names, if anything.
        statfin: What ``--statfin`` names instead of the settings' folder, if anything.

    Raises:
        UsageError: There are no settings, or they cannot be used.
    """
    project = load_settings(start)
    loading.check_overrides(project, load_catalogue().defaults())
    return replace(project, statfin=StatFin(statfin.absolute())) if statfin else project


def definitions(start: Path | None) -> Catalogue:
    """The definitions with the values of parameters that are in force.

    Args:
        start: What ``--project`` names, if anything; without a project the defaults are in force.

    Raises:
        UsageError: The settings cannot be used.
    """
    try:
        project = load_project(start)
    except MissingSettingsError:
        if start is not None:
            raise
        return load_catalogue()
    return load_catalogue().in_force(project.parameters.indicators)
