"""What tallies count by: months, areas, populations, and categories of dimensions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

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
"""The last axis of a finished tally."""

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
    """

    months: int
    municipalities: tuple[str, ...]
    groups: tuple[tuple[str, tuple[int, ...]], ...]
    mergers: tuple[AxisMerger, ...] = ()
    joined: tuple[tuple[tuple[int, int], ...], ...] = ()

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
        area, small = np.divmod(code, SMALL_CELLS)
        called: Codes = (self._renamed[month, area] * SMALL_CELLS + small).astype(code.dtype)
        return called

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
        return (self.months, len(self.municipalities) + 1, _POPULATION_MIXES, SLOTS)

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """Of a finished tally: months, areas, populations, categories."""
        return (self.months, len(self.areas), len(POPULATIONS), len(CATEGORIES))


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

SLOTS = len(CATEGORIES)
"""Every category but the total has a slot, in the same order; the last is for "not known"."""


def _slots(dimension: str, name: str) -> NDArray[np.int64]:
    """Slot of each small code in a dimension; what is not known has the last of all."""
    slots = [at for at, (own, _) in enumerate(CATEGORIES[1:]) if own == dimension]
    part = _code_part(_SMALL_CODES, name)
    return np.append(slots, SLOTS - 1)[np.minimum(part, len(slots))]


SLOT = {
    "sex": _slots("sex", "sex"),
    "age_group": _slots("age_group", "age"),
    "origin": _slots("origin", "origin"),
    "service_line": _slots("service_line", "line"),
}
"""Of each dimension and small code: its slot. The service line is never unknown."""

_POPULATION_MIX = 2 * TARGET.astype(np.int64) + TRIAL
CELL = {name: _POPULATION_MIX * SLOTS + slot for name, slot in SLOT.items()}
"""Of each dimension and small code: its place in a municipality's part of a raw tally."""


def add_up_cells(raw: Codes, axes: Axes) -> NDArray[np.int64]:
    """Add a raw tally up to areas, populations and categories.

    Args:
        raw: Shape ``axes.raw_shape``.
        axes: Of the run.

    Returns:
        Shape ``axes.shape``.
    """
    # Mixes are 0: neither, 1: trial office, 2: target group, 3: both.
    mixes = [raw.sum(axis=2), raw[:, :, 2:].sum(axis=2), raw[:, :, 1::2].sum(axis=2)]
    populations = np.stack(mixes, axis=2)
    lines = np.unique(SLOT["service_line"])
    total = populations[..., lines].sum(axis=-1, keepdims=True)
    cells = np.concatenate([total, populations[..., : SLOTS - 1]], axis=-1)
    groups = [cells[:, list(members)].sum(axis=1) for _, members in axes.groups]
    for group, total in enumerate(groups):
        for place, month in axes.joined_later(group):
            total[month:] += cells[month:, place]
    above = np.stack([*groups, cells.sum(axis=1)], axis=1)
    return np.concatenate([cells[:, :-1], above], axis=1)
