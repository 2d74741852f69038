"""The invariants of canonical tables (contract, section 2), found in rows that have been read.

Tables of persons are checked in chunks of whole persons, so that counting can check what it has
read anyway. Columns of codes come as dictionaries: each different code is tested once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from indicators.register.hetu import ARROW_PATTERN, holds_code
from indicators.register.schema import MISSING, TABLES, Column, Days, Persons, Table, day_number

_ONE_PER_DAY = ("residence", "office", "service_line", "employment_code")
_KIND: Mapping[str, Sequence[str]] = {
    "job_search": (),
    "service": ("group", "kind"),
    "statement": ("code",),
}
# Open lists of codes have at least a form; names of categories are not empty.
FORMS = {
    "municipality": "^([0-9]{3}|SSS)$",
    "citizenship": "^[0-9]{3}$",
    "office": "^[0-9]{4}$",
    "month": "^[0-9]{4}-(0[1-9]|1[0-2])$",
    "item": "(?s)^.+$",
    "benefit": "(?s)^.+$",
    "basis": "(?s)^.+$",
}
_PERSONS_FORMS = {**FORMS, "municipality": "^[0-9]{3}$"}
# Days of what is planned lie ahead.
_PLANNED = frozenset({"review"})
FIRST_YEAR = 1800
_LEAST_LONG = 9
"""No identity code is shorter, whatever its spelling."""

Fault = tuple[str, str, int]
"""Reason, column, how many rows (of a key that comes twice: how many rows too many)."""

Faults = Counter[tuple[str, str, str]]
"""How many rows by table, reason and column."""

PersonDays = NDArray[np.int64]
DayLine = Callable[[str], tuple[PersonDays, PersonDays]]
"""First days of a table's spells, and the days after their ends, of all persons on one line of
whole numbers: a person's days, open ends too, come before the next one's. In the table's order."""

# As much of the line as a person has; days lie between ±`_FARTHEST`.
_BITS, _FARTHEST = 18, 131_000


def person_faults(
    tables: Mapping[str, pa.Table], extract_date: date, line: DayLine | None = None
) -> Faults:
    """Faults of the tables of some persons.

    Args:
        tables: Whole rows of whole persons by table, strings as dictionaries.
        extract_date: The last day the extract knows about.
        line: Where spells are known already; else they are worked out.

    Returns:
        Only those with rows.
    """
    found, last = Faults(), day_number(extract_date)
    line = line or _day_line(tables)
    for name, rows in tables.items():
        part = TablePart(TABLES[name], rows)
        for reason, column, count in (
            *cell_faults(part, _PERSONS_FORMS),
            *_observation_faults(part, last),
            *_spell_faults(part, line),
            *(_birth_faults(part, extract_date.year) if name == "persons" else ()),
        ):
            found[name, reason, column] += count
    if "employment_code" in tables and "job_search" in tables:
        outside = _codes_outside_searches(line("employment_code"), line("job_search"))
        found["employment_code", "outside-job-search", "start"] += outside
    return +found


def _day_line(tables: Mapping[str, pa.Table]) -> DayLine:
    """Every person's days one behind the other, persons in the order of their ids."""
    ids = [_distinct_ids(rows["person_id"].to_numpy()) for rows in tables.values()]
    persons = np.unique(np.concatenate(ids)) if ids else np.empty(0, np.int64)

    @cache
    def spells_of(name: str) -> tuple[PersonDays, PersonDays]:
        part = TablePart(TABLES[name], tables[name])
        firsts = np.flatnonzero(np.append(True, np.diff(part.person) != 0)[: len(part.person)])
        rank = np.searchsorted(persons, part.person[firsts])
        owner = np.repeat(rank.astype(np.int64), np.diff(firsts, append=len(part.person))) << _BITS
        start, end = (
            owner + np.clip(part.days(column), -_FARTHEST, _FARTHEST) for column in ("start", "end")
        )
        return start, end + 1

    return spells_of


def _distinct_ids(persons: Persons) -> Persons:
    """Ids without repetitions that stand together."""
    once: Persons = persons[np.append(True, persons[1:] != persons[:-1])[: len(persons)]]
    return once


@dataclass(frozen=True)
class TablePart:
    """Rows of a table, of some persons if it is of persons."""

    table: Table
    rows: pa.Table

    def days(self, column: str) -> Days:
        """Days of a column, ``MISSING`` where there is none."""
        if column not in self._days:
            filled = self.rows[column].cast(pa.int32()).fill_null(MISSING)
            self._days[column] = filled.to_numpy()
        return self._days[column]

    @cached_property
    def _days(self) -> dict[str, Days]:
        return {}

    @cached_property
    def person(self) -> Persons:
        """Person of each row."""
        person: Persons = self.rows["person_id"].to_numpy()
        return person


def cell_faults(part: TablePart, forms: Mapping[str, str]) -> Iterator[Fault]:
    """Cells that are empty, and codes that are none.

    Args:
        part: The rows.
        forms: Form of the codes of open lists, by column.

    Yields:
        Faults, also those with no rows.
    """
    for column in part.table.columns:
        values = part.rows[column.name]
        if not column.nullable:
            yield "missing-value", column.name, values.null_count
        if pa.types.is_string(column.type) and values.num_chunks:
            yield from _code_faults(column, values, forms.get(column.name))


def _code_faults(column: Column, values: pa.ChunkedArray, form: str | None) -> Iterator[Fault]:
    """Faults of a column of codes; each different one is looked at once."""
    if not pa.types.is_dictionary(values.type):
        values = values.combine_chunks().dictionary_encode()
        values = values if isinstance(values, pa.ChunkedArray) else pa.chunked_array([values])
    texts = values.chunk(0).dictionary
    if column.codes is not None:
        unknown = pc.invert(pc.is_in(texts, pa.array(sorted(column.codes))))
        yield "unknown-code", column.name, _rows_with_codes(values, unknown)
    elif form is not None:
        malformed = pc.invert(pc.match_substring_regex(texts, form))
        yield "malformed-code", column.name, _rows_with_codes(values, malformed)
    yield "identity-code", column.name, _rows_with_codes(values, _holds_identity_code(texts))


def _holds_identity_code(texts: pa.StringArray) -> pa.BooleanArray:
    """In which texts an identity code stands."""
    long = pc.greater_equal(pc.utf8_length(texts), _LEAST_LONG)
    suspect = np.flatnonzero(long.fill_null(False).to_numpy(zero_copy_only=False))
    chosen = texts.take(pa.array(suspect))
    matches = pc.match_substring_regex(chosen, ARROW_PATTERN, ignore_case=True)
    exposed = np.zeros(len(texts), bool)
    for at in np.flatnonzero(matches.to_numpy(zero_copy_only=False)):
        exposed[suspect[at]] = holds_code(chosen[int(at)].as_py())
    return pa.array(exposed)


def _rows_with_codes(values: pa.ChunkedArray, wrong: pa.BooleanArray) -> int:
    """How many rows have one of the codes that are wrong."""
    # Parquet's dictionaries hold codes too that no row of the chosen persons has.
    if not pc.any(wrong).as_py():
        return 0
    places = np.append(wrong.to_numpy(zero_copy_only=False), False)
    indices = [
        chunk_indices.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        for chunk_indices in values.chunks
    ]
    return int(sum(places[chunk_indices].sum() for chunk_indices in indices))


def _observation_faults(part: TablePart, last: int) -> Iterator[Fault]:
    """Nothing after the extract date is observed."""
    for column in part.table.columns:
        if pa.types.is_date(column.type) and column.name not in _PLANNED:
            latest = pc.max(part.rows[column.name].cast(pa.int32())).as_py()
            if latest is not None and latest > last:
                days = part.days(column.name)
                yield "after-extract", column.name, int(((days > last) & (days != MISSING)).sum())


def _spell_faults(part: TablePart, line: DayLine) -> Iterator[Fault]:
    name = part.table.name
    if name == "statement":
        # The days of statements may be missing: they are on no line.
        begun, end = part.days("start"), part.days("end")
        yield "reversed-spell", "end", int(((end < begun) & (begun != MISSING)).sum())
        begun = np.where(begun == MISSING, part.days("given"), begun)
        yield (
            "same-start",
            "start",
            _repeated_spells(_combined_numbers([_rank(part.person), begun]), part),
        )
    elif part.table.is_spells:
        start, stop = line(name)
        yield "reversed-spell", "end", int((stop <= start).sum())
        if name in _ONE_PER_DAY:
            start, stop = _sorted_spells(start, stop)
            yield "overlap", "start", int((stop[:-1] > start[1:]).sum())
        elif name in _KIND:
            yield "same-start", "start", _repeated_spells(start, part)


def _sorted_spells(start: PersonDays, stop: PersonDays) -> tuple[PersonDays, PersonDays]:
    """Spells by person and start; as they are where they stand so, as import writes them."""
    if (start[1:] >= start[:-1]).all():
        return start, stop
    order = np.argsort(start, kind="stable")
    return start[order], stop[order]


def _repeated_spells(key: PersonDays, part: TablePart) -> int:
    """How many rows have the key and the kind of a row before them."""
    if (key[1:] > key[:-1]).all():
        return 0
    order = np.argsort(key, kind="stable")
    again = key[order][1:] == key[order][:-1]
    # Few persons begin several on one day: only theirs are looked at.
    some = np.append(again, False)[: len(key)] | np.append(False, again)[: len(key)]
    rows = pa.array(order[some])
    kinds = [_code_indices(part.rows[name].take(rows)) for name in _KIND[part.table.name]]
    packed = np.sort(_combined_numbers([_rank(key[order[some]]), *kinds]))
    return int((packed[1:] == packed[:-1]).sum())


def _code_indices(codes: pa.ChunkedArray) -> PersonDays:
    """A whole number of each row's code, the same for the same code."""
    chunks = [chunk.indices.fill_null(-1).to_numpy(zero_copy_only=False) for chunk in codes.chunks]
    return np.concatenate([np.empty(0, np.int64), *chunks]).astype(np.int64)


def _rank(ids: PersonDays) -> PersonDays:
    """A number of each id from 0, in their order."""
    if (ids[1:] >= ids[:-1]).all():
        return np.cumsum(np.append(False, ids[1:] != ids[:-1])[: len(ids)], dtype=np.int64)
    return np.unique(ids, return_inverse=True)[1].astype(np.int64)


def _combined_numbers(numbers: Sequence[NDArray[np.signedinteger[Any]]]) -> PersonDays:
    """One number for each combination, in the order of the first, then the second and so on."""
    key = numbers[0].astype(np.int64)
    for column in numbers[1:] if len(key) else ():
        low = int(column.min())
        span = int(column.max()) - low + 1
        if int(key.max()) >= 2**62 // span:
            key = _rank(key)
        key = key * span + (column.astype(np.int64) - low)
    return key


def _codes_outside_searches(
    codes: tuple[PersonDays, PersonDays], searches: tuple[PersonDays, PersonDays]
) -> int:
    """How many employment codes do not lie inside job searches that overlap or touch."""
    start, stop = _sorted_spells(*searches)
    reach = np.maximum.accumulate(stop)
    first = np.append(True, start[1:] > reach[:-1])[: len(start)]
    begins, ends = start[first], reach[np.append(first[1:], True)[: len(start)]]
    chain = np.searchsorted(begins, codes[0], side="right") - 1
    inside = np.append(ends, np.iinfo(np.int64).min)[chain] >= codes[1]
    return len(inside) - int(inside.sum())


def _birth_faults(part: TablePart, extract_year: int) -> Iterator[Fault]:
    person = part.person
    if not (person[1:] > person[:-1]).all():
        yield "duplicate-person", "person_id", len(person) - len(np.unique(person))
    year = part.rows["birth_year"]
    differs = pc.not_equal(pc.year(part.rows["birth_date"]).cast(year.type), year)
    yield "birth-year", "birth_year", count_true(differs)
    odd = pc.or_(pc.less(year, FIRST_YEAR), pc.greater(year, extract_year))
    yield "implausible-year", "birth_year", count_true(odd)


def count_true(mask: pa.ChunkedArray) -> int:
    """How many values are true; missing ones are not."""
    return int(pc.sum(mask, min_count=0).as_py())
