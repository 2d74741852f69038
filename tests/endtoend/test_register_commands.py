"""A made-up register down the whole road, as a new user takes it: every command, every status."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from conftest import ROOT, in_process
from fixtures.reports import Called
from indicators import table
from indicators.catalogue.loading import load_catalogue


def indicators(*arguments: object) -> Called:
    return in_process(*map(str, arguments), project=ROOT)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """An extract in the register's layout, and what import made of it."""
    folder = tmp_path_factory.mktemp("register")
    completed = indicators("synthesise", folder / "extract", "--persons", 1500, "--seed", 7)
    assert completed.returncode == 0, completed.stderr
    imported = indicators("import", folder / "extract", folder / "register")
    assert (imported.returncode, imported.stderr) == (0, ""), imported.stderr
    assert "made up" in imported.stdout
    return folder


@pytest.fixture(scope="module")
def computed(folder: Path) -> pd.DataFrame:
    target = folder / "table.parquet"
    ran = indicators(
        "compute",
        "--months",
        "2022-01..2022-02",
        "--register",
        folder / "register",
        "--out",
        target,
    )
    assert (ran.returncode, ran.stderr) == (0, ""), ran.stderr
    return table.read(target)


def test_import_writes_what_it_did(folder: Path):
    assert (folder / "register" / "import_report.json").exists()
    checked = indicators("check", folder / "register")
    assert checked.returncode == 0, checked.stderr
    assert "persons: 1500 rows" in checked.stdout


def test_all_indicators_come_of_a_register(computed: pd.DataFrame):
    expected = {indicator.id for indicator in load_catalogue().indicators}
    assert set(computed["indicator"].unique()) == expected
    assert {"register", "kela", "survey"} <= set(computed["source"])
    assert set(computed["month"]) == {"2022-01", "2022-02"}
    assert {"LAHTI5", "KU398", "SSS"} <= set(computed["area"])


@pytest.mark.usefixtures("computed")
def test_workers_change_no_byte(folder: Path):
    target = folder / "two.parquet"
    request = ("--months", "2022-01..2022-02", "--register", folder / "register", "--workers", 2)
    assert indicators("compute", *request, "--out", target).returncode == 0
    assert target.read_bytes() == (folder / "table.parquet").read_bytes()


def test_layoffs_can_be_kept_apart(folder: Path):
    spells = {}
    for option in ([], ["--no-merge-layoff"]):
        target = folder / "layoffs.parquet"
        request = (
            "--months",
            "2020-06..2021-06",
            "--register",
            folder / "register",
            "--out",
            target,
        )
        assert indicators("compute", *request, *option).returncode == 0
        result = table.read(target)
        rows = result[(result["indicator"] == "flow_over_3_months") & (result["area"] == "SSS")]
        rows = rows[(rows["dimension"] == "total") & (rows["population"] == "residents")]
        spells[len(option)] = rows["denominator"].sum()
    assert spells[1] > spells[0] > 0


def test_both_sources_stand_in_one_table(folder: Path):
    target = folder / "both.csv"
    snapshots = ROOT / "data" / "raw" / "statfin"
    request = ("--months", "2022-02", "--register", folder / "register", "--statfin", snapshots)
    assert indicators("compute", *request, "--out", target).returncode == 0
    both = table.read(target)
    rows = both[(both["indicator"] == "unemployment_share") & (both["area"] == "KU398")]
    assert set(rows["source"]) == {"statfin", "register"}


def test_gaps_are_reported_of_a_made_up_register_and_end_a_run_on_a_real_one(
    folder: Path, tmp_path: Path
):
    real = tmp_path / "real"
    shutil.copytree(folder / "register", real)
    meta = json.loads((real / "meta.json").read_text(encoding="utf-8"))
    (real / "meta.json").write_text(json.dumps(meta | {"source": "URA"}), encoding="utf-8")
    snapshots = ROOT / "data" / "raw" / "statfin"
    for register, status in ((folder / "register", 0), (real, 3)):
        target, gaps = tmp_path / f"t{status}.csv", tmp_path / f"gaps{status}.csv"
        request = ("--months", "2022-02", "--register", register, "--statfin", snapshots)
        ran = indicators("compute", *request, "--gaps", gaps, "--out", target)
        assert ran.returncode == status, ran.stderr
        assert "figures compared" in ran.stdout
        assert not pd.read_csv(gaps)["within"].all()
        assert target.exists() == (status == 0)


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (("import", "nowhere", "out"), 2, "nowhere"),
        (("check", "nowhere"), 2, "nowhere"),
        (("compute", "--months", "2022-02", "--register", "nowhere"), 2, "nowhere"),
        (("compute", "--months", "2022-02", "--workers", "0"), 2, "--workers 0"),
        (("compute", "--months", "2022-02", "--gaps", "g.csv"), 2, "--gaps"),
        (("import", ".", "out", "--extract-date", "30.6.2023"), 2, "YYYY-MM-DD"),
        (("synthesise", "out", "--persons", "0", "--seed", "1"), 2, "0"),
    ],
)
def test_wrong_use_is_one_line_and_leaves_nothing(tmp_path, arguments, status, told):
    given = [
        tmp_path / argument if argument in ("out", "nowhere") else argument
        for argument in arguments
    ]
    given += ["--out", tmp_path / "t.csv"] if arguments[0] == "compute" else []
    ran = indicators(*given)
    assert ran.returncode == status, ran.stderr
    assert told in ran.stderr
    assert ran.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_an_unusable_extract_is_named_and_leaves_nothing(folder: Path, tmp_path: Path):
    broken = tmp_path / "extract"
    shutil.copytree(folder / "extract", broken)
    path = broken / "YTYOLL.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("tappvh", "tappvx", 1).replace("TAPPVH", "TAPPVX", 1))
    ran = indicators("import", broken, tmp_path / "register")
    assert ran.returncode == 3
    assert "YTYOLL.csv" in ran.stderr
    assert "tappvh" in ran.stderr.lower()
    assert not (tmp_path / "register").exists()
