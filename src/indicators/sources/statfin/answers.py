"""Answers of the API: ``json``, ``json-stat2``, and the older ``json-stat``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import prod
from pathlib import Path
from typing import Any

from indicators.problems import Problem, as_error, raise_problems
from indicators.sources.statfin.cells import DOWNLOAD_AGAIN, CubeAxis, CubeBuilder, ReadCube
from indicators.sources.statfin.reader import is_area
from indicators.sources.statfin.texts import Texts, month_of
from indicators.sources.statfin.variables import (
    check_contents,
    check_table,
    check_variables,
    day_of_moment,
    is_majority,
    left_out_notes,
    read_cube,
)

# --- json


def is_answer(content: object) -> bool:
    """Whether JSON is an answer of the API in its format ``json``."""
    return isinstance(content, dict) and {"columns", "data"} <= set(content)


def read_answer(path: Path, content: Mapping[str, Any], texts: Texts) -> ReadCube:
    """An answer of the API in its format ``json``: keys and, side by side, contents.

    Args:
        path: Named in the problems.
        content: The JSON.
        texts: What texts stand for.

    Raises:
        DataError: It is damaged.
        OtherContentError: It is of a different table.
    """
    about = about_answer(content)
    check_table(about.get("matrix"), about.get("label"))
    columns, rows = answer_columns(path, content), content["data"]
    keys = [column for column in columns if column.get("type") != "c"]
    figures = [column for column in columns if column.get("type") == "c"]
    known = [
        texts.content(str(column["code"])) or texts.content(_text(column)) for column in figures
    ]
    check_contents(filter(None, known), map(_text, figures))
    area, month = _key_positions(path, keys, rows)
    gathering = CubeBuilder(path, [code for code in known if code])
    for row, entry in enumerate(rows, start=1):
        key, values = answer_row(entry)
        if len(key) != len(keys) or len(values) != len(figures):
            gathering.faults.note("fields", row=row)
            continue
        code, when = texts.area(key[area]), month_of(key[month])
        if code is None:
            gathering.faults.note("not-an-area", keys[area]["code"], row)
        if when is None:
            gathering.faults.note("not-a-month", keys[month]["code"], row)
        if code is None or when is None:
            continue
        for content_code, cell in zip(known, values, strict=True):
            if content_code:
                gathering.put(code, when, content_code, cell, row)
    raise_problems(gathering.faults.problems())
    left = [_text(column) for column, code in zip(figures, known, strict=True) if not code]
    return ReadCube(
        gathering.cube(), day_of_moment(about.get("updated")), left_out_notes(path, left)
    )


def about_answer(content: Mapping[str, Any]) -> Mapping[str, Any]:
    """What an answer says of its table: ``matrix``, ``label``, ``updated``."""
    return _first_listed(content.get("metadata"))


def answer_columns(path: Path, content: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The columns of an answer, keys and contents.

    Raises:
        DataError: They are not listed, or there are no rows.
    """
    columns, rows = content["columns"], content["data"]
    if not isinstance(columns, list) or not all(
        isinstance(column, dict) and isinstance(column.get("code"), str) for column in columns
    ):
        raise _broken_answer(path, "columns", "is not a list of columns with codes")
    if not isinstance(rows, list) or not rows:
        raise _broken_answer(path, "data", "holds no rows")
    return columns


def _key_positions(
    path: Path, keys: Sequence[Mapping[str, Any]], rows: Sequence[Any]
) -> tuple[int, int]:
    """Which key is the area and which the month."""
    sample = [key for key, _ in map(answer_row, rows[:500]) if len(key) == len(keys)]
    if not sample:
        raise _broken_answer(path, "data", "has rows of another form than its columns")
    months = [at for at in range(len(keys)) if is_majority(month_of(row[at]) for row in sample)]
    others = [at for at in range(len(keys)) if at not in months]
    areas = [at for at in others if is_majority(is_area(row[at]) for row in sample)]
    names = [_text(column) for column in keys]
    check_variables(names, months, areas, [at for at in others if at not in areas])
    return areas[0], months[0]


def answer_row(entry: Any) -> tuple[list[str], list[Any]]:
    """Key and values of a row of an answer; nothing of what is no row."""
    if not isinstance(entry, dict):
        return [], []
    key, values = entry.get("key"), entry.get("values")
    if not isinstance(key, list) or not isinstance(values, list):
        return [], []
    return [str(part) for part in key], values


def _text(column: Mapping[str, Any]) -> str:
    return str(column.get("text") or column["code"])


# --- json-stat


def dataset_of(content: object) -> Mapping[str, Any] | None:
    """The data set of JSON-stat 2.0, or of the bundle of 1.x; None if JSON is neither."""
    if not isinstance(content, dict):
        return None
    inner = content.get("dataset", content)
    if isinstance(inner, dict) and {"dimension", "value"} <= set(inner):
        return inner
    return None


def read_dataset(path: Path, content: Mapping[str, Any], texts: Texts) -> ReadCube:
    """A data set of JSON-stat; takes and raises what :func:`read_answer` does."""
    check_table(*names_of_dataset(content))
    axes, cells = dataset_cells(path, content)
    return read_cube(path, axes, cells, texts, updated=day_of_moment(content.get("updated")))


def names_of_dataset(content: Mapping[str, Any]) -> tuple[object, ...]:
    """What a data set says of the table it is of: id, matrix, description, title."""
    extension = content.get("extension")
    px = extension.get("px") if isinstance(extension, dict) else None
    about = px if isinstance(px, dict) else {}
    named = [about.get(key) for key in ("tableid", "matrix", "description")]
    return (*named, content.get("label"))


def dataset_cells(path: Path, content: Mapping[str, Any]) -> tuple[list[CubeAxis], list[object]]:
    """The variables of a data set and its cells in their order; a hidden one is None.

    Raises:
        DataError: It is damaged.
    """
    axes = _axes(path, content)
    return axes, _cells(path, content, prod(len(axis.codes) for axis in axes))


def _axes(path: Path, content: Mapping[str, Any]) -> list[CubeAxis]:
    dimension = content["dimension"]
    if not isinstance(dimension, dict):
        raise _broken_answer(path, "dimension", "is not an object")
    names = content.get("id", dimension.get("id"))
    sizes = content.get("size", dimension.get("size"))
    if not isinstance(names, list) or not isinstance(sizes, list) or len(names) != len(sizes):
        raise _broken_answer(path, "id, size", "are not lists of one length")
    axes = []
    for name, size in zip(names, sizes, strict=True):
        axis = _axis(path, str(name), dimension.get(name))
        if len(axis.codes) != size:
            text = f"has {len(axis.codes)} values where size says {size}"
            raise _broken_answer(path, f"dimension {name}", text)
        axes.append(axis)
    return axes


def _axis(path: Path, name: str, about: object) -> CubeAxis:
    category = about.get("category") if isinstance(about, dict) else None
    index = category.get("index") if isinstance(category, dict) else None
    label = category.get("label") if isinstance(category, dict) else None
    texts = label if isinstance(label, dict) else {}
    if index is None and len(texts) == 1:
        # JSON-stat lets a variable of one value go without an index.
        index = list(texts)
    if isinstance(index, dict):
        places = {str(place): code for code, place in index.items()}
        wanted = [str(place) for place in range(len(index))]
        index = [places[key] for key in wanted] if set(wanted) == set(places) else None
    if not isinstance(index, list) or len(set(map(str, index))) != len(index):
        raise _broken_answer(path, f"dimension {name}", "has no index of its values")
    codes = tuple(str(code) for code in index)
    title = about.get("label") if isinstance(about, dict) else None
    return CubeAxis(
        str(title or name), codes, {str(code): str(text) for code, text in texts.items()}
    )


def _cells(path: Path, content: Mapping[str, Any], count: int) -> list[object]:
    """Every cell in order; a hidden one is None, or what stands in its status."""
    values, status = content["value"], content.get("status")
    if isinstance(values, dict):
        # The sparse form: what is not there has no value.
        cells: list[object] = [None] * count
        for place, value in values.items():
            if not str(place).isdecimal() or int(place) >= count:
                raise _broken_answer(path, "value", "has a place beyond the variables")
            cells[int(place)] = value
    else:
        cells = list(values) if isinstance(values, list) else []
    if len(cells) != count:
        text = f"has {len(cells)} cells where the variables make {count}"
        raise _broken_answer(path, "value", text)
    for place, sign in _statuses(status):
        if 0 <= place < count and cells[place] is None:
            cells[place] = sign
    return cells


def _statuses(status: object) -> Iterable[tuple[int, object]]:
    """Signs such as ``...`` by place; other words are no signs."""
    if isinstance(status, dict):
        pairs: Iterable[tuple[Any, object]] = status.items()
    elif isinstance(status, list):
        pairs = enumerate(status)
    else:
        pairs = ()
    signs = (".", "..", "...", "....", ".....", "......", "-", "…")
    return [(int(at), sign) for at, sign in pairs if sign in signs and str(at).isdecimal()]


def _first_listed(listed: object) -> Mapping[str, Any]:
    found = listed[0] if isinstance(listed, list) and listed else listed
    return found if isinstance(found, dict) else {}


def _broken_answer(path: Path, place: str, text: str) -> Exception:
    return as_error([Problem("form", path, f"{text}; {DOWNLOAD_AGAIN}", column=place)])
