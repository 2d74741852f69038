"""The rows of files that have rows and columns: CSV of whatever delimiter, and XLSX.

XLSX is read by ``python-calamine``: kept up, quick, and no writer that nobody needs here.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from pathlib import Path

from indicators.problems import Problem, as_error
from indicators.sources.statfin.cells import DOWNLOAD_AGAIN
from indicators.sources.statfin.variables import OtherContentError

Row = tuple[int, Sequence[object]]
"""Its number in the file, from 1, and its cells."""

DELIMITERS = (";", ",", "\t", "|")


def csv_rows(path: Path, text: str) -> list[Row]:
    """The rows of a CSV file that hold anything, whatever sets its fields apart.

    Raises:
        DataError: A quote is never closed, or closed in the middle of a field.
    """
    text = text.lstrip("\ufeff")
    separator_line = re.match(r'"?sep=(.)"?\r?\n', text)
    delimiter = separator_line[1] if separator_line else _delimiter(text)
    lines = io.StringIO(text, newline="")
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    rows: list[Row] = []
    before = 0
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((before + 1, cells))
            before = reader.line_num
    except csv.Error as error:
        told_of = f"has a quote that is not closed, or text behind one; {DOWNLOAD_AGAIN}"
        raise as_error([Problem("quotes", path, told_of, row=before + 1)]) from error
    return rows[1:] if separator_line else rows


def _delimiter(text: str) -> str:
    """What gives most fields to most lines; a space if nothing else gives any."""
    sample = text[:200_000].splitlines()[:200]
    best = max(DELIMITERS, key=lambda sign: _fields(sample, sign))
    return best if _fields(sample, best) > 1 else " "


def _fields(lines: Sequence[str], delimiter: str) -> int:
    """The number of fields that most lines have."""
    try:
        counts = [len(cells) for cells in csv.reader(lines, delimiter=delimiter) if any(cells)]
    except csv.Error:
        return 0
    return max(counts, key=lambda count: (counts.count(count), count), default=0)


def xlsx_rows(path: Path, raw: bytes) -> list[Row]:
    """The rows of the first sheet that holds any, empty ones left out.

    Raises:
        DataError: It is no workbook.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
        for name in book.sheet_names:
            cells = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            rows = [
                (at, row) for at, row in enumerate(cells, start=1) if any(map(has_content, row))
            ]
            if rows:
                return [(at, [None if cell == "" else cell for cell in row]) for at, row in rows]
    except (CalamineError, OSError, ValueError) as error:
        text_ = f"cannot be read as a workbook; {DOWNLOAD_AGAIN}"
        raise as_error([Problem("damaged", path, text_)]) from error
    raise OtherContentError("holds an empty workbook")


def has_content(cell: object) -> bool:
    """Whether a cell holds anything but blanks."""
    return cell is not None and str(cell).strip() != ""
