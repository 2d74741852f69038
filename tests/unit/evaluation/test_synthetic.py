"""Synthetic control and its placebo test."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize

from fixtures.effects import panel
from indicators.errors import DataError, UsageError
from indicators.evaluation import placebo_test, synthetic_control
from indicators.evaluation.synthetic import simplex_weights

NAMES = {"unit": "unit", "time": "time", "outcome": "y"}
START = {"treated": 0, "start": 5}


def mixture(effect: float = 3.0) -> pd.DataFrame:
    """Unit 0 is 0.6 of unit 1 and 0.4 of unit 2, and more by the effect from time 5 on."""
    frame = panel(units=6, times=8, seed=4).set_index(["unit", "time"])["y"].unstack("unit")
    frame[0] = 0.6 * frame[1] + 0.4 * frame[2] + effect * (frame.index >= 5)
    return frame.stack().rename("y").reset_index()


def test_a_mixture_is_found_and_its_effect():
    found = synthetic_control(mixture(), **NAMES, **START)
    assert found.weights.to_dict() == pytest.approx({1: 0.6, 2: 0.4, 3: 0, 4: 0, 5: 0}, abs=1e-8)
    assert found.gap.to_numpy() == pytest.approx([0] * 5 + [3] * 3, abs=1e-8)
    assert found.rmspe_before == pytest.approx(0, abs=1e-8)
    assert (found.effect, found.rmspe_after) == pytest.approx((3, 3))
    assert found.table["event_time"].tolist() == list(range(-5, 3))
    assert found.table["estimate"].tolist() == found.gap.tolist()
    assert (found.treated - found.synthetic).tolist() == found.gap.tolist()


def test_weights_are_the_best_there_are():
    """No other weights fit the outcomes before the start better: a general solver's are worse."""
    frame = panel(units=5, times=12, seed=1)
    found = synthetic_control(frame, **NAMES, treated=0, start=9)
    wide = frame.pivot(index="time", columns="unit", values="y").loc[:8]
    donors, target = wide[[1, 2, 3, 4]].to_numpy(), wide[0].to_numpy()
    other = minimize(
        lambda w: ((target - donors @ w) ** 2).sum(),
        np.full(4, 0.25),
        bounds=[(0, 1)] * 4,
        constraints={"type": "eq", "fun": lambda w: w.sum() - 1},
        options={"ftol": 1e-14, "maxiter": 1000},
    )
    assert found.weights.sum() == pytest.approx(1, abs=1e-12)
    assert (found.weights >= 0).all()
    assert found.weights.to_numpy() == pytest.approx(other.x, abs=1e-4)
    assert found.rmspe_before**2 * 9 <= other.fun + 1e-9


def test_a_donor_that_is_the_treated_unit_gets_all_the_weight():
    assert simplex_weights(np.eye(3), np.array([0.0, 1.0, 0.0])).tolist() == [0, 1, 0]


def test_ridge_spreads_the_weights():
    columns = np.array([[1.0, 1.0, 3.0]])
    assert simplex_weights(columns, np.array([1.0]), ridge=1e-6) == pytest.approx(
        [0.5, 0.5, 0.0], abs=1e-5
    )


def test_predictors_by_their_means_and_at_times():
    frame = mixture().assign(x=lambda f: f["unit"] ** 2 + f["time"] / 10)
    frame.loc[frame["unit"] == 0, "x"] = 0.6 * 1 + 0.4 * 4 + frame["time"] / 10
    by_mean = synthetic_control(frame, **NAMES, **START, predictors=["x", "y"])
    assert by_mean.predictor_weights.index.tolist() == ["x", "y"]
    assert by_mean.weights.sum() == pytest.approx(1)
    chosen = {"x": [0, (1, 3)], "y": (0, 4)}
    by_time = synthetic_control(frame, **NAMES, **START, predictors=chosen)
    assert by_time.predictor_weights.index.tolist() == ["x 0", "x 1–3", "y 0–4"]
    assert by_time.predictor_weights.sum() == pytest.approx(1)


def test_predictors_ignore_what_comes_after_and_missing_times():
    frame = mixture().assign(x=lambda f: f["unit"] * 1.0)
    later = frame.assign(x=frame["x"].mask(frame["time"] == 2))
    later.loc[later["time"] >= 5, "x"] = 99.0
    found = [
        synthetic_control(item, **NAMES, **START, predictors=["x", "y"]).weights
        for item in (frame, later)
    ]
    pd.testing.assert_series_equal(found[0], found[1])


def test_months_and_names():
    frame = mixture()
    frame["time"] = [f"2021-{time + 1:02}" for time in frame["time"]]
    frame["unit"] = frame["unit"].map("KU{:03}".format)
    found = synthetic_control(frame, **NAMES, treated="KU000", start="2021-06")
    assert found.gap.index[0] == "2021-01"
    assert found.weights["KU001"] == pytest.approx(0.6)
    assert found.effect == pytest.approx(3)


def test_the_placebo_test_ranks_the_treated_unit():
    frame = panel(units=9, times=30, treated_from={0: 20}, effect=9.0)
    found = placebo_test(frame, **NAMES, treated=0, start=20)
    assert found.p_value == pytest.approx(1 / 9)
    assert found.units["unit"].iloc[0] == 0
    assert found.units["ratio"].is_monotonic_decreasing
    assert found.gaps.shape == (30, 9)
    assert found.table["p_value"][0] == found.p_value
    assert found.table["estimate"][0] == pytest.approx(9, abs=1.5)


def test_each_placebo_is_a_synthetic_control_of_its_own():
    frame = panel(units=5, times=10)
    test = placebo_test(frame, **NAMES, treated=0, start=7)
    for unit in range(5):
        alone = synthetic_control(frame, **NAMES, treated=unit, start=7)
        assert test.gaps[unit].to_numpy() == pytest.approx(alone.gap.to_numpy())
        row = test.units.set_index("unit").loc[unit]
        assert row["ratio"] == pytest.approx(alone.rmspe_after / alone.rmspe_before)


def test_units_that_never_differ_are_no_evidence():
    frame = panel(units=4, times=6, noise=0.0).assign(y=lambda f: f["time"] * 1.0)
    assert placebo_test(frame, **NAMES, **START).p_value == 1.0


def test_placebo_p_values_are_uniform_without_an_effect():
    """Exactly so: the treated unit is one among equals, so that ranks are equally likely."""
    found = [
        placebo_test(panel(units=5, times=8, seed=seed), **NAMES, treated=seed % 5, start=6).p_value
        for seed in range(400)
    ]
    shares = pd.Series(found).round(6).value_counts(normalize=True)
    assert len(shares) == 5
    assert shares.to_numpy() == pytest.approx(0.2, abs=0.06)


@pytest.mark.parametrize(
    ("changes", "error", "said"),
    [
        ({"treated": 9}, UsageError, "treated: no such unit in column unit"),
        ({"treated": "0"}, UsageError, "the column holds numbers, text was given"),
        ({"treated": [0, 9]}, UsageError, "1 units are not in column unit: 9"),
        ({"treated": []}, UsageError, "treated: write a unit, or a list"),
        ({"start": 0}, DataError, "before the start"),
        ({"start": 8}, DataError, "before the start"),
        ({"start": "2021-01"}, UsageError, "start: a time is not of the kind"),
        ({"predictors": "x"}, UsageError, "a list of columns"),
        ({"predictors": []}, UsageError, "a list of columns"),
        ({"predictors": ["z"]}, UsageError, "no column z"),
        ({"predictors": {"y": [77]}}, UsageError, "no time 77"),
        ({"predictors": ["x"]}, DataError, "predictors, x: 6 units have no value"),
    ],
)
def test_what_cannot_be_used_is_refused(changes, error, said):
    frame = mixture().assign(x=np.nan)
    with pytest.raises(error, match=said):
        synthetic_control(frame, **(NAMES | START | changes))


def test_incomplete_panels_are_refused():
    frame = mixture()
    with pytest.raises(DataError, match="column y: 2 of 6 units lack an outcome"):
        synthetic_control(frame.drop([3, 10]), **NAMES, **START)
    with pytest.raises(DataError, match="no other unit"):
        synthetic_control(frame[frame["unit"] == 0], **NAMES, **START)


def sized(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(size=frame["unit"] + 1.0)


def test_several_treated_units_are_their_weighted_mean():
    frame = sized(mixture())
    pair = frame[frame["unit"] < 2]
    mean = (pair["y"] * pair["size"]).groupby(pair["time"]).sum() / 3
    joined = pd.concat(
        [frame[frame["unit"] >= 2], pd.DataFrame({"unit": 0, "time": mean.index, "y": mean})]
    )
    expected = synthetic_control(joined, **NAMES, treated=0, start=5)
    found = synthetic_control(frame, **NAMES, treated=[0, 1], start=5, weights="size")
    assert found.gap.tolist() == pytest.approx(expected.gap.tolist())
    assert found.weights.tolist() == pytest.approx(expected.weights.tolist())


def test_weights_of_the_placebo_test_are_shares_of_the_rank():
    frame = sized(mixture())
    plain = placebo_test(frame, **NAMES, treated=2, start=5)
    found = placebo_test(frame, **NAMES, treated=2, start=5, weights="size")
    pd.testing.assert_frame_equal(found.units, plain.units)
    own = plain.units.set_index("unit")["ratio"]
    above = [unit + 1 for unit in own.index if own[unit] >= own[2]]
    assert found.p_value == pytest.approx(sum(above) / (own.index + 1).to_numpy().sum())
    with pytest.raises(DataError, match="column time: a weight is 0 in 6 rows") as caught:
        placebo_test(frame, **NAMES, treated=2, start=5, weights="time")
    assert any("the weight changes over time in 6 units" in line for line in caught.value.details)


def test_synthetic_results_show_themselves():
    control = synthetic_control(mixture(), **NAMES, treated=0, start=5)
    test = placebo_test(mixture(), **NAMES, treated=0, start=5)
    for found in (control, test):
        assert found.plot().lines
        assert f"n = {found.n}" in found.summary()
        assert "<table" in found._repr_html_()
    assert "5 % cannot be reached" in test.summary()
