"""One treated unit among others, as a table of outcomes: what synthetic controls start from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from indicators.errors import DataError
from indicators.evaluation.longdata import LongData, position, read_long
from indicators.evaluation.result import Bools, Floats, Ints, SyntheticControl


@dataclass(frozen=True, eq=False, slots=True)
class Comparison:
    """Outcomes of all units at all times.

    Attributes:
        data: The panel as arrays.
        outcomes: Time (rows) by unit (columns), complete.
        treated: Column of the treated unit.
        event: Event time of each row: 0 at the start.
    """

    data: LongData
    outcomes: Floats
    treated: int
    event: Ints

    @property
    def before(self) -> Bools:
        """Rows before the start."""
        return np.asarray(self.event < 0)

    @property
    def donors(self) -> pd.Index:
        """The units beside the treated one."""
        return self.data.units.delete(self.treated)


def read_comparison(
    panel: pd.DataFrame, columns: tuple[str, str, str], treated: Any, start: Any
) -> Comparison:
    """Check and arrange a panel for one treated unit.

    Args:
        panel: One row a unit and time.
        columns: The columns of units, times and outcomes.
        treated: The treated unit.
        start: Its first treated time.

    Raises:
        UsageError: A column or the treated unit is not there.
        DataError: An outcome is missing, or nothing lies before or after the start.
    """
    unit, time, outcome = columns
    data = read_long(panel, unit, time, outcome)
    column = position(data.units, treated, "treated", unit)
    event = data.time_axis.ticks - data.time_axis.tick(start, "start")
    if not (event < 0).any() or not (event >= 0).any():
        raise DataError(f"start: column {time} needs times before the start and from it on")
    if len(data.units) < 2:
        raise DataError(f"panel, column {unit}: there is no other unit to compare with")
    outcomes = data.wide()
    lacking = int(np.isnan(outcomes).any(axis=0).sum())
    if lacking:
        raise DataError(
            f"panel, column {outcome}: {lacking} of {len(data.units)} units lack an "
            "outcome at some time; drop these units or times, or fill them"
        )
    return Comparison(data, outcomes, column, event)


def synthetic_result(
    comparison: Comparison,
    weights: Floats,
    synthetic: Floats,
    predictor_weights: pd.Series | None = None,
) -> SyntheticControl:
    """The result of a synthetic unit with these weights of the donors and these outcomes."""
    times = comparison.data.time_axis.times
    treated = comparison.outcomes[:, comparison.treated]
    gap = treated - synthetic
    before, after = rmspe(gap, comparison.before), rmspe(gap, ~comparison.before)
    table = pd.DataFrame(
        {"event_time": comparison.event, "time": times, "estimate": gap}
        | dict.fromkeys(("std_error", "ci_low", "ci_high", "p_value"), np.nan)
    )
    more = {} if predictor_weights is None else {"predictor_weights": predictor_weights}
    return SyntheticControl(
        table,
        pd.Series(weights, index=comparison.donors, name="weight"),
        pd.Series(gap, index=times, name="gap"),
        pd.Series(treated, index=times, name="treated"),
        pd.Series(synthetic, index=times, name="synthetic"),
        before,
        after,
        **more,
    )


def rmspe(gap: Floats, rows: Bools) -> float:
    """Root of the mean squared gap over some rows."""
    return float(np.sqrt(np.mean(gap[rows] ** 2)))
