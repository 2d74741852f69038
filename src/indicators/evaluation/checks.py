"""What a synthetic control stands on: leave out a donor, pretend an earlier start."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from indicators.errors import DataError
from indicators.evaluation.clock import read_clock
from indicators.evaluation.longdata import require_columns
from indicators.evaluation.result import SyntheticControl
from indicators.evaluation.synthetic import synthetic_control


def leave_one_out(
    panel: pd.DataFrame, *, unit: str, time: str, outcome: str, treated: Any, start: Any
) -> pd.DataFrame:
    """The gap again without each donor that has a weight.

    Args:
        panel: One row a unit and time, complete.
        unit: Column of units.
        time: Column of times.
        outcome: Column of outcomes.
        treated: The treated unit.
        start: Its first treated time.

    Returns:
        Gap by time (rows) and donor left out (columns, the weightiest first).

    Raises:
        UsageError: As of :func:`synthetic_control`.
        DataError: As there; and if there is only one donor.
    """
    names: dict[str, Any] = {"unit": unit, "time": time, "outcome": outcome}
    names |= {"treated": treated, "start": start}
    whole = synthetic_control(panel, **names)
    used = whole.weights[whole.weights > 0].sort_values(ascending=False, kind="stable")
    if len(whole.weights) < 2:
        raise DataError(f"panel, column {unit}: a lone donor cannot be left out")
    gaps = {
        donor: synthetic_control(panel[panel[unit] != donor], **names).gap for donor in used.index
    }
    return pd.DataFrame(gaps).rename_axis(columns="left_out")


def earlier_start(
    panel: pd.DataFrame,
    *,
    unit: str,
    time: str,
    outcome: str,
    treated: Any,
    start: Any,
    pretended: Any,
) -> SyntheticControl:
    """A synthetic control of the times before the start, as if it had come earlier.

    Args:
        panel: One row a unit and time, complete before the start.
        unit: Column of units.
        time: Column of times.
        outcome: Column of outcomes.
        treated: The treated unit.
        start: Its first treated time: nothing from it on is used.
        pretended: The pretended start; the gaps from it on should be small.

    Raises:
        UsageError: As of :func:`synthetic_control`.
        DataError: As there; also if nothing lies between the pretended start and the real one.
    """
    require_columns(panel, [unit, time, outcome])
    known = panel[panel[time].notna()]
    time_axis = read_clock(known[time])
    ticks = time_axis.ticks[time_axis.times.get_indexer(pd.Index(known[time]))]
    before = known[np.asarray(ticks < time_axis.tick(start, "start"))]
    if before.empty:
        raise DataError("start: there is no time before it")
    return synthetic_control(
        before, unit=unit, time=time, outcome=outcome, treated=treated, start=pretended
    )
