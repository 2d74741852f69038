"""Tallies of several measures, how they add up, and counting into them.

Counted are events, stocks over all months at once, and distinct persons.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from indicators.tallies.axes import (
    MEMBER,
    POPULATION_MIX,
    SMALL_CELLS,
    Axes,
    Codes,
    add_up_mixes,
)

Column = NDArray[np.generic]
Counts = Codes
"""Tallies, and the whole numbers that are counted into them."""


@dataclass(frozen=True, slots=True)
class Tallies:
    """What a part of a register adds to every figure.

    The tallies of two disjoint sets of persons add up to the tallies of both, whole numbers all,
    so that no result depends on chunks, workers or order.

    Attributes:
        sums: Arrays that are added, by name: counts of 32 bits, sums of 64.
        lists: Tuples of columns that are put below each other, by name: what a median or a
            count of distinct vacancies needs to be exact. Their order means nothing.
        faults: How many rows break an invariant, by table, reason and column, where invariants
            are checked; nothing is counted from there on.
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
        {name: tuple(map(np.concatenate, zip(*held, strict=True))) for name, held in lists.items()},
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


# --- counting into tallies ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OwnDimension:
    """A dimension of an indicator's own.

    Attributes:
        of: Place of each event's category.
        size: Number of categories.
    """

    of: Counts
    size: int


def count_events(axes: Axes, month: Counts, code: Codes, weight: Counts | None = None) -> Counts:
    """Count events, each on its reference day.

    Args:
        axes: Of the run.
        month: Place of each event's month.
        code: Cell code of each event.
        weight: What an event adds; 1 if not given.

    Returns:
        A raw tally, shape ``axes.raw_shape``: counts of 32 bits, sums of 64.
    """
    tally = _empty_tally(axes, weight)
    chosen = axes.breakdown.chosen(code)
    if chosen is not None:
        month, code, weight = month[chosen], code[chosen], _of_chosen(weight, chosen)
    cells = _cell_positions(axes, month, axes.in_month(month, code))
    np.add.at(tally, cells, _changes(axes, weight))
    return tally.reshape(axes.raw_shape)


def count_events_by(
    axes: Axes, month: Counts, code: Codes, category: OwnDimension, weight: Counts | None = None
) -> Counts:
    """Count events by a dimension of their own instead of those of all persons.

    Args:
        axes: Of the run.
        month: Place of each event's month.
        code: Cell code of each event.
        category: Of each event.
        weight: What an event adds; 1 if not given.

    Returns:
        A raw tally, shape (months, municipalities and none, mixes of populations, categories), for
        :func:`indicators.tallies.axes.add_up_mixes`.
    """
    months, areas, mixes, _ = axes.raw_shape
    shape = (months, areas, mixes, category.size)
    tally: Any = np.zeros(int(np.prod(shape)), np.int32 if weight is None else np.int64)
    own, chosen = category.of, axes.breakdown.chosen(code)
    if chosen is not None:
        month, code, own = month[chosen], code[chosen], own[chosen]
        weight = _of_chosen(weight, chosen)
    area, small = np.divmod(axes.in_month(month, code), SMALL_CELLS)
    cells = ((month * areas + area) * mixes + POPULATION_MIX[small]) * category.size + own
    np.add.at(tally, cells, np.int32(1) if weight is None else weight)
    counted: Counts = tally.reshape(shape)
    return counted


def _of_chosen(weight: Counts | None, chosen: NDArray[np.bool_]) -> Counts | None:
    return None if weight is None else weight[chosen]


def _empty_tally(axes: Axes, weight: Counts | None) -> Counts:
    """Counts are held in 32 bits, for there are many of them; sums in 64."""
    return np.zeros(int(np.prod(axes.raw_shape)), np.int32 if weight is None else np.int64)


def _cell_positions(axes: Axes, month: Counts, code: Codes) -> Counts:
    """The places of events in a flat raw tally, one dimension after the other."""
    area, small = np.divmod(code, SMALL_CELLS)
    _, areas, mixes, slots = axes.raw_shape
    cells = axes.breakdown.cells.take(small, axis=1)
    cells += (month * areas + area) * (mixes * slots)
    return cells.ravel()


def _changes(axes: Axes, weight: Counts | None) -> Any:
    return np.int32(1) if weight is None else np.tile(weight, len(axes.breakdown.slot))


def count_stock(
    axes: Axes, entry: Counts, leave: Counts, code: Codes, weight: Counts | None = None
) -> Counts:
    """Count who is there on the count days ``[entry, leave)``, as changes from month to month.

    The cost does not depend on how long anybody stays; :func:`stock_levels` makes stocks of the
    changes.

    Args:
        axes: Of the run.
        entry: Place of the first count day that each piece covers.
        leave: Place of the first one after it.
        code: Cell code of each piece.
        weight: What a piece adds; 1 if not given.

    Returns:
        A raw tally of changes, shape ``axes.raw_shape``.
    """
    chosen = axes.breakdown.chosen(code)
    if chosen is not None:
        entry, leave, code = entry[chosen], leave[chosen], code[chosen]
        weight = _of_chosen(weight, chosen)
    goes = leave < axes.months
    gone = None if weight is None else weight[goes]
    changes = _empty_tally(axes, weight)
    np.add.at(changes, _cell_positions(axes, entry, code), _changes(axes, weight))
    np.subtract.at(changes, _cell_positions(axes, leave[goes], code[goes]), _changes(axes, gone))
    return changes.reshape(axes.raw_shape)


def count_stock_by(
    axes: Axes, entry: Counts, leave: Counts, code: Codes, category: OwnDimension
) -> Counts:
    """Count who is there by a dimension of their own instead of those of all persons.

    Args:
        axes: Of the run.
        entry: As in :func:`count_stock`.
        leave: Likewise.
        code: Likewise.
        category: Of each piece.

    Returns:
        A raw tally of changes, shape (months, municipalities and none, mixes of populations,
        categories), for :func:`stock_levels` and :func:`indicators.tallies.axes.add_up_mixes`.
    """
    own, chosen = category.of, axes.breakdown.chosen(code)
    if chosen is not None:
        entry, leave, code, own = entry[chosen], leave[chosen], code[chosen], own[chosen]
    months, areas, mixes, _ = axes.raw_shape
    area, small = np.divmod(code, SMALL_CELLS)
    cell = (area * mixes + POPULATION_MIX[small]) * category.size + own
    of_month, goes = areas * mixes * category.size, leave < months
    changes: Any = np.zeros(months * of_month, np.int32)
    np.add.at(changes, entry * of_month + cell, np.int32(1))
    np.subtract.at(changes, leave[goes] * of_month + cell[goes], np.int32(1))
    counted: Counts = changes.reshape(months, areas, mixes, category.size)
    return counted


def stock_levels(changes: Counts) -> Counts:
    """Stocks of a tally of changes: the sum of changes so far, along the months."""
    return np.cumsum(changes, axis=0, dtype=np.int64)


def count_distinct(axes: Axes, unit: Counts, month: Counts, code: Codes) -> tuple[Counts, Counts]:
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
    chosen = axes.breakdown.chosen(code)
    if chosen is not None:
        unit, month, code = unit[chosen], month[chosen], code[chosen]
    unit, month, code, several = _by_cells_met(axes, unit, month, code)
    alone = count_events(axes, month[~several], code[~several])
    return alone, _count_distinct_units(axes, unit[several], month[several], code[several])


def _by_cells_met(
    axes: Axes, unit: Counts, month: Counts, code: Codes
) -> tuple[Counts, Counts, Codes, NDArray[np.bool_]]:
    """Units once for every cell of a month that they are met in, and whether in several."""
    codes = axes.raw_shape[1] * SMALL_CELLS
    code = axes.in_month(month, code)
    key = _once(_sorted_keys((unit * axes.months + month) * codes + code))
    of_month, code = np.divmod(key, codes)
    again = of_month[1:] == of_month[:-1]
    several = np.append(False, again)[: len(key)] | np.append(again, False)[: len(key)]
    unit, month = np.divmod(of_month, axes.months)
    return unit, month, code, several


def _count_distinct_units(axes: Axes, unit: Counts, month: Counts, code: Codes) -> Counts:
    parts = [
        _count_units_by(axes, unit, month, code, OwnDimension(np.zeros(len(code), np.int64), 1))
    ]
    breakdown = axes.breakdown
    for dimension, slot in breakdown.slot.items():
        of, held = slot[code % SMALL_CELLS], breakdown.held[dimension]
        known = of < breakdown.slots - 1
        category = OwnDimension(of[known] - held[0], len(held))
        parts.append(_count_units_by(axes, unit[known], month[known], code[known], category))
    return np.concatenate(parts, axis=-1)


def _sorted_keys(key: Counts) -> Counts:
    """Sorted; units come in order mostly, and this kind of sort makes use of it."""
    return np.sort(key, kind="stable")


def count_distinct_by(
    axes: Axes, unit: Counts, month: Counts, code: Codes, category: OwnDimension
) -> Counts:
    """The same by a dimension of its own.

    Returns:
        Shape (months, areas, populations, categories of the dimension).
    """
    chosen = axes.breakdown.chosen(code)
    if chosen is not None:
        unit, month, code = unit[chosen], month[chosen], code[chosen]
        category = OwnDimension(category.of[chosen], category.size)
    size = category.size
    both, month, code, several = _by_cells_met(axes, unit * size + category.of, month, code)
    unit, own = np.divmod(both, size)
    alone = ~several
    counted = add_up_mixes(
        count_events_by(axes, month[alone], code[alone], OwnDimension(own[alone], size)), axes
    )
    category = OwnDimension(own[several], size)
    return counted + _count_units_by(axes, unit[several], month[several], code[several], category)


def _count_units_by(
    axes: Axes, unit: Counts, month: Counts, code: Codes, category: OwnDimension
) -> Counts:
    """The same for units that may be met in several cells: every area's by themselves."""
    if not len(code):
        return np.zeros((axes.months, len(axes.areas), len(MEMBER), category.size), np.int32)
    area, small = np.divmod(axes.in_month(month, code), SMALL_CELLS)
    areas, months = axes.raw_shape[1], axes.months
    # In this order the same sort serves every kind of area and every population.
    key = (unit * months + month) * category.size + category.of
    key = _sorted_keys((key * areas + area) * SMALL_CELLS + small)
    counted = np.zeros((months, len(axes.areas), len(MEMBER), category.size), np.int32)
    for place, member in enumerate(MEMBER):
        counted[:, :, place] = _in_areas(
            axes, key[member[key % SMALL_CELLS]] // SMALL_CELLS, category.size
        )
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
    once: Counts = key[np.append(True, key[1:] != key[:-1])[: len(key)]]
    return once


def _tabulate(key: Counts, months: int, categories: int, areas: int) -> Counts:
    size = months * categories * areas
    return np.bincount(key % size, minlength=size).reshape(months, categories, areas)
