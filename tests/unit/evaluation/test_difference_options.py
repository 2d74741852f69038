"""Weights, clusters, covariates and bases of differences-in-differences, held against pyfixest."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyfixest
import pytest
from pyfixest.demeaners import MapDemeaner

from fixtures.effects import panel
from indicators.errors import DataError, UsageError
from indicators.evaluation import difference_in_differences, event_study

NAMES = {"unit": "unit", "time": "time", "outcome": "y"}
START = dict.fromkeys(range(9), 5)
pytestmark = pytest.mark.filterwarnings("ignore:The inplace keyword")


def rich_panel(holes: float = 0.1) -> pd.DataFrame:
    """30 units in 10 clusters, a covariate that matters, weights that change over time."""
    frame = panel(30, 10, START, seed=4)
    random = np.random.default_rng(5)
    frame["x"] = random.normal(size=len(frame)) + 0.1 * frame["time"] * (frame["unit"] % 4)
    frame["y"] += 0.7 * frame["x"]
    frame["area"] = "A" + (frame["unit"] // 3).astype(str)
    frame["size"] = random.uniform(0.5, 20, size=len(frame))
    frame["d"] = ((frame["unit"] < 9) & (frame["time"] >= 5)).astype(float)
    frame["event"] = np.where(frame["unit"] < 9, frame["time"] - 5, -2)
    return frame.sample(frac=1 - holes, random_state=6)


def by_pyfixest(formula: str, frame: pd.DataFrame, cluster: str, weights: str | None) -> np.ndarray:
    """pyfixest, with the correction of fixest for one set of effects nested in the clusters.

    Its own count of nested effects differs from process to process (0.60), so it is not used.
    """
    fit = pyfixest.feols(
        formula,
        frame,
        vcov={"CRV1": cluster},
        weights=weights,
        ssc=pyfixest.ssc(k_adj=False),
        demeaner=MapDemeaner(fixef_tol=1e-12),
    )
    tidy = fit.tidy()
    free = len(frame) - len(tidy) - frame["time"].nunique()
    return np.column_stack(
        [tidy["Estimate"], tidy["Std. Error"] * np.sqrt((len(frame) - 1) / free)]
    )


@pytest.mark.parametrize("weights", [None, "size"])
@pytest.mark.parametrize("cluster", [None, "area"])
@pytest.mark.parametrize("covariates", [(), ("x",)])
def test_options_are_those_of_pyfixest(weights, cluster, covariates):
    frame = rich_panel()
    options = {"weights": weights, "cluster": cluster, "covariates": covariates}
    extra = "".join(f" + {name}" for name in covariates)
    expected = by_pyfixest(f"y ~ d{extra} | unit + time", frame, cluster or "unit", weights)
    found = difference_in_differences(frame, **NAMES, treated_from=START, **options)
    assert found.table[["estimate", "std_error"]].to_numpy()[0] == pytest.approx(
        expected[0], abs=1e-9
    )
    formula = f"y ~ i(event, ref=-2){extra} | unit + time"
    expected = by_pyfixest(formula, frame, cluster or "unit", weights)
    study = event_study(frame, **NAMES, treated_from=START, base=-2, **options)
    shown = study.table[study.table["event_time"] != -2][["estimate", "std_error"]].to_numpy()
    assert shown == pytest.approx(expected[: len(shown)], abs=1e-9)
    assert study.table.set_index("event_time").loc[-2, "estimate"] == 0
    assert (found.clusters, found.treated_clusters) == ((10, 3) if cluster else (30, 9))


def test_a_base_leaves_the_other_times_before_out():
    frame = panel(30, 10, START, seed=4)
    months = [f"2020-{month:02}" for month in range(1, 11)]
    named = frame.assign(time=[months[time] for time in frame["time"]])
    starts = dict.fromkeys(range(9), "2020-06")
    found = difference_in_differences(named, **NAMES, treated_from=starts, base="2020-04..2020-05")
    expected = difference_in_differences(frame[frame["time"] >= 3], **NAMES, treated_from=START)
    pd.testing.assert_frame_equal(found.table, expected.table)
    for base in [(3, 4), "3..4"]:
        numbered = difference_in_differences(frame, **NAMES, treated_from=START, base=base)
        pd.testing.assert_frame_equal(numbered.table, expected.table)
    partly = difference_in_differences(named, **NAMES, treated_from=starts, base="2019-12..2020-02")
    assert "of the 3 times of the base 2019-12..2020-02 the panel has 2" in partly.notes


def test_weights_are_shares_of_the_effect_on_several_starts():
    """Of two starts the weightier one counts more; without noise each effect is exact."""
    frame = panel(20, 8, noise=0.0, effect=0.0)
    starts = {0: 3, 1: 6}
    since = frame["unit"].map(starts)
    after = (frame["time"] >= since).fillna(False)
    frame["y"] += after * np.where(since == 3, 1.0, 4.0)
    frame["size"] = np.where(frame["unit"] == 1, 5.0, 1.0)
    found = difference_in_differences(frame, **NAMES, treated_from=starts, weights="size")
    expected = (5 * 1.0 * 1 + 2 * 5.0 * 4) / (5 * 1.0 + 2 * 5.0)
    assert found.table["estimate"][0] == pytest.approx(expected)
    assert any("starts at 2 times" in note for note in found.notes)


def test_notes_name_who_is_left_out_and_what_not_to_trust():
    frame = rich_panel(holes=0)
    frame.loc[frame["unit"] == 29, "x"] = np.nan
    late = frame[(frame["unit"] != 2) | (frame["time"] >= 5)]
    found = difference_in_differences(
        late, **NAMES, treated_from=START, cluster="area", covariates=["x"]
    )
    assert "units of which no row is left: 29" in found.notes
    assert "10 rows without a covariate are left out" in found.notes
    assert "treated units without a row before their start: 2" in found.notes
    assert any("clustered by area and there are only 3 treated clusters" in n for n in found.notes)
    assert (found.treated, found.controls, found.n) == (9, 20, 285)


@pytest.mark.parametrize(
    ("changes", "options", "said"),
    [
        ({"size": np.nan}, {"weights": "size"}, "column size: a weight is missing in 300 rows"),
        ({"size": 0}, {"weights": "size"}, "a weight is 0 in 300 rows"),
        ({"size": -1}, {"weights": "size"}, "a weight is below 0 in 300 rows"),
        ({"size": np.inf}, {"weights": "size"}, "column size: infinite"),
        ({"size": "big"}, {"weights": "size"}, "column size: numbers are needed"),
        ({"area": None}, {"cluster": "area"}, "column area: no cluster in 300 rows"),
        ({"area": 1}, {"cluster": "area"}, "all rows are in one cluster"),
        ({}, {"cluster": "time"}, "column time: 30 units are in several clusters"),
        ({"x": "much"}, {"covariates": ["x"]}, "column x: numbers are needed"),
        ({"x": 1.0}, {"covariates": ["x"]}, "a covariate must change"),
        ({"x": np.nan}, {"covariates": ["x"]}, "no row is left"),
        ({}, {"base": "20..30"}, "base: the panel has no time in 20..30; its times are 0..9"),
    ],
)
def test_options_that_cannot_be_used_are_refused(changes, options, said):
    frame = rich_panel(holes=0).assign(**changes)
    with pytest.raises(DataError, match=said):
        difference_in_differences(frame, **NAMES, treated_from=START, **options)


def test_all_faults_of_options_are_told_at_once():
    frame = rich_panel(holes=0).assign(size=-1, x=np.inf)
    frame.loc[frame.index[0], "area"] = None
    with pytest.raises(DataError) as caught:
        difference_in_differences(
            frame, **NAMES, treated_from=START, weights="size", cluster="area", covariates=["x"]
        )
    assert len(caught.value.details) == 3
    twice = pd.Series([5, 6, 5, "soon"], index=[0, 0, 99, 1], dtype=object)
    with pytest.raises(UsageError) as caught:
        difference_in_differences(frame.assign(size=1, x=1), **NAMES, treated_from=twice)
    assert len(caught.value.details) == 3


@pytest.mark.parametrize("base", [0, 3, "2020-02", True, -1.5, None])
def test_a_base_is_an_event_time_before_the_start(base):
    with pytest.raises(UsageError, match="base: write an event time"):
        event_study(rich_panel(), **NAMES, treated_from=START, base=base)


@pytest.mark.parametrize(
    ("base", "said"),
    [
        ("3..6", "not before the first treated time, 5"),
        ("4..2", "4 is later than 2"),
        ("early..late", "not of the kind"),
        ((1, 2, 3), "the first and the last time"),
        ("1..2..3", "the first and the last time"),
    ],
)
def test_a_base_is_a_range_before_the_start(base, said):
    with pytest.raises(UsageError, match=said):
        difference_in_differences(rich_panel(), **NAMES, treated_from=START, base=base)


def test_a_base_in_a_gap_is_told_where_there_is_one():
    frame = panel(30, 10, START)
    without = frame[frame["time"] != 4]
    with pytest.raises(DataError, match="event time −1, the base; base=-2 is there for all"):
        event_study(without, **NAMES, treated_from=START)


def test_results_show_themselves():
    frame = rich_panel()
    study = event_study(frame, **NAMES, treated_from=START)
    effect = difference_in_differences(frame, **NAMES, treated_from=START)
    for found in (study, effect):
        assert f"n = {found.n}" in found.summary()
        assert "<table" in found._repr_html_()
        axes = found.plot()
        assert axes.lines
        assert found.plot(ax=axes) is axes
    with pytest.raises(AttributeError):
        study.table = None
