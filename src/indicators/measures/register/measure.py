"""How one indicator is counted (:class:`Measure`), from tallies (:class:`Totals`) to :class:`Rows`.

A table that is absent is a source that was not delivered; a table without rows is a true zero.
Without a table that it is counted from, a figure is not available.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from indicators.measures.register.arrays import Clock
from indicators.measures.register.job import CountingJob
from indicators.measures.register.rows import (
    NOT_AVAILABLE,
    Block,
    Figures,
    RowBuilder,
    unavailable_figures,
)
from indicators.table import CROSSING
from indicators.tallies.axes import COUNTRY, add_up_cells, add_up_mixes
from indicators.tallies.tallies import Tallies, stock_levels

if TYPE_CHECKING:
    from indicators.measures.register.accounts.model import Question, RegisterAccount
    from indicators.measures.register.chunk import Chunk

Counts = NDArray[np.int64]

RESIDENCE = "residence"
"""What every area of persons but the whole extract needs."""

OF_POPULATION: Mapping[str, str] = {"target_group": "persons", "trial_office": "office"}
"""What a population of persons needs; the others need nothing."""

OF_DIMENSION: Mapping[str, str] = {
    "sex": "persons",
    "age_group": "persons",
    "origin": "persons",
    "service_line": "service_line",
}
"""What a dimension of persons needs, besides the figure itself; the others need nothing."""


@dataclass(frozen=True, slots=True)
class Measure:
    """How the figures of one indicator are counted from a register.

    A module of this package names its measure as ``MEASURE``, or several that share their counting
    as ``MEASURES``; :mod:`indicators.measures.register.registry` finds them there.

    Attributes:
        id: Of the indicator, as its definition has it.
        tables: By statistic, the canonical tables that it is counted from, beside those that its
            area, population and dimension need. In the order of the rows.
        count: What a chunk of persons adds to the tallies; measures of one module may share it.
            None where the figures are of no persons of the register (answers, sums of others).
        rows: From the tallies of all chunks to the rows of the long table.
        account: The plain way to the same figures, with who was left out and why: what ``explain``
            prints, and what the tests compare the rows with.
        looks_back: By statistic, how many months before its own a figure looks back on.
        of_population: Tables that a population needs.
    """

    id: str
    tables: Mapping[str, Sequence[str]]
    count: Callable[[Chunk], Tallies] | None
    rows: Callable[[Totals, Rows], None]
    account: Callable[[Question], RegisterAccount]
    looks_back: Mapping[str, int] = field(default_factory=dict)
    of_population: Mapping[str, str] = field(default_factory=lambda: OF_POPULATION)

    @property
    def is_of_persons(self) -> bool:
        """Whether persons of the register are counted, so that it must be known who they are."""
        return self.count is not None

    @property
    def can_be_restricted(self) -> bool:
        """Whether its figures can be of some of the persons alone.

        No labour force is known of them, and answers, payments and caseloads are of no persons of
        the register.
        """
        needed = {table for tables in self.tables.values() for table in tables}
        return self.is_of_persons and "labour_force" not in needed


@dataclass(frozen=True, slots=True)
class Totals:
    """What was counted in all chunks.

    Finished arrays have the shape (months, areas, populations, categories).

    Attributes:
        job: What is computed.
        tallies: The sums; names are ``measure.tally``.
    """

    job: CountingJob
    tallies: Tallies

    @property
    def clock(self) -> Clock:
        """The months."""
        return self.job.clock

    def stock(self, name: str) -> Counts:
        """A stock on the count days."""
        return add_up_cells(stock_levels(self.tallies.sums[name]), self.job.axes)

    def events(self, name: str) -> Counts:
        """Events of the months."""
        return add_up_cells(self.tallies.sums[name], self.job.axes)

    def events_by(self, name: str) -> Counts:
        """Events of the months by a dimension of their own."""
        return add_up_mixes(self.tallies.sums[name], self.job.axes)

    def stock_by(self, name: str) -> Counts:
        """A stock on the count days by a dimension of its own."""
        return add_up_mixes(stock_levels(self.tallies.sums[name]), self.job.axes)

    def distinct(self, name: str) -> Counts:
        """Distinct persons of the months: see :func:`indicators.tallies.tallies.count_distinct`."""
        return self.events(f"{name}.alone") + self.tallies.sums[f"{name}.several"]

    def has_all_of(self, dimensions: Iterable[str]) -> bool:
        """Whether the tables that some dimensions of persons need were delivered."""
        needed = (OF_DIMENSION[name] for name in dimensions if name in OF_DIMENSION)
        return not self.lacks(needed)

    def lacks(self, tables: Iterable[str]) -> bool:
        """Whether one of some tables was not delivered."""
        return not all(map(self.job.register.has, tables))

    @property
    def categories(self) -> tuple[tuple[str, str], ...]:
        """Dimension and category of each place on the last axis of a finished array."""
        return self.job.axes.breakdown.categories

    def block(self, categories: Sequence[tuple[str, str]] | None = None) -> Block:
        """All months, areas and populations, by some categories, or by those of the tallies."""
        areas = self.job.axes.areas
        vintage = self.job.register.extract_date.isoformat()
        categories = self.categories if categories is None else categories
        return Block(self.clock.months, areas, vintage, categories=categories)


@dataclass(frozen=True, slots=True)
class Rows:
    """Takes the figures of one indicator, and makes rows of the long table of them.

    Attributes:
        measure: Of the indicator.
        totals: What was counted.
        builder: Holds the rows.
    """

    measure: Measure
    totals: Totals
    builder: RowBuilder

    def add(
        self,
        statistic: str,
        figures: Figures,
        *,
        categories: Sequence[tuple[str, str]] | None = None,
        block: Block | None = None,
    ) -> None:
        """Add the rows of one statistic; not available where a table it needs is missing.

        Where persons are restricted, neither is what cannot be of some of the persons alone.

        Args:
            statistic: Its id.
            figures: Shape (months, areas, populations, categories).
            categories: What the last axis stands for, where all areas and populations have figures;
                the categories of the tallies if not given.
            block: What all axes stand for, where they are not.
        """
        block = block or self.totals.block(categories)
        whole_only = self._is_restricted and not self.measure.can_be_restricted
        if whole_only or self.totals.lacks(self.measure.tables[statistic]):
            figures = unavailable_figures(figures.value.shape)
        figures = self._with_sources(figures, block)
        self.builder.add(self.measure.id, statistic, block, figures)

    @property
    def _is_restricted(self) -> bool:
        return bool(self.totals.job.axes.breakdown.where)

    def _with_sources(self, figures: Figures, block: Block) -> Figures:
        """What areas, populations and dimensions need is missing where it was not delivered."""
        of_persons = self.measure.is_of_persons
        if of_persons and not self.totals.has_all_of(
            dimension for dimension, _ in self.totals.job.axes.breakdown.where
        ):
            # Who is one of these persons is not known.
            figures = blank_missing(figures, np.ones(figures.value.shape, bool))
        dimensions = [
            of_persons and not self.totals.has_all_of(dimension.split(CROSSING))
            for dimension, _ in block.categories
        ]
        if any(dimensions):
            # A category left out would be none at all: of these nothing is known.
            figures = blank_missing(
                figures, np.broadcast_to(dimensions, figures.value.shape), shown=True
            )
        missing = np.zeros(figures.value.shape, bool)
        missing[:, :, self._lacking(self.measure.of_population, block.populations)] = True
        if of_persons and self.totals.lacks([RESIDENCE]):
            missing[:, [area != COUNTRY for area in block.areas]] = True
        return blank_missing(figures, missing) if missing.any() else figures

    def _lacking(self, table_of: Mapping[str, str], names: Iterable[str]) -> list[bool]:
        return [name in table_of and self.totals.lacks([table_of[name]]) for name in names]


def blank_missing(figures: Figures, missing: NDArray[np.bool_], *, shown: bool = False) -> Figures:
    """The figures, those that are missing not available.

    Args:
        figures: The figures.
        missing: Which are missing.
        shown: Whether all of these have a row; only the totals if not.
    """
    is_shown = np.ones(missing.shape, bool) if shown else unavailable_figures(missing.shape).shown
    return replace(
        figures,
        numerator=np.where(missing, np.nan, figures.numerator),
        denominator=np.where(missing, np.nan, figures.denominator),
        value=np.where(missing, np.nan, figures.value),
        status=np.where(missing, np.int8(NOT_AVAILABLE), figures.status),
        shown=np.where(missing, is_shown, figures.shown),
    )
