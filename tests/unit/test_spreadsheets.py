"""No text of a download is a formula to a spreadsheet, and none is lost."""

from __future__ import annotations

import io
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators import table
from indicators.spreadsheets import defuse_frame, defused, restore_frame, restored

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
