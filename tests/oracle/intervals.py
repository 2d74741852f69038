"""The 95 % interval of a mean by Student's t."""

from __future__ import annotations

from math import sqrt
from statistics import mean, stdev

from scipy.stats import t


def interval(values: list[float], level: float) -> tuple[float, float]:
    # "Student t interval, 95 %"
    n = len(values)
    half = t.ppf(0.5 + level / 200, n - 1) * stdev(values) / sqrt(n)
    return mean(values) - half, mean(values) + half
