"""The placebo test of a synthetic control: is the treated unit's gap unusual?

Definition: Abadie, Diamond and Hainmueller (2010): every unit in turn as if treated, all others
(the treated one too) its donors. Under no effect at all the treated unit's rank is then as likely
to be any, whatever the number of units.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from indicators.evaluation.comparison import Comparison, read_comparison, rmspe
from indicators.evaluation.result import Floats, PlaceboTest
from indicators.evaluation.synthetic import outcome_weights, synthetic_outcomes

_PERFECT = 1e-9  # of the largest outcome


def placebo_test(
    panel: pd.DataFrame,
    *,
    unit: str,
    time: str,
    outcome: str,
    treated: Any,
    start: Any,
) -> PlaceboTest:
    """Rank a treated unit's gap among those of all units, each as if treated.

    Args:
        panel: One row a unit and time, complete.
        unit: Column of units.
        time: Column of times: whole numbers, ``YYYY-MM``, periods or days.
        outcome: Column of outcomes.
        treated: The treated unit.
        start: Its first treated time.

    Returns:
        ``p_value`` is the rank of the ratio of the root mean squared gap after the start to that
        before, the greatest first, over the number of units. With n units it is 1 / n at least.

    Raises:
        UsageError: A column, the unit or the time is not there.
        DataError: The panel cannot be used.
    """
    comparison = read_comparison(panel, (unit, time, outcome), treated, start)
    gaps = np.column_stack(
        [_gap(comparison, column) for column in range(len(comparison.data.units))]
    )
    units = _units(comparison, gaps)
    ratio = units.loc[units["treated"], "ratio"].iloc[0]
    # Equal ratios count against the treated unit: a tie is no evidence.
    p_value = float((units["ratio"] >= ratio).mean())
    effect = units.loc[units["treated"], "effect"].iloc[0]
    return PlaceboTest(
        pd.DataFrame(
            {"term": ["effect"], "estimate": [effect]}
            | dict.fromkeys(("std_error", "ci_low", "ci_high"), np.nan)
            | {"p_value": [p_value]}
        ),
        p_value,
        units,
        pd.DataFrame(gaps, index=comparison.data.time_axis.times, columns=comparison.data.units),
    )


def _gap(comparison: Comparison, column: int) -> Floats:
    placebo = Comparison(comparison.data, comparison.outcomes, column, comparison.event)
    weights = outcome_weights(placebo)
    return np.asarray(placebo.outcomes[:, column] - synthetic_outcomes(placebo, weights))


def _units(comparison: Comparison, gaps: Floats) -> pd.DataFrame:
    before = comparison.before
    past = np.array([rmspe(gap, before) for gap in gaps.T])
    later = np.array([rmspe(gap, ~before) for gap in gaps.T])
    # A perfect fit leaves rounding errors: below this it is the gap after that ranks.
    least = _PERFECT * max(float(np.abs(comparison.outcomes).max()), 1e-300)
    ratio = np.maximum(later, least) / np.maximum(past, least)
    table = pd.DataFrame(
        {
            "unit": comparison.data.units,
            "rmspe_before": past,
            "rmspe_after": later,
            "ratio": ratio,
            "effect": gaps[~before].mean(axis=0),
            "treated": np.arange(gaps.shape[1]) == comparison.treated,
        }
    )
    return table.sort_values("ratio", ascending=False, ignore_index=True)
