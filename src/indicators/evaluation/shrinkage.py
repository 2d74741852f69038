"""Many effects of one kind, each uncertain: how far they differ, and each drawn towards the mean.

Effects of areas are estimated with errors of different size, and the largest of them are large by
luck too. Empirical Bayes (Morris 1983, *JASA* 78, 47–55) draws each towards the mean by the share
of its variance that is error; where effects do not differ more than errors alone would have them,
they come near the mean: a share of 2 / (k − 1) of each distance stays (Morris's factor).

The error of a lone treated area is not to be had from itself. It is read off areas that were not
treated, whose changes vary by a shock of the area and a rest of each municipality that falls with
its size (Conley and Taber 2011, *REStat* 93; Ferman and Pinto 2019, *REStat* 101, for groups of
different size).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import optimize

from indicators.errors import DataError
from indicators.evaluation.result import Floats, Ints

# With fewer effects the factor (k − 3) / (k − 1) of Morris is not above 0.
_LEAST_EFFECTS = 4
_REML_STARTS = ((0.5, 0.25, 0.25), (0.1, 0.1, 0.8), (0.1, 0.8, 0.1))


# --- how changes vary where nothing was done ------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ChangeVariance:
    """Variance of the changes of municipalities that were not treated.

    Attributes:
        area: Variance of what an area's municipalities share.
        municipality: Variance of a municipality's own rest, however large it is.
        by_size: What comes on top, times the mean size over the municipality's size.
        mean_size: Mean size, in the sizes' unit.
    """

    area: float
    municipality: float
    by_size: float
    mean_size: float

    def own(self, size: Floats) -> Floats:
        """Variance of the own rest of municipalities of some sizes."""
        return np.asarray(self.municipality + self.by_size * self.mean_size / size)

    def of_mean(self, weights: Floats, size: Floats, area: Ints) -> float:
        """Variance of a weighted mean of municipalities.

        Args:
            weights: Of the municipalities; they need not add up to one.
            size: Their sizes.
            area: Which area each is in, whole numbers from 0.
        """
        share = weights / weights.sum()
        by_area = np.bincount(area, weights=share)
        return float(self.area * (by_area**2).sum() + (share**2 * self.own(size)).sum())


def change_variance(change: Floats, size: Floats, area: Ints) -> ChangeVariance:
    """Estimate the variances by restricted maximum likelihood under a normal distribution.

    Args:
        change: Of each municipality.
        size: Such as the labour force, above 0.
        area: Which area each is in, whole numbers from 0.

    Raises:
        DataError: The changes do not vary, or they are of fewer than three areas.
    """
    if len(np.unique(area)) < 3 or not np.var(change) > 0:
        raise DataError("changes of at least three areas that vary are needed to tell their errors")
    whole, mean_size = float(np.var(change)), float(size.mean())
    small, codes = mean_size / size, np.unique(area, return_inverse=True)[1]

    one = np.ones(len(change))

    def loss(shares: Floats) -> float:
        # Of each area the inverse of a diagonal and a constant (Woodbury): no matrix is needed.
        own = shares[1] + shares[2] * small + 1e-8
        weight, valued, squared = (
            np.bincount(codes, weights=values / own) for values in (one, change, change**2)
        )
        held = 1 + shares[0] * weight
        precision = float((weight / held).sum())
        score = float((valued / held).sum())
        fit = float((squared - shares[0] * valued**2 / held).sum()) - score**2 / precision
        spread = float(np.log(own).sum() + np.log(held).sum())
        return spread + float(np.log(precision)) + fit / whole

    bounds = [(0.0, None)] * 3
    ends = [
        optimize.minimize(loss, start, method="L-BFGS-B", bounds=bounds) for start in _REML_STARTS
    ]
    shares = min(ends, key=lambda end: float(end.fun)).x * whole
    return ChangeVariance(float(shares[0]), float(shares[1]), float(shares[2]), mean_size)


# --- drawn towards the mean -----------------------------------------------------------------------


@dataclass(frozen=True, eq=False, slots=True)
class Shrunken:
    """Effects drawn towards their mean.

    Attributes:
        mean: The mean, each effect weighed by its precision.
        mean_error: Its standard error.
        tau2: Variance of the true effects (Paule and Mandel 1982); 0 where they do not differ
            more than their errors have them.
        statistic: Cochran's Q of equal effects.
        p_value: Of Q, chi-squared with one degree less than there are effects.
        effects: Drawn towards the mean, by effect.
        errors: Their standard errors, by effect.
    """

    mean: float
    mean_error: float
    tau2: float
    statistic: float
    p_value: float
    effects: Floats
    errors: Floats


def shrink(effects: Floats, errors: Floats) -> Shrunken:
    """Draw effects towards their mean (Morris 1983, section 5).

    With errors of one size this is the estimator of James and Stein around the mean (Efron and
    Morris 1975): the share (k − 3) V / Σ(y − ȳ)² of each distance is taken off.

    Args:
        effects: k effects.
        errors: Their standard errors, above 0, independent of each other.

    Raises:
        DataError: There are fewer than four effects.
    """
    from statsmodels.stats.meta_analysis import combine_effects

    count = len(effects)
    if count < _LEAST_EFFECTS:
        raise DataError(f"{count} effects are too few to draw towards their mean")
    variance = errors**2
    # "iterated" is the estimator of Paule and Mandel.
    found = combine_effects(effects, variance, method_re="iterated", use_t=False)
    tau2 = max(float(found.tau2), 0.0)
    weight = 1 / (variance + tau2)
    mean = float((weight * effects).sum() / weight.sum())
    factor = (count - 3) / (count - 1)
    towards = factor * variance * weight
    mean_variance = float((weight / weight.sum()) @ variance)
    of_tau = 2 / (count - 3) * towards**2 * (mean_variance + tau2) * weight * (effects - mean) ** 2
    leverage = count * weight / weight.sum()
    spread = variance * (1 - (count - leverage) / count * towards) + of_tau
    homogeneity = found.test_homogeneity()
    return Shrunken(
        mean,
        float(np.sqrt(1 / weight.sum())),
        tau2,
        float(homogeneity.statistic),
        float(homogeneity.pvalue),
        np.asarray(effects - towards * (effects - mean)),
        np.sqrt(spread),
    )
