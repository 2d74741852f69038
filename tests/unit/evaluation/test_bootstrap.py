"""The wild cluster bootstrap."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from fixtures.effects import area_panel, panel
from indicators.errors import UsageError
from indicators.evaluation import difference_in_differences, wild_bootstrap
from indicators.evaluation.bootstrap import DISTRIBUTIONS
from indicators.evaluation.difference import cell_dummies, difference_sample, effect_cells
from indicators.evaluation.regression import fit_two_way

NAMES = {"unit": "unit", "time": "time", "outcome": "y"}
SEVERAL = dict.fromkeys(range(4), 3) | dict.fromkeys(range(4, 8), 5)


def rich_panel() -> pd.DataFrame:
    frame = panel(24, 8, SEVERAL, seed=3, effect=0.4)
    random = np.random.default_rng(8)
    frame["x"] = random.normal(size=len(frame))
    frame["size"] = random.uniform(1, 5, size=len(frame))
    frame["area"] = frame["unit"] // 2
    return frame.sample(frac=0.9, random_state=1)


@pytest.mark.parametrize("starts", [dict.fromkeys(range(8), 4), SEVERAL])
@pytest.mark.parametrize("null", [0.0, 0.7])
def test_draws_are_those_of_the_plain_algorithm(starts, null):
    """Twin: restricted residuals by cluster, times signs, the regression run again a draw."""
    frame = rich_panel()
    options = {"weights": "size", "cluster": "area", "covariates": ["x"]}
    found = wild_bootstrap(frame, **NAMES, treated_from=starts, draws=9, seed=2, **options)
    sample = difference_sample(frame, ("unit", "time", "y"), starts, base=None, **options)
    dummies = cell_dummies(effect_cells(sample))
    shares = np.average(dummies, axis=0, weights=sample.weights)
    shares /= shares.sum()
    root = np.sqrt(sample.weights)
    effects = [pd.get_dummies(codes).to_numpy(float) for codes in (sample.unit, sample.time)]
    whole = np.column_stack([dummies, sample.covariates, *effects])
    # The null, shares · cells = null: what the cells are less the null is free to differ.
    free = np.linalg.svd(shares[None, :])[2][1:].T
    restricted = np.column_stack([dummies @ free, sample.covariates, *effects])
    shifted = sample.outcome - null * dummies.sum(axis=1)
    solved = np.linalg.lstsq(root[:, None] * restricted, root * shifted, rcond=None)[0]
    fitted = restricted @ solved + null * dummies.sum(axis=1)
    residual = sample.outcome - fitted
    codes = np.unique(sample.cluster, return_inverse=True)[1]
    signs = np.random.default_rng(2).choice(DISTRIBUTIONS["rademacher"], size=(9, 12))
    expected = []
    for sign in signs:
        outcome = fitted + sign[codes] * residual
        fit = fit_two_way(
            outcome,
            whole[:, : dummies.shape[1] + 1],
            sample.unit,
            sample.time,
            cluster=sample.cluster,
            weights=sample.weights,
        )
        count = dummies.shape[1]
        error = np.sqrt(shares @ fit.covariance[:count, :count] @ shares)
        expected.append((shares @ fit.coefficients[:count] - null) / error)
    rows = len(sample.outcome)
    correction = np.sqrt(
        (rows - 1) / (rows - dummies.shape[1] - 1 - len(np.unique(sample.time))) * 12 / 11
    )
    if null == 0:
        assert found.draws / correction == pytest.approx(np.array(expected), abs=1e-8)
    else:
        from indicators.evaluation.bootstrap import _lay_out

        statistics = _lay_out(sample).statistics(signs, null)
        assert statistics / correction == pytest.approx(np.array(expected), abs=1e-8)


def test_the_table_has_the_plain_estimate_and_the_bootstrap_interval():
    frame = rich_panel()
    starts = dict.fromkeys(range(8), 4)
    plain = difference_in_differences(frame, **NAMES, treated_from=starts)
    found = wild_bootstrap(frame, **NAMES, treated_from=starts)
    row, expected = found.table.iloc[0], plain.table.iloc[0]
    assert row[["estimate", "std_error"]].tolist() == expected[["estimate", "std_error"]].tolist()
    # Many clusters, nothing odd: the interval is nearly Student's.
    assert row[["ci_low", "ci_high"]].tolist() == pytest.approx(
        expected[["ci_low", "ci_high"]].tolist(), abs=0.4 * expected["std_error"]
    )
    inside = row["ci_low"] < 0 < row["ci_high"]
    assert inside == (found.p_value > 0.05)
    again = wild_bootstrap(frame, **NAMES, treated_from=starts)
    pd.testing.assert_frame_equal(again.table, found.table)
    assert found.plot().lines
    assert "24 clusters" in found.summary()


def test_few_clusters_have_webb_weights_and_a_warning():
    frame = panel(8, 8, {0: 4, 1: 4})
    found = wild_bootstrap(frame, **NAMES, treated_from={0: 4, 1: 4}, draws=99)
    assert found.distribution == "webb"
    assert any("rejects too rarely" in note for note in found.notes)
    assert len(np.unique(np.abs(DISTRIBUTIONS["webb"]))) == 3
    assert (DISTRIBUTIONS["webb"] ** 2).mean() == pytest.approx(1)


def test_under_area_shocks_it_keeps_its_size():
    """8 of 30 areas treated, no effect: by area 5 % are rejected, by unit many times as many."""
    rejected = []
    for seed in range(150):
        frame, starts = area_panel(30, 8, seed=seed)
        names = NAMES | {"treated_from": starts}
        by_area = wild_bootstrap(frame, **names, cluster="area", draws=199, seed=seed)
        by_unit = difference_in_differences(frame, **names)
        rejected.append([by_area.p_value <= 0.05, by_unit.table["p_value"][0] <= 0.05])
    by_area, by_unit = np.mean(rejected, axis=0)
    assert 0.01 <= by_area <= 0.10
    assert by_unit > 0.15


@pytest.mark.parametrize(
    ("options", "said"),
    [({"draws": 0}, "draws: "), ({"draws": 9.5}, "draws: "), ({"distribution": "normal"}, "webb")],
)
def test_what_it_cannot_use_is_refused(options, said):
    with pytest.raises(UsageError, match=said):
        wild_bootstrap(rich_panel(), **NAMES, treated_from=SEVERAL, **options)
