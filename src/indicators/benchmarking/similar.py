"""Which areas are similar: the nearest ones by standardised covariates."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def standardise(covariates: ArrayLike) -> Floats:
    """Covariates with mean 0 and standard deviation 1 over the areas where they are known.

    Args:
        covariates: Shape (areas, covariates), NaN where not known.

    Returns:
        Likewise; NaN throughout a covariate that tells no two areas apart.
    """
    values = np.asarray(covariates, float)
    known = ~np.isnan(values)
    counts = np.maximum(known.sum(axis=0), 1)
    means = np.where(known, values, 0).sum(axis=0) / counts
    away = values - means
    spread = np.sqrt((np.where(known, away, 0) ** 2).sum(axis=0) / counts)
    scaled: Floats = away / np.where(spread > 1e-12, spread, np.nan)
    return scaled


def distances(
    covariates: ArrayLike,
    place: int,
    *,
    weights: ArrayLike | None = None,
    least_part: float = 0.5,
) -> Floats:
    """How unlike an area all areas are: weighted root mean square of standardised differences.

    Of two areas the covariates that both have are compared, as Gower (1971) does.

    Args:
        covariates: Shape (areas, covariates), NaN where not known.
        place: The area's row.
        weights: Of each covariate; all alike if not given.
        least_part: Part of the weight of the area's own covariates that another must have to be
            compared.

    Returns:
        Of each area, 0 for the area itself; NaN where too little is known of both.
    """
    scaled = standardise(covariates)
    squares = (scaled - scaled[place]) ** 2
    weight = np.ones(scaled.shape[1]) if weights is None else np.asarray(weights, float)
    known = ~np.isnan(squares) * weight
    total = (np.where(known > 0, squares, 0) * weight).sum(axis=1)
    shared = known.sum(axis=1)
    enough = (shared > 0) & (shared >= least_part * shared[place])
    distance: Floats = np.sqrt(total / np.where(enough, shared, np.nan))
    return distance


def nearest(distance: ArrayLike, place: int, count: int) -> NDArray[np.intp]:
    """Rows of so many areas nearest to one, nearest first; fewer if fewer can be compared."""
    away = np.array(distance, float)
    away[place] = np.nan
    order = np.argsort(away, kind="stable")
    return order[: min(count, int((~np.isnan(away)).sum()))]
