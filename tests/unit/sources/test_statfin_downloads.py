"""Table 12r5 as people download it: every form gives the same snapshot, every fault its place."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from fixtures import downloads
from fixtures.snapshots import write_text
from indicators.computing import compute
from indicators.errors import DataError, UsageError
from indicators.sources.statfin.cells import ABSENT_CELL, WRONG_CELL, cell_number
from indicators.sources.statfin.reader import Snapshot
from indicators.sources.statfin.snapshots import Snapshots, read_snapshots
from indicators.sources.statfin.texts import packaged_texts

LAHTI5 = {"LAHTI5": ("KU398", "KU098", "KU016", "KU316", "KU560")}
TWO = ("2026M05", "2026M06")
KEPT_IN_CODES = ("KUJOU", "SKJOU", "MKJO", "ELYJO", "KU199", "SK902", "MK91", "ELY80")


def read(folder: Path, name: str, raw: bytes) -> Snapshots:
    """A file named by a person."""
    (folder / name).write_bytes(raw)
    return read_snapshots(folder / name)


def only(snapshots: Snapshots) -> Snapshot:
    (item,) = snapshots.vintages
    return item


def same(item: Snapshot, other: Snapshot) -> bool:
    names = (item.areas, item.months, list(item.columns), list(item.lacking))
    return names == (other.areas, other.months, list(other.columns), list(other.lacking)) and all(
        np.array_equal(item.columns[name], other.columns[name], equal_nan=True)
        for name in item.columns
    )


def fault(folder: Path, name: str, raw: bytes) -> str:
    (folder / name).write_bytes(raw)
    with pytest.raises(DataError) as caught:
        read_snapshots(folder / name)
    message = str(caught.value)
    assert caught.value.exit_status == 3
    assert str(folder / name) in message
    return message


# --- forms

FORMS: dict[str, tuple[str, Callable[[downloads.Cells], bytes]]] = {
    "json-stat2": ("a.json", downloads.as_json_stat2),
    "json-stat": ("a.json", downloads.as_json_stat),
    "PX": ("a.px", downloads.as_px),
    "PX in UTF-8": ("a.px", lambda table: downloads.as_px(table, codepage="utf-8")),
    "PX without codes": ("a.px", lambda table: downloads.as_px(table, codes=False)),
    "XLSX": ("a.xlsx", downloads.as_xlsx),
    "XLSX without notes": ("a.xlsx", lambda table: downloads.as_xlsx(table, notes=False)),
    "XLSX, months above": ("a.xlsx", downloads.as_xlsx_with_months),
    "gzip": ("a.csv.gz", lambda table: gzip.compress(downloads.as_csv(table))),
}
for layout in downloads.LAYOUTS:
    FORMS[layout] = ("a.csv", lambda table, layout=layout: downloads.as_csv(table, layout))
for encoding in ("utf-8", "utf-8-sig", "utf-16", "latin-1"):
    FORMS[encoding] = (
        "a.csv",
        lambda table, encoding=encoding: downloads.as_csv(table, "months in columns", encoding),
    )
for sign in (";", "\t", " "):
    FORMS[f"delimiter {sign!r}"] = (
        "a.txt",
        lambda table, sign=sign: downloads.text_of(
            downloads.contents_in_columns(table), delimiter=sign
        ).encode("cp1252"),
    )


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_snapshot(tmp_path: Path, form: str) -> None:
    table = downloads.cells_of(months=TWO)
    right = only(read(tmp_path, "right.json", downloads.as_json(table)))
    name, write = FORMS[form]
    found = read(tmp_path, name, write(table))
    assert same(only(found), right)
    assert found.notes == ()


def test_the_whole_answer_is_the_same_in_the_forms_that_have_codes(tmp_path: Path) -> None:
    right = only(read_snapshots(downloads.ANSWER))
    assert (len(right.areas), right.months, right.vintage) == (
        421,
        ("2026-06",),
        date(2026, 7, 21),
    )
    assert set(KEPT_IN_CODES) <= set(right.areas)
    for name, raw in (
        ("a.json", downloads.as_json_stat2(downloads.cells())),
        ("a.px", downloads.as_px(downloads.cells())),
    ):
        assert same(only(read(tmp_path, name, raw)), right)


@pytest.mark.parametrize("form", ["json", "json-stat2", "web CSV"])
@pytest.mark.parametrize("as_folder", [True, False])
def test_the_shared_cases_give_the_official_figures(
    tmp_path: Path, form: str, as_folder: bool
) -> None:
    name, raw = {
        "json": ("unemployment_register_kunnat_12r5.json", downloads.ANSWER.read_bytes()),
        "json-stat2": ("12r5.json", downloads.as_json_stat2(downloads.cells())),
        "web CSV": ("12r5_20260730_161729.csv", downloads.as_csv(downloads.cells_of())),
    }[form]
    (tmp_path / name).write_bytes(raw)
    place = tmp_path if as_folder else tmp_path / name
    found = compute("2026-06", statfin=place, groups=LAHTI5)
    rows = found.set_index(["indicator", "area"])
    share, rate = rows.loc["unemployment_share"], rows.loc["activation_rate"]
    lahti5 = share.loc["LAHTI5"]
    assert round(share.loc["KU398"].value, 4) == 17.8468
    assert (lahti5.numerator, lahti5.denominator) == (12_776, 80_079)
    assert round(lahti5.value, 4) == 15.9542
    assert round(rate.loc["KU398"].value, 4) == 13.3480
    bounds = [round(float(rate.loc["LAHTI5"][item]), 4) for item in ("low", "value", "high")]
    assert bounds == [13.6990, 13.7340, 13.7689]
    assert rate.loc["LAHTI5"].status == "bounded"
    if form != "web CSV":
        extended = rows.loc["extended_unemployment"]
        assert set(KEPT_IN_CODES) <= set(extended.index)
        assert extended.loc["KUJOU"].value == 0


def test_a_sheet_of_a_spreadsheet_saved_as_csv_is_read_as_the_sheet(tmp_path: Path) -> None:
    table = downloads.cells_of(("SSS", "KU398"), TWO)
    _, months, codes = downloads.axes(table)
    body = [
        ["" if at else downloads.name(area), month, *(table[area, month, code] for code in codes)]
        for area in ("SSS", "KU398")
        for at, month in enumerate(months)
    ]
    heads = ["", "", *(downloads.contents()[code] for code in codes)]
    empty = [""] * len(heads)
    note = ["... = salattu", *empty[1:]]
    rows = [[downloads.TITLE, *empty[1:]], empty, heads, *body, empty, note]
    raw = downloads.text_of(rows, delimiter=";", title="").encode("cp1252")
    right = only(read(tmp_path, "right.json", downloads.as_json(table)))
    assert same(only(read(tmp_path, "a.csv", raw)), right)


@pytest.mark.parametrize("form", ["json-stat2", "PX", "XLSX", "contents in columns"])
def test_a_file_is_known_by_what_it_begins_with(tmp_path: Path, form: str) -> None:
    table = downloads.cells_of(("SSS", "KU398"))
    right = only(read(tmp_path, "right.json", downloads.as_json(table)))
    assert same(only(read(tmp_path, "12r5", FORMS[form][1](table))), right)


def test_codes_may_stand_beside_texts(tmp_path: Path) -> None:
    rows = [
        ["Alue", "Alueen nimi", "Kuukausi", "Kuukausi (teksti)", "TYOTTOMATLOPUSSA"],
        ["KU398", "Lahti", downloads.MONTH, downloads.MONTH, "7"],
        ["KUJOU", "Jossakin", downloads.MONTH, downloads.MONTH, "8"],
    ]
    found = only(read(tmp_path, "a.csv", downloads.text_of(rows).encode("cp1252")))
    assert found.areas == ("KU398", "KUJOU")
    unnamed = [[downloads.TITLE], [], [None] * 4 + ["TYOTTOMATLOPUSSA"], *rows[1:]]
    sheet = downloads.workbook(
        [[*row[:4], 7.0] if len(row) == 5 and row[0] else row for row in unnamed]
    )
    assert only(read(tmp_path, "a.xlsx", sheet)).areas == ("KU398", "KUJOU")


def test_decimal_commas_spaces_and_preliminary_months_are_read(tmp_path: Path) -> None:
    text = "Alue;Kuukausi;TYOTTOMATLOPUSSA;TYOTOSUUS\nKOKO MAA;2026M06*;352\u00a0001;12,8\n"
    found = only(read(tmp_path, "a.csv", text.encode("cp1252")))
    assert (found.areas, found.months) == (("SSS",), ("2026-06",))
    assert found.columns["TYOTTOMATLOPUSSA"].tolist() == [[352_001]]


# --- cells


@pytest.mark.parametrize("cell", ["...", "..", "…", "", " ... ", None])
def test_a_hidden_cell_has_several_signs(cell: object) -> None:
    assert np.isnan(cell_number(cell))


@pytest.mark.parametrize("cell", [".", "....", "......"])
def test_a_cell_that_does_not_apply_is_no_hidden_count(tmp_path: Path, cell: str) -> None:
    assert cell_number(cell) == ABSENT_CELL
    table = dict(downloads.cells_of(("SSS", "KU398")))
    table["KU398", downloads.MONTH, "VALMENNUSLOP"] = cell
    found = read(tmp_path, "a.json", downloads.as_json(table))
    found_there = found.holding(["VALMENNUSLOP"], ["2026-06"])[0, :, 0]
    assert dict(zip(found.areas, found_there.tolist(), strict=True)) == {
        "KU398": False,
        "SSS": True,
    }
    rows = compute("2026-06", statfin=tmp_path / "a.json", groups={}).set_index(
        ["indicator", "area"]
    )
    assert rows.loc[("activation_rate", "KU398")].status == "not_available"
    assert rows.loc[("activation_rate", "SSS")].status == "normal"


def test_a_dash_is_a_true_zero_and_words_are_nothing() -> None:
    assert cell_number("-") == 0
    for cell in ("x", "1e3", "-5", "0x1", "1.2.3", True, [], float("inf"), "12 34"):
        assert cell_number(cell) == WRONG_CELL


def test_a_null_without_a_status_is_hidden_and_never_zero(tmp_path: Path) -> None:
    content = json.loads(downloads.as_json_stat2(downloads.cells_of(("SSS",))))
    content["status"] = {}
    content["value"][1] = None
    found = only(read(tmp_path, "a.json", json.dumps(content).encode()))
    assert np.isnan(found.columns["TYOTTOMATLOPUSSA"]).all()


# --- what a download has not


def test_a_sparse_table_lacks_what_it_lacks_and_no_more(tmp_path: Path) -> None:
    table = {
        key: cell
        for key, cell in downloads.cells_of(("SSS", "KU398"), TWO).items()
        if key[:2] != ("KU398", "2026M05")
    }
    raw = downloads.text_of(downloads.contents_in_columns(table)).encode()
    (tmp_path / "12r5.csv").write_bytes(raw)
    rows = compute("2026-05..2026-06", statfin=tmp_path, groups={})
    shares = rows[rows["indicator"] == "unemployment_share"].set_index(["area", "month"])["status"]
    assert shares["KU398", "2026-05"] == "not_available"
    assert shares["KU398", "2026-06"] == shares["SSS", "2026-05"] == "normal"


def test_a_committed_snapshot_is_still_whole_or_refused(tmp_path: Path) -> None:
    write_text(tmp_path, "alue,kuukausi,TYOTTOMATLOPUSSA\nSSS,2022M01,7\nKU398,2022M02,7\n",
               scope="own")  # fmt: skip
    with pytest.raises(DataError, match="missing-rows"):
        read_snapshots(tmp_path)


def test_what_lacks_is_named_and_the_rest_is_computed(tmp_path: Path) -> None:
    few = {
        key: cell
        for key, cell in downloads.cells_of(("SSS", "KU398")).items()
        if key[2] in ("TYOTTOMATLOPUSSA", "TYOVOIMATK", "VALMENNUSLOP")
    }
    (tmp_path / "12r5.csv").write_bytes(downloads.as_csv(few))
    messages: list[str] = []
    rows = compute("2026-06", statfin=tmp_path, groups=LAHTI5, report_note=messages.append)
    statuses = rows.set_index(["indicator", "area"])["status"]
    assert statuses["unemployment_share", "KU398"] == "normal"
    assert statuses["activation_rate", "KU398"] == "not_available"
    assert statuses["unemployment_share", "LAHTI5"] == "not_available"
    columns, groups = messages
    assert columns.startswith("statfin: 2026-06 without TYOTTOMATULK, TYOTTOMAT25, ")
    assert "VALMENNUSLOP" not in columns
    assert columns.endswith("extended_unemployment, structural_unemployment, activation_rate")
    assert "LAHTI5 lacks KU098, KU016, KU316, KU560" in groups
    with pytest.raises(UsageError, match="no figures of 2026-05: the snapshots hold 2026-06"):
        compute("2026-05", statfin=tmp_path, groups={})


def test_contents_and_areas_that_nobody_knows_are_left_out_and_told(tmp_path: Path) -> None:
    rows = downloads.contents_in_columns(downloads.cells_of(("SSS", "KU398")))
    rows = [
        [*rows[0], "Aivan uusi tieto (lkm.)"],
        *([*row, "5"] for row in rows[1:]),
        ["Jossakin muualla", downloads.MONTH, *(["7"] * 24)],
    ]
    found = read(tmp_path, "12r5.csv", downloads.text_of(rows).encode("cp1252"))
    assert found.areas == ("KU398", "SSS")
    contents, areas = found.notes
    assert "contents left out" in contents
    assert "“Aivan uusi tieto (lkm.)”" in contents
    assert "“Jossakin muualla”" in areas


def test_a_csv_file_whose_last_row_does_not_end_is_read_and_told(tmp_path: Path) -> None:
    found = read(tmp_path, "a.csv", downloads.as_csv(downloads.cells_of()).rstrip(b"\r\n"))
    assert len(found.areas) == 9
    assert found.notes == (
        f"{tmp_path / 'a.csv'}: no line break ends the last row; see that the file is whole",
    )


def test_metadata_beside_a_table_tell_its_texts_in_another_language(tmp_path: Path) -> None:
    swedish = {"TYOTTOMATLOPUSSA": "Arbetslösa", "TYOVOIMATK": "Arbetskraft"}
    text = '"Område","Månad","Arbetslösa","Arbetskraft"\n"HELA LANDET","2026M06",352001,2743596\n'
    (tmp_path / "12r5_sv.csv").write_bytes(text.encode("cp1252"))
    with pytest.raises(DataError, match=r"no content of table 12r5 that is known \(“Arbetslösa”"):
        read_snapshots(tmp_path)
    metadata = {
        "title": "12r5",
        "variables": [
            {"code": "contentscode", "values": list(swedish), "valueTexts": list(swedish.values())}
        ],
    }
    (tmp_path / "12r5_metadata_sv.json").write_text(json.dumps(metadata), encoding="utf-8")
    found = read_snapshots(tmp_path)
    assert only(found).columns["TYOVOIMATK"].tolist() == [[2_743_596]]
    assert [path.name for path in found.beside] == ["12r5_metadata_sv.json"]


# --- areas


def test_every_municipality_is_known_by_the_name_that_statfin_gives() -> None:
    texts = packaged_texts()
    for name, code in {
        "Lahti": "KU398",
        "lahti": "KU398",
        "Lahtis": "KU398",
        "Pedersören kunta": "KU599",
        "Maarianhamina - Mariehamn": "KU478",
        "Koski Tl": "KU284",
        "Nastola": "KU532",
        "MK07 Päijät-Häme": "MK07",
        "SK071 Lahti": "SK071",
        "KU398 Lahti": "KU398",
        "KOKO MAA": "SSS",
        "HELA LANDET": "SSS",
        "WHOLE COUNTRY": "SSS",
        "Hämeen ELY-keskus": "ELY04",
        "KUJOU": "KUJOU",
        "TA31": "TA31",
        "EVK03 Häme": "EVK03",
    }.items():
        assert texts.area(name) == code
    # A region and a centre share the name; a number, a sign and a blank are nobody's.
    for name in ("Ahvenanmaa", "398", "??", "", "Tuntematon"):
        assert texts.area(name) is None


@pytest.mark.parametrize("code", ["KUJOU", "TA31", "EVK10", "XY99"])
def test_a_code_of_a_later_kind_is_kept_in_every_form(tmp_path: Path, code: str) -> None:
    table = {
        (code if area == "KU398" else area, month, content): cell
        for (area, month, content), cell in downloads.cells_of(("SSS", "KU398")).items()
    }
    for name, write in (
        ("a.json", downloads.as_json),
        ("b.json", downloads.as_json_stat2),
        ("a.px", downloads.as_px),
        ("a.csv", downloads.as_csv),
        ("a.xlsx", downloads.as_xlsx),
    ):
        assert set(read(tmp_path, name, write(table)).areas) == {"SSS", code}


# --- faults


def harmed(raw: bytes, old: str, new: str, encoding: str = "utf-8") -> bytes:
    text = raw.decode(encoding)
    assert old in text
    return text.replace(old, new, 1).encode(encoding)


def csv_with(row: int, column: int, cell: str) -> bytes:
    rows = downloads.contents_in_columns(downloads.cells_of(("SSS", "KU398", "KU098")))
    rows[row][column] = cell
    return downloads.text_of(rows).encode("cp1252")


NOT_A_COUNT = "is neither a whole number nor hidden; download it again [not-a-count]"
THREE = ("SSS", "KU398", "KU098")
PX = downloads.as_px(downloads.cells_of(THREE))
JSON = downloads.as_json(downloads.cells_of(THREE))
STAT = downloads.as_json_stat2(downloads.cells_of(THREE))
CSV = downloads.as_csv(downloads.cells_of(THREE))
FAULTS = {
    "a word in CSV": ("a.csv", csv_with(2, 3, "10x"), f"row 5, column TYOTTOMATLOPUSSA: "
                      f"{NOT_A_COUNT}"),
    "half a person": ("a.csv", csv_with(2, 3, "10.5"), "row 5, column TYOTTOMATLOPUSSA"),
    "below zero": ("a.csv", csv_with(2, 3, "-5"), "row 5, column TYOTTOMATLOPUSSA"),
    "no area": ("a.csv", csv_with(2, 0, ""), "row 5, column area: is neither a code"),
    "a number for an area": ("a.csv", csv_with(2, 0, "398"), "row 5, column area"),
    "no month": ("a.csv", csv_with(2, 1, "2026M13"), "row 5, column month: is not a month"),
    "a row too short": ("a.csv", CSV.replace(b',"2026M06"', b"", 1), "row 4: has more or fewer"),
    "a row twice": ("a.csv", CSV + CSV.splitlines()[-1] + b"\r\n", "row 7: repeats an area"),
    "cut in a row": ("a.csv", CSV[:-30], "row 6: has more or fewer fields"),
    "a quote left open": ("a.csv", CSV.replace(b'"Lahti"', b'"Lahti', 1), "row 5: has a quote"),
    "no rows": ("a.csv", CSV[: CSV.index(b'"KOKO')], "[not-the-table]"),
    "no months": (
        "a.csv",
        downloads.text_of([["Alue", "TYOTTOMATLOPUSSA"], ["Lahti", "7"]]).encode(),
        "has no months in its rows or in the heading “TYOTTOMATLOPUSSA”",
    ),
    "no areas": (
        "a.csv",
        downloads.text_of([["Kuukausi", "TYOTTOMATLOPUSSA"], [downloads.MONTH, "7"]]).encode(),
        "has no areas in its rows or in the heading",
    ),
    "a further variable": (
        "a.csv",
        downloads.text_of(
            [["Alue", "Ammatti", "Kuukausi", "TYOTTOMATLOPUSSA"], ["Lahti", "Opettaja", "2026M06",
             "7"]]
        ).encode(),
        "has a column that table 12r5 has not (Ammatti)",
    ),
    "nothing": ("a.csv", b"", "holds nothing"),
    "a word in JSON": ("a.json", harmed(JSON, '"10218"', '"10k218"'), "row 2, column "
                       "TYOTTOMATLOPUSSA"),
    "a name for a code": ("a.json", harmed(JSON, '"KU398"', '"??"'), "row 2, column Alue"),
    "a wrong month in JSON": ("a.json", harmed(JSON, '["KU398", "2026M06"]', '["KU398", "2026"]'),
                              "row 2, column timeperiod_m"),
    "too few values": ("a.json", harmed(JSON, '"10218", ', ""), "row 2: has more or fewer fields"),
    "a key twice": ("a.json", harmed(JSON, '"KU098"', '"KU398"'), "row 3: repeats an area"),
    "cut JSON": ("a.json", JSON[:-40], "is not whole JSON, line 1"),
    "no data": ("a.json", json.dumps({"columns": [], "data": []}).encode(), "column data"),
    "too few cells": ("a.json", harmed(STAT, '"value": [542318, ', '"value": ['), "column value: "
                      "has 68 cells where the variables make 69"),
    "a word in json-stat2": ("a.json", harmed(STAT, " 10218,", ' "x",'), "column TYOTTOMATLOPUSSA "
                             "of KU398 2026M06"),
    "a size that is wrong": ("a.json", harmed(STAT, '"size": [3,', '"size": [4,'), "column "
                             "dimension Alue: has 3 values where size says 4"),
    "cut PX": ("a.px", PX[:-40], "column DATA: is cut short"),
    "PX with a cell too few": ("a.px", harmed(PX, " 10218", "", "cp1252"), "column DATA: has 68 "
                               "cells where the variables make 69"),
    "a word in PX": ("a.px", harmed(PX, " 10218", ' "x"', "cp1252"), "column TYOTTOMATLOPUSSA of "
                     "KU398 2026M06"),
    "PX with fewer codes": ("a.px", harmed(PX, 'CODES("Alue")="SSS",', 'CODES("Alue")=', "cp1252"),
                            "column VALUES, CODES of Alue: has 3 values and 2 codes"),
    "what is not PX": ("a.px", b"hello\nworld", "row 1: is not PX"),
    "what is not XLSX": ("a.xlsx", b"PK\x03\x04 and no more", "cannot be read as a workbook"),
    "a form that is not read": ("12r5.xls", b"\xd0\xcf", "give table 12r5 as json-stat2, json, "
                                "CSV, PX or XLSX"),
    "a refusal of the server": ("12r5.json", b'{"error": "Too many values selected"}',
                                "holds no answer of StatFin"),
}  # fmt: skip


@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_is_told_with_its_place_and_what_to_do(tmp_path: Path, kind: str) -> None:
    name, raw, result = FAULTS[kind]
    text = fault(tmp_path, name, raw)
    assert result in text
    assert "\n" not in text
    assert any(advice in text for advice in ("download it again", "give table 12r5 as"))


def test_a_word_in_a_sheet_and_a_note_amid_its_rows_are_told(tmp_path: Path) -> None:
    heads = ["Alue", "Kuukausi", "TYOTTOMATLOPUSSA"]
    rows = [
        [downloads.TITLE],
        [],
        heads,
        ["Lahti", downloads.MONTH, "7x"],
        ["Hollola", downloads.MONTH, 5.0],
    ]
    assert "row 4, column TYOTTOMATLOPUSSA" in fault(tmp_path, "a.xlsx", downloads.workbook(rows))
    rows[3] = ["Lahti", downloads.MONTH, 7.0]
    rows.insert(4, ["note"])
    assert "row 5: holds no figures" in fault(tmp_path, "a.xlsx", downloads.workbook(rows))


def test_the_cells_of_a_broken_file_are_never_repeated(tmp_path: Path) -> None:
    secret = "311279-923A"
    for column in range(4):
        assert secret not in fault(tmp_path, "a.csv", csv_with(2, column, secret))


# --- what is no table 12r5


OTHERS = {
    "config.json": {"maxValues": 120000, "maxCells": 120000, "maxCalls": 40, "timeWindow": 60},
    "12r5_metadata.json": {
        "title": "12r5",
        "variables": [{"code": "Alue", "values": ["SSS"], "valueTexts": ["KOKO MAA"]}],
    },
    "listing.json": [{"id": "12r5.px", "type": "t", "text": "12r5 -- Työttömät"}],
    "query.json": {"query": [], "response": {"format": "json"}},
}


def occupations() -> dict[str, object]:
    """An answer of table 12ti, which has 12r5's contents and a further variable."""
    result = downloads.answer()
    columns = [column for column in result["columns"] if column["code"] in ("Alue", "timeperiod_m",
               "TYOTTOMATLOPUSSA")]  # fmt: skip
    columns.insert(1, {"code": "Ammattiryhmä", "text": "Ammattiryhmä", "type": "d"})
    data = [{"key": ["SSS", "2513", downloads.MONTH], "values": ["712"]}]
    return {"columns": columns, "data": data, "metadata": result["metadata"]}


def test_other_files_of_a_folder_are_passed_over(tmp_path: Path) -> None:
    for name, content in OTHERS.items():
        (tmp_path / name).write_text(json.dumps(content), encoding="utf-8")
    (tmp_path / "12ti_2026M06.json").write_text(json.dumps(occupations()), encoding="utf-8")
    (tmp_path / "ammatit.json").write_text(json.dumps(occupations()), encoding="utf-8")
    (tmp_path / "README.md").write_text("Table 12r5 of StatFin")
    (tmp_path / "kela.csv").write_text("kunta_nro;saaja_lkm\n398;7\n")
    (tmp_path / "notes.txt").write_text("the unemployed of 12r5")
    (tmp_path / "broken.json").write_text("{")
    (tmp_path / "table.csv").write_text("indicator,area,month,value\nx,KU398,2026-06,1\n")
    with pytest.raises(DataError, match="holds no table 12r5"):
        read_snapshots(tmp_path)
    (tmp_path / "data.json").write_bytes(downloads.as_json(downloads.cells_of()))
    found = read_snapshots(tmp_path)
    assert [vintage.file.name for vintage in found.vintages] == ["data.json"]
    assert found.notes == ()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (OTHERS["12r5_metadata.json"], "holds metadata and no figures"),
        (OTHERS["config.json"], "holds a query or a configuration"),
        (OTHERS["listing.json"], "holds a listing of tables"),
        (occupations(), "has a variable that table 12r5 has not (Ammattiryhmä)"),
    ],
)
def test_a_file_that_is_named_must_be_the_table(tmp_path: Path, content: object, told: str) -> None:
    assert told in fault(tmp_path, "some.json", json.dumps(content).encode())


def test_a_file_that_is_meant_to_be_the_table_is_never_passed_over(tmp_path: Path) -> None:
    (tmp_path / "right.json").write_bytes(JSON)
    for name, raw in (
        ("12r5_2026M07.json", JSON[:-40]),
        ("copy_of_12r5.json", json.dumps(occupations()).encode()),
        ("12r5.zip", b"PK\x03\x04"),
        ("unnamed.csv", csv_with(2, 3, "10x")),
    ):
        (tmp_path / name).write_bytes(raw)
        with pytest.raises(DataError) as caught:
            read_snapshots(tmp_path)
        assert str(tmp_path / name) in str(caught.value)
        (tmp_path / name).unlink()


def test_another_table_by_its_own_word_is_not_taken_for_12r5(tmp_path: Path) -> None:
    content = json.loads(STAT)
    content["extension"]["px"] = {"tableid": "12tf", "matrix": "12tf"}
    assert "is table 12tf" in fault(tmp_path, "some.json", json.dumps(content).encode())
    title = downloads.TITLE.replace("12r5", "12tf")
    raw = downloads.text_of(
        downloads.contents_in_columns(downloads.cells_of()), title=title
    ).encode()
    assert "is table 12tf" in fault(tmp_path, "some.csv", raw)


# --- vintages


def test_a_vintage_is_what_the_file_says_then_its_name_then_its_own_day(tmp_path: Path) -> None:
    csv, own = downloads.as_csv(downloads.cells_of()), date(2026, 8, 3)
    assert only(read(tmp_path, "12r5_2020-01-31.json", JSON)).vintage == date(2026, 7, 21)
    assert only(read(tmp_path, "12r5_2020-01-31.px", PX)).vintage == date(2026, 7, 21)
    noted = downloads.as_xlsx(downloads.cells_of())
    assert only(read(tmp_path, "12r5_2020-01-31.xlsx", noted)).vintage == date(2026, 7, 21)
    assert only(read(tmp_path, "12r5_20260730_161729.csv", csv)).vintage == date(2026, 7, 30)
    (tmp_path / "12r5_2026M06.csv").write_bytes(csv)
    noon = 1_785_751_200  # 3 August 2026, 10.00 UTC
    os.utime(tmp_path / "12r5_2026M06.csv", (noon, noon))
    assert only(read_snapshots(tmp_path / "12r5_2026M06.csv")).vintage == own


def test_several_files_are_a_vintage_each_and_the_newest_serves(tmp_path: Path) -> None:
    write_text(tmp_path)
    (tmp_path / "12r5.json").write_bytes(JSON)
    (tmp_path / "12r5_2026-08-25.csv").write_bytes(downloads.as_csv(downloads.cells_of(months=TWO)))
    found = read_snapshots(tmp_path)
    assert [vintage.vintage.isoformat() for vintage in found.vintages] == [
        "2026-08-25",
        "2026-07-21",
        "2022-10-31",
    ]
    assert found.spans == "2022-01..2022-02, 2026-05..2026-06"
    assert [vintage.vintage.year for vintage in found.until("2022-02").vintages] == [2022]
    rows = compute("2026-06", statfin=tmp_path, groups={})
    assert set(rows["vintage"].dropna()) == {"2026-08-25"}


def test_the_committed_answer_is_the_one_its_provenance_describes() -> None:
    folder = downloads.ANSWER.parent
    found = read_snapshots(folder)
    assert found.provenance[downloads.ANSWER.name].licence == "CC BY 4.0"
    assert found.spans == "2006-01..2023-10, 2026-06"
    alone = only(read_snapshots(downloads.ANSWER))
    assert same(alone, replace(found.vintages[0]))
