"""What ``run`` and ``report`` have around them: the project to themselves, a log, the cache."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from indicators.cli import released
from indicators.cli.jobs import Job

if TYPE_CHECKING:
    from indicators.production.cache import StepCache
    from indicators.production.operations import Journal

# Of further vintages no more are told one by one.
MOST_TOLD = 3
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

    def heard(self, show: Progress) -> Progress:
        """Progress that is shown and goes into the log too."""

        def progress(text: str) -> None:
            self.journal.write("done", what=text)
            show(text)

        return progress


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
    before, shelf = _vintages(job), released.there(root)
    asked = {"months": list(job.months), "languages": list(job.languages)}
    with at_work(root, command, force=options.force, **asked) as journal:
        cache = StepCache(root, force=options.force)
        try:
            yield Work(cache, journal)
        finally:
            for verdict in cache.verdicts:
                journal.write("cache", step=str(verdict.step), reason=verdict.reason)
            cache.keep()
            further = _further(job, before)
            for told in further:
                journal.write("further vintage", told=told)
            out = released.since(root, shelf)
            for told in out:
                journal.write("released", told=told)
    for told in (*out, *further):
        print(told)
    if options.explain_cache:
        for verdict in cache.verdicts:
            print(verdict)


def _vintages(job: Job) -> dict[str, list[str]]:
    """The vintages of each month of a job."""
    from indicators.processed import vintages

    root = job.settings.root
    return {month: vintages.names(vintages.month_folder(root, month)) for month in job.months}


def _further(job: Job, before: dict[str, list[str]]) -> list[str]:
    """Which vintages came beside others of the same day, and why."""
    from indicators.processed import manifest, vintages

    new = [
        vintages.month_folder(job.settings.root, month) / name
        for month, names in _vintages(job).items()
        for name in names
        if name not in before[month] and vintages.number_of(name) > 1
    ]
    told = [
        f"new vintage {one.parent.name}/{one.name}: {manifest.read(one)['reason']}" for one in new
    ]
    if len(told) <= MOST_TOLD:
        return told
    more = f"new vintages of {len(told) - 1} more months; their manifests say why"
    return [told[0], more]
