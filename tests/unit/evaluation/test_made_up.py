"""What the second volume shows is what the register's methods give."""

from pathlib import Path

import pytest

from indicators.areas.divisions import load_divisions
from indicators.evaluation.study import made_up
from indicators.evaluation.study.made_up import MadeUpPlan

KEYS = Path(__file__).resolve().parents[3] / "data" / "raw" / "areas"
MEMBERS = ["KU398", "KU098", "KU016", "KU316", "KU560"]


def test_choices_are_told_in_plain_values():
    result = MadeUpPlan().as_manifest()
    assert result["ratio"] > 1
    assert MadeUpPlan(last_month="2022-12").extract_date.isoformat() == "2022-12-31"


@pytest.mark.slow
def test_one_register_shows_what_planting_changed():
    choices = MadeUpPlan(persons=60_000, region_persons=24_000, ratio=2.5, spread=0.02)
    frames = made_up.evaluate_made_up(MEMBERS, "2021-03", choices, load_divisions(KEYS))
    hazards = frames["made_up_hazards"].set_index(["version", "model", "cause"])
    planted = hazards.loc["planted", "areas", "open_market"]
    assert 1.3 < planted["truth"] < 2.5
    assert planted["ci_low"] < planted["truth"] < planted["ci_high"]
    assert planted["ci_low"] > 1
    nothing = hazards.loc["nothing", "areas", "open_market"]
    assert nothing["ci_low"] < 1 < nothing["ci_high"]
    cox = hazards.xs("cox", level="model")
    assert cox["ratio"].notna().all()
    # One treated area: no error of Cox's model is a measure of chance.
    assert cox[["ci_low", "ci_high", "p_value"]].isna().all(axis=None)
    triple = frames["made_up_triple"].set_index("version")
    assert triple.loc["planted", "ci_low"] < triple.loc["planted", "truth"]
    assert triple.loc["nothing", "truth"] == 0
    assert triple.loc["nothing", "ci_low"] < 0 < triple.loc["nothing", "ci_high"]
