"""The tallies of a whole register, and the rows that are made of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from indicators.measures.register.clock import Clock
from indicators.measures.register.figures import NOT_AVAILABLE, Figures, unavailable
from indicators.measures.register.job import Job
from indicators.measures.register.measure import OF_DIMENSION, RESIDENCE, Measure
from indicators.measures.register.sheet import Block, Sheet
from indicators.tallies import Tallies, counting
from indicators.tallies.axes import CATEGORIES, COUNTRY, finish

Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Totals:
    """What was counted in all chunks.

    Finished arrays have the shape months, areas, populations, categories.

    Attributes:
        job: What was asked.
        tallies: The sums; names are ``measure.tally``.
    """

    job: Job
    tallies: Tallies

    @property
    def clock(self) -> Clock:
        """The months."""
        return self.job.clock

    def stock(self, name: str) -> Counts:
        """A stock on the count days."""
        return finish(counting.levels(self.tallies.sums[name]), self.job.axes)

    def events(self, name: str) -> Counts:
        """Events of the months."""
        return finish(self.tallies.sums[name], self.job.axes)

    def distinct(self, name: str) -> Counts:
        """Distinct persons of the months: see :func:`indicators.tallies.counting.distinct`."""
        return self.events(f"{name}.alone") + self.tallies.sums[f"{name}.several"]

    def lacks(self, tables: Iterable[str]) -> bool:
        """Whether one of some tables was not delivered."""
        return not all(map(self.job.register.has, tables))

    def block(self, categories: Sequence[tuple[str, str]] = CATEGORIES) -> Block:
        """All months, areas and populations, by some categories."""
        areas = self.job.axes.areas
        vintage = self.job.register.extract_date.isoformat()
        return Block(self.clock.months, areas, vintage, categories=categories)


@dataclass(frozen=True, slots=True)
class Rows:
    """Takes the figures of one indicator, and makes rows of the long table of them.

    Attributes:
        measure: Of the indicator.
        totals: What was counted.
        sheet: Holds the rows.
    """

    measure: Measure
    totals: Totals
    sheet: Sheet

    def add(
        self,
        statistic: str,
        figures: Figures,
        *,
        categories: Sequence[tuple[str, str]] = CATEGORIES,
        block: Block | None = None,
    ) -> None:
        """Add the rows of one statistic; not available where a table it needs is missing.

        Args:
            statistic: Its id.
            figures: Shape (months, areas, populations, categories).
            categories: What the last axis stands for, where all areas and populations are told.
            block: What all axes stand for, where they are not.
        """
        block = block or self.totals.block(categories)
        if self.totals.lacks(self.measure.tables[statistic]):
            figures = unavailable(figures.value.shape)
        figures = self._with_sources(figures, block)
        self.sheet.add(self.measure.id, statistic, block, figures)

    def _with_sources(self, figures: Figures, block: Block) -> Figures:
        """What areas, populations and dimensions need is missing where it was not delivered."""
        of_persons = self.measure.is_of_persons
        dimensions = self._lacking(
            OF_DIMENSION if of_persons else {}, (dimension for dimension, _ in block.categories)
        )
        if any(dimensions):
            # A category left out would be none at all: of these nothing is known.
            figures = blanked(figures, np.broadcast_to(dimensions, figures.value.shape), shown=True)
        missing = np.zeros(figures.value.shape, bool)
        missing[:, :, self._lacking(self.measure.of_population, block.populations)] = True
        if of_persons and self.totals.lacks([RESIDENCE]):
            missing[:, [area != COUNTRY for area in block.areas]] = True
        return blanked(figures, missing) if missing.any() else figures

    def _lacking(self, of: Mapping[str, str], names: Iterable[str]) -> list[bool]:
        return [name in of and self.totals.lacks([of[name]]) for name in names]


def blanked(figures: Figures, missing: NDArray[np.bool_], *, shown: bool = False) -> Figures:
    """The figures, those that are missing not available.

    Args:
        figures: The figures.
        missing: Which are missing.
        shown: Whether all of these have a row; only the totals if not.
    """
    is_shown = np.ones(missing.shape, bool) if shown else unavailable(missing.shape).shown
    return replace(
        figures,
        numerator=np.where(missing, np.nan, figures.numerator),
        denominator=np.where(missing, np.nan, figures.denominator),
        value=np.where(missing, np.nan, figures.value),
        status=np.where(missing, np.int8(NOT_AVAILABLE), figures.status),
        shown=np.where(missing, is_shown, figures.shown),
    )
