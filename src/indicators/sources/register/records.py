"""Rows of a table as NumPy columns, sorted by person, and the log of what cleaning did to them.

The log (:class:`CleaningLog`) has each step with its records and persons, never a value.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from indicators.register.schema import MISSING, TABLES, Days, Mask, Persons

_BITS = 63
Index = NDArray[np.bool_] | NDArray[np.integer]

SOURCE = "source"
"""Column of the register's table that a row comes from."""


@dataclass(frozen=True, slots=True)
class CodedTexts:
    """A column of texts.

    Attributes:
        codes: For each row the position of its text among the names; −1 for missing.
        names: The distinct texts, an Arrow array of strings.
    """

    codes: NDArray[np.int32]
    names: pa.StringArray

    def take(self, index: Index) -> CodedTexts:
        """Some rows."""
        return CodedTexts(self.codes[index], self.names)

    @property
    def missing(self) -> Mask:
        """Rows without a text."""
        return self.codes < 0

    def isin(self, names: Iterable[str]) -> Mask:
        """Rows whose text is one of some."""
        wanted = pa.array(list(names), pa.string())
        hit = pc.is_in(self.names, wanted).to_numpy(zero_copy_only=False)
        return np.append(hit, False).astype(bool)[self.codes]

    def translate(self, function: Callable[[str], str | None]) -> CodedTexts:
        """Each text replaced by a new one; None makes it missing.

        The function meets every name, also one that stands in no row any more.
        """
        texts = [function(name) for name in self.names.to_pylist()]
        names = sorted({text for text in texts if text is not None})
        place = {name: position for position, name in enumerate(names)}
        new = [-1 if text is None else place[text] for text in texts]
        return texts_from_codes(np.array([*new, -1], np.int32)[self.codes], names)

    def filled(self, text: str) -> CodedTexts:
        """Missing texts by a text."""
        codes = np.where(self.codes < 0, len(self.names), self.codes).astype(np.int32)
        return texts_from_codes(codes, [*self.names.to_pylist(), text]).translate(lambda name: name)

    def or_else(self, other: CodedTexts) -> CodedTexts:
        """Missing texts replaced by those of a second column."""
        both = concat_texts([self, other])
        own, others = np.split(both.codes, 2)
        return CodedTexts(np.where(own < 0, others, own).astype(np.int32), both.names)

    def in_order(self) -> CodedTexts:
        """With names sorted, so that codes are in the order of texts."""
        order = pc.sort_indices(self.names).to_numpy()
        place = np.append(np.argsort(order), -1).astype(np.int32)
        return CodedTexts(place[self.codes], self.names.take(pa.array(order)))

    def arrow(self) -> pa.Array:
        """As an Arrow array of strings."""
        indices = pa.array(self.codes, mask=self.missing)
        return pa.DictionaryArray.from_arrays(indices, self.names).dictionary_decode()


def texts_from_codes(codes: NDArray[np.signedinteger], names: Sequence[str]) -> CodedTexts:
    """A column of texts by their positions among names."""
    return CodedTexts(codes.astype(np.int32), pa.array(names, pa.string()))


def missing_texts(rows: int) -> CodedTexts:
    """A column of missing texts."""
    return texts_from_codes(np.full(rows, -1), ())


def encode_texts(column: pa.ChunkedArray) -> CodedTexts:
    """Of an Arrow column of texts, as they are or as dictionaries."""
    if len(column) == 0:
        return missing_texts(0)
    if pa.types.is_string(column.type):
        column = column.dictionary_encode()
    whole = column.unify_dictionaries().combine_chunks()
    codes = whole.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return CodedTexts(codes.astype(np.int32), whole.dictionary)


def concat_texts(columns: Sequence[CodedTexts]) -> CodedTexts:
    """Columns below each other."""
    parts = [
        pa.DictionaryArray.from_arrays(pa.array(each.codes, mask=each.missing), each.names)
        for each in columns
    ]
    return encode_texts(pa.chunked_array(parts))


@dataclass(frozen=True, slots=True)
class Records:
    """Rows of one table.

    Attributes:
        person: Person id of each row.
        days: Columns of days; ``MISSING`` where there is none.
        texts: Columns of texts.
    """

    person: Persons
    days: Mapping[str, Days]
    texts: Mapping[str, CodedTexts]

    def __len__(self) -> int:
        return len(self.person)

    def by_source(self, index: Mask | None = None) -> dict[str, int]:
        """How many rows (of a mask, if given) came from each of the register's tables."""
        sources = self.text(SOURCE)
        codes = sources.codes if index is None else sources.codes[index]
        counts = np.bincount(codes[codes >= 0], minlength=len(sources.names))
        return dict(zip(sources.names.to_pylist(), counts.tolist(), strict=True))

    def of_source(self, name: str) -> Records:
        """The same rows, marked with the register's table that they come from."""
        return self.replace(**{SOURCE: texts_from_codes(np.zeros(len(self), np.int32), [name])})

    def take(self, index: Index) -> Records:
        """Some rows, by mask or position."""
        return Records(
            self.person[index],
            {name: column[index] for name, column in self.days.items()},
            {name: column.take(index) for name, column in self.texts.items()},
        )

    def replace(self, **columns: Days | CodedTexts) -> Records:
        """With columns changed or added."""
        days = {
            name: column for name, column in columns.items() if not isinstance(column, CodedTexts)
        }
        texts = {name: column for name, column in columns.items() if isinstance(column, CodedTexts)}
        return Records(self.person, {**self.days, **days}, {**self.texts, **texts})

    def text(self, name: str) -> CodedTexts:
        """A column of texts; all missing if the table came without it."""
        return self.texts[name] if name in self.texts else missing_texts(len(self))

    def by_person(self) -> Records:
        """Sorted by person; rows of a person keep their order."""
        return self.take(np.argsort(self.person, kind="stable"))


def concat_records(parts: Sequence[Records], days: Sequence[str], texts: Sequence[str]) -> Records:
    """Rows below each other with the named columns, sorted by person.

    A column that a part lacks is missing there.
    """
    person = np.concatenate([part.person for part in parts])
    all_days = {
        name: np.concatenate([part.days.get(name, _missing_days(part)) for part in parts])
        for name in days
    }
    names = [*texts, SOURCE]
    all_texts = {name: concat_texts([part.text(name) for part in parts]) for name in names}
    return Records(person, all_days, all_texts).by_person()


def _missing_days(part: Records) -> Days:
    return np.full(len(part), MISSING, np.int32)


def order_by(*columns: NDArray[np.integer]) -> NDArray[np.intp]:
    """Positions that sort rows by columns, the first of them first; equal rows keep their order.

    As ``np.lexsort`` of the columns the other way round, but rows that are nearly in order (as a
    person's rows among all persons') cost next to nothing where the columns fit into one number.

    Args:
        columns: Whole numbers; ``MISSING`` may be among days.
    """
    packed = np.zeros(len(columns[0]), np.int64)
    room = _BITS
    for column in columns:
        low, values = _compact_ranks(column)
        bits = int(values.max() - low).bit_length() if len(values) else 0
        room -= bits
        if room < 0:
            return np.lexsort(columns[::-1])
        packed = (packed << bits) | (values - low)
    return np.argsort(packed, kind="stable")


def _compact_ranks(column: NDArray[np.integer]) -> tuple[int, NDArray[np.int64]]:
    """The least value, and values of which a missing day is just behind all others."""
    values = column.astype(np.int64)
    missing = values == MISSING
    if missing.any() and not missing.all():
        values[missing] = values[~missing].max() + 1
    return int(values.min()) if len(values) else 0, values


def person_ranks(person: Persons) -> NDArray[np.int64]:
    """Sorted ids as numbers from 0 on, the same for the same person."""
    ranks = np.zeros(len(person), np.int64)
    np.cumsum(person[1:] != person[:-1], out=ranks[1:])
    return ranks


def arrow_days(column: Days) -> pa.Array:
    """Days as an Arrow array of ``date32``, ``MISSING`` as null."""
    return pa.array(column, pa.int32(), mask=column == MISSING).cast(pa.date32())


def count_persons(person: Persons) -> int:
    """Different persons of sorted ids."""
    return int(np.count_nonzero(person[1:] != person[:-1])) + 1 if len(person) else 0


# --- the log of what was dropped, cut and mended --------------------------------------------------


DELIVERED_RULE = "delivered"
NAMELESS_RULES = ("broken_row", "no_id")
"""Rules that rows fall under before they are anybody's records."""


@dataclass(slots=True)
class Step:
    """One rule applied to one table.

    Attributes:
        table: Canonical table.
        rule: Id of the rule; its texts are in ``rules.toml``.
        records: How many records it touched.
        persons: Of how many persons.
        records_left: How many records there are after it.
        persons_left: Of how many persons.
    """

    table: str
    rule: str
    records: int = 0
    persons: int = 0
    records_left: int = 0
    persons_left: int = 0


class Origin(NamedTuple):
    """Rows of one of the register's tables in one canonical table."""

    table: str
    source: str


class AffectedRows(NamedTuple):
    """Rows of an origin that one rule touched, by the field that it looked at (if any)."""

    origin: Origin
    rule: str
    field: str


class Fault(NamedTuple):
    """What ends an import whatever its share: rows of a source that cannot be."""

    source: str
    rule: str
    text: str
    field: str
    records: int


@dataclass(slots=True)
class CleaningLog:
    """All steps of an import. Parts of the register with different persons add up.

    Attributes:
        steps: By canonical table and rule.
        rows: Rows that came from each of the register's tables.
        touched: How many of them each rule touched.
        faults: What cannot be.
    """

    steps: dict[tuple[str, str], Step] = field(default_factory=dict)
    rows: Counter[Origin] = field(default_factory=Counter)
    touched: Counter[AffectedRows] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)

    def add(self, other: CleaningLog) -> None:
        """Add the steps of a part with other persons."""
        for (table, rule), step in other.steps.items():
            own_step = self._step(table, rule)
            own_step.records += step.records
            own_step.persons += step.persons
            own_step.records_left += step.records_left
            own_step.persons_left += step.persons_left
        self.rows += other.rows
        self.touched += other.touched
        self.faults += other.faults

    def delivered(self, table: str, rows: Records) -> None:
        """The rows that a table starts with: what nameless records have left."""
        self.rows.update({Origin(table, name): n for name, n in rows.by_source().items()})
        for rule in NAMELESS_RULES:
            if (table, rule) in self.steps:
                self._add(table, rule, rows.person[:0], rows)
        self._add(table, DELIVERED_RULE, rows.person, rows)

    def drop(self, table: str, rule: str, rows: Records, dropped: Mask, field: str = "") -> Records:
        """Leave rows out, and count them; the field is the one for which they are left out."""
        left = rows.take(~dropped) if dropped.any() else rows
        self._touch(table, rule, rows, dropped, field)
        self._add(table, rule, rows.person[dropped], left)
        return left

    def keep(self, table: str, rule: str, rows: Records, kept: Index) -> Records:
        """Keep rows by position, and count the others."""
        left = rows.take(kept)
        dropped = persons_of_dropped_rows(rows, kept)
        self._add(table, rule, dropped, left)
        return left

    def mend(self, table: str, rule: str, rows: Records, touched: Mask, field: str = "") -> None:
        """Count rows that were changed, or are only reported."""
        self._touch(table, rule, rows, touched, field)
        self._add(table, rule, rows.person[touched], rows)

    def mend_into(self, table: str, rule: str, rows: Records, touched: Mask, new: Records) -> None:
        """The same where rows have become others, such as parts of spells."""
        self._add(table, rule, rows.person[touched], new)

    def drop_without_id(self, table: str, source: str, rule: str, records: int) -> None:
        """Count records that could not be assigned to anybody."""
        if records:
            self._step(table, rule).records += records
            self.rows[Origin(table, source)] += records
            self.touched[AffectedRows(Origin(table, source), rule, "")] += records

    def _touch(self, table: str, rule: str, rows: Records, touched: Mask, field: str) -> None:
        if touched.any():
            for source, count in rows.by_source(touched).items():
                self.touched[AffectedRows(Origin(table, source), rule, field)] += count

    def _add(self, table: str, rule: str, touched: Persons, left: Records) -> None:
        step = self._step(table, rule)
        step.records += len(touched)
        step.records_left += len(left)
        if TABLES[table].person:
            step.persons += count_persons(touched)
            step.persons_left += count_persons(left.person)

    def _step(self, table: str, rule: str) -> Step:
        return self.steps.setdefault((table, rule), Step(table, rule))

    def by_table(self, tables: Iterable[str]) -> list[Step]:
        """Steps of some tables, in their order and then as they were taken."""
        order = {table: position for position, table in enumerate(tables)}
        steps = [step for step in self.steps.values() if step.table in order]
        return sorted(steps, key=lambda step: order[step.table])


def persons_of_dropped_rows(rows: Records, kept: Index) -> Persons:
    """Persons of the rows that are not kept."""
    dropped = np.ones(len(rows), bool)
    dropped[kept] = False
    return rows.person[dropped]
