"""An indicator of one's own: two files and a spec, and it goes all the way."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from indicators.catalogue.loading import load_catalogue

ROOT = Path(__file__).parents[2]
MONTH, ID = "2022-05", "persons_waiting"
NUMBER = len(load_catalogue().indicators) + 1


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sources, in which files may be written."""
    root = tmp_path_factory.mktemp("checkout")
    shutil.copytree(ROOT / "src", root / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "indicators.toml", root)
    shutil.copytree(ROOT / "data" / "raw" / "areas", root / "data" / "raw" / "areas")
    for name in ("spec", "fixtures"):
        shutil.copytree(ROOT / "tests" / name, root / "tests" / name)
    shutil.copy(ROOT / "pyproject.toml", root)
    assert run(root, "new", "indicator", ID).returncode == 0
    return root


def run(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(root / "src")}
    command = [sys.executable, "-m", "indicators", *arguments]
    return subprocess.run(
        command, cwd=root, env=environment, capture_output=True, text=True, check=False
    )


def test_it_is_defined_and_explained_at_once(checkout: Path) -> None:
    told = json.loads(run(checkout, "catalogue", "--format", "json").stdout)
    assert (told[-1]["number"], told[-1]["id"]) == (NUMBER, ID)
    assert [one["id"] for one in told[-1]["series_breaks"]] == ["trial_start", "reform_2025"]


def test_its_examples_pass_as_they_are_written(checkout: Path) -> None:
    spec = checkout / f"tests/spec/register/{NUMBER}_{ID}.toml"
    assert spec.read_text().count("[[example]]") == 2
    search = os.pathsep.join(map(str, (checkout / "src", checkout / "tests")))
    environment = os.environ | {"PYTHONPATH": search}
    files = "tests/spec/test_register_examples.py"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", files, "-k"]
    done = subprocess.run(
        [*command, f"{ID} or every_statistic"],
        cwd=checkout,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "5 passed" in done.stdout


@pytest.fixture(scope="module")
def counted(checkout: Path) -> pd.DataFrame:
    """The new indicator and one with the same denominator, of a small register."""
    for command in (
        ("synthesise", "register", "--persons", "300", "--seed", "7", "--layout", "canonical"),
        ("compute", "--months", MONTH, "--register", "register", "--out", "all.parquet"),
    ):
        done = run(checkout, *command)
        assert done.returncode == 0, done.stderr
    table = pd.read_parquet(checkout / "all.parquet")
    return table[table["indicator"].isin([ID, "unemployment_duration"])].reset_index(drop=True)


KEY = ["area", "population", "dimension", "category"]


def _of(table: pd.DataFrame, indicator: str, statistic: str) -> pd.DataFrame:
    mine = (table["indicator"] == indicator) & (table["statistic"] == statistic)
    return table[mine].set_index(KEY)


def test_it_is_counted_and_explained_at_once(checkout: Path, counted: pd.DataFrame) -> None:
    own, unemployed = _of(counted, ID, "value"), _of(counted, "unemployment_duration", "mean_weeks")
    assert len(own) > 100
    assert own["value"].equals(unemployed["denominator"].rename("value"))
    done = run(checkout, "explain", ID, "--month", MONTH, "--area", "SSS", "--register", "register")
    assert done.returncode == 0, done.stderr
    (whole,) = own.loc[("SSS", "residents", "total", "total"), ["value"]]
    assert f"{whole:.0f}\N{NO-BREAK SPACE}henkilöä" in done.stdout


def test_it_is_protected_and_attacked_at_once(checkout: Path, counted: pd.DataFrame) -> None:
    counted.to_parquet(checkout / "some.parquet", index=False)
    for command in (("protect", "some.parquet", "safe.parquet"), ("attack", "safe.parquet")):
        done = run(checkout, *command, "--workers", "1")
        assert done.returncode == 0, done.stderr
    safe = pd.read_parquet(checkout / "safe.parquet")
    status, other = (
        _of(safe, indicator, statistic)["status"].astype(str)
        for indicator, statistic in ((ID, "value"), ("unemployment_duration", "mean_weeks"))
    )
    # One count under two names: where one is hidden the other is.
    hidden = status == "suppressed"
    assert hidden.any()
    assert (other[hidden] == "suppressed").all()


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("Bad-Id", "small letters"),
        ("a__b", "single underscores"),
        ("1st", "a letter first"),
        ("caseload", "is taken"),
        ("open_vacancies", "is taken"),
        ("unemployment_gap_days", "is taken"),
        ("all", "is taken"),
        ("lambda", "is taken"),
        (ID, "is taken"),
        ("chunk", "is there already"),
        ("accounts", "is there already"),
    ],
)
def test_a_bad_or_taken_id_writes_nothing(checkout: Path, wanted: str, said: str) -> None:
    before = {path: path.read_bytes() for path in checkout.rglob("*.*") if path.is_file()}
    done = run(checkout, "new", "indicator", wanted)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    found = {path for path in checkout.rglob("*.*") if path.is_file()}
    assert {path for path in found - set(before) if path.suffix != ".pyc"} == set()
    assert all(path.read_bytes() == held for path, held in before.items() if path.suffix != ".pyc")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('tables={"value":', 'tables={"valu":', "tables are given for valu; the statistics"),
        (f'ID = "{ID}"', 'ID = "persons"', "no definition has the id persons"),
        ("MEASURE = ", "OTHER = ", f"{ID}: no module names a measure of it"),
        (f'ID = "{ID}"', 'ID = "caseload"', "caseload has a measure in"),
    ],
)
def test_what_does_not_go_together_is_said_by_name(
    checkout: Path, counted: pd.DataFrame, old: str, new: str, said: str
) -> None:
    del counted  # It makes the register.
    measure = checkout / f"src/indicators/measures/register/{ID}.py"
    text = measure.read_text()
    assert old in text
    try:
        measure.write_text(text.replace(old, new))
        told = run(checkout, "explain", ID, "--month", MONTH, "--register", "register")
        assert told.returncode == 3
        assert said in told.stderr
    finally:
        measure.write_text(text)
