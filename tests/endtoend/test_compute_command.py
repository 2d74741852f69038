"""``indicators compute`` as people call it: figures, messages, statuses, nothing half-written."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from conftest import ROOT, in_process
from fixtures.reports import Called
from indicators import table

STATFIN = ROOT / "data" / "raw" / "statfin"
FULL = "12r5_full_vintage_2022-05-01.csv.gz"
MONTH = "2022-02"


def call(*arguments: str | Path, command: tuple[str, ...] = ()) -> Called:
    """Run the command from the project's root; in a process of its own where one is given."""
    given = [*map(str, arguments)]
    if not command:
        return in_process(*given, project=ROOT)
    return subprocess.run(
        [sys.executable, *command, *given],
        cwd=ROOT, capture_output=True, text=True, encoding="utf-8", timeout=300, check=False,
    )  # fmt: skip


def compute(path: Path, months: str = MONTH, statfin: Path = STATFIN, *more: str) -> Called:
    return call("compute", "--months", months, "--statfin", statfin, "--out", path, *more)


def refused(called: Called, status: int, *reported: str) -> None:
    """Exit status, and one clear line on stderr with nothing on stdout."""
    assert called.returncode == status, called.stderr
    assert called.stdout == ""
    assert called.stderr.startswith("indicators: ")
    assert called.stderr.count("\n") == 1
    for text in reported:
        assert text in called.stderr


def everything_below(folder: Path) -> dict[str, bytes | None]:
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in folder.rglob("*")
    }


def test_a_month_of_few_columns_says_what_is_not_available(tmp_path):
    called = compute(tmp_path / "x.csv", "2023-06")
    assert called.returncode == 0
    assert called.stderr.startswith("statfin: 2023-06 without TYOTTOMATULK, ")
    assert called.stderr.count("\n") == 1
    assert "not available: foreign_unemployment_share, " in called.stderr


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_known_figures_come_out(tmp_path, suffix):
    target = tmp_path / f"x{suffix}"
    called = compute(target, "2021-03,2022-02..2022-03")
    assert (called.returncode, called.stderr) == (0, "")
    # Areas of StatFin's file and ours, and those of the key: trials, employment areas, centres.
    areas = 415 + 25 + 46 + 10
    assert called.stdout == f"{target}: {3 * 6 * areas} rows, 2021-03..2022-03\n"
    assert list(tmp_path.iterdir()) == [target]
    read = pd.read_csv if suffix == ".csv" else pd.read_parquet
    read_back = read(target)
    assert tuple(read_back.columns) == table.COLUMNS
    read_back = read_back.set_index(["indicator", "area", "month"])
    lahti5 = read_back.loc[("unemployment_share", "LAHTI5", "2021-03")]
    assert (lahti5["numerator"], lahti5["status"]) == (12_650, "normal")
    rate = read_back.loc[("activation_rate", "LAHTI5", MONTH)]
    assert (round(rate["value"], 1), rate["status"]) == (24.9, "bounded")
    assert rate["low"] < rate["value"] < rate["high"]
    assert read_back.loc[("unemployment_share", "KU398", MONTH)]["denominator"] == 55_809
    later = read_back.loc[("extended_unemployment", "SSS", "2022-03")]
    assert later["status"] == "not_available"
    assert pd.isna(later[["numerator", "value", "vintage"]]).all()


def test_csv_and_parquet_hold_the_same(tmp_path):
    for suffix in table.SUFFIXES:
        assert compute(tmp_path / f"x{suffix}").returncode == 0
    both = [table.read(tmp_path / f"x{suffix}").astype(object) for suffix in table.SUFFIXES]
    pd.testing.assert_frame_equal(*both)


def test_the_console_script_and_the_settings_folder_do_the_same(tmp_path):
    script = Path(sys.executable).with_name("indicators")
    if not script.exists():
        pytest.skip("the package is not installed beside this Python")
    target = tmp_path / "x.csv"
    line = [str(script), "--project", str(ROOT), "compute", "--months", MONTH, "--out", str(target)]
    called = subprocess.run(
        line, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
    )
    assert (called.returncode, called.stderr) == (0, "")
    compute(tmp_path / "y.csv")
    assert target.read_bytes() == (tmp_path / "y.csv").read_bytes()


@pytest.mark.parametrize(
    ("months", "told"),
    [
        ("2022-13", "2022-13 is not a month; write YYYY-MM, for example 2022-02"),
        ("2022-05..2022-02", "2022-05..2022-02 ends before it begins"),
        ("1999-01", "no figures of 1999-01: the snapshots hold 2006-01..2023-10"),
        ("2030-01..2030-03", "no figures of 2030-01..2030-03"),
    ],
)
def test_a_wrong_month_is_wrong_use(tmp_path, months, told):
    refused(compute(tmp_path / "x.csv", months), 2, told)
    assert everything_below(tmp_path) == {}


def test_no_such_folder_is_wrong_use(tmp_path):
    nowhere = tmp_path / "nowhere"
    refused(compute(tmp_path / "x.csv", statfin=nowhere), 2, str(nowhere), "give another")
    assert everything_below(tmp_path) == {}


@pytest.mark.parametrize("arguments", [("compute",), ("compute", "--month", MONTH), ("count",), ()])
def test_a_wrong_command_line_is_told_in_one_line(arguments):
    refused(call(*arguments), 2, "--help`")


def unwritable(folder: Path) -> dict[str, tuple[Path, str]]:
    (folder / "folder.csv").mkdir()
    (folder / "file").write_text("old")
    return {
        "folder missing": (folder / "nowhere" / "x.csv", "there is no folder"),
        "path is a folder": (folder / "folder.csv", "is a folder"),
        "below a file": (folder / "file" / "x.csv", "is a file and not a folder"),
        "suffix": (folder / "x.txt", "end the name in .parquet, .csv or .xlsx"),
    }


@pytest.mark.parametrize("kind", ["folder missing", "path is a folder", "below a file", "suffix"])
def test_an_unwritable_output_is_wrong_use_and_leaves_nothing(tmp_path, kind):
    stream, result = unwritable(tmp_path)[kind]
    before = everything_below(tmp_path)
    refused(compute(stream), 2, str(stream), result)
    assert everything_below(tmp_path) == before


def test_a_disk_that_fills_up_is_told_and_leaves_what_was_there(tmp_path):
    pytest.importorskip("resource", reason="a limit stands for a full disk")
    (tmp_path / "x.csv").write_text("old")
    program = (
        "import resource, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))\n"
        "from indicators.cli.main import main\n"
        "sys.exit(main())\n"
    )
    arguments = ("compute", "--months", MONTH, "--statfin", STATFIN, "--out", tmp_path / "x.csv")
    refused(call(*arguments, command=("-c", program)), 2, "cannot be written (File too large)")
    assert everything_below(tmp_path) == {"x.csv": b"old"}


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1000])


def without_a_column(path: Path) -> None:
    changed(path, lambda text: text.replace("VALMENNUSLOP", "VALMENNUS", 1))


def with_letters(path: Path) -> None:
    changed(path, lambda text: text.replace("KU398,2022M02,15278", "KU398,2022M02,15l7B", 1))


def with_a_duplicate(path: Path) -> None:
    changed(path, lambda text: text.replace("KU398,2022M02", "KU398,2022M01", 1))


def changed(path: Path, change: Callable[[str], str]) -> None:
    text = gzip.decompress(path.read_bytes()).decode()
    assert change(text) != text
    path.write_bytes(gzip.compress(change(text).encode(), compresslevel=1))


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (cut_short, ("the gzip file is cut short",)),
        (without_a_column, ("column VALMENNUSLOP", "missing from the header")),
        (with_letters, (", row ", "column HAKIJALOPUSSA", "neither a whole number")),
        (with_a_duplicate, (", row ", "column alue+kuukausi", "repeats an area and month")),
    ],
)
def test_a_damaged_snapshot_is_bad_data_and_leaves_what_was_there(tmp_path, damage, told):
    folder = tmp_path / "statfin"
    folder.mkdir()
    for name in (FULL, "provenance.json"):
        shutil.copy(STATFIN / name, folder)
    provenance = json.loads((folder / "provenance.json").read_text(encoding="utf-8"))
    provenance["files"] = [file for file in provenance["files"] if file["file"] == FULL]
    (folder / "provenance.json").write_text(json.dumps(provenance), encoding="utf-8")
    damage(folder / FULL)
    (tmp_path / "x.csv").write_text("old")
    before = everything_below(tmp_path)
    called = compute(tmp_path / "x.csv", statfin=folder)
    refused(called, 3, str(folder / FULL), *told)
    assert "15l7B" not in called.stderr
    assert everything_below(tmp_path) == before


@pytest.mark.parametrize("place", [0, 1, -1])
def test_debug_shows_the_traceback_wherever_it_stands(tmp_path, place):
    arguments = ["compute", "--months", "2022-13", "--out", str(tmp_path / "x.csv")]
    arguments.insert(place if place >= 0 else len(arguments), "--debug")
    called = call(*arguments)
    assert called.returncode == 2
    assert called.stderr.startswith("Traceback")
    assert called.stderr.endswith("indicators: 2022-13 is not a month; "
                                  "write YYYY-MM, for example 2022-02\n")  # fmt: skip


@pytest.mark.parametrize("arguments", [("--help",), ("compute", "--help"), ("catalogue",)])
def test_help_and_the_catalogue_import_nothing_heavy(arguments):
    program = (
        "import sys\n"
        "from indicators.cli.main import main\n"
        "try:\n    status = main()\n"
        "except SystemExit as leaving:\n    status = leaving.code\n"
        "heavy = {'pandas', 'numpy', 'pyarrow', 'matplotlib'} & set(sys.modules)\n"
        "sys.exit(f'imported {sorted(heavy)}' if heavy else status)\n"
    )
    called = call(*arguments, command=("-c", program))
    assert (called.returncode, called.stderr) == (0, "")
    assert called.stdout


def test_a_reader_who_leaves_early_is_no_fault():
    program = f"{sys.executable} -m indicators catalogue --format json | head -c 1"
    called = subprocess.run(
        ["bash", "-o", "pipefail", "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (called.returncode, len(called.stdout), called.stderr) == (0, 1, "")
