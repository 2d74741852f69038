"""Workbooks, and files of SAS, Stata and SPSS: which a file is, its header, its rows in pieces."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pyarrow as pa

from indicators.sources.register.codes import plain_text

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

Format = Literal["text", "parquet", "workbook", "sas", "stata", "spss", "packed", "other"]

BLOCK_ROWS = 1 << 17
"""So many rows come at a time."""
LARGEST_EXACT = 2**53
"""Beyond it floating point cannot hold every whole number."""
_EXCEL_DIGITS = 10**15
_EXCEL_ROWS = 2**20
_TITLE_ROWS = 60

_SAS = bytes.fromhex("0000000000000000000000 00c2ea8160b31411cfbd92080009c7318c181f1011")
_FIRST_BYTES: dict[bytes, Format] = {
    b"PAR1": "parquet",
    b"PK\x03\x04": "workbook",
    b"\xd0\xcf\x11\xe0": "workbook",
    b"$FL2": "spss",
    b"$FL3": "spss",
    b"<stata_dta>": "stata",
    b"\x1f\x8b": "packed",
    b"7z\xbc\xaf": "packed",
    b"BZh": "packed",
    b"\xfd7zXZ": "packed",
    b"%PDF": "other",
    _SAS: "sas",
}
_STATA_VERSIONS = range(104, 116)


class NotReadableError(Exception):
    """A file of a known format that its library cannot read."""


@dataclass(frozen=True, slots=True)
class Head:
    """Where the rows of a workbook or of a statistical program's file are.

    Attributes:
        header: Names of the columns as they stand.
        rows: How many rows there are, 0 if nobody knows.
        sheet: Name of the sheet, in a workbook.
        skip: Rows of the sheet up to and with the header.
        other_sheets: Other sheets that have the table's columns too.
        is_full: Whether the sheet is as long as one can be.
    """

    header: tuple[str, ...]
    rows: int
    sheet: str = ""
    skip: int = 0
    other_sheets: tuple[str, ...] = ()
    is_full: bool = False


def detect_format(path: Path) -> Format:
    """What a file is, by how it begins: names of files are often wrong.

    Raises:
        OSError: It cannot be read.
    """
    with path.open("rb") as stream:
        head = stream.read(64)
    for beginning, form in _FIRST_BYTES.items():
        if head.startswith(beginning):
            return form
    # Stata's older files begin with the number of their version.
    if path.suffix.casefold() == ".dta" and head[:1] and head[0] in _STATA_VERSIONS:
        return "stata"
    return "text"


def read_head(path: Path, form: Format, names: Collection[str]) -> Head:
    """Find the header of a workbook or of a statistical program's file.

    Args:
        path: The file.
        form: Which of them it is.
        names: Names of columns, in lower case, that the header is known by.

    Raises:
        NotReadableError: It cannot be read.
    """
    if form == "workbook":
        return _workbook_head(path, names)
    _, metadata = _readstat(form, path, metadataonly=True)
    return Head(tuple(metadata.column_names), int(metadata.number_rows or 0))


def read_blocks(
    path: Path, form: Format, head: Head, positions: Sequence[int]
) -> Iterator[list[pa.DictionaryArray]]:
    """Rows below the header in pieces: the columns at some positions, as texts.

    Raises:
        NotReadableError: It cannot be read to its end.
    """
    if form == "workbook":
        yield from _workbook_blocks(path, head, positions)
        return
    names = [head.header[place] for place in positions]
    for start in range(0, max(head.rows, 1), BLOCK_ROWS):
        frame, _ = _readstat(form, path, row_limit=BLOCK_ROWS, row_offset=start, usecols=names)
        yield [as_texts(frame[name].tolist(), LARGEST_EXACT) for name in names]
        if len(frame) < BLOCK_ROWS:
            return


def as_texts(values: Sequence[Any], most_digits: int) -> pa.DictionaryArray:
    """Values of cells as a dictionary of texts.

    Args:
        values: Texts, numbers, days, moments or nothing.
        most_digits: From this number on whole numbers are not held exactly; they come in scientific
            notation, by which it is seen that digits are lost.
    """
    texts = pa.array([_text_of(value, most_digits) for value in values], pa.string())
    return texts.dictionary_encode()


def _text_of(value: Any, most_digits: int) -> str | None:
    text: str | None = None
    if value is None or value != value:  # noqa: PLR0124 - a missing number is not itself
        pass
    elif isinstance(value, bool):
        text = str(int(value))
    elif isinstance(value, float):
        text = _text_of_number(value, most_digits)
    elif isinstance(value, datetime):
        is_day = value.time() == time.min and value.tzinfo is None
        text = str(value.date()) if is_day else value.isoformat(sep=" ")
    else:
        text = str(value)
    return text or None


def _text_of_number(value: float, most_digits: int) -> str:
    if abs(value) >= most_digits:
        return f"{value:.6e}"
    return str(int(value)) if value.is_integer() else repr(value)


def _workbook(path: Path) -> CalamineWorkbook:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        return CalamineWorkbook.from_path(path)
    except (CalamineError, OSError, ValueError) as error:
        raise NotReadableError(str(path)) from error


def _workbook_head(path: Path, names: Collection[str]) -> Head:
    book = _workbook(path)
    found: list[tuple[int, Head]] = []
    for name in book.sheet_names:
        sheet = book.get_sheet_by_name(name)
        for number, row in enumerate(islice(sheet.iter_rows(), _TITLE_ROWS), start=1):
            cells = tuple(plain_text(str(cell)) for cell in row)
            known = len({cell.casefold() for cell in cells} & set(names))
            if any(cells):
                full = sheet.total_height >= _EXCEL_ROWS
                head = Head(cells, sheet.height - number, name, number, is_full=full)
                found.append((known, head))
    if not found:
        return Head((), 0)
    most = max(known for known, _ in found)
    heads = [head for known, head in found if known == most]
    others = tuple(dict.fromkeys(h.sheet for h in heads if most and h.sheet != heads[0].sheet))
    first = heads[0]
    return Head(first.header, first.rows, first.sheet, first.skip, others, first.is_full)


def _workbook_blocks(
    path: Path, head: Head, positions: Sequence[int]
) -> Iterator[list[pa.DictionaryArray]]:
    from python_calamine import CalamineError

    rows = islice(_workbook(path).get_sheet_by_name(head.sheet).iter_rows(), head.skip, None)
    try:
        while block := list(islice(rows, BLOCK_ROWS)):
            columns = [[row[place] for row in block] for place in positions]
            yield [as_texts(column, _EXCEL_DIGITS) for column in columns]
    except CalamineError as error:
        raise NotReadableError(str(path)) from error


def _readstat(form: Format, path: Path, **options: Any) -> tuple[Any, Any]:
    """A file of a statistical program, in its own encoding or else in Windows-1252."""
    import pyreadstat

    readers: dict[Format, Callable[..., tuple[Any, Any]]] = {
        "sas": pyreadstat.read_sas7bdat,
        "stata": pyreadstat.read_dta,
        "spss": pyreadstat.read_sav,
    }
    for encoding in (None, "WINDOWS-1252"):
        try:
            return readers[form](str(path), encoding=encoding, **options)
        except UnicodeDecodeError:
            continue
        except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, ValueError) as error:
            if encoding is None and "convert" in str(error):
                continue
            raise NotReadableError(str(path)) from error
    raise NotReadableError(str(path))
