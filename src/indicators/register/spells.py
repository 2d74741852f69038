"""The invariants of spells, established on arrays (contract, section 2).

Spells are closed day intervals; an open end is ``MISSING``, later than any day. Rows are sorted by
person. Each function has a slow twin in the generated tests.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from indicators.register.schema import MISSING, Days, Mask, Persons

Positions = NDArray[np.intp]
Keys = NDArray[np.int64]


def choose_same_start(
    person: Persons, start: Days, end: Days, kind: NDArray[np.int32] | None = None
) -> Positions:
    """Choose one of the spells of a person (and kind) that start on the same day.

    The earliest real end wins, and of equal ends the later row: an open spell delivered again
    with its real end is one spell.

    Args:
        person: Sorted.
        start: First day of each spell.
        end: Last day of each.
        kind: Code of a kind of each; without it all are of one kind.

    Returns:
        Positions of the chosen rows, sorted by person, (kind,) start.
    """
    key = _spell_keys(person, start, kind)
    if (key[1:] > key[:-1]).all():
        return np.arange(len(person))
    # Backwards, so that a stable sort puts the later of two equal rows first.
    backwards = np.lexsort((end[::-1], key[::-1]))
    order = len(person) - 1 - backwards
    first = np.ones(len(order), bool)
    first[1:] = key[order][1:] != key[order][:-1]
    return order[first]


def _spell_keys(person: Persons, start: Days, kind: NDArray[np.int32] | None) -> Keys:
    """One number for person, kind and start, in their order."""
    if not len(person):
        return np.empty(0, np.int64)
    rank = np.cumsum(np.append(False, person[1:] != person[:-1]))
    if kind is not None:
        rank = rank * (int(kind.max()) - int(kind.min()) + 1) + (kind - kind.min())
    keys: Keys = rank * (int(start.max()) - int(start.min()) + 1) + (start - start.min())
    return keys


def cut_overlaps(person: Persons, start: Days, end: Days) -> Days:
    """Let a later start cut the spell before it short, so that a day has one spell a person.

    Args:
        person: Sorted.
        start: Sorted within a person, each start once.
        end: Of each spell.

    Returns:
        The new ends.
    """
    cut = end.copy()
    goes_on = (person[1:] == person[:-1]) & (end[:-1] >= start[1:])
    cut[:-1][goes_on] = start[1:][goes_on] - 1
    return cut


class SpellParts(NamedTuple):
    """Parts of spells that lie inside other spells.

    Attributes:
        source: Position of the spell that each part comes from, ascending.
        start: First day.
        end: Last day, ``MISSING`` if open.
    """

    source: Positions
    start: Days
    end: Days


@dataclass(frozen=True, slots=True)
class SpellCover:
    """The days on which persons have at least one of some spells.

    Attributes:
        persons: Ids, sorted, each once.
        base: Day that counts as 0.
        span: Length of a person's time line; persons' lines lie one behind the other.
        first: First days of the longest chains of spells without a gap, as keys, sorted.
        last: Their last days.
    """

    persons: Persons
    base: int
    span: int
    first: Keys
    last: Keys

    def parts_inside(self, person: Persons, start: Days, end: Days) -> SpellParts:
        """Parts of spells on covered days; a spell over a gap comes in several."""
        rank = np.searchsorted(self.persons, person)
        known = rank < len(self.persons)
        known[known] = self.persons[rank[known]] == person[known]
        first, last = self._key(rank, start), self._key(rank, end)
        lowest = np.searchsorted(self.last, first, side="left")
        behind = np.searchsorted(self.first, last, side="right")
        count = np.where(known, np.maximum(behind - lowest, 0), 0)
        source = np.repeat(np.arange(len(person)), count)
        within = np.arange(len(source)) - np.repeat(np.cumsum(count) - count, count)
        chain = lowest[source] + within
        begins = np.maximum(first[source], self.first[chain])
        ends = np.minimum(last[source], self.last[chain])
        return SpellParts(source, self._day(rank[source], begins), self._day(rank[source], ends))

    def holds(self, person: Persons, day: Days) -> Mask:
        """Whether each day is covered."""
        inside = np.zeros(len(person), bool)
        inside[self.parts_inside(person, day, day).source] = True
        return inside

    def _key(self, rank: NDArray[np.int64], day: Days) -> Keys:
        place = np.clip(day.astype(np.int64) - self.base, -1, self.span - 2)
        return rank * self.span + place

    def _day(self, rank: NDArray[np.int64], key: Keys) -> Days:
        place = key - rank * self.span
        day = np.where(place == self.span - 2, MISSING, place + self.base)
        return day.astype(np.int32)


def cover_days(person: Persons, start: Days, end: Days, until: int) -> SpellCover:
    """Join the spells of each person that overlap or touch.

    Args:
        person: Sorted.
        start: Sorted within a person.
        end: Of each spell.
        until: No finite day, of these spells or of those looked up, is later.
    """
    persons, rank = np.unique(person, return_inverse=True)
    base = int(start.min()) if len(start) else 0
    # Room for an open end behind the last day, for a gap, and for a day before the first.
    span = max(until, base) - base + 4
    first = rank * span + (start.astype(np.int64) - base)
    last = rank * span + np.where(end == MISSING, span - 2, end.astype(np.int64) - base)
    reach = np.maximum.accumulate(last)
    begins = np.ones(len(first), bool)
    begins[1:] = first[1:] > reach[:-1] + 1
    closes = np.append(begins[1:], True)[: len(first)]
    return SpellCover(persons, base, span, first[begins], reach[closes])


def first_event_after(person: Persons, day: Days, event_person: Persons, event_day: Days) -> Days:
    """For each person and day the day of that person's first event behind it.

    Args:
        person: Ids in any order.
        day: A day of each.
        event_person: Ids of the events, in any order.
        event_day: Their days; none is ``MISSING``.

    Returns:
        Days of events, ``MISSING`` where there is none.
    """
    persons, rank = np.unique(event_person, return_inverse=True)
    keys = np.sort(_timeline(rank, event_day))
    positions = np.searchsorted(persons, person)
    place = np.searchsorted(keys, _timeline(positions, day), side="right")
    # A key behind the last, of a person that nobody is.
    found = np.append(keys, _timeline(np.array([len(persons)]), np.zeros(1, np.int32)))[place]
    same = (found >> _DAY_BITS == positions) & np.isin(person, persons)
    return np.where(same, (found & _DAY_MASK) - _DAY_ZERO, MISSING).astype(np.int32)


_DAY_BITS, _DAY_ZERO = 32, 1 << 31
_DAY_MASK = (1 << _DAY_BITS) - 1


def _timeline(rank: NDArray[np.intp], day: Days) -> Keys:
    return (rank.astype(np.int64) << _DAY_BITS) + day.astype(np.int64) + _DAY_ZERO
