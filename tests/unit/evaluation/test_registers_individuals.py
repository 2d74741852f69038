"""Individuals of a register: entrants, areas compared, what may be seen; the Monte Carlo kept."""

from __future__ import annotations

import socket
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from indicators.areas.divisions import load_divisions
from indicators.cli.main import main
from indicators.errors import DataError, UsageError
from indicators.evaluation.area_effects import hazard_effects, matched_effects, mean_effects
from indicators.evaluation.area_inference import compare_areas
from indicators.evaluation.entrants import Cohorts, entrants, risk_months, with_outcomes
from indicators.evaluation.spell_data import spells_at_risk
from indicators.evaluation.study import individuals_monte_carlo as monte_carlo
from indicators.evaluation.study.individuals import hide_few_shares
from indicators.register.invariants import person_faults
from indicators.synthetic.in_memory import made_up_register
from indicators.synthetic.model import first_day_of_month
from indicators.synthetic.people import is_in_trial_region
from indicators.synthetic.planted import planted_exits
from indicators.synthetic.synthesise import synthesise

ROOT = Path(__file__).resolve().parents[3]
START, EXTRACT = date(2021, 3, 1), date(2022, 12, 31)


def spell(person: int, start: str, end: str | None, cause: str = "") -> dict[str, object]:
    begin, stop = pd.Timestamp(start), pd.Timestamp(end) if end else pd.NaT
    days = ((stop if end else pd.Timestamp(EXTRACT)) - begin).days + 1
    return {"person_id": person, "start": begin, "end": stop, "days": days, "cause": cause}


def test_the_stock_that_moved_is_in_from_the_day_it_moved():
    spells = pd.DataFrame(
        [
            spell(1, "2018-05-01", "2021-05-31", "open_market"),
            spell(2, "2021-02-01", "2021-02-28", "open_market"),
            spell(3, "2021-03-01", None),
            spell(4, "2020-06-01", "2021-03-01", "services"),
            spell(4, "2021-08-01", "2021-08-31", "open_market"),
        ]
    )
    stock = entrants(spells, Cohorts(START), "stock")
    moved = with_outcomes(stock[stock["after"]], spells, EXTRACT).set_index("person_id")
    assert sorted(moved.index) == [1, 4]
    assert moved.loc[1, "lasted"] == (date(2021, 3, 1) - date(2018, 5, 1)).days
    # 1.6.2021 is three months on: who leaves on the last day of May has left by then.
    assert moved.loc[1, ["left_3", "at_work_3"]].tolist() == [1, 1]
    # Another spell and its end count for where somebody is, not for how this spell ended.
    assert moved.loc[4, ["left_12", "at_work_3", "at_work_12"]].tolist() == [0, 0, 1]
    assert moved.loc[4, "days_after"] == 1 + 31
    assert moved.loc[4, "days_before"] == (date(2021, 3, 1) - date(2020, 6, 1)).days
    flow = entrants(spells, Cohorts(START), "flow")
    assert set(flow.loc[flow["after"], "person_id"]) == {3, 4}
    late = with_outcomes(flow, spells, date(2021, 8, 31)).set_index("person_id")
    assert np.isnan(late.loc[3, "left_12"])
    with pytest.raises(UsageError, match="stock or flow"):
        entrants(spells, Cohorts(START), "both")


def test_time_at_risk_is_parted_at_months_and_nothing_is_lost():
    spells = pd.DataFrame(
        [spell(1, "2021-01-20", "2021-03-01", "services"), spell(2, "2019-01-01", None)]
    )
    risk = risk_months(spells, date(2021, 2, 1), date(2021, 3, 31))
    assert risk[risk["spell"] == 0][["entry", "exit", "ended"]].to_numpy().tolist() == [
        [12, 40, False],
        [40, 41, True],
    ]
    assert (risk["exit"] - risk["entry"]).groupby(risk["spell"]).sum().tolist() == [29, 59]
    with pytest.raises(DataError, match="nobody is unemployed"):
        risk_months(spells, date(2010, 1, 1), date(2010, 1, 31))


def areas(effect: float, number: int = 36, seed: int = 0, spread: float = 0.5) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    variance = random.uniform(0.05, 3.0, number + 1)
    treated = np.arange(number + 1) == 0
    noise = random.normal(size=number + 1) * np.sqrt(variance + spread**2)
    return pd.DataFrame({"treated": treated, "effect": noise + effect * treated}).assign(
        variance=variance
    )


def test_the_test_of_areas_has_its_size_whatever_their_sizes():
    found = [compare_areas(areas(0.0, seed=seed)) for seed in range(800)]
    rejected = np.mean([item.table["p_value"][0] <= 0.05 for item in found])
    covered = [item.table["ci_low"][0] <= 0 <= item.table["ci_high"][0] for item in found]
    # The error of 800 draws is 0.8 points.
    assert 0.03 <= rejected <= 0.07
    assert np.mean(covered) == pytest.approx(1 - rejected, abs=0.005)
    large = [compare_areas(areas(6.0, seed=seed)).table["p_value"][0] for seed in range(50)]
    assert np.mean(np.array(large) <= 0.05) > 0.8


def test_several_treated_areas_and_too_few_others():
    frame = areas(0.0, seed=3)
    frame.loc[:2, "treated"] = True
    assert compare_areas(frame).treated == 3
    few = compare_areas(areas(0.0, number=10))
    assert np.isinf(few.table["ci_high"][0])
    assert any("no interval" in note for note in few.notes)
    with pytest.raises(DataError, match="1 treated and 2 others"):
        compare_areas(areas(0.0, number=2))
    with pytest.raises(DataError, match="missing or below 0"):
        compare_areas(frame.assign(variance=-1.0))


@pytest.fixture(scope="module")
def registers():
    """Spells of one made-up register with an effect planted in it, and of one without."""
    found = {}
    for ratio in (1.0, 3.0):
        planted = planted_exits(first_day_of_month("2021-03"), is_in_trial_region(), ratio=ratio)
        register = made_up_register(
            24_000,
            5,
            region_persons=12_000,
            last_month="2023-02",
            planted=planted,
            moves=False,
            burn_in_months=24,
        )
        tables = {name: register.read(name, encoded=True) for name in register.tables}
        assert not person_faults(tables, register.extract_date)
        spells = spells_at_risk(register, date(2017, 3, 1), register.extract_date)
        found[ratio] = spells[~spells["laid_off"]].assign(
            trial=lambda f: f["municipality"].isin(["398", "098", "016", "316", "560"])
        )
    return found


def rate(spells: pd.DataFrame, cause: str, *, after: bool) -> float:
    lows = ("2021-03-01", "2023-03-01") if after else ("2019-03-01", "2021-03-01")
    low, high = map(pd.Timestamp, lows)
    days = (spells["end"].fillna(high).clip(upper=high) - spells["start"].clip(lower=low)).dt.days
    ends = (spells["cause"] == cause) & (spells["end"] >= low) & (spells["end"] < high)
    return ends.sum() / days.clip(lower=0).sum()


def test_what_is_planted_is_in_the_register_and_nowhere_else(registers):
    groups = {
        key: {ratio: spells[(spells["trial"] == key[0]) & (spells["target_group"] == key[1])]
              for ratio, spells in registers.items()}
        for key in [(True, True), (True, False), (False, True)]
    }  # fmt: skip

    def moved(key, cause, *, after):
        own = groups[key]
        return rate(own[3.0], cause, after=after) / rate(own[1.0], cause, after=after)

    assert moved((True, True), "open_market", after=True) > 1.7
    assert moved((True, True), "open_market", after=False) == pytest.approx(1, abs=0.12)
    assert moved((True, False), "open_market", after=True) == pytest.approx(1, abs=0.2)
    assert moved((False, True), "open_market", after=True) == pytest.approx(1, abs=0.2)
    # Another cause is not planted in: its hazard stays (fewer are left for whom it is quick).
    assert moved((True, True), "services", after=True) == pytest.approx(1, abs=0.25)


def test_area_figures_are_means_and_hazards_of_their_persons(registers):
    spells = registers[3.0].assign(area=lambda f: f["municipality"].where(~f["trial"], "trial"))
    known = spells.reset_index(drop=True).assign(number=1)
    entered = with_outcomes(entrants(known, Cohorts(START), "flow"), known, date(2023, 2, 28))
    found = mean_effects(entered, "left_6")
    own = entered[entered["trial"]].groupby(["target_group", "after"])["left_6"].mean()
    expected = (own[True, True] - own[True, False]) - (own[False, True] - own[False, False])
    [row] = found[found["treated"]].to_dict("records")
    assert row["effect"] == pytest.approx(expected)
    target = entered[entered["after"] & entered["target_group"]]
    matched = matched_effects(target, "change", exact=["woman"], near=["age", "days_before"])
    assert matched.set_index("area").loc["trial", "effect"] < 0
    risk = risk_months(known, date(2019, 3, 1), date(2023, 2, 28))
    names = ["area", "trial", "target_group", "number", "cause"]
    risk = risk.assign(**{name: known[name].to_numpy()[risk["spell"]] for name in names})
    hazards = hazard_effects(risk, "open_market", start=(2021 - 1970) * 12 + 2)
    assert np.log(1.5) < hazards.set_index("area").loc["trial", "effect"] < np.log(3.2)


def test_few_persons_are_hidden_and_so_are_few_between_two_counts():
    table = pd.DataFrame(
        {
            "sample": "flow", "outcome": "left", "months": [3, 6, 12, 3], "trial": True,
            "target_group": [True, True, True, False], "after": True, "share": 0.5,
            "events": [20.0, 24.0, 60.0, 9.0], "persons": [100, 100, 100, 100],
        }
    )  # fmt: skip
    found = hide_few_shares(table, 10)
    assert found["status"].tolist() == ["shown", "suppressed", "shown", "suppressed"]
    hidden = found.loc[found["status"] == "suppressed", ["share", "events", "persons"]]
    assert hidden.isna().all(axis=None)
    nearly_all = hide_few_shares(table.assign(events=95.0), 10)
    assert (nearly_all["status"] == "suppressed").all()


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("project")
    settings = (ROOT / "indicators.toml").read_text(encoding="utf-8")
    (root / "indicators.toml").write_text(settings, encoding="utf-8")
    (root / "data" / "raw").mkdir(parents=True)
    (root / "data" / "raw" / "areas").symlink_to(ROOT / "data" / "raw" / "areas")
    return root


@pytest.mark.slow
def test_a_register_is_evaluated_behind_a_closed_network(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    register = tmp_path / "register"
    synthesise(register, persons=4_000, seed=1, layout="canonical", last_month="2022-12")

    def refuse(*_: object, **__: object) -> None:
        raise OSError("the network is closed")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    command = ["evaluation", "--project", str(project), "--register", str(register)]
    assert main(command) == 0
    folder = project / "data" / "processed" / "evaluation-individuals" / "2022-12-31"
    assert "evaluation-individuals/2022-12-31" in capsys.readouterr().out
    frames = {path.stem: pd.read_csv(path) for path in folder.glob("*.csv")}
    assert {"individuals", "individuals_hazards", "individuals_shares"} <= set(frames)
    assert "individuals_monte_carlo" in frames
    for name, frame in frames.items():
        assert "person_id" not in frame.columns
        assert (frame["data"] == "made_up").all(), name
    for name in ("individuals_shares", "individuals_hazards", "individuals_incidence"):
        shown = frames[name]["status"] == "shown"
        assert (frames[name].loc[shown, "events"] >= 10).all()
        assert frames[name].loc[~shown, "events"].isna().all()
    # All live in the region: nobody can be compared with, and that is told.
    assert not (frames["individuals"]["status"] == "shown").any()
    assert "/tmp" not in (folder / "manifest.json").read_text(encoding="utf-8")
    assert main(command) == 0
    assert "unchanged" in capsys.readouterr().out
    (register / "residence.parquet").unlink()
    assert main(command) == 3
    assert "residence" in capsys.readouterr().err


def test_the_kept_table_is_of_this_code():
    """Make it anew (benchmarks/individuals_monte_carlo.py) when the methods change."""
    rows, plan, content = monte_carlo.kept_results()
    area_of = monte_carlo.study_areas(
        load_divisions(ROOT / "data" / "raw" / "areas"), plan.least_share
    )
    assert content == monte_carlo.content_hash(plan, area_of)
    assert rows["replications"].min() >= 200
    assert (rows["bias"].abs() <= 4 * rows["bias_error"]).all()
