"""Weights that are not negative and add up to one: an exact least-squares solution.

The point of a convex hull nearest to the origin is found by non-negative least squares with one
row of ones more (Lawson and Hanson 1974, ch. 23): no penalty, no iteration to a tolerance.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import nnls

from indicators.evaluation.result import Floats

_DUST = 1e-12  # a share that only rounding left


def simplex_weights(columns: Floats, target: Floats, ridge: float = 0.0) -> Floats:
    """Minimise |columns · w − target|² + ridge · |w|² over w ≥ 0 with sum 1.

    Args:
        columns: m × n, one column a donor.
        target: m values.
        ridge: Weight of the squared length of w; above 0 the solution is unique.

    Returns:
        The n weights. Without ridge and with more donors than rows there may be others that fit
        as well; this one rests on few donors.
    """
    distances = columns - target[:, None]
    if ridge > 0:
        distances = np.vstack([distances, np.sqrt(ridge) * np.eye(columns.shape[1])])
    # Scaled so that the row of ones and the distances are of one size: the solution is the same.
    size = np.sqrt((distances**2).sum(axis=0).min())
    scaled = distances / (size if size > 0 else 1.0)
    ones = np.ones((1, columns.shape[1]))
    solution = nnls(np.vstack([scaled, ones]), np.append(np.zeros(len(scaled)), 1.0))[0]
    weights = np.where(solution > _DUST * solution.sum(), solution, 0.0)
    return np.asarray(weights / weights.sum())
