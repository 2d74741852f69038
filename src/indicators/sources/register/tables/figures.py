"""Figures that are not the register's: labour force, caseload, surveys."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from indicators.register.arrays import Mask
from indicators.register.schema import TABLES, arrow_schema
from indicators.sources.register import codes
from indicators.sources.register.cells import padded, parse_number
from indicators.sources.register.records import Coded, Records, arrow_days
from indicators.sources.register.tables.common import Cleaning

Numbers = NDArray[np.float64]

_MONTH = re.compile(r"([0-9]{4})[-M]?(0[1-9]|1[0-2])(-[0-9]{2})?")
_FINNISH_MONTH = re.compile(r"(0?[1-9]|1[0-2])/([0-9]{4})")
_COUNTRY = "SSS"
_GROUPS = {
    "total": "total",
    "yhteensä": "total",
    "kaikki": "total",
    "under25": "under25",
    "alle25": "under25",
    "foreign": "foreign",
    "ulkomaalaiset": "foreign",
}
_INSTRUMENTS = {
    "satisfaction": "satisfaction",
    "tyytyväisyys": "satisfaction",
    "wellbeing": "wellbeing",
    "hyvinvointi": "wellbeing",
}
# Columns that make a row: of two rows with the same the later counts.
_KEYS = {
    "labour_force": ("municipality", "group", "year", "vintage"),
    "survey": ("respondent_id", "municipality", "month", "instrument", "item", "wave"),
    "survey_round": ("municipality", "month", "instrument"),
}


def figures(cleaning: Cleaning, table: str, rows: Records) -> pa.Table:
    """Rows of ``labour_force``, ``caseload``, ``survey`` or ``survey_round``."""
    rows = cleaning.delivered(table, rows)
    for name, meaning in _MEANINGS.items():
        if name in TABLES[table].names:
            nullable = TABLES[table].column(name).nullable
            known = cleaning.known_or_empty if nullable else cleaning.known
            rows = known(table, rows, name, meaning)
    for column in TABLES[table].columns:
        if not pa.types.is_string(column.type) and column.name in rows.texts:
            fits = _fits(numbers(rows.text(column.name)), column.type)
            rows = cleaning.log.drop(table, "unreadable_number", rows, ~fits, column.name)
    key = _KEYS.get(table)
    if key:
        rows = cleaning.log.drop(table, "same_key", rows, superseded(rows, key))
    return _canonical(table, rows)


def municipality(code: str) -> str | None:
    """``398`` of 398, KU398 or ``98`` → ``098``; ``SSS`` is the whole country."""
    return _COUNTRY if code == _COUNTRY else codes.municipality(code)


def month(text: str) -> str | None:
    """``2022-02`` of 2022-02, 2022M02, 202202, 2022-02-28 or 2/2022."""
    if match := _MONTH.fullmatch(text):
        return f"{match[1]}-{match[2]}"
    if match := _FINNISH_MONTH.fullmatch(text):
        return f"{match[2]}-{match[1].zfill(2)}"
    return None


def numbers(column: Coded) -> Numbers:
    """Numbers of a column of texts; NaN where there is none."""
    read = [parse_number(name) for name in column.names.to_pylist()]
    values: Numbers = np.array([*read, None], float)[column.codes]
    return values


def _fits(values: Numbers, kind: pa.DataType) -> Mask:
    """Whether each value can stand in a column."""
    fits: Mask = np.isfinite(values)
    return fits if pa.types.is_floating(kind) else fits & (values == np.round(values))


def _word(meanings: dict[str, str]) -> Callable[[str], str | None]:
    return lambda text: meanings.get(re.sub(r"[\s_-]", "", text.casefold()))


_MEANINGS: dict[str, Callable[[str], str | None]] = {
    "municipality": municipality,
    "month": month,
    "group": _word(_GROUPS),
    "instrument": _word(_INSTRUMENTS),
    "office": padded(4),
    "specialist_id": lambda text: text,
    "respondent_id": lambda text: text,
    "item": lambda text: text,
}


def superseded(rows: Records, key: Sequence[str]) -> Mask:
    """Rows whose key comes again further down; a key's columns may be missing altogether."""
    columns = [rows.days[k] if k in rows.days else rows.text(k).codes for k in key]
    order = np.lexsort([*columns])
    same = np.ones(max(len(order) - 1, 0), bool)
    for column in columns:
        same &= column[order][1:] == column[order][:-1]
    superseded = np.zeros(len(rows), bool)
    superseded[order[:-1][same]] = True
    return superseded


def _canonical(table: str, rows: Records) -> pa.Table:
    schema = arrow_schema(table)
    columns = []
    for field in schema:
        if field.name in rows.days:
            columns.append(arrow_days(rows.days[field.name]))
        elif pa.types.is_string(field.type):
            columns.append(rows.text(field.name).arrow())
        else:
            columns.append(pa.array(numbers(rows.text(field.name))).cast(field.type))
    made = pa.table(columns, schema=schema)
    return made.sort_by([(name, "ascending") for name in schema.names])
