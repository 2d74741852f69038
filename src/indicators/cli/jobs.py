"""What ``run`` and ``report`` have in common: months × languages of a project, and progress."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from math import isfinite
from pathlib import Path

from indicators import installed
from indicators.calendar import parse_months
from indicators.cli.project import load
from indicators.errors import UsageError
from indicators.production.means import Engine, How, Limits
from indicators.production.parameters import parse_languages, parse_pairs
from indicators.settings import Settings


@dataclass(frozen=True)
class Job:
    """What is to be made.

    Attributes:
        settings: The project.
        months: ``YYYY-MM``.
        languages: Of ``fi``, ``sv``, ``en``.
        given: Further notebook parameters as written.
        register: Folder of a canonical register, for the reports' second part; None for none.
        how: By what means.
    """

    settings: Settings
    months: tuple[str, ...]
    languages: tuple[str, ...]
    given: Mapping[str, str]
    register: Path | None
    run_options: How


def read_job(options: argparse.Namespace, months: str | None) -> Job:
    """Read the options that both commands take; the settings fill what is not given.

    Raises:
        UsageError: A month, a language or a parameter is malformed, or a package is missing.
    """
    installed.check()
    requested_months = () if months is None else parse_months(months)
    languages = () if options.lang is None else parse_languages(options.lang)
    run_options = _how(options)
    given = parse_pairs(options.parameter)
    for name in ("month", "language", "languages"):
        if name in given:
            raise UsageError(f"parameter {name}: say it with --month, --months or --lang")
    project = load(options.project, options.statfin)
    return Job(
        project,
        requested_months or project.report.months,
        languages or project.report.languages,
        given,
        _register(options, project),
        run_options,
    )


def _how(options: argparse.Namespace) -> How:
    if options.workers is not None and options.workers < 1:
        raise UsageError(f"--workers {options.workers}: give 1 or more")
    limits = {
        name: getattr(options, name)
        for name in ("cell_seconds", "memory_gb")
        if getattr(options, name) is not None
    }
    for name, value in limits.items():
        if not (isfinite(value) and value > 0):
            raise UsageError(f"--{name.replace('_', '-')} {value:g}: give more than 0")
    return How(options.workers, Engine(options.engine), Limits(**limits))


def _register(options: argparse.Namespace, project: Settings) -> Path | None:
    """The register asked for; else the one of the settings, if it is there."""
    if options.register or options.no_register:
        requested: Path | None = options.register
        return requested
    named = project.register
    return named.directory if named and named.directory.is_dir() else None


def tell_aside(text: str) -> None:
    """Say what is no result of a command and no error either."""
    print(text, file=sys.stderr, flush=True)


@contextmanager
def counting(job: Job, *, steps_each: int = 1) -> Iterator[Callable[[str], None]]:
    """Show progress on a terminal, and nothing in a pipe.

    Args:
        job: A step a month for its tables, and some a month and language.
        steps_each: How many steps a month and language take.
    """
    from tqdm import tqdm

    steps = len(job.months) * (1 + steps_each * len(job.languages))
    with tqdm(total=steps, disable=None, leave=False, unit="step") as bar:

        def progress(text: str) -> None:
            bar.set_description(text)
            bar.update()

        yield progress
