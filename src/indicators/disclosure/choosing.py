"""Parts of a table worked on by several processes, which are started while the parts are found."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context

import numpy as np

from indicators.disclosure.cells import Flags
from indicators.disclosure.families import Family
from indicators.disclosure.selection import choose

Chosen = list[Flags | None]

_MANY_ROWS = 2000
"""Rows from which on starting further processes pays."""


@contextmanager
def choosers(workers: int, rows: int) -> Iterator[Callable[[Sequence[Family]], Chosen]]:
    """A function that chooses the rows to hide in each part, in the order given.

    Args:
        workers: Processes at work.
        rows: Of the whole table: a small one is worked on here.
    """
    if workers == 1 or rows < _MANY_ROWS:
        yield lambda parts: [_choose(part) for part in parts]
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        # All processes are started by the first task, and load what this module does.
        pool.submit(_ready)

        def largest_first(parts: Sequence[Family]) -> Chosen:
            order = np.argsort([-len(part.columns) for part in parts], kind="stable").tolist()
            made = pool.map(_choose, [parts[at] for at in order])
            by_part = dict(zip(order, made, strict=True))
            return [by_part[at] for at in range(len(parts))]

        yield largest_first


def _choose(part: Family) -> Flags | None:
    return choose(part.system, part.shown, part.guarded)


def _ready() -> None:
    """Nothing more than being there."""
