"""Draws that several topics need."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from indicators.sources.synthetic.days import Array

Rng = np.random.Generator


def codes(rng: Rng, weights: Mapping[str, float], n: int) -> Array:
    """Codes drawn by their weights."""
    shares = np.cumsum(np.array(list(weights.values()), dtype=float))
    return np.array(list(weights))[np.searchsorted(shares / shares[-1], rng.random(n))]


def lengths(rng: Rng, median: Array | float, sigma: float, n: int) -> Array:
    """Log-normal lengths in whole days, at least one."""
    days = median * np.exp(sigma * rng.standard_normal(n))
    return np.maximum(np.rint(days), 1).astype(np.int32)


def within(rng: Rng, start: Array, end: Array) -> Array:
    """A day of each closed interval, every day alike."""
    span = (end - start + 1).astype(float)
    days: Array = start + np.floor(rng.random(len(start)) * span).astype(np.int32)
    return days
