"""Tallies of several measures together, and how they add up."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indicators.tallies.axes import Codes

Column = NDArray[np.generic]


@dataclass(frozen=True, slots=True)
class Tallies:
    """What a part of a register adds to every figure.

    The tallies of two disjoint sets of persons add up to the tallies of both, whole numbers all,
    so that no result depends on chunks, workers or order.

    Attributes:
        sums: Arrays that are added, by name: counts of 32 bits, sums of 64.
        lists: Tuples of columns that are put below each other, by name: what a median or a
            count of distinct vacancies needs to be exact. Their order means nothing.
        faults: How many rows break an invariant, by table, reason and column, where that was
            asked; nothing is counted from there on.
    """

    sums: dict[str, Codes]
    lists: dict[str, tuple[Column, ...]] = field(default_factory=dict)
    faults: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    def of(self, measure: str) -> Tallies:
        """The same under names ``measure.tally``."""
        return Tallies(
            {f"{measure}.{name}": counts for name, counts in self.sums.items()},
            {f"{measure}.{name}": counts for name, counts in self.lists.items()},
        )


def add_up(parts: Iterable[Tallies]) -> Tallies:
    """Add tallies up, name by name; a name need not be in all of them.

    Args:
        parts: Taken one by one and changed: memory is that of the sum and of one part.
    """
    sums: dict[str, Any] = {}
    lists: dict[str, list[tuple[Column, ...]]] = defaultdict(list)
    faults: Counter[tuple[str, str, str]] = Counter()
    for part in parts:
        faults += part.faults
        for name, counts in part.sums.items():
            if name in sums:
                np.add(sums[name], counts, out=sums[name])
            else:
                sums[name] = counts.astype(np.result_type(counts, np.int32), copy=False)
        for name, columns in part.lists.items():
            lists[name].append(columns)
    return Tallies(
        sums,
        {name: tuple(map(np.concatenate, zip(*of, strict=True))) for name, of in lists.items()},
        faults,
    )


def narrowed(tallies: Tallies) -> Tallies:
    """Counts in as few bits as hold them, to be sent between processes.

    Args:
        tallies: Changed: each count is forgotten when it is narrow.
    """
    wide = tallies.sums
    narrow = {name: _narrow(wide.pop(name)) for name in list(wide)}
    return Tallies(narrow, tallies.lists, tallies.faults)


def forget(tallies: Tallies, measure: str) -> None:
    """Forget what :meth:`Tallies.of` has named after a measure, when it is needed no more."""
    for held in (tallies.sums, tallies.lists):
        for name in [name for name in held if name.startswith(f"{measure}.")]:
            del held[name]


def _narrow(counts: Codes) -> Codes:
    if counts.dtype != np.int32:
        return counts
    most = int(np.abs(counts).max(initial=0))
    narrow = np.int8 if most < 2**7 else np.int16 if most < 2**15 else np.int32
    return counts.astype(narrow, copy=False)
