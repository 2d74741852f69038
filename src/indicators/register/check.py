"""Canonical tables held against their schema and invariants (contract, section 2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from indicators.errors import DataError
from indicators.problems import Problem, failure, refuse_together
from indicators.register import spells
from indicators.register.arrays import MISSING, Days, Persons, day_number
from indicators.register.hetu import ARROW_PATTERN, holds_code
from indicators.register.schema import TABLES, Column, Table
from indicators.register.store import Register, open_register, path_of

_CHUNK = 2_000_000
_ONE_A_DAY = ("residence", "office", "service_line", "employment_code")
_KIND = {"job_search": (), "service": ("group", "kind"), "statement": ("code",)}
# Open lists of codes have at least a form.
_FORMS = {
    "municipality": "^([0-9]{3}|SSS)$",
    "citizenship": "^[0-9]{3}$",
    "office": "^[0-9]{4}$",
    "month": "^[0-9]{4}-(0[1-9]|1[0-2])$",
}
# Days of what is planned lie ahead.
_PLANNED = frozenset({"review"})

_AGAIN = "import the extract again"
_TEXTS = {
    "missing-value": "is empty",
    "unknown-code": "holds a code outside the list",
    "malformed-code": "holds a code of another form",
    "identity-code": "holds a personal identity code",
    "after-extract": "lies after the extract date",
    "reversed-spell": "lies before start",
    "overlap": "begins before the person's spell before it ends",
    "same-start": "is that of another such spell of the person",
    "outside-job-search": "or end is outside the person's job searches",
    "duplicate-person": "comes again",
    "birth-year": "is not the year of birth_date",
}

Fault = tuple[str, str, int]
"""Reason, column, how many rows."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A table's rows of some persons."""

    register: Register
    table: Table
    persons: tuple[int, int] | None
    rows: pa.Table

    def days(self, column: str) -> Days:
        filled = self.rows[column].cast(pa.int32()).fill_null(MISSING)
        days: Days = filled.to_numpy()
        return days

    @property
    def person(self) -> Persons:
        person: Persons = self.rows["person_id"].to_numpy()
        return person


def check(folder: Path | str) -> dict[str, int]:
    """Check a canonical folder.

    Returns:
        Rows by table, of the tables that are there.

    Raises:
        UsageError: There is no such folder.
        DataError: With every kind of fault of every table.
    """
    register = open_register(folder)
    errors: list[DataError] = []
    rows: dict[str, int] = {}
    for table in TABLES.values():
        try:
            if register.has(table.name):
                rows[table.name] = _check_table(register, table)
            elif not table.optional:
                text = f"is missing; {_AGAIN}"
                raise failure([Problem("missing-table", path_of(register.folder, table), text)])
        except DataError as error:
            errors.append(error)
    refuse_together(errors)
    return rows


def _check_table(register: Register, table: Table) -> int:
    """Number of rows of a table without faults."""
    faults: Counter[tuple[str, str]] = Counter()
    size = 0
    for persons in register.person_ranges(_CHUNK) if table.person else [None]:
        rows = register.read(table.name, persons=persons)
        size += rows.num_rows
        part = _Part(register, table, persons, rows)
        for look in _LOOKS:
            for reason, column, count in look(part):
                faults[reason, column] += count
    path = path_of(register.folder, table)
    problems = [
        Problem(reason, path, _told(reason, count), column=column, count=count)
        for (reason, column), count in faults.items()
        if count
    ]
    if problems:
        raise failure(problems)
    return size


def _told(reason: str, count: int) -> str:
    return f"{_TEXTS[reason]} in {count} {'row' if count == 1 else 'rows'}; {_AGAIN}"


def _cells(part: _Part) -> Iterator[Fault]:
    for column in part.table.columns:
        values = part.rows[column.name]
        if not column.nullable:
            yield "missing-value", column.name, values.null_count
        if pa.types.is_string(column.type):
            yield from _texts(column, values)


def _texts(column: Column, values: pa.ChunkedArray) -> Iterator[Fault]:
    counts = values.drop_null().value_counts()
    texts, rows = counts.field("values"), counts.field("counts")
    if column.codes is not None:
        known = pc.is_in(texts, pa.array(sorted(column.codes)))
        yield "unknown-code", column.name, _sum(rows, pc.invert(known))
    elif column.name in _FORMS:
        formed = pc.match_substring_regex(texts, _FORMS[column.name])
        yield "malformed-code", column.name, _sum(rows, pc.invert(formed))
    suspect = pc.match_substring_regex(texts, ARROW_PATTERN, ignore_case=True)
    exposed = [holds_code(text) for text in texts.filter(suspect).to_pylist()]
    yield "identity-code", column.name, int(np.sum(rows.filter(suspect).to_numpy()[exposed]))


def _sum(rows: pa.Array, mask: pa.BooleanArray) -> int:
    return int(pc.sum(rows.filter(mask), min_count=0).as_py())


def _observed(part: _Part) -> Iterator[Fault]:
    """Nothing after the extract date is observed."""
    last = day_number(part.register.extract_date)
    for column in part.table.columns:
        if part.table.person and pa.types.is_date(column.type) and column.name not in _PLANNED:
            days = part.days(column.name)
            yield "after-extract", column.name, int(((days > last) & (days != MISSING)).sum())


def _spells(part: _Part) -> Iterator[Fault]:
    if not part.table.is_spells:
        return
    start, end = part.days("start"), part.days("end")
    yield "reversed-spell", "end", int(((end < start) & (start != MISSING)).sum())
    if part.table.name in _ONE_A_DAY:
        order = np.lexsort((start, part.person))
        cut = spells.cut_overlaps(part.person[order], start[order], end[order])
        yield "overlap", "start", int((cut != end[order]).sum())
    elif part.table.name in _KIND:
        yield "same-start", "start", _same_starts(part, start)


def _same_starts(part: _Part, start: Days) -> int:
    if part.table.name == "statement":
        start = np.where(start == MISSING, part.days("given"), start)
    codes = [
        part.rows[name].combine_chunks().dictionary_encode().indices.fill_null(-1).to_numpy()
        for name in _KIND[part.table.name]
    ]
    keys = [part.person, start, *codes]
    order = np.lexsort(keys)
    same = [key[order][1:] == key[order][:-1] for key in keys]
    return int(np.all(same, axis=0).sum())


def _inside(part: _Part) -> Iterator[Fault]:
    """Employment codes lie inside job searches."""
    if part.table.name != "employment_code" or not part.register.has("job_search"):
        return
    rows = part.register.read("job_search", ["person_id", "start", "end"], part.persons)
    rows = rows.sort_by([("person_id", "ascending"), ("start", "ascending")])
    search = _Part(part.register, TABLES["job_search"], part.persons, rows)
    start, end = part.days("start"), part.days("end")
    finite = [
        days[days != MISSING] for days in (start, end, search.days("start"), search.days("end"))
    ]
    until = max((int(days.max()) for days in finite if len(days)), default=0)
    cover = spells.cover(search.person, search.days("start"), search.days("end"), until)
    pieces = cover.pieces(part.person, start, end)
    whole = (pieces.start == start[pieces.source]) & (pieces.end == end[pieces.source])
    yield "outside-job-search", "start", len(start) - int(whole.sum())


def _persons(part: _Part) -> Iterator[Fault]:
    if part.table.name != "persons":
        return
    yield "duplicate-person", "person_id", len(part.person) - len(np.unique(part.person))
    differs = pc.not_equal(pc.year(part.rows["birth_date"]), part.rows["birth_year"])
    yield "birth-year", "birth_year", int(pc.sum(differs, min_count=0).as_py())


_LOOKS: tuple[Callable[[_Part], Iterator[Fault]], ...] = (
    _cells,
    _observed,
    _spells,
    _inside,
    _persons,
)
