"""Known answers and effects by area: what agrees with what was published, what adds up."""

import numpy as np
import pandas as pd
import pytest

from fixtures.evaluation_panel import keys, studied
from indicators.evaluation import wild_bootstrap
from indicators.evaluation.study.known_answers import (
    BOOTSTRAP_DRAWS,
    compare_with_direction,
    known_answers,
)

KEYS = ["outcome", "base", "weights"]


@pytest.mark.parametrize(
    ("estimate", "p_value", "direction", "agreement"),
    [
        (-1.0, 0.01, "down", "same"),
        (-1.0, 0.2, "down", "same_sign"),
        (1.0, 0.2, "down", "different"),
        (1.0, 0.01, "up", "same"),
        (1.0, 0.2, "no_effect", "same"),
        (1.0, 0.01, "no_effect", "different"),
        (1.0, 0.01, "", "not_published"),
    ],
)
def test_the_rule_of_agreement(estimate, p_value, direction, agreement):
    assert compare_with_direction(estimate, p_value, direction) == agreement


def made_up(trial: str) -> pd.DataFrame:
    """Sixteen municipalities in eight areas, three of them treated in the second of two years."""
    random = np.random.default_rng(len(trial))
    units, months = np.arange(16), [f"{year}-{m:02d}" for year in (2016, 2018) for m in (1, 2, 3)]
    frame = pd.DataFrame(
        [(unit, month, unit // 2) for unit in units for month in months],
        columns=["unit", "month", "cluster"],
    )
    treated = frame["cluster"] < 3
    frame["treated_from"] = frame["unit"].map(lambda unit: "2018-01" if unit < 6 else None)
    shock = random.standard_normal((8, 6))[frame["cluster"], frame.index % 6]
    share = 10 + shock + random.standard_normal(len(frame)) + (treated & (frame["month"] > "2017"))
    for name in ("unemployment", "extended", "long_term"):
        frame[f"{name}_share"] = share
        share = share + 1
    frame["activation_rate"] = share
    for name in ("unemployed", "extended", "activation", "long_term"):
        frame[f"log_{name}"] = np.log(share)
    return frame


def test_the_bootstrap_of_two_means_a_unit_is_that_of_every_month():
    answers = known_answers(made_up).set_index(["trial", "outcome", "form", "cluster"])
    frame = made_up("2017-18")
    slow = wild_bootstrap(
        frame, unit="unit", time="month", outcome="unemployment_share", cluster="cluster",
        treated_from=frame.groupby("unit")["treated_from"].first(), draws=BOOTSTRAP_DRAWS,
    )  # fmt: skip
    row = answers.loc[("2017-18", "unemployment_share", "points", "trial_area")]
    assert row["p_bootstrap"] == pytest.approx(slow.p_value, abs=1e-9)
    assert row["treated_clusters"] == 3
    # Nothing was published of long-term unemployment in 2012–15: nothing agrees or differs.
    unknown = answers.loc[("2012-15", "long_term_share", "points", "trial_area")]
    assert unknown["agreement"] == "not_published"
    assert unknown["agrees"] is pd.NA


@pytest.mark.slow
def test_the_code_finds_what_was_found_of_the_earlier_trials():
    answers = studied()["known_answers"]
    rows = answers[(answers["cluster"] == "trial_area") & (answers["form"] == "points")]
    found = rows.set_index(["trial", "outcome"])
    expected = {
        ("2017-18", "unemployment_share"): (-1.18, 0.31, "same"),
        ("2017-18", "activation_rate"): (4.16, 2.32, "same_sign"),
        ("2017-18", "extended_share"): (-0.79, 0.23, "different"),
        ("2012-15", "unemployment_share"): (-0.12, 0.19, "same"),
        ("2012-15", "activation_rate"): (-0.06, 0.54, "same"),
    }
    for key, (estimate, error, agreement) in expected.items():
        row = found.loc[key]
        assert row["estimate"] == pytest.approx(estimate, abs=0.0051), key
        assert row["std_error"] == pytest.approx(error, abs=0.0051), key
        assert row["agreement"] == agreement, key


@pytest.mark.slow
def test_areas_add_up_to_all_trials():
    frames = studied()
    facts = frames["trial_area_facts"].set_index("area_code")
    curve = frames["specifications"]
    whole = curve[
        (curve["design"] == "all_trials")
        & (curve["sample"] == "main")
        & (curve["cluster"] == "trial_area")
        & (curve["window"] == "first_year")
        & (curve["statistic"] == "effect")
    ].set_index(KEYS)["estimate"]
    for labels, own in frames["trial_areas"].groupby(KEYS):
        column = "municipalities" if labels[2] == "equal" else "labour_force"
        weight = facts.loc[own["trial_area"], column].to_numpy(float)
        assert np.average(own["estimate"], weights=weight) == pytest.approx(whole[labels])
        # Each is drawn towards the mean, none beyond it, and ranks are whole.
        assert (own["std_error"] > own["own_error"]).all()
        assert np.ptp(own["shrunken"]) <= np.ptp(own["estimate"])
        assert sorted(own["rank"]) == list(range(1, len(own) + 1))
        assert (own["rank"].between(own["rank_low"], own["rank_high"])).all()
        assert own[["lowest", "highest"]].sum().to_numpy() == pytest.approx([1, 1])
        assert (own["p_adjusted"] >= own["p_value"]).all()


@pytest.mark.slow
def test_how_areas_worked_is_known_of_one():
    facts = studied()["trial_area_facts"]
    assert len(facts) == 25
    assert facts.loc[facts["organisation"] == "agreement", "area_code"].tolist() == ["TRIAL-lahti"]
    tiles = studied()["area_tiles"]
    assert not tiles.duplicated(["column", "row"]).any()
    assert set(tiles["code"]) >= set(facts["area_code"])
    assert tiles["name"].tolist() == [keys().name(code, "fi") for code in tiles["code"]]
