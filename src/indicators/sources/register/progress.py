"""How far an import is, told in rows."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

Progress = Callable[[str, int, int], None]
"""Is told what is being done (``look``, ``split``, ``read``, ``clean``), and how many rows of how
many are done; of 0 where nobody knows yet how many there are."""

Advance = Callable[[int], None]
"""Is told how many rows more are done."""


def no_progress(_doing: str, _done: int, _total: int) -> None:
    """No progress is shown."""


def no_advance(_rows: int) -> None:
    """Nobody asks how many rows are done."""


def advance_of_step(progress: Progress, doing: str, total: int = 0) -> Advance:
    """Add up the rows of one step.

    Args:
        progress: Is told the sum.
        doing: Name of the step.
        total: How many rows there are, about; the sum told never goes beyond it.
    """
    done, alone = 0, Lock()

    def advance(rows: int) -> None:
        nonlocal done
        with alone:
            done += rows
            progress(doing, min(done, total) if total else done, total)

    return advance
