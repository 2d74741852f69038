"""What may stand in a cell of a download, and what a file holds, cell by cell."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import inf, isfinite, nan
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indicators.problems import Problem
from indicators.sources.statfin.reader import COUNT_COLUMNS, RATE_COLUMNS

ABSENT_CELL = -inf
"""A cell that says that there is no figure: it is not held."""

WRONG_CELL = inf
"""What is no cell of the table."""

LARGEST_COUNT = 999_999_999
"""More than there are people."""

# Three dots are a hidden count; two, and nothing at all, are what some files have for it. One dot
# is "not applicable", four to six are reserved, and a dash is a true zero.
_SIGNS = {
    **dict.fromkeys(("", "..", "...", "…"), nan),
    **dict.fromkeys((".", "....", ".....", "......"), ABSENT_CELL),
    **dict.fromkeys(("-", "–"), 0.0),
}
_NUMBER = re.compile(r"[0-9]{1,3}(?:[ \u00a0\u202f][0-9]{3})+|[0-9]{1,9}(?:[.,][0-9]{1,9})?")
_SPACES = re.compile(r"[ \u00a0\u202f]")

DOWNLOAD_AGAIN = "download it again"
_TEXTS = {
    "not-an-area": "is neither a code of StatFin (such as KU398, MK07, SSS) nor a known name; "
    f"{DOWNLOAD_AGAIN}",
    "not-a-month": f"is not a month (such as 2022M02); {DOWNLOAD_AGAIN}",
    "not-a-content": f"is not a content of table 12r5; {DOWNLOAD_AGAIN}",
    "not-a-number": f"is neither a number nor hidden; {DOWNLOAD_AGAIN}",
    "not-a-count": f"is neither a whole number nor hidden; {DOWNLOAD_AGAIN}",
    "fields": f"has more or fewer fields than the header; {DOWNLOAD_AGAIN}",
    "duplicate-key": f"repeats an area and month that came before; {DOWNLOAD_AGAIN}",
}


def cell_number(cell: object) -> float:
    """What a cell says: a number, NaN where it is hidden, ``ABSENT_CELL`` or ``WRONG_CELL``.

    Args:
        cell: A text, a number, or None for nothing.
    """
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return float(cell) if isfinite(cell) else WRONG_CELL
    text = "" if cell is None else cell.strip() if isinstance(cell, str) else "not a cell"
    if text in _SIGNS:
        return _SIGNS[text]
    return float(_SPACES.sub("", text).replace(",", ".")) if _NUMBER.fullmatch(text) else WRONG_CELL


def fits_content(content: str, value: float) -> bool:
    """Whether a number can be a content's: a count is whole, nothing is below zero."""
    whole = content in RATE_COLUMNS or value == int(value)
    return 0 <= value <= LARGEST_COUNT and whole


@dataclass(slots=True)
class CellFaults:
    """What is wrong with a file, each kind once for each column, with its first row.

    Attributes:
        path: The file.
        found: Rows of each fault, by its reason and column; None where it has no row.
    """

    path: Path
    found: dict[tuple[str, str], list[int | None]] = field(default_factory=dict)

    def note(self, reason: str, column: str = "", row: int | None = None) -> None:
        """Take down a fault: its reason (a key of the texts), its column and row."""
        rows = self.found.setdefault((reason, column), [])
        if row is None or row not in rows[-1:]:
            rows.append(row)

    def cell(self, content: str, row: int | None = None, place: str = "") -> None:
        """Take down a cell that is not one."""
        reason = "not-a-count" if content in COUNT_COLUMNS else "not-a-number"
        self.note(reason, place or content, row)

    def problems(self) -> list[Problem]:
        """A problem for each kind of fault and column."""
        return [
            Problem(reason, self.path, _TEXTS[reason], column, rows[0], len(rows))
            for (reason, column), rows in self.found.items()
        ]


@dataclass(frozen=True, slots=True)
class Cube:
    """The cells that a file holds.

    Attributes:
        areas: Codes, each once.
        months: ``YYYY-MM``, each once.
        contents: StatFin's column codes, rounded rates among them, in the file's order.
        values: Shape (areas, months, contents); NaN where hidden or not held.
        held: Which cells the file has, of the same shape.
    """

    areas: tuple[str, ...]
    months: tuple[str, ...]
    contents: tuple[str, ...]
    values: NDArray[np.float64]
    held: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class ReadCube:
    """What was read from a file.

    Attributes:
        cube: Its cells.
        updated: The day it says that the table was updated; None if it says nothing.
        notes: What was left out of it, in words.
    """

    cube: Cube
    updated: date | None = None
    notes: tuple[str, ...] = ()


class CubeBuilder:
    """Cells put together singly, in any order.

    Args:
        path: Named in the problems.
        contents: Of the file, in order.
    """

    def __init__(self, path: Path, contents: Sequence[str]) -> None:
        self.faults = CellFaults(path)
        self._contents = {code: at for at, code in enumerate(dict.fromkeys(contents))}
        self._areas: dict[str, int] = {}
        self._months: dict[str, int] = {}
        self._cells: dict[tuple[int, int, int], float] = {}

    def put(self, area: str, month: str, content: str, cell: object, row: int) -> None:
        """Take a cell; what is wrong with it is noted.

        Args:
            area: Code.
            month: ``YYYY-MM``.
            content: Column code.
            cell: As it stands in the file.
            row: Where.
        """
        key = (
            self._areas.setdefault(area, len(self._areas)),
            self._months.setdefault(month, len(self._months)),
            self._contents[content],
        )
        value = cell_number(cell)
        if key in self._cells:
            self.faults.note("duplicate-key", row=row)
        elif value == WRONG_CELL or (isfinite(value) and not fits_content(content, value)):
            self.faults.cell(content, row)
        self._cells[key] = value

    def cube(self) -> Cube:
        """What was put together."""
        shape = len(self._areas), len(self._months), len(self._contents)
        values, held = np.full(shape, np.nan), np.zeros(shape, bool)
        for key, value in self._cells.items():
            if value != ABSENT_CELL:
                values[key], held[key] = value, True
        return Cube(tuple(self._areas), tuple(self._months), tuple(self._contents), values, held)


@dataclass(frozen=True, slots=True)
class CubeAxis:
    """One variable of a table that is a cube.

    Attributes:
        name: As the file calls it.
        codes: Of its values; the texts where it has no codes.
        texts: Of its values, by code.
    """

    name: str
    codes: tuple[str, ...]
    texts: Mapping[str, str]

    def text(self, code: str) -> str:
        """The text of a value; its code where it has none."""
        return self.texts.get(code, code)
