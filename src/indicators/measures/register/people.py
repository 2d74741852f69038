"""Who the persons of a chunk are, day by day: their cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from indicators.measures.register import arrays
from indicators.measures.register.arrays import Days
from indicators.measures.register.interval_ops import (
    Intervals,
    Keys,
    Mask,
    day_key,
    day_of,
    distinct_keys,
    index_covering,
    merge,
    person_of,
    positions_of,
)
from indicators.tallies import axes
from indicators.tallies.axes import AGE_EDGES, LINES, UNKNOWN, Codes

FINLAND = "246"
_YOUNG = 1  # the second of AGE_EDGES: under 30


@dataclass(frozen=True, slots=True)
class People:
    """What does not change; shape (persons,).

    Attributes:
        sex: 0 men, 1 women, −1 not known.
        origin: 0 Finnish, 1 foreign citizenship; −1 for persons without a row of their own.
        target: In the target group at any age (contract, section 3).
        known: Whether the person has a row in ``persons``.
        birth: Day of birth, 1 January where only the year is known.
    """

    sex: NDArray[np.int64]
    origin: NDArray[np.int64]
    target: Mask
    known: Mask
    birth: Days

    def __len__(self) -> int:
        return len(self.sex)


def read_people(table: pa.Table, ids: NDArray[np.int64]) -> People:
    """The persons of a chunk.

    Args:
        table: ``persons``.
        ids: Ids of all persons met in any table, in order.
    """
    row = positions_of(ids, arrays.whole_numbers(table["person_id"]))
    citizen = arrays.code_positions(table["citizenship"], {FINLAND: 0}, 1, missing=0)
    other_language = arrays.code_positions(table["language"], {"other": 1}, 0) == 1
    member = arrays.whole_numbers(table["fund_member"]) == 1
    year = arrays.whole_numbers(table["birth_year"])
    birth = arrays.day_numbers(table["birth_date"])
    only_year = arrays.month_start((year - 1970) * 12)

    def spread(values: NDArray[np.int64], missing: int) -> NDArray[np.int64]:
        spread_ = np.full(len(ids), missing, np.int64)
        spread_[row] = values
        return spread_

    target = ~member | (citizen == 1) | other_language
    return People(
        spread(arrays.code_positions(table["sex"], {"1": 0, "2": 1}, UNKNOWN), UNKNOWN),
        spread(citizen, UNKNOWN),
        spread(target.astype(np.int64), 0).astype(bool),
        spread(np.ones(len(row), np.int64), 0).astype(bool),
        spread(np.where(birth == arrays.MISSING, only_year, birth), 0),
    )


@dataclass(frozen=True, slots=True)
class History:
    """A characteristic that changes: at most one value a person and day.

    Attributes:
        intervals: When it has a value, on the line of days.
        value: Of each interval.
        default: The value on all other days.
    """

    intervals: Intervals
    value: NDArray[np.int64]
    default: int

    def at(self, keys: Keys) -> NDArray[np.int64]:
        """The value at each key."""
        return np.append(self.value, self.default)[index_covering(self.intervals, keys)]


def history(intervals: Intervals, value: NDArray[np.int64], default: int) -> History:
    """A history of spells in any order."""
    order = np.argsort(intervals.start, kind="stable")
    return History(intervals.where(order), value[order], default)


def membership(intervals: Intervals) -> History:
    """A history of 1 within some spells, which may overlap, and 0 elsewhere."""
    joined = merge(intervals.start, intervals.stop)
    return History(joined, np.ones(len(joined), np.int64), 0)


@dataclass(frozen=True, slots=True)
class Profile:
    """The cell code of every person on every day from some first day on.

    Attributes:
        key: Where a person's cell changes, on the line of days, in order; the first of a
            person's lies before all days.
        code: Cell code from there on.
    """

    key: Keys
    code: Codes

    def at(self, keys: Keys) -> Codes:
        """Cell code at each key."""
        return self.code[np.searchsorted(self.key, keys, side="right") - 1]


def profile(
    people: People, residence: History, office: History, line: History, first: int
) -> Profile:
    """Put all that decides a person's cell together.

    Args:
        people: The persons.
        residence: Place of the municipality; otherwise the place of "no residence".
        office: 1 where an office of the trial covers the day.
        line: Place of the service line.
        first: No cell before this day is needed: what changes earlier is left out.
    """
    person = np.arange(len(people))
    begin = day_key(person, np.full(len(person), arrays.EARLIEST))
    birthdays = [
        day_key(person, _clipped_day(arrays.birthday(people.birth, edge))) for edge in AGE_EDGES
    ]
    changes = [
        end
        for characteristic in (residence, office, line)
        for end in (characteristic.intervals.start, characteristic.intervals.stop)
    ]
    changes_of_day = np.concatenate([*birthdays, *changes])
    key = distinct_keys(np.concatenate([begin, changes_of_day[day_of(changes_of_day) > first]]))
    day_asked = day_key(person_of(key), np.maximum(day_of(key), first))
    return Profile(key, _encode(people, residence, office, line, day_asked))


def _clipped_day(day: Days) -> Days:
    return np.clip(day, arrays.EARLIEST, arrays.OPEN)


def _encode(people: People, residence: History, office: History, line: History, key: Keys) -> Codes:
    person, day = person_of(key), day_of(key)
    age = np.zeros(len(key), np.int64)
    for edge in AGE_EDGES:
        age += day >= arrays.birthday(people.birth, edge)[person]
    known = people.known[person]
    young = known & (age <= _YOUNG)
    return axes.encode_cell(
        residence.at(key),
        trial=office.at(key),
        target=(people.target[person] | young).astype(np.int64),
        line=line.at(key),
        age=np.where(known, age, UNKNOWN),
        sex=people.sex[person],
        origin=people.origin[person],
    )


def read_lines(table: pa.Table) -> NDArray[np.int64]:
    """Place of each row's service line; codes that are no line are undefined."""
    undefined = len(LINES) - 1
    return arrays.code_positions(
        table["line"], {code: at for at, code in enumerate(LINES)}, undefined
    )


def read_offices(table: pa.Table, offices: frozenset[str]) -> Mask:
    """Whether each row is of an office of the trial."""
    of_trial: Mask = arrays.code_positions(table["office"], dict.fromkeys(offices, 1), 0) == 1
    return of_trial


def read_residence(table: pa.Table, places: Mapping[str, int], default: int) -> NDArray[np.int64]:
    """Place of each row's municipality.

    Args:
        table: ``residence``.
        places: Place of each code.
        default: Place of any other code.
    """
    return arrays.code_positions(table["municipality"], places, default)


def apply_mergers(
    intervals: Intervals, place: NDArray[np.int64], renamed: Mapping[int, tuple[int, int]]
) -> tuple[Intervals, NDArray[np.int64]]:
    """Stays in a municipality as it was called on each day: cut where it merged.

    Args:
        intervals: Stays on the line of days.
        place: Place of the municipality of each.
        renamed: Of the place of each municipality that merges, the first day without it and the
            place of the one it becomes part of.

    Returns:
        Stays and places, in an order of their own.
    """
    if not renamed:
        return intervals, place
    last = np.full(int(max(place.max(initial=0), *renamed)) + 1, arrays.OPEN + _BEYOND)
    into = np.arange(len(last))
    for gone, (day, successor) in renamed.items():
        last[gone], into[gone] = day, successor
    found: list[tuple[Intervals, NDArray[np.int64]]] = []
    while len(intervals):
        end = day_key(person_of(intervals.start), last[place])
        before = np.flatnonzero(intervals.start < end)
        kept = Intervals(intervals.start[before], np.minimum(intervals.stop, end)[before])
        found.append((kept, place[before]))
        # A chain of mergers takes as many rounds.
        after = np.flatnonzero(intervals.stop > end)
        intervals = Intervals(np.maximum(intervals.start, end)[after], intervals.stop[after])
        place = into[place[after]]
    starts, stops, places = zip(*((stay.start, stay.stop, at) for stay, at in found), strict=True)
    return Intervals(np.concatenate(starts), np.concatenate(stops)), np.concatenate(places)


_BEYOND = 1000  # open spells stop after OPEN
