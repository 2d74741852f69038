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

from indicators.problems import Problem
from indicators.sources.statfin.layout import (
    AREA,
    COUNTS,
    KEYS,
    MONTH,
    RATES,
    is_area,
    is_cell,
    is_month,
)

_AGAIN = "copy or fetch it again"
_TEXTS = {
    "not-an-area": "is not an area code of StatFin (such as KU398, MK07, SSS)",
    "not-a-month": "is not a month (such as 2022M02)",
    "not-a-number": "is neither a number nor hidden; restore the file",
    "not-a-count": "is neither a whole number nor hidden; restore the file",
    "fields": "has more or fewer fields than the header; restore the file",
    "duplicate-key": "repeats an area and month that came before; restore the file",
}

Row = tuple[int, list[str]]


def faults(path: Path, content: bytes, expected: Sequence[str]) -> list[Problem]:
    """Find every fault of a snapshot; at least one, for the fast reading has refused it.

    Args:
        path: Named in the problems.
        content: The unpacked file.
        expected: Columns it must have.
    """
    unreadable = [Problem("unreadable", path, f"cannot be read as CSV; {_AGAIN}")]
    try:
        rows = _rows(content)
    except csv.Error:
        return unreadable
    if len(rows) < 2:
        return [Problem("empty", path, f"holds no rows; {_AGAIN}")]
    (_, header), *body = rows
    found = list(_header_faults(path, header, expected))
    if set(KEYS) <= set(header):
        found += _row_faults(path, header, body)
    return found or unreadable


def _rows(content: bytes) -> list[Row]:
    """The rows that hold anything, each with its line; the header is line 1."""
    text = io.StringIO(content.decode("utf-8-sig", errors="replace"), newline="")
    return [(line, cells) for line, cells in enumerate(csv.reader(text), start=1) if cells]


def _header_faults(path: Path, header: Sequence[str], expected: Sequence[str]) -> Iterator[Problem]:
    missing = [column for column in expected if column not in header]
    if missing:
        text = f"missing from the header; {_AGAIN}"
        yield Problem("missing-column", path, text, column=", ".join(missing))
    # Only columns we know are named: a file without a header begins with cells.
    twice = [column for column in (*KEYS, *COUNTS, *RATES) if header.count(column) > 1]
    if twice:
        text = "comes twice in the header; restore the file"
        yield Problem("duplicate-column", path, text, column=", ".join(twice))


def _row_faults(path: Path, header: Sequence[str], body: Sequence[Row]) -> list[Problem]:
    found: dict[tuple[str, str], list[int]] = {}
    seen: set[tuple[str, str]] = set()
    for line, cells in body:
        for fault in _faults_of(header, cells, seen):
            found.setdefault(fault, []).append(line)
    problems = [
        Problem(reason, path, _TEXTS[reason], column=column, row=lines[0], count=len(lines))
        for (reason, column), lines in found.items()
    ]
    return problems or list(_grid_faults(path, seen))


def _faults_of(
    header: Sequence[str], cells: Sequence[str], seen: set[tuple[str, str]]
) -> Iterator[tuple[str, str]]:
    """Give (reason, column) of each fault of one row; remember its key in ``seen``."""
    if len(cells) != len(header):
        yield "fields", ""
        return
    row = dict(zip(header, cells, strict=True))
    key = row[AREA], row[MONTH]
    if not is_area(row[AREA]):
        yield "not-an-area", AREA
    if not is_month(row[MONTH]):
        yield "not-a-month", MONTH
    if key in seen:
        yield "duplicate-key", "+".join(KEYS)
    seen.add(key)
    for column in (*COUNTS, *RATES):
        if column in row and not is_cell(column, row[column]):
            yield ("not-a-count" if column in COUNTS else "not-a-number"), column


def _grid_faults(path: Path, seen: set[tuple[str, str]]) -> Iterator[Problem]:
    """A table of areas by months has a row for each pair; say which is the first to miss."""
    areas, months = (sorted(set(names)) for names in zip(*seen, strict=True))
    missing = [pair for pair in product(areas, months) if pair not in seen]
    if missing:
        area, month = missing[0]
        rows = (
            "1 row is missing:" if len(missing) == 1 else f"{len(missing)} rows are missing, from"
        )
        yield Problem("missing-rows", path, f"{rows} {area} {month}; {_AGAIN}")
