"""Rows and columns: the CSV and XLSX files that web pages give, and what people make of them.

Variables stand in rows or in columns, as the person chose who downloaded the file: the columns of
a CSV file are headed by the texts of all its column variables, joined by spaces
(“2026M06 Pitkäaikaistyöttömät (lkm.)”); an XLSX file has a row of headings for each, with a text
only where it changes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from indicators.problems import Problem, as_error, raise_problems
from indicators.sources.statfin.cells import (
    DOWNLOAD_AGAIN,
    WRONG_CELL,
    CellFaults,
    CubeBuilder,
    ReadCube,
    cell_number,
)
from indicators.sources.statfin.rows import Row, csv_rows, has_content, xlsx_rows
from indicators.sources.statfin.texts import Texts, fold_text, month_of
from indicators.sources.statfin.variables import (
    OtherContentError,
    check_contents,
    check_table,
    is_name,
    left_out_notes,
)

KINDS = ("area", "month", "content")
_PLURAL = {"area": "areas", "month": "months", "content": "contents"}
# Names that StatFin and files give the variables; else what stands below decides.
_NAMES = {
    "area": re.compile(r"alue.*|område|area|region|kunta"),
    "month": re.compile(r"kuukausi|månad|month|timeperiod_m"),
    "content": re.compile(r"tiedot|uppgifter|information|contents?|contentscode"),
}
_UPDATED = re.compile(r"päivit|uppdater|updated?\b|updat")
_ISO_DAY = re.compile(r"(20[0-9]{2})-?([01][0-9])-?([0-3][0-9])")
_FINNISH_DAY = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.(20[0-9]{2})")
# Words of a heading at most; more are no heading.
_MAX_NOTE_LENGTH = 40


def read_csv(path: Path, text: str, texts: Texts) -> ReadCube:
    """A CSV file; takes and raises what :func:`read_rows` does."""
    found = read_rows(path, csv_rows(path, text), texts)
    if text.endswith(("\n", "\r")):
        return found
    # Cut in its last number it looks like a whole one.
    note = f"{path}: no line break ends the last row; see that the file is whole"
    return replace(found, notes=(*found.notes, note))


def read_xlsx(path: Path, raw: bytes, texts: Texts) -> ReadCube:
    """An XLSX file; takes and raises what :func:`read_rows` does."""
    return read_rows(path, xlsx_rows(path, raw), texts, sheet=True)


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of figures.

    Attributes:
        at: Its place.
        head: What stands above it.
        codes_by_kind: What its heading names, by kind: code of an area or content, a month.
    """

    at: int
    head: str
    codes_by_kind: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Layout:
    """Which columns are what.

    Attributes:
        keys: The column of each kind that stands in rows.
        figures: Columns of figures.
        unknown: Headings of figures that nobody knows.
    """

    keys: Mapping[str, int]
    figures: Sequence[_Column]
    unknown: Sequence[str]


def read_rows(path: Path, rows: Sequence[Row], texts: Texts, *, sheet: bool = False) -> ReadCube:
    """A table in rows and columns.

    In a sheet, and in a CSV file saved from one, an empty cell of a key means the one above, and
    notes stand below the figures.

    Args:
        path: Named in the problems.
        rows: Those that hold anything.
        texts: What texts stand for.
        sheet: Whether they are a sheet's.

    Raises:
        DataError: It is damaged.
        OtherContentError: It is of a different table.
    """
    head = next(
        (at for at, (_, cells) in enumerate(rows) if any(map(has_content, cells[1:]))), None
    )
    titles = [_text(cells[0]) for _, cells in rows[:head] if cells]
    check_table(*titles)
    if head is None:
        raise OtherContentError("has no table of rows and columns")
    read = _Headings(texts)
    if has_content(rows[head][1][0]):
        (_, names), *below = rows[head:]
        body = _rows_before_notes(path, below, 1) if sheet else below
        layout, width = _layout_by_names(names, body, texts, read), len(names)
    else:
        layout, body, width = _layout_by_headings(path, rows[head:], texts, read)
    _check_layout(layout)
    if not sheet:
        uneven = [at for at, cells in body if len(_trimmed(cells, width)) != width]
        faults = CellFaults(path)
        for at in uneven:
            faults.note("fields", row=at)
        raise_problems(faults.problems())
    as_above = sheet or not has_content(rows[head][1][0])
    notes = rows[head + len(body) :] if as_above else ()
    return _build_cube(path, layout, body, texts, as_above=as_above, notes=notes)


def _check_layout(layout: _Layout) -> None:
    contents_read = [
        kind for column in layout.figures for kind in column.codes_by_kind if kind == "content"
    ]
    if not layout.figures or not (contents_read or "content" in layout.keys):
        check_contents([], layout.unknown or [column.head for column in layout.figures])
    for column in layout.figures:
        kinds = [*layout.keys, *column.codes_by_kind]
        for kind in KINDS:
            if kind not in kinds:
                where = f"in its rows or in the heading “{column.head}”"
                raise OtherContentError(f"has no {_PLURAL[kind]} {where}")


class _Headings:
    """Tells what a heading of figures says: one kind, or several joined by spaces."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._known: dict[str, dict[str, str] | None] = {}

    def of_single_kind(self, text: str) -> dict[str, str] | None:
        """What a text says that is not put together."""
        month = month_of(text)
        if month is not None:
            return {"month": month}
        content = self._texts.content(text)
        if content is not None:
            return {"content": content}
        area = self._texts.area(text, firm=True)
        return None if area is None else {"area": area}

    def all(self, text: str) -> dict[str, str] | None:
        """What a text says; None if any of it is not known."""
        if text not in self._known:
            self._known[text] = self.of_single_kind(text) or self._parted(text.split())
        return self._known[text]

    def _parted(self, words: Sequence[str]) -> dict[str, str] | None:
        if len(words) > _MAX_NOTE_LENGTH:
            return None
        for at in range(1, len(words)):
            first = self.of_single_kind(" ".join(words[:at]))
            if first is None:
                continue
            rest = self.all(" ".join(words[at:]))
            if rest is not None and not set(first) & set(rest):
                return {**first, **rest}
        return None


def _layout_by_names(
    names: Sequence[object], body: Sequence[Row], texts: Texts, read: _Headings
) -> _Layout:
    """The columns of a table whose header names the variables in rows."""
    keys: dict[str, int] = {}
    figures: list[_Column] = []
    unknown: list[_Column] = []
    for at, name in enumerate(names):
        text = _text(name)
        cells = [row[at] for _, row in body if at < len(row)]
        heading_codes = read.all(text) if text else None
        if heading_codes is not None:
            figures.append(_Column(at, text, heading_codes))
        elif (kind := _column_kind(text, cells, texts)) == "figures":
            unknown.append(_Column(at, text, {}))
        elif kind == "area" and kind in keys:
            keys[kind] = _better_area_column(keys[kind], at, body, texts)
        elif kind in KINDS:
            # Of codes beside texts the first are taken.
            keys.setdefault(kind, at)
        elif kind != "nothing":
            raise OtherContentError(f"has a column that table 12r5 has not ({text})")
    if not figures and "content" in keys and len(unknown) == 1:
        # One row a cell: the header of the figures is the table's title.
        return _Layout(keys, unknown, ())
    return _Layout(keys, figures, [column.head for column in unknown])


def _column_kind(name: str, cells: Sequence[object], texts: Texts) -> str:
    """What a column is whose heading names no figures."""
    filled = [cell for cell in cells if has_content(cell)]
    if not filled:
        return "figures" if name and cells else "nothing"
    for kind, names in _NAMES.items():
        if names.fullmatch(fold_text(name)):
            return kind
    known: dict[str, Callable[[str], object]] = {
        "month": month_of,
        "content": texts.content,
        "area": texts.area,
    }
    if all(cell_number(cell) != WRONG_CELL for cell in filled):
        return "figures"
    for kind, read_cell in known.items():
        if 2 * sum(read_cell(_text(cell)) is not None for cell in filled) >= len(filled):
            return kind
    return "other"


def _better_area_column(first: int, second: int, body: Sequence[Row], texts: Texts) -> int:
    """Of two columns of areas, codes beside names, the one with more known areas."""

    def known_areas(at: int) -> int:
        return sum(at < len(row) and texts.area(_text(row[at])) is not None for _, row in body)

    return second if known_areas(second) > known_areas(first) else first


def _layout_by_headings(
    path: Path, rows: Sequence[Row], texts: Texts, read: _Headings
) -> tuple[_Layout, Sequence[Row], int]:
    """The columns of a sheet whose headings stand in rows of their own, with no name for keys."""
    begin = next((at for at, (_, cells) in enumerate(rows) if has_content(cells[0])), len(rows))
    heads = [_filled_headings(cells) for _, cells in rows[:begin]]
    width = max(map(len, heads))
    first = min(at for cells in heads for at, text in enumerate(cells) if text)
    body = _rows_before_notes(path, rows[begin:], first)
    keys: dict[str, int] = {}
    for at in range(first):
        cells = [row[at] for _, row in body if at < len(row)]
        kind = _column_kind("", cells, texts)
        if kind == "area" and kind in keys:
            keys[kind] = _better_area_column(keys[kind], at, body, texts)
        elif kind in KINDS:
            keys.setdefault(kind, at)
        elif kind != "nothing":
            raise OtherContentError(f"has a column that table 12r5 has not (column {at + 1})")
    figures, unknown = [], []
    for at in range(first, width):
        each = [cells[at] for cells in heads if at < len(cells) and cells[at]]
        codes_of_rows = [read.all(text) for text in each]
        known = {
            kind: code
            for codes_of_row in codes_of_rows
            if codes_of_row
            for kind, code in codes_of_row.items()
        }
        column = _Column(at, " ".join(each), known)
        if each and None not in codes_of_rows:
            figures.append(column)
        elif each:
            unknown.append(column.head)
    return _Layout(keys, figures, unknown), body, width


def _filled_headings(cells: Sequence[object]) -> list[str]:
    """The headings of a row, each over all the columns of its span."""
    filled: list[str] = []
    for cell in cells:
        filled.append(_text(cell) or (filled[-1] if filled else ""))
    return filled


def _rows_before_notes(path: Path, rows: Sequence[Row], keys: int) -> Sequence[Row]:
    """The rows before the notes: in a note there is nothing but text in the first columns."""
    end = next(
        (at for at, (_, row) in enumerate(rows) if not any(map(has_content, row[keys:]))), None
    )
    if end is None:
        return rows
    if any(isinstance(cell, (int, float)) for _, cells in rows[end:] for cell in cells[keys:]):
        text = f"holds no figures, but stands between rows that do; {DOWNLOAD_AGAIN}"
        raise as_error([Problem("no-figures", path, text, row=rows[end][0])])
    return rows[:end]


def _build_cube(
    path: Path,
    layout: _Layout,
    body: Sequence[Row],
    texts: Texts,
    *,
    as_above: bool,
    notes: Sequence[Row],
) -> ReadCube:
    gathering = CubeBuilder(path, _layout_contents(layout, body, texts))
    faults = gathering.faults
    left: list[str] = []
    above: dict[str, str] = {}
    resolve: dict[str, Callable[[str], str | None]] = {
        "area": texts.area,
        "month": month_of,
        "content": texts.content,
    }
    for at, cells in body:
        key: dict[str, str] = {}
        for kind, column in layout.keys.items():
            text = _text(cells[column]) or (above.get(kind, "") if as_above else "")
            above[kind] = text
            code = resolve[kind](text)
            if code is not None:
                key[kind] = code
            elif kind == "area" and is_name(text):
                left.append(text)
            else:
                faults.note(f"not-{'an' if kind == 'area' else 'a'}-{kind}", kind, at)
        if len(key) < len(layout.keys):
            continue
        for figure in layout.figures:
            found = {**key, **figure.codes_by_kind}
            cell = cells[figure.at] if figure.at < len(cells) else None
            gathering.put(found["area"], found["month"], found["content"], cell, at)
    raise_problems(faults.problems())
    if not body:
        raise as_error([Problem("empty", path, f"holds no rows; {DOWNLOAD_AGAIN}")])
    cube = gathering.cube()
    if not cube.held.any():
        raise as_error([Problem("empty", path, f"holds no figures; {DOWNLOAD_AGAIN}")])
    return ReadCube(
        cube,
        updated_day(notes),
        left_out_notes(path, layout.unknown, left),
    )


def _layout_contents(layout: _Layout, body: Iterable[Row], texts: Texts) -> list[str]:
    if "content" in layout.keys:
        place = layout.keys["content"]
        texts_there = dict.fromkeys(_text(row[place]) for _, row in body if place < len(row))
        return [code for code in map(texts.content, texts_there) if code]
    return [column.codes_by_kind["content"] for column in layout.figures]


def _trimmed(cells: Sequence[object], width: int) -> Sequence[object]:
    """A row without empty fields beyond the header's."""
    while len(cells) > width and not has_content(cells[-1]):
        cells = cells[:-1]
    return cells


def _text(cell: object) -> str:
    return "" if cell is None else " ".join(str(cell).split())


def updated_day(rows: Sequence[Row]) -> date | None:
    """The day in a note below the figures, in its own cell or the next."""
    texts = list(_note_texts(rows))
    for at, text in enumerate(texts):
        if _UPDATED.search(fold_text(text)):
            for near in texts[at : at + 2]:
                if day := _day_in(near):
                    return day
    return None


def _note_texts(rows: Sequence[Row]) -> Iterator[str]:
    for _, cells in rows:
        yield from (_text(cell) for cell in cells if isinstance(cell, (str, date)))


def _day_in(text: str) -> date | None:
    found, finnish = _ISO_DAY.search(text), _FINNISH_DAY.search(text)
    parts = found.groups() if found else finnish.groups()[::-1] if finnish else None
    try:
        return date(*map(int, parts)) if parts else None
    except ValueError:
        return None
