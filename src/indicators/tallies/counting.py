"""Counting into tallies: events, stocks over all months at once, and distinct persons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

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
        weight: What an event adds; 1 if not given.

    Returns:
        A raw tally, shape ``axes.raw_shape``: counts of 32 bits, sums of 64.
    """
    tally = _empty(axes, weight)
    np.add.at(tally, _cells(axes, month, axes.in_month(month, code)), _steps(weight))
    return tally.reshape(axes.raw_shape)


def _empty(axes: Axes, weight: Counts | None) -> Counts:
    """Counts are held in 32 bits, for there are many of them; sums in 64."""
    return np.zeros(int(np.prod(axes.raw_shape)), np.int32 if weight is None else np.int64)


def _cells(axes: Axes, month: Counts, code: Codes) -> Counts:
    """The places of events in a flat raw tally, one dimension after the other."""
    area, small = np.divmod(code, SMALL)
    _, areas, mixes, slots = axes.raw_shape
    cells = _CELLS.take(small, axis=1)
    cells += (month * areas + area) * (mixes * slots)
    return cells.ravel()


_CELLS = np.stack(list(CELL.values()))


def _steps(weight: Counts | None) -> Any:
    return np.int32(1) if weight is None else np.tile(weight, len(CELL))


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
    changes = _empty(axes, weight)
    np.add.at(changes, _cells(axes, entry, code), _steps(weight))
    np.subtract.at(changes, _cells(axes, leave[goes], code[goes]), _steps(gone))
    return changes.reshape(axes.raw_shape)


def levels(changes: Counts) -> Counts:
    """Stocks of a tally of changes: the sum of changes so far, along the months."""
    return np.cumsum(changes, axis=0, dtype=np.int64)


def distinct(axes: Axes, unit: Counts, month: Counts, code: Codes) -> tuple[Counts, Counts]:
    """Count distinct units (persons, vacancies) of a month in every area and category.

    A unit that is met in two municipalities in a month counts in both, and once in a group or
    country that holds both. Few are: who is met in one cell only is an event like any other.

    Args:
        axes: Of the run.
        unit: Number of each event's unit, from 0.
        month: Place of each event's month.
        code: Cell code of each event.

    Returns:
        A raw tally of the units met in one cell of a month, and a finished one of the others,
        shape ``axes.shape``.
    """
    codes = axes.raw_shape[1] * SMALL
    code = axes.in_month(month, code)
    key = _once(_in_order((unit * axes.months + month) * codes + code))
    of_month, code = np.divmod(key, codes)
    again = of_month[1:] == of_month[:-1]
    several = np.append(False, again)[: len(key)] | np.append(again, False)[: len(key)]
    unit, month = np.divmod(of_month, axes.months)
    alone = events(axes, month[~several], code[~several])
    return alone, _distinct(axes, unit[several], month[several], code[several])


def _distinct(axes: Axes, unit: Counts, month: Counts, code: Codes) -> Counts:
    parts = [distinct_by(axes, unit, month, code, Category(np.zeros(len(code), np.int64), 1))]
    for slot in SLOT.values():
        of = slot[code % SMALL]
        known = of < SLOTS - 1
        held = np.unique(slot[slot < SLOTS - 1])
        category = Category(of[known] - held[0], len(held))
        parts.append(distinct_by(axes, unit[known], month[known], code[known], category))
    return np.concatenate(parts, axis=-1)


def _in_order(key: Counts) -> Counts:
    """Sorted; units come in order mostly, and this kind of sort makes use of it."""
    return np.sort(key, kind="stable")


def distinct_by(axes: Axes, unit: Counts, month: Counts, code: Codes, category: Category) -> Counts:
    """The same by a dimension of its own, for units met in one cell or several.

    Returns:
        Shape (months, areas, populations, categories of the dimension).
    """
    area, small = np.divmod(axes.in_month(month, code), SMALL)
    areas, months = axes.raw_shape[1], axes.months
    # In this order the same sort serves every kind of area and every population.
    key = (unit * months + month) * category.size + category.of
    key = _in_order((key * areas + area) * SMALL + small)
    counted = np.zeros((months, len(axes.areas), len(MEMBER), category.size), np.int32)
    for place, member in enumerate(MEMBER):
        counted[:, :, place] = _in_areas(axes, key[member[key % SMALL]] // SMALL, category.size)
    return counted


def _in_areas(axes: Axes, key: Counts, categories: int) -> Counts:
    """Distinct units by month, area and category; the sorted key ends in the area's place."""
    areas = axes.raw_shape[1]
    area = key % areas
    own = _tabulate(_once(key), axes.months, categories, areas)[:, :, :-1]
    above = [
        key[_among(members, areas)[area] | _among_later(axes, group, key, categories)]
        for group, (_, members) in enumerate(axes.groups)
    ]
    sums = [
        _tabulate(_once(places_of_level // areas), axes.months, categories, 1)
        for places_of_level in (*above, key)
    ]
    return np.concatenate([own, *sums], axis=2).transpose(0, 2, 1)


def _among(members: Sequence[int], areas: int) -> NDArray[np.bool_]:
    """Of each area: whether it is one of the members."""
    among = np.zeros(areas, bool)
    among[list(members)] = True
    return among


def _among_later(
    axes: Axes, group: int, key: Counts, categories: int
) -> NDArray[np.bool_] | Literal[False]:
    """Of each key: whether its area has become one of a group's members by its month."""
    among: NDArray[np.bool_] | Literal[False] = False
    for place, since in axes.joined_later(group):
        areas = axes.raw_shape[1]
        month = key // (areas * categories) % axes.months
        among |= (key % areas == place) & (month >= since)
    return among


def _once(key: Counts) -> Counts:
    """A sorted key without repetitions."""
    return key[np.diff(key, prepend=-1) > 0]


def _tabulate(key: Counts, months: int, categories: int, areas: int) -> Counts:
    size = months * categories * areas
    return np.bincount(key % size, minlength=size).reshape(months, categories, areas)
