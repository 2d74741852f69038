"""Parts add up to totals: categories, municipalities of a group, statistics of an indicator."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from indicators import catalogue
from indicators.areas import mergers
from indicators.areas.mergers import ALWAYS, AREA
from indicators.disclosure.naming import distinct
from indicators.reconciliation.cubes import TOTAL, Cubes, Figure, Numbers
from indicators.reconciliation.outcomes import Outcome, Relation, compare
from indicators.tallies.axes import COUNTRY

_MUNICIPALITY = re.compile("KU[0-9]{3}").fullmatch

_ADDED_UP = frozenset({"register", "kela"})
"""Sources whose parts add up: the others are told for one area alone, or with answers left out
where there are few."""


def parts(
    cubes: Cubes, members: Mapping[str, Sequence[str]], unknown: Collection[str]
) -> Iterator[Outcome]:
    """Hold parts against totals in every column that is a sum over persons, spells or events.

    Args:
        cubes: The long table.
        members: Area codes of each group's municipalities; one that is not in the table has
            nobody.
        unknown: Dimensions in which some persons have no category: parts may then fall short.
    """
    for figure in cubes.figures:
        for name in ("numerator", "denominator"):
            if _is_added_up(figure, name) and cubes.has(figure, name):
                column = _Column(cubes, figure, name, cubes.values(figure, name))
                yield from column.categories(unknown)
                yield from column.groups(members)
                yield from column.country()


def _is_added_up(figure: Figure, column: str) -> bool:
    definitions, (indicator, _) = catalogue.load(), figure
    if column == "denominator" and indicator in definitions.labour_force_groups():
        # It knows of municipalities that no jobseeker of the extract lives in.
        return False
    return bool(_ADDED_UP & set(definitions.indicator(indicator).sources))


@dataclass(frozen=True, slots=True, eq=False)
class _Column:
    """One column of a statistic.

    Attributes:
        cubes: The long table it is from.
        figure: Indicator and statistic.
        name: ``numerator`` or ``denominator``.
        cube: Shape (months, areas, populations, categories).
    """

    cubes: Cubes
    figure: Figure
    name: str
    cube: Numbers

    @property
    def _is_of_kela(self) -> bool:
        return "kela" in catalogue.load().indicator(self.figure[0]).sources

    def categories(self, unknown: Collection[str]) -> Iterator[Outcome]:
        """The categories of every dimension add up to the total."""
        inside: dict[str, list[int]] = {}
        for axis, (dimension, _) in enumerate(self.cubes.figures[self.figure]):
            inside.setdefault(dimension, []).append(axis)
        (total,) = inside.pop(TOTAL[0])
        for dimension, places in inside.items():
            sides = _Sides(self.cube[..., places], 3, self.cube[..., total])
            whole = dimension not in unknown
            yield from self._compare("categories", dimension, self.cubes.areas, sides, whole=whole)

    def groups(self, members: Mapping[str, Sequence[str]]) -> Iterator[Outcome]:
        """The municipalities of every group add up to it."""
        known = mergers.load()
        for group, codes in members.items():
            if group in self.cubes.areas:
                since = known.members(area.removeprefix(AREA) for area in codes)
                inside = {f"{AREA}{code}": month for code, month in since.items()}
                yield from self._areas("groups", group, inside, whole=True)

    def country(self) -> Iterator[Outcome]:
        """Municipalities have no more than the whole extract: some persons have no residence."""
        inside = dict.fromkeys(filter(_MUNICIPALITY, self.cubes.areas), ALWAYS)
        # Kela's total is a row of its own, and its municipalities may count a recipient twice.
        if COUNTRY in self.cubes.areas and inside and not self._is_of_kela:
            yield from self._areas("country", COUNTRY, inside, whole=False)

    def _areas(
        self, identity: str, area: str, inside: Mapping[str, str], *, whole: bool
    ) -> Iterator[Outcome]:
        place = {code: position for position, code in enumerate(self.cubes.areas)}
        since_by_position = {place[code]: since for code, since in inside.items() if code in place}
        # A municipality may lack a month of a source; the others are added up, as in the table.
        values = self.cube[:, list(since_by_position)]
        parts = np.nan_to_num(values)
        for position, since in enumerate(since_by_position.values()):
            parts[: np.searchsorted(self.cubes.months, since), position] = 0
        # Where none of them is known there is nothing to compare; a group of none is of nobody.
        unknown = np.isnan(values).all(axis=1) & bool(since_by_position)
        total = np.where(unknown, np.nan, self.cube[:, place[area]])
        sides = _Sides(parts, 1, total)
        yield from self._compare(identity, "area", [area], sides, whole=whole)

    def _compare(
        self, identity: str, by: str, areas: Sequence[str], sides: _Sides, *, whole: bool
    ) -> Iterator[Outcome]:
        figure_name = f"{' '.join(self.figure)} ({self.name} by {by})"
        for left, relation, right in sides.relations(
            distinct=".".join(self.figure) in distinct(), whole=whole
        ):
            shape = (len(self.cubes.months), len(areas), -1)
            yield compare(
                identity,
                figure_name,
                (self.cubes.months, areas),
                left.reshape(shape),
                right.reshape(shape),
                relation=relation,
            )


@dataclass(frozen=True, slots=True, eq=False)
class _Sides:
    """Parts along one axis, and their total.

    Attributes:
        parts: The parts.
        axis: The axis they lie along.
        total: The same shape without it.
    """

    parts: Numbers
    axis: int
    total: Numbers

    def relations(
        self, *, distinct: bool, whole: bool
    ) -> Iterator[tuple[Numbers, Relation, Numbers]]:
        """What must hold between them.

        Args:
            distinct: Whether one unit may be in several parts, so that they overlap.
            whole: Whether every unit is in a part.
        """
        summed = self.parts.sum(axis=self.axis)
        if distinct:
            yield self.parts.max(axis=self.axis, initial=0), "at_most", self.total
            if whole:
                yield self.total, "at_most", summed
        else:
            yield summed, "equal" if whole else "at_most", self.total
