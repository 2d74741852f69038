"""The synthetic control: an average of other units that resembled the treated one before.

Definition: Abadie, Diamond and Hainmueller (2010). See
``docs/decisions/0021-synthetic-control.md`` for the choices made here.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from indicators.evaluation.comparison import Comparison, read_comparison, synthetic_result
from indicators.evaluation.predictors import (
    Predictors,
    importances,
    predictor_table,
    standardised,
    weights_given,
)
from indicators.evaluation.result import Floats, SyntheticControl
from indicators.evaluation.simplex import simplex_weights


def synthetic_control(
    panel: pd.DataFrame,
    *,
    unit: str,
    time: str,
    outcome: str,
    treated: Any,
    start: Any,
    predictors: Predictors | None = None,
) -> SyntheticControl:
    """Compare a treated unit with the weighted average of the others that resembles it.

    Args:
        panel: One row a unit and time, complete: every unit has an outcome at every time. All
            units beside the treated one are donors.
        unit: Column of units.
        time: Column of times: whole numbers, ``YYYY-MM``, periods or days.
        outcome: Column of outcomes.
        treated: The treated unit.
        start: Its first treated time.
        predictors: What the donors shall resemble the treated unit in. By default the outcomes
            before the start, each of equal weight: the fit before the start is then the best
            there is. A list of columns: their means over the times before the start. A mapping
            from column to times: each time, or the mean over each pair (first, last), such as
            ``{"income": [(1980, 1988)], "sales": [1975, 1980, 1988]}``. With columns, their
            importance is chosen so that the fit of outcomes before the start is best.

    Raises:
        UsageError: A column, unit or time is not there.
        DataError: The panel cannot be used; an outcome or predictor is missing.
    """
    comparison = read_comparison(panel, (unit, time, outcome), treated, start)
    if predictors is None:
        weights = outcome_weights(comparison)
        return synthetic_result(comparison, weights, synthetic_outcomes(comparison, weights))
    table = predictor_table(panel, comparison.data, comparison.before, predictors)
    values = standardised(table.to_numpy())
    importance = importances(values, comparison.outcomes[comparison.before], comparison.treated)
    weights = weights_given(importance, values, comparison.treated)
    return synthetic_result(
        comparison,
        weights,
        synthetic_outcomes(comparison, weights),
        pd.Series(importance, index=table.index, name="importance"),
    )


def outcome_weights(comparison: Comparison) -> Floats:
    """Weights of the donors with the least squared gap before the start."""
    past = comparison.outcomes[comparison.before]
    donors = np.delete(past, comparison.treated, axis=1)
    return simplex_weights(donors, past[:, comparison.treated])


def synthetic_outcomes(comparison: Comparison, weights: Floats) -> Floats:
    """Weighted average of the donors at each time."""
    donors = np.delete(comparison.outcomes, comparison.treated, axis=1)
    return np.asarray(donors @ weights)
