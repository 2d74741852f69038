"""What the two indicators from survey answers share: rows, municipalities, means and figures.

Means have confidence intervals by Student's t.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import fsum, sqrt

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators.measures.register.measure import Rows, Totals
from indicators.measures.register.rows import (
    INCOMPLETE,
    NOT_AVAILABLE,
    SUPPRESSED,
    Block,
    Figures,
    event_status,
)

TOTAL = ("total", "total")

Numbers = NDArray[np.float64]
Cells = NDArray[np.intp]
Triple = tuple[Numbers | float, Numbers | float, Numbers | float]
"""Numerators, denominators and values."""

_NO_FIGURES: Triple = (np.nan, np.nan, np.nan)


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean, as sum and number, with its interval.

    Attributes:
        total: Sum of the values.
        number: How many.
        low: Lower bound of the interval.
        high: Upper bound.
    """

    total: float
    number: int
    low: float
    high: float


def mean_of(values: NDArray[np.float64], level: float) -> Mean:
    """Mean with its two-sided interval; the order of the values has no part in it.

    Args:
        values: At least two for an interval; the bounds of a single one are not known.
        level: Confidence level in percent.
    """
    total, number = fsum(values), len(values)
    if number < 2:
        return Mean(total, number, np.nan, np.nan)
    mean = total / number
    deviation = sqrt(fsum((values - mean) ** 2) / (number - 1))
    half = _quantile(level, number - 1) * deviation / sqrt(number)
    return Mean(total, number, mean - half, mean + half)


@cache
def _quantile(level: float, freedom: int) -> float:
    # The function behind scipy.stats.t, which takes a second to import.
    from scipy.special import stdtrit

    return float(stdtrit(freedom, 0.5 + level / 200))


def instrument_rows(totals: Totals, table: str, instrument: str) -> pd.DataFrame:
    """Rows of a table of surveys that are of one instrument."""
    rows: pd.DataFrame = totals.job.register.read(table, encoded=True).to_pandas()
    return rows[rows["instrument"] == instrument].reset_index(drop=True)


def answer_municipalities(totals: Totals, municipalities: Iterable[str]) -> list[str]:
    """Municipalities of the answers; where there is no survey, those of the persons."""
    unknown = totals.job.axes.municipalities if totals.lacks(["survey"]) else ()
    return [*municipalities, *unknown]


def confidence_level(totals: Totals, indicator: str) -> float:
    """Confidence level of an indicator's intervals, in percent."""
    return float(totals.job.choices[indicator]["confidence_level"])


def mean_statistics(means: Sequence[Mean], mean: str) -> Mapping[str, Triple]:
    """Means and the bounds of their intervals, by statistic.

    Args:
        means: One a cell.
        mean: Id of the statistic that is the mean itself.
    """
    total, number, low, high = (
        np.array([getattr(mean_, name) for mean_ in means], np.float64)
        for name in ("total", "number", "low", "high")
    )
    return {
        mean: (total, number, total / number),
        "ci_low": (np.nan, number, low),
        "ci_high": (np.nan, number, high),
    }


def percent(part: Numbers, whole: Numbers) -> Triple:
    """Shares in percent; of nothing there is none."""
    value = np.full(len(part), np.nan)
    np.divide(100 * part, whole, out=value, where=whole > 0)
    return part, whole, value


@dataclass(frozen=True, slots=True)
class SurveyFigures:
    """Figures of the cells of one indicator, NaN where none can be given.

    Attributes:
        block: Months, areas and categories; a cell is a place among all of them.
        of: Shape (3, cells) by statistic: numerators, denominators, values.
        too_few: By statistic, which cells somebody answered in, but too few.
    """

    block: Block
    of: dict[str, Numbers]
    too_few: dict[str, NDArray[np.bool_]]

    @classmethod
    def empty(
        cls, totals: Totals, areas: Sequence[str], categories: Sequence[tuple[str, str]]
    ) -> SurveyFigures:
        """No figure yet."""
        block = Block(
            totals.clock.months,
            areas,
            totals.job.register.extract_date.isoformat(),
            populations=("target_group",),
            categories=categories,
            source="survey",
        )
        return cls(block, {}, {})

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """Months, areas, populations, categories."""
        block = self.block
        return (len(block.months), len(block.areas), 1, len(block.categories))

    def put(self, cells: Cells, figures: Mapping[str, Triple]) -> None:
        """Set the statistics of some cells."""
        for statistic, three in figures.items():
            if statistic not in self.of:
                self.of[statistic] = np.full((3, int(np.prod(self.shape))), np.nan)
            for at, numbers in enumerate(three):
                self.of[statistic][at, cells] = numbers

    def suppress(self, cells: Cells, statistics: Sequence[str]) -> None:
        """Note that too few answered in some cells for these statistics to be given.

        That is a suppressed figure and not a missing one: with the others of its kind it could be
        found by subtraction, so disclosure control must know of it.
        """
        for statistic in statistics:
            if statistic not in self.too_few:
                self.too_few[statistic] = np.zeros(int(np.prod(self.shape)), bool)
            self.too_few[statistic][cells] = True

    def add_rows_to(self, rows: Rows) -> None:
        """Make rows of all statistics of the indicator."""
        self.put(np.array([], np.intp), dict.fromkeys(rows.measure.tables, _NO_FIGURES))
        for statistic in rows.measure.tables:
            rows.add(statistic, self._figures(statistic, rows.totals), block=self.block)

    def _figures(self, statistic: str, totals: Totals) -> Figures:
        """Figures of too few are suppressed; where nobody answered they are not available."""
        three = self.of[statistic].reshape(3, *self.shape)
        status = np.broadcast_to(event_status(totals.clock).reshape(-1, 1, 1, 1), self.shape)
        lacking = np.isnan(three[2]) & (status != INCOMPLETE)
        # Where there is no value there is no number.
        three[:, lacking | (status == INCOMPLETE)] = np.nan
        few = np.zeros(self.shape, bool)
        if statistic in self.too_few:
            few = lacking & self.too_few[statistic].reshape(self.shape)
        shown = ~np.isnan(three[2]) | few
        shown[..., 0] = True
        status = np.select([few, lacking], [SUPPRESSED, NOT_AVAILABLE], status).astype(np.int8)
        numerator, denominator, value = three
        return Figures(numerator, denominator, value, status, shown)
