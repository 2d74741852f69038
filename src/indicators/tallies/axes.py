"""What tallies count by: months, areas, populations, and categories of dimensions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indicators.table import CROSSING

Codes = NDArray[np.signedinteger[Any]]
"""Whole numbers of any width."""

COUNTRY = "SSS"
POPULATIONS = ("residents", "target_group", "trial_office")
LINES = ("00", "01", "02", "03", "05", "undefined")
SEXES = ("men", "women")
ORIGINS = ("finnish", "foreign")
AGE_GROUPS = ("15-24", "25-29", "30-49", "50-")
AGE_EDGES = (25, 30, 50)
UNKNOWN = -1

DIMENSIONS = (
    ("total", ("total",)),
    ("sex", SEXES),
    ("age_group", AGE_GROUPS),
    ("origin", ORIGINS),
    ("service_line", LINES),
)
"""The dimensions every indicator from persons comes by (contract, section 3)."""

CATEGORIES = tuple((dimension, name) for dimension, names in DIMENSIONS for name in names)
"""The last axis of a finished tally of which no dimensions are crossed."""

_POPULATION_MIXES = 4  # in the target group or not × customer of a trial office or not


@dataclass(frozen=True, slots=True)
class AxisMerger:
    """A municipality that becomes part of a second one during the months.

    Attributes:
        place: Of the municipality among all.
        month: Place of the first month without it.
        into: Place of the municipality it becomes part of.
    """

    place: int
    month: int
    into: int


# Categories as cell codes hold them; the last of sex, age and origin is "not known".
_SIZES = {"trial": 2, "target": 2, "line": len(LINES), "age": 5, "sex": 3, "origin": 3}
SMALL_CELLS = int(np.prod(list(_SIZES.values())))
"""Number of codes within one municipality."""


def encode_cell(
    area: Codes, *, trial: Codes, target: Codes, line: Codes, age: Codes, sex: Codes, origin: Codes
) -> Codes:
    """Cell codes of arrays of codes from 0; ``UNKNOWN`` where sex, age or origin is not known."""
    code = area
    parts = {"trial": trial, "target": target, "line": line}
    parts |= {"age": age, "sex": sex, "origin": origin}
    for name, size in _SIZES.items():
        code = code * size + np.where(parts[name] < 0, size - 1, parts[name])
    return code.astype(np.int32)


def replace_service_line(code: Codes, other: Codes) -> Codes:
    """Cell codes with the service line of others in place of their own."""
    changed: Codes = code + (_code_part(other, "line") - _code_part(code, "line")) * _place_value(
        "line"
    )
    return changed


def _place_value(name: str) -> int:
    """What the next value of a part adds to a cell code."""
    names = list(_SIZES)
    return int(np.prod([_SIZES[part] for part in names[names.index(name) + 1 :]]))


def _code_part(code: Codes, name: str) -> Codes:
    part: Codes = code // _place_value(name) % _SIZES[name]
    return part


_SMALL_CODES = np.arange(SMALL_CELLS, dtype=np.int32)
TRIAL = _code_part(_SMALL_CODES, "trial").astype(bool)
"""Of each small code: a customer of a trial office."""
TARGET = _code_part(_SMALL_CODES, "target").astype(bool)
"""Of each small code: in the target group."""
MEMBER = np.stack([np.ones(SMALL_CELLS, bool), TARGET, TRIAL])
"""Of each population and small code: a member."""

_PARTS = {"sex": "sex", "age_group": "age", "origin": "origin", "service_line": "line"}
"""The part of a cell code that says each dimension's category."""

POPULATION_MIX = 2 * TARGET.astype(np.int64) + TRIAL
"""Of each small code: which mix of populations it is in, as raw tallies have them."""


@dataclass(frozen=True)
class Breakdown:
    """The categories that persons are counted by, and the persons that are counted.

    Every category but the total has a *slot*, in the same order; the last is for "not known".

    Attributes:
        crossed: Dimensions that are crossed, each two or more of :data:`DIMENSIONS`.
        where: The categories of a dimension that a person must be in one of on the reference day,
            for every dimension that restricts who is counted.
    """

    crossed: tuple[tuple[str, ...], ...] = ()
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @cached_property
    def categories(self) -> tuple[tuple[str, str], ...]:
        """Dimension and category of each place on the last axis of a finished tally."""
        names = dict(DIMENSIONS)
        crossed = (
            (CROSSING.join(dimensions), CROSSING.join(of_each))
            for dimensions in self.crossed
            for of_each in product(*(names[dimension] for dimension in dimensions))
        )
        return (*CATEGORIES, *crossed)

    @property
    def slots(self) -> int:
        """How many slots there are."""
        return len(self.categories)

    @cached_property
    def slot(self) -> Mapping[str, NDArray[np.int64]]:
        """Of each dimension and small code: its slot. The service line is never unknown."""
        plain = [(name,) for name, _ in DIMENSIONS if name in _PARTS]
        return {CROSSING.join(names): self._slots(names) for names in (*plain, *self.crossed)}

    @cached_property
    def held(self) -> Mapping[str, NDArray[np.int64]]:
        """Of each dimension: the slots that are its categories."""
        return {name: self._places(name) for name in self.slot}

    @cached_property
    def cells(self) -> NDArray[np.int64]:
        """Places of each small code in a municipality's part of a raw tally, one a dimension."""
        return np.stack([POPULATION_MIX * self.slots + slot for slot in self.slot.values()])

    @cached_property
    def counted(self) -> NDArray[np.bool_] | None:
        """Of each small code: whether it is counted; None where all are."""
        if not self.where:
            return None
        names = dict(DIMENSIONS)
        counted = np.ones(SMALL_CELLS, bool)
        for dimension, chosen in self.where:
            places = [names[dimension].index(category) for category in chosen]
            counted &= np.isin(_code_part(_SMALL_CODES, _PARTS[dimension]), places)
        return counted

    def chosen(self, code: Codes) -> NDArray[np.bool_] | None:
        """Which of some cell codes are counted; None where all are."""
        return None if self.counted is None else self.counted[code % SMALL_CELLS]

    def _places(self, dimension: str) -> NDArray[np.int64]:
        return np.flatnonzero([own == dimension for own, _ in self.categories[1:]])

    def _slots(self, dimensions: tuple[str, ...]) -> NDArray[np.int64]:
        """Slot of each small code; what is not known in one of the dimensions has the last."""
        names, place = dict(DIMENSIONS), np.zeros(SMALL_CELLS, np.int64)
        known = np.ones(SMALL_CELLS, bool)
        for dimension in dimensions:
            part, size = _code_part(_SMALL_CODES, _PARTS[dimension]), len(names[dimension])
            known &= part < size
            place = place * size + part
        return np.where(known, self._places(CROSSING.join(dimensions))[0] + place, self.slots - 1)


PLAIN = Breakdown()
"""Every dimension by itself, and everybody."""


@dataclass(frozen=True)
class Axes:
    """The axes of the tallies of one run, and the code of a person's cell on a day.

    A *cell code* is one ``int32`` for all that is known of a person on a day: municipality,
    membership of the populations, and category in every dimension.

    Attributes:
        months: How many months.
        municipalities: Their three-digit codes, in order; no residence comes after them.
        groups: Code of each group and the places of its members among the municipalities.
        mergers: Those that take effect after the first month, the earlier ones first.
        joined: Of each group, in the same order, the places of members that belong to it only
            from some month on, because a member became part of them, and that month's place.
        breakdown: The categories that persons are counted by.
    """

    months: int
    municipalities: tuple[str, ...]
    groups: tuple[tuple[str, tuple[int, ...]], ...]
    mergers: tuple[AxisMerger, ...] = ()
    joined: tuple[tuple[tuple[int, int], ...], ...] = ()
    breakdown: Breakdown = field(default_factory=lambda: PLAIN)

    def joined_later(self, group: int) -> tuple[tuple[int, int], ...]:
        """Members that a group (by its place) has only from some month on; see ``joined``."""
        return self.joined[group] if self.joined else ()

    def in_month(self, month: Codes, code: Codes) -> Codes:
        """Cell codes with the municipality as it was called in a month.

        What a figure is about may lie months before it, when a municipality was still itself.

        Args:
            month: Place of the month of each code's figure.
            code: Cell codes.
        """
        if not self.mergers:
            return code
        area = code // SMALL_CELLS
        # Few live where there will be no municipality, and all others are left as they are.
        gone = np.flatnonzero(self._merges[area])
        if not len(gone):
            return code
        called, of = code.copy(), area[gone]
        called[gone] += (self._renamed[month[gone], of] - of) * SMALL_CELLS
        return called

    @cached_property
    def _merges(self) -> NDArray[np.bool_]:
        """Of each municipality, and of none: whether it becomes part of another."""
        merges = np.zeros(len(self.municipalities) + 1, bool)
        merges[[merger.place for merger in self.mergers]] = True
        return merges

    @cached_property
    def _renamed(self) -> NDArray[np.int64]:
        """Place of what each municipality is called in each month; shape (months, areas)."""
        called = np.tile(np.arange(len(self.municipalities) + 1), (self.months, 1))
        for merger in self.mergers:
            later = called[merger.month :]
            later[later == merger.place] = merger.into
        return called

    @property
    def areas(self) -> tuple[str, ...]:
        """Area codes of a finished tally: municipalities, groups, the whole extract."""
        own = [f"KU{code}" for code in self.municipalities]
        return (*own, *(code for code, _ in self.groups), COUNTRY)

    @property
    def raw_shape(self) -> tuple[int, int, int, int]:
        """Months, municipalities and none, mixes of populations, slots."""
        return (self.months, len(self.municipalities) + 1, _POPULATION_MIXES, self.breakdown.slots)

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """Of a finished tally: months, areas, populations, categories."""
        return (self.months, len(self.areas), len(POPULATIONS), len(self.breakdown.categories))


def add_up_cells(raw: Codes, axes: Axes) -> NDArray[np.int64]:
    """Add a raw tally up to areas, populations and categories.

    Args:
        raw: Shape ``axes.raw_shape``.
        axes: Of the run.

    Returns:
        Shape ``axes.shape``.
    """
    populations = _add_up_populations(raw)
    lines = axes.breakdown.held["service_line"]
    total = populations[..., lines].sum(axis=-1, keepdims=True)
    cells = np.concatenate([total, populations[..., : axes.breakdown.slots - 1]], axis=-1)
    return _add_up_areas(cells, axes)


def add_up_mixes(raw: Codes, axes: Axes) -> NDArray[np.int64]:
    """Add a raw tally by a dimension of its own up to areas and populations.

    Args:
        raw: Of :func:`indicators.tallies.tallies.count_events_by`.
        axes: Of the run.

    Returns:
        Shape (months, areas, populations, categories of the dimension).
    """
    return _add_up_areas(_add_up_populations(raw), axes)


def _add_up_populations(raw: Codes) -> NDArray[np.int64]:
    # Mixes are 0: neither, 1: trial office, 2: target group, 3: both.
    mixes = [raw.sum(axis=2), raw[:, :, 2:].sum(axis=2), raw[:, :, 1::2].sum(axis=2)]
    return np.stack(mixes, axis=2)


def _add_up_areas(cells: NDArray[np.int64], axes: Axes) -> NDArray[np.int64]:
    """Municipalities and none (the second axis) to areas."""
    groups = [cells[:, list(members)].sum(axis=1) for _, members in axes.groups]
    for group, total in enumerate(groups):
        for place, month in axes.joined_later(group):
            total[month:] += cells[month:, place]
    above = np.stack([*groups, cells.sum(axis=1)], axis=1)
    return np.concatenate([cells[:, :-1], above], axis=1)
