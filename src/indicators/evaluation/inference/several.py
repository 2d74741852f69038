"""Several outcomes at once: p values that allow for having looked at all of them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators.errors import UsageError
from indicators.evaluation.result import Floats


def holm(p_values: pd.Series) -> pd.Series:
    """Holm's (1979) step-down adjustment: right whatever the outcomes' dependence.

    Args:
        p_values: By outcome.
    """
    order = np.argsort(p_values.to_numpy(dtype=float), kind="stable")
    count = len(order)
    raised = p_values.to_numpy(dtype=float)[order] * (count - np.arange(count))
    return _in_place(np.minimum(np.maximum.accumulate(raised), 1.0), order, p_values.index)


def romano_wolf(estimates: pd.Series, draws: pd.DataFrame) -> pd.Series:
    """Step-down adjustment of Westfall and Young (1993) and Romano and Wolf (2005).

    The same placebo regions for all outcomes keep the outcomes' dependence, so that outcomes
    which say the same cost nothing.

    Args:
        estimates: Effects by outcome.
        draws: Placebo effects, one row a placebo region and one column an outcome.

    Returns:
        Adjusted p values by outcome; each effect counts in standard deviations of its draws.

    Raises:
        UsageError: The outcomes differ.
    """
    if list(estimates.index) != list(draws.columns):
        raise UsageError("draws: its columns must be the outcomes of the estimates, in order")
    spread = np.sqrt((draws.to_numpy(dtype=float) ** 2).mean(axis=0))
    sizes = np.abs(estimates.to_numpy(dtype=float)) / spread
    chance = np.abs(draws.to_numpy(dtype=float)) / spread
    order = np.argsort(-sizes, kind="stable")
    # The largest of the outcomes not yet passed, for each: cumulated from the smallest effect on.
    largest = np.maximum.accumulate(chance[:, order[::-1]], axis=1)[:, ::-1]
    exceeded = (largest >= sizes[order] * (1 - 1e-12)).sum(axis=0)
    adjusted = np.maximum.accumulate((1 + exceeded) / (1 + len(chance)))
    return _in_place(adjusted, order, estimates.index)


def _in_place(sorted_values: Floats, order: NDArray[np.intp], index: pd.Index) -> pd.Series:
    values = np.empty(len(order))
    values[order] = sorted_values
    return pd.Series(values, index=index, name="p_value")
