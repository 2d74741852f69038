"""Counting into tallies: events, stocks over all months at once, and distinct persons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from indicators.tallies.axes import CELL, MEMBER, SLOT, SLOTS, SMALL, Axes, Codes

Counts = Codes
"""Tallies, and the whole numbers they are made of."""


@dataclass(frozen=True, slots=True)
class Category:
    """A dimension of an indicator's own.

    Attributes:
        of: Place of each event's category.
        size: Number of categories.
    """

    of: Counts
    size: int


def events(axes: Axes, month: Counts, code: Codes, weight: Counts | None = None) -> Counts:
    """Count events, each on its reference day.

    Args:
        axes: Of the run.
        month: Place of each event's month.
        code: Cell code of each event.
        weight: What an event adds; 1 if not given. Sums stay exact up to 2⁵³.

    Returns:
        A raw tally, shape ``axes.raw_shape``.
    """
    return _narrow(_counted(axes, month, code, weight))


def _counted(axes: Axes, month: Counts, code: Codes, weight: Counts | None) -> Any:
    """Counts, or exact sums as floats."""
    area, small = np.divmod(code, SMALL)
    _, areas, mixes, slots = axes.raw_shape
    base = (month * areas + area) * (mixes * slots)
    cells = np.concatenate([base + cell[small] for cell in CELL.values()])
    weights = None if weight is None else np.tile(weight, len(CELL))
    counted = np.bincount(cells, weights, minlength=int(np.prod(axes.raw_shape)))
    return counted.reshape(axes.raw_shape)


def _narrow(counted: Any) -> Counts:
    """Counts are held in 32 bits, for there are many of them; sums in 64."""
    narrow: Counts = counted.astype(np.int64 if counted.dtype.kind == "f" else np.int32)
    return narrow


def stock(
    axes: Axes, entry: Counts, leave: Counts, code: Codes, weight: Counts | None = None
) -> Counts:
    """Count who is there on the count days ``[entry, leave)``, as changes from month to month.

    The cost does not depend on how long anybody stays; :func:`levels` makes stocks of changes.

    Args:
        axes: Of the run.
        entry: Place of the first count day that each piece covers.
        leave: Place of the first one after it.
        code: Cell code of each piece.
        weight: What a piece adds; 1 if not given.

    Returns:
        A raw tally of changes, shape ``axes.raw_shape``.
    """
    goes = leave < axes.months
    gone = None if weight is None else weight[goes]
    changes = _counted(axes, entry, code, weight)
    changes -= _counted(axes, leave[goes], code[goes], gone)
    return _narrow(changes)


def levels(changes: Counts) -> Counts:
    """Stocks of a tally of changes: the sum of changes so far, along the months."""
    return np.cumsum(changes, axis=0, dtype=np.int64)


def distinct(axes: Axes, unit: Counts, month: Counts, code: Codes) -> Counts:
    """Count distinct units (persons, vacancies) of a month in every area and category.

    A unit that is met in two municipalities in a month counts in both, and once in a group or
    country that holds both; so these tallies are finished ones from the start.

    Args:
        axes: Of the run.
        unit: Number of each event's unit, from 0.
        month: Place of each event's month.
        code: Cell code of each event.

    Returns:
        A finished tally, shape ``axes.shape``.
    """
    parts = [distinct_by(axes, unit, month, code, Category(np.zeros(len(code), np.int64), 1))]
    for slot in SLOT.values():
        of = slot[code % SMALL]
        known = of < SLOTS - 1
        held = np.unique(slot[slot < SLOTS - 1])
        category = Category(of[known] - held[0], len(held))
        parts.append(distinct_by(axes, unit[known], month[known], code[known], category))
    return np.concatenate(parts, axis=-1)


def distinct_by(axes: Axes, unit: Counts, month: Counts, code: Codes, category: Category) -> Counts:
    """The same by a dimension of its own.

    Returns:
        Shape (months, areas, populations, categories of the dimension).
    """
    area, small = np.divmod(code, SMALL)
    areas, months = axes.raw_shape[1], axes.months
    # In this order the same sort serves every kind of area and every population.
    key = (unit * months + month) * category.size + category.of
    key = np.sort((key * areas + area) * SMALL + small)
    counted = np.zeros((months, len(axes.areas), len(MEMBER), category.size), np.int32)
    for place, member in enumerate(MEMBER):
        counted[:, :, place] = _in_areas(axes, key[member[key % SMALL]] // SMALL, category.size)
    return counted


def _in_areas(axes: Axes, key: Counts, categories: int) -> Counts:
    """Distinct units by month, area and category; the sorted key ends in the area's place."""
    areas = axes.raw_shape[1]
    area = key % areas
    own = _tabulate(_once(key), axes.months, categories, areas)[:, :, :-1]
    above = [key[np.isin(area, members)] for _, members in axes.groups]
    sums = [_tabulate(_once(one // areas), axes.months, categories, 1) for one in (*above, key)]
    return np.concatenate([own, *sums], axis=2).transpose(0, 2, 1)


def _once(key: Counts) -> Counts:
    """A sorted key without repetitions."""
    return key[np.diff(key, prepend=-1) > 0]


def _tabulate(key: Counts, months: int, categories: int, areas: int) -> Counts:
    size = months * categories * areas
    return np.bincount(key % size, minlength=size).reshape(months, categories, areas)
