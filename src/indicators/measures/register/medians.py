"""Medians of elapsed durations over all months, areas and categories."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from indicators.measures.register.chunk import Stock
from indicators.tallies.axes import MEMBER, SMALL_CELLS, Axes, Breakdown

Medians = NDArray[np.float64]
Positions = NDArray[np.intp]


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

    @classmethod
    def in_one_month(
        cls, code: NDArray[np.int32], start: NDArray[np.int64], month: NDArray[np.int64]
    ) -> Ongoing:
        """What belongs to a single month, such as days until something happened."""
        place = month.astype(np.int16)
        return cls(code, start.astype(np.int32), place, place + np.int16(1))

    @classmethod
    def from_columns(cls, columns: Sequence[NDArray[np.generic]]) -> Ongoing:
        """Of :attr:`columns`, put below each other or not."""
        code, start, entry, leave = columns
        return cls(
            code.astype(np.int32, copy=False),
            start.astype(np.int32, copy=False),
            entry.astype(np.int16, copy=False),
            leave.astype(np.int16, copy=False),
        )

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
    chosen = axes.breakdown.chosen(ongoing.code)
    if chosen is not None:
        ongoing = ongoing.where(chosen)
    # In order of start every selection below is sorted, and no median needs a sort of its own.
    ongoing = ongoing.where(_stable_order(ongoing.start))
    found = np.full(axes.shape, np.nan)
    for area, part in _spells_by_area(ongoing, axes):
        found[:, area] = _area_medians(part, axes.months, axes.breakdown)
    return found


def _stable_order(numbers: NDArray[np.integer]) -> NDArray[np.intp]:
    """A stable order; of few bits, as years of days are, it is found without comparing."""
    narrow = numbers - numbers.min(initial=0)
    return np.argsort(narrow.astype(np.min_scalar_type(narrow.max(initial=0))), kind="stable")


def _spells_by_area(ongoing: Ongoing, axes: Axes) -> Iterator[tuple[int, Ongoing]]:
    """The spells of each area, in order of start as they come."""
    yield len(axes.areas) - 1, ongoing
    area = ongoing.code // SMALL_CELLS
    for group, (_, members) in enumerate(axes.groups):
        later = axes.joined_later(group)
        part = ongoing.where(np.isin(area, [*members, *(place for place, _ in later)]))
        yield len(axes.municipalities) + group, _from_later_months(part, later)
    order = _stable_order(area)
    bounds = np.searchsorted(area[order], np.arange(len(axes.municipalities) + 1))
    for place in range(len(axes.municipalities)):
        yield place, ongoing.where(order[bounds[place] : bounds[place + 1]])


def _from_later_months(part: Ongoing, later: Sequence[tuple[int, int]]) -> Ongoing:
    """The spells of a group without the months in which an area does not belong to it yet."""
    entry = part.entry.copy() if later else part.entry
    for place, since in later:
        early = part.code // SMALL_CELLS == place
        entry[early] = np.maximum(entry[early], since)
    return replace(part, entry=entry).where(entry < part.leave) if later else part


def _area_medians(part: Ongoing, months: int, breakdown: Breakdown) -> Medians:
    found = np.full((months, len(MEMBER), len(breakdown.categories)), np.nan)
    rows = int(np.subtract(part.leave, part.entry, dtype=np.int64).sum())
    at_once = max(1, _ROWS_AT_ONCE * months // max(1, rows))
    for first in range(0, months, at_once):
        behind = min(first + at_once, months)
        in_months = part.where((part.entry < behind) & (part.leave > first))
        found[first:behind] = _month_medians(in_months, range(first, behind), breakdown)
    return found


_ROWS_AT_ONCE = 2_000_000
"""About so many: a spell stands once in each month it lasts."""


def _month_medians(part: Ongoing, months: range, breakdown: Breakdown) -> Medians:
    ongoing = [np.flatnonzero((part.entry <= month) & (month < part.leave)) for month in months]
    bounds = np.cumsum([0, *map(len, ongoing)])
    spell = np.concatenate(ongoing)
    start, small = part.start[spell], (part.code % SMALL_CELLS).astype(np.intp)[spell]
    found = np.full((len(months), len(MEMBER), len(breakdown.categories)), np.nan)
    for population, member in enumerate(MEMBER):
        members = np.flatnonzero(member[small])
        if len(members):
            within = np.searchsorted(members, bounds)
            found[:, population] = _category_medians(
                start[members], small[members], within, breakdown
            )
    return found


def _category_medians(
    start: NDArray[np.int32], small: Positions, bounds: Positions, breakdown: Breakdown
) -> Medians:
    """Medians of starts that are in order in each month; shape (months, categories)."""
    columns = [_median_starts(start, bounds)]
    for dimension, slot in breakdown.slot.items():
        # In the order of the slots, dimension after dimension.
        at = slot.astype(np.min_scalar_type(breakdown.slots))[small]
        for category in breakdown.held[dimension]:
            chosen = np.flatnonzero(at == category)
            columns.append(_median_starts(start, np.searchsorted(chosen, bounds), chosen))
    return np.stack(columns, axis=1)


def _median_starts(
    start: NDArray[np.int32], bounds: Positions, chosen: Positions | None = None
) -> Medians:
    """Median of each month's starts; ``bounds`` are of the chosen ones, or of all."""
    number = np.diff(bounds)
    found = np.full(len(number), np.nan)
    some = number > 0
    low, high = (bounds[:-1] + (number - 1) // 2)[some], (bounds[:-1] + number // 2)[some]
    if chosen is not None:
        low, high = chosen[low], chosen[high]
    found[some] = (start[low].astype(np.float64) + start[high]) / 2
    return found
