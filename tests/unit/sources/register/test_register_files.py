"""Deliveries in all their forms, and those that cannot be used."""

import gzip
from datetime import date

import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet

from fixtures.register_extract import (
    BASE,
    EXTRACT_DATE,
    Imported,
    import_tables,
    lines,
    write_extract,
)
from indicators.errors import DataError, UsageError
from indicators.register.store import open_register
from indicators.sources.register.importing import import_register

CODES = "hid_e;tyok1;tappvh;tppvm\n1;2;2021-01-01;2021-01-31"
SPELL = [(1, "02", "2021-01-01", "2021-01-31", None)]


@pytest.mark.parametrize(
    "text",
    [
        CODES,
        CODES.replace(";", ","),
        CODES.replace(";", "\t"),
        CODES.upper(),
        CODES.replace("\n", "\r\n"),
        "\ufeff" + CODES,
        "hid_e;TYOK1;tappvh;tppvm;nimi\n1;02;1.1.2021;31.1.2021;Äijälä",
        'tppvm;"tappvh";tyok1;hid_e\n"31.01.2021";"01.01.2021";"2";"1"',
    ],
)
def test_csv_is_read_whatever_its_dialect(tmp_path, text):
    assert import_tables(tmp_path, {"YTYOLL": text}).rows("employment_code") == SPELL


def test_latin_1_is_told_from_utf_8(tmp_path):
    source = write_extract(tmp_path / "delivery", {})
    kela = "kuntanumero;etuuslaji;korvausperuste;vuosi;kuukausi;saajat;"
    kela += "maksetut_etuudet_euroa;korvatut_paivat\n398;Työmarkkinatuki;Työttömyys;2022;1;9;9,5;9"
    (source / "kela.csv").write_bytes(kela.encode("latin-1"))
    report = import_register(source, tmp_path / "out", extract_date=EXTRACT_DATE)
    assert "kela" in {table.name for table in report.tables}
    rows = parquet.read_table(tmp_path / "out" / "kela.parquet").to_pylist()
    assert rows[0]["benefit"] == "Työmarkkinatuki"


@pytest.mark.parametrize(
    "columns",
    [
        {"hid_e": [1], "tyok1": ["2"], "tappvh": ["1.1.2021"], "tppvm": ["31.1.2021"]},
        {
            "hid_e": [1.0],
            "tyok1": [2.0],
            "tappvh": [date(2021, 1, 1)],
            "tppvm": [date(2021, 1, 31)],
        },
        {
            "hid_e": [1],
            "TYOK1": pd.Categorical(["02"]),
            "tappvh": pd.to_datetime(["2021-01-01"]),
            "tppvm": pd.to_datetime(["2021-01-31"]),
        },
    ],
)
def test_parquet_is_read_whatever_its_types(tmp_path, columns):
    source = write_extract(tmp_path / "delivery", {})
    (source / "YTYOLL.csv").unlink()
    pd.DataFrame({**columns, "other": ["x"]}).to_parquet(source / "ytyoll.parquet")
    report = import_register(source, tmp_path / "out", extract_date=EXTRACT_DATE)
    assert (
        parquet.read_table(tmp_path / "out" / "employment_code.parquet")["code"][0].as_py() == "02"
    )
    assert report.files[2].left_out == ("other",)


def test_numbers_with_decimals_are_not_rounded(tmp_path):
    source = write_extract(tmp_path / "delivery", {})
    frame = {"month": ["2022-01"], "office": [230], "specialist_id": ["a"]}
    frame |= {"customers": [7.0], "fte": [0.5]}
    pd.DataFrame(frame).to_parquet(source / "caseload.parquet")
    import_register(source, tmp_path / "out", extract_date=EXTRACT_DATE)
    rows = parquet.read_table(tmp_path / "out" / "caseload.parquet").to_pylist()
    assert rows == [
        {"month": "2022-01", "office": "0230", "specialist_id": "a", "customers": 7, "fte": 0.5}
    ]


def test_deliveries_of_several_years_are_one_table(tmp_path):
    later = "hid_e;tyok1;tappvh;tppvm\n1;3;2022-01-01;"
    source = write_extract(tmp_path / "delivery", {"YTYOLL_2021": CODES, "YTYOLL_2022": later})
    (source / "YTYOLL.csv").unlink()
    report = import_register(source, tmp_path / "register", extract_date=EXTRACT_DATE)
    imported = Imported(report, open_register(tmp_path / "register"))
    assert imported.rows("employment_code", "code") == [("02",), ("03",)]


def test_columns_not_needed_are_left_out_and_named(tmp_path):
    text = "hid_e;tyok1;nimi;;tappvh;tppvm\n1;2;Someone;x;2021-01-01;"
    report = import_tables(tmp_path, {"YTYOLL": text, "notes.txt": "x", "YHKOUL": "a"}).report
    file = next(each for each in report.files if each.table == "YTYOLL")
    assert file.left_out == ("nimi", "(unnamed)")
    assert report.unread == ("YHKOUL.csv", "notes.txt")
    assert "YHKUNTA" in report.absent


def test_rows_of_another_length_are_left_out_and_counted(tmp_path):
    rows = [(1, 2, f"2021-{month:02}-01", f"2021-{month:02}-20") for month in range(1, 13)]
    longer = (1, 2, "2021-01-01", "2021-01-20", "x")
    text = lines("hid_e;tyok1;tappvh;tppvm", [*rows, (1, 2), longer, *rows])
    imported = import_tables(tmp_path, {"YTYOLL": text})
    assert imported.mends["employment_code", "broken_row"] == (1, 0)
    assert imported.mends["employment_code", "no_date"] == (1, 1)
    assert imported.mends["employment_code", "same_start"] == (12, 1)


def fails(tmp_path, tables, **options):
    with pytest.raises(DataError) as caught:
        import_tables(tmp_path, tables, **options)
    assert not (tmp_path / "register").exists()
    assert [each.name for each in tmp_path.iterdir()] == ["delivery"]
    return str(caught.value)


def test_missing_tables_and_columns_are_told_at_once(tmp_path):
    source = write_extract(tmp_path / "delivery", {"YTHAKU": "hid_e;alkpv1\n1;2021-01-01"})
    (source / "YHENK.csv").unlink()
    (source / "YTVPOLL.csv").write_text("hid_e;rekpv;alkpv7;loppv7\n")
    (source / "YTYOLL.csv").write_text("hid_e;tyok1;TYOK1;tappvh;tppvm\n")
    with pytest.raises(DataError) as caught:
        import_register(source, tmp_path / "out")
    text = str(caught.value)
    assert "YTHAKU.csv, column loppv1: is missing" in text
    assert "YTHAKU.csv, column hapkd: is missing" in text
    assert "has no YHENK.csv or .parquet" in text
    assert "YTVPOLL.csv, column lausno or lausno7: is missing" in text
    assert "YTYOLL.csv, column tyok1: comes twice" in text
    assert text.startswith("5 problems in 4 files:")


def test_year_of_birth_and_sex_must_be_there_without_identity_codes(tmp_path):
    text = fails(tmp_path, {"YHENK": "hid_e;kansah;kasno;kiekd\n1;;;"})
    assert "column syntyv: is missing" in text
    assert "column sukup: is missing" in text


def test_an_empty_file_and_a_file_of_another_kind_are_told(tmp_path):
    source = write_extract(tmp_path / "delivery", {})
    (source / "YTYOLL.csv").write_bytes(b"")
    (source / "YHKUNTA.parquet").write_bytes(b"PAR1, not really")
    with pytest.raises(DataError) as caught:
        import_register(source, tmp_path / "out")
    assert "YTYOLL.csv: holds nothing" in str(caught.value)
    assert "YHKUNTA.parquet: cannot be read" in str(caught.value)
    # A table that lies there broken is not missing as well.
    assert "has no YTYOLL" not in str(caught.value)


def test_a_table_in_two_formats_is_refused(tmp_path):
    source = write_extract(tmp_path / "delivery", {})
    parquet.write_table(
        pa.table({name: ["1"] for name in ("hid_e", "tyok1", "tappvh", "tppvm")}),
        source / "YTYOLL.parquet",
    )
    with pytest.raises(DataError, match="is one of several files of YTYOLL"):
        import_register(source, tmp_path / "out")


def test_a_damaged_parquet_file_is_told_without_its_values(tmp_path):
    source = write_extract(tmp_path / "delivery", {})
    (source / "YTYOLL.csv").unlink()
    columns = {
        "hid_e": [1] * 9000,
        "tyok1": ["2"] * 9000,
        "tappvh": ["x"] * 9000,
        "tppvm": [""] * 9000,
    }
    path = source / "YTYOLL.parquet"
    parquet.write_table(pa.table(columns), path, compression="none", use_dictionary=False)
    raw = bytearray(path.read_bytes())
    raw[4:400] = bytes(396)
    path.write_bytes(bytes(raw))
    with pytest.raises(DataError, match=r"YTYOLL\.parquet: cannot be read to its end") as caught:
        import_register(source, tmp_path / "out")
    assert caught.value.__cause__ is None


def test_a_column_of_dates_that_are_none_ends_the_import(tmp_path):
    bad = [(1, 2, "2021-01-01", "x")] * 2 + [(1, 2, "2021-01-01", "2222-11-11")] * 17
    text = fails(tmp_path, {"YTYOLL": lines("hid_e;tyok1;tappvh;tppvm", bad)})
    assert "YTYOLL.csv, row 2 and 1 more, column tppvm: more than 10% of its filled" in text
    fine = [*bad, (1, 2, "2021-02-01", "2222-11-11")]
    imported = import_tables(tmp_path / "b", {"YTYOLL": lines("hid_e;tyok1;tappvh;tppvm", fine)})
    assert imported.mends["employment_code", "unreadable_date"] == (2, 1)


def test_empty_cells_are_not_unreadable(tmp_path):
    rows = [(1, 2, "2021-01-01", "x"), *[(1, 2, "2021-01-01", "")] * 30]
    text = fails(tmp_path, {"YTYOLL": lines("hid_e;tyok1;tappvh;tppvm", rows)})
    assert "column tppvm" in text


def test_numbers_that_are_none_end_the_import(tmp_path):
    text = fails(
        tmp_path, {"survey_round": "kunta;kuukausi;mittari;kutsutut\n398;2022-01;hyvinvointi;x"}
    )
    assert "survey_round.csv, row 2, column kutsutut: is no number" in text


def test_a_file_of_broken_rows_ends_the_import(tmp_path):
    text = fails(tmp_path, {"YTYOLL": lines("hid_e;tyok1;tappvh;tppvm", [(1, 2, "", "", "x")] * 3)})
    assert "YTYOLL.csv: many rows have more fields" in text


def test_gzip_is_no_csv(tmp_path):
    source = write_extract(tmp_path / "delivery", {})
    (source / "YHKUNTA.csv.gz").write_bytes(gzip.compress(b"hid_e"))
    with pytest.raises(DataError, match=r"YHKUNTA.csv.gz: .* deliver it unpacked"):
        import_register(source, tmp_path / "out", extract_date=EXTRACT_DATE)


def test_a_folder_that_is_not_there_is_wrong_use(tmp_path):
    with pytest.raises(UsageError, match="no folder of an extract"):
        import_register(tmp_path / "nowhere", tmp_path / "out")


def test_the_base_is_a_whole_delivery(tmp_path):
    imported = import_tables(tmp_path, {})
    assert not imported.mends
    assert len(BASE) == len(imported.report.files)
