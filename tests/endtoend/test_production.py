"""Monthly production through the commands: cached, versioned, verifiable."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from small_project import CELL, MONTH, set_up, write_notebook

from conftest import contents, in_process, indicators
from fixtures import downloads
from fixtures.reports import Called
from indicators import table

REPORT = ("report", "--month", MONTH, "--lang", "fi", "--renderer", "embedded")
NOTEBOOK = f"reports/{MONTH}/fi/monthly-report-{MONTH}-fi.ipynb"
PAGE = f"_site/reports/{MONTH}/fi/monthly-report-{MONTH}-fi.html"
DAY = "2023-12-05"
TABLES = f"data/processed/{MONTH}/{DAY}"
SNAPSHOT = f"data/raw/statfin/12r5_core_vintage_{DAY}.csv.gz"
# Every test runs commands on a project of its own.
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Called]:
    """A project whose report has been made once."""
    root = set_up(tmp_path_factory.mktemp("project"))
    called = indicators(*REPORT, "--explain-cache", project=root)
    assert called.returncode == 0, called.stderr
    return root, called


@pytest.fixture
def made(first: tuple[Path, Called], tmp_path: Path) -> Path:
    """A copy of it, to be harmed."""
    root = tmp_path / "copy"
    shutil.copytree(first[0], root, symlinks=True)
    return root


def explained(called: Called) -> dict[str, str]:
    """What is said of each step."""
    assert called.returncode == 0, called.stderr
    lines = [line.rpartition(": ") for line in called.stdout.splitlines()]
    kinds = ("tables", "notebook", "page", "download", "explorer", "data")
    return {name: why for name, _, why in lines if name.partition(" ")[0] in kinds}


STEPS = (
    f"tables {MONTH}",
    f"notebook {MONTH} fi",
    f"page {MONTH} fi",
    f"explorer {MONTH}",
    f"data {MONTH}",
    "page",
)


def test_what_is_made_for_the_first_time_has_no_record(first: tuple[Path, Called]) -> None:
    assert explained(first[1]) == dict.fromkeys(STEPS, "no record of it")


def test_an_unchanged_run_makes_nothing_and_starts_no_process(
    made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for page in (made / "_site").rglob("*.*"):
        # Pages of the last seconds are taken for this run's, and looked through.
        os.utime(page, (1e9, 1e9))
    again = indicators(*REPORT, "--explain-cache", project=made)
    # A copy is not the file that was made: its content is looked at once, and is the same.
    assert explained(again) == dict.fromkeys(STEPS, "unchanged")
    before = {path: path.stat().st_mtime_ns for path in made.rglob("*") if path.is_file()}
    monkeypatch.setenv("PYTHONPROFILEIMPORTTIME", "1")
    again = indicators(*REPORT, "--explain-cache", project=made)
    assert explained(again) == dict.fromkeys(STEPS, "unchanged")
    imported = {line.rpartition("|")[2].strip() for line in again.stderr.splitlines()}
    assert "indicators.production.cache" in imported
    assert not imported & {"pandas", "pyarrow", "matplotlib", "papermill", "ipykernel", "typst"}
    touched = {
        path.relative_to(made).parts[0]
        for path in made.rglob("*")
        if path.is_file() and before.get(path) != path.stat().st_mtime_ns
    }
    assert touched <= {".indicators", "reports"}
    assert (made / "reports" / "_index.md").exists()


def test_another_notebook_runs_again_and_its_page_too_but_not_the_tables(made: Path) -> None:
    write_notebook(made, CELL.replace("Rows", "All rows"))
    result = explained(indicators(*REPORT, "--explain-cache", project=made))
    assert result[STEPS[0]] == result["page"] == "unchanged"
    assert result[STEPS[1]] == "input notebooks/monthly_report.ipynb changed"
    assert result[STEPS[2]] == f"input {NOTEBOOK} changed"


def test_the_same_notebook_with_a_new_input_gives_the_same_page(made: Path) -> None:
    settings = made / "indicators.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + "\n# said by the way\n", "utf-8")
    result = explained(indicators(*REPORT, "--explain-cache", project=made))
    assert result[STEPS[0]] == result[STEPS[1]] == "input indicators.toml changed"
    # Its bytes are the same, so nothing that is made from it runs.
    assert result[STEPS[2]] == "unchanged"


def test_a_lost_page_is_made_again_alone(made: Path) -> None:
    lost = made / PAGE
    content = lost.read_bytes()
    lost.unlink()
    result = explained(indicators(*REPORT, "--explain-cache", project=made))
    assert result.pop(STEPS[2]) == f"output {PAGE} is not there"
    assert set(result.values()) == {"unchanged"}
    assert lost.read_bytes() == content


def test_force_makes_everything_again_the_same_to_the_byte(made: Path) -> None:
    before = contents(made)
    result = explained(indicators(*REPORT, "--force", "--explain-cache", project=made))
    assert result == dict.fromkeys(STEPS, "asked for by --force")
    after = contents(made)
    changed = {name for name in before if after[name] != before[name]}
    assert {name for name in changed if not name.startswith(".indicators/")} == set()


def test_a_later_snapshot_makes_a_later_vintage_and_the_older_stays(made: Path) -> None:
    before = contents(made / TABLES)
    snapshots = made / "data" / "raw" / "statfin"
    (snapshots / "provenance.json").unlink()
    shutil.copy(made / SNAPSHOT, snapshots / "12r5_core_vintage_2024-01-23.csv.gz")
    called = indicators("run", "--months", MONTH, "--lang", "fi", project=made)
    assert called.returncode == 0, called.stderr
    months = made / "data" / "processed" / MONTH
    assert (months / "latest").resolve().name == "2024-01-23"
    assert contents(made / TABLES) == before


def test_other_bytes_of_the_same_day_make_a_further_vintage_and_say_why(made: Path) -> None:
    (made / "data" / "raw" / "statfin" / "provenance.json").unlink()
    called = indicators("run", "--months", MONTH, "--lang", "fi", project=made)
    result = called.stdout.splitlines()[-3:]
    assert result[0] == (
        f"new vintage {MONTH}/{DAY}.2: differs from {DAY} in sources.json: inputs gone"
    )
    # The whole list stands where the second line says.
    assert result[1].startswith(f"all of it: data/processed/{MONTH}/{DAY}.2/manifest.json; ")
    reason = json.loads((made / result[1].split()[3].rstrip(";")).read_text())["reason"]
    assert "inputs gone: data/raw/statfin/provenance.json" in reason
    assert f"indicators diff {TABLES}" in result[1]
    assert "mend the source and run again" in result[2]
    again = indicators("run", "--months", MONTH, "--lang", "fi", project=made)
    assert "new vintage" not in again.stdout


def verify(root: Path, *arguments: str) -> Called:
    return in_process("verify", *arguments, project=root)


def test_a_downloaded_file_makes_a_month_that_can_be_verified(made: Path, tmp_path: Path) -> None:
    """Without any snapshot of the project, from a file that lies outside of it."""
    file = tmp_path / "12r5_20260730_161729.csv"
    file.write_bytes(downloads.as_csv(downloads.cells_of()))
    month = "2026-06"
    run = ("run", "--months", month, "--lang", "fi", "--statfin", str(file))
    called = indicators(*run, project=made)
    assert (called.returncode, called.stderr) == (0, "")
    tables = made / "data" / "processed" / month / "2026-07-30"
    content = json.loads((tables / "manifest.json").read_text(encoding="utf-8"))
    assert Path(content["parameters"]["statfin"]).name == file.name
    figures = table.read(tables / "indicators.parquet")
    share = figures[(figures["indicator"] == "unemployment_share") & (figures["area"] == "KU398")]
    assert share["value"].round(4).tolist() == [17.8468]
    assert verify(made, month).returncode == 0
    file.write_bytes(file.read_bytes()[:-40])
    harmed = indicators(*run, "--force", project=made)
    assert harmed.returncode == 3
    assert f"{file}, row 12: has more or fewer fields" in harmed.stderr


@pytest.mark.parametrize(
    "run",
    [
        MONTH,
        TABLES,
        f"data/processed/{MONTH}/latest",
        f"reports/{MONTH}/fi",
        f"_site/reports/{MONTH}",
    ],
)
def test_what_was_published_is_as_recorded(first: tuple[Path, Called], run: str) -> None:
    called = verify(first[0], run, "--no-rebuild")
    assert called.returncode == 0, called.stderr
    assert called.stdout.startswith(f"{MONTH}/{DAY}: ")
    assert "inputs" in called.stdout


def test_two_clean_builds_are_identical(first: tuple[Path, Called]) -> None:
    before = contents(first[0])
    called = indicators("verify", MONTH, project=first[0])
    assert called.returncode == 0, called.stderr
    assert "files made again, the same to the byte" in called.stdout
    assert contents(first[0]) == before


def flip(path: Path, at: int = 40) -> None:
    """Change one bit of a file, as a failing disk would: size and times stay."""
    content = bytearray(path.read_bytes())
    content[min(at, len(content) - 1)] ^= 1
    path.parent.chmod(0o755)
    path.chmod(0o644)
    path.write_bytes(bytes(content))


FLIPPED = (
    ("input", SNAPSHOT),
    ("input", "data/raw/statfin/provenance.json"),
    ("input", "notebooks/monthly_report.ipynb"),
    ("output", f"{TABLES}/indicators.parquet"),
    ("output", f"{TABLES}/indicators.csv"),
    ("output", f"{TABLES}/context.csv"),
    ("output", f"{TABLES}/sources.json"),
    ("output", f"{TABLES}/revisions.csv"),
    ("output", NOTEBOOK),
    ("output", PAGE),
    ("output", PAGE.replace(".html", ".pdf")),
    ("output", f"_site/reports/{MONTH}/fi/indicators-{MONTH}.csv"),
    ("output", "_site/index.html"),
)


@pytest.mark.parametrize(("kind", "name"), FLIPPED)
def test_a_flipped_byte_is_named_with_status_7(made: Path, kind: str, name: str) -> None:
    flip(made / name)
    called = verify(made, MONTH)
    assert called.returncode == 7
    assert called.stdout == ""
    assert called.stderr == (
        f"indicators: {MONTH}/{DAY}: {kind} {name}: is not as recorded (sha256)\n"
    )


def test_all_that_is_wrong_is_named_at_once(made: Path) -> None:
    flip(made / PAGE)
    (made / NOTEBOOK).unlink()
    (made / TABLES).chmod(0o755)
    (made / TABLES / "more.csv").write_text("x")
    called = verify(made, MONTH)
    assert called.returncode == 7
    assert called.stderr.splitlines()[0].endswith("3 files are not as published:")
    for item in (
        f"{PAGE}: is not as recorded",
        f"{NOTEBOOK}: is not there",
        f"{TABLES}/more.csv: is not in the manifest",
    ):
        assert item in called.stderr


def forge(path: Path, record: Path, change: Callable[[bytes], bytes]) -> None:
    """Change a file, and what its record says of it."""
    path.parent.chmod(0o755)
    reported = json.loads(record.read_text(encoding="utf-8"))
    for item in (path, record):
        item.chmod(0o644)
    path.write_bytes(change(path.read_bytes()))
    content = path.read_bytes()
    [entry] = [item for item in reported["outputs"] if item["path"].endswith(path.name)]
    entry.update(sha256=hashlib.sha256(content).hexdigest(), bytes=len(content))
    record.write_text(json.dumps(reported), encoding="utf-8")


def test_figures_that_do_not_come_out_again_are_named_with_status_7(made: Path) -> None:
    figures = made / TABLES / "indicators.csv"
    forge(figures, figures.with_name("manifest.json"), lambda old: old.replace(b"8199", b"8198", 1))
    at = next(
        at
        for at, (item, item_value) in enumerate(
            zip(
                figures.read_bytes(), figures.read_bytes().replace(b"8198", b"8199", 1), strict=True
            )
        )
        if item != item_value
    )
    assert verify(made, TABLES, "--no-rebuild").returncode == 7  # the report was made from others
    shutil.rmtree(made / "reports" / MONTH)
    shutil.rmtree(made / "_site")
    assert verify(made, TABLES, "--no-rebuild").returncode == 0
    called = verify(made, TABLES)
    assert called.returncode == 7
    assert called.stderr == (
        f"indicators: {MONTH}/{DAY}: output {TABLES}/indicators.csv: "
        f"comes out differently from byte {at} on\n"
    )


@pytest.mark.parametrize(
    ("run", "status"),
    [("2031-01", 3), ("February", 2), ("data/raw", 2), (f"{TABLES}/..", 2), ("2021-12", 3)],
)
def test_what_is_no_run_is_told(first: tuple[Path, Called], run: str, status: int) -> None:
    called = verify(first[0], run)
    assert called.returncode == status, called.stderr
    assert called.stderr.count("\n") == 1


def test_a_run_may_be_named_from_anywhere(first: tuple[Path, Called], tmp_path: Path) -> None:
    called = verify(tmp_path, str(first[0] / TABLES), "--no-rebuild")
    assert called.returncode == 0, called.stderr


def test_tables_made_before_there_were_manifests_say_so(made: Path) -> None:
    (made / TABLES).chmod(0o755)
    (made / TABLES / "manifest.json").unlink()
    called = verify(made, MONTH)
    assert called.returncode == 3
    assert "a vintage made now has one" in called.stderr
