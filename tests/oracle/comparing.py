"""Compares two long tables row by row, both ways, and tells in words where they differ.

The oracle's rows are the measure. What the contract leaves free is not a difference:

- a category with nothing behind it may be left out, or told as zero;
- a figure that is not available (no source, too few answers) may have its row or not;
- of a month not seen, only the total rows must be there;
- nothing divided by nothing has no value, whatever its status says, and its zeros may be empty;
- what stands behind the bounds of an interval (numerator, denominator) is not laid down.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from math import isclose

import pandas as pd

from indicators.table import COLUMNS, KEY, NUMBERS
from oracle.rows import Row

Key = tuple[str, ...]
TEXTS = ("unit", "status", "series_break", "source", "vintage")
RELATIVE = 1e-9  # sums of floats in another order


def differences(found: Iterable[Row], expected: Iterable[Row]) -> list[str]:
    """One line a row that is missing, not expected, twice there or different."""
    found, expected = list(found), list(expected)
    ours, theirs = by_key(expected), by_key(found)
    areas = {row["area"] for row in expected}
    return [
        *(f"twice: {_name(key)}" for key, n in Counter(map(key_of, found)).items() if n > 1),
        *(
            f"missing: {_name(key)}: {_told(row)}"
            for key, row in ours.items()
            if key not in theirs and not may_be_left_out(row)
        ),
        *(
            f"not expected: {_name(key)}: {_told(row)}"
            for key, row in theirs.items()
            if key not in ours and not says_nothing(row, areas)
        ),
        *(
            f"different: {_name(key)}: {what}"
            for key, row in theirs.items()
            if key in ours
            for what in row_differences(row, ours[key])
        ),
    ]


def records(table: pd.DataFrame) -> list[Row]:
    """Rows of a long table, missing values as None."""
    assert list(table.columns) == list(COLUMNS)
    columns = [table[name].astype(object) for name in COLUMNS]
    plain = [column.where(column.notna(), None).tolist() for column in columns]
    return [dict(zip(COLUMNS, row, strict=True)) for row in zip(*plain, strict=True)]


def key_of(row: Row) -> Key:
    return tuple(row[name] for name in KEY)


def by_key(rows: Iterable[Row]) -> dict[Key, Row]:
    return {key_of(row): row for row in rows}


def may_be_left_out(row: Row) -> bool:
    """An expected row that need not be there."""
    if row["status"] == "not_available":
        return True
    # "a category with nothing behind it may be left out": nobody, or nothing to divide by
    return row["dimension"] != "total" and (is_empty(row) or row["value"] is None)


def says_nothing(row: Row, areas: Iterable[str]) -> bool:
    """A row that is not expected but does no harm: nobody, or nothing known."""
    if not is_empty(row):
        return False
    not_told = row["status"] in ("incomplete", "not_available")
    return not_told or row["dimension"] != "total" or row["area"] not in areas


def is_empty(row: Row) -> bool:
    return not any(row[name] for name in NUMBERS)


def row_differences(found: Row, expected: Row) -> Iterator[str]:
    undefined = expected["value"] is None and expected["status"] != "incomplete"
    for name in NUMBERS:
        if not _same_number(name, found, expected, undefined=undefined):
            yield f"{name} is {found[name]}, not {expected[name]}"
    for name in TEXTS:
        free = name == "status" and undefined and found["value"] is None
        if found[name] != expected[name] and not free:
            yield f"{name} is {found[name]}, not {expected[name]}"


def _same_number(name: str, found: Row, expected: Row, *, undefined: bool) -> bool:
    one, other = found[name], expected[name]
    if name != "value" and expected["statistic"] in ("ci_low", "ci_high"):
        return True
    if one is None or other is None:
        return one is other or (undefined and one is None)
    return isclose(one, other, rel_tol=RELATIVE, abs_tol=RELATIVE)


def _name(key: Key) -> str:
    return " ".join(key)


def _told(row: Row) -> str:
    return f"{row['numerator']} / {row['denominator']} = {row['value']}, {row['status']}"
