"""A chunk of persons, read once and laid out on the line."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from indicators.measures.register import arrays, people
from indicators.measures.register.arrays import Clock, Days
from indicators.measures.register.interval_ops import (
    GROUPS,
    UNEMPLOYED,
    Intervals,
    Keys,
    Services,
    Unemployment,
    day_key,
    day_of,
    distinct_keys,
    index_key,
    index_of,
    intersect,
    joined_services,
    person_of,
    positions_of,
    tiles,
    unemployment_spells,
)
from indicators.measures.register.job import CountingJob
from indicators.measures.register.people import Profile, history, membership, read_people
from indicators.tallies.axes import LINES, Axes, Codes

T = TypeVar("T")

# The columns that are counted from, of each table of persons.
COLUMNS_READ: Mapping[str, tuple[str, ...]] = {
    "persons": ("birth_year", "birth_date", "sex", "citizenship", "language", "fund_member"),
    "residence": ("municipality", "start", "end"),
    "office": ("office", "start", "end"),
    "service_line": ("line", "start", "end"),
    "job_search": ("start", "end", "end_reason"),
    "employment_code": ("code", "start", "end"),
    "service": ("group", "kind", "start", "end"),
    "plan": ("signed", "review"),
    "job_offer": ("vacancy_id", "date", "result"),
    "introduction": ("vacancy_id", "date", "result"),
    "statement": ("code", "given"),
}

_NO_LINE = len(LINES) - 1


@dataclass(frozen=True, slots=True)
class Stock:
    """Pieces of stays over count days, each in one cell.

    Attributes:
        entry: Place of the first count day of each piece.
        leave: Place of the first one after it.
        code: Cell code.
        stay: Position of the stay it is a piece of.
    """

    entry: NDArray[np.int64]
    leave: NDArray[np.int64]
    code: Codes
    stay: NDArray[np.intp]


@dataclass(frozen=True)
class Chunk:
    """Tables of some persons, whole persons only.

    Attributes:
        job: What is computed.
        tables: By name; those that the register lacks have no rows.
        ids: Ids of all persons met, in order; a person's number is the place here.
    """

    job: CountingJob
    tables: Mapping[str, pa.Table]
    ids: NDArray[np.int64]

    @property
    def clock(self) -> Clock:
        """The months."""
        return self.job.clock

    @property
    def axes(self) -> Axes:
        """The axes of the tallies."""
        return self.job.axes

    def person(self, table: str) -> NDArray[np.int64]:
        """Number of the person of each row."""
        ids = arrays.whole_numbers(self.tables[table]["person_id"])
        return self.cached(("person", table), lambda: positions_of(self.ids, ids))

    def spells(self, table: str) -> Intervals:
        """A table's spells on the line of days, in the order of its rows."""

        def make() -> Intervals:
            rows, person = self.tables[table], self.person(table)
            start = day_key(person, arrays.start_days(rows))
            return Intervals(start, day_key(person, arrays.stop_days(rows)))

        return self.cached(("spells", table), make)

    def line(self, table: str) -> tuple[Keys, Keys]:
        """Starts and stops of a table's spells, as :mod:`indicators.register.invariants` wants."""
        spells = self.spells(table)
        return spells.start, spells.stop

    @cached_property
    def profile(self) -> Profile:
        """The cells of the persons."""
        rows, none = self.tables, len(self.axes.municipalities)
        office = self.spells("office")
        trial = people.read_offices(rows["office"], self.job.trial_offices)
        place = people.read_residence(rows["residence"], self.job.municipalities.places, none)
        home = people.apply_mergers(
            self.spells("residence"), place, self.job.municipalities.renamed
        )
        return people.profile(
            read_people(rows["persons"], self.ids),
            history(*home, none),
            membership(office.where(trial)),
            history(self.spells("service_line"), people.read_lines(rows["service_line"]), _NO_LINE),
            self.job.first_day,
        )

    @cached_property
    def _count_day_profile(self) -> Profile:
        """The profile on the line of count days: of changes between two the last one holds."""
        person = person_of(self.profile.key)
        key = index_key(person, self.clock.first_from(day_of(self.profile.key)))
        last = np.append(key[1:] != key[:-1], True)[: len(key)]
        return Profile(key[last], self.profile.code[last])

    def stays(self, spells: Intervals) -> tuple[Intervals, NDArray[np.intp]]:
        """Spells on the line of count days, without those that cover none.

        Args:
            spells: On the line of days.

        Returns:
            The stays, and the position of each among the spells.
        """
        person = person_of(spells.start)
        entry = self.clock.first_from(day_of(spells.start))
        leave = self.clock.first_from(day_of(spells.stop))
        covers = np.flatnonzero(entry < leave)
        start = index_key(person, entry)[covers]
        return Intervals(start, index_key(person, leave)[covers]), covers

    def stock(self, stays: Intervals) -> Stock:
        """Cut stays where a person's cell changes."""
        profile = self._count_day_profile
        overlaps = intersect(stays, tiles(profile.key))
        entry, leave = index_of(overlaps.start), index_of(overlaps.stop)
        return Stock(entry, leave, profile.code[overlaps.right], overlaps.left)

    @cached_property
    def _cache(self) -> dict[object, Any]:
        return {}

    def cached(self, key: object, make: Callable[[], T]) -> T:
        """What several measures use, worked out once for the chunk."""
        if key not in self._cache:
            self._cache[key] = make()
        value: T = self._cache[key]
        return value

    @property
    def unemployed(self) -> Intervals:
        """Who is unemployed on which days, on the line of days: no gap is bridged."""
        return self._unemployment(merge_layoff=True, gap=1).days

    def unemployment(self, indicator: str) -> Unemployment:
        """Unemployment spells as an indicator's parameters make them, on the line of days."""
        merges, gap = self.job.merges_layoff(indicator), "unemployment_gap_days"
        return self._unemployment(merge_layoff=merges, gap=self.job.choice(indicator, gap))

    def _unemployment(self, *, merge_layoff: bool, gap: int) -> Unemployment:
        def make() -> Unemployment:
            code = arrays.code_positions(self.tables["employment_code"]["code"], UNEMPLOYED, -1)
            spells = self.spells("employment_code")
            return unemployment_spells(spells, code, merge_layoff=merge_layoff, gap=gap)

        return self.cached(("unemployment", merge_layoff, gap), make)

    def services(self, gap: int) -> Services:
        """Service spells with their renewals: see :func:`joined_services`."""

        def make() -> Services:
            rows, spells = self.tables["service"], self.spells("service")
            group = arrays.code_positions(rows["group"], GROUPS, len(GROUPS))
            return joined_services(spells, group, arrays.combined_codes(rows["kind"]), gap)

        return self.cached(("services", gap), make)


def days_at(places: Keys, clock: Clock) -> Days:
    """The count days of keys on the line of count days."""
    return clock.count_days[index_of(places)]


def read_chunk(
    job: CountingJob,
    persons: tuple[int, int] | None,
    needed: Collection[str] = tuple(COLUMNS_READ),
    *,
    whole: bool = False,
) -> Chunk:
    """Read the persons of a range of ids.

    Args:
        job: What is computed.
        persons: First and last id, both included; all if not given.
        needed: Tables that the measures count from; the others are not there.
        whole: Whether columns that nothing is counted from are read too, to be checked.

    Raises:
        DataError: A table cannot be read.
    """
    tables = {}
    for name in needed:
        columns_wanted = None if whole else ["person_id", *COLUMNS_READ[name]]
        tables[name] = job.register.read(name, columns_wanted, persons, encoded=True)
    # Every table's ids first: the tables are far longer than their lists of persons.
    ids = [distinct_keys(arrays.whole_numbers(table["person_id"])) for table in tables.values()]
    return Chunk(job, tables, distinct_keys(np.concatenate(ids)))
