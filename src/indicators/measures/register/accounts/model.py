"""What an account works with and consists of: a question, records, figures and counts.

An account never holds a person: records are read, counted and left behind.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from indicators.areas import mergers
from indicators.areas.mergers import MUNICIPALITY_PREFIX
from indicators.calendar import count_day, last_day
from indicators.register.store import RegisterSource

Record = dict[str, Any]
"""A row of a canonical table."""

Value = int | float | date | str
"""What is put into a sentence: a number, a day, or a text such as the name of a table."""

COUNTRY = "SSS"

CHUNK_ROWS = 100_000
"""About so many employment codes are held at once."""


# --- figures --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Figure:
    """Numbers and status of a row of the long table (contract, section 3); None where empty."""

    numerator: float | None
    denominator: float | None
    value: float | None
    status: str

    @property
    def is_nothing(self) -> bool:
        """Whether nobody and nothing stands behind it, so that a category needs no row."""
        return not self.numerator and not self.denominator and not self.value


def empty(status: str) -> Figure:
    """A row without numbers."""
    return Figure(None, None, None, status)


NOT_AVAILABLE = empty("not_available")


def count(number: float, status: str) -> Figure:
    """A plain count: numerator and value, with no denominator."""
    if status == "incomplete":
        return empty(status)
    return Figure(number, None, number, status)


def percentage(part: float, whole: float, status: str) -> Figure:
    """A share in percent; of nothing there is none."""
    return _divided(part, whole, 100, status)


def mean(total: float, number: float, status: str) -> Figure:
    """A sum over a number; of nothing there is none."""
    return _divided(total, number, 1, status)


def _divided(part: float, whole: float, times: float, status: str) -> Figure:
    # Nothing of a month seen in part is observed yet: an event to come may make it a figure.
    if status == "incomplete" or (status == "provisional" and not whole):
        return empty("incomplete")
    return Figure(part, whole, times * part / whole if whole else None, status)


def undivided(value: float | None, number: float, status: str) -> Figure:
    """A median, a maximum or a bound, with the number of what it is taken over."""
    if status == "incomplete":
        return empty(status)
    return Figure(None, number, value, status)


# --- records of a register ------------------------------------------------------------------------


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
    """The rows of the persons in a range of ids; a table is read on first use."""

    def __init__(self, register: RegisterSource, persons: tuple[int, int]) -> None:
        self._register, self._range = register, persons
        self._tables: dict[str, dict[int, list[Record]]] = {}

    def rows(self, table: str) -> dict[int, list[Record]]:
        """Rows of a table by person."""
        if table not in self._tables:
            by_person: dict[int, list[Record]] = defaultdict(list)
            for row in self._register.read(table, persons=self._range).to_pylist():
                by_person[row["person_id"]].append(row)
            self._tables[table] = dict(by_person)
        return self._tables[table]


class Records:
    """A register that is read as records."""

    def __init__(self, register: RegisterSource) -> None:
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


# --- the question ---------------------------------------------------------------------------------


class AreaCode(str):
    """A code that a sentence shows as its area's name."""

    __slots__ = ()


class Month(str):
    """A month ``YYYY-MM`` that a sentence shows by its name."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Question:
    """Which figure is to be accounted for.

    Attributes:
        register: The register's records.
        indicator: Its id.
        month: ``YYYY-MM``.
        area: Its code.
        members: Area codes of its municipalities, as many as a group has; itself if it is none.
        population: As in the contract's section 3.
        dimension: Likewise.
        category: Likewise.
        trial_offices: Office codes of the trial.
        choices: The indicator's parameters, all of them.
    """

    register: Records
    indicator: str
    month: str
    area: str
    members: Sequence[str]
    population: str
    dimension: str
    category: str
    trial_offices: frozenset[str]
    choices: Mapping[str, bool | int | float]

    @property
    def count_day(self) -> date:
        """The day on which stocks are counted."""
        return count_day(self.month)

    @property
    def first_day(self) -> date:
        """The first day of the month."""
        return date(int(self.month[:4]), int(self.month[5:]), 1)

    @property
    def last_day(self) -> date:
        """The last day of the month."""
        return last_day(self.month)

    @property
    def is_whole(self) -> bool:
        """Whether everybody counts, wherever they live."""
        return self.area == COUNTRY

    @property
    def municipalities(self) -> tuple[str, ...]:
        """Three-digit codes of the members, as they are called in the month."""
        return self.municipalities_in(self.month)

    def municipalities_in(self, month: str) -> tuple[str, ...]:
        """The same as they are called in any month."""
        codes = (area.removeprefix(MUNICIPALITY_PREFIX) for area in self.members)
        return tuple(dict.fromkeys(mergers.load_mergers().current(code, month) for code in codes))

    def called(self, municipality: str) -> str:
        """What a municipality is called in the month."""
        return mergers.load_mergers().current(municipality, self.month)

    def is_in_month(self, day: date | None) -> bool:
        """Whether a day lies in the month."""
        return day is not None and self.first_day <= day <= self.last_day

    @property
    def stock_status(self) -> str:
        """Of a stock: incomplete where nobody has seen the count day."""
        return "incomplete" if self.count_day > self.register.extract_date else "normal"

    def event_status(self, later: int = 0) -> str:
        """Of events: how much of the month is seen.

        Args:
            later: For how many days after an event more must be known of it.
        """
        if self.first_day > self.register.extract_date:
            return "incomplete"
        seen = self.last_day + timedelta(days=later) <= self.register.extract_date
        return "normal" if seen else "provisional"

    @property
    def merges_layoff(self) -> bool:
        """Whether codes 02 and 03 make one unemployment spell."""
        return bool(self.choices["merge_layoff"])

    def choice(self, parameter: str) -> int:
        """A parameter that is a whole number."""
        return int(self.choices[parameter])


# --- the account ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RecordCount:
    """How many records, and of how many persons (None where the records are of none)."""

    records: int
    persons: int | None


@dataclass(frozen=True, slots=True)
class Step:
    """Some of the records: left out, or a part of those kept.

    Attributes:
        key: What they are, as the wording has it; empty if the catalogue names them.
        tally: How many.
        values: What the wording wants put in.
        label: Kind and id of a label of the catalogue.
        needs: Tables without which nothing is known of them.
    """

    key: str
    tally: RecordCount
    values: Mapping[str, Value] = field(default_factory=dict)
    label: tuple[str, str] | None = None
    needs: Sequence[str] = ()

    def needing(self, *tables: str) -> Step:
        """The same, of which nothing is known without some tables."""
        return replace(self, needs=tables)


@dataclass(frozen=True, slots=True)
class CountingLine:
    """One line of counting: what there was, who was left out and why, who stayed.

    Attributes:
        key: What is counted, as the wording has it.
        unit: Unit of the records; ``persons`` where a record is a person.
        begun: All there was.
        left_out: In the order in which it was left out; what is left is always known.
        kept: What was left.
        parts: Some of what was left, each with its own line.
        values: What the wording of the key wants put in.
        needs: Tables without which nothing is known of it.
    """

    key: str
    unit: str
    begun: RecordCount
    left_out: tuple[Step, ...]
    kept: RecordCount
    parts: tuple[Step, ...] = ()
    values: Mapping[str, Value] = field(default_factory=dict)
    needs: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence of the wording with what is put in."""

    key: str
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RegisterAccount:
    """How the figures of an indicator came about.

    Attributes:
        strands: The lines of counting.
        figures: By statistic.
        whole_on: By statistic, the day until which a register must know for the figure to be
            seen whole; a statistic is missing where that does not depend on a day.
        notes: What else went into the figures.
        why: Why a figure cannot be given, or not for good.
    """

    strands: tuple[CountingLine, ...]
    figures: Mapping[str, Figure]
    whole_on: Mapping[str, date] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    why: tuple[Note, ...] = ()
