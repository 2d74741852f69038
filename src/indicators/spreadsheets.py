"""Workbooks, and texts that a spreadsheet would take for formulas, defused in what people download.

A cell of a CSV file that begins with ``=``, ``+``, ``-``, ``@``, a tab or a line break is run by
spreadsheets as a formula. OWASP's advice is an apostrophe in front
(https://owasp.org/www-community/attacks/CSV_Injection). Such texts come from outside, as the items
of a survey do. Numbers stay numbers: columns of numbers are never touched, and neither is a text
that is a plain number.

What is written so can be read back: a text that begins with apostrophes and such a sign gets one
more, so that an apostrophe before such a sign is always one of ours.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from indicators.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

# Full-width signs count: some spreadsheets take them for the plain ones.
_BEGINS = r"[=+\-@\t\r\n＝＋－＠]"
_FORMULA = rf"^'*{_BEGINS}"
_DEFUSED = rf"^'+{_BEGINS}"
_NUMBER = r"^[-+]?[0-9]+([.,][0-9]+)?(e[-+]?[0-9]+)?$"


def defused(text: str) -> str:
    """A text that no spreadsheet runs, and that :func:`restored` gives back."""
    dangerous = re.search(_FORMULA, text) and not re.search(_NUMBER, text)
    return f"'{text}" if dangerous else text


def restored(text: str) -> str:
    """The text that was defused."""
    return text[1:] if re.search(_DEFUSED, text) else text


def defuse_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame whose texts no spreadsheet runs, its columns' names among them."""
    import pandas as pd

    columns = {name: _defused_column(frame[name]) for name in frame.columns}
    return pd.DataFrame(columns, index=frame.index).rename(columns=defused)


def restore_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame that was defused and written as CSV."""
    columns = {name: column.map(_restored_cell) for name, column in _texts(frame).items()}
    return frame.assign(**columns).rename(columns=restored)


def defuse_arrow(texts: pa.Array) -> pa.Array:
    """Texts that no spreadsheet runs."""
    import pyarrow.compute as pc

    found = pc.match_substring_regex(texts, _FORMULA)
    found = pc.and_not(found, pc.match_substring_regex(texts, _NUMBER))
    return pc.if_else(found, pc.binary_join_element_wise("'", texts, ""), texts)


MOST_ROWS = 1_048_575
"""Below the header; a sheet of Excel has no more."""

_WIDEST, _NARROWEST = 40, 8
_SAMPLE = 1_000
# No hour of writing: the same table gives the same bytes.
_CREATED = datetime(2000, 1, 1, tzinfo=UTC)


def write_workbook(frame: pd.DataFrame, path: Path, *, sheet: str = "indicators") -> None:
    """Write a frame as a workbook of one sheet: a header row that stays, and a filter.

    Numbers are numbers, days are days, and all else is text that is no formula; what is missing is
    an empty cell. The same frame gives the same bytes.

    Args:
        frame: Its index is not written.
        path: Written as it is called, whatever its name ends in.
        sheet: Name of the sheet, at most 31 characters.

    Raises:
        UsageError: It has more rows than a sheet.
    """
    import xlsxwriter

    if len(frame) > MOST_ROWS:
        raise UsageError(
            f"{len(frame)} rows: a sheet of Excel has at most {MOST_ROWS}; write fewer months, or "
            "end the name in .parquet or .csv"
        )
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "remove_timezone": True,
    }
    with xlsxwriter.Workbook(path, options) as book:
        book.set_properties({"created": _CREATED.replace(tzinfo=None)})
        head, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        page = book.add_worksheet(sheet)
        page.freeze_panes(1, 0)
        columns = [frame[name] for name in frame.columns]
        for place, column in enumerate(columns):
            is_day = column.dtype.kind == "M"
            page.set_column(place, place, _width(column), day if is_day else None)
        page.autofilter(0, 0, len(frame), max(len(columns) - 1, 0))
        for place, name in enumerate(frame.columns):
            page.write_string(0, place, defused(str(name)), head)
        cells = [_cells(column) for column in columns]
        for number, row in enumerate(zip(*cells, strict=True), start=1):
            for place, cell in enumerate(row):
                if cell is not None:
                    page.write(number, place, cell)


def _cells(column: pd.Series) -> Sequence[Any]:
    """A column's cells: numbers, days, texts that are defused, None where nothing is known."""
    import pandas as pd

    known = column.notna().to_numpy()
    if column.dtype.kind == "M":
        values = column.dt.to_pydatetime().tolist()
    elif isinstance(column.dtype, pd.CategoricalDtype):
        # A few texts stand for many rows.
        texts = [defused(str(text)) for text in column.cat.categories]
        return [texts[code] if code >= 0 else None for code in column.cat.codes]
    else:
        values = column.astype(object).tolist()
    return [
        (defused(cell) if isinstance(cell, str) else cell) if is_known else None
        for cell, is_known in zip(values, known, strict=True)
    ]


def _width(column: pd.Series) -> int:
    """Characters that a column is wide."""
    longest = max((len(str(cell)) for cell in column.head(_SAMPLE)), default=0)
    return min(max(longest, len(str(column.name)), _NARROWEST), _WIDEST) + 2


def _defused_column(column: pd.Series) -> pd.Series:
    return column.map(_defused_cell) if _holds_texts(column) else column


def _defused_cell(cell: object) -> object:
    return defused(cell) if isinstance(cell, str) else cell


def _restored_cell(cell: object) -> object:
    return restored(cell) if isinstance(cell, str) else cell


def _texts(frame: pd.DataFrame) -> dict[str, pd.Series]:
    return {name: frame[name] for name in frame.columns if _holds_texts(frame[name])}


def _holds_texts(column: pd.Series) -> bool:
    return column.dtype.kind not in "biufcmM"
