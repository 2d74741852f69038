"""Who and what is in the panel of the evaluation, on the real figures."""

import csv
import gzip
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from fixtures.evaluation_panel import ROOT, keys, panel, project, published
from indicators.errors import DataError, UsageError
from indicators.evaluation.panel import OUTCOMES, build_panel, change_rules, further_counts
from indicators.evaluation.sample import (
    SampleRules,
    assign_regions,
    match_parts_to_wholes,
    municipality_roles,
)
from indicators.evaluation.study.plan import MAIN_RULES
from indicators.evaluation.trial import trial_panel

LAHTI = project().groups["LAHTI5"].members
# Panels of fifteen years and three hundred municipalities.
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def places():
    return assign_regions(published().snapshots)


def raw(area, month, *columns):
    """Cells straight from the full snapshot's file."""
    path = ROOT / "data/raw/statfin/12r5_full_vintage_2022-05-01.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["alue"] == area and row["kuukausi"] == month:
                return [float(row[name]) if row[name] else None for name in columns]
    raise AssertionError


def test_every_part_finds_its_whole_in_noisy_sums():
    random = np.random.default_rng(1)
    parts = random.poisson(300, (12, 60)).astype(float)
    position = random.integers(0, 4, 12)
    wholes = np.stack([parts[position == number].sum(axis=0) for number in range(4)])
    noise = random.uniform(-1.5, 1.5, wholes.shape)
    assert match_parts_to_wholes(parts, wholes + noise).tolist() == position.tolist()


def test_the_regions_known_from_elsewhere(places):
    members = places.index[places["region"] == "MK07"]
    named = {keys().name(code, "fi") for code in members}
    assert named == {
        *("Asikkala", "Hartola", "Heinola", "Hollola", "Iitti"),
        *("Kärkölä", "Lahti", "Orimattila", "Padasjoki", "Sysmä"),
    }
    assert len(places) == 309
    assert places["region"].nunique() == 19
    assert places["subregion"].nunique() == 69
    # A sub-region never crosses a region's border.
    assert (places.groupby("subregion")["region"].nunique() == 1).all()


def test_sums_that_do_not_add_up_are_refused():
    snapshots = published().snapshots
    full = next(
        vintage for vintage in reversed(snapshots.vintages) if "KASSASSA" in vintage.columns
    )
    bent = full.columns["TYOVOIMATK"].copy()
    bent[full.areas.index("MK07"), 3] += 1
    broken = replace(full, columns={**full.columns, "TYOVOIMATK": bent})
    with pytest.raises(DataError, match="TYOVOIMATK of MK07 is not the sum"):
        assign_regions(replace(snapshots, vintages=(broken,)))
    bare = replace(full, columns={"TYOVOIMATK": full.columns["TYOVOIMATK"]})
    with pytest.raises(DataError, match="no vintage holds"):
        assign_regions(replace(snapshots, vintages=(bare,)))
    one_month = next(vintage for vintage in snapshots.vintages if len(vintage.months) == 1)
    with pytest.raises(DataError, match="of enough months"):
        assign_regions(replace(snapshots, vintages=(one_month,)))


def test_roles_follow_the_dated_key(places):
    found = municipality_roles(keys(), places, SampleRules())
    assert (found.loc[list(LAHTI), "trial_area"] == "Lahden seutu").all()
    assert (found.loc[found["role"] == "treated", "start"] == "2021-03").all()
    assert (found["role"] == "treated").sum() == 107
    assert found.loc["KU749", ["role", "reason"]].tolist() == ["", "membership_unsure"]
    assert found.loc["KU422", ["role", "reason"]].tolist() == ["", "planned"]
    assert found.loc["KU291", ["role", "reason"]].tolist() == ["", "doubtful"]
    assert found.loc["KU478", ["role", "reason"]].tolist() == ["", "aland"]
    assert found.loc["KU286", "role"] == "control"


def test_a_control_of_earlier_trials_says_so(places):
    found = municipality_roles(keys(), places, SampleRules(drop_earlier_trials=True))
    assert found.loc["KU405", ["role", "reason"]].tolist() == ["", "earlier_trial"]


def test_a_looser_rule_lets_more_in_and_a_stricter_less(places):
    def count(role, **changes):
        return int(
            (municipality_roles(keys(), places, SampleRules(**changes))["role"] == role).sum()
        )

    assert count("treated", treated_grades=("A", "B", "C")) == 117
    assert count("treated", treated_grades=("A",)) == 51
    assert count("control", drop_doubtful=False) > count("control")
    assert count("control", drop_aland=False) == count("control") + 16
    assert count("control", drop_earlier_trials=True) < count("control")


def test_counts_are_the_published_ones():
    counts = panel().counts.set_index(["unit", "month"])
    [unemployed, labour_force, long_term] = raw(
        "KU398", "2022M02", "TYOTTOMATLOPUSSA", "TYOVOIMATK", "PITKAAIKAISTYOTTOMAT"
    )
    row = counts.loc[("KU398", "2022-02")]
    assert row["unemployed"] == unemployed
    assert row["long_term"] == long_term
    # The newest vintage that has both serves, so the denominator may have been revised since.
    assert row["labour_force"] == pytest.approx(labour_force, rel=0.01)
    services = raw(
        "KU398", "2022M02", *("TYOLLISTETTYLOP", "TYOHARJOITTELULOP", "KOKEILULOP"),
        *("TVKOULUTUSLOP", "VALMENNUSLOP", "MTPPALVELUTLOP"),
    )  # fmt: skip
    assert row["services"] == sum(2.5 if cell is None else cell for cell in services)
    assert row["services_low"] == sum(1 if cell is None else cell for cell in services)


def test_what_is_not_published_yet_is_missing_and_not_zero():
    late = panel().outcomes().query("month > '2022-02'")
    assert late[["extended_share", "activation_rate", "long_term_share"]].isna().all(axis=None)
    assert late["unemployment_share"].notna().all()


def test_outcomes_worked_out_by_hand():
    counts = pd.DataFrame(
        {
            "labour_force": [1000.0],
            "unemployed": [90.0],
            "services": [30.0],
            "long_term": [25.0],
            "laid_off": [15.0],
            "under25": [12.0],
            "foreign": [7.0],
        }
    )
    found = {name: float(item.of(counts).iloc[0]) for name, item in OUTCOMES.items()}
    assert found["unemployment_share"] == 9
    assert found["extended_share"] == 12
    assert found["activation_rate"] == 25
    assert found["long_term_share"] == 2.5
    assert found["log_extended"] == pytest.approx(np.log(120))
    assert found["without_layoffs"] == 7.5
    assert (found["under25_share"], found["foreign_share"]) == pytest.approx((1.2, 0.7))
    nothing = counts * 0
    assert all(np.isnan(item.of(nothing).iloc[0]) for item in OUTCOMES.values())


def test_hidden_cells_counted_low_or_high_enclose_the_middle():
    values = {
        hidden: panel(SampleRules(hidden=hidden)).outcomes()["activation_rate"]
        for hidden in ("low", "middle", "high")
    }
    assert (values["low"] <= values["middle"]).sum() == values["middle"].notna().sum()
    assert (values["middle"] <= values["high"]).sum() == values["middle"].notna().sum()
    assert (values["low"] < values["high"]).mean() > 0.3


def test_a_group_is_the_sum_of_its_members():
    together = panel().summed_groups({"LAHTI5": LAHTI})
    members = panel().counts.query("unit in @LAHTI")
    for month in ("2015-06", "2022-02"):
        row = together[together["month"] == month].iloc[0]
        sums = members.loc[members["month"] == month, ["unemployed", "labour_force"]].sum()
        assert row["unemployment_share"] == pytest.approx(
            100 * sums["unemployed"] / sums["labour_force"]
        )


def test_time_counts_from_the_start_over_the_months_kept():
    frame = panel().outcomes().drop_duplicates("month").set_index("month")
    assert frame.loc["2021-03", ["t", "period", "trial_year"]].tolist() == [0, 0, 0]
    assert frame.loc["2020-02", ["t", "period", "trial_year"]].tolist() == [-13, -1, -1]
    assert frame.loc["2019-03", "trial_year"] == -1
    assert frame.loc["2023-06", ["t", "trial_year"]].tolist() == [27, 2]
    assert "2020-06" not in frame.index
    remaining = (
        panel(SampleRules(covid=None)).outcomes().drop_duplicates("month").set_index("month")
    )
    assert remaining.loc["2021-02", ["t", "period"]].tolist() == [-1, -1]


def test_attrition_adds_up_and_ends_at_the_panel():
    table = panel().attrition.set_index("step")
    assert table.loc["published", "units"] == 309
    assert (table["units"].diff().dropna() <= 0).all()
    assert (table["rows"].diff().dropna() <= 0).all()
    last = table.iloc[-1]
    assert last["rows"] == len(panel().counts)
    assert last["treated"] == len(panel().of_role("treated"))
    assert last["controls"] == len(panel().of_role("control"))
    assert last["units"] == last["treated"] + last["controls"]


def test_who_falls_to_a_rule_has_no_role_and_says_so():
    units = panel().units
    fallen = units[units["reason"] == "rules"]
    assert len(fallen) > 0
    assert (fallen["role"] == "").all()
    assert set(units.index[units["role"] != ""]) == set(panel().counts["unit"])


def test_municipalities_that_grew_can_be_left_out():
    rules = change_rules(SampleRules(), drop_merged_since="2013-01")
    # Lahti took in Nastola, Hollola Hämeenkoski, at the turn of 2016.
    assert not {"KU398", "KU098"} & set(panel(rules).of_role("treated"))
    assert "KU560" in panel(rules).of_role("treated")
    assert "merged" in set(panel(rules).attrition["step"])


def test_a_limit_for_hidden_cells_leaves_out_the_smallest():
    strict = panel(change_rules(SampleRules(), widest_bounds=0.2))
    loose = panel(change_rules(SampleRules(), widest_bounds=None))
    assert "hidden_cells" not in set(loose.attrition["step"])
    gone = set(loose.units.index[loose.units["role"] != ""]) - set(strict.counts["unit"])
    remaining = set(strict.counts["unit"])
    size = loose.units["labour_force"]
    assert gone
    assert size[list(gone)].median() < size[list(remaining)].median()


def test_rules_that_leave_nobody_are_refused():
    computed = published()
    for rules in (SampleRules(least_labour_force=10**7), SampleRules(treated_grades=("X",))):
        with pytest.raises(UsageError, match="leave no treated municipality"):
            build_panel(computed.indicators, computed.snapshots, keys(), rules)


def test_the_panel_of_the_report_is_offered():
    found = trial_panel(project=ROOT)
    built = panel(MAIN_RULES)
    pd.testing.assert_frame_equal(found[built.outcomes().columns.tolist()], built.outcomes())
    of_unit = found.groupby("unit")[["treated", "treated_from", "trial_area"]].first()
    assert tuple(of_unit.index[of_unit["treated"]]) == built.of_role("treated")
    assert of_unit.loc[of_unit["treated"], "treated_from"].eq("2021-03").all()
    assert of_unit.loc[~of_unit["treated"], "treated_from"].isna().all()
    assert found.attrs["attrition"][-1]["rows"] == len(found)
    early = trial_panel(project=ROOT, last_month="2022-02")
    assert early["month"].max() == "2022-02"
    with pytest.raises(UsageError, match="no rule is called last; known are first_month"):
        trial_panel(project=ROOT, last="2022-02")


def test_all_months_are_of_the_same_municipalities():
    short, whole = (
        trial_panel(project=ROOT, last_month="2022-02", all_months=every) for every in (False, True)
    )
    assert set(short["unit"]) == set(whole["unit"])
    assert set(whole["month"]) - set(short["month"]) == {
        *(f"2020-{month:02}" for month in range(3, 13)),
        "2021-01",
        "2021-02",
    }
    shared = whole[whole["month"].isin(short["month"])].reset_index(drop=True)
    columns = ["unit", "month", "unemployed", "unemployment_share", "cluster", "weight"]
    pd.testing.assert_frame_equal(shared[columns], short[columns])
    # Calendar years keep their distance over the months left out.
    assert sorted(short["calendar_year"].unique()) == [-5, -4, -3, -2, 0]
    assert sorted(short["trial_year"].unique()) == [-4, -3, -2, -1, 0]
    lahti = short[short["unit"] == "KU398"].iloc[-1]
    assert lahti["cluster"] == lahti["trial_area"]
    control = short[~short["treated"]].iloc[-1]
    assert control["cluster"] == control["subregion"]
    size = whole[whole["month"] == "2020-02"].set_index("unit")["labour_force"]
    assert short.groupby("unit")["weight"].first().to_dict() == size.to_dict()


def test_further_counts_are_the_published_ones():
    """The same way gives the unemployed, which the indicators have; layoffs are part of them."""
    found = trial_panel(project=ROOT, last_month="2022-02")
    published_unemployed = further_counts(
        published().snapshots, ["2021-06", "2022-02"], {"unemployed": "TYOTTOMATLOPUSSA"}
    )
    both = found.merge(published_unemployed, on=["unit", "month"], suffixes=("", "_again"))
    assert len(both) == 2 * found["unit"].nunique()
    assert (both["unemployed"] == both["unemployed_again"]).all()
    for name in ("laid_off", "under25", "foreign"):
        assert found[name].notna().all()
        assert (found[f"{name}_low"] <= found[name]).all()
        assert (found[name] <= found[f"{name}_high"]).all()
        assert (found[f"{name}_low"] <= found["unemployed"]).all()
    less = 100 * (found["unemployed"] - found["laid_off"]) / found["labour_force"]
    assert found["without_layoffs"].tolist() == pytest.approx(less.tolist())
