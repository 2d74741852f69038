"""Synthetic control mended by ridge regression where it does not fit before the start.

Definition: Ben-Michael, Feller and Rothstein (2021). The weights still add up to one but may be
below zero: so far the mended comparison leaves what the donors show and extrapolates.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from indicators.errors import UsageError
from indicators.evaluation.comparison import Comparison, read_comparison, synthetic_result
from indicators.evaluation.result import Floats, SyntheticControl
from indicators.evaluation.simplex import simplex_weights
from indicators.evaluation.synthetic import synthetic_outcomes

_PENALTIES = np.logspace(0, -8, 20)  # of the largest squared singular value


def augmented_synthetic_control(
    panel: pd.DataFrame,
    *,
    unit: str,
    time: str,
    outcome: str,
    treated: Any,
    start: Any,
    penalty: float | None = None,
) -> SyntheticControl:
    """The synthetic control from outcomes before the start, corrected by ridge regression.

    Args:
        panel: One row a unit and time, complete.
        unit: Column of units.
        time: Column of times.
        outcome: Column of outcomes.
        treated: The treated unit.
        start: Its first treated time.
        penalty: Of the squared ridge weights; without it the largest whose error in predicting
            each time before the start from the others is within one standard error of the least.

    Raises:
        UsageError: As of :func:`synthetic_control`; also if the penalty is not above 0.
        DataError: As there.
    """
    comparison = read_comparison(panel, (unit, time, outcome), treated, start)
    if penalty is not None and not penalty > 0:
        raise UsageError("penalty: write a number above 0")
    donors, target = _centred(comparison)
    weights = ridge_weights(donors, target, penalty or _chosen(donors, target))
    return synthetic_result(comparison, weights, synthetic_outcomes(comparison, weights))


def ridge_weights(donors: Floats, target: Floats, penalty: float) -> Floats:
    """Simplex weights and their ridge correction.

    Args:
        donors: Outcomes before the start less the donors' mean at each time, time by donor.
        target: The treated unit's, less the same means.
        penalty: Above 0.
    """
    weights = simplex_weights(donors, target)
    missed = target - donors @ weights
    spread = donors @ donors.T + penalty * np.eye(len(donors))
    return np.asarray(weights + donors.T @ np.linalg.solve(spread, missed))


def _centred(comparison: Comparison) -> tuple[Floats, Floats]:
    past = comparison.outcomes[comparison.before]
    donors = np.delete(past, comparison.treated, axis=1)
    means = donors.mean(axis=1)
    return donors - means[:, None], past[:, comparison.treated] - means


def _chosen(donors: Floats, target: Floats) -> float:
    """The penalty by leaving out each time before the start in turn."""
    largest = float(np.linalg.norm(donors, ord=2) ** 2)
    penalties = np.maximum(largest * _PENALTIES, np.finfo(float).tiny)
    if len(target) < 2 or largest == 0:
        return float(penalties[0]) or 1.0
    errors = np.array(
        [_errors_without(donors, target, row, penalties) for row in range(len(target))]
    )
    means, spread = errors.mean(axis=0), errors.std(axis=0, ddof=1) / np.sqrt(len(errors))
    best = int(means.argmin())
    return float(penalties[means <= means[best] + spread[best]].max())


def _errors_without(donors: Floats, target: Floats, row: int, penalties: Floats) -> list[float]:
    rest = np.arange(len(target)) != row
    found = (ridge_weights(donors[rest], target[rest], float(size)) for size in penalties)
    return [float((target[row] - donors[row] @ weights) ** 2) for weights in found]
