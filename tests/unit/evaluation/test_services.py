"""Services by kind add up to what the study says of all of them; what hidden cells allow."""

import pandas as pd
import pytest

from fixtures.evaluation_panel import studied
from indicators.evaluation.study.services import BASES, KINDS, SERVICE_KINDS

# The whole study is run.
pytestmark = pytest.mark.slow
KEYS = ["design", "base", "weights"]


def effects():
    return studied()["service_effects"].set_index([*KEYS, "kind"])


def test_every_kind_stands_beside_the_others():
    frame = studied()["service_effects"]
    assert set(frame["kind"]) == set(KINDS)
    assert len(frame) == 2 * 2 * len(BASES) * len(KINDS)
    assert not frame[["estimate", "ci_low", "p_value", "at_one"]].isna().any(axis=None)


def test_all_services_are_extended_unemployment_less_unemployment():
    bases = studied()["bases"]
    first = bases[bases["after"] == "first_year"].set_index([*KEYS, "outcome"])["estimate"]
    expected = first.xs("extended_share", level="outcome") - first.xs(
        "unemployment_share", level="outcome"
    )
    found = effects()["estimate"].xs("services", level="kind")
    assert len(found) == 2 * 2 * len(BASES)
    pd.testing.assert_series_equal(
        found.sort_index(), expected.reindex(found.sort_index().index), check_names=False, atol=1e-9
    )


def test_kinds_add_up_to_all_services():
    levels = studied()["service_levels"]
    wide = levels.pivot(index=["unit", "month"], columns="kind", values="share")
    # A kind that ran out in 2013 hides a few persons of some months to this day.
    apart = (wide[list(SERVICE_KINDS)].sum(axis=1) - wide["services"]).abs()
    assert apart.max() < 0.02
    assert (levels["low"] <= levels["share"]).all()
    assert (levels["share"] <= levels["high"]).all()
    assert levels["month"].max() == "2022-02"


def test_what_hidden_cells_allow_holds_what_they_are_taken_for():
    trials = effects().loc["all_trials"]
    for name in ("estimate", "at_one", "at_four"):
        assert (trials["lowest"] <= trials[name] + 1e-12).all()
        assert (trials[name] <= trials["highest"] + 1e-12).all()
    # With municipalities weighed hidden cells matter less than in the mean municipality; of one
    # kind none is hidden in the sample.
    width = (trials["highest"] - trials["lowest"]).unstack("weights")
    open_ = width.drop("other", level="kind")
    assert (open_["labour_force"] < open_["equal"]).all()
    assert width.xs("other", level="kind").abs().to_numpy().max() < 1e-12
