"""The forms that are cubes: JSON of the API (``json``, ``json-stat``, ``json-stat2``) and PX.

Which variable is which is told by its values, for their codes have changed and will again: months
are ``2026M06``, contents are known by code or text, areas by theirs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indicators.problems import Problem, failure, refuse
from indicators.sources.statfin.cells import (
    ABSENT,
    AGAIN,
    MOST,
    WRONG,
    Axis,
    Cube,
    Faults,
    Found,
    Gathering,
    number,
)
from indicators.sources.statfin.layout import RATES, is_area
from indicators.sources.statfin.texts import Texts, month_of

TABLE = "12r5"

_MOST_NAMED = 5
_TABLE_ID = re.compile(r"(?<![0-9a-z])(1[0-9](?:[a-z][0-9a-z]|[0-9][a-z]))(?![0-9a-z])")
_DAY = re.compile(r"(20[0-9]{2})-?([0-9]{2})-?([0-9]{2})")


class OtherContentError(Exception):
    """A file that can be read and is something else than figures of the table.

    Args:
        told: What it is, so that a sentence beginning with the file's name goes on with it.
        harmless: Whether such a file may lie beside the table's under the table's name.
    """

    def __init__(self, told: str, *, harmless: bool = False) -> None:
        super().__init__(told)
        self.told = told
        self.harmless = harmless


def table_in(text: str) -> str:
    """The id of the table that a text names, such as a title or a file's name; or nothing."""
    found = _TABLE_ID.findall(text.casefold().replace("_", " "))
    return TABLE if TABLE in found else found[0] if found else ""


def check_table(*texts: object) -> None:
    """See whether a file calls itself another table, in its id, its matrix or its title.

    Raises:
        OtherContentError: It does.
    """
    for text in texts:
        named = table_in(text) if isinstance(text, str) else ""
        if named == TABLE:
            return
        if named:
            raise OtherContentError(f"is table {named}")


def day_of(text: object) -> date | None:
    """The day that a moment begins with, ``2026-07-21T05:00:00Z`` or ``20260721 08:00``."""
    found = _DAY.match(text.strip()) if isinstance(text, str) else None
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


# --- json


def is_answer(content: object) -> bool:
    """Whether JSON is an answer of the API in its format ``json``."""
    return isinstance(content, dict) and {"columns", "data"} <= set(content)


def read_answer(path: Path, content: Mapping[str, Any], texts: Texts) -> Found:
    """An answer of the API in its format ``json``: keys and, side by side, contents.

    Args:
        path: Named in the problems.
        content: The JSON.
        texts: What texts stand for.

    Raises:
        DataError: It is damaged.
        OtherContentError: It is of another table.
    """
    about = _first(content.get("metadata"))
    check_table(about.get("matrix"), about.get("label"))
    columns, rows = _columns(path, content), content["data"]
    keys = [one for one in columns if one.get("type") != "c"]
    figures = [one for one in columns if one.get("type") == "c"]
    known = [texts.content(str(one["code"])) or texts.content(_text(one)) for one in figures]
    check_contents(filter(None, known), map(_text, figures))
    area, month = _places(path, keys, rows)
    gathering = Gathering(path, [code for code in known if code])
    for row, entry in enumerate(rows, start=1):
        key, values = _entry(entry)
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
    refuse(gathering.faults.problems())
    left = [_text(one) for one, code in zip(figures, known, strict=True) if not code]
    return Found(gathering.cube(), day_of(about.get("updated")), notes_of(path, left))


def _columns(path: Path, content: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    columns, rows = content["columns"], content["data"]
    if not isinstance(columns, list) or not all(
        isinstance(one, dict) and isinstance(one.get("code"), str) for one in columns
    ):
        raise _broken(path, "columns", "is not a list of columns with codes")
    if not isinstance(rows, list) or not rows:
        raise _broken(path, "data", "holds no rows")
    return columns


def _places(path: Path, keys: Sequence[Mapping[str, Any]], rows: Sequence[Any]) -> tuple[int, int]:
    """Which key is the area and which the month."""
    sample = [key for key, _ in map(_entry, rows[:500]) if len(key) == len(keys)]
    if not sample:
        raise _broken(path, "data", "has rows of another form than its columns")
    months = [at for at in range(len(keys)) if _most(month_of(row[at]) for row in sample)]
    others = [at for at in range(len(keys)) if at not in months]
    areas = [at for at in others if _most(is_area(row[at]) for row in sample)]
    names = [_text(one) for one in keys]
    check_variables(names, months, areas, [at for at in others if at not in areas])
    return areas[0], months[0]


def _entry(entry: Any) -> tuple[list[str], list[Any]]:
    if not isinstance(entry, dict):
        return [], []
    key, values = entry.get("key"), entry.get("values")
    if not isinstance(key, list) or not isinstance(values, list):
        return [], []
    return [str(one) for one in key], values


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


def read_dataset(path: Path, content: Mapping[str, Any], texts: Texts) -> Found:
    """A data set of JSON-stat; takes and raises what :func:`read_answer` does."""
    extension = content.get("extension")
    px = extension.get("px") if isinstance(extension, dict) else None
    about = px if isinstance(px, dict) else {}
    check_table(
        about.get("tableid"), about.get("matrix"), about.get("description"), content.get("label")
    )
    axes = _axes(path, content)
    cells = _cells(path, content, prod(len(one.codes) for one in axes))
    return read_cube(path, axes, cells, texts, updated=day_of(content.get("updated")))


def _axes(path: Path, content: Mapping[str, Any]) -> list[Axis]:
    dimension = content["dimension"]
    if not isinstance(dimension, dict):
        raise _broken(path, "dimension", "is not an object")
    names = content.get("id", dimension.get("id"))
    sizes = content.get("size", dimension.get("size"))
    if not isinstance(names, list) or not isinstance(sizes, list) or len(names) != len(sizes):
        raise _broken(path, "id, size", "are not lists of one length")
    axes = []
    for name, size in zip(names, sizes, strict=True):
        axis = _axis(path, str(name), dimension.get(name))
        if len(axis.codes) != size:
            told = f"has {len(axis.codes)} values where size says {size}"
            raise _broken(path, f"dimension {name}", told)
        axes.append(axis)
    return axes


def _axis(path: Path, name: str, about: object) -> Axis:
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
        index = [places[one] for one in wanted] if set(wanted) == set(places) else None
    if not isinstance(index, list) or len(set(map(str, index))) != len(index):
        raise _broken(path, f"dimension {name}", "has no index of its values")
    codes = tuple(str(code) for code in index)
    title = about.get("label") if isinstance(about, dict) else None
    return Axis(str(title or name), codes, {str(code): str(text) for code, text in texts.items()})


def _cells(path: Path, content: Mapping[str, Any], count: int) -> list[object]:
    """Every cell in order; a hidden one is None, or what stands in its status."""
    values, status = content["value"], content.get("status")
    if isinstance(values, dict):
        # The sparse form: what is not there has no value.
        cells: list[object] = [None] * count
        for place, value in values.items():
            if not str(place).isdecimal() or int(place) >= count:
                raise _broken(path, "value", "has a place beyond the variables")
            cells[int(place)] = value
    else:
        cells = list(values) if isinstance(values, list) else []
    if len(cells) != count:
        told = f"has {len(cells)} cells where the variables make {count}"
        raise _broken(path, "value", told)
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


# --- what they have in common


def read_cube(
    path: Path,
    axes: Sequence[Axis],
    cells: Sequence[object],
    texts: Texts,
    *,
    updated: date | None,
    content: str = "",
) -> Found:
    """A table of some variables, all of whose cells stand in order, the last varying fastest.

    Args:
        path: Named in the problems.
        axes: The variables.
        cells: As many as the variables make.
        texts: What texts stand for.
        updated: The day the file tells.
        content: The one content of a file that has no variable of contents.
    """
    months = [at for at, one in enumerate(axes) if _most(map(month_of, one.codes))]
    contents = [
        at
        for at, one in enumerate(axes)
        if at not in months and any(_content(texts, one, code) for code in one.codes)
    ]
    others = [at for at in range(len(axes)) if at not in (*months, *contents)]
    areas = [at for at in others if _most(_area(texts, axes[at], code) for code in axes[at].codes)]
    one_content = texts.content(content) if content else None
    if not contents:
        check_contents(filter(None, [one_content]), [content])
    names = [one.name for one in axes]
    check_variables(names, months, areas, [at for at in others if at not in areas])
    if len(contents) > 1:
        raise OtherContentError(f"has two variables of contents ({axes[contents[1]].name})")
    order = [areas[0], months[0], *contents]
    values = np.array([number(one) for one in cells])
    grid = values.reshape([len(one.codes) for one in axes]).transpose(order)
    grid = grid.reshape(*grid.shape[:2], -1)
    area_codes = axes[areas[0]].codes
    found_areas = [_area(texts, axes[areas[0]], code) for code in area_codes]
    found_months = [month_of(code) for code in axes[months[0]].codes]
    found_contents = (
        [_content(texts, axes[contents[0]], code) for code in axes[contents[0]].codes]
        if contents
        else [one_content]
    )
    faults = Faults(path)
    nameless = [at for at, code in enumerate(found_areas) if code is None]
    if any(not is_name(axes[areas[0]].text(area_codes[at])) for at in nameless):
        faults.note("not-an-area", axes[areas[0]].name)
    for when in found_months:
        if when is None:
            faults.note("not-a-month", axes[months[0]].name)
    known = [at for at, code in enumerate(found_contents) if code]
    left = (
        [axes[contents[0]].text(axes[contents[0]].codes[at]) for at in _rest(found_contents, known)]
        if contents
        else []
    )
    refuse(faults.problems())
    return Found(
        _checked(
            path,
            tuple(code for code in found_areas if code),
            tuple(when for when in found_months if when),
            tuple(code for code in found_contents if code),
            grid[[at for at, code in enumerate(found_areas) if code]][:, :, known],
        ),
        updated,
        notes_of(path, left, [axes[areas[0]].text(area_codes[at]) for at in nameless]),
    )


def _checked(
    path: Path,
    areas: tuple[str, ...],
    months: tuple[str, ...],
    contents: tuple[str, ...],
    grid: NDArray[np.float64],
) -> Cube:
    """The cells, if all are counts and rates and no key comes twice."""
    faults = Faults(path)
    for what, names in (("area", areas), ("month", months), ("content", contents)):
        if len(set(names)) != len(names):
            faults.note("duplicate-key", what)
    for at, content in enumerate(contents):
        cells = grid[:, :, at]
        shown = np.isfinite(cells)
        wrong = (cells == WRONG) | (shown & ((cells < 0) | (cells > MOST)))
        if content not in RATES:
            wrong |= shown & (np.where(shown, cells, 0) % 1 != 0)
        if wrong.any():
            row, column = np.argwhere(wrong)[0]
            place = f"{content} of {areas[row]} {months[column].replace('-', 'M')}"
            for _ in range(int(wrong.sum())):
                faults.cell(content, place=place)
    refuse(faults.problems())
    held = grid != ABSENT
    return Cube(areas, months, contents, np.where(held, grid, np.nan), held)


def _rest(codes: Sequence[str | None], known: Sequence[int]) -> list[int]:
    return [at for at in range(len(codes)) if at not in known]


def _content(texts: Texts, axis: Axis, code: str) -> str | None:
    return texts.content(code) or texts.content(axis.text(code))


def _area(texts: Texts, axis: Axis, code: str) -> str | None:
    """An area by its code; by its text where the code is no area's."""
    return code if is_area(code) else texts.area(code) or texts.area(axis.text(code))


def check_contents(known: Iterable[str], texts: Iterable[str]) -> None:
    """See whether there is any content of the table.

    Raises:
        OtherContentError: There is none.
    """
    if not any(known):
        named = ", ".join(f"“{text}”" for text in list(texts)[:3] if text)
        told = f"has no content of table {TABLE} that is known"
        raise OtherContentError(f"{told} ({named})" if named else told)


def check_variables(
    names: Sequence[str], months: Sequence[int], areas: Sequence[int], others: Sequence[int]
) -> None:
    """See whether a table has areas, months and nothing else.

    Args:
        names: Of its variables.
        months: Which of them hold months.
        areas: Which hold areas.
        others: Which hold something else.

    Raises:
        OtherContentError: It lacks one or has more.
    """
    if others:
        more = ", ".join(names[at] for at in others)
        raise OtherContentError(f"has a variable that table {TABLE} has not ({more})")
    for what, found in (("months", months), ("areas", areas)):
        if not found:
            raise OtherContentError(f"has no variable of {what}")
        if len(found) > 1:
            raise OtherContentError(f"has two variables of {what}")


def is_name(text: str) -> bool:
    """Whether a text may be an area's name: words, and not only capitals, digits or signs."""
    return sum(map(str.isalpha, text)) > 2 and any(map(str.islower, text))


def notes_of(path: Path, contents: Iterable[str], areas: Iterable[str] = ()) -> tuple[str, ...]:
    """That contents or areas were left out because nothing tells their codes."""
    left = {"contents": list(dict.fromkeys(contents)), "areas": list(dict.fromkeys(areas))}
    return tuple(
        f"{path}: {what} left out, for their codes are not known: {_quoted(texts)}; "
        "download it with codes"
        for what, texts in left.items()
        if texts
    )


def _quoted(texts: Sequence[str]) -> str:
    more = f" and {len(texts) - _MOST_NAMED} more" if len(texts) > _MOST_NAMED else ""
    return ", ".join(f"“{text}”" for text in texts[:_MOST_NAMED]) + more


def _most(found: Iterable[object]) -> bool:
    """Whether most of some answers are yes: a damaged value does not change what a variable is."""
    each = [bool(one) for one in found]
    return 2 * sum(each) > len(each)


def _first(listed: object) -> Mapping[str, Any]:
    found = listed[0] if isinstance(listed, list) and listed else listed
    return found if isinstance(found, dict) else {}


def _broken(path: Path, place: str, told: str) -> Exception:
    return failure([Problem("form", path, f"{told}; {AGAIN}", column=place)])
