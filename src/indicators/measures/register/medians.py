"""Medians of elapsed durations over all months, areas and categories."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indicators.measures.register.chunk import Stock
from indicators.tallies.axes import CATEGORIES, MEMBER, SLOT, SLOTS, SMALL, Axes

Medians = NDArray[np.float64]
Small = NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Ongoing:
    """Ongoing spells over the count days: how many started when, as a list.

    Attributes:
        code: Cell code of each piece of a spell.
        start: When the spell started, in days from ``EARLIEST``.
        entry: Place of the first count day it covers.
        leave: Place of the first one after it.
    """

    code: NDArray[np.int32]
    start: NDArray[np.int32]
    entry: NDArray[np.int16]
    leave: NDArray[np.int16]

    @classmethod
    def of(cls, stock: Stock, start: NDArray[np.int64]) -> Ongoing:
        """Narrow the columns: all spells of a register are held at once."""
        places = stock.entry.astype(np.int16), stock.leave.astype(np.int16)
        return cls(stock.code, start.astype(np.int32), *places)

    @property
    def columns(self) -> tuple[NDArray[np.generic], ...]:
        """All of them."""
        return (self.code, self.start, self.entry, self.leave)

    def where(self, keep: NDArray[np.intp] | NDArray[np.bool_] | slice) -> Ongoing:
        """Those that are kept; a mask, positions or a slice."""
        return Ongoing(self.code[keep], self.start[keep], self.entry[keep], self.leave[keep])


def medians(ongoing: Ongoing, axes: Axes) -> Medians:
    """Median start of the ongoing spells on each count day.

    A duration is count day less start, so the median duration is count day less this.

    Args:
        ongoing: All pieces of spells, in any order.
        axes: Of the run.

    Returns:
        Days from ``EARLIEST``, shape ``axes.shape``; NaN where nobody is.
    """
    # In order of start every selection below is sorted, and no median needs a sort of its own.
    ongoing = ongoing.where(np.lexsort((ongoing.start, ongoing.code // SMALL)))
    found = np.full(axes.shape, np.nan)
    for area, part in _areas(ongoing, axes):
        found[:, area] = _of_area(part, axes.months)
    return found


def _areas(ongoing: Ongoing, axes: Axes) -> Iterator[tuple[int, Ongoing]]:
    """The spells of each area, in order of start."""
    area = ongoing.code // SMALL
    bounds = np.searchsorted(area, np.arange(len(axes.municipalities) + 1))
    for place in range(len(axes.municipalities)):
        yield place, ongoing.where(slice(bounds[place], bounds[place + 1]))
    ongoing = ongoing.where(np.argsort(ongoing.start, kind="stable"))
    area = ongoing.code // SMALL
    for place, (_, members) in enumerate(axes.groups, len(axes.municipalities)):
        yield place, ongoing.where(np.isin(area, members))
    yield len(axes.areas) - 1, ongoing


def _of_area(part: Ongoing, months: int) -> Medians:
    found = np.full((months, len(MEMBER), len(CATEGORIES)), np.nan)
    at_once = max(1, _ROWS_AT_ONCE // max(1, len(part.code)))
    for first in range(0, months, at_once):
        behind = min(first + at_once, months)
        month, start, small = _by_month(part, first, behind)
        for population, member in enumerate(MEMBER):
            for category, belongs in enumerate(_BELONGS):
                chosen = np.flatnonzero((member & belongs)[small])
                column = _middle(month[chosen], start[chosen], behind - first)
                found[first:behind, population, category] = column
    return found


_ROWS_AT_ONCE = 20_000_000
"""At most so many: a spell may stand once in each month."""


def _by_month(part: Ongoing, first: int, behind: int) -> tuple[Small, NDArray[np.int32], Small]:
    """Every spell in every month it lasts, by month and, within it, start."""
    entry = np.maximum(part.entry, first)
    stays = np.maximum(np.minimum(part.leave, behind) - entry, 0)
    spell = np.repeat(np.arange(len(stays)), stays)
    begins = (np.cumsum(stays) - stays)[spell]
    month = (entry[spell] - first + np.arange(len(spell)) - begins).astype(np.int16)
    order = np.argsort(month, kind="stable")
    spell = spell[order]
    return month[order], part.start[spell], (part.code % SMALL).astype(np.int16)[spell]


def _middle(month: Small, start: NDArray[np.int32], months: int) -> Medians:
    """Median of each month's starts, which are sorted."""
    begins = np.searchsorted(month, np.arange(months + 1).astype(np.int16))
    number = np.diff(begins)
    found = np.full(months, np.nan)
    some = number > 0
    low, high = (begins[:-1] + (number - 1) // 2)[some], (begins[:-1] + number // 2)[some]
    found[some] = (start[low].astype(np.float64) + start[high]) / 2
    return found


_BELONGS = [
    np.ones(SMALL, bool),
    *(np.logical_or.reduce([slot == at for slot in SLOT.values()]) for at in range(SLOTS - 1)),
]
"""Of each category and small code: whether it belongs."""
