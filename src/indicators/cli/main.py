"""Entry point: arguments in, exit status out (contract, section 5)."""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Sequence

from indicators.cli.parser import make_parser
from indicators.errors import IndicatorsError

# What a shell reports of a process that Ctrl-C has ended.
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        arguments: What stands behind ``indicators``; the process's own if not given.

    Returns:
        0 done, 2 wrong use, 3 bad input data, 4 disclosure check failed, 5 a notebook failed,
        6 rendering failed, 1 a defect of the program; an error is told on stderr in a line or two,
        with its traceback only under ``--debug``.
    """
    debug = "--debug" in (sys.argv[1:] if arguments is None else arguments)
    try:
        return _run(make_parser().parse_args(arguments))
    except IndicatorsError as error:
        return _tell(str(error), error.exit_status, debug=debug)
    except KeyboardInterrupt:
        return _tell("stopped; nothing half-done was published", INTERRUPTED, debug=debug)
    except Exception as error:
        # Only the kind of a defect is named: its text may hold what stands in the data.
        text = f"a defect of the program ({type(error).__name__}); say --debug to see where"
        return _tell(text, 1, debug=debug)


def _run(options: argparse.Namespace) -> int:
    try:
        options.run(options)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader of a pipe left early (`| head`): no fault of anybody's.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _tell(text: str, status: int, *, debug: bool) -> int:
    if debug:
        traceback.print_exc()
    print(f"indicators: {text}", file=sys.stderr)
    return status
