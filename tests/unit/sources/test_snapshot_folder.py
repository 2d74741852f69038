"""A folder of snapshots: names, provenance, what is there and what is not."""

import gzip
import re
from datetime import date

import numpy as np
import pytest

from fixtures.snapshots import CORE, entry, write_provenance, write_text
from indicators.errors import DataError, UsageError
from indicators.sources.statfin.reader import COUNT_COLUMNS
from indicators.sources.statfin.snapshots import read_snapshots


def told_of(folder) -> str:
    with pytest.raises(DataError) as caught:
        read_snapshots(folder)
    return str(caught.value)


def test_a_folder_without_provenance_is_read(tmp_path):
    path = write_text(tmp_path)
    (tmp_path / "README.md").write_text("not a snapshot")
    snapshots = read_snapshots(tmp_path)
    (only,) = snapshots.vintages
    assert snapshots.provenance == {}
    assert (only.file, only.vintage) == (path, date(2022, 10, 31))
    assert only.areas == snapshots.areas == ("KU098", "KU398", "SSS")
    assert only.months == snapshots.months == ("2022-01", "2022-02")
    assert sorted(only.columns) == ["AVPAIKATLOPUSSA", "TYOTTOMATLOPUSSA", "TYOVOIMATK"]
    assert only.columns["TYOTTOMATLOPUSSA"].tolist() == [
        [900, 880],
        [7161, 7012],
        [270418, 265591],
    ]


def test_nothing_and_dots_are_hidden_and_zero_is_zero(tmp_path):
    write_text(tmp_path, CORE.replace("7012", "0"))
    columns = read_snapshots(tmp_path).vintages[0].columns
    vacancies = columns["AVPAIKATLOPUSSA"]
    assert np.isnan(vacancies).tolist() == [[False, True], [False, False], [False, True]]
    assert columns["TYOTTOMATLOPUSSA"][1, 1] == 0


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + CORE,
        CORE.replace("\n", "\r\n"),
        CORE.replace("KU398", '"KU398"'),
        CORE.rstrip("\n"),
        CORE.replace("\nSSS", "\n\nSSS"),
        "\n".join([CORE.splitlines()[0], *reversed(CORE.splitlines()[1:])]) + "\n",
        "".join(f"{line},Lahti é\n" for line in CORE.splitlines()),
    ],
    ids=["byte order mark", "CRLF", "quotes", "no last newline", "blank", "any order", "more"],
)
def test_other_ways_of_writing_the_same_are_read_the_same(tmp_path, text):
    write_text(tmp_path, text)
    (only,) = read_snapshots(tmp_path).vintages
    assert only.areas == ("KU098", "KU398", "SSS")
    assert only.columns["TYOTTOMATLOPUSSA"].tolist() == [
        [900, 880],
        [7161, 7012],
        [270418, 265591],
    ]


def test_a_file_may_hold_hidden_cells_only(tmp_path):
    header = CORE.splitlines()[0]
    write_text(tmp_path, f"{header}\nKU398,2022M01,,,...\n")
    assert np.isnan(read_snapshots(tmp_path).vintages[0].columns["TYOVOIMATK"]).all()


def test_the_newest_vintage_comes_first(tmp_path):
    for vintage in ("2022-05-01", "2023-12-05", "2022-10-31"):
        write_text(tmp_path, vintage=vintage)
    vintages = [snapshot.vintage.isoformat() for snapshot in read_snapshots(tmp_path).vintages]
    assert vintages == ["2023-12-05", "2022-10-31", "2022-05-01"]


def test_the_scope_in_the_name_says_what_must_be_there(tmp_path):
    write_text(tmp_path, scope="own", text=CORE.replace("TYOVOIMATK", "OTHER"))
    read_snapshots(tmp_path)
    write_text(tmp_path, scope="full")
    result = told_of(tmp_path)
    named = re.search("column (.*): missing from the header", result)
    assert named is not None
    lacking = set(COUNT_COLUMNS) - {"TYOTTOMATLOPUSSA", "TYOVOIMATK", "AVPAIKATLOPUSSA"}
    assert set(named[1].split(", ")) == lacking


def test_no_such_place_is_wrong_use(tmp_path):
    with pytest.raises(UsageError, match="no file or folder of table 12r5 to read") as caught:
        read_snapshots(tmp_path / "nowhere")
    assert str(tmp_path / "nowhere") in str(caught.value)


def test_a_snapshot_may_be_named_itself(tmp_path):
    path = write_text(tmp_path)
    write_text(tmp_path, vintage="2023-10-31")
    write_provenance(tmp_path, [entry(path)])
    found = read_snapshots(path)
    assert [vintage.file for vintage in found.vintages] == [path]
    assert list(found.provenance) == [path.name]
    write_text(tmp_path, CORE.replace("7012", "7013"))
    with pytest.raises(DataError, match="checksum"):
        read_snapshots(path)


def test_a_folder_without_snapshots_is_told(tmp_path):
    (tmp_path / "12ti.csv").write_text("another table")
    assert told_of(tmp_path) == (
        f"{tmp_path}: holds no table 12r5: no json-stat2, json, CSV, PX or XLSX of it, nor a "
        "snapshot named 12r5_SCOPE_vintage_YYYY-MM-DD.csv.gz; give another place [no-snapshot]"
    )


@pytest.mark.parametrize(
    "name",
    ["12r5_core_vintage_2022-02-30.csv.gz", "12r5_vintage_new.csv.gz"],
)
def test_a_name_that_tells_no_day_is_a_fault_and_not_left_out(tmp_path, name):
    write_text(tmp_path)
    (tmp_path / name).write_bytes(gzip.compress(CORE.encode()))
    assert told_of(tmp_path) == (
        f"{tmp_path / name}: the name is not 12r5_SCOPE_vintage_YYYY-MM-DD.csv.gz with a date of "
        "the calendar; rename the file [file-name]"
    )


def test_provenance_is_kept_by_file_name(tmp_path):
    path = write_text(tmp_path)
    write_provenance(tmp_path, [entry(path)])
    known = read_snapshots(tmp_path).provenance[path.name]
    assert (known.vintage, known.licence, known.rows) == (date(2022, 10, 31), "CC BY 4.0", 6)


def test_a_snapshot_that_is_not_listed_is_read(tmp_path):
    listed, other = write_text(tmp_path), write_text(tmp_path, vintage="2022-11-30")
    write_provenance(tmp_path, [entry(listed)])
    snapshots = read_snapshots(tmp_path)
    assert [vintage.file for vintage in snapshots.vintages] == [other, listed]
    assert list(snapshots.provenance) == [listed.name]


def test_a_file_that_is_not_the_one_received_is_told(tmp_path):
    path = write_text(tmp_path)
    write_provenance(tmp_path, [entry(path)])
    write_text(tmp_path, CORE.replace("7012", "7013"))
    assert told_of(tmp_path) == (
        f"{path}: is not the file that provenance.json lists (sha256); restore the file, or "
        "describe a new one there [checksum]"
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"rows": 7},
        {"vintage": "2022-10-30"},
        {"first_month": "2021-12"},
        {"last_month": "2022-03"},
        {"columns": ["alue", "kuukausi", "TYOTTOMATLOPUSSA"]},
        {"rows": 7, "last_month": "2022-03"},
    ],
)
def test_provenance_that_tells_something_else_is_told(tmp_path, changes):
    path = write_text(tmp_path)
    write_provenance(tmp_path, [entry(path, **changes)])
    result = told_of(tmp_path)
    assert result.startswith(f"{path}: differs from what provenance.json says (")
    assert result.endswith("mend it there [provenance]")
    assert all(key in result for key in changes)
    assert "\n" not in result


def test_a_column_that_provenance_lists_must_be_there(tmp_path):
    path = write_text(tmp_path)
    columns = [*CORE.splitlines()[0].split(","), "KASSASSA"]
    write_provenance(tmp_path, [entry(path, columns=columns)])
    assert "column KASSASSA: missing from the header" in told_of(tmp_path)


def test_a_listed_file_that_is_not_there_is_told(tmp_path):
    path = write_text(tmp_path)
    write_provenance(tmp_path, [entry(path)])
    path.unlink()
    missing = f"{path}: is listed in provenance.json but not there; restore it [missing-file]"
    assert told_of(tmp_path) == missing
    write_text(tmp_path, vintage="2022-11-30")
    assert told_of(tmp_path) == missing


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"files": {}}', "null", '"files"', "\udcff"]
)
def test_provenance_that_is_not_a_list_of_files_is_told(tmp_path, text):
    write_text(tmp_path)
    path = tmp_path / "provenance.json"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    assert told_of(tmp_path) == f'{path}: is not JSON with a list "files"; restore it [unreadable]'


KEYS = (
    "file",
    "source",
    "table",
    "vintage",
    "first_month",
    "last_month",
    "licence",
    "sha256",
    "rows",
    "columns",
)


@pytest.mark.parametrize("key", KEYS)
def test_a_key_that_is_missing_or_of_the_wrong_type_is_told(tmp_path, key):
    path = write_text(tmp_path)
    without = entry(path)
    del without[key]
    write_provenance(tmp_path, [without])
    start = f"{tmp_path / 'provenance.json'}: entry 1 of files: "
    assert told_of(tmp_path) == f'{start}"{key}" is missing; mend it [entry]'
    write_provenance(tmp_path, [entry(path, **{key: None})])
    assert told_of(tmp_path) == f'{start}"{key}" is of the wrong type; mend it [entry]'


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"licens": "CC BY 4.0"}, 'entry 1 of files: unknown key "licens"; mend it [entry]'),
        ({"vintage": "31.10.2022"}, '"vintage" is not a date YYYY-MM-DD; mend it [entry]'),
        ({"vintage": "20221031"}, '"vintage" is not a date YYYY-MM-DD; mend it [entry]'),
        ({"columns": ["alue", 3]}, '"columns" is not a list of texts; mend it [entry]'),
    ],
)
def test_an_entry_that_cannot_be_right_is_told(tmp_path, changes, told):
    path = write_text(tmp_path)
    write_provenance(tmp_path, [entry(path, **changes)])
    assert told_of(tmp_path).endswith(told)
    assert "\n" not in told_of(tmp_path)


def test_an_entry_must_be_an_object_and_a_file_be_described_once(tmp_path):
    path = write_text(tmp_path)
    write_provenance(tmp_path, [entry(path), "x", entry(path)])
    assert told_of(tmp_path).splitlines() == [
        f"2 problems in {tmp_path / 'provenance.json'}:",
        f"  {tmp_path / 'provenance.json'}: entry 2 of files: is not an object; mend it [entry]",
        f'  {tmp_path / "provenance.json"}: entry 3 of files: "file" was described before; '
        "keep one [duplicate-entry]",
    ]


def test_faults_of_provenance_names_and_files_are_told_together(tmp_path):
    write_text(tmp_path, CORE.replace("7012", "x"))
    write_text(tmp_path, vintage="2022-02-30")
    (tmp_path / "provenance.json").write_text("{")
    lines = told_of(tmp_path).splitlines()
    assert lines[0] == "3 problems in 3 files:"
    assert [line.partition("[")[2] for line in lines[1:]] == [
        "unreadable]",
        "file-name]",
        "not-a-count]",
    ]
