"""``indicators import``."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from indicators.cli.project import load
from indicators.errors import UsageError
from indicators.settings import Settings
from indicators.settings.model import Limits
from indicators.sources.register import Progress, import_register
from indicators.sources.register.key import read_key


def run(options: argparse.Namespace) -> None:
    """Import an extract, and say what was mended.

    Args:
        options: ``source``, ``out``, ``extract_date``, ``end_dates``, ``ids``, ``key_file``,
            ``project``.
    """
    day = parse_date(options.extract_date) if options.extract_date else None
    settings = _settings(options)
    key = read_key(os.environ, options.key_file, project=settings.root if settings else None)
    with _counting() as progress:
        report = import_register(
            options.source,
            options.out,
            extract_date=day,
            end_dates=options.end_dates,
            ids=options.ids,
            key=key,
            limits=settings.limits if settings else Limits(),
            progress=progress,
        )
    print(report.text(), end="")


def parse_date(text: str) -> date:
    """A day written as YYYY-MM-DD.

    Raises:
        UsageError: It is not.
    """
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(
            f"{text} is not a day; write YYYY-MM-DD, for example 2023-06-30"
        ) from error


def _settings(options: argparse.Namespace) -> Settings | None:
    """The project's settings; an import needs none."""
    try:
        return load(options.project)
    except UsageError:
        if options.project:
            raise
        return None


@contextmanager
def _counting() -> Iterator[Progress]:
    """Show rows on a terminal, and nothing in a pipe."""
    from tqdm import tqdm

    with tqdm(disable=None, leave=False, unit=" rows", unit_scale=True) as bar:

        def progress(doing: str, done: int, total: int) -> None:
            bar.set_description(doing, refresh=False)
            # How many rows there are is not known while files are looked through.
            bar.total, bar.n = total or None, done
            bar.refresh()

        yield progress
