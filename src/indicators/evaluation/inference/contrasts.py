"""Differences-in-differences of many regions at once.

With a balanced panel and one date, the two-way regression is a difference of means: each unit has
one number (its mean after less that before, or its outcome at an event time less that at −1), and
a region's effect is the mean of its units' numbers less that of the others. A thousand regions
are then one multiplication of matrices.
"""

from __future__ import annotations

import numpy as np

from indicators.errors import DataError
from indicators.evaluation.difference import BASE
from indicators.evaluation.result import Bools, Floats, Ints


def change(outcomes: Floats, event: Ints) -> Floats:
    """Mean from the start on less mean before, by unit.

    Args:
        outcomes: Time (rows) by unit (columns), complete.
        event: Event time of each row.
    """
    after = event >= 0
    return np.asarray(outcomes[after].mean(axis=0) - outcomes[~after].mean(axis=0))


def path(outcomes: Floats, event: Ints) -> Floats:
    """Outcome at each time less that at the base, time by unit.

    Raises:
        DataError: There is no event time −1.
    """
    base = event == BASE
    if not base.any():
        raise DataError("panel: there is no event time −1, the base")
    return np.asarray(outcomes - outcomes[base])


def effect_of(numbers: Floats, treated: Bools, weights: Floats) -> Floats:
    """The treated units' mean less the others'.

    Args:
        numbers: One or more numbers (rows) by unit (columns).
        treated: Which units are treated.
        weights: Of the units; all 1 for the plain mean.
    """
    return np.asarray(effects_of(numbers, treated[None, :], weights)[0])


def effects_of(numbers: Floats, regions: Bools, weights: Floats) -> Floats:
    """The same for many regions: region (rows) by number (columns).

    Args:
        numbers: k × units.
        regions: Which units each region holds, regions × units.
        weights: Of the units.
    """
    numbers = np.atleast_2d(numbers)
    inside = regions * weights
    share = inside.sum(axis=1, keepdims=True)
    sums = inside @ numbers.T
    rest = (numbers @ weights) - sums
    return np.asarray(sums / share - rest / (weights.sum() - share))
