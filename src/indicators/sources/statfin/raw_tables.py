"""Files of any StatFin table as variables and cells, whatever form they have.

What the variables mean is for others: this module only takes a file apart. Forms: ``json-stat2``
(and 1.x), ``json``, PX, CSV and XLSX.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import prod
from pathlib import Path
from typing import Any

from indicators.problems import Problem, as_error, raise_problems
from indicators.sources.statfin.answers import (
    about_answer,
    answer_columns,
    answer_row,
    dataset_cells,
    dataset_of,
    is_answer,
    names_of_dataset,
)
from indicators.sources.statfin.cells import (
    DOWNLOAD_AGAIN,
    WRONG_CELL,
    CellFaults,
    CubeAxis,
    cell_number,
)
from indicators.sources.statfin.downloads import decode_text, file_content
from indicators.sources.statfin.px import decode_px, px_table
from indicators.sources.statfin.rows import Row, csv_rows, has_content, xlsx_rows
from indicators.sources.statfin.sheets import updated_day
from indicators.sources.statfin.variables import OtherContentError, day_of_moment

_PERIOD = re.compile(r"(?:19|20)[0-9]{2}(?:M(?:0[1-9]|1[0-2])\*?)?")
_MOST_CELLS = 40_000_000


@dataclass(frozen=True, slots=True)
class RawTable:
    """A file of a table, taken apart.

    Attributes:
        path: The file.
        named: What it says of the table it is of: id, matrix, title.
        axes: Its variables, the last varying fastest.
        cells: Its cells in that order, as they are written; None where nothing is.
        updated: The day of the data's update; None if it says none.
        content: What it counts, where it has no variable of contents.
    """

    path: Path
    named: tuple[str, ...]
    axes: tuple[CubeAxis, ...]
    cells: Sequence[object]
    updated: date | None = None
    content: str = ""


def read_raw(path: Path, raw: bytes) -> RawTable:
    """Take a file apart.

    Args:
        path: Its name tells its form where its beginning does not.
        raw: As it lies there, compressed or not.

    Raises:
        DataError: It is damaged.
        OtherContentError: It holds no figures.
    """
    content, form = file_content(path, raw)
    if form == "xlsx":
        return _from_rows(path, xlsx_rows(path, content), sheet=True)
    if form == "json":
        return _from_json(path, content)
    if form == "px":
        found = px_table(path, decode_px(content))
        return RawTable(path, found.named, found.axes, found.cells, found.updated, found.content)
    return _from_rows(path, csv_rows(path, decode_text(content)))


def with_texts(table: RawTable, metadata: Mapping[str, Any]) -> RawTable:
    """A table with the texts that the metadata of its answers has for names and values."""
    listed = metadata.get("variables")
    known = {
        str(variable.get("code")): variable
        for variable in (listed if isinstance(listed, list) else [])
        if isinstance(variable, dict)
    }
    return replace(table, axes=tuple(_described(axis, known) for axis in table.axes))


def _described(axis: CubeAxis, known: Mapping[str, Mapping[str, Any]]) -> CubeAxis:
    about = known.get(axis.name)
    if about is None:
        return axis
    values, texts = about.get("values"), about.get("valueTexts")
    pairs = (
        zip(map(str, values), map(str, texts), strict=False)
        if isinstance(values, list) and isinstance(texts, list)
        else ()
    )
    return CubeAxis(str(about.get("text") or axis.name), axis.codes, {**dict(pairs), **axis.texts})


def _from_json(path: Path, content: bytes) -> RawTable:
    try:
        parsed: Any = json.loads(decode_text(content))
    except (ValueError, RecursionError) as error:
        text = f"is not whole JSON; {DOWNLOAD_AGAIN}"
        raise as_error([Problem("damaged", path, text)]) from error
    if is_answer(parsed):
        return _from_answer(path, parsed)
    data = dataset_of(parsed)
    if data is None:
        raise OtherContentError("holds no figures", harmless=True)
    axes, cells = dataset_cells(path, data)
    named = tuple(text for text in names_of_dataset(data) if isinstance(text, str))
    return RawTable(path, named, tuple(axes), cells, day_of_moment(data.get("updated")))


def _from_answer(path: Path, content: Mapping[str, Any]) -> RawTable:
    """An answer in the format ``json``: keys, and contents side by side."""
    about, columns = about_answer(content), answer_columns(path, content)
    keys = [column for column in columns if column.get("type") != "c"]
    figures = [column for column in columns if column.get("type") == "c"]
    rows = [answer_row(entry) for entry in content["data"]]
    wrong = [
        at
        for at, (key, values) in enumerate(rows, start=1)
        if len(key) != len(keys) or len(values) != len(figures)
    ]
    faults = CellFaults(path)
    for at in wrong:
        faults.note("fields", row=at)
    raise_problems(faults.problems())
    names = [str(column.get("text") or column["code"]) for column in keys]
    contents = {str(column["code"]): str(column.get("text") or "") for column in figures}
    named = tuple(str(about[key]) for key in ("matrix", "label") if about.get(key))
    records = (
        ((*key, code), value, at)
        for at, (key, values) in enumerate(rows, start=1)
        for code, value in zip(contents, values, strict=True)
    )
    table = _gathered(path, [*names, "contentscode"], records, {len(names): contents})
    return replace(table, named=named, updated=day_of_moment(about.get("updated")))


Record = tuple[tuple[str, ...], object, int]
"""A cell: the values of all variables, what stands in it, and its row in the file."""


def _gathered(
    path: Path,
    names: Sequence[str],
    records: Iterator[Record],
    texts: Mapping[int, Mapping[str, str]],
) -> RawTable:
    """Cells put together singly; what the file has no cell of is no figure (``.``)."""
    found: dict[tuple[str, ...], object] = {}
    faults = CellFaults(path)
    for key, cell, row in records:
        if key in found:
            faults.note("duplicate-key", row=row)
        found[key] = cell
    raise_problems(faults.problems())
    axes = tuple(
        CubeAxis(name, tuple(dict.fromkeys(key[at] for key in found)), texts.get(at, {}))
        for at, name in enumerate(names)
    )
    if not found:
        raise as_error([Problem("empty", path, f"holds no rows; {DOWNLOAD_AGAIN}")])
    if prod(len(axis.codes) for axis in axes) > _MOST_CELLS:
        text = "has too many combinations of values; download it in parts"
        raise as_error([Problem("too-large", path, text)])
    places = [{code: at for at, code in enumerate(axis.codes)} for axis in axes]
    cells: list[object] = ["."] * prod(len(axis.codes) for axis in axes)
    for key, cell in found.items():
        at = 0
        for code, place, axis in zip(key, places, axes, strict=True):
            at = at * len(axis.codes) + place[code]
        cells[at] = cell
    return RawTable(path, (), axes, cells)


# --- rows and columns -----------------------------------------------------------------------------


def _from_rows(path: Path, rows: Sequence[Row], *, sheet: bool = False) -> RawTable:
    """A CSV file or sheet: variables in rows, times and contents in rows or in columns.

    In a sheet an empty cell of a key means the one above, and notes stand below.
    """
    head = next(
        (at for at, (_, cells) in enumerate(rows) if any(map(has_content, cells[1:]))), None
    )
    if head is None:
        raise OtherContentError("has no table of rows and columns")
    titles = tuple(_text(cells[0]) for _, cells in rows[:head] if cells)
    first = next(
        (at for at in range(head, len(rows)) if _is_body(rows[at][1], rows[head][1])), None
    )
    if first is None:
        raise as_error([Problem("empty", path, f"holds no figures; {DOWNLOAD_AGAIN}")])
    body = [row for row in rows[first:] if _figures_at(row[1])]
    if sheet or not has_content(rows[head][1][0]):
        body, notes = _before_notes(rows[first:])
    else:
        notes = ()
        _check_width(path, rows[first:], len(rows[head][1]))
    keys = _key_count(body)
    heads = [_filled(cells, keys) for _, cells in rows[head:first]]
    width = max(map(len, heads))
    names = [
        next((_text(cells[at]) for _, cells in rows[head:first] if _text_at(cells, at)), "")
        for at in range(keys)
    ]
    columns = {
        at: _column_values([cells[at] for cells in heads if at < len(cells) and cells[at]])
        for at in range(keys, width)
    }
    records = list(_records(path, body, keys, columns, sheet=sheet))
    parts = max((len(key) for key, _, _ in records), default=0) - keys
    table = _gathered(path, [*names, *[""] * parts], iter(records), {})
    return replace(table, named=titles, updated=updated_day(notes), content=" ".join(titles))


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else " ".join(str(cell).split())


def _text_at(cells: Sequence[object], at: int) -> str:
    return _text(cells[at]) if at < len(cells) else ""


def _is_figure(cell: object) -> bool:
    return has_content(cell) and cell_number(cell) != WRONG_CELL and not _is_period(cell)


def _is_period(cell: object) -> bool:
    return _PERIOD.fullmatch(_text(cell)) is not None


def _figures_at(cells: Sequence[object]) -> bool:
    return any(map(_is_figure, cells))


def _is_body(cells: Sequence[object], head: Sequence[object]) -> bool:
    """Whether a row has figures: the header has texts and periods alone."""
    return cells is not head and bool(cells) and _is_figure(cells[-1])


def _key_count(body: Sequence[Row]) -> int:
    """How many columns stand before the figures: the last of them holds texts in some row."""
    width = max(len(cells) for _, cells in body)
    return next(
        (
            at + 1
            for at in reversed(range(width))
            if any(
                has_content(cells[at]) and not _is_figure(cells[at])
                for _, cells in body
                if at < len(cells)
            )
        ),
        0,
    )


def _before_notes(rows: Sequence[Row]) -> tuple[list[Row], Sequence[Row]]:
    end = next((at for at, (_, cells) in enumerate(rows) if not _figures_at(cells)), len(rows))
    return list(rows[:end]), rows[end:]


def _check_width(path: Path, rows: Sequence[Row], width: int) -> None:
    faults = CellFaults(path)
    for at, cells in rows:
        if len(cells) < width:
            faults.note("fields", row=at)
    raise_problems(faults.problems())


def _filled(cells: Sequence[object], keys: int) -> list[str]:
    """The headings of a row, each over all the columns of its span."""
    filled: list[str] = []
    for at, cell in enumerate(cells):
        before = filled[-1] if len(filled) > keys else ""
        filled.append(_text(cell) or (before if at > keys else ""))
    return filled


def _column_values(heads: Sequence[str]) -> tuple[str, ...]:
    """What stands above a column, by variable: a period is parted from what it stands with."""
    values: list[str] = []
    for head in heads:
        words = head.split()
        periods = [word for word in words if _PERIOD.fullmatch(word)]
        rest = " ".join(word for word in words if not _PERIOD.fullmatch(word))
        values += [*periods[:1], *([rest] if rest else [])]
    return tuple(values)


def _records(
    path: Path,
    body: Sequence[Row],
    keys: int,
    columns: Mapping[int, tuple[str, ...]],
    *,
    sheet: bool,
) -> Iterator[Record]:
    sizes = {len(values) for values in columns.values()}
    if len(sizes) > 1:
        text = "its columns are headed in different ways; download it with all but months in rows"
        raise as_error([Problem("form", path, text)])
    above = [""] * keys
    for row, cells in body:
        here = [_text_at(cells, at) for at in range(keys)]
        if sheet or not all(here):
            here = [text or before for text, before in zip(here, above, strict=True)]
        above = here
        for at, values in columns.items():
            yield (*here, *values), cells[at] if at < len(cells) else None, row
