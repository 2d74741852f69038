"""What an estimator returns: a table of estimates, and what stands behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

LEVEL = 0.95
COLUMNS = ("estimate", "std_error", "ci_low", "ci_high", "p_value")

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False, slots=True)
class Estimates:
    """Coefficients of a regression with unit and time effects.

    Attributes:
        table: One row an estimate: ``term`` or ``event_time``, then ``estimate``, ``std_error``,
            ``ci_low``, ``ci_high`` (95 %, Student t) and ``p_value`` (of no effect, two-sided).
        covariance: Their covariance matrix, rows and columns named as the table's first column;
            the base of an event study is not in it, for it is 0 by definition.
        observations: Rows used.
        clusters: Units used: the clusters of the errors.
        notes: What was left out and why, in words.
    """

    table: pd.DataFrame
    covariance: pd.DataFrame
    observations: int
    clusters: int
    notes: tuple[str, ...] = ()

    @property
    def degrees(self) -> int:
        """Degrees of freedom of the t distribution."""
        return self.clusters - 1


@dataclass(frozen=True, eq=False, slots=True)
class SyntheticControl:
    """A treated unit beside the weighted average of others that resembles it.

    Attributes:
        table: One row an event time: ``event_time``, ``time``, ``estimate`` (the gap); error,
            interval and p value are missing: a lone comparison has none, see the placebo test.
        weights: By unit; not negative and with sum 1, save in the ridge-augmented form.
        gap: Treated less synthetic outcome, by time.
        treated: Outcome of the treated unit, by time.
        synthetic: Outcome of the synthetic unit, by time.
        rmspe_before: Root of the mean squared gap before the start.
        rmspe_after: The same from the start on.
        predictor_weights: Importance of each predictor, sum 1; empty if the outcomes before the
            start are the predictors, all of equal weight.
    """

    table: pd.DataFrame
    weights: pd.Series
    gap: pd.Series
    treated: pd.Series
    synthetic: pd.Series
    rmspe_before: float
    rmspe_after: float
    predictor_weights: pd.Series = field(default_factory=lambda: pd.Series(dtype=float))

    @property
    def effect(self) -> float:
        """Mean gap from the start on."""
        after = self.table["event_time"] >= 0
        return float(self.table.loc[after, "estimate"].mean())


@dataclass(frozen=True, eq=False, slots=True)
class PlaceboTest:
    """A treated unit among all others, each as if treated.

    Attributes:
        table: One row, ``term`` = ``effect``: the treated unit's mean gap from the start on with
            ``p_value``; its error and interval are missing.
        p_value: Rank of the treated unit's ratio, the greatest first, over the number of units.
        units: One row a unit, the greatest ratio first: ``rmspe_before``, ``rmspe_after``,
            ``ratio``, ``effect``, ``treated``.
        gaps: Gap by time (rows) and unit (columns).
    """

    table: pd.DataFrame
    p_value: float
    units: pd.DataFrame
    gaps: pd.DataFrame


def estimates_table(
    name: str, labels: Sequence[Any], estimates: Floats, errors: Floats, degrees: float
) -> pd.DataFrame:
    """The contract's table from estimates and their standard errors.

    Args:
        name: Name of the first column, ``term`` or ``event_time``.
        labels: Its values.
        estimates: The estimates.
        errors: Their standard errors; a missing one gives no interval and no p value.
        degrees: Degrees of freedom of the t distribution.
    """
    reach = stats.t.ppf((1 + LEVEL) / 2, degrees) * errors
    with np.errstate(divide="ignore", invalid="ignore"):
        p_values = 2 * stats.t.sf(np.abs(estimates / errors), degrees)
    columns = (estimates, errors, estimates - reach, estimates + reach, p_values)
    return pd.DataFrame({name: list(labels), **dict(zip(COLUMNS, columns, strict=True))})
