"""The evaluation's fast arithmetic against slow, plain twins on generated panels."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from fixtures.examples import examples
from indicators.errors import DataError
from indicators.evaluation import difference_in_differences, event_study
from indicators.evaluation.inference import mean_change, region_effects
from indicators.evaluation.regression import fit_two_way, without_effects
from indicators.evaluation.survival import cumulative_incidence
from indicators.evaluation.synthetic import simplex_weights

SEEDS = st.integers(0, 2**31)


def panel(seed: int, holes: float) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Outcome, unit, time and treatment of a random panel with holes."""
    random = np.random.default_rng(seed)
    units, times = int(random.integers(4, 9)), int(random.integers(3, 7))
    unit, time = (part.ravel() for part in np.meshgrid(range(units), range(times), indexing="ij"))
    selected = random.random(len(unit)) >= holes
    unit, time = unit[selected].astype(np.int64), time[selected].astype(np.int64)
    treated = ((unit % 3 == 0) & (time >= times // 2)).astype(float)
    return random.normal(size=len(unit)), unit, time, treated


def with_dummies(
    outcome: np.ndarray, regressors: np.ndarray, unit: np.ndarray, time: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients and clustered errors by a dummy for each unit and time."""
    dummies = [pd.get_dummies(codes).to_numpy(float) for codes in (unit, time)]
    design = np.column_stack([regressors, dummies[0], dummies[1][:, 1:]])
    bread = np.linalg.inv(design.T @ design)
    coefficients = bread @ design.T @ outcome
    scores = design * (outcome - design @ coefficients)[:, None]
    sums = np.array([scores[unit == item].sum(axis=0) for item in np.unique(unit)])
    rows, clusters, count = len(outcome), len(sums), regressors.shape[1]
    free = rows - count - len(np.unique(time))
    size = (rows - 1) / free * clusters / (clusters - 1)
    covariance = size * bread @ sums.T @ sums @ bread
    return coefficients[:count], np.sqrt(np.diag(covariance)[:count])


@settings(max_examples=examples(60), deadline=None)
@given(seed=SEEDS, holes=st.sampled_from([0.0, 0.1, 0.3]))
def test_two_way_least_squares_is_that_with_dummies(seed, holes):
    outcome, unit, time, treated = panel(seed, holes)
    assume(np.bincount(unit)[np.unique(unit)].min() > 1)
    assume(np.bincount(time)[np.unique(time)].min() > 1)
    regressors = np.column_stack([treated, np.sin(np.arange(len(unit)))])
    try:
        found = fit_two_way(outcome, regressors, unit, time)
    except DataError:
        dummies = np.column_stack([pd.get_dummies(codes).to_numpy(float) for codes in (unit, time)])
        with_both = np.column_stack([dummies, regressors])
        gained = np.linalg.matrix_rank(with_both) - np.linalg.matrix_rank(dummies)
        assert gained < 2
        return
    # Panels that fall in parts have more redundant dummies than this twin leaves out.
    dummies = np.column_stack([pd.get_dummies(codes).to_numpy(float) for codes in (unit, time)])
    assume(np.linalg.matrix_rank(dummies) == dummies.shape[1] - 1)
    coefficients, errors = with_dummies(outcome, regressors, unit, time)
    assert found.coefficients == pytest.approx(coefficients, abs=1e-8)
    assert np.sqrt(np.diag(found.covariance)) == pytest.approx(errors, abs=1e-8)


@settings(max_examples=examples(40), deadline=None)
@given(seed=SEEDS, holes=st.sampled_from([0.0, 0.2, 0.6]))
def test_residuals_are_what_no_effect_explains(seed, holes):
    """Also where a panel falls in parts that share no unit and no time."""
    outcome, unit, time, _ = panel(seed, holes)
    assume(len(unit) > 0)
    unit, time = (np.unique(codes, return_inverse=True)[1] for codes in (unit, time))
    left = without_effects(outcome[:, None], unit, time, np.ones(len(unit)))[:, 0]
    dummies = np.column_stack([pd.get_dummies(codes).to_numpy(float) for codes in (unit, time)])
    plain = outcome - dummies @ np.linalg.lstsq(dummies, outcome, rcond=None)[0]
    assert left == pytest.approx(plain, abs=1e-9)


@settings(max_examples=examples(40), deadline=None)
@given(seed=SEEDS)
def test_staggered_cells_are_differences_of_means(seed):
    """Balanced, never treated controls: each cohort's effect at an event time, by hand."""
    random = np.random.default_rng(seed)
    units, times = 12, 7
    first = random.choice([2, 3, 5, 99], size=units)
    first[:4] = [2, 3, 5, 99]
    outcome = random.normal(size=(units, times))
    pairs = list(product(range(units), range(times)))
    frame = pd.DataFrame(pairs, columns=["unit", "time"]).assign(y=outcome.ravel())
    starts = {unit: start for unit, start in enumerate(first) if start < 99}
    names = {"unit": "unit", "time": "time", "outcome": "y"}
    study = event_study(frame, **names, treated_from=starts).table.set_index("event_time")
    never = outcome[first == 99].mean(axis=0)
    for event in study.index.drop(-1):
        gaps = [
            outcome[unit, start + event]
            - outcome[unit, start - 1]
            - (never[start + event] - never[start - 1])
            for unit, start in starts.items()
            if 0 <= start + event < times
        ]
        assert study.loc[event, "estimate"] == pytest.approx(np.mean(gaps), abs=1e-8)


@settings(max_examples=examples(40), deadline=None)
@given(seed=SEEDS)
def test_the_staggered_effect_is_that_of_imputation(seed):
    """Effects of units and times from untreated rows; the mean of what is left of the treated."""
    random = np.random.default_rng(seed)
    units, times = 10, 6
    first = random.choice([2, 4, 99], size=units)
    first[:3] = [2, 4, 99]
    outcome = random.normal(size=(units, times))
    unit, time = (part.ravel() for part in np.meshgrid(range(units), range(times), indexing="ij"))
    treated = time >= first[unit]
    design = np.column_stack([unit[:, None] == np.arange(units), time[:, None] == np.arange(times)])
    effects = np.linalg.lstsq(
        design[~treated].astype(float), outcome.ravel()[~treated], rcond=None
    )[0]
    expected = (outcome.ravel() - design @ effects)[treated].mean()
    frame = pd.DataFrame({"unit": unit, "time": time, "y": outcome.ravel()})
    starts = {item: start for item, start in enumerate(first) if start < 99}
    found = difference_in_differences(
        frame, unit="unit", time="time", outcome="y", treated_from=starts
    )
    assert found.table["estimate"][0] == pytest.approx(expected, abs=1e-8)


@settings(max_examples=examples(80), deadline=None)
@given(seed=SEEDS, ridge=st.sampled_from([0.0, 0.5]))
def test_simplex_weights_cannot_be_bettered(seed, ridge):
    """Moving weight from any donor that has some to any other makes the fit no better."""
    random = np.random.default_rng(seed)
    rows, donors = int(random.integers(1, 12)), int(random.integers(1, 12))
    scale = 10.0 ** random.integers(-3, 6)
    columns, target = scale * random.normal(size=(rows, donors)), scale * random.normal(size=rows)
    weights = simplex_weights(columns, target, ridge * scale**2)
    assert weights.min() >= 0
    assert weights.sum() == pytest.approx(1)
    slope = columns.T @ (columns @ weights - target) + ridge * scale**2 * weights
    best = slope.min()
    assert slope[weights > 0] == pytest.approx(best, abs=1e-7 * scale**2 * (rows + 1))


@settings(max_examples=examples(40), deadline=None)
@given(seed=SEEDS)
def test_effects_of_many_regions_are_those_of_each(seed):
    random = np.random.default_rng(seed)
    units, times = int(random.integers(4, 12)), int(random.integers(2, 9))
    outcome, event = random.normal(size=(times, units)), np.arange(times) - times // 2
    assume((event < 0).any())
    numbers, weights = mean_change(outcome, event), random.uniform(0.5, 2, size=units)
    regions = random.random((5, units)) < 0.4
    assume(regions.any(axis=1).all())
    assume((~regions).any(axis=1).all())
    found = region_effects(numbers, regions, weights)[:, 0]
    for region, effect in zip(regions, found, strict=True):
        inside = np.average(numbers[region], weights=weights[region])
        outside = np.average(numbers[~region], weights=weights[~region])
        assert effect == pytest.approx(inside - outside)


@settings(max_examples=examples(40), deadline=None)
@given(seed=SEEDS)
def test_incidence_is_counted_day_by_day(seed):
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {"days": random.integers(1, 9, size=30), "cause": random.choice(["", "a", "b"], size=30)}
    )
    assume(frame["cause"].ne("").any())
    found = cumulative_incidence(frame, days=range(10))
    staying, gone = 1.0, dict.fromkeys(sorted(set(frame["cause"]) - {""}), 0.0)
    for day in range(10):
        today = frame[frame["days"] == day]["cause"]
        if left := int((frame["days"] >= day).sum()):
            for cause in gone:
                gone[cause] += staying * (today == cause).sum() / left
            staying *= 1 - (today != "").sum() / left
        for cause, share in gone.items():
            row = found[(found["cause"] == cause) & (found["days"] == day)]
            assert row["share"].iloc[0] == pytest.approx(share)
