"""Facts of the design as a referee counted them: who is treated, who is left, who was in before."""

from functools import cache

import numpy as np
import pytest

from fixtures.evaluation_panel import keys, panel, project, published
from indicators.evaluation.panel import build_with_all_months
from indicators.evaluation.study.plan import MAIN_RULES, StudyPlan
from indicators.evaluation.study.robustness import panel_placebo_regions

LAHTI = project().groups["LAHTI5"].members


def of_earlier(start):
    """Municipalities of the earlier trial that began in a year."""
    areas = keys()
    return {
        f"KU{areas.successor(member.municipality, MAIN_START)}"
        for member in areas.trials
        if member.start is not None and member.start.year == start
    }


MAIN_START = project().trial.start


@cache
def units():
    frame = panel(MAIN_RULES).units
    return frame[frame["role"] != ""]


@pytest.mark.parametrize(("year", "treated", "controls"), [(2012, 29, 15), (2017, 18, 3)])
def test_earlier_trials_among_treated_and_controls(year, treated, controls):
    frame = units()
    earlier = frame[frame.index.isin(of_earlier(year))]
    counts = earlier["role"].value_counts()
    assert (counts["treated"], counts["control"]) == (treated, controls)


def test_the_treated_hold_two_thirds_of_the_labour_force():
    computed = published()
    share = []
    every = build_with_all_months(computed.indicators, computed.snapshots, keys(), MAIN_RULES)
    at = every.counts[every.counts["month"] == "2020-02"].set_index("unit")
    treated = units().index[units()["role"] == "treated"]
    table = computed.indicators
    whole = table[
        (table["area"] == "SSS")
        & (table["month"].astype(str) == "2020-02")
        & (table["indicator"] == "unemployment_share")
        & (table["statistic"] == "value")
    ].iloc[0]
    for count, total in (("labour_force", "denominator"), ("unemployed", "numerator")):
        share.append(round(100 * at.loc[treated, count].sum() / whole[total]))
    assert share == [68, 70]


@pytest.mark.parametrize(
    ("month", "share"), [("2020-02", 1.0), ("2020-04", 6.7), ("2021-02", 2.2), ("2022-02", 1.2)]
)
def test_full_time_layoffs_in_the_lahti_region(month, share):
    computed = published()
    every = build_with_all_months(computed.indicators, computed.snapshots, keys(), MAIN_RULES)
    at = every.counts[(every.counts["month"] == month) & every.counts["unit"].isin(LAHTI)]
    assert round(100 * at["laid_off"].sum() / at["labour_force"].sum(), 1) == share


def test_a_single_set_was_111_of_a_thousand():
    plan = StudyPlan("LAHTI5").with_own_region()
    found = panel_placebo_regions(panel(MAIN_RULES), LAHTI, plan)
    _, times = np.unique(found.members, axis=0, return_counts=True)
    assert times.max() == 111
    neighbours = found.members[found.table["region"] == "MK07"]
    assert set(neighbours.ravel()) == {"KU081", "KU111", "KU142", "KU576", "KU781"}
