"""Paths by month, bases, placebo sets, leave one out, spill-over and power, on the real figures."""

import numpy as np
import pandas as pd
import pytest

from fixtures.evaluation_panel import studied
from indicators.evaluation.study.plan import BASES, SPECIFIED_OUTCOMES
from indicators.evaluation.study.region_gaps import RegionChange, simultaneous_band

# The whole study is run.
pytestmark = pytest.mark.slow
UNEMPLOYMENT = "unemployment_share"


def row(name, **where):
    frame = studied()[name]
    for column, value in where.items():
        frame = frame[frame[column] == value]
    assert len(frame) == 1, (name, where)
    return frame.iloc[0]


def test_paths_leave_no_month_out_and_bands_are_wider_than_intervals():
    frame = studied()["monthly_event_studies"]
    assert set(frame["outcome"]) == set(SPECIFIED_OUTCOMES)
    for _, path in frame.groupby(["design", "outcome", "weights", "base"]):
        months = pd.PeriodIndex(path["month"], freq="M")
        assert list(months) == list(pd.period_range("2016-03", months[-1], freq="M"))
        assert (path.loc[path["month"] == "2021-03", "event_time"] == 0).all()
        known = path.dropna(subset=["std_error"])
        assert (known["band_high"] - known["estimate"] >= 0).all()
    trials = frame[frame["design"] == "all_trials"].dropna(subset=["std_error"])
    assert (trials["band_high"] > trials["ci_high"]).all()


def test_a_month_of_its_own_base_is_zero_and_has_no_error():
    path = studied()["monthly_event_studies"]
    alone = path[(path["base"] == "2021-02..2021-02") & (path["month"] == "2021-02")]
    assert alone["estimate"].abs().max() == pytest.approx(0, abs=1e-12)
    assert alone[["std_error", "ci_low", "band_low"]].isna().all(axis=None)


def test_every_base_stands_beside_the_others():
    frame = studied()["bases"]
    own = frame[(frame["outcome"] == UNEMPLOYMENT) & (frame["after"] == "first_year")]
    assert len(own) == 2 * 2 * len(BASES)
    # What the headline of a base before COVID was before the trial began.
    covid = row(
        "bases", design="region", outcome=UNEMPLOYMENT, weights="equal", after="2020-21",
        base="2016-03..2020-02",
    )  # fmt: skip
    assert covid["estimate"] > 0.8


def test_the_curve_says_the_same_as_bases_and_inference():
    where = {
        "outcome": UNEMPLOYMENT,
        "weights": "labour_force",
        "base": "2020-09..2021-02",
    }
    curve = row(
        "specifications", design="all_trials", window="first_year", sample="main",
        cluster="trial_area", **where,
    )  # fmt: skip
    by_base = row("bases", design="all_trials", after="first_year", **where)
    method = row("inference", window="first_year", method="trial_area", **where)
    for other in (by_base, method):
        assert other["estimate"] == curve["estimate"]
        assert other["std_error"] == curve["std_error"]
    # Other ways of telling chance share the estimate.
    rows = studied()["inference"]
    spread = rows.groupby(["window", "outcome", "base", "weights"])["estimate"].agg(np.ptp)
    assert spread.max() < 1e-9
    assert set(rows["method"]) == {
        "municipality", "trial_area", "jackknife", "wild_bootstrap", "randomisation_areas"
    }  # fmt: skip


def test_placebo_sets_tell_how_many_there_are_and_what_one_region_does():
    frame = studied()["placebo_sets"]
    main, beside = frame[frame["sample"] == "main"], frame[frame["sample"] != "main"]
    assert (beside["regions"].iloc[0], main["regions"].iloc[0]) == (9, 8)
    assert (frame["sets"] < frame["draws"]).all()
    # With equal draws a single set may be 111 of 1,000.
    assert beside["largest_set"].iloc[0] == pytest.approx(0.111)
    assert (frame["p_regions"] >= 1 / (1 + frame["regions"])).all()
    assert (frame["p_low"] <= frame["p_high"]).all()


def test_p_values_by_draw_set_and_region_by_hand():
    # Two sets of the first region, of which one was drawn three times.
    draws = np.array([2.0, -1.0, -1.0, -1.0, 3.0, 0.5])
    regions = np.array(["a", "a", "a", "a", "b", "b"])
    change = RegionChange(1.5, draws, regions, np.array([0, 1, 1, 1, 2, 3]))
    assert change.p_draws == pytest.approx(3 / 7)
    assert change.p_sets == pytest.approx(3 / 5)
    assert change.p_regions == pytest.approx((1 + 1 / 4 + 1 / 2) / 3)
    without = change.without("b")
    assert without.estimate == pytest.approx(1.5 + 0.25)
    assert without.draws.mean() == pytest.approx(0)


def test_a_simultaneous_band_of_placebos_holds_whole_paths():
    draws = np.random.default_rng(3).normal(size=(999, 40)).cumsum(axis=1)
    inside = (np.abs(draws) <= simultaneous_band(draws)).all(axis=1)
    assert inside.mean() == pytest.approx(0.95, abs=0.005)


def test_everyone_is_left_out_once():
    frame = studied()["leave_one_out"]
    first = frame[(frame["window"] == "first_year") & (frame["outcome"] == "activation_rate")]
    first = first[(first["base"] == "2016-03..2020-02") & (first["weights"] == "equal")]
    by_kind = first.groupby("kind")["left_out"]
    assert by_kind.nunique()[["trial_area", "placebo_region"]].tolist() == [25 + 1, 8 + 1]
    assert (by_kind.apply(lambda names: (names == "").sum()) == 1).all()
    areas = first[(first["kind"] == "trial_area") & (first["left_out"] != "")]
    least = areas.loc[areas["estimate"].idxmin()]
    assert (least["left_out"], round(least["estimate"], 2)) == ("TRIAL-pirkanmaa", -1.47)
    assert round(areas["estimate"].max(), 2) == -1.03


def test_the_smallest_detectable_effects_of_all_trials():
    found = studied()["detectable"]
    chosen = found[
        (found["design"] == "all_trials")
        & (found["window"] == "first_year")
        & (found["base"] == "2016-03..2020-02")
        & (found["weights"] == "equal")
        & (found["cluster"] == "trial_area")
    ].set_index("outcome")["detectable"]
    expected = {UNEMPLOYMENT: 0.9, "extended_share": 0.9, "activation_rate": 2.6}
    assert chosen[list(expected)].round(1).to_dict() == expected


def test_rings_of_neighbours_are_apart():
    frame = studied()["spillovers"]
    counts = frame.groupby("ring")[["near", "far"]].first()
    # 55 controls share a sub-region with a treated municipality, 87 a region, of 113.
    assert counts.loc["same_sub_region"].tolist() == [55, 26]
    assert counts.loc["same_region"].tolist() == [87 - 55, 26]


def test_bounds_count_the_calendars_steps():
    frame = studied()["sensitivity"]
    relative = frame[(frame["method"] == "relative_magnitudes") & (frame["weights"] == "equal")]
    own = relative[(relative["outcome"] == UNEMPLOYMENT) & (relative["covid"] == "cut")]
    bounds = studied()["bounds"].query("outcome == @UNEMPLOYMENT")
    assert own["ci_low"].to_numpy() == pytest.approx(bounds["ci_low"].to_numpy())
    assert set(frame["method"]) == {"relative_magnitudes", "smoothness"}
    assert set(frame["covid"]) == {"cut", "kept"}
