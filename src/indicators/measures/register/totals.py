"""The tallies of a whole register, and how they are told as rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from indicators.measures.register.clock import Clock
from indicators.measures.register.figures import NOT_AVAILABLE, Figures, unavailable
from indicators.measures.register.job import Job
from indicators.measures.register.needs import OF_DIMENSION, OF_POPULATION, RESIDENCE, Needs
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

    def tell(
        self,
        sheet: Sheet,
        indicator: str,
        statistic: str,
        figures: Figures,
        *,
        needs: Needs,
        categories: Sequence[tuple[str, str]] = CATEGORIES,
        block: Block | None = None,
    ) -> None:
        """Add the rows of one statistic of persons.

        Args:
            sheet: Takes the rows.
            indicator: Its id.
            statistic: Its id.
            figures: The figures.
            needs: Tables without which nothing can be told.
            categories: What the last axis stands for, where all areas and populations are told.
            block: What all axes stand for, where they are not.
        """
        block = block or self._block(categories)
        if self.lacks(needs[indicator][statistic]):
            figures = unavailable(figures.value.shape)
        sheet.add(indicator, statistic, block, self._with_sources(figures, block))

    def lacks(self, tables: Iterable[str]) -> bool:
        """Whether one of some tables was not delivered."""
        return not all(map(self.job.register.has, tables))

    def _block(self, categories: Sequence[tuple[str, str]]) -> Block:
        areas = self.job.axes.areas
        vintage = self.job.register.extract_date.isoformat()
        return Block(self.clock.months, areas, vintage, categories=categories)

    def _with_sources(self, figures: Figures, block: Block) -> Figures:
        """What areas, populations and dimensions need is missing where it was not delivered."""

        def lacking(of: Mapping[str, str], names: Iterable[str]) -> list[bool]:
            return [name in of and self.lacks([of[name]]) for name in names]

        dimensions = lacking(OF_DIMENSION, (dimension for dimension, _ in block.categories))
        if any(dimensions):
            # A category left out would be none at all: of these nothing is known.
            figures = blanked(figures, np.broadcast_to(dimensions, figures.value.shape), shown=True)
        missing = np.zeros(figures.value.shape, bool)
        missing[:, :, lacking(OF_POPULATION, block.populations)] = True
        if self.lacks([RESIDENCE]):
            missing[:, [area != COUNTRY for area in block.areas]] = True
        return blanked(figures, missing) if missing.any() else figures


def blanked(figures: Figures, missing: NDArray[np.bool_], *, shown: bool = False) -> Figures:
    """The figures, those that are missing not available.

    Args:
        figures: The figures.
        missing: Which are missing.
        shown: Whether all of these have a row; only the totals if not.
    """
    told = np.ones(missing.shape, bool) if shown else unavailable(missing.shape).shown
    return replace(
        figures,
        numerator=np.where(missing, np.nan, figures.numerator),
        denominator=np.where(missing, np.nan, figures.denominator),
        value=np.where(missing, np.nan, figures.value),
        status=np.where(missing, np.int8(NOT_AVAILABLE), figures.status),
        shown=np.where(missing, told, figures.shown),
    )
