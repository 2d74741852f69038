"""Every fault of a snapshot file: one line with its place, and never what stands in a cell."""

import gzip
from pathlib import Path

import pytest

from fixtures.snapshots import CORE, write_text
from indicators.errors import DataError
from indicators.sources.statfin.snapshots import read_snapshots

FILE = "12r5_core_vintage_2022-10-31.csv.gz"


def fault_of(folder: Path) -> DataError:
    with pytest.raises(DataError) as caught:
        read_snapshots(folder)
    assert caught.value.exit_status == 3
    return caught.value


def changed(old: str, new: str) -> str:
    assert CORE.count(old) == 1
    return CORE.replace(old, new)


NOT_A_COUNT = "is neither a whole number nor hidden; restore the file [not-a-count]"
FIELDS = "has more or fewer fields than the header; restore the file [fields]"
TWICE = "repeats an area and month that came before; restore the file [duplicate-key]"
AGAIN = "copy or fetch it again"

ONE_FAULT = {
    "letters": (changed("7012", "70oo"), f"row 5, column TYOTTOMATLOPUSSA: {NOT_A_COUNT}"),
    "hexadecimal": (changed("7012", "0x70"), f"row 5, column TYOTTOMATLOPUSSA: {NOT_A_COUNT}"),
    "blank before": (changed("7012", " 7012"), f"row 5, column TYOTTOMATLOPUSSA: {NOT_A_COUNT}"),
    "negative": (changed("7012", "-7012"), f"row 5, column TYOTTOMATLOPUSSA: {NOT_A_COUNT}"),
    "minus zero": (changed("7012", "-0"), f"row 5, column TYOTTOMATLOPUSSA: {NOT_A_COUNT}"),
    "decimal": (changed("7012", "7012.5"), f"row 5, column TYOTTOMATLOPUSSA: {NOT_A_COUNT}"),
    "other digits": (changed("7012", "٧"), f"row 5, column TYOTTOMATLOPUSSA: {NOT_A_COUNT}"),
    "too long": (changed("7012", "7" * 20), f"row 5, column TYOTTOMATLOPUSSA: {NOT_A_COUNT}"),
    "NA": (changed("7012", "NA"), f"row 5, column TYOTTOMATLOPUSSA: {NOT_A_COUNT}"),
    "two dots": (changed("7012", ".."), f"row 5, column TYOTTOMATLOPUSSA: {NOT_A_COUNT}"),
    "several rows": (
        CORE.replace("55809", "5580g"),
        f"row 4 and 1 more, column TYOVOIMATK: {NOT_A_COUNT}",
    ),
    "wrong area": (
        changed("KU398,2022M02", "Lahti,2022M02"),
        "row 5, column alue: is not an area code of StatFin (such as KU398, MK07, SSS) "
        "[not-an-area]",
    ),
    "no area": (
        changed("KU398,2022M02", ",2022M02"),
        "row 5, column alue: is not an area code of StatFin (such as KU398, MK07, SSS) "
        "[not-an-area]",
    ),
    "wrong month": (
        changed("KU398,2022M02", "KU398,2022M13"),
        "row 5, column kuukausi: is not a month (such as 2022M02) [not-a-month]",
    ),
    "extra field": (changed("7012,55809", "7012,1,55809"), f"row 5: {FIELDS}"),
    "missing field": (changed("7012,55809,1735", "7012,55809"), f"row 5: {FIELDS}"),
    "cut in a row": (CORE[: CORE.index("2636256,...")], f"row 7: {FIELDS}"),
    "quote left open": (changed("7012", '"7012'), f"row 5: {FIELDS}"),
    "duplicate key": (
        changed("KU398,2022M02", "KU398,2022M01"),
        f"row 5, column alue+kuukausi: {TWICE}",
    ),
    "duplicate row": (
        changed("SSS,2022M01", "KU398,2022M02,7012,55809,1735\nSSS,2022M01"),
        f"row 6, column alue+kuukausi: {TWICE}",
    ),
    "a row is missing": (
        changed("KU398,2022M02,7012,55809,1735\n", ""),
        f"1 row is missing: KU398 2022M02; {AGAIN} [missing-rows]",
    ),
    "rows are missing": (
        changed("KU398,2022M02", "KU399,2022M02"),
        f"2 rows are missing, from KU398 2022M02; {AGAIN} [missing-rows]",
    ),
    "column missing": (
        changed("TYOVOIMATK", "TYOVOIMA"),
        f"column TYOVOIMATK: missing from the header; {AGAIN} [missing-column]",
    ),
    "key missing": (
        changed("kuukausi", "month"),
        f"column kuukausi: missing from the header; {AGAIN} [missing-column]",
    ),
    "column twice": (
        "".join(f"{line.split(',')[2]},{line}\n" for line in CORE.splitlines()),
        "column TYOTTOMATLOPUSSA: comes twice in the header; restore the file [duplicate-column]",
    ),
    "no header": (
        CORE.split("\n", 1)[1],
        "column alue, kuukausi, TYOTTOMATLOPUSSA, TYOVOIMATK, AVPAIKATLOPUSSA: "
        f"missing from the header; {AGAIN} [missing-column]",
    ),
    "nothing": ("", f"holds no rows; {AGAIN} [empty]"),
    "blank lines": ("\n\n\n", f"holds no rows; {AGAIN} [empty]"),
    "header only": (CORE.split("\n", 1)[0] + "\n", f"holds no rows; {AGAIN} [empty]"),
    "one huge field": (
        CORE + '"' + "x" * 200_000,
        f"cannot be read as CSV; {AGAIN} [unreadable]",
    ),
}


@pytest.mark.parametrize("kind", ONE_FAULT)
@pytest.mark.parametrize("ending", [".csv.gz", ".csv"])
def test_a_single_fault_is_one_line_with_its_place(tmp_path, kind, ending):
    text, result = ONE_FAULT[kind]
    path = write_text(tmp_path, text, ending=ending)
    error = fault_of(tmp_path)
    assert str(error) in (f"{path}, {result}", f"{path}: {result}")


def test_a_letter_in_a_rounded_rate_is_told(tmp_path):
    text = "alue,kuukausi,TYOTTOMATLOPUSSA,TYOTOSUUS\nSSS,2022M01,7,7.5\nSSS,2022M02,7,nan\n"
    path = write_text(tmp_path, text, scope="own")
    assert str(fault_of(tmp_path)) == (
        f"{path}, row 3, column TYOTOSUUS: is neither a number nor hidden; restore the file "
        "[not-a-number]"
    )


def test_bytes_that_are_not_utf_8_are_told(tmp_path):
    raw = CORE.encode().replace(b"7012", b"70\xff0")
    (tmp_path / FILE).write_bytes(gzip.compress(raw))
    assert "row 5, column TYOTTOMATLOPUSSA" in str(fault_of(tmp_path))


def test_all_faults_of_a_file_are_told_at_once(tmp_path):
    text = CORE.replace("7012", "x").replace("SSS,2022M01", "SSS,y").replace("TYOVOIMATK", "T")
    write_text(tmp_path, text)
    error = fault_of(tmp_path)
    assert error.message == f"3 problems in {tmp_path / FILE}:"
    assert [detail.partition("[")[2] for detail in error.details] == [
        "missing-column]",
        "not-a-count]",
        "not-a-month]",
    ]


def test_the_faults_of_several_files_are_told_at_once(tmp_path):
    first = write_text(tmp_path, CORE.replace("7012", "x"), vintage="2022-10-31")
    second = write_text(tmp_path, CORE.replace("7161,55809", "x,y"), vintage="2022-11-30")
    third = write_text(tmp_path, vintage="2022-12-31")
    third.write_bytes(third.read_bytes()[:-12])
    write_text(tmp_path, vintage="2023-01-31")
    error = fault_of(tmp_path)
    assert error.message == "4 problems in 3 files:"
    assert [detail.split(",")[0].split(":")[0] for detail in error.details] == [
        str(first),
        str(second),
        str(second),
        str(third),
    ]


SECRET = "311279-923A"


@pytest.mark.parametrize("column", range(5))
@pytest.mark.parametrize("line", [0, 1, 6])
def test_what_stands_in_a_cell_is_never_repeated(tmp_path, line, column):
    lines = [row.split(",") for row in CORE.splitlines()]
    lines[line][column] = SECRET
    write_text(tmp_path, "\n".join(",".join(row) for row in lines) + "\n")
    assert SECRET not in str(fault_of(tmp_path))


def test_a_gzip_file_cut_short_is_told(tmp_path):
    path = write_text(tmp_path)
    for length in (5, 40, len(path.read_bytes()) - 1):
        path.write_bytes(path.read_bytes()[:length])
        assert str(fault_of(tmp_path)) == (
            f"{path}: the gzip file is cut short; copy or fetch it again [truncated]"
        )
        write_text(tmp_path)


def test_what_is_not_gzip_is_told(tmp_path):
    path = tmp_path / FILE
    path.write_text(CORE)
    text = f"{path}: is not a whole gzip file; copy or fetch it again [damaged]"
    assert str(fault_of(tmp_path)) == text


@pytest.mark.parametrize("place", [30, -6])
def test_a_gzip_file_with_a_changed_byte_is_told(tmp_path, place):
    raw = bytearray(write_text(tmp_path).read_bytes())
    raw[place] ^= 0xFF
    (tmp_path / FILE).write_bytes(raw)
    assert "[damaged]" in str(fault_of(tmp_path))


def test_a_file_that_cannot_be_read_is_told(tmp_path):
    (tmp_path / FILE).mkdir()
    assert str(fault_of(tmp_path)) == (
        f"{tmp_path / FILE}: cannot be read (Is a directory); make it readable [unreadable]"
    )
