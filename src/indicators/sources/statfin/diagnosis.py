"""The slow, thorough reading: run only on a file that the fast reading refused.

It finds every fault, one problem for each kind and column with the first row and the number of
rows, and never repeats what stands in a cell.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path

from indicators.sources.problems import Problem
from indicators.sources.statfin.layout import (
    AREA,
    COUNTS,
    KEYS,
    MONTH,
    NUMBERS,
    is_area,
    is_cell,
    is_month,
)

_TEXTS = {
    "not-an-area": "is not an area code of StatFin (such as KU398, MK07, SSS)",
    "not-a-month": "is not a month (such as 2022M02)",
    "not-a-number": "holds something that is not a whole number; restore the file",
    "fields": "has more or fewer fields than the header; restore the file",
    "duplicate-key": "repeats an area and month that came before; restore the file",
}


def header_faults(path: Path, header: Sequence[str], expected: Sequence[str]) -> Iterator[Problem]:
    """Name the columns that a file lacks or has twice."""
    for column in expected:
        if column not in header:
            yield Problem("missing-column", path, "the column is missing", column=column)
    for column in sorted({name for name in header if header.count(name) > 1}):
        yield Problem("duplicate-column", path, "the column comes twice", column=column)


def row_faults(path: Path, content: bytes, header: Sequence[str]) -> list[Problem]:
    """Find every fault of the rows.

    Args:
        path: Named in the problems.
        content: The unpacked file.
        header: Its columns.
    """
    found: dict[tuple[str, str], list[int]] = {}
    seen: set[tuple[str, str]] = set()
    for line, cells in _rows(content):
        for fault in _faults_of(dict(zip(header, cells, strict=False)), len(header), cells, seen):
            found.setdefault(fault, []).append(line)
    problems = [
        Problem(reason, path, _TEXTS[reason], column=column, row=lines[0], count=len(lines))
        for (reason, column), lines in found.items()
    ]
    return problems or _grid_faults(path, seen)


def _rows(content: bytes) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(content.decode("utf-8", errors="replace"), newline=""))
    next(reader, None)
    for line, cells in enumerate(reader, start=2):
        if cells:
            yield line, cells


def _faults_of(
    row: dict[str, str], width: int, cells: list[str], seen: set[tuple[str, str]]
) -> Iterator[tuple[str, str]]:
    """Give (reason, column) of each fault of one row; remember its key in ``seen``."""
    if len(cells) != width:
        yield "fields", ""
        return
    if not is_area(row[AREA]):
        yield "not-an-area", AREA
    if not is_month(row[MONTH]):
        yield "not-a-month", MONTH
    for column in (*COUNTS, *NUMBERS):
        if column in row and not is_cell(column, row[column]):
            yield "not-a-number", column
    key = row[AREA], row[MONTH]
    if key in seen:
        yield "duplicate-key", "+".join(KEYS)
    seen.add(key)


def _grid_faults(path: Path, seen: set[tuple[str, str]]) -> list[Problem]:
    """A table of areas by months has a row for each pair; say which is the first to miss."""
    if not seen:
        return [Problem("empty", path, "holds no rows; copy or fetch it again")]
    areas, months = (sorted(set(names)) for names in zip(*seen, strict=True))
    missing = [pair for pair in product(areas, months) if pair not in seen]
    if not missing:
        return [Problem("unreadable", path, "cannot be read as CSV; restore the file")]
    area, month = missing[0]
    text = f"{len(missing)} rows are missing, the first {area} {month}; copy or fetch it again"
    return [Problem("missing-rows", path, text)]
