"""Smoothness: fixed-length intervals of the least length that hold whatever trend is allowed.

The estimator is affine: the effects after the start as asked, corrected by a weighted sum of the
effects before it. A straight trend of any slope cancels; what bends is bounded. Its weights make
the interval, allowing for the worst bias, as short as can be (Armstrong and Kolesár 2018).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import optimize, stats
from scipy.linalg import null_space

from indicators.errors import DataError, UsageError
from indicators.evaluation.result import LEVEL, Estimates, Floats
from indicators.evaluation.sensitivity.trends import Study, bounds_table, read_study

# Prices of bias over which the trade with variance is searched, in powers of ten.
_PRICES = np.linspace(-5, 5, 31)


def smoothness_bounds(
    found: Estimates, bounds: Sequence[float], events: Sequence[int] = (0,)
) -> pd.DataFrame:
    """Intervals of an effect if the trend's slope may change by no more than a bound a step.

    Args:
        found: An event study with at least two effects before the base.
        bounds: The bounds M, in the outcome's unit a step.
        events: Event times whose mean effect is asked for.

    Returns:
        Columns ``slope_change`` (the bound), ``ci_low``, ``ci_high``: fixed-length confidence
        intervals, 95 %.

    Raises:
        UsageError: A bound is below 0, or an event time is not there.
        DataError: The event study has holes, or fewer than two effects before the base.
    """
    effects = read_study(found, events)
    if effects.before < 2:
        raise DataError("event study: a trend needs two effects before the base")
    if any(bound < 0 for bound in bounds):
        raise UsageError("bounds: a change of slope is 0 or more")
    program = _programme(effects)
    tried = [_weights(program, 10.0**price) for price in _PRICES]
    intervals = [_interval(program, tried, bound) for bound in bounds]
    return bounds_table("slope_change", bounds, intervals)


def bends(effects: Study) -> tuple[Floats, Floats]:
    """Trends as a slope and bends: δ = slope · steps + bend matrix · bends.

    Returns:
        Steps of each effect from the base; and the matrix, effects by bends.
    """
    steps = np.concatenate([np.arange(-effects.before, 0), np.arange(1, effects.after + 1)])
    places = np.arange(-effects.before + 1, effects.after)
    before = np.where(steps[:, None] < 0, np.maximum(places[None, :] - steps[:, None], 0), 0)
    before = np.where(places[None, :] <= 0, before, 0)
    after = np.where(steps[:, None] > 0, np.maximum(steps[:, None] - places[None, :], 0), 0)
    after = np.where(places[None, :] > 0, after, 0)
    return steps.astype(float), (before + after).astype(float)


@dataclass(frozen=True, eq=False, slots=True)
class _Programme:
    """Weights w = fixed + free · y, and the least of variance / 2 + price · worst bias over y.

    All in units of the error of the effect asked for. ``bent`` and ``bend`` are the bends' pull
    on the fixed and the free part, ``inverse`` and ``linear`` the variance's.
    """

    effects: Study
    fixed: Floats
    free: Floats
    bent: Floats
    bend: Floats
    inverse: Floats
    linear: Floats


def _programme(effects: Study) -> _Programme:
    steps, matrix = bends(effects)
    early = steps[: effects.before]
    # A straight trend cancels: the effects before make up for the steps of those after.
    slope = effects.target @ steps[effects.before :]
    fixed = np.concatenate([-early * slope / (early @ early), effects.target])
    free = np.zeros((len(steps), effects.before - 1))
    free[: effects.before] = null_space(early[None, :])
    covariance = effects.covariance / effects.error**2
    return _Programme(
        effects,
        fixed,
        free,
        matrix.T @ fixed,
        matrix.T @ free,
        np.asarray(np.linalg.inv(free.T @ covariance @ free)),
        free.T @ covariance @ fixed,
    )


def _weights(program: _Programme, price: float) -> Floats:
    """The weights for a price: a quadratic programme, by its dual, which is bounded by a box."""
    bend, bent = program.bend, program.bent

    def dual(signs: Floats) -> tuple[float, Floats]:
        pull = program.linear + bend.T @ signs
        step = program.inverse @ pull
        return 0.5 * float(pull @ step) - float(signs @ bent), bend @ step - bent

    box = [(-price, price)] * len(bent)
    found = optimize.minimize(
        dual,
        np.zeros(len(bent)),
        jac=True,
        bounds=box,
        method="TNC",
        options={"ftol": 1e-13, "maxfun": 50000},
    )
    pull = program.linear + bend.T @ found.x
    return np.asarray(program.fixed - program.free @ (program.inverse @ pull))


def _interval(program: _Programme, tried: Sequence[Floats], bound: float) -> tuple[float, float]:
    effects = program.effects

    def length(price: float) -> float:
        return _half_length(_weights(program, 10.0**price), effects, bound)

    best = _weights(program, 0.0)
    if bound > 0:
        place = int(np.argmin([_half_length(weights, effects, bound) for weights in tried]))
        ends = _PRICES[max(place - 1, 0)], _PRICES[min(place + 1, len(_PRICES) - 1)]
        found = optimize.minimize_scalar(length, bounds=ends, method="bounded")
        best = _weights(program, 10.0 ** float(found.x))
    middle, reach = float(best @ effects.estimates), _half_length(best, effects, bound)
    return middle - reach, middle + reach


def _half_length(weights: Floats, effects: Study, bound: float) -> float:
    deviation = float(np.sqrt(weights @ effects.covariance @ weights))
    worst = bound * float(np.abs(bends(effects)[1].T @ weights).sum())
    return deviation * float(stats.foldnorm.ppf(LEVEL, worst / deviation))
