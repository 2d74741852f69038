"""Workbooks and files of Stata and SPSS take the same road as CSV; so does Parquet of any type."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pandas as pd
import pyarrow as pa
import pyreadstat
import pytest
import xlsxwriter
from pyarrow import parquet

from fixtures.register_extract import EXTRACT_DATE, Imported, write_extract
from indicators.errors import DataError
from indicators.register.store import open_register
from indicators.sources.register.importing import import_register

ROWS = [
    (1, "2", date(2021, 3, 1), date(2021, 3, 31)),
    (1, "03", date(2021, 5, 1), date(2222, 11, 11)),
]
SPELLS = [(1, "02", "2021-03-01", "2021-03-31"), (1, "03", "2021-05-01", None)]
NAMES = ["hid_e", "tyok1", "tappvh", "tppvm"]
HELSINKI = ZoneInfo("Europe/Helsinki")


def delivery(folder):
    source = write_extract(folder / "delivery", {})
    (source / "YTYOLL.csv").unlink()
    return source


def imported(folder, source):
    report = import_register(source, folder / "register", extract_date=EXTRACT_DATE)
    found = Imported(report, open_register(folder / "register"))
    return found.rows("employment_code", "person_id", "code", "start", "end")


def write_workbook(path, rows, *, titles=0, sheets=("Taul1",), header=NAMES):
    with xlsxwriter.Workbook(str(path)) as book:
        day = book.add_format({"num_format": "d.m.yyyy"})
        for name in sheets:
            sheet = book.add_worksheet(name)
            for line in range(titles):
                sheet.write(line, 0, f"Otsikko {line}")
            sheet.write_row(titles, 0, header)
            for number, row in enumerate(rows, start=titles + 1):
                for place, cell in enumerate(row):
                    if isinstance(cell, date):
                        sheet.write_datetime(number, place, datetime.combine(cell, time()), day)
                    else:
                        sheet.write(number, place, cell)


def test_a_workbook_is_read_below_its_titles(tmp_path):
    source = delivery(tmp_path)
    write_workbook(source / "YTYOLL.xlsx", [*ROWS, (None,) * 4], titles=3)
    assert imported(tmp_path, source) == SPELLS


def test_other_sheets_of_a_workbook_do_not_matter_unless_they_are_the_table_too(tmp_path):
    source = delivery(tmp_path)
    write_workbook(source / "YTYOLL.xlsx", ROWS, sheets=("a", "b"))
    with pytest.raises(DataError, match=r"YTYOLL\.xlsx: has several sheets with the table's"):
        imported(tmp_path, source)


def test_a_workbook_holds_fifteen_digits(tmp_path):
    source = delivery(tmp_path)
    write_workbook(source / "YTYOLL.xlsx", [(3_141_592_653_589_793, *ROWS[0][1:])])
    with pytest.raises(DataError, match=r"YTYOLL\.xlsx, column hid_e: its numbers have lost digi"):
        imported(tmp_path, source)


@pytest.mark.parametrize("ending", ["dta", "sav"])
def test_files_of_statistical_programs_are_read(tmp_path, ending):
    source = delivery(tmp_path)
    frame = pd.DataFrame(ROWS, columns=NAMES).astype({"hid_e": float})
    write = {"dta": pyreadstat.write_dta, "sav": pyreadstat.write_sav}[ending]
    write(frame, str(source / f"YTYOLL.{ending}"))
    assert imported(tmp_path, source) == SPELLS


def moment(day):
    return datetime.combine(day, time(), HELSINKI)


@pytest.mark.parametrize(
    ("kind", "form"),
    [
        (pa.date64(), lambda day: day),
        (pa.timestamp("ns"), lambda day: datetime.combine(day, time())),
        (pa.timestamp("us", "UTC"), moment),
        (pa.timestamp("ms", "Europe/Helsinki"), moment),
        (pa.int32(), lambda day: int(f"{day:%Y%m%d}")),
        (pa.float64(), lambda day: float(f"{day:%Y%m%d}")),
        (pa.large_string(), lambda day: f"{day.day}.{day.month}.{day.year}"),
    ],
)
@pytest.mark.parametrize("ids", [pa.int16(), pa.uint64(), pa.float64(), pa.decimal128(30, 2)])
def test_parquet_may_have_any_type_that_loses_nothing(tmp_path, kind, form, ids):
    source = delivery(tmp_path)
    who, codes, starts, ends = zip(*ROWS, strict=True)
    days = [pa.array([form(day) for day in column], kind) for column in (starts, ends)]
    table = pa.table([pa.array(who).cast(ids), pa.array(codes), *days], names=NAMES)
    parquet.write_table(table, source / "YTYOLL.parquet")
    assert imported(tmp_path, source) == SPELLS


def test_what_a_file_is_called_does_not_matter(tmp_path):
    source = write_extract(tmp_path / "delivery", {})
    text = "hid_e;tyok1;tappvh;tppvm\n1;2;2021-03-01;2021-03-31\n1;3;2021-05-01;9999-12-31\n"
    (source / "YTYOLL.csv").unlink()
    (source / "YTYOLL.xlsx").write_text(text)
    assert imported(tmp_path, source) == SPELLS


@pytest.mark.parametrize("ending", ["xlsx", "sav", "dta", "parquet", "csv"])
def test_what_is_no_table_is_told_in_a_line(tmp_path, ending):
    source = delivery(tmp_path)
    beginnings = {"xlsx": b"PK\x03\x04", "sav": b"$FL2", "dta": b"<stata_dta>", "parquet": b"PAR1"}
    junk = beginnings.get(ending, b"") + bytes(range(256)) * 8
    (source / f"YTYOLL.{ending}").write_bytes(junk)
    with pytest.raises(DataError, match=rf"YTYOLL\.{ending}"):
        imported(tmp_path, source)
