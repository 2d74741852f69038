"""Least squares with unit and time effects, exactly, also on panels with holes.

Unit effects are taken out by means; time effects by solving the normal equations that remain, one
a time. Errors are clustered by unit (CRV1) with the small-sample correction of fixest and
pyfixest: (n − 1) / (n − k − T) · G / (G − 1), for the unit effects are nested in the clusters.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from indicators.errors import DataError
from indicators.evaluation.result import Bools, Floats, Ints

# Below this share of a regressor's own variation it counts as a combination of the others.
_COLLINEAR = 1e-9


@dataclass(frozen=True, eq=False, slots=True)
class Fit:
    """Coefficients (k), their covariance (k × k), rows and clusters used."""

    coefficients: Floats
    covariance: Floats
    observations: int
    clusters: int


def fit(outcome: Floats, regressors: Floats, unit: Ints, time: Ints) -> Fit:
    """Regress outcomes on regressors, unit and time effects.

    Args:
        outcome: n values without missing ones.
        regressors: n × k.
        unit: Unit of each row, as whole numbers from 0.
        time: Time of each row, as whole numbers from 0.

    Raises:
        DataError: The effects cannot be told apart from unit and time effects.
    """
    kept = without_singletons(unit, time)
    outcome, regressors = outcome[kept], regressors[kept]
    unit, time = _renumbered(unit[kept]), _renumbered(time[kept])
    left = residuals(np.column_stack([outcome, regressors]), unit, time)
    y, x = left[:, 0], left[:, 1:]
    _require_rank(x, regressors)
    bread = np.linalg.inv(x.T @ x)
    coefficients = bread @ (x.T @ y)
    scores = _sums(x * (y - x @ coefficients)[:, None], unit)
    rows, clusters = len(y), len(scores)
    free = rows - x.shape[1] - (int(time.max()) + 1)
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
    inside = columns - _means(columns, unit)[unit]
    counts = np.zeros((unit.max() + 1, time.max() + 1))
    np.add.at(counts, (unit, time), 1.0)
    crossed = np.diag(counts.sum(axis=0)) - counts.T @ (counts / counts.sum(axis=1)[:, None])
    effects = np.linalg.lstsq(crossed, _sums(inside, time), rcond=1e-12)[0]
    left = inside - effects[time]
    return np.asarray(left - _means(left, unit)[unit])


def _require_rank(x: Floats, regressors: Floats) -> None:
    sizes = np.sqrt((x**2).sum(axis=0))
    whole = np.sqrt((regressors**2).sum(axis=0))
    faint = sizes <= _COLLINEAR * np.maximum(whole, 1e-300)
    scaled = x / np.where(faint, 1.0, sizes)
    if faint.any() or np.linalg.eigvalsh(scaled.T @ scaled)[0] < _COLLINEAR:
        raise DataError(
            "panel: an effect cannot be told from unit and time effects; each treated unit needs "
            "rows before its first treated time, and each time needs untreated units"
        )


def _sums(columns: Floats, group: Ints) -> Floats:
    order = np.argsort(group, kind="stable")
    starts = np.flatnonzero(np.diff(group[order], prepend=-1))
    return np.asarray(np.add.reduceat(columns[order], starts, axis=0))


def _means(columns: Floats, group: Ints) -> Floats:
    return np.asarray(_sums(columns, group) / np.bincount(group)[:, None])


def _renumbered(codes: Ints) -> Ints:
    return np.asarray(np.unique(codes, return_inverse=True)[1], dtype=np.int64)
