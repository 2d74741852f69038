"""Interval operations on all persons at once, and the spells joined from records with them.

Person ``p`` (0, 1, 2 …) owns the stretch of 2¹⁸ whole numbers from ``p << 18``, and position ``x``
there stands for a day or for a count day's place among the count days. So an interval of a person
is an interval of the line, and joining, cutting and looking up are sorted searches on plain
arrays, for all persons at once. Intervals are half-open here, ``[start, stop)``: the closed spell
of days ``[start, end]`` stops at ``end + 1``, and spells that touch have equal keys.

*Runs* are intervals that are sorted and disjoint. All arrays are ``int64``. At the end of the file
stand the spells that records are joined into: unemployment, and services with their renewals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indicators.measures.register.arrays import OPEN
from indicators.register.schema import SERVICE_GROUPS

Keys = NDArray[np.int64]
Mask = NDArray[np.bool_]

_BITS = 18
_MIDDLE = 1 << (_BITS - 1)
_WITHIN = (1 << _BITS) - 1
END_OF_LINE = np.int64(2**63 - 1)

UNEMPLOYED = {"02": 2, "03": 3}
"""Employment codes of the unemployed: unemployed, and laid off full time."""

GROUPS = {group: at for at, group in enumerate(SERVICE_GROUPS)}
"""Place of each service group."""


def day_key(person: Keys, day: Keys) -> Keys:
    """The place on the line of persons' days; days lie between ±131 000."""
    return (person << _BITS) + (day + _MIDDLE)


def index_key(person: Keys, place: Keys) -> Keys:
    """The place on the line of whole numbers from 0 that are not days."""
    return (person << _BITS) + place


def person_of(key: Keys) -> Keys:
    """Whose stretch a key lies in."""
    return key >> _BITS


def day_of(key: Keys) -> Keys:
    """The day of a key made by :func:`day_key`."""
    return (key & _WITHIN) - _MIDDLE


def index_of(key: Keys) -> Keys:
    """The whole number of a key made by :func:`index_key`."""
    return key & _WITHIN


@dataclass(frozen=True, slots=True)
class Intervals:
    """Intervals ``[start, stop)``, sorted by start; disjoint unless said otherwise.

    Attributes:
        start: Shape (runs,).
        stop: Shape (runs,).
    """

    start: Keys
    stop: Keys

    def __len__(self) -> int:
        return len(self.start)

    def where(self, keep: Mask | NDArray[np.intp]) -> Intervals:
        """Those that are kept; a mask or positions."""
        return Intervals(self.start[keep], self.stop[keep])


@dataclass(frozen=True, slots=True)
class Overlaps:
    """What :func:`intersect` gives: non-empty intervals, and what each is a part of.

    Attributes:
        start: Shape (pieces,).
        stop: Shape (pieces,).
        left: Position among the first runs.
        right: Position among the second.
    """

    start: Keys
    stop: Keys
    left: NDArray[np.intp]
    right: NDArray[np.intp]

    @property
    def intervals(self) -> Intervals:
        """The pieces themselves; sorted if the first runs were."""
        return Intervals(self.start, self.stop)


def merge(start: Keys, stop: Keys, gap: int = 0) -> Intervals:
    """Join intervals into runs.

    Args:
        start: In any order; intervals may overlap.
        stop: After start.
        gap: An interval joins those before if it starts at most so much after the latest stop.

    Returns:
        Maximal runs; with ``gap`` 0 they are the union, touching intervals joined.
    """
    if len(start) == 0:
        return Intervals(start, stop)
    order = np.argsort(start, kind="stable")
    start, reach = start[order], np.maximum.accumulate(stop[order])
    first = np.concatenate([[True], start[1:] > reach[:-1] + gap])
    last = np.concatenate([first[1:], [True]])
    return Intervals(start[first], reach[last])


def intersect(first_set: Intervals, second_set: Intervals) -> Overlaps:
    """Cut the intervals of one to those of the other: every non-empty overlap is a piece.

    Args:
        first_set: May overlap each other and be in any order.
        second_set: Runs.

    Returns:
        Pieces in the order of ``first_set`` and, within it, of ``second_set``.
    """
    first = np.searchsorted(second_set.stop, first_set.start, side="right")
    behind = np.searchsorted(second_set.start, first_set.stop, side="left")
    count = np.maximum(behind - first, 0)
    left = np.repeat(np.arange(len(first_set)), count)
    right = first[left] + (np.arange(len(left)) - (np.cumsum(count) - count)[left])
    start = np.maximum(first_set.start[left], second_set.start[right])
    stop = np.minimum(first_set.stop[left], second_set.stop[right])
    return Overlaps(start, stop, left, right)


def subtract(intervals: Intervals, removed: Intervals) -> Overlaps:
    """What of ``intervals`` the runs of ``removed`` leave; ``right`` means nothing here."""
    return intersect(intervals, _gaps(removed))


def _gaps(intervals: Intervals) -> Intervals:
    """The gaps before, between and after runs; touching runs leave no gap."""
    start = np.concatenate([[-END_OF_LINE], intervals.stop])
    stop = np.concatenate([intervals.start, [END_OF_LINE]])
    return Intervals(start, stop).where(start < stop)


def tiles(boundaries: Keys) -> Intervals:
    """Runs without gaps, from each boundary (sorted, distinct) to the next, the last endless."""
    return Intervals(boundaries, np.append(boundaries[1:], END_OF_LINE))


def index_covering(intervals: Intervals, keys: Keys) -> NDArray[np.intp]:
    """Which run covers each key, −1 for none."""
    at = np.searchsorted(intervals.start, keys, side="right") - 1
    covered = (at >= 0) & (np.append(intervals.stop, -END_OF_LINE)[at] > keys)
    return np.where(covered, at, -1)


def latest_index_covering(spells: Intervals, keys: Keys) -> NDArray[np.intp]:
    """Of the spells that cover each key, the one that starts last; −1 for none.

    Args:
        spells: Sorted by start; may overlap.
        keys: In any order.
    """
    found = np.full(len(keys), -1, np.intp)
    at = np.searchsorted(spells.start, keys, side="right") - 1
    reach = np.maximum.accumulate(spells.stop) if len(spells) else spells.stop
    open_ = np.flatnonzero(at >= 0)
    while len(open_):
        # No spell at or before this one reaches so far: the search is over.
        open_ = open_[reach[at[open_]] > keys[open_]]
        hit = spells.stop[at[open_]] > keys[open_]
        found[open_[hit]] = at[open_[hit]]
        open_ = open_[~hit]
        at[open_] -= 1
        open_ = open_[at[open_] >= 0]
    return found


def covered_before(intervals: Intervals, keys: Keys) -> Keys:
    """How many places before each key the runs cover, on the whole line.

    Meaningful as a difference: of two keys of a person it is the covered days between them.
    """
    lengths = intervals.stop - intervals.start
    before = np.concatenate([[0], np.cumsum(lengths)])
    at = np.searchsorted(intervals.start, keys, side="right")
    start = np.concatenate([[-END_OF_LINE], intervals.start])[at]
    full = np.concatenate([[0], lengths])[at]
    part = np.where(at > 0, np.minimum(keys - np.where(at > 0, start, keys), full), 0)
    return before[np.maximum(at - 1, 0)] + part


def any_within(points: Keys, low: Keys, high: Keys) -> Mask:
    """Whether one of the points (sorted) lies in ``[low, high)``, for each pair."""
    low_at = np.searchsorted(points, low, side="left")
    within: Mask = low_at < np.searchsorted(points, high, side="left")
    return within


def distinct_keys(keys: Keys) -> Keys:
    """Keys in order, each once."""
    keys = sorted_keys(keys)
    once: Keys = keys[np.append(True, keys[1:] != keys[:-1])[: len(keys)]]
    return once


def sorted_keys(keys: Keys) -> Keys:
    """Keys in order."""
    # Persons come in order mostly, and this kind of sort makes use of it.
    return np.sort(keys, kind="stable")


def positions_of(ids: Keys, keys: Keys) -> Keys:
    """The place of each key among ids.

    Args:
        ids: In order, each once; every key is one of them.
        keys: In any order; where equal ones stand together, each stand is looked up once.
    """
    first = np.flatnonzero(np.append(True, keys[1:] != keys[:-1])[: len(keys)])
    return np.repeat(np.searchsorted(ids, keys[first]), np.diff(first, append=len(keys)))


def expand(intervals: Intervals) -> tuple[Keys, NDArray[np.intp]]:
    """Every place of every run, and the run it belongs to."""
    count = intervals.stop - intervals.start
    run = np.repeat(np.arange(len(intervals)), count)
    step = np.arange(len(run)) - (np.cumsum(count) - count)[run]
    return intervals.start[run] + step, run


# --- spells joined from records -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Services:
    """Service spells with their renewals.

    Attributes:
        intervals: On the line of days, sorted by start; a person's may overlap.
        group: Place of the service group of each.
    """

    intervals: Intervals
    group: NDArray[np.int64]

    @property
    def ended(self) -> Intervals:
        """Those that have ended, in the same order."""
        return self.intervals.where(has_ended(self.intervals))


def has_ended(intervals: Intervals) -> Mask:
    """Which spells on the line of days are not open."""
    ended: Mask = day_of(intervals.stop) <= OPEN
    return ended


@dataclass(frozen=True, slots=True)
class Unemployment:
    """Unemployment spells, and the days in them on which a person is unemployed.

    Attributes:
        spells: On the line of days, sorted by start; where codes 02 and 03 are apart a person's
            may overlap, as one may begin in a gap of the other.
        days: Runs of unemployed days, sorted by start: a spell without its gaps.
        spell: Position of the spell that each run of days is of.
    """

    spells: Intervals
    days: Intervals
    spell: NDArray[np.intp]


def unemployment_spells(
    codes: Intervals, code: NDArray[np.int64], *, merge_layoff: bool, gap: int
) -> Unemployment:
    """Unemployment spells (contract, section 4): chains of codes 02 and 03.

    Args:
        codes: Employment-code spells on the line of days, in any order.
        code: A value of :data:`UNEMPLOYED`; any other for other codes.
        merge_layoff: Whether the two make one spell; else each is a spell apart.
        gap: A code spell belongs to the chain before it if it starts at most so many days after
            the latest end in it.
    """
    kinds = [code > 0] if merge_layoff else [code == value for value in UNEMPLOYED.values()]
    # Ends are exclusive here: a spell that starts the day after an end starts where that one stops.
    chains = [merge(codes.start[kind], codes.stop[kind], gap - 1) for kind in kinds]
    spells, order = _by_start(chains)
    if gap <= 1:
        return Unemployment(spells, spells, np.arange(len(spells)))
    pieces = [merge(codes.start[kind], codes.stop[kind]) for kind in kinds]
    chain_of = [
        np.searchsorted(chain.start, piece.start, side="right") - 1
        for chain, piece in zip(chains, pieces, strict=True)
    ]
    before = np.cumsum([0, *map(len, chains)])[:-1]
    place = np.argsort(order)  # where each chain came to stand
    spell = place[np.concatenate([at + first for at, first in zip(chain_of, before, strict=True)])]
    days, order = _by_start(pieces)
    return Unemployment(spells, days, spell[order])


def _by_start(parts: Sequence[Intervals]) -> tuple[Intervals, NDArray[np.intp]]:
    """All runs of some parts in order of start, and the order they are taken in."""
    start = np.concatenate([part.start for part in parts])
    stop = np.concatenate([part.stop for part in parts])
    order = np.argsort(start, kind="stable")
    return Intervals(start[order], stop[order]), order


def joined_services(
    services: Intervals, group: NDArray[np.int64], kind: NDArray[np.int64], gap: int
) -> Services:
    """Service spells with their renewals (contract, section 4).

    Args:
        services: Service spells on the line of days, in any order.
        group: Place of the service group of each.
        kind: Number of the kind of each, from 0.
        gap: A spell of the same person, group and kind renews those before if it starts at most
            so many days after the latest end among them.
    """
    # One lane a person, group and kind: joining is merging on a line of lanes.
    groups = len(GROUPS) + 1
    many = int(kind.max(initial=0)) + 1
    lane_key = (person_of(services.start) * many + kind) * groups + group
    lanes = distinct_keys(lane_key)
    lane = np.searchsorted(lanes, lane_key)
    joined = merge(
        _other_persons_days(lane, services.start), _other_persons_days(lane, services.stop), gap - 1
    )
    owner = lanes[person_of(joined.start)]
    person = owner // groups // many
    start, stop = (
        _other_persons_days(person, joined.start),
        _other_persons_days(person, joined.stop),
    )
    order = np.argsort(start, kind="stable")
    return Services(Intervals(start[order], stop[order]), (owner % groups)[order])


def _other_persons_days(person: NDArray[np.int64], key: Keys) -> Keys:
    """The same days of other persons."""
    return day_key(person, day_of(key))
