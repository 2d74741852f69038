"""Least squares with unit and time effects, errors clustered.

pyfixest takes the effects out. What is left is a regression of a few lines: pyfixest's has no
public covariance of its coefficients, and statsmodels' takes a hundred times as long. See
``docs/decisions/0051-evaluation-functions.md``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from indicators.errors import DataError
from indicators.evaluation.result import Bools, Floats, Ints

# Of each column's own size: alternating projections stop here, a few roundings away from exact.
_TOLERANCE = 1e-13
_MOST_ROUNDS = 100_000
# A regressor with less than this share of its own variation left, or this share of what the
# other regressors leave of it, counts as a combination of effects and others.
_COLLINEAR = 1e-10


@dataclass(frozen=True, eq=False, slots=True)
class TwoWayFit:
    """Coefficients (k), their covariance (k × k), rows and clusters used."""

    coefficients: Floats
    covariance: Floats
    observations: int
    clusters: int


def fit_two_way(
    outcome: Floats,
    regressors: Floats,
    unit: Ints,
    time: Ints,
    *,
    cluster: Ints | None = None,
    weights: Floats | None = None,
) -> TwoWayFit:
    """Regress outcomes on regressors, unit and time effects.

    Errors are clustered (CRV1) with the small-sample correction of fixest and pyfixest:
    (n − 1) / (n − k − T) · G / (G − 1), for unit effects are nested in the clusters.

    Args:
        outcome: n values, none missing.
        regressors: n × k.
        unit: Unit of each row, as whole numbers from 0.
        time: Time of each row, as whole numbers from 0.
        cluster: Cluster of each row, the same for all rows of a unit; the unit without it.
        weights: Above 0, by row; all alike without it.

    Raises:
        DataError: The regressors are collinear with unit and time effects, or one cluster is left.
    """
    kept = without_singletons(unit, time)
    unit, time = _consecutive_codes(unit[kept]), _consecutive_codes(time[kept])
    group = unit if cluster is None else _consecutive_codes(cluster[kept])
    weight = np.ones(len(unit)) if weights is None else weights[kept]
    clusters = int(group.max()) + 1
    if clusters < 2:
        raise DataError("panel: the rows that can be compared are all in one cluster")
    left = without_effects(
        np.column_stack([outcome[kept], regressors[kept]]), unit, time, weight
    ) * np.sqrt(weight[:, None])
    target, design = left[:, 0], left[:, 1:]
    rows, count = design.shape
    free = rows - count - len(np.unique(time))
    if free < 1:
        raise DataError(f"panel: {rows} rows are too few for {count} effects and the times")
    bread = _gram_inverse(design, weight @ regressors[kept] ** 2)
    coefficients = bread @ (design.T @ target)
    scores = sum_by_group(design * (target - design @ coefficients)[:, None], group)
    correction = (rows - 1) / free * clusters / (clusters - 1)
    covariance = correction * bread @ (scores.T @ scores) @ bread
    return TwoWayFit(coefficients, covariance, rows, clusters)


def sum_by_group(values: Floats, group: Ints) -> Floats:
    """Sums of rows (n × k) by group (groups × k); groups are whole numbers from 0."""
    rows = np.arange(len(group))
    dummies = sparse.csr_array((np.ones(len(group)), (group, rows)))
    return np.asarray(dummies @ values)


def without_effects(columns: Floats, unit: Ints, time: Ints, weights: Floats) -> Floats:
    """What is left of each column (n × m) once unit and time effects are taken out.

    Units and times are whole numbers from 0, each of them used; weights are above 0.

    Raises:
        DataError: The panel is too thinly tied together for the effects to be found.
    """
    from pyfixest.estimation import demean

    size = np.maximum(np.abs(columns).max(axis=0), np.finfo(float).tiny)
    effects = np.column_stack([unit, time]).astype(np.uint64)
    left, converged = demean(
        np.asfortranarray(columns / size),
        effects,
        np.asarray(weights, dtype=float),
        _TOLERANCE,
        _MOST_ROUNDS,
    )
    if not converged:
        raise DataError(
            "panel: unit and time effects cannot be told apart well; units share too few times"
        )
    return np.asarray(left * size)


def without_singletons(unit: Ints, time: Ints) -> Bools:
    """Which rows stay once units and times with a single row are gone, over and over.

    Raises:
        DataError: None stays.
    """
    from pyfixest.estimation import detect_singletons

    lone = detect_singletons(np.column_stack([unit, time]).astype(np.uint64))
    if lone.all():
        raise DataError("panel: no unit and no time has two rows")
    return np.asarray(~lone)


def _gram_inverse(design: Floats, whole: Floats) -> Floats:
    """Inverse of the regressors' products, refused where it has none worth the name.

    Args:
        design: Regressors without effects, rows times the roots of their weights.
        whole: Weighted sum of squares of each, effects included.
    """
    gram = design.T @ design
    size = np.sqrt(np.diag(gram))
    faint = size**2 <= _COLLINEAR * np.maximum(whole, np.finfo(float).tiny)
    scale = np.where(faint, 1.0, size)
    scaled = gram / scale / scale[:, None]
    if faint.any() or np.linalg.eigvalsh(scaled)[0] < _COLLINEAR:
        raise DataError(
            "panel: an effect cannot be told from unit and time effects; each treated unit needs "
            "rows before its first treated time, each time needs untreated units, and a covariate "
            "must change over time otherwise than the others"
        )
    return np.asarray(np.linalg.inv(scaled) / scale / scale[:, None])


def _consecutive_codes(codes: Ints) -> Ints:
    return np.asarray(np.unique(codes, return_inverse=True)[1], dtype=np.int64)
