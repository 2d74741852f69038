"""Bounds of Rambachan and Roth."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from scipy.linalg import null_space
from scipy.optimize import linprog, minimize
from scipy.stats import foldnorm

from fixtures.effects import panel
from indicators.errors import DataError, UsageError
from indicators.evaluation import event_study, sensitivity, trend_bounds
from indicators.evaluation.result import Estimates, estimates_table
from indicators.evaluation.trend_bounds import (
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
    return Estimates(table, pd.DataFrame(covariance, events, events), 1000, 101, base=-1)


def test_bends_make_every_trend():
    """A slope and bends give back any trend: its second differences are the bends."""
    trend = np.array([3.0, -1.0, 2.0, 0.0, 5.0, 4.0])  # the fourth is the base
    around = EventEffects(
        np.delete(trend, 3), np.eye(5), np.array([-3, -2, -1, 1, 2]), np.array([1.0, 0.0])
    )
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
            test.rejects(0.0) for test in trend_bounds._moment_tests(laid, 1.0, random)
        )
    assert inside >= 88  # 95 of 100, less three standard deviations


def test_relative_rules_are_the_union_over_steps():
    """A trend keeps the rule if and only if it keeps that of some step and direction."""
    laid = EventEffects(np.zeros(4), np.eye(4), np.array([-2, -1, 1, 2]), np.array([1.0, 0.0]))
    values = (-1.0, 0.0, 0.5, 2.0)
    for trend in itertools.product(values, repeat=4):
        whole = np.insert(np.array(trend), 2, 0.0)
        steps = np.abs(np.diff(whole))
        keeps = steps[2:].max() <= 0.5 * steps[:2].max() + 1e-12
        rules = trend_bounds._largest_step_rows(laid, 0.5)
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
    for rows in trend_bounds._largest_step_rows(laid, 0.7):
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
        with pytest.raises(DataError, match="an event time before the start"):
            bounds(bad, [1.0])


def test_a_trend_needs_two_effects_before():
    with pytest.raises(DataError, match="two effects before"):
        smoothness_bounds(study([0.1], [0.5]), [0.0])


# --- gaps in the times, and any base --------------------------------------------------------------


def test_a_step_over_a_gap_may_be_as_many_times_as_large():
    """Times −5, −3, −2 and, after a gap of 4 steps, 2 and 3: each step over its own length."""
    steps = np.array([-3, -1, 4, 5])
    laid = EventEffects(np.zeros(4), np.eye(4), steps, np.array([1.0, 0.0]))
    lengths = np.diff(np.insert(steps, 2, 0))
    for trend in itertools.product((-1.0, 0.0, 0.5, 2.0), repeat=4):
        paces = np.abs(np.diff(np.insert(np.array(trend), 2, 0.0))) / lengths
        keeps = paces[2:].max() <= 0.5 * paces[:2].max() + 1e-12
        rules = trend_bounds._largest_step_rows(laid, 0.5)
        assert keeps == any((rows @ np.array(trend) <= 1e-12).all() for rows in rules)


def test_a_trend_may_bend_within_a_gap():
    """What bends make of a trend at the times that are there, of all the calendar's bends."""
    trend = np.random.default_rng(2).normal(size=9)  # the fourth is the last time before
    steps = np.array([-3, -1, 3, 5])
    laid = EventEffects(np.zeros(4), np.eye(4), steps, np.array([1.0, 0.0]))
    lengths, matrix = slope_changes(laid)
    assert lengths.tolist() == steps.tolist()
    result = lengths * (trend[4] - trend[3]) + matrix @ np.diff(trend, 2)
    assert result == pytest.approx(trend[steps + 3] - trend[3])


@pytest.mark.parametrize("method", ["relative_magnitudes", "smoothness"])
def test_bounds_do_not_depend_on_the_base(method):
    frame = panel(30, 9, dict.fromkeys(range(10), 5), seed=2)
    names = {"unit": "unit", "time": "time", "outcome": "y"}
    starts = dict.fromkeys(range(10), 5)
    tables = [
        sensitivity(
            event_study(frame, **names, treated_from=starts, base=base),
            method=method,
            bounds=[0.5, 0.1],
            events=(0, 1),
        ).table
        for base in (-1, -4)
    ]
    assert tables[0]["bound"].tolist() == [0.1, 0.5]
    # The smoothness search is one of prices; the simulated critical values are of other draws.
    pd.testing.assert_frame_equal(*tables, atol=0.02, rtol=0.02)


def test_a_gap_before_the_start_widens_what_is_allowed():
    """Without the two times before the start the step to it is three times as long."""
    frame = panel(40, 10, dict.fromkeys(range(15), 6), seed=2, noise=0.3)
    options = {"unit": "unit", "time": "time", "outcome": "y"}
    starts = dict.fromkeys(range(15), 6)
    whole = event_study(frame, **options, treated_from=starts)
    gap = event_study(frame[~frame["time"].isin([4, 5])], **options, treated_from=starts, base=-3)
    tables = [sensitivity(found, bounds=[1.0]) for found in (whole, gap)]
    widths = [found.table["ci_high"][0] - found.table["ci_low"][0] for found in tables]
    assert widths[1] > 1.5 * widths[0]
    assert any("gap of 2 steps" in note for note in tables[1].notes)
    assert tables[0].plot().collections
    assert "relative magnitudes" in tables[0].summary()
    assert np.isnan(tables[1].breakdown) or tables[1].breakdown == 1.0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"method": "guess"}, "method: write relative_magnitudes or smoothness"),
        ({"bounds": []}, "a list of numbers"),
        ({"bounds": ["0.5"]}, "a list of numbers"),
        ({"bounds": [np.inf]}, "finite"),
        ({"events": (9,)}, "choose among"),
    ],
)
def test_arguments_that_cannot_be_used_are_refused(options, said):
    with pytest.raises(UsageError, match=said):
        sensitivity(study([0.1, 0.2], [0.5]), **({"bounds": [1.0]} | options))
    with pytest.raises(UsageError, match="event_study returned"):
        sensitivity(3, bounds=[1.0])
