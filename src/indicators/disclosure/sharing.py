"""Work shared with further processes, which load what they need while the work is prepared."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from functools import partial
from typing import Protocol, TypeVar

import numpy as np

from indicators.errors import UsageError
from indicators.workers import process_pool

Item = TypeVar("Item")
Result = TypeVar("Result")

_MANY_ROWS = 2000
"""Rows from which on starting further processes pays."""


class Share(Protocol):
    """Does pieces of work, alone or with others."""

    def __call__(
        self, work: Callable[[Item], Result], items: Sequence[Item], sizes: Sequence[int], /
    ) -> list[Result]:
        """Work on each item, the largest first; gives the results in the order of the items."""


def alone(
    work: Callable[[Item], Result], items: Sequence[Item], sizes: Sequence[int], /
) -> list[Result]:
    """One after the other, in this process."""
    del sizes
    return [work(item) for item in items]


@contextmanager
def helpers(workers: int, rows: int) -> Iterator[Share]:
    """Other processes to share work with, as long as the ``with`` block lasts.

    Args:
        workers: Processes at work, this one among them.
        rows: Of the table that is worked on: a small one is nothing to share.

    Raises:
        UsageError: There is to be no process.
    """
    if workers < 1:
        raise UsageError(f"--workers {workers}: give 1 or more")
    if workers == 1 or rows < _MANY_ROWS:
        yield alone
        return
    with process_pool(workers - 1) as pool:
        for _ in range(workers - 1):
            pool.submit(_get_ready)
        yield partial(_shared, pool)


def _shared(
    pool: Executor, work: Callable[[Item], Result], items: Sequence[Item], sizes: Sequence[int], /
) -> list[Result]:
    order = np.argsort(np.negative(sizes), kind="stable").tolist()
    given = {at: pool.submit(work, items[at]) for at in order}
    # What nobody else has begun is done here.
    here = {at: work(items[at]) for at, future in given.items() if future.cancel()}
    return [here[at] if at in here else given[at].result() for at in range(len(items))]


def _get_ready() -> None:
    """Load what will be asked for."""
    from indicators.disclosure import selection

    del selection
