"""Tallies of several measures together, and how two of them add up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from indicators.tallies.axes import Codes


@dataclass(frozen=True, slots=True)
class Tallies:
    """What a part of a register adds to every figure.

    The tallies of two disjoint sets of persons add up to the tallies of both, whole numbers all,
    so that no result depends on chunks, workers or order.

    Attributes:
        sums: Arrays that are added, by name.
        lists: Tuples of columns that are put below each other, by name: what a median or a
            count of distinct vacancies needs to be exact. Their order means nothing.
    """

    sums: Mapping[str, Codes]
    lists: Mapping[str, tuple[NDArray[np.generic], ...]] = field(default_factory=dict)

    def __add__(self, other: Tallies) -> Tallies:
        sums = {name: one + other.sums[name] for name, one in self.sums.items()}
        lists = {
            name: tuple(map(np.concatenate, zip(columns, other.lists[name], strict=True)))
            for name, columns in self.lists.items()
        }
        return Tallies(sums, lists)


def combine(parts: Mapping[str, Tallies]) -> Tallies:
    """Tallies of several measures as one; names are ``measure.tally``."""
    return Tallies(
        {f"{of}.{name}": one for of, part in parts.items() for name, one in part.sums.items()},
        {f"{of}.{name}": one for of, part in parts.items() for name, one in part.lists.items()},
    )
