"""Limits within which shares of areas lie by chance and by the areas' ordinary differences.

A share of few persons varies by chance alone; shares of many differ between any two areas, for
reasons that no comparison takes into account. A funnel plot has limits for both (Spiegelhalter,
D. J. 2005: Funnel plots for comparing institutional performance, *Statistics in Medicine* 24,
1185–1202; 2005: Handling over-dispersion of performance indicators, *Quality and Safety in Health
Care* 14, 347–351). All here is of this package's own choice, and no official method.

A share ``p`` of ``n`` is compared as ``y = arcsin √p``, whose chance variance is ``s² = 1 / 4n``
whatever ``p`` is. Beyond chance areas differ by a variance ``τ²`` around a common centre
(*additive*, random effects), or chance counts ``φ`` times (*multiplicative*). So that areas far
out do not widen the limits that they are held against, standardised differences are winsorised:
the least and the greatest tenth are set to the tenth's edge.

Numbers in, numbers out: arrays of one length, an area each; shares are 0–1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq
from scipy.stats import norm, t

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Overdispersion = Literal["additive", "multiplicative", "none"]
Estimator = Literal["moments", "spiegelhalter"]

#: Levels of the two pairs of limits: one area of 20, and one of 500, lies outside by itself.
LEVELS = (0.95, 0.998)
# A centre and a variance that no longer change in their seventh decimal are found.
_TOLERANCE, _MOST_ROUNDS = 1e-7, 200
# Differences of arcsines are less than a right angle: no variance between areas is greater.
_GREATEST_VARIANCE = 2.5


def stabilise(share: ArrayLike) -> Floats:
    """``arcsin √p``: a share on the scale where chance does not depend on the share."""
    root: Floats = np.arcsin(np.sqrt(np.clip(np.asarray(share, float), 0.0, 1.0)))
    return root


def to_share(stable: ArrayLike) -> Floats:
    """The share of a number on the scale of ``stabilise``; beyond its ends 0 or 1."""
    share: Floats = np.sin(np.clip(np.asarray(stable, float), 0.0, np.pi / 2)) ** 2
    return share


def chance_variance(denominator: ArrayLike) -> Floats:
    """Variance that chance gives a share of so many, on the scale of ``stabilise``."""
    variance: Floats = 0.25 / np.asarray(denominator, float)
    return variance


def winsorise(values: ArrayLike, part: float = 0.1) -> Floats:
    """Values with the least and the greatest part of them set to that part's quantile.

    Args:
        values: Any.
        part: Of each end, 0 to below 0.5; quantiles between two values are interpolated linearly.
    """
    numbers = np.asarray(values, float)
    if part == 0:
        return numbers
    # As numpy's quantile, which takes ten times as long for a few hundred numbers.
    ordered = np.sort(numbers)
    low, high = (_between(ordered, place * (len(ordered) - 1)) for place in (part, 1 - part))
    clipped: Floats = np.minimum(np.maximum(numbers, low), high)
    return clipped


def _between(ordered: Floats, place: float) -> float:
    first = int(place)
    last = min(first + 1, len(ordered) - 1)
    return float(ordered[first] + (place - first) * (ordered[last] - ordered[first]))


def winsorised_variance(part: float) -> float:
    """Mean square of a standard normal that is winsorised at both ends: 0.679 for a tenth."""
    if part == 0:
        return 1.0
    edge = float(norm.ppf(1 - part))
    return float(1 - 2 * part - 2 * edge * norm.pdf(edge) + 2 * part * edge**2)


@dataclass(frozen=True, slots=True)
class Funnel:
    """What limits are computed from.

    Attributes:
        centre: The share that areas vary around, 0–1.
        phi: Dispersion: mean square of the winsorised standardised differences, 1 for chance alone.
        tau2: Variance between areas beyond chance, on the scale of ``stabilise``.
        overdispersion: How it enters the limits.
        areas: Number of areas that it was estimated from.
    """

    centre: float
    phi: float
    tau2: float
    overdispersion: Overdispersion
    areas: int

    def variance(self, denominator: ArrayLike) -> Floats:
        """Variance of a share of so many, by chance and ordinary differences."""
        chance = chance_variance(denominator)
        if self.overdispersion == "additive":
            return chance + self.tau2
        return chance * (max(self.phi, 1.0) if self.overdispersion == "multiplicative" else 1.0)

    def limits(self, denominator: ArrayLike, level: float) -> tuple[Floats, Floats]:
        """Lower and upper limit of a share of so many, 0–1.

        Args:
            denominator: Of any shape.
            level: Part of all areas that lie within the limits, such as 0.95.
        """
        reach = norm.ppf((1 + level) / 2) * np.sqrt(self.variance(denominator))
        middle = float(stabilise(self.centre))
        return to_share(middle - reach), to_share(middle + reach)

    def z(self, share: ArrayLike, denominator: ArrayLike) -> Floats:
        """How many standard deviations of the limits a share lies from the centre."""
        away = stabilise(share) - float(stabilise(self.centre))
        score: Floats = away / np.sqrt(self.variance(denominator))
        return score


def fit_funnel(
    share: ArrayLike,
    denominator: ArrayLike,
    *,
    centre: float | None = None,
    overdispersion: Overdispersion = "additive",
    estimator: Estimator = "moments",
    part: float = 0.1,
) -> Funnel:
    """Estimate the centre of some areas' shares, and how they vary beyond chance.

    Args:
        share: Of each area, 0–1.
        denominator: Of each area, above 0.
        centre: The share to compare with; by default that of a typical area: the mean with
            weights ``1 / (s² + τ²)``, in which a metropolis does not outweigh all others.
        overdispersion: How variation beyond chance enters the limits.
        estimator: Of ``τ²``. ``spiegelhalter`` is the published one, of the differences
            standardised by chance: ``(Iφ − (I − 1)) / (Σw − Σw² / Σw)``, ``w = 1 / s²`` (that of
            DerSimonian and Laird). Where denominators differ a thousandfold, its winsorising takes
            the differences of the largest areas for outliers, and a quarter of all areas lie
            outside limits of 95 %. ``moments`` solves for the ``τ²`` with which the winsorised
            differences, standardised by ``√(s² + τ²)``, have the mean square of winsorised
            normal ones (Paule and Mandel 1982, made robust), so that limits hold what they say.
        part: Of each end that is winsorised; 0 for none.

    Raises:
        ValueError: Fewer than two areas, or a share or denominator outside its range.
    """
    shares, sizes = np.asarray(share, float), np.asarray(denominator, float)
    _check(shares, sizes)
    y, s2 = stabilise(shares), chance_variance(sizes)
    given = None if centre is None else float(stabilise(centre))
    middle = float(np.average(y, weights=1 / s2)) if given is None else given
    tau2 = 0.0
    for _ in range(_MOST_ROUNDS):
        before = middle, tau2
        tau2 = _between_variance(y - middle, s2, estimator, part)
        if given is None:
            middle = float(np.average(y, weights=1 / (s2 + tau2)))
        if max(abs(middle - before[0]), abs(tau2 - before[1])) < _TOLERANCE:
            break
    phi = float(np.mean(winsorise((y - middle) / np.sqrt(s2), part) ** 2))
    return Funnel(float(to_share(middle)), phi, tau2, overdispersion, len(y))


def _check(shares: Floats, sizes: Floats) -> None:
    if shares.shape != sizes.shape or shares.ndim != 1 or len(shares) < 2:
        raise ValueError("shares and denominators: give two arrays of the same two or more areas")
    if not (np.all((shares >= 0) & (shares <= 1)) and np.all(sizes > 0)):
        raise ValueError("shares must be 0–1 and denominators above 0, none of them missing")


def _between_variance(away: Floats, s2: Floats, estimator: Estimator, part: float) -> float:
    """``τ²`` of differences from the centre, 0 where they vary no more than by chance."""
    count = len(away)
    if estimator == "spiegelhalter":
        phi = float(np.mean(winsorise(away / np.sqrt(s2), part) ** 2))
        weights = 1 / s2
        scale = weights.sum() - (weights**2).sum() / weights.sum()
        return max(0.0, float((count * phi - (count - 1)) / scale))
    wanted = winsorised_variance(part) * (count - 1) / count

    def excess(tau2: float) -> float:
        return float(np.mean(winsorise(away / np.sqrt(s2 + tau2), part) ** 2)) - wanted

    if excess(0.0) <= 0:
        return 0.0
    return float(brentq(excess, 0.0, _GREATEST_VARIANCE, xtol=1e-9))


def prediction_limits(
    share: ArrayLike, denominator: ArrayLike, size: float, level: float
) -> tuple[float, float]:
    """Limits for one further area of the kind of a few others, 0–1.

    The interval of Higgins, Thompson and Spiegelhalter (2009: A re-evaluation of random-effects
    meta-analysis, *Journal of the Royal Statistical Society* A 172, 137–159) widened by the new
    area's own chance: ``μ ± t √(τ² + se(μ)² + s²)``, with the t of two areas less. Nothing is
    winsorised, as there are few; ``τ²`` is Paule and Mandel's.

    Args:
        share: Of the others, 0–1.
        denominator: Of the others.
        size: Denominator of the area that is held against them.
        level: Such as 0.95.

    Raises:
        ValueError: Fewer than three others.
    """
    shares, sizes = np.asarray(share, float), np.asarray(denominator, float)
    _check(shares, sizes)
    if len(shares) < 3:
        raise ValueError("limits of a further area need three others at least")
    fitted = fit_funnel(shares, sizes, part=0.0)
    weights = 1 / (chance_variance(sizes) + fitted.tau2)
    variance = fitted.tau2 + 1 / weights.sum() + float(chance_variance(size))
    reach = float(t.ppf((1 + level) / 2, len(shares) - 2)) * np.sqrt(variance)
    middle = float(stabilise(fitted.centre))
    return float(to_share(middle - reach)), float(to_share(middle + reach))


def chance_interval(
    low: ArrayLike, high: ArrayLike, denominator: ArrayLike, level: float = 0.95
) -> tuple[Floats, Floats]:
    """What chance alone makes of a share that lies between two bounds, 0–1."""
    reach = norm.ppf((1 + level) / 2) * np.sqrt(chance_variance(denominator))
    return to_share(stabilise(low) - reach), to_share(stabilise(high) + reach)


def rank_intervals(
    low: ArrayLike,
    high: ArrayLike,
    denominator: ArrayLike,
    *,
    level: float = 0.95,
    draws: int = 1000,
    seed: int = 1,
) -> tuple[Whole, Whole]:
    """The ranks that areas may have, given chance and bounds; 1 is the lowest share.

    By simulation, as Goldstein and Spiegelhalter (1996: League tables and their limitations,
    *Journal of the Royal Statistical Society* A 159, 385–443): each draw takes every area's share
    between its bounds, evenly, varies it by chance and ranks them all.

    Args:
        low: Least share of each area, 0–1; its share, where that is known exactly.
        high: Greatest share likewise.
        denominator: Of each area.
        level: Part of the draws that an interval holds.
        draws: How many.
        seed: Of the draws: the same one gives the same intervals.

    Returns:
        First and last rank of each area.
    """
    least, most = stabilise(low), stabilise(high)
    random = np.random.default_rng(seed)
    shape = (draws, len(least))
    drawn = least + (most - least) * random.random(shape)
    drawn += random.standard_normal(shape) * np.sqrt(chance_variance(denominator))
    # A rank's place twice: where an area stands, from where each rank's area is.
    ranks = drawn.argsort(axis=1).argsort(axis=1) + 1
    outside = (1 - level) / 2
    ends = np.quantile(ranks, [outside, 1 - outside], axis=0, method="inverted_cdf")
    return ends[0].astype(np.int64), ends[1].astype(np.int64)
