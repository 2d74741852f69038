"""Limits of ordinary differences: worked examples, other packages, and whether limits hold."""

from __future__ import annotations

from math import asin, pi, sin, sqrt

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.integrate import quad
from scipy.stats import norm
from statsmodels.stats.meta_analysis import combine_effects

from indicators.benchmarking.funnel import (
    Funnel,
    chance_interval,
    chance_variance,
    fit_funnel,
    prediction_limits,
    rank_intervals,
    stabilise,
    to_share,
    winsorise,
    winsorised_variance,
)

# Five areas of 100: on the scale of arcsines .3, .4, .5, .6 and .7.
Y = np.array([0.3, 0.4, 0.5, 0.6, 0.7])
FIVE, HUNDRED = np.sin(Y) ** 2, np.full(5, 100.0)


def areas(count: int, tau: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Shares of areas of very different sizes that differ by ``tau`` beyond chance."""
    random = np.random.default_rng(seed)
    sizes = np.exp(random.uniform(np.log(200), np.log(200_000), count)).round()
    true = np.sin(0.4 + tau * random.standard_normal(count)) ** 2
    return random.binomial(sizes.astype(int), true) / sizes, sizes


def test_a_worked_example_of_limits_with_overdispersion() -> None:
    """By hand: s² = 1/400 = .0025; Σd² = .1; φ = .1 / 5 / .0025 = 8; τ² = .0025 (40 − 4) / 4."""
    fitted = fit_funnel(FIVE, HUNDRED, estimator="spiegelhalter", part=0.0)
    assert fitted.centre == pytest.approx(sin(0.5) ** 2)
    assert fitted.phi == pytest.approx(8.0)
    assert fitted.tau2 == pytest.approx(0.0225)
    # √(.0225 + .0025) = .1581; of an area of 25 √(.0225 + .01) = .1803.
    low, high = fitted.limits([100, 25], 0.95)
    reach = 1.959964 * np.array([sqrt(0.025), sqrt(0.0325)])
    assert_allclose(low, np.sin(0.5 - reach) ** 2, atol=1e-6)
    assert_allclose(high, np.sin(0.5 + reach) ** 2, atol=1e-6)
    assert low[0] == pytest.approx(0.0357, abs=1e-4)
    assert high[0] == pytest.approx(0.5245, abs=1e-4)
    outer = fitted.limits([100], 0.998)
    assert outer[1][0] == pytest.approx(sin(0.5 + 3.090232 * sqrt(0.025)) ** 2)
    assert_allclose(fitted.z(FIVE, HUNDRED), (Y - 0.5) / sqrt(0.025))


def test_the_multiplicative_limits_are_those_of_chance_times_the_root_of_dispersion() -> None:
    fitted = fit_funnel(FIVE, HUNDRED, overdispersion="multiplicative", part=0.0)
    plain = fit_funnel(FIVE, HUNDRED, overdispersion="none", part=0.0)
    assert_allclose(fitted.variance([100, 25]), [0.02, 0.08])
    assert_allclose(plain.variance([100, 25]), [0.0025, 0.01])
    # Areas that vary less than chance do not narrow the limits.
    assert Funnel(0.1, 0.4, 0.0, "multiplicative", 9).variance([100])[0] == 0.0025


def test_winsorising_sets_the_outer_values_to_a_quantile() -> None:
    values = [-30.0, *range(1, 10), 80.0]
    assert winsorise(values, 0.1).tolist() == [1.0, *range(1, 10), 9.0]
    assert winsorise(values, 0.0).tolist() == values


@pytest.mark.parametrize("part", [0.0, 0.05, 0.1, 0.25])
def test_the_mean_square_of_a_winsorised_normal(part: float) -> None:
    edge = norm.ppf(1 - part) if part else 40.0
    square = quad(lambda z: min(z * z, edge * edge) * norm.pdf(z), -40, 40, limit=400)[0]
    assert winsorised_variance(part) == pytest.approx(square, abs=1e-6)


def test_both_estimators_are_those_of_the_literature() -> None:
    """Without winsorising: DerSimonian and Laird, and Paule and Mandel, as statsmodels has them."""
    shares, sizes = areas(40, 0.05, 3)
    y, s2 = stabilise(shares), chance_variance(sizes)
    fixed = float(np.average(y, weights=1 / s2))
    laird = fit_funnel(
        shares, sizes, centre=float(to_share(fixed)), estimator="spiegelhalter", part=0.0
    )
    assert laird.tau2 == pytest.approx(combine_effects(y, s2, method_re="dl").tau2)
    mandel = combine_effects(y, s2, method_re="iterated", atol=1e-12)
    ours = fit_funnel(shares, sizes, part=0.0)
    assert ours.tau2 == pytest.approx(mandel.tau2, rel=1e-4)
    assert stabilise(ours.centre) == pytest.approx(mandel.mean_effect_re, rel=1e-5)


def test_limits_hold_what_they_say_where_areas_differ_a_thousandfold_in_size() -> None:
    outside = {"moments": 0.0, "spiegelhalter": 0.0, "none": 0.0}
    for seed in range(10):
        shares, sizes = areas(300, 0.05, seed)
        for name in outside:
            options = {"overdispersion": "none"} if name == "none" else {"estimator": name}
            z = fit_funnel(shares, sizes, **options).z(shares, sizes)  # type: ignore[arg-type]
            outside[name] += float(np.mean(np.abs(z) > 1.96)) / 10
    assert 0.03 < outside["moments"] < 0.07
    # Why the published estimator is no default here.
    assert outside["spiegelhalter"] > 0.1
    assert outside["none"] > 0.5


def test_areas_far_out_do_not_widen_the_limits() -> None:
    shares, sizes = areas(200, 0.04, 5)
    wild = shares.copy()
    wild[:5] = 0.9
    before, after = (fit_funnel(found, sizes) for found in (shares, wild))
    assert after.tau2 < 1.5 * before.tau2
    assert np.all(after.z(wild[:5], sizes[:5]) > 3.09)


def test_areas_that_differ_by_chance_alone_have_the_limits_of_chance() -> None:
    shares, sizes = areas(300, 0.0, 2)
    fitted = fit_funnel(shares, sizes)
    assert fitted.tau2 < 1e-4
    assert fitted.phi == pytest.approx(winsorised_variance(0.1), abs=0.15)


@pytest.mark.parametrize("level", [0.95, 0.998])
def test_limits_of_a_further_area_by_hand(level: float) -> None:
    """τ² + s² = .025 of each; the mean's variance is .025 / 5; t has 3 degrees."""
    student = {0.95: 3.182446, 0.998: 10.214532}[level]
    low, high = prediction_limits(FIVE, HUNDRED, 400, level)
    reach = student * sqrt(0.0225 + 0.025 / 5 + 1 / 1600)
    assert low == pytest.approx(sin(max(0.5 - reach, 0)) ** 2, abs=1e-5)
    assert high == pytest.approx(sin(min(0.5 + reach, pi / 2)) ** 2, abs=1e-5)


def test_chance_widens_bounds_at_both_ends() -> None:
    low, high = chance_interval([0.1, 0.1], [0.1, 0.2], [100, 100])
    assert low[0] == low[1] == pytest.approx(sin(asin(sqrt(0.1)) - 0.0979982) ** 2)
    assert high[1] == pytest.approx(sin(asin(sqrt(0.2)) + 0.0979982) ** 2)
    assert to_share([-1.0, 4.0]).tolist() == [0.0, 1.0]


def test_ranks_are_those_of_counting_who_is_lower() -> None:
    """A slow twin, with the same draws."""
    low, high = np.array([0.1, 0.12, 0.3, 0.05]), np.array([0.1, 0.2, 0.3, 0.4])
    sizes = np.array([50.0, 60.0, 70.0, 80.0])
    first, last = rank_intervals(low, high, sizes, draws=200, seed=7)
    random = np.random.default_rng(7)
    even, chance = random.random((200, 4)), random.standard_normal((200, 4))
    ranks: list[list[int]] = [[] for _ in low]
    for draw in range(200):
        ends = [(asin(sqrt(a)), asin(sqrt(b))) for a, b in zip(low, high, strict=True)]
        drawn = [
            a + (b - a) * even[draw, at] + chance[draw, at] / (2 * sqrt(sizes[at]))
            for at, (a, b) in enumerate(ends)
        ]
        for at, value in enumerate(drawn):
            ranks[at].append(1 + sum(other < value for other in drawn))
    expected = [(sorted(found)[4], sorted(found)[194]) for found in ranks]
    assert list(zip(first.tolist(), last.tolist(), strict=True)) == expected


def test_areas_that_chance_cannot_reorder_have_one_rank_each() -> None:
    shares = [0.5, 0.1, 0.9]
    first, last = rank_intervals(shares, shares, [10_000] * 3)
    assert first.tolist() == last.tolist() == [2, 1, 3]


@pytest.mark.parametrize(
    ("shares", "sizes"), [([0.1], [5]), ([0.1, 1.2], [5, 5]), ([0.1, np.nan], [5, 5])]
)
def test_what_is_no_share_is_refused(shares: list[float], sizes: list[float]) -> None:
    with pytest.raises(ValueError, match="share"):
        fit_funnel(shares, sizes)
