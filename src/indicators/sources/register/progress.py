"""How far an import is, in rows."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

Progress = Callable[[str, int, int], None]
"""Called with the step (``look``, ``split``, ``read``, ``clean``), and how many rows of how many
are done; of 0 where it is not known yet how many there are."""

Advance = Callable[[int], None]
"""Called with the number of further rows that are done."""


def no_progress(_doing: str, _done: int, _total: int) -> None:
    """No progress is shown."""


def no_advance(_rows: int) -> None:
    """Nothing is counted."""


def advance_of_step(progress: Progress, doing: str, total: int = 0) -> Advance:
    """Add up the rows of one step.

    Args:
        progress: Called with the sum.
        doing: Name of the step.
        total: How many rows there are, about; the sum never goes beyond it.
    """
    done, alone = 0, Lock()

    def advance(rows: int) -> None:
        nonlocal done
        with alone:
            done += rows
            progress(doing, min(done, total) if total else done, total)

    return advance
