"""What disclosure control does not know and so refuses, row by row (contract, section 6)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from indicators.disclosure.count_names import COUNT_UNITS, KNOWN_UNITS, MONEY_UNITS, SHARE_UNITS
from indicators.disclosure.counts import PUBLIC_SOURCES, Flags
from indicators.disclosure.crossings import unknown_crossings
from indicators.errors import DataError
from indicators.table import COLUMNS, KEY, NUMBERS, RESTRICTION, STATUSES

_SOURCES = ("register", "survey", "administrative", *PUBLIC_SOURCES)
_NO_VALUE = ("incomplete", "not_available", "suppressed")
_MAX_LINES = 20
_TOLERANCE = 1e-6

Fault = tuple[str, str, Flags]
"""A column, what is wrong with it and what to do, and the rows of which that holds."""


def refuse_unknown(long: pd.DataFrame, name: Path | str = "the table") -> None:
    """Refuse a long table with rows that nobody could say to be safe.

    What its source has published already passes as it is and is not looked at.

    Args:
        long: A long table, protected or not.
        name: What the table is called; a file's rows are numbered as its lines are.

    Raises:
        DataError: With a line a row and fault, no number of the table in it.
    """
    missing = [column for column in COLUMNS if column not in long.columns]
    if missing:
        raise DataError(f"{name}: column {', '.join(missing)} is missing; make the table again")
    refuse_restricted(long, name)
    own = ~long["source"].isin(PUBLIC_SOURCES).to_numpy()
    found = [
        (int(row), column, text)
        for column, text, rows in _faults(long)
        for row in np.flatnonzero(rows & own)
    ]
    if not found:
        return
    # A CSV file has a header in its first line.
    first = 2 if Path(name).suffix == ".csv" else 1
    lines = [
        f"{name}, row {row + first}, column {column}: {text}" for row, column, text in sorted(found)
    ]
    if len(lines) == 1:
        raise DataError(lines[0])
    shown_lines = lines[:_MAX_LINES]
    if len(lines) > _MAX_LINES:
        shown_lines.append(f"and {len(lines) - _MAX_LINES} more")
    rows = len({row for row, _, _ in found})
    raise DataError(
        f"{name}: {rows} rows cannot be protected, as it is not known what is in them:", shown_lines
    )


def refuse_restricted(long: pd.DataFrame, name: Path | str = "the table") -> None:
    """Refuse a table that is of some persons alone.

    Its totals are no totals: nobody could say what they add up to with what is out.

    Raises:
        DataError: It is.
    """
    if RESTRICTION in long.columns:
        of = ", ".join(sorted(set(long[RESTRICTION].dropna().astype(str)))) or "some persons"
        raise DataError(
            f"{name}: column {RESTRICTION}: the table is of some persons alone ({of}), and such a "
            "table is not protected; count all persons, crossed by these dimensions (`indicators "
            "compute --cross`), protect that and take its rows"
        )


def _faults(long: pd.DataFrame) -> Iterator[Fault]:
    unit, status, source = (
        long[name].astype(object).fillna("").to_numpy(object)
        for name in ("unit", "status", "source")
    )
    yield (
        "unit",
        f"is none of {', '.join(sorted(KNOWN_UNITS))}; correct it",
        ~np.isin(unit, list(KNOWN_UNITS)),
    )
    yield "status", f"is none of {', '.join(STATUSES)}; correct it", ~np.isin(status, STATUSES)
    yield "source", f"is none of {', '.join(_SOURCES)}; correct it", ~np.isin(source, _SOURCES)
    for name in KEY:
        yield name, "is empty; fill it in", long[name].isna().to_numpy()
    dimension, category = (
        long[name].astype(object).fillna("").to_numpy(object) for name in ("dimension", "category")
    )
    text = (
        "is crossed by what is not known; cross dimensions of persons (sex, age_group, origin, "
        "service_line), each once and with a category of each"
    )
    yield "dimension", text, unknown_crossings(dimension, category)
    twice = long.duplicated([*KEY, "source"], keep="first").to_numpy()
    yield "indicator", "the figure stands in an earlier row already; delete one of them", twice
    yield from _faults_of_numbers(long, unit, status)


def _faults_of_numbers(long: pd.DataFrame, unit: np.ndarray, status: np.ndarray) -> Iterator[Fault]:
    numbers = {name: long[name].to_numpy(float) for name in NUMBERS}
    above, below, value = (numbers[name] for name in ("numerator", "denominator", "value"))
    for name, column in numbers.items():
        yield name, "is infinite; leave it empty where it is not known", np.isinf(column)
        signed = (unit == "score") & (name != "denominator")
        yield name, "is negative; a count or a sum is 0 or more", (column < 0) & ~signed
    without = np.isin(status, _NO_VALUE)
    for name, column in numbers.items():
        has_number = ~np.isnan(column)
        text = "holds a number, but the row's status says that it has none; empty one of the two"
        yield name, text, has_number & without
        if name != "value":
            # Of nobody there is neither a share nor a mean.
            nothing = (below == 0) & ~(above > 0)
            text = "holds a number, but the row has no value; fill that in or empty this"
            yield name, text, has_number & np.isnan(value) & ~nothing & ~without
        if name in ("low", "high"):
            text = "holds a number, but the row's status is not bounded; empty it"
            yield name, text, has_number & (status != "bounded") & ~without
    counted, shared = np.isin(unit, list(COUNT_UNITS)), np.isin(unit, list(SHARE_UNITS))
    has_value = ~np.isnan(value) & ~without
    plain = counted & np.isnan(below)
    lone = has_value & np.isnan(above)
    yield "numerator", "is empty; a count's numerator is the count itself", plain & lone
    yield "numerator", "is empty; a share is told with its numerator", shared & lone
    text = "is empty; a share is told with its denominator"
    yield "denominator", text, shared & has_value & np.isnan(below)
    text = "is not the numerator; a count without a denominator has one number"
    yield "value", text, plain & (abs(value - above) > _TOLERANCE)
    times = np.where(unit == "percent", 100.0, 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        quotient = times * above / below
    differs = abs(value - quotient) > _TOLERANCE * np.fmax(1.0, abs(quotient))
    text = "is not the numerator over the denominator; count it again"
    yield "value", text, ~np.isin(unit, list(MONEY_UNITS)) & has_value & differs
    text = "is no whole number; it counts persons, spells, offers or answers"
    yield "numerator", text, (counted | shared) & _is_not_whole(above)
    yield "denominator", text, (unit != "per_fte") & _is_not_whole(below)
    text = "is more than the denominator; a part is at most the whole"
    yield "numerator", text, (unit == "percent") & (above > below)


def _is_not_whole(column: np.ndarray) -> Flags:
    """Numbers that are not whole."""
    with np.errstate(invalid="ignore"):
        fractional: Flags = np.isfinite(column) & (abs(column - np.rint(column)) > _TOLERANCE)
    return fractional
