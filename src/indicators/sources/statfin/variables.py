"""What a download is of: the table, its variables, and its cells as a cube.

Which variable is which follows from its values, for their codes have changed and will again: months
are ``2026M06``, contents are known by code or text, areas by theirs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indicators.problems import raise_problems
from indicators.sources.statfin.cells import (
    ABSENT_CELL,
    LARGEST_COUNT,
    WRONG_CELL,
    CellFaults,
    Cube,
    CubeAxis,
    ReadCube,
    cell_number,
)
from indicators.sources.statfin.reader import RATE_COLUMNS, is_area
from indicators.sources.statfin.texts import Texts, month_of

TABLE_ID = "12r5"

_MAX_NAMED = 5
_TABLE_ID = re.compile(r"(?<![0-9a-z])(1[0-9](?:[a-z][0-9a-z]|[0-9][a-z]))(?![0-9a-z])")
_DAY = re.compile(r"(20[0-9]{2})-?([0-9]{2})-?([0-9]{2})")


class OtherContentError(Exception):
    """A file that can be read and is something else than figures of the table.

    Args:
        description: What it is, so that a sentence beginning with the file's name goes on with it.
        harmless: Whether such a file may lie beside the table's under the table's name.
    """

    def __init__(self, description: str, *, harmless: bool = False) -> None:
        super().__init__(description)
        self.description = description
        self.harmless = harmless


def table_id_in(text: str) -> str:
    """The id of the table that a text names, such as a title or a file's name; or nothing."""
    found = _TABLE_ID.findall(text.casefold().replace("_", " "))
    return TABLE_ID if TABLE_ID in found else found[0] if found else ""


def check_table(*texts: object) -> None:
    """Refuse a file that names a different table, in its id, its matrix or its title.

    Raises:
        OtherContentError: It does.
    """
    for text in texts:
        named = table_id_in(text) if isinstance(text, str) else ""
        if named == TABLE_ID:
            return
        if named:
            raise OtherContentError(f"is table {named}")


def day_of_moment(text: object) -> date | None:
    """The day that a moment begins with, ``2026-07-21T05:00:00Z`` or ``20260721 08:00``."""
    found = _DAY.match(text.strip()) if isinstance(text, str) else None
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def read_cube(
    path: Path,
    axes: Sequence[CubeAxis],
    cells: Sequence[object],
    texts: Texts,
    *,
    updated: date | None,
    content: str = "",
) -> ReadCube:
    """A table of some variables, all of whose cells stand in order, the last varying fastest.

    Args:
        path: Named in the problems.
        axes: The variables.
        cells: As many as the variables make.
        texts: What texts stand for.
        updated: The day that the file names.
        content: The one content of a file that has no variable of contents.
    """
    areas, months, contents = _axes_by_role(axes, texts)
    one_content = texts.content(content) if content else None
    if not contents:
        check_contents(filter(None, [one_content]), [content])
    others = [at for at in range(len(axes)) if at not in (*areas, *months, *contents)]
    check_variables([axis.name for axis in axes], months, areas, others)
    if len(contents) > 1:
        raise OtherContentError(f"has two variables of contents ({axes[contents[1]].name})")
    order = [areas[0], months[0], *contents]
    values = np.array([cell_number(axis) for axis in cells])
    grid = values.reshape([len(axis.codes) for axis in axes]).transpose(order)
    grid = grid.reshape(*grid.shape[:2], -1)
    area_codes = axes[areas[0]].codes
    found_areas = [_area_of_code(texts, axes[areas[0]], code) for code in area_codes]
    found_months = [month_of(code) for code in axes[months[0]].codes]
    found_contents = (
        [_content_of_code(texts, axes[contents[0]], code) for code in axes[contents[0]].codes]
        if contents
        else [one_content]
    )
    faults = CellFaults(path)
    nameless = [at for at, code in enumerate(found_areas) if code is None]
    if any(not is_name(axes[areas[0]].text(area_codes[at])) for at in nameless):
        faults.note("not-an-area", axes[areas[0]].name)
    for when in found_months:
        if when is None:
            faults.note("not-a-month", axes[months[0]].name)
    known = [at for at, code in enumerate(found_contents) if code]
    left = (
        [
            axes[contents[0]].text(axes[contents[0]].codes[at])
            for at in _unknown_codes(found_contents, known)
        ]
        if contents
        else []
    )
    raise_problems(faults.problems())
    return ReadCube(
        _checked_cells(
            path,
            tuple(code for code in found_areas if code),
            tuple(when for when in found_months if when),
            tuple(code for code in found_contents if code),
            grid[[at for at, code in enumerate(found_areas) if code]][:, :, known],
        ),
        updated,
        left_out_notes(path, left, [axes[areas[0]].text(area_codes[at]) for at in nameless]),
    )


def _axes_by_role(axes: Sequence[CubeAxis], texts: Texts) -> tuple[list[int], list[int], list[int]]:
    """Positions of the variables of areas, of months and of contents, by their codes."""
    months = [at for at, axis in enumerate(axes) if is_majority(map(month_of, axis.codes))]
    contents = [
        at
        for at, axis in enumerate(axes)
        if at not in months and any(_content_of_code(texts, axis, code) for code in axis.codes)
    ]
    areas = [
        at
        for at, axis in enumerate(axes)
        if at not in (*months, *contents)
        and is_majority(_area_of_code(texts, axis, code) for code in axis.codes)
    ]
    return areas, months, contents


def _checked_cells(
    path: Path,
    areas: tuple[str, ...],
    months: tuple[str, ...],
    contents: tuple[str, ...],
    grid: NDArray[np.float64],
) -> Cube:
    """The cells, if all are counts and rates and no key comes twice."""
    faults = CellFaults(path)
    for what, names in (("area", areas), ("month", months), ("content", contents)):
        if len(set(names)) != len(names):
            faults.note("duplicate-key", what)
    for at, content in enumerate(contents):
        cells = grid[:, :, at]
        shown = np.isfinite(cells)
        wrong = (cells == WRONG_CELL) | (shown & ((cells < 0) | (cells > LARGEST_COUNT)))
        if content not in RATE_COLUMNS:
            wrong |= shown & (np.where(shown, cells, 0) % 1 != 0)
        if wrong.any():
            row, column = np.argwhere(wrong)[0]
            place = f"{content} of {areas[row]} {months[column].replace('-', 'M')}"
            for _ in range(int(wrong.sum())):
                faults.cell(content, place=place)
    raise_problems(faults.problems())
    held = grid != ABSENT_CELL
    return Cube(areas, months, contents, np.where(held, grid, np.nan), held)


def _unknown_codes(codes: Sequence[str | None], known: Sequence[int]) -> list[int]:
    return [at for at in range(len(codes)) if at not in known]


def _content_of_code(texts: Texts, axis: CubeAxis, code: str) -> str | None:
    return texts.content(code) or texts.content(axis.text(code))


def _area_of_code(texts: Texts, axis: CubeAxis, code: str) -> str | None:
    """An area by its code; by its text where the code is no area's."""
    return code if is_area(code) else texts.area(code) or texts.area(axis.text(code))


def check_contents(known: Iterable[str], texts: Iterable[str]) -> None:
    """See whether there is any content of the table.

    Raises:
        OtherContentError: There is none.
    """
    if not any(known):
        named = ", ".join(f"“{text}”" for text in list(texts)[:3] if text)
        message = f"has no content of table {TABLE_ID} that is known"
        raise OtherContentError(f"{message} ({named})" if named else message)


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
        raise OtherContentError(f"has a variable that table {TABLE_ID} has not ({more})")
    for what, found in (("months", months), ("areas", areas)):
        if not found:
            raise OtherContentError(f"has no variable of {what}")
        if len(found) > 1:
            raise OtherContentError(f"has two variables of {what}")


def is_name(text: str) -> bool:
    """Whether a text may be an area's name: words, and not only capitals, digits or signs."""
    return sum(map(str.isalpha, text)) > 2 and any(map(str.islower, text))


def left_out_notes(
    path: Path, contents: Iterable[str], areas: Iterable[str] = ()
) -> tuple[str, ...]:
    """Notes that contents or areas were left out because their codes are not known."""
    left = {"contents": list(dict.fromkeys(contents)), "areas": list(dict.fromkeys(areas))}
    return tuple(
        f"{path}: {what} left out, for their codes are not known: {_quoted(texts)}; "
        "download it with codes"
        for what, texts in left.items()
        if texts
    )


def _quoted(texts: Sequence[str]) -> str:
    more = f" and {len(texts) - _MAX_NAMED} more" if len(texts) > _MAX_NAMED else ""
    return ", ".join(f"“{text}”" for text in texts[:_MAX_NAMED]) + more


def is_majority(found: Iterable[object]) -> bool:
    """Whether most of some answers are yes: a damaged value does not change what a variable is."""
    each = [bool(answer) for answer in found]
    return 2 * sum(each) > len(each)
