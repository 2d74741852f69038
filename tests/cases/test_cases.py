"""Faulty deliveries modelled on public bug reports, each with what must come of it.

``cases.csv`` lists them, ``README.md`` says how they are run and what its column *expected* means.
"""

from __future__ import annotations

import csv
import hashlib
import math
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from indicators.areas.divisions import is_key_area
from indicators.cli.main import main
from indicators.evaluation import difference_in_differences, event_study

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE))

import make_cases  # noqa: E402
import other_faults  # noqa: E402
import register_faults  # noqa: E402

KEY = ["indicator", "statistic", "month", "area", "population", "dimension", "category"]
SECRET = "a key of the tests"
MONTH = "2022-02"
ITEM = {"item-comma": "Sain tietoa, jota tarvitsin", "item-quote": 'Sanottiin "selvä"; odotin'}


def cases(*sections: str) -> list[dict[str, str]]:
    with (HERE / "cases.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["section"] in sections]


def expected_of(name: str) -> str:
    return next(row["expected"] for row in cases("import", "kela") if row["case"] == name)


@dataclass
class Outcome:
    """What a command, or a delivery's import and count, came to."""

    status: int
    stderr: str
    register: Path
    table: pd.DataFrame | None = None


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Run a case: its import, and if that went well its count of one month."""
    monkeypatch.delenv("INDICATORS_PSEUDONYM_KEY", raising=False)

    def run(name: str, key: str | None = None) -> Outcome:
        if key:
            monkeypatch.setenv("INDICATORS_PSEUDONYM_KEY", key)
        delivery = tmp_path / "deliveries" / name
        delivery.parent.mkdir(exist_ok=True)
        make_cases.make(name, delivery)
        register, table = tmp_path / "out" / "register", tmp_path / "T.csv"
        register.parent.mkdir(exist_ok=True)
        status = main(["import", str(delivery), str(register)])
        if status == 0:
            status = main(
                ["compute", "--months", MONTH, "--register", str(register), "--out", str(table)]
            )
        frame = pd.read_csv(table, dtype=str, keep_default_na=False) if table.exists() else None
        return Outcome(status, capsys.readouterr().err, register, frame)

    return run


@pytest.fixture(scope="module")
def clean(tmp_path_factory) -> pd.DataFrame:
    """The figures of the delivery without a fault."""
    folder = tmp_path_factory.mktemp("clean")
    assert main(["import", str(HERE / "base"), str(folder / "register")]) == 0
    line = ["compute", "--months", MONTH, "--register", str(folder / "register")]
    assert main([*line, "--out", str(folder / "T.csv")]) == 0
    return pd.read_csv(folder / "T.csv", dtype=str, keep_default_na=False)


def assert_headline(table: pd.DataFrame, *but: str) -> None:
    """Thirteen figures as they were counted by hand; indicators named last are not asked."""
    total = table[(table["dimension"] == "total")].set_index(KEY[:5])
    with (HERE / "headline.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["indicator"] in but:
                continue
            found = total.loc[tuple(row[name] for name in KEY[:5])]
            assert found["status"] == "normal", row
            for name in ("numerator", "denominator", "value"):
                if row[name]:
                    assert math.isclose(float(found[name]), float(row[name]), rel_tol=1e-8), row


def assert_as_clean(outcome: Outcome, clean: pd.DataFrame) -> None:
    assert outcome.status == 0, outcome.stderr
    assert_headline(outcome.table)
    pd.testing.assert_frame_equal(outcome.table, clean)


def assert_refused(outcome: Outcome, *names: str) -> None:
    assert outcome.status == 3, outcome.stderr
    assert all(name in outcome.stderr for name in names), outcome.stderr
    assert "Traceback" not in outcome.stderr
    assert list(outcome.register.parent.iterdir()) == []


def named_in(expected: str) -> list[str]:
    return [name.strip() for name in expected.partition("3:")[2].split(";")[0].split(",")]


PLAIN = [row["case"] for row in cases("import", "kela") if row["expected"].startswith("as clean")]
REFUSED = [row["case"] for row in cases("import") if row["expected"].startswith("3:")]
KEYED = [row["case"] for row in cases("import") if row["expected"] == "keyed"]


@pytest.mark.parametrize("name", sorted({*PLAIN} - {*ITEM, "ids-float-exact"}))
def test_a_form_is_read_as_if_it_were_clean(run, clean, name):
    expected = expected_of(name)
    outcome = run(name)
    if outcome.status == 3 and "3:" in expected:
        assert_refused(outcome, *named_in(expected))
    else:
        assert_as_clean(outcome, clean)


def test_ids_that_floating_point_holds_are_ids(run, clean):
    outcome = run("ids-float-exact")
    assert_as_clean(outcome, clean)
    attrition = (outcome.register / "attrition.csv").read_text()
    assert "employment_code,no_id,dropped,1,0" in attrition


@pytest.mark.parametrize("name", REFUSED)
def test_a_fault_ends_the_import(run, name):
    expected = expected_of(name)
    tables = ["YHENK", "YTYOLL", "esittelyt"] if "every person" in expected else named_in(expected)
    tables = ["survey"] if " or survey" in expected else tables
    assert_refused(run(name), *tables)


@pytest.fixture(scope="module")
def signed(tmp_path_factory) -> pd.DataFrame:
    """Figures of the delivery with identity codes as they should be written."""
    folder = tmp_path_factory.mktemp("signed")
    register_faults.spelled(lambda code: code)(register_faults.Delivery(folder / "delivery"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INDICATORS_PSEUDONYM_KEY", SECRET)
        assert main(["import", str(folder / "delivery"), str(folder / "register")]) == 0
    line = ["compute", "--months", MONTH, "--register", str(folder / "register")]
    assert main([*line, "--out", str(folder / "T.csv")]) == 0
    return pd.read_csv(folder / "T.csv", dtype=str, keep_default_na=False)


@pytest.mark.parametrize("name", KEYED)
def test_identity_codes_need_a_key_and_are_nowhere_else(run, signed, tmp_path, name):
    assert_refused(run(name), "YHENK", "INDICATORS_PSEUDONYM_KEY")
    shutil.rmtree(tmp_path / "deliveries")
    outcome = run(name, SECRET)
    assert outcome.status == 0, outcome.stderr
    assert_headline(outcome.table)
    pd.testing.assert_frame_equal(outcome.table, signed)
    codes = [*register_faults.identity_codes(persons()).values()]
    found = b"".join(path.read_bytes() for path in outcome.register.iterdir())
    for trace in traces(codes):
        assert trace not in found
        assert trace not in outcome.stderr.encode()


def persons() -> list[dict[str, str]]:
    with (HERE / "base" / "YHENK.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def traces(codes: list[str]) -> Iterator[bytes]:
    """Codes, their digits, and hashes of spellings that anybody could try."""
    for code in codes:
        digits = code[:6] + code[7:10]
        yield from (code.encode(), digits.encode(), (code[:6] + code[7:]).encode())
        for spelling in (code, code[:6] + code[7:], code.lower()):
            hashed = hashlib.sha256(spelling.encode()).digest()
            number = int.from_bytes(hashed[:8], "big") >> 1
            yield number.to_bytes(8, "little")
        yield int(digits).to_bytes(8, "little")


def test_a_labour_force_in_thousands_is_no_share(run):
    outcome = run("labour-force-thousands")
    assert outcome.status == 3
    assert "KU398" in outcome.stderr
    assert outcome.table is None


def test_a_missing_table_is_no_zero(run):
    outcome = run("no-services")
    assert outcome.status == 0
    without = ["extended_unemployment", "activation_rate", "service_starts"]
    assert_headline(outcome.table, *without)
    rows = outcome.table[outcome.table["indicator"].isin(without)]
    assert set(rows["status"]) == {"not_available"}
    assert set(rows[["numerator", "denominator", "value"]].to_numpy().ravel()) == {""}
    assert {*rows["area"]} >= {"KU398", "LAHTI5", "SSS"}


def test_a_municipality_that_has_merged_has_no_area(run):
    outcome = run("municipality-merged")
    assert "KU532" not in set(outcome.table["area"])


def test_an_unknown_municipality_of_kela_has_no_area(run):
    assert "KU199" not in set(run("kela-present").table["area"])


@pytest.mark.parametrize("name", sorted(ITEM))
def test_an_item_of_the_survey_may_be_any_sentence(run, clean, tmp_path, name):
    outcome = run(name)
    assert outcome.status == 0, outcome.stderr
    assert_headline(outcome.table)
    renamed = clean.assign(category=clean["category"].replace("respect", ITEM[name]))
    order = {"by": KEY, "ignore_index": True}
    pd.testing.assert_frame_equal(outcome.table.sort_values(**order), renamed.sort_values(**order))
    assert main(["check", str(outcome.register)]) == 0
    assert main(["protect", str(tmp_path / "T.csv"), str(tmp_path / "P.csv")]) == 0


def test_an_answer_without_a_municipality_counts_in_the_whole_country_alone(run, clean):
    outcome = run("no-municipality")
    assert outcome.status == 0, outcome.stderr
    mean = outcome.table.set_index([*KEY[:5], "dimension"])
    for area, numerator, denominator in (("SSS", 291, 80), ("KU398", 146, 40), ("LAHTI5", 276, 75)):
        row = mean.loc[("satisfaction", "mean", MONTH, area, "target_group", "total")]
        assert (float(row["numerator"]), float(row["denominator"])) == (numerator, denominator)
    others = ["satisfaction"]
    left, right = (each[~each["indicator"].isin(others)] for each in (outcome.table, clean))
    pd.testing.assert_frame_equal(left.reset_index(drop=True), right.reset_index(drop=True))


@pytest.mark.parametrize("name", [row["case"] for row in cases("statfin")])
@pytest.mark.parametrize("place", ["folder", "file"])
def test_statfin_is_read_as_people_have_it(tmp_path, monkeypatch, name, place):
    answer = ROOT / "data" / "raw" / "statfin" / "12r5_2026M06.json"
    monkeypatch.setattr(other_faults, "ANSWER", answer)
    make_cases.make(name, tmp_path / name)
    [file] = (tmp_path / name).iterdir()
    source = file if place == "file" else file.parent
    line = ["compute", "--months", "2026-06", "--statfin", str(source)]
    assert main([*line, "--out", str(tmp_path / "T.csv")]) == 0
    found = pd.read_csv(tmp_path / "T.csv").set_index(["indicator", "area"])
    share, rate = found.loc["unemployment_share"], found.loc["activation_rate"]
    assert [round(item, 4) for item in share.loc[["KU398", "LAHTI5"], "value"]] == [
        17.8468,
        15.9542,
    ]
    assert share.loc["LAHTI5", ["numerator", "denominator"]].tolist() == [12776, 80079]
    assert round(rate.loc["KU398", "value"], 4) == 13.3480
    bounds = [round(rate.loc["LAHTI5", item], 4) for item in ("value", "low", "high")]
    assert bounds == [13.7340, 13.6990, 13.7689]
    assert rate.loc["LAHTI5", "status"] == "bounded"
    # Beside them those of the keys that have any of the nine: TA19, TRIAL-lahti and such.
    present = {area for area in share.index if not is_key_area(area)}
    assert present == {*other_faults.AREAS, "LAHTI5"} or present >= {
        "KUJOU",
        "SKJOU",
        "MKJO",
        "ELYJO",
    }


def panel_of(tmp_path: Path, name: str) -> tuple[pd.DataFrame, dict[int, object]]:
    make_cases.make(name, tmp_path / name)
    starts = pd.read_csv(tmp_path / name / "treated_from.csv")
    panel = pd.read_csv(tmp_path / name / "panel.csv")
    return panel, dict(zip(starts["unit"], starts["time"], strict=True))


@pytest.fixture
def protect(tmp_path, capsys):
    """Protect the table of a case, which an attack must not undo; its rows by key."""

    def protect(name: str, *options: str) -> pd.DataFrame:
        make_cases.make(name, tmp_path / name)
        given, safe = tmp_path / name / "table.csv", tmp_path / "safe.csv"
        assert main(["protect", str(given), str(safe), *options]) == 0, capsys.readouterr().err
        assert main(["attack", str(safe), *options]) == 0
        table = pd.read_csv(safe, dtype=str, keep_default_na=False)
        return table.set_index(["indicator", "statistic", "population", "category"])

    return protect


def test_who_is_not_among_pairs_may_not_be_told(protect):
    table = protect("complement-of-pairs", "--policy", "strict10")
    assert set(table["status"]) == {"suppressed"}
    assert set(table["value"]) == {""}


def test_all_but_one_is_one(protect):
    table = protect("complement-of-share")
    assert table[["status", "numerator", "denominator", "value"]].to_numpy().tolist() == [
        ["suppressed", "", "", ""]
    ]


def test_a_target_group_is_a_part_of_the_residents(protect):
    shown = protect("part-of-residents")["status"].eq("normal")["extended_unemployment", "value"]
    assert not shown["target_group", "men"]
    # 10 in all, of whom at most 6 are women, leaves 4 men at least.
    assert not (shown["target_group", "total"] and shown["target_group", "women"])
    assert not (shown["target_group", "total"] and shown["residents", "women"])


def test_two_means_do_not_tell_of_the_one_between_them(protect):
    table = protect("ring-of-one")
    shown = table[table["status"] == "normal"]
    assert len(shown) <= 1
    assert set(shown["numerator"]) <= {""}
    assert all(float(value) % 5 == 0 for value in shown["value"])


def test_what_is_over_the_unemployed_is_in_service(protect):
    shown = protect("long-term-within-unemployed")["status"].eq("normal")
    structural = shown["structural_unemployment"]
    assert not structural["service_to_service"].item()
    assert not (structural["total"].item() and shown["unemployment_share"].item())
    assert not (structural["total"].item() and structural["long_term"].item())


NAMES = {"unit": "unit", "time": "time", "outcome": "outcome"}


@pytest.mark.parametrize(
    ("name", "estimate", "note"),
    [
        ("gap-in-times", 1.9167, "gap"),
        ("zero-is-never", 1.9311, ""),
        ("one-treated", 1.9298, "not to be trusted"),
    ],
)
def test_a_panel_is_read_as_it_is_meant(tmp_path, name, estimate, note):
    panel, starts = panel_of(tmp_path, name)
    found = difference_in_differences(panel, **NAMES, treated_from=starts)
    assert found.table["estimate"].item() == pytest.approx(estimate, abs=5e-5)
    assert note in " ".join(found.notes)
    assert note in " ".join(event_study(panel, **NAMES, treated_from=starts).notes)


def test_times_that_are_text_are_refused(tmp_path):
    panel, starts = panel_of(tmp_path, "times-as-text")
    with pytest.raises(Exception, match="its times are text"):
        difference_in_differences(panel, **NAMES, treated_from=starts)


@pytest.mark.parametrize("name", [row["case"] for row in cases("production")])
def test_surroundings_do_not_matter(tmp_path, name):
    make_cases.make(name, tmp_path / name)
    program = Path(sys.executable).with_name("indicators")
    done = subprocess.run(
        ["sh", str(tmp_path / name / "run.sh"), str(program)],
        cwd=ROOT,
        env=os.environ,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode(errors="replace")
