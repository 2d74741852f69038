"""Randomisation over units, clusters and regions; the smallest effect a design finds."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from fixtures.effects import area_panel, panel
from indicators.errors import DataError, UsageError
from indicators.evaluation import (
    difference_in_differences,
    minimum_detectable_effect,
    placebo_test,
    randomisation_inference,
    synthetic_control,
)
from indicators.evaluation.result import Estimates

NAMES = {"unit": "unit", "time": "time", "outcome": "y"}


def plain_effect(frame: pd.DataFrame, treated: list[int], start: int) -> float:
    found = difference_in_differences(frame, **NAMES, treated_from=dict.fromkeys(treated, start))
    return float(found.table["estimate"].iloc[0])


def test_every_set_of_clusters_is_compared_where_they_are_few():
    """Twin: each pair of six areas as if treated, by the regression."""
    frame, starts = area_panel(6, 2, seed=3, effect=1.0)
    found = randomisation_inference(
        frame, **NAMES, treated=list(starts), start=4, cluster="area", seed=1
    )
    pairs = [
        plain_effect(frame, frame.loc[frame["area"].isin(pair), "unit"].unique().tolist(), 4)
        for pair in combinations(range(6), 2)
    ]
    own = plain_effect(frame, list(starts), 4)
    assert found.table["estimate"][0] == pytest.approx(own)
    assert sorted([*found.draws, own]) == pytest.approx(sorted(pairs))
    assert found.p_value == pytest.approx(np.mean(np.abs(pairs) >= abs(own) * (1 - 1e-9)))
    assert found.sets == len(found.draws) == 14
    assert "only 14 other sets are possible: all of them are taken" in found.notes
    assert any("5 % cannot be reached" in note for note in found.notes)
    assert np.isinf(found.table[["ci_low", "ci_high"]].to_numpy()).all()


def test_the_interval_holds_what_is_not_rejected():
    frame, starts = area_panel(20, 5, seed=2, effect=1.5)
    options = {"treated": list(starts), "start": 4, "cluster": "area", "draws": 199, "seed": 4}
    found = randomisation_inference(frame, **NAMES, **options)
    low, high = found.table[["ci_low", "ci_high"]].iloc[0]
    assert low < 1.5 < high
    treated = frame["unit"].isin(list(starts)) & (frame["time"] >= 4)
    for true, rejected in ((low - 1e-3, True), (low + 1e-3, False), (high + 1e-3, True)):
        shifted = frame.assign(y=frame["y"] - true * treated)
        again = randomisation_inference(shifted, **NAMES, **options)
        assert (again.p_value <= 0.05) == rejected


def test_sets_of_regions_hold_controls_alone():
    frame = panel(12, 8, {0: 4, 1: 4}, seed=5)
    frame["region"] = np.where(frame["unit"] < 7, "north", "south")
    given = [[2, 3], [4, 5], [3, 2], [6, 7]]
    found = randomisation_inference(frame, **NAMES, treated=[0, 1], start=4, regions=given, seed=1)
    controls = frame[frame["unit"] > 1]
    expected = [plain_effect(controls, chosen, 4) for chosen in given]
    assert found.draws.tolist() == pytest.approx(expected)
    assert found.sets == 3
    assert "of 4 placebo sets 3 are different" in found.notes
    drawn = randomisation_inference(
        frame, **NAMES, treated=[0, 1], start=4, regions="region", draws=12, seed=1
    )
    # 10 pairs of five controls in the north and of five in the south, six of each.
    assert drawn.sets == len(drawn.draws) == 12
    assert drawn.plot().patches
    with pytest.raises(UsageError, match=r"holds a treated unit \(1\)"):
        randomisation_inference(frame, **NAMES, treated=[0, 1], start=4, regions=[[1, 2]], seed=1)


def test_weights_are_those_of_the_regression():
    frame = panel(15, 6, {0: 3, 1: 3}, seed=6)
    frame["size"] = 1.0 + frame["unit"] % 4
    starts = {0: 3, 1: 3}
    expected = difference_in_differences(frame, **NAMES, treated_from=starts, weights="size")
    found = randomisation_inference(
        frame, **NAMES, treated=[0, 1], start=3, weights="size", draws=50, seed=1
    )
    assert found.table["estimate"][0] == pytest.approx(expected.table["estimate"][0])
    assert len(found.draws) == 50
    again = randomisation_inference(
        frame, **NAMES, treated=[0, 1], start=3, weights="size", draws=50, seed=1
    )
    assert again.draws.tolist() == found.draws.tolist()


def test_one_treated_area_keeps_its_size_by_randomisation_alone():
    """One area of 20, no effect: the clustered error rejects most, randomisation 5 %."""
    rejected = []
    for seed in range(200):
        frame, starts = area_panel(20, 1, seed=seed)
        drawn = randomisation_inference(
            frame, **NAMES, treated=list(starts), start=4, cluster="area", seed=seed
        )
        clustered = difference_in_differences(
            frame, **NAMES, treated_from=starts, cluster="area"
        ).table
        rejected.append([drawn.p_value <= 0.05, clustered["p_value"][0] <= 0.05])
    by_draws, by_error = np.mean(rejected, axis=0)
    assert 0.01 <= by_draws <= 0.10
    assert by_error > 0.5


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"cluster": "area", "regions": [[5]]}, UsageError, "give one of the two"),
        ({"treated": [0], "cluster": "area"}, DataError, r"treated in part \(1, 2 are not\)"),
        ({"draws": 0}, UsageError, "draws: "),
        ({"treated": [99]}, UsageError, "1 units are not in column unit: 99"),
        ({"treated": list(range(18))}, UsageError, "no unit is left"),
        ({"start": 0}, DataError, "start: times before"),
        ({"regions": "time"}, DataError, "18 units are in several clusters"),
    ],
)
def test_what_it_cannot_use_is_refused(options, error, said):
    frame, starts = area_panel(6, 2)
    with pytest.raises(error, match=said):
        randomisation_inference(
            frame, **NAMES, **({"treated": list(starts), "start": 4, "seed": 1} | options)
        )


def test_holes_are_refused():
    frame, starts = area_panel(6, 2)
    with pytest.raises(DataError, match="1 units lack an outcome"):
        randomisation_inference(frame.iloc[1:], **NAMES, treated=list(starts), start=4, seed=1)


def test_the_smallest_effect_found():
    frame = panel(40, 8, dict.fromkeys(range(10), 4))
    found = difference_in_differences(frame, **NAMES, treated_from=dict.fromkeys(range(10), 4))
    detectable = minimum_detectable_effect(found, power=0.8)
    # 2.0227 + 0.8512: t with 39 degrees of freedom, of 97.5 % and of 80 %.
    assert detectable.effect == pytest.approx(2.8739 * found.table["std_error"][0], rel=1e-4)
    tighter = minimum_detectable_effect(found, power=0.9, level=0.01)
    assert tighter.effect > detectable.effect
    assert "80%" in detectable.title
    drawn = randomisation_inference(frame, **NAMES, treated=[0], start=4, seed=1)
    by_draws = minimum_detectable_effect(drawn)
    critical = np.sort(np.abs(drawn.draws))[37]
    shifted = np.abs(drawn.draws + by_draws.table["ci_high"][0] * (1 + 1e-9))
    assert (shifted > critical).mean() >= 0.8


def test_what_has_no_error_has_no_smallest_effect():
    frame = panel(8, 8)
    plain = {**NAMES, "treated": 0, "start": 4}
    for result in (synthetic_control(frame, **plain), placebo_test(frame, **plain), 3):
        with pytest.raises(UsageError, match="no standard error"):
            minimum_detectable_effect(result)
    study = difference_in_differences(frame, **NAMES, treated_from={0: 4})
    assert isinstance(study, Estimates)
    for options in ({"power": 1.0}, {"level": 0}, {"power": 0.05, "level": 0.1}, {"power": True}):
        with pytest.raises(UsageError, match=r"power|level"):
            minimum_detectable_effect(study, **options)
