"""Bounds of Rambachan and Roth."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from scipy.linalg import null_space
from scipy.optimize import linprog, minimize
from scipy.stats import foldnorm

from indicators.errors import DataError, UsageError
from indicators.evaluation import sensitivity
from indicators.evaluation.result import Estimates, estimates_table
from indicators.evaluation.sensitivity import (
    EventEffects,
    breakdown_bound,
    conditional_ends,
    dual_vertices,
    read_event_effects,
    relative_bounds,
    slope_changes,
    smoothness_bounds,
)


def study(before, after, error=0.1, correlation=0.3) -> Estimates:
    """An event study with these effects before and after the base."""
    events = [*range(-1 - len(before), -1), *range(len(after))]
    estimates = np.array([*before, *after], dtype=float)
    covariance = error**2 * (
        (1 - correlation) * np.eye(len(events)) + correlation * np.ones((len(events),) * 2)
    )
    table = estimates_table(
        "event_time", events, estimates, np.sqrt(np.diag(covariance)), degrees=100
    )
    return Estimates(table, pd.DataFrame(covariance, events, events), 1000, 101)


def test_bends_make_every_trend():
    """A slope and bends give back any trend: its second differences are the bends."""
    trend = np.array([3.0, -1.0, 2.0, 0.0, 5.0, 4.0])  # the fourth is the base
    around = EventEffects(np.delete(trend, 3), np.eye(5), 3, np.array([1.0, 0.0]))
    steps, matrix = slope_changes(around)
    second = np.diff(trend, 2)
    result = steps * (trend[4] - trend[3]) + matrix @ second
    assert result == pytest.approx(np.delete(trend, 3))


def test_a_straight_trend_is_taken_off():
    slope = 0.4
    found = study([slope * k for k in (-4, -3, -2, -1)], [1 + slope, 1 + 2 * slope])
    table = smoothness_bounds(found, [0.0])
    middle = (table["ci_low"][0] + table["ci_high"][0]) / 2
    assert middle == pytest.approx(1.0, abs=1e-6)


def test_the_interval_is_the_shortest_of_its_kind():
    found = study([0.1, -0.1, 0.05, 0.0], [0.6, 0.8])
    laid = read_event_effects(found, (0,))
    steps, matrix = slope_changes(laid)
    bound = 0.03

    def length(free):
        weights = np.concatenate([free, [1.0, 0.0]])
        deviation = np.sqrt(weights @ laid.covariance @ weights)
        worst = bound * np.abs(matrix.T @ weights).sum()
        return deviation * foldnorm.ppf(0.95, worst / deviation)

    straight = {"type": "eq", "fun": lambda free: free @ steps[:4] + steps[4]}
    starts = np.random.default_rng(0).normal(size=(5, 4))
    others = [minimize(length, s, constraints=straight, method="SLSQP").fun for s in starts]
    table = smoothness_bounds(found, [bound])
    own = (table["ci_high"][0] - table["ci_low"][0]) / 2
    assert own == pytest.approx(min(others), rel=2e-3)
    assert own <= min(others) + 1e-6


def test_wider_bounds_give_wider_intervals():
    found = study([0.1, -0.1, 0.05], [0.6, 0.8])
    for table in (
        smoothness_bounds(found, [0.0, 0.05, 0.2], events=(0, 1)),
        relative_bounds(found, [0.0, 0.5, 1.0], events=(1,)),
    ):
        assert table["ci_low"].is_monotonic_decreasing
        assert table["ci_high"].is_monotonic_increasing


def test_without_differing_trends_the_interval_is_near_the_usual():
    found = study([0.2, 0.1, -0.1], [0.6])
    table = relative_bounds(found, [0.0])
    assert table["ci_low"][0] == pytest.approx(0.6 - 1.96 * 0.1, abs=0.01)
    assert table["ci_high"][0] == pytest.approx(0.6 + 1.96 * 0.1, abs=0.01)


def test_relative_bounds_cover_at_the_worst_trend():
    """The trend after is just as steep as the rule allows: the true effect stays inside."""
    random = np.random.default_rng(0)
    true = study([-0.5, 0.0], [0.5, 1.0], error=0.1)
    inside = 0
    for _ in range(100):
        drawn = random.multivariate_normal(true.table["estimate"], true.covariance)
        laid = read_event_effects(study(drawn[:2], drawn[2:], error=0.1), (0,))
        inside += not all(
            test.rejects(0.0) for test in sensitivity._moment_tests(laid, 1.0, random)
        )
    assert inside >= 88  # 95 of 100, less three standard deviations


def test_relative_rules_are_the_union_over_steps():
    """A trend keeps the rule if and only if it keeps that of some step and direction."""
    laid = EventEffects(np.zeros(4), np.eye(4), 2, np.array([1.0, 0.0]))
    values = (-1.0, 0.0, 0.5, 2.0)
    for trend in itertools.product(values, repeat=4):
        whole = np.insert(np.array(trend), 2, 0.0)
        steps = np.abs(np.diff(whole))
        keeps = steps[2:].max() <= 0.5 * steps[:2].max() + 1e-12
        rules = sensitivity._largest_step_rows(laid, 0.5)
        assert keeps == any((rows @ np.array(trend) <= 1e-12).all() for rows in rules)


def plain_programme(laid, rows):
    """The moments' own programme, for a solver: nuisances are all effects but the one asked for."""
    others = null_space(laid.target[None, :])
    return np.sqrt(np.diag(rows @ laid.covariance @ rows.T)), rows[:, laid.before :] @ others


@pytest.mark.parametrize("events", [(0,), (2,), (0, 1, 2)])
def test_vertices_give_what_a_plain_solver_finds(events):
    """Values, and the ends between which the dual weights stay best."""
    random = np.random.default_rng(3)
    laid = read_event_effects(study([0.1, -0.1, 0.05], [0.6, 0.8, 0.7]), events)
    shares = np.cumsum(laid.target[::-1])[::-1]
    for rows in sensitivity._largest_step_rows(laid, 0.7):
        sizes, nuisances = plain_programme(laid, rows)
        vertices = dual_vertices(shares, sizes)
        assert vertices.min() >= 0
        assert vertices @ sizes == pytest.approx(1)
        assert vertices @ nuisances == pytest.approx(0, abs=1e-12)
        for _ in range(5):
            moments = random.normal(size=len(rows))
            value = (vertices @ moments).max()
            matrix = -np.column_stack([sizes, nuisances])
            plain = linprog([1, 0, 0], matrix, -moments, bounds=(None, None))
            assert value == pytest.approx(plain.fun, abs=1e-9)
            slope = random.normal(size=len(rows))
            ends = conditional_ends(vertices, moments - slope * value, slope)
            matrix[:, 0] += slope
            for end, sign in zip(ends, (1, -1), strict=True):
                rest = -(moments - slope * value)
                plain = linprog([sign, 0, 0], matrix, rest, bounds=(None, None))
                expected = plain.x[0] if plain.status == 0 else -sign * np.inf
                assert end == pytest.approx(expected, abs=1e-8)


def test_very_wide_intervals_are_infinite():
    table = relative_bounds(study([-2.0, 2.0], [0.5], error=0.1), [50.0])
    assert table.iloc[0, 1:].tolist() == [-np.inf, np.inf]


def test_breakdown_is_the_last_bound_that_leaves_zero_out():
    table = pd.DataFrame({"step_ratio": [0.5, 1, 1.5, 2], "ci_high": 1.0})
    table["ci_low"] = [0.2, 0.1, -0.1, 0.1]
    assert breakdown_bound(table) == 1
    assert np.isnan(breakdown_bound(table.iloc[2:]))


@pytest.mark.parametrize("bounds", [relative_bounds, smoothness_bounds])
def test_what_cannot_be_used_is_refused(bounds):
    good = study([0.1, 0.2], [0.5, 0.6])
    with pytest.raises(UsageError, match="0 or more"):
        bounds(good, [-1.0])
    for events in ((2,), (-2,), ()):
        with pytest.raises(UsageError, match="choose among the event times 0 … 1"):
            bounds(good, [1.0], events=events)
    for bad in (study([], [0.5]), study([0.1], [])):
        with pytest.raises(DataError, match="every event time"):
            bounds(bad, [1.0])


def test_a_trend_needs_two_effects_before():
    with pytest.raises(DataError, match="two effects before"):
        smoothness_bounds(study([0.1], [0.5]), [0.0])
