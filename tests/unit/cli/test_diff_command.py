"""`indicators diff`: vintages and tables, in three forms, on the screen or in a file."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from indicators.cli.main import main
from indicators.computing import compute_all
from indicators.processed import publishing, vintages
from indicators.settings.loading import load_settings

ROOT = Path(__file__).resolve().parents[3]
MONTH = "2022-02"


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A month published from the first snapshot alone, and again when the next had come."""
    root = tmp_path_factory.mktemp("project")
    shutil.copy(ROOT / "indicators.toml", root)
    snapshots = root / "data" / "raw" / "statfin"
    snapshots.mkdir(parents=True)
    settings = load_settings(root)
    groups = {code: group.members for code, group in settings.groups.items()}
    for day in ("2022-05-01", "2022-10-31"):
        [file] = (ROOT / "data" / "raw" / "statfin").glob(f"*{day}.csv.gz")
        shutil.copy(file, snapshots)
        computed = compute_all([MONTH], statfin=snapshots, groups=groups)
        publishing.publish(settings, MONTH, computed)
    return vintages.month_folder(root, MONTH)


def test_two_vintages_are_told_apart_by_the_re_based_labour_force(
    month: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["diff", str(month / "2022-05-01"), str(month / "latest")]) == 0
    head, _, titles, *lines = capsys.readouterr().out.splitlines()
    # All areas of the country, two months.
    assert head == (
        "2022-02/2022-05-01 → 2022-02/2022-10-31: 816 figures revised (labour force re-based 816)"
    )
    assert titles.startswith("indicator")
    more = lines.pop()
    assert more == "… and 616 more: --format csv has them all"
    assert {line.split()[2] for line in lines} == {"2022-01"}


def test_a_line_has_both_figures_and_why(month: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sides = [str(month / name / "indicators.csv") for name in ("2022-05-01", "latest")]
    assert main(["diff", *sides]) == 0
    lines = capsys.readouterr().out.splitlines()
    [lahti] = [line for line in lines if f"{MONTH}  KU398" in line]
    # 8 199 jobseekers, of 55 592 and then of 55 809 people.
    old, new = 100 * 8199 / 55_592, 100 * 8199 / 55_809
    messages = [f"{old:.6f}", f"{new:.6f}", f"{new - old:+.6f}", "labour", "force", "re-based"]
    assert lahti.split()[5:] == messages


def test_csv_and_json_say_the_same(month: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sides = [str(month / "2022-05-01"), str(month / "2022-10-31")]
    assert main(["diff", *sides, "--format", "json"]) == 0
    content = json.loads(capsys.readouterr().out)
    assert content["by_cause"] == {"labour_force": 816}
    assert main(["diff", *sides, "--format", "csv"]) == 0
    head, *rows = capsys.readouterr().out.splitlines()
    assert head.split(",") == list(content["revisions"][0])
    assert len(rows) == len(content["revisions"]) == 816


def test_tables_may_be_compared_with_vintages(
    month: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = month / "2022-05-01" / "indicators.csv"
    target = tmp_path / "revisions.csv"
    newer = str(month / "2022-10-31" / "indicators.parquet")
    assert main(["diff", str(table), newer, "--format", "csv", "--out", str(target)]) == 0
    said = capsys.readouterr()
    # A CSV file has the eight areas of the report: two months of each.
    assert said.out == f"{target}: 16 figures revised\n"
    assert "areas that only indicators.parquet has are not compared: " in said.err
    assert len(target.read_text(encoding="utf-8").splitlines()) == 17


@pytest.mark.parametrize("name", ["nothing", "", "sources.json"])
def test_what_is_no_vintage_and_no_table_is_wrong_use(
    month: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = month / "2022-05-01" / name if name else month
    assert main(["diff", str(wrong), str(month / "latest")]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_place_that_cannot_be_written_is_told_before_anything_is_read(
    month: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "not there" / "x.csv"
    assert main(["diff", "no old", str(month), "--out", str(target)]) == 2
    assert "not there" in capsys.readouterr().err


def test_a_table_that_tells_a_figure_twice_is_bad_data(
    month: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = (month / "2022-05-01" / "indicators.csv").read_text(encoding="utf-8").splitlines()
    twice = tmp_path / "twice.csv"
    twice.write_text("\n".join([*lines, lines[-1]]) + "\n", encoding="utf-8")
    assert main(["diff", str(twice), str(month / "latest")]) == 3
    assert "twice" in capsys.readouterr().err


def test_help_has_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["diff", "--help"])
    assert "example: indicators diff " in capsys.readouterr().out
