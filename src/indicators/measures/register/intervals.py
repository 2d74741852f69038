"""Means of answers and their confidence intervals by Student's t."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import fsum, sqrt

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean, told by its sum.

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
