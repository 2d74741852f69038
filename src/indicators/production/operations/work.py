"""What every run has around it: the lock, a clean table, a log."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from indicators.production.operations.journal import Journal, Plain, keeping
from indicators.production.operations.lock import holding
from indicators.production.operations.sweeping import sweep


@contextmanager
def at_work(root: Path, command: str, **facts: Plain) -> Iterator[Journal]:
    """Have a project to oneself for the time of a run.

    Args:
        root: The project's folder.
        command: Which command runs.
        facts: What it was asked, in plain values, for the log.

    Raises:
        UsageError: Another run is at work there.
    """
    with holding(root), keeping(root, command, **facts) as journal:
        swept = sweep(root)
        if swept:
            names = [path.relative_to(root).as_posix() for path in swept]
            journal.write("swept", left_by_a_broken_run=names)
        yield journal
