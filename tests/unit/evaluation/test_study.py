"""The analyses of the evaluation: what is estimated, and how chance is told from effect."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from fixtures.evaluation_panel import FEW, panel, project, studied
from indicators.errors import DataError
from indicators.evaluation import difference_in_differences
from indicators.evaluation.study import effects, plan
from indicators.evaluation.study import placebos as inference
from indicators.evaluation.study.effects import class_effects
from indicators.evaluation.study.placebos import (
    PlaceboComparison,
    control_cube,
    draw_placebo_regions,
    gap_estimates,
    gap_of_region,
    gaps_of_sets,
)
from indicators.evaluation.study.plan import FIRST_YEAR, MAIN_RULES, WINDOWS, Matching, StudyPlan
from indicators.evaluation.study.robustness import panel_placebo_regions, robustness_table
from indicators.evaluation.study.study import REPORTED_OUTCOMES

LAHTI = project().groups["LAHTI5"].members
# The whole study is run.
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def placebos():
    return panel_placebo_regions(panel(MAIN_RULES), LAHTI, StudyPlan("LAHTI5"))


@pytest.fixture(scope="module")
def frames():
    return studied()


def planted(effect):
    """The main panel with unemployed of the treated region moved by percentage points."""
    sample = panel(MAIN_RULES)
    counts = sample.counts.copy()
    rows = counts["unit"].isin(LAHTI) & (counts["month"] >= "2021-03")
    counts.loc[rows, "unemployed"] += effect / 100 * counts.loc[rows, "labour_force"]
    return replace(sample, counts=counts)


# Placebo regions


def test_placebo_regions_keep_to_the_matching(placebos):
    matching = Matching()
    units = panel(MAIN_RULES).units
    assert placebos.members.shape == (1000, 5)
    for members, (_, row) in zip(placebos.members, placebos.table.iterrows(), strict=True):
        assert set(units.loc[list(members), "region"]) == {row["region"]}
        assert (units.loc[list(members), "role"] == "control").all()
    frame = panel(MAIN_RULES).summed_groups({"own": LAHTI}).query("trial_year < 0")
    own = frame[["unemployed", "labour_force"]].mean()
    size = placebos.table["labour_force"] / own["labour_force"]
    assert size.between(1 / matching.size_factor, matching.size_factor).all()
    level = placebos.table["level"] - 100 * own["unemployed"] / own["labour_force"]
    assert level.abs().max() <= matching.level_points


def test_draws_are_even_over_regions_and_follow_the_seed(placebos):
    drawn = placebos.table["region"].value_counts()
    assert drawn.max() - drawn.min() <= 1
    sets = pd.Series(map(tuple, placebos.members)).groupby(placebos.table["region"].to_numpy())
    for region, own in sets:
        # All different as far as the region has that many, then over and over.
        assert own.nunique() == min(len(own), placebos.eligible[region])
    again = panel_placebo_regions(panel(MAIN_RULES), LAHTI, StudyPlan("LAHTI5"))
    assert (again.members == placebos.members).all()
    other = panel_placebo_regions(
        panel(MAIN_RULES), LAHTI, StudyPlan("LAHTI5", matching=Matching(seed=2))
    )
    assert (other.members != placebos.members).any()


def test_nothing_alike_is_refused():
    before = pd.DataFrame(
        {"unemployed": [50.0] * 6, "labour_force": [100.0] * 6},
        index=["KU398", *(f"KU00{i}" for i in range(1, 6))],
    )
    regions = pd.Series("MK01", before.index[1:])
    before.loc["KU398", "labour_force"] = 1e6
    with pytest.raises(DataError, match="widen the matching"):
        draw_placebo_regions(before, regions, ["KU398"], Matching())


# Effects of regions


def test_a_regions_effect_is_the_contracts_difference_in_differences(placebos):
    sample = panel(MAIN_RULES)
    data = control_cube(sample, "extended_share", "2022-02")
    fast = gap_estimates(gaps_of_sets(data, placebos.members[[0, 500]]), data.trial_year)
    for members, effect in zip(placebos.members[[0, 500]], fast, strict=True):
        frame = plan.with_region_as_unit(sample, "X", list(members), sample.of_role("control"))
        frame = frame[frame["month"] <= "2022-02"]
        slow = difference_in_differences(
            frame, unit="unit", time="period", outcome="extended_share", treated_from={"X": 0}
        )
        assert effect == pytest.approx(slow.table.loc[0, "estimate"], abs=1e-9)


def test_the_treated_region_too():
    sample = panel(MAIN_RULES)
    data = control_cube(sample, "unemployment_share", "2023-06")
    own = sample.summed_groups({"own": LAHTI}).sort_values("month")["unemployment_share"]
    fast = gap_estimates(gap_of_region(own.to_numpy(), data), data.trial_year)[0]
    slow = effects.difference_effects(
        plan.sample_region(sample, "LAHTI5", LAHTI), ["unemployment_share"]
    )
    agreement = slow.set_index("window").loc["agreement"]
    assert fast == pytest.approx(agreement["estimate"], abs=1e-9)
    # One treated unit has no error of its own.
    assert np.isnan(agreement["std_error"])


def test_a_missing_outcome_is_refused():
    with pytest.raises(DataError, match="activation_rate is not known for every control"):
        control_cube(panel(MAIN_RULES), "activation_rate", "2023-06")


@pytest.mark.parametrize("effect", [-1.5, 2.0])
def test_a_planted_effect_is_found_to_the_digit(placebos, effect):
    def found(case):
        return inference.compare_with_placebos(
            case, LAHTI, placebos, FIRST_YEAR, "unemployment_share"
        ).estimate

    assert found(planted(effect)) - found(panel(MAIN_RULES)) == pytest.approx(effect, abs=1e-9)


def test_a_large_planted_effect_is_unusual_and_a_small_one_is_not(placebos):
    def p_value(effect):
        found = inference.compare_with_placebos(
            planted(effect), LAHTI, placebos, FIRST_YEAR, "unemployment_share"
        )
        return inference.comparison_summary(found)["p_draws"]

    assert p_value(-8) < 0.01
    assert p_value(0) > 0.05


# Chance


def made_up_comparison(random, estimate, draws=400):
    values = random.normal(size=draws)
    regions = np.repeat(np.arange(8).astype(str), draws // 8)
    return PlaceboComparison(estimate, values - values.mean(), regions, pd.DataFrame())


def test_without_an_effect_one_in_twenty_is_called_one():
    random = np.random.default_rng(11)
    p_values, inside = [], []
    for _ in range(2000):
        found = inference.comparison_summary(made_up_comparison(random, random.normal()))
        p_values.append(found["p_draws"])
        inside.append(found["ci_low"] <= 0 <= found["ci_high"])
    assert 0.04 <= np.mean(np.array(p_values) <= 0.05) <= 0.06
    assert 0.93 <= np.mean(inside) <= 0.97


def test_the_smallest_detectable_effect_is_found_four_times_in_five():
    random = np.random.default_rng(12)
    size = np.mean(
        [
            inference.comparison_summary(made_up_comparison(random, 0.0))["detectable"]
            for _ in range(50)
        ]
    )
    # Of a normal distribution: 1.96 + 0.84 standard deviations.
    assert size == pytest.approx(2.80, abs=0.12)
    hits = [
        inference.comparison_summary(made_up_comparison(random, random.normal() + size))["p_draws"]
        <= 0.05
        for _ in range(1500)
    ]
    assert 0.76 <= np.mean(hits) <= 0.86


def test_looking_at_several_outcomes_costs(frames):
    random = np.random.default_rng(13)
    found = {name: made_up_comparison(random, 2.1) for name in "abc"}
    together = inference.adjusted_p_values(found)
    for name, value in found.items():
        assert together[name] >= inference.comparison_summary(value)["p_draws"]
    result = frames["region"].dropna(subset=["p_adjusted"])
    assert (result["p_adjusted"] >= result["p_draws"] - 1e-12).all()


def test_with_r_regions_the_p_value_has_a_floor():
    found = made_up_comparison(np.random.default_rng(14), 50.0)
    assert inference.comparison_summary(found)["p_regions"] == pytest.approx(1 / 9)
    assert inference.comparison_summary(found)["p_draws"] == pytest.approx(1 / 401)


# The whole


def test_the_frames_and_that_the_three_are_told_together(frames):
    assert {"attrition", "monitoring", "differences", "region", "synthetic"} <= set(frames)
    for name in ("differences", "region", "heterogeneity"):
        rows = frames[name].query("window == 'first_year'")["outcome"]
        assert set(REPORTED_OUTCOMES) <= set(rows), name
    assert not any(frame.empty for frame in frames.values())


def test_event_studies_have_their_base_and_agree_with_the_mean(frames):
    study = frames["event_studies"].query("outcome == 'extended_share'").set_index("event_time")
    assert study.loc[-1, "estimate"] == 0
    whole = frames["differences"].query("outcome == 'extended_share'")["estimate"].iloc[0]
    before = study.loc[[-4, -3, -2, -1], "estimate"].mean()
    assert study.loc[0, "estimate"] - before == pytest.approx(whole, abs=1e-9)


def test_the_years_before_are_tested(frames):
    tests = frames["pretrends"].set_index("outcome")
    assert set(tests.index) == set(REPORTED_OUTCOMES)
    assert (tests["tested"] == 3).all()
    # By trial area; by municipality it was below 0.001, which was clustering alone.
    assert tests.loc["unemployment_share", "p_value"] == pytest.approx(0.40, abs=5e-3)


def test_bounds_widen_as_trends_may_differ_more(frames):
    for _, own in frames["bounds"].groupby("outcome"):
        rising = own.sort_values("step_ratio")
        assert (rising["ci_high"] - rising["ci_low"]).diff().dropna().min() >= -1e-6
        assert rising["step_ratio"].iloc[0] == 0


def test_the_textbook_test_stands_beside(frames):
    both = frames["region"].merge(frames["region_plain"], on=["window", "outcome"])
    assert len(both) == len(frames["region"])
    # Another comparison, the same sign and order of size.
    shares = both[both["outcome"].isin(REPORTED_OUTCOMES)]
    assert (np.sign(shares["estimate_x"]) == np.sign(shares["estimate_y"])).all()


def test_holms_adjustment_by_hand(frames):
    rows = frames["differences"].query("window == 'first_year' and outcome in @REPORTED_OUTCOMES")
    ordered = rows.sort_values("p_value")
    steps = np.minimum(1, ordered["p_value"].to_numpy() * [4, 3, 2, 1])
    assert ordered["p_adjusted"].to_numpy() == pytest.approx(np.maximum.accumulate(steps))


def test_synthetic_weights_and_the_other_forms(frames):
    weights = frames["weights"].groupby(["window", "outcome"])["weight"]
    assert weights.sum().to_numpy() == pytest.approx(1)
    assert weights.min().min() >= 0
    rows = frames["synthetic"].set_index(["window", "outcome"])
    for key, own in rows.groupby(level=[0, 1]):
        forms = own.set_index("form")
        assert {"main", "augmented", "difference"} <= set(forms.index)
        # The correction can only better the fit before.
        assert forms.loc["augmented", "rmspe_before"] <= forms.loc["main", "rmspe_before"] + 1e-9
        used = frames["weights"].set_index(["window", "outcome"]).loc[key].query("weight > 0")
        left_out = {form.split()[1] for form in forms.index if form.startswith("without")}
        assert left_out == set(used["unit"])


def test_gaps_are_what_the_effect_is_the_mean_of(frames):
    after = frames["gaps"].query("period >= 0").groupby(["window", "outcome"])["gap"].mean()
    main = frames["synthetic"].query("form == 'main'").set_index(["window", "outcome"])["estimate"]
    assert after.to_dict() == pytest.approx(main.to_dict())


def test_the_placebo_in_time_knows_nothing_of_the_trial(frames):
    rows = frames["synthetic"].query("form == 'in_time'")
    assert set(rows["outcome"]) == set(REPORTED_OUTCOMES)
    moved = run_synthetic_in_time(planted(5.0))
    remaining = rows.set_index("outcome")["estimate"]
    assert moved.set_index("outcome")["estimate"].to_dict() == pytest.approx(remaining.to_dict())


def run_synthetic_in_time(case):
    from indicators.evaluation.study.robustness import synthetic_controls

    found = synthetic_controls(case, plan.sample_region(case, "LAHTI5", LAHTI), FEW)
    return found["synthetic"].query("form == 'in_time'")


def test_classes_split_the_treated_in_two():
    found = class_effects(
        panel(MAIN_RULES), ["unemployment_share"], StudyPlan("LAHTI5").large
    ).query("window == 'first_year'")
    for _, rows in found.groupby("moderator"):
        assert rows["treated"].sum() == len(panel(MAIN_RULES).of_role("treated"))
        assert rows["controls"].sum() == len(panel(MAIN_RULES).of_role("control"))


def test_robustness_tells_each_variants_own_sample(frames):
    rows = frames["robustness"]
    assert set(rows.query("variant == 'no_mergers'")["design"]) == {"all_trials"}
    for variant, changes in FEW.variants.items():
        sample = panel(replace(MAIN_RULES, **changes))
        own = rows[rows["variant"] == variant]
        assert set(own["controls"]) == {len(sample.of_role("control"))}
    main = rows.query("variant == 'main' and design == 'region'").set_index(["window", "outcome"])
    for key, row in main.iterrows():
        reported = frames["region"].set_index(["window", "outcome"]).loc[key]
        assert row["estimate"] == reported["estimate"]
        assert row["p_value"] == reported["p_draws"]


def test_windows_end_where_their_outcomes_do():
    outcomes = panel(MAIN_RULES).outcomes()
    for window in WINDOWS:
        last = outcomes[outcomes["month"] == window.last_month]
        assert last[list(window.outcomes)].notna().all(axis=None)


def test_robustness_can_be_run_alone():
    def build(rules):
        return panel(rules)

    found = robustness_table(build, LAHTI, replace(StudyPlan("LAHTI5"), variants={"main": {}}))
    assert len(found) == 8


def test_trial_years_are_means_of_months(frames):
    months = frames["monitoring"].query("unit == 'LAHTI5' and trial_year == -1")
    row = frames["trial_years"].query("unit == 'LAHTI5' and trial_year == -1").iloc[0]
    assert row["months"] == 12
    assert row["activation_rate"] == pytest.approx(months["activation_rate"].mean())
