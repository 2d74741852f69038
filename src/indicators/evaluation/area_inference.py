"""Inference where few whole areas were treated: an area's effect among those of others.

Each area has one figure (of its persons, before and after, target group and others) and how far
chance among persons moves it. What differs between areas beside that is estimated from the areas
without treatment. Areas differ in size, so an untreated area's deviation is first scaled to the
spread that the treated one would have: Ferman and Pinto (2019), *Inference in
differences-in-differences with few treated groups and heteroskedasticity*, REStat 101(3), 452–467.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import optimize

from indicators.errors import DataError
from indicators.evaluation.long_panel import require_columns
from indicators.evaluation.result import LEVEL, Floats, Shown

# Sets of untreated areas, where more than one area was treated.
_DRAWS = 999


@dataclass(frozen=True, eq=False, slots=True)
class AreaComparison(Shown):
    """An effect on treated areas among the deviations of untreated ones.

    Attributes:
        table: One row, ``term`` = ``effect``; ``std_error`` is the spread that the model of areas
            gives, ``ci_low``, ``ci_high`` and ``p_value`` are from ranks.
        areas: Untreated areas.
        treated: Treated areas.
        between: Standard deviation between areas beyond chance among persons.
        notes: What to beware of.
    """

    table: pd.DataFrame
    areas: int
    treated: int
    between: float
    notes: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """What was estimated, in a line."""
        return f"Effect on {self.treated} treated among {self.areas} other areas"

    @property
    def n(self) -> int:
        """Areas used."""
        return self.areas + self.treated


def compare_areas(areas: pd.DataFrame, *, seed: int = 0) -> AreaComparison:
    """Hold the figure of treated areas against those of the others.

    Args:
        areas: One row an area: ``treated``, ``effect`` and ``variance`` (of the effect by chance
            among its persons, 0 or more).
        seed: Of the sets drawn, where more than one area was treated.

    Returns:
        The estimate is the mean of the treated less the mean of the others, each weighted by
        1 / (variance between areas + its own). p is the share of deviations, the effect's own
        among them, that are as large, and the interval is the estimate ± the deviation of p = 5 %;
        both are interpolated between ranks (Beran and Hall 1993, JRSS B 55, 643–652), or of 36
        areas only one, 2.7 %, could ever be rejected. With fewer than 19 areas the interval has
        no end.

    Raises:
        UsageError: A column is not there.
        DataError: No area is treated, fewer than 3 are not, or a number is missing.
    """
    require_columns(areas, ["treated", "effect", "variance"])
    treated = areas["treated"].to_numpy(dtype=bool)
    effect = areas["effect"].to_numpy(dtype=float)
    variance = areas["variance"].to_numpy(dtype=float)
    if not np.isfinite(np.concatenate([effect, variance])).all() or (variance < 0).any():
        raise DataError("areas: an effect or variance is missing or below 0; leave the area out")
    count = int(treated.sum())
    if count < 1 or (~treated).sum() < max(3, count + 1):
        raise DataError(
            f"areas: {count} treated and {int((~treated).sum())} others; give one treated area and "
            "3 others or more"
        )
    between = _between(effect[~treated], variance[~treated])
    total = between + variance
    own, own_spread = _weighted(effect[treated], total[treated])
    others, others_spread = _weighted(effect[~treated], total[~treated])
    estimate, spread = own - others, float(np.sqrt(own_spread + others_spread))
    deviations = spread * _standardised(effect[~treated], total[~treated])
    if count > 1:
        # As many areas as were treated: the mean of their deviations, of the same spread.
        random = np.random.default_rng(seed)
        chosen = [random.permutation(len(deviations))[:count] for _ in range(_DRAWS)]
        deviations = np.array([deviations[rows].sum() / np.sqrt(count) for rows in chosen])
    sizes = np.sort(np.abs(deviations))
    reach = _reach(sizes)
    row = {
        "term": ["effect"],
        "estimate": [estimate],
        "std_error": [spread],
        "ci_low": [estimate - reach],
        "ci_high": [estimate + reach],
        "p_value": [_p_value(sizes, abs(estimate))],
    }
    notes: tuple[str, ...] = ()
    if np.isinf(reach):
        notes = (f"with {len(sizes)} other areas 5 % cannot be reached: there is no interval",)
    return AreaComparison(
        pd.DataFrame(row), int((~treated).sum()), count, float(np.sqrt(between)), notes
    )


def _p_value(sizes: Floats, estimate: float) -> float:
    """1 less the estimate's rank among the sorted sizes and itself, interpolated between them."""
    rank = np.interp(estimate, np.append(0.0, sizes), np.arange(len(sizes) + 1.0))
    return float(1 - rank / (len(sizes) + 1))


def _reach(sizes: Floats) -> float:
    """Largest distance from the estimate that is not rejected; sizes are sorted."""
    rank = LEVEL * (len(sizes) + 1)
    if rank > len(sizes):
        return float("inf")
    return float(np.interp(rank, np.arange(len(sizes) + 1.0), np.append(0.0, sizes)))


def _weighted(effect: Floats, total: Floats) -> tuple[float, float]:
    """Mean weighted by precision, and its variance."""
    weights = 1 / total
    return float((weights * effect).sum() / weights.sum()), float(1 / weights.sum())


def _standardised(effect: Floats, total: Floats) -> Floats:
    """Each area's deviation from the mean of the others, in its own standard deviations."""
    weights = 1 / total
    rest = weights.sum() - weights
    mean = ((weights * effect).sum() - weights * effect) / rest
    return np.asarray((effect - mean) / np.sqrt(total + 1 / rest))


def _between(effect: Floats, variance: Floats) -> float:
    """Variance between areas with which deviations are as large as they should be.

    The estimator is that of Paule and Mandel (1982).
    """

    def surplus(between: float) -> float:
        total = between + variance
        mean = _weighted(effect, total)[0]
        return float(((effect - mean) ** 2 / total).sum() - (len(effect) - 1))

    least = 1e-12 * max(float(effect.var()), 1e-12)
    if surplus(least) <= 0:
        return least
    return float(optimize.brentq(surplus, least, float(effect.var()) * len(effect) + 1))
