"""Checks of a synthetic control, its ridge-augmented form, synthetic difference-in-differences."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from fixtures.effects import panel
from indicators.errors import DataError, UsageError
from indicators.evaluation import difference_in_differences, synthetic_control
from indicators.evaluation.synthetic_variants import (
    augmented_synthetic_control,
    earlier_start,
    leave_one_out,
    ridge_weights,
    synthetic_difference_in_differences,
)

NAMES = {"unit": "unit", "time": "time", "outcome": "y"}
START = {"treated": 0, "start": 14}
FRAME = panel(units=9, times=20, treated_from={0: 14}, effect=4.0, seed=3)


def test_leaving_a_donor_out_is_a_control_without_it():
    found = leave_one_out(FRAME, **NAMES, **START)
    weights = synthetic_control(FRAME, **NAMES, **START).weights
    assert set(found.columns) == set(weights.index[weights > 0])
    first = found.columns[0]
    assert first == weights.idxmax()
    alone = synthetic_control(FRAME[FRAME["unit"] != first], **NAMES, **START)
    assert found[first].to_numpy() == pytest.approx(alone.gap.to_numpy())


def test_a_lone_donor_cannot_be_left_out():
    with pytest.raises(DataError, match="a lone donor"):
        leave_one_out(FRAME[FRAME["unit"] < 2], **NAMES, **START)


def test_an_earlier_start_uses_nothing_from_the_real_one_on():
    found = earlier_start(FRAME, **NAMES, **START, pretended=8)
    assert found.gap.index.tolist() == list(range(14))
    later = FRAME.assign(y=FRAME["y"].where(FRAME["time"] < 14, 1e6))
    again = earlier_start(later, **NAMES, **START, pretended=8)
    assert again.gap.tolist() == found.gap.tolist()
    assert abs(found.effect) < 2
    with pytest.raises(DataError, match="no time before"):
        earlier_start(FRAME, **NAMES, treated=0, start=0, pretended=0)


def test_the_augmented_gap_is_the_gap_less_what_ridge_regression_foresees():
    """The other way to write it: predict later outcomes from earlier ones over the donors."""
    penalty = 0.7
    found = augmented_synthetic_control(FRAME, **NAMES, **START, penalty=penalty)
    plain = synthetic_control(FRAME, **NAMES, **START)
    wide = FRAME.pivot(index="time", columns="unit", values="y").to_numpy()
    level = wide[:, 1:].mean(axis=1)
    donors, own = wide[:, 1:] - level[:, None], wide[:, 0] - level
    past, later = donors[:14], donors[14:]
    slopes = np.linalg.solve(past @ past.T + penalty * np.eye(14), past @ later.T)
    foreseen = (own[:14] - past @ plain.weights.to_numpy()) @ slopes
    assert found.gap.to_numpy()[14:] == pytest.approx(plain.gap.to_numpy()[14:] - foreseen)
    assert found.weights.sum() == pytest.approx(1)


def test_the_penalty_moves_between_the_plain_fit_and_a_perfect_one():
    plain = synthetic_control(FRAME, **NAMES, **START)
    stiff = augmented_synthetic_control(FRAME, **NAMES, **START, penalty=1e9)
    assert stiff.weights.to_numpy() == pytest.approx(plain.weights.to_numpy(), abs=1e-6)
    short = FRAME[FRAME["time"] > 9]
    loose = augmented_synthetic_control(short, **NAMES, **START, penalty=1e-9)
    assert loose.rmspe_before == pytest.approx(0, abs=1e-6)
    chosen = augmented_synthetic_control(FRAME, **NAMES, **START)
    assert chosen.rmspe_before <= plain.rmspe_before


def test_the_chosen_penalty_is_within_an_error_of_the_best():
    """Slowly: each time before the start predicted from the others."""
    wide = FRAME.pivot(index="time", columns="unit", values="y").to_numpy()[:14]
    level = wide[:, 1:].mean(axis=1)
    donors, own = wide[:, 1:] - level[:, None], wide[:, 0] - level
    penalties = np.linalg.svd(donors)[1][0] ** 2 * np.logspace(0, -8, 20)
    errors = np.zeros((14, 20))
    for row in range(14):
        rest = [time for time in range(14) if time != row]
        for place, penalty in enumerate(penalties):
            weights = ridge_weights(donors[rest], own[rest], penalty)
            errors[row, place] = (own[row] - donors[row] @ weights) ** 2
    means, spread = errors.mean(axis=0), errors.std(axis=0, ddof=1) / np.sqrt(14)
    allowed = penalties[means <= means.min() + spread[means.argmin()]]
    given = augmented_synthetic_control(FRAME, **NAMES, **START, penalty=allowed.max())
    found = augmented_synthetic_control(FRAME, **NAMES, **START)
    assert found.weights.to_numpy() == pytest.approx(given.weights.to_numpy(), abs=1e-9)


def test_augmenting_odd_panels():
    same = FRAME.assign(y=FRAME["time"] * 1.0)
    assert augmented_synthetic_control(same, **NAMES, **START).effect == pytest.approx(0)
    short = FRAME[FRAME["time"] >= 13]
    assert np.isfinite(augmented_synthetic_control(short, **NAMES, **START).effect)
    with pytest.raises(UsageError, match="above 0"):
        augmented_synthetic_control(FRAME, **NAMES, **START, penalty=0.0)


def test_a_synthetic_difference_finds_a_planted_effect():
    frame = panel(units=30, times=24, treated_from={0: 18, 1: 18}, effect=4.0, noise=0.5)
    found = synthetic_difference_in_differences(frame, **NAMES, treated=[0, 1], start=18)
    row = found.table.iloc[0]
    assert row["ci_low"] < 4 < row["ci_high"]
    assert row["p_value"] < 0.001
    assert found.unit_weights.sum() == pytest.approx(1)
    assert found.time_weights.sum() == pytest.approx(1)
    assert found.time_weights.index.tolist() == list(range(18))


def test_a_synthetic_difference_of_alike_units_is_the_plain_one():
    """Nothing tells units or times apart: weights are even where only level and noise differ."""
    frame = panel(units=6, times=8, noise=0.0, treated_from={0: 5}, effect=2.0)
    found = synthetic_difference_in_differences(frame, **NAMES, treated=[0], start=5)
    plain = difference_in_differences(frame, **NAMES, treated_from={0: 5})
    assert found.table["estimate"][0] == pytest.approx(plain.table["estimate"][0])


def test_what_a_synthetic_difference_cannot_use_is_refused():
    for treated in ("0", []):
        with pytest.raises(UsageError, match="treated: "):
            synthetic_difference_in_differences(FRAME, **NAMES, treated=treated, start=14)
    with pytest.raises(UsageError, match="leave predictors out"):
        synthetic_difference_in_differences(FRAME, **NAMES, treated=0, start=14, predictors=["y"])
    with pytest.raises(UsageError, match="1 units are not in column unit"):
        synthetic_difference_in_differences(FRAME, **NAMES, treated=[0, 99], start=14)
    with pytest.raises(DataError, match="more controls than treated"):
        synthetic_difference_in_differences(FRAME, **NAMES, treated=[0, 1, 2, 3, 4], start=14)


def test_without_times_to_see_noise_by_the_effect_is_still_found():
    frame = FRAME[FRAME["time"] >= 13]
    found = synthetic_difference_in_differences(frame, **NAMES, treated=[0], start=14)
    assert pd.notna(found.table["estimate"][0])
