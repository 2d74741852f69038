"""The tallies of a whole register, and how they are told as rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from indicators.measures.register.clock import Clock
from indicators.measures.register.figures import NOT_AVAILABLE, Figures, unavailable
from indicators.measures.register.job import Job
from indicators.measures.register.sheet import Block, Sheet
from indicators.tallies import Tallies, counting
from indicators.tallies.axes import CATEGORIES, COUNTRY, POPULATIONS, finish

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
        needs: Sequence[str] = (),
        categories: Sequence[tuple[str, str]] = CATEGORIES,
    ) -> None:
        """Add the rows of one statistic by all areas, populations and categories.

        Args:
            sheet: Takes the rows.
            indicator: Its id.
            statistic: Its id.
            figures: The figures.
            needs: Optional tables without which nothing can be told.
            categories: What the last axis stands for.
        """
        if not all(map(self.job.register.has, needs)):
            figures = unavailable(figures.value.shape)
        sheet.add(indicator, statistic, self._block(categories), self._with_sources(figures))

    def _block(self, categories: Sequence[tuple[str, str]]) -> Block:
        areas = self.job.axes.areas
        vintage = self.job.register.extract_date.isoformat()
        return Block(self.clock.months, areas, vintage, categories=categories)

    def _with_sources(self, figures: Figures) -> Figures:
        """Areas need residence, and the trial's customers need offices."""
        missing = np.zeros(figures.value.shape, bool)
        if not self.job.register.has("office"):
            missing[:, :, POPULATIONS.index("trial_office")] = True
        if not self.job.register.has("residence"):
            missing[:, [area != COUNTRY for area in self.job.axes.areas]] = True
        return blanked(figures, missing) if missing.any() else figures


def blanked(figures: Figures, missing: NDArray[np.bool_]) -> Figures:
    """The figures, those that are missing not available."""
    none = unavailable(figures.value.shape)
    return replace(
        figures,
        numerator=np.where(missing, np.nan, figures.numerator),
        denominator=np.where(missing, np.nan, figures.denominator),
        value=np.where(missing, np.nan, figures.value),
        status=np.where(missing, np.int8(NOT_AVAILABLE), figures.status),
        shown=np.where(missing, none.shown, figures.shown),
    )
