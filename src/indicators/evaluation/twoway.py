"""Least squares with unit and time effects, exactly, also on panels with holes.

Unit effects are taken out by means; time effects by solving the normal equations that remain, one
a time. Regressors stay sparse: what the effects explain of them is only ever needed as sums by
unit and by time, so thousands of dummies of cohorts and times cost little. Errors are clustered
by unit (CRV1) with the small-sample correction of fixest and pyfixest:
(n − 1) / (n − k − T) · G / (G − 1), for the unit effects are nested in the clusters.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from indicators.errors import DataError
from indicators.evaluation.result import Bools, Floats, Ints

# A regressor with less than this share of its own variation left, or this share of what the
# other regressors leave of it, counts as a combination of effects and others.
_COLLINEAR = 1e-10


@dataclass(frozen=True, eq=False, slots=True)
class Fit:
    """Coefficients (k), their covariance (k × k), rows and clusters used."""

    coefficients: Floats
    covariance: Floats
    observations: int
    clusters: int


def fit(outcome: Floats, regressors: Any, unit: Ints, time: Ints) -> Fit:
    """Regress outcomes on regressors, unit and time effects.

    Args:
        outcome: n values without missing ones.
        regressors: n × k, an array or a sparse one.
        unit: Unit of each row, as whole numbers from 0.
        time: Time of each row, as whole numbers from 0.

    Raises:
        DataError: The effects cannot be told apart from unit and time effects.
    """
    kept = without_singletons(unit, time)
    outcome, columns = outcome[kept], sparse.csr_array(regressors)[kept]
    unit, time = _renumbered(unit[kept]), _renumbered(time[kept])
    by_unit, by_time = _dummies(unit), _dummies(time)
    own = (by_unit.T @ columns).toarray()
    means = own / np.bincount(unit)[:, None]
    # Sums by time of what unit effects leave of the regressors, and the time effects in them.
    sums = (by_time.T @ columns).toarray() - (by_time.T @ by_unit) @ means
    effects = _time_effects(sums, unit, time)
    whole = (columns.T @ columns).toarray()
    bread = _inverse(whole - own.T @ means - sums.T @ effects, np.diag(whole))
    coefficients = bread @ (columns.T @ _left(outcome, unit, time))
    rest = _left(outcome - columns @ coefficients, unit, time)
    # What is left has no sum by unit, so the unit means of the regressors drop out of the scores.
    by_both = sparse.csr_array((rest, (unit, time)))
    scores = (by_unit.T @ columns.multiply(rest[:, None])).toarray() - by_both @ effects
    rows, clusters = len(outcome), len(scores)
    free = rows - columns.shape[1] - len(sums)
    correction = (rows - 1) / free * clusters / (clusters - 1)
    covariance = correction * bread @ (scores.T @ scores) @ bread
    return Fit(coefficients, covariance, rows, clusters)


def without_singletons(unit: Ints, time: Ints) -> Bools:
    """Which rows stay once units and times with a single row are gone, over and over."""
    kept = np.ones(len(unit), dtype=bool)
    while True:
        lone = (np.bincount(unit[kept], minlength=unit.max() + 1) == 1)[unit]
        lone |= (np.bincount(time[kept], minlength=time.max() + 1) == 1)[time]
        if not (lone & kept).any():
            return kept
        kept &= ~lone
        if not kept.any():
            raise DataError("panel: no unit and no time has two rows")


def residuals(columns: Floats, unit: Ints, time: Ints) -> Floats:
    """What is left of each column (n × m) once unit and time effects are taken out.

    Units and times are whole numbers from 0, each of them used.
    """
    by_unit, number = _dummies(unit), np.bincount(unit)[:, None]
    inside = columns - ((by_unit.T @ columns) / number)[unit]
    left = inside - _time_effects(_dummies(time).T @ inside, unit, time)[time]
    return np.asarray(left - ((by_unit.T @ left) / number)[unit])


def _left(values: Floats, unit: Ints, time: Ints) -> Floats:
    return np.asarray(residuals(values[:, None], unit, time)[:, 0])


def _time_effects(sums: Floats, unit: Ints, time: Ints) -> Floats:
    """Time effects of columns from their sums by time, unit means taken out of both."""
    counts = (_dummies(unit).T @ _dummies(time)).toarray()
    crossed = np.diag(counts.sum(axis=0)) - counts.T @ (counts / counts.sum(axis=1)[:, None])
    return np.asarray(np.linalg.lstsq(crossed, sums, rcond=1e-12)[0])


def _inverse(gram: Floats, whole: Floats) -> Floats:
    """Inverse of the regressors' products, refused where it has none worth the name."""
    left = np.diag(gram)
    faint = left <= _COLLINEAR * np.maximum(whole, np.finfo(float).tiny)
    size = np.sqrt(np.where(faint, 1.0, left))
    try:
        scaled = np.linalg.inv(gram / size / size[:, None])
    except np.linalg.LinAlgError:
        faint[:] = True
    if faint.any() or (np.diag(scaled) > 1 / _COLLINEAR).any() or (np.diag(scaled) < 0).any():
        raise DataError(
            "panel: an effect cannot be told from unit and time effects; each treated unit needs "
            "rows before its first treated time, and each time needs untreated units"
        )
    return np.asarray(scaled / size / size[:, None])


def _dummies(codes: Ints) -> Any:
    rows = np.arange(len(codes))
    return sparse.csr_array((np.ones(len(codes)), (rows, codes)))


def _renumbered(codes: Ints) -> Ints:
    return np.asarray(np.unique(codes, return_inverse=True)[1], dtype=np.int64)
