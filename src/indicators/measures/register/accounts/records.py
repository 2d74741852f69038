"""Records of a register as plain Python: one person's rows after the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from indicators.measures.register.job import Source

Record = dict[str, Any]

CHUNK_ROWS = 100_000
"""About so many employment codes are held at once."""


@dataclass(frozen=True, slots=True)
class Person:
    """One person and what the register has of them."""

    person_id: int
    chunk: _Chunk

    def rows(self, table: str) -> Sequence[Record]:
        """The person's rows of a table, in no order that means anything."""
        return self.chunk.rows(table).get(self.person_id, ())

    @property
    def basics(self) -> Record | None:
        """The row of ``persons``, if there is one."""
        return next(iter(self.rows("persons")), None)

    def record_on(self, table: str, day: date) -> Record | None:
        """The row of a table that covers a day, if any does."""
        return next((row for row in self.rows(table) if covers(row, day)), None)


class _Chunk:
    """The rows of the persons in a range of ids; a table is read when it is asked for."""

    def __init__(self, register: Source, persons: tuple[int, int]) -> None:
        self._register, self._range = register, persons
        self._tables: dict[str, dict[int, list[Record]]] = {}

    def rows(self, table: str) -> dict[int, list[Record]]:
        """Rows of a table by person."""
        if table not in self._tables:
            found: dict[int, list[Record]] = defaultdict(list)
            for row in self._register.read(table, persons=self._range).to_pylist():
                found[row["person_id"]].append(row)
            self._tables[table] = dict(found)
        return self._tables[table]


class Records:
    """A register that is read as records."""

    def __init__(self, register: Source) -> None:
        self._register = register
        self._reported: dict[str, list[Record]] = {}
        self._only: _Chunk | None = None

    @property
    def extract_date(self) -> date:
        """The last day the register knows about."""
        return self._register.extract_date

    def has(self, table: str) -> bool:
        """Whether a table was delivered."""
        return self._register.has(table)

    def reported(self, table: str) -> list[Record]:
        """All rows of a table that is not of persons.

        Raises:
            DataError: The table cannot be read.
        """
        if table not in self._reported:
            self._reported[table] = self._register.read(table).to_pylist()
        return self._reported[table]

    def people(self, table: str) -> Iterator[Person]:
        """Everybody who has a row in a table.

        A large register passes by in chunks; one that fits into a chunk is read once.

        Raises:
            DataError: A table cannot be read.
        """
        for chunk in self._chunks():
            for person_id in chunk.rows(table):
                yield Person(person_id, chunk)

    def _chunks(self) -> Iterator[_Chunk]:
        if self._only:
            yield self._only
            return
        ranges = self._register.person_ranges(CHUNK_ROWS)
        if len(ranges) == 1:
            self._only = _Chunk(self._register, ranges[0])
            yield self._only
            return
        for persons in ranges:
            yield _Chunk(self._register, persons)


def covers(row: Record, day: date) -> bool:
    """Whether a closed spell covers a day; one without an end is open."""
    return bool(row["start"] <= day and (row["end"] is None or row["end"] >= day))
