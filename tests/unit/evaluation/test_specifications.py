"""The specification curve: its figures are the estimators', and every choice is there."""

from itertools import product

import numpy as np
import pandas as pd
import pytest

from fixtures.evaluation_panel import keys, project, published, studied
from indicators.evaluation import difference_in_differences, event_study
from indicators.evaluation.inference import pretrend_test
from indicators.evaluation.panel import build_with_all_months
from indicators.evaluation.study.changes import (
    CLUSTERS,
    EQUAL,
    MUNICIPALITY,
    TRIAL_AREA,
    WEIGHTS,
    Comparison,
    OutcomeCube,
)
from indicators.evaluation.study.plan import (
    AT_THE_START,
    BASES,
    BEFORE_COVID,
    MAIN_RULES,
    SPECIFIED_OUTCOMES,
    TREATED_SPANS,
    StudyPlan,
)
from indicators.evaluation.study.specifications import (
    COLUMNS,
    all_trial_samples,
    bases_of,
    region_sample,
)
from indicators.evaluation.trial import panel_frame

LAHTI = project().groups["LAHTI5"].members
FIRST_YEAR = ("2021-03", "2022-02")


@pytest.fixture(scope="module")
def every():
    computed = published()
    return build_with_all_months(computed.indicators, computed.snapshots, keys(), MAIN_RULES)


@pytest.fixture(scope="module")
def cube(every):
    return OutcomeCube.of_panel(every, SPECIFIED_OUTCOMES)


def long_panel(every, last):
    frame = panel_frame(every)
    return frame[frame["month"] <= last]


@pytest.mark.parametrize(("weights", "cluster"), list(product(WEIGHTS, CLUSTERS)))
@pytest.mark.parametrize("base", [BEFORE_COVID, AT_THE_START])
def test_a_change_of_means_is_the_estimators_regression(every, cube, weights, cluster, base):
    frame = long_panel(every, "2022-02")
    slow = difference_in_differences(
        frame,
        unit="unit",
        time="month",
        outcome="activation_rate",
        treated_from=frame.groupby("unit")["treated_from"].first(),
        weights=None if weights == EQUAL else "weight",
        cluster=None if cluster == MUNICIPALITY else "cluster",
        base=base,
    )
    change = cube.change("activation_rate", base, FIRST_YEAR)
    times = int(cube.inside(base).sum()) + 12
    fast = cube.groups().effect(change[:, None], weights, cluster, times=times)
    row = slow.table.iloc[0]
    assert fast.estimates[0] == pytest.approx(row["estimate"], abs=1e-9)
    assert fast.errors[0] == pytest.approx(row["std_error"], abs=1e-9)
    assert fast.clusters == slow.clusters


def test_monthly_effects_and_their_joint_test_are_the_event_studys(every, cube):
    frame = long_panel(every, "2021-12")
    frame = frame[frame["month"] >= "2020-01"]
    slow = event_study(
        frame,
        unit="unit",
        time="month",
        outcome="unemployment_share",
        treated_from=frame.groupby("unit")["treated_from"].first(),
        cluster="cluster",
    )
    months = sorted(frame["month"].unique())
    changes = np.column_stack(
        [
            cube.change("unemployment_share", ("2021-02", "2021-02"), (month, month))
            for month in months
            if month != "2021-02"
        ]
    )
    fast = cube.groups().effect(changes, EQUAL, TRIAL_AREA, times=len(months))
    shown = slow.table[slow.table["event_time"] != -1]
    assert fast.estimates == pytest.approx(shown["estimate"].to_numpy(), abs=1e-9)
    assert fast.errors == pytest.approx(shown["std_error"].to_numpy(), abs=1e-9)
    before = np.array([month < "2021-02" for month in months if month != "2021-02"])
    statistic, p_value = fast.part(before).joint_f()
    test = pretrend_test(slow)
    assert (statistic, p_value) == pytest.approx((test.statistic, test.p_value), rel=1e-6)


def test_a_simultaneous_band_holds_all_effects_as_often_as_it_says():
    random = np.random.default_rng(5)
    units, areas, months = 120, 40, 12
    group = np.repeat(np.arange(areas), units // areas)
    outside = 0
    for _ in range(400):
        treated = np.isin(group, random.permutation(areas)[:20])
        shocks = random.normal(size=(areas, months)).cumsum(axis=1)
        changes = shocks[group] + random.normal(size=(units, months))
        comparison = Comparison(treated, {EQUAL: np.ones(units)}, {TRIAL_AREA: group})
        found = comparison.effect(changes, EQUAL, TRIAL_AREA, times=months + 1)
        reach = found.simultaneous_reach(draws=500)
        outside += bool((np.abs(found.estimates) > reach * found.errors).any())
    assert 0.02 <= outside / 400 <= 0.085


def test_a_month_that_is_not_published_gives_no_effect(cube):
    assert cube.change("extended_share", BEFORE_COVID, ("2021-03", "2022-05")) is None
    assert cube.change("unemployment_share", ("2015-03", "2020-02"), FIRST_YEAR) is None
    assert cube.change("unemployment_share", BEFORE_COVID, ("2021-03", "2022-05")) is not None


def test_samples_leave_out_whom_they_say(every):
    samples = dict(all_trial_samples({"main": every}, keys()))
    # Of the 89 treated 29 were in the trial of 2012–15 and 18 in that of 2017–18; of the controls
    # 15 and 3: some in both.
    counts = {name: sample.groups().counts for name, sample in samples.items()}
    assert counts["main"] == {"treated": 89, "controls": 113}
    assert counts["no_earlier_trials"]["treated"] < 89
    assert counts["controls_no_earlier_trials"] == {
        "treated": 89,
        "controls": counts["no_earlier_trials"]["controls"],
    }
    # 55 of the 113 share a sub-region with a treated municipality, 87 a region.
    assert counts["outside_sub_regions"]["controls"] == 113 - 55
    assert counts["outside_regions"]["controls"] == 113 - 87
    left_out = [name for name in samples if name.startswith("leave_out:TRIAL-")]
    assert len(left_out) == 25
    assert sum(89 - counts[name]["treated"] for name in left_out) == 89


def test_placebo_sets_are_not_the_regions_neighbours(every):
    plan = StudyPlan("LAHTI5")
    own = every.units.loc[list(LAHTI), "region"].unique()
    assert not set(own) & set(region_sample(every, LAHTI, plan).regions)
    assert set(own) <= set(region_sample(every, LAHTI, plan.with_own_region()).regions)


def test_a_region_of_any_size_has_placebo_regions(every):
    # One municipality, far larger than any control: the limits widen, and the result says so.
    found = region_sample(every, ("KU091",), StudyPlan("TRIAL-helsinki"))
    assert found.placebos.members.shape[1] == 1
    assert found.placebos.matching.size_factor > StudyPlan("x").matching.size_factor
    assert len(found.regions) >= 5


@pytest.mark.slow
def test_the_curve_has_every_combination_once_and_one_headline_each():
    frame = studied()["specifications"]
    assert list(frame.columns) == list(COLUMNS)
    keys_ = list(COLUMNS[:8])
    assert not frame.duplicated(keys_).any()
    effects = frame[(frame["design"] == "all_trials") & (frame["statistic"] == "effect")]
    own = effects[(effects["sample"] == "main") & (effects["window"] == "first_year")]
    assert len(own) == len(SPECIFIED_OUTCOMES) * len(WEIGHTS) * len(CLUSTERS) * len(BASES)
    headlines = frame[frame["headline"]].groupby(["design", "outcome", "window"]).size()
    assert (headlines == 1).all()
    # Both designs; unemployment to both ends, the others in the first year.
    assert len(headlines) == 2 * (len(SPECIFIED_OUTCOMES) + 1)
    assert not frame.loc[frame["cluster"] == "placebo", "std_error"].isna().all()
    assert set(frame.loc[frame["design"] == "region", "cluster"]) == {"placebo", "placebo_region"}


@pytest.mark.slow
def test_what_is_no_specification_says_why():
    omitted = studied()["specifications_omitted"]
    assert omitted["reason"].notna().all()
    missing = omitted[omitted["reason"] == "not_published"]
    assert {"activation_rate", "without_layoffs"} <= set(missing["outcome"])
    assert "first_year" not in set(missing["window"])


def test_spans_have_bases_that_end_before_them():
    for window in TREATED_SPANS:
        assert all(base[1] < window.first for base in bases_of(window))
    assert AT_THE_START not in list(bases_of(TREATED_SPANS[-1]))


@pytest.mark.slow
def test_balance_has_all_groups_and_the_referees_differences():
    frame = studied()["balance"]
    expected = {
        "extended_share": 0.38,
        "activation_rate": 0.45,
        "labour_force": 0.44,
        "unemployment_share": 0.20,
        "long_term_share": 0.17,
    }
    plain = frame[(frame["group"] == "controls") & (frame["weights"] == EQUAL)]
    found = plain.set_index("variable")["standardised_difference"]
    assert found[list(expected)].round(2).to_dict() == pd.Series(expected).to_dict()
    assert set(frame["group"]) == {
        "treated", "controls", "region", "placebo_regions", "synthetic"
    }  # fmt: skip
