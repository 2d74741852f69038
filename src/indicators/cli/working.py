"""What ``run`` and ``report`` have around them: the project to themselves, a log, the cache."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from indicators.cli import released
from indicators.cli.jobs import Job

if TYPE_CHECKING:
    from indicators.production.cache import StepCache
    from indicators.production.operations import Journal

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Work:
    """A run at work.

    Attributes:
        cache: Knows what need not be made again.
        journal: The run's log.
    """

    cache: StepCache
    journal: Journal

    def logged(self, show: Progress) -> Progress:
        """Progress that is shown and goes into the log too."""

        def progress(text: str) -> None:
            self.journal.write("done", what=text)
            show(text)

        return progress

    def print_now(self, text: str) -> None:
        """Say what is to be read at once, clear of any progress bar."""
        from tqdm import tqdm

        tqdm.write(text.rstrip("\n"), file=sys.stdout)


@contextmanager
def working(job: Job, options: argparse.Namespace, command: str) -> Iterator[Work]:
    """Have the project to oneself for a run; what it released and decided is told at the end.

    Args:
        job: What is to be made.
        options: ``force``, ``explain_cache``.
        command: Which command runs.

    Raises:
        UsageError: Another run is at work in the project.
    """
    from indicators.production.cache import StepCache
    from indicators.production.operations import at_work

    root = job.settings.root
    before, released_before = _vintages(job), released.there(root)
    facts = {"months": list(job.months), "languages": list(job.languages)}
    with at_work(root, command, force=options.force, **facts) as journal:
        cache = StepCache(root, force=options.force)
        try:
            yield Work(cache, journal)
        finally:
            for verdict in cache.verdicts:
                journal.write("cache", step=str(verdict.step), reason=verdict.reason)
            cache.keep()
            new_vintages = _further(job, before)
            for vintage in new_vintages:
                journal.write("further vintage", told=vintage.full_reason)
            released_lines = released.since(root, released_before)
            for line in released_lines:
                journal.write("released", told=line)
    for line in (*released_lines, *_said(new_vintages, root)):
        print(line)
    if options.explain_cache:
        for verdict in cache.verdicts:
            print(verdict)


def _vintages(job: Job) -> dict[str, list[str]]:
    """The vintages of each month of a job."""
    from indicators.processed import vintages

    root = job.settings.root
    return {month: vintages.names(vintages.month_folder(root, month)) for month in job.months}


@dataclass(frozen=True)
class _Further:
    """A vintage that came beside another of the same day.

    Attributes:
        folder: Where it is.
        reason: Why, all of it.
    """

    folder: Path
    reason: str

    @property
    def name(self) -> str:
        return f"{self.folder.parent.name}/{self.folder.name}"

    @property
    def full_reason(self) -> str:
        return f"new vintage {self.name}: {self.reason}"


def _further(job: Job, before: dict[str, list[str]]) -> list[_Further]:
    """Which vintages came beside others of the same day, and why."""
    from indicators.processed import manifest, vintages

    new = [
        vintages.month_folder(job.settings.root, month) / name
        for month, names in _vintages(job).items()
        for name in names
        if name not in before[month] and vintages.number_of(name) > 1
    ]
    return [_Further(folder, str(manifest.read(folder)["reason"])) for folder in new]


def _said(new_vintages: Sequence[_Further], root: Path) -> Iterator[str]:
    """What was republished with other figures, where all of it stands, and what to do."""
    if not new_vintages:
        return
    from indicators.processed import vintages
    from indicators.processed.placing import MANIFEST
    from indicators.processed.reasons import in_brief

    first, more = new_vintages[0], len(new_vintages) - 1
    more_text = f" and {more} more, to {new_vintages[-1].name}" if more else ""
    yield f"new vintage {first.name}{more_text}: {in_brief(first.reason)}"
    number, day = vintages.number_of(first.folder.name), vintages.day_of(first.folder.name)
    before = first.folder.with_name(vintages.name(day, number - 1))
    old, new = (folder.relative_to(root).as_posix() for folder in (before, first.folder))
    yield f"all of it: {new}/{MANIFEST}; figure by figure: indicators diff {old} {new}"
    yield (
        "if that was meant, nothing is to be done: earlier vintages stay and `latest` names the "
        "new one; else mend the source and run again"
    )
