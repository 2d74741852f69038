"""No text of a download is a formula to a spreadsheet, and none is lost."""

from __future__ import annotations

import io
import re
from datetime import datetime
from zipfile import ZipFile

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators import table
from indicators.errors import DataError, UsageError
from indicators.spreadsheets import (
    MOST_ROWS,
    defuse_frame,
    defused,
    restore_frame,
    restored,
    write_workbook,
)

FORMULAS = [
    "=1+1",
    "+358 40",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1",
    "-",
    "=cmd|' /C x'!A0",
]
HARMLESS = ["", "total", "15-24", "KU398", "'quoted'", "-5", "+1.5", "-1e-05", "a=b", " =1", "–"]
AWKWARD = ["'=1", "''=1", "'-5", 'with "quotes", commas', "two\nlines", "päivä", "=a,b", '"=1"']


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_none_any_more(text: str) -> None:
    assert defused(text) == f"'{text}"
    assert restored(defused(text)) == text


@pytest.mark.parametrize("text", HARMLESS)
def test_other_texts_and_numbers_stay_as_they_are(text: str) -> None:
    assert defused(text) == text == restored(text)


@given(st.text(st.sampled_from("'=+-@\t\r\n15.,e ＝a"), max_size=8))
def test_what_was_written_is_read_back(text: str) -> None:
    assert restored(defused(text)) == text
    assert not re.match(r"[=@\t\r\n＝]", defused(text))
    assert not re.match(r"[-+]", defused(text)) or re.fullmatch(r"[-+][0-9.,e+-]+", text)


def test_a_frame_keeps_its_numbers() -> None:
    frame = pd.DataFrame(
        {"text": ["=1", None, "'=1"], "number": [-1.5, np.nan, 2], "=name": [1, 2, 3]}
    )
    result = defuse_frame(frame)
    assert result.to_csv(index=False) == "text,number,'=name\n'=1,-1.5,1\n,,2\n''=1,2.0,3\n"
    back = restore_frame(pd.read_csv(io.StringIO(result.to_csv(index=False))))
    pd.testing.assert_frame_equal(back, frame, check_dtype=False)


def test_a_long_table_with_items_of_any_kind_is_read_back(tmp_path) -> None:
    items = [*FORMULAS, *filter(None, HARMLESS), *AWKWARD]
    texts = set(table.COLUMNS) - {*table.NUMBERS, "category"}
    result = table.build_table(
        **dict.fromkeys(texts, "x"),
        category=table.text_column(np.arange(len(items)), items),
        **{name: np.linspace(-1, 1, len(items)) for name in table.NUMBERS},
    )
    path = tmp_path / "x.csv"
    table.write(result, path)
    back = table.read(path)
    assert list(back["category"]) == items
    assert list(back["value"]) == list(result["value"])
    # As a spreadsheet has it: cells parted, quotes undone.
    cells = pd.read_csv(path, dtype=str, keep_default_na=False)["category"]
    assert list(cells) == list(map(defused, items))


def test_a_workbook_has_numbers_as_numbers_and_no_formula(tmp_path) -> None:
    texts = [*FORMULAS, "plain", None]
    frame = pd.DataFrame(
        {
            "=item": pd.Categorical(texts),
            "text": pd.Series(texts, dtype=object),
            "value": [0.1 + 0.2, np.nan, *range(len(texts) - 2)],
            "count": np.arange(len(texts)),
            "date": pd.Timestamp("2022-05-01"),
        }
    )
    for name in ("one", "two"):
        write_workbook(frame, tmp_path / name, sheet="made up")
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    with ZipFile(tmp_path / "one") as parts:
        xml = parts.read("xl/worksheets/sheet1.xml").decode()
        assert 'name="made up"' in parts.read("xl/workbook.xml").decode()
    assert "<f>" not in xml
    assert re.search(r'<pane [^>]*ySplit="1"[^>]*state="frozen"', xml)
    back = pd.read_excel(tmp_path / "one", engine="calamine", keep_default_na=False, dtype=object)
    assert list(back.columns) == ["'=item", "text", "value", "count", "date"]
    for name in ("'=item", "text"):
        assert list(back[name]) == [defused(text) if text else "" for text in texts]
    # Sixteen digits: one more than Excel shows.
    assert list(back["value"][:3]) == [0.3, "", 0]
    assert set(back["date"]) == {datetime(2022, 5, 1)}


def test_more_rows_than_a_sheet_has_are_refused(tmp_path) -> None:
    with pytest.raises(UsageError, match=r"1048576 rows: a sheet of Excel has at most 1048575"):
        write_workbook(pd.DataFrame(index=range(MOST_ROWS + 1)), tmp_path / "x")
    assert not list(tmp_path.iterdir())


def test_a_long_table_as_a_workbook_is_for_people_alone(tmp_path) -> None:
    rows = table.build_table(**dict.fromkeys(set(table.COLUMNS) - set(table.NUMBERS), "x"),
                             **dict.fromkeys(table.NUMBERS, np.ones(2)))  # fmt: skip
    path = tmp_path / "x.xlsx"
    table.write(rows, path, private=True)
    assert path.stat().st_mode & 0o077 == 0
    back = pd.read_excel(path, engine="calamine")
    assert list(back.columns) == list(table.COLUMNS)
    assert list(back["value"]) == [1, 1]
    with pytest.raises(DataError, match="a workbook is for people"):
        table.read(path)
