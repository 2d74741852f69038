"""Placebo regions and what they say of an effect."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from fixtures.effects import panel
from indicators.errors import DataError, UsageError
from indicators.evaluation import difference_in_differences, event_study
from indicators.evaluation.inference import (
    contiguous_regions,
    critical_value,
    holm,
    matched_regions,
    mean_change,
    placebo_p_values,
    pretrend_test,
    pretrend_test_by_placebos,
    random_regions,
    randomisation_test,
    rank_against_placebos,
    region_effect,
    region_effects,
    romano_wolf,
)
from indicators.evaluation.power import detectable_by_error, detectable_by_placebos, power_curve

NAMES = {"unit": "unit", "time": "time", "outcome": "y"}
TREATED = {0: 6, 1: 6}
CONTROLS = list(range(2, 14))


def run(frame=None, **changes):
    frame = panel(units=14, times=10, treated_from=TREATED) if frame is None else frame
    pairs = list(combinations(CONTROLS, 2))
    given = {"treated": [0, 1], "start": 6, "regions": pairs} | changes
    return randomisation_test(frame, **NAMES, **given)


def test_the_estimate_is_the_difference_in_differences():
    frame = panel(units=14, times=10, treated_from=TREATED)
    found = run(frame)
    effect = difference_in_differences(frame, **NAMES, treated_from=TREATED).table["estimate"][0]
    assert found.table["estimate"][0] == pytest.approx(effect, abs=1e-10)
    study = event_study(frame, **NAMES, treated_from=TREATED).table
    assert found.path["event_time"].tolist() == study["event_time"].tolist()
    assert found.path["estimate"].to_numpy() == pytest.approx(
        study["estimate"].to_numpy(), abs=1e-10
    )
    assert found.path.loc[found.path["event_time"] == -1, "p_value"].isna().all()


def test_each_placebo_is_a_difference_in_differences_of_its_own():
    frame = panel(units=14, times=10, treated_from=TREATED)
    found = run(frame)
    controls = frame[frame["unit"] >= 2]
    for row, pair in list(enumerate(combinations(CONTROLS, 2)))[::13]:
        alone = difference_in_differences(controls, **NAMES, treated_from=dict.fromkeys(pair, 6))
        assert found.draws[row] == pytest.approx(alone.table["estimate"][0], abs=1e-10)


def test_p_value_and_interval_are_of_one_test():
    """An effect is in the interval if and only if the panel less that effect is not rejected."""
    frame = panel(units=14, times=10, treated_from=TREATED)
    found = run(frame)
    low, high = found.table[["ci_low", "ci_high"]].iloc[0]
    after = frame["unit"].isin(TREATED) & (frame["time"] >= 6)
    for effect, expected in ((low + 1e-6, True), (low - 1e-6, False), (high + 1e-6, False)):
        assert (run(frame.assign(y=frame["y"] - effect * after)).p_value > 0.05) == expected


def test_p_value_by_hand():
    draws = np.array([[-3.0], [-1.0], [2.0], [0.5]])
    assert placebo_p_values(np.array([2.0]), draws)[0] == pytest.approx((1 + 2) / (1 + 4))
    assert critical_value(draws[:, 0], level=0.8) == 3
    assert critical_value(draws[:, 0], level=0.6) == 2
    assert critical_value(draws[:, 0]) == np.inf
    table = rank_against_placebos("term", ["effect"], np.array([2.0]), draws)
    assert table["std_error"][0] == pytest.approx(np.sqrt((9 + 1 + 4 + 0.25) / 4))


def test_weights_are_those_of_a_weighted_regression():
    frame = panel(units=14, times=10, treated_from=TREATED)
    weights = pd.Series(np.arange(1.0, 15.0))
    found = run(frame, weights=weights)
    after = frame["time"] >= 6
    means = frame.groupby(["unit", after])["y"].mean().unstack()
    numbers = means[True] - means[False]
    selected, rest = numbers.index < 2, numbers.index >= 2
    expected = np.average(numbers[selected], weights=weights[selected]) - np.average(
        numbers[rest], weights=weights[rest]
    )
    assert found.table["estimate"][0] == pytest.approx(expected)


def simulated(effect: float, many: int) -> tuple[float, float]:
    """Share of effects found, and of intervals that hold the effect, with serial correlation."""
    random = np.random.default_rng(7)
    units, times, size = 45, 16, 5
    event = np.arange(times) - 10
    shocks = random.normal(size=(many, times, units))
    for time in range(1, times):
        shocks[:, time] += 0.7 * shocks[:, time - 1]
    selected = np.arange(units) < size
    sets = np.zeros((199, units - size), dtype=bool)
    for row, region in enumerate(random_regions(range(units - size), size, 199, seed=1)):
        sets[row, list(region)] = True
    found = inside = 0
    for outcomes in shocks:
        outcomes[10:, selected] += effect
        numbers = mean_change(outcomes, event)[None, :]
        estimate = region_effect(numbers, selected, np.ones(units))
        draws = region_effects(numbers[:, ~selected], sets, np.ones(units - size))
        table = rank_against_placebos("term", ["effect"], estimate, draws)
        found += table["p_value"][0] <= 0.05
        inside += table["ci_low"][0] <= effect <= table["ci_high"][0]
    return found / many, inside / many


def test_size_is_five_percent_and_coverage_ninety_five():
    size, coverage = simulated(effect=0.0, many=3000)
    assert 0.04 <= size <= 0.06
    assert 0.94 <= coverage <= 0.96


def test_a_planted_effect_is_found_and_covered():
    power, coverage = simulated(effect=3.0, many=500)
    assert power > 0.9
    assert 0.93 <= coverage <= 0.97


@pytest.mark.parametrize(
    ("changes", "error", "said"),
    [
        ({"regions": []}, UsageError, "regions: there is no unit"),
        ({"treated": []}, UsageError, "treated: there is no unit"),
        ({"regions": [[1, 2]]}, UsageError, "holds a treated unit"),
        ({"regions": [[2, 99]]}, UsageError, "regions: 1 units are not there"),
        ({"regions": [["2"]]}, UsageError, "the column holds numbers, text was given"),
        ({"regions": [CONTROLS]}, UsageError, "no unit is left"),
        ({"start": 0}, DataError, "times before the start"),
        ({"weights": {0: 1.0}}, DataError, "every unit of the panel needs one above 0"),
    ],
)
def test_what_cannot_be_used_is_refused(changes, error, said):
    with pytest.raises(error, match=said):
        run(**changes)


def test_holes_and_a_missing_base_are_refused():
    frame = panel(units=14, times=10)
    with pytest.raises(DataError, match="1 units lack an outcome"):
        run(frame.drop(5))
    months = frame.assign(time=[f"20{10 + time}-01" for time in frame["time"]])
    with pytest.raises(DataError, match="no event time −1"):
        run(months, start="2016-01")


def test_any_regions_are_different_and_the_same_for_a_seed():
    found = random_regions(["a", "b", "c", "d"], 2, 100, seed=3)
    assert len(found) == len(set(found)) == 6
    assert found == random_regions({"d", "c", "b", "a"}, 2, 100, seed=3)
    assert len(random_regions(range(50), 5, 1000, seed=0)) == 1000
    with pytest.raises(UsageError, match="a set of 5 of 4"):
        random_regions(range(4), 5, 1, seed=0)


def test_contiguous_regions_hang_together():
    grid = {
        (x, y): [(x + dx, y + dy) for dx, dy in ((0, 1), (1, 0), (0, -1), (-1, 0))]
        for x in range(4)
        for y in range(4)
        if (x, y) != (1, 1)
    }
    for region in contiguous_regions(grid, 4, 60, seed=0):
        reached = {next(iter(region))}
        for _ in range(4):
            reached |= {unit for member in reached for unit in grid[member]} & region
        assert reached == region
        assert (1, 1) not in region
    with pytest.raises(DataError, match="no set of this size"):
        contiguous_regions({1: [], 2: []}, 2, 5, seed=0)


def test_matched_regions_resemble_the_treated():
    traits = pd.DataFrame({"size": [1.0, 10.0, 1.1, 0.9, 10.2, 9.8, 50.0, 60.0]})
    found = matched_regions(traits, [0, 1], 10, seed=0, nearest=2)
    assert set(found) == {frozenset(pair) for pair in ((2, 4), (2, 5), (3, 4), (3, 5))}
    assert all(len(r) == 2 for r in matched_regions(traits, [0, 1], 10, seed=0, nearest=6))
    with pytest.raises(UsageError, match="1 treated units have no row"):
        matched_regions(traits, [99], 1, seed=0)
    with pytest.raises(DataError, match="fewer controls"):
        matched_regions(traits.iloc[:3], [0, 1], 1, seed=0)
    with pytest.raises(DataError, match="a number is missing"):
        matched_regions(traits.assign(more=np.nan), [0], 1, seed=0)


def test_holm_by_hand():
    found = holm(pd.Series({"a": 0.04, "b": 0.01, "c": 0.03, "d": 0.9}))
    assert found.to_dict() == pytest.approx({"b": 0.04, "c": 0.09, "a": 0.09, "d": 0.9})


def test_romano_wolf_of_one_outcome_is_its_own_p_value():
    draws = pd.DataFrame({"y": np.random.default_rng(0).normal(size=199)})
    estimate = pd.Series({"y": 1.7})
    expected = placebo_p_values(estimate.to_numpy(), draws.to_numpy())[0]
    assert romano_wolf(estimate, draws)["y"] == pytest.approx(expected)


def test_romano_wolf_steps_down_like_the_slow_way():
    random = np.random.default_rng(1)
    draws = pd.DataFrame(random.normal(size=(99, 4)), columns=list("abcd"))
    estimates = pd.Series([2.5, -2.2, 0.3, 1.9], index=list("abcd"))
    spread = np.sqrt((draws**2).mean())
    left, before, slow = list("abcd"), 0.0, {}
    while left:
        sizes = (estimates / spread)[left].abs()
        first = sizes.idxmax()
        largest = (draws / spread)[left].abs().max(axis=1)
        before = max(before, (1 + (largest >= sizes[first]).sum()) / 100)
        slow[first] = before
        left.remove(first)
    assert romano_wolf(estimates, draws).to_dict() == pytest.approx(slow)
    with pytest.raises(UsageError, match="in order"):
        romano_wolf(estimates, draws[list("dcba")])


def test_the_same_outcome_twice_costs_nothing():
    draws = pd.DataFrame({"a": np.random.default_rng(2).normal(size=199)}).assign(
        b=lambda f: f["a"]
    )
    both = romano_wolf(pd.Series({"a": 2.0, "b": 2.0}), draws)
    alone = romano_wolf(pd.Series({"a": 2.0}), draws[["a"]])
    assert both.tolist() == pytest.approx([alone["a"]] * 2)


def test_pretrends_are_found_where_they_are():
    frame = panel(units=40, times=10, noise=0.3, treated_from=dict.fromkeys(range(15), 6))
    starts = dict.fromkeys(range(15), 6)
    trend = frame.assign(y=frame["y"] + 0.3 * frame["time"] * (frame["unit"] < 15))
    regions = random_regions(range(15, 40), 8, 199, seed=0)
    for item, item_found in ((frame, False), (trend, True)):
        wald = pretrend_test(event_study(item, **NAMES, treated_from=starts))
        assert (wald.p_value < 0.05, wald.tested) == (item_found, 5)
        ranks = pretrend_test_by_placebos(
            randomisation_test(item, **NAMES, treated=list(starts), start=6, regions=regions)
        )
        assert (ranks.p_value < 0.05, ranks.tested) == (item_found, 5)
    study = event_study(frame, **NAMES, treated_from=starts)
    assert pretrend_test(study, first=-2).tested == 1
    square = (study.table["estimate"] / study.table["std_error"])[4] ** 2
    assert pretrend_test(study, first=-2).statistic == pytest.approx(square)


def test_pretrends_that_cannot_be_tested_are_refused():
    frame = panel(units=14, times=10, treated_from=TREATED)
    study = event_study(frame, **NAMES, treated_from=TREATED, window=(-1, 3))
    with pytest.raises(DataError, match="0 effects before the base"):
        pretrend_test(study)
    with pytest.raises(DataError, match="no effect before the base"):
        pretrend_test_by_placebos(run(), first=-1)


def test_smallest_effects_that_would_be_found():
    draws = np.random.default_rng(0).normal(size=9999)
    found = detectable_by_placebos(draws)
    assert found.rise == pytest.approx(1.96 + 0.84, abs=0.06)
    assert found.fall == pytest.approx(-1.96 - 0.84, abs=0.06)
    curve = power_curve(draws, np.array([0.0, found.rise, found.fall]))
    assert curve["power"].to_list() == pytest.approx([0.05, 0.8, 0.8], abs=0.005)
    usual = detectable_by_error(1.0, 1e6)
    assert usual.rise == pytest.approx(-usual.fall) == pytest.approx(2.8016, abs=1e-3)
    with pytest.raises(DataError, match="5 are too few"):
        detectable_by_placebos(draws[:5])
