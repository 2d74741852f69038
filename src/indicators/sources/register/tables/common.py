"""What all tables have in common: dates that must be there, codes that must be known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from indicators.register import spells
from indicators.register.arrays import MISSING, Days, Mask
from indicators.sources.register.cells import FIRST_END, LAST_END, UNREADABLE
from indicators.sources.register.parsing import unreadable
from indicators.sources.register.records import Coded, Records
from indicators.sources.register.trail import Trail


@dataclass(frozen=True, slots=True)
class Cleaning:
    """What every table is cleaned with.

    Attributes:
        trail: Where every step is counted.
        extract: Number of the extract date.
        exclusive: Whether the register's end dates are the first day out.
    """

    log: Trail
    extract: int
    exclusive: bool = False

    def delivered(self, table: str, rows: Records) -> Records:
        """Sort rows by person, count them, and drop those with a date that cannot be read."""
        rows = rows.by_person()
        self.log.delivered(table, rows)
        return self.log.drop(table, "unreadable_date", rows, unreadable(rows))

    def dated(self, table: str, rows: Records, day: str) -> Records:
        """Drop rows without their day, and those after the extract date."""
        rows = self.log.drop(table, "no_date", rows, rows.days[day] == MISSING, day)
        return self.log.drop(table, "after_extract", rows, rows.days[day] > self.extract)

    def known(
        self, table: str, rows: Records, name: str, meaning: Callable[[str], str | None]
    ) -> Records:
        """Put a column of codes in canonical form, and drop rows without a known one."""
        rows = self.log.drop(table, "no_code", rows, rows.text(name).missing, name)
        meant = rows.text(name).translate(meaning)
        rows = rows.replace(**{name: meant})
        return self.log.drop(table, "unknown_code", rows, meant.missing, name)

    def known_or_empty(
        self, table: str, rows: Records, name: str, meaning: Callable[[str], str | None]
    ) -> Records:
        """Drop rows whose code is not known; one that is empty stays so."""
        column = rows.text(name)
        meant = column.translate(meaning)
        unknown = meant.missing & ~column.missing
        rows = rows.replace(**{name: meant})
        return self.log.drop(table, "unknown_code", rows, unknown, name)

    def known_or_missing(
        self, table: str, rule: str, rows: Records, name: str, meaning: Callable[[str], str | None]
    ) -> Records:
        """The same for a column that may be empty: an unknown code becomes missing."""
        column = rows.text(name)
        meant = column.translate(meaning)
        self.log.mend(table, rule, rows, meant.missing & ~column.missing, name)
        return rows.replace(**{name: meant})

    def spells(self, table: str, rows: Records) -> Records:
        """Give spells whole, the right way round, and none that begins after the extract date."""
        rows = self.log.drop(table, "no_date", rows, rows.days["start"] == MISSING, "start")
        rows = self.without_sentinels(table, rows, "end")
        end = rows.days["end"]
        if self.exclusive:
            rows = rows.replace(end=np.where(end == MISSING, MISSING, end - 1).astype(np.int32))
        backwards = rows.days["end"] < rows.days["start"]
        rows = self.log.drop(table, "reversed", rows, backwards, "end")
        rows = self.log.drop(table, "after_extract", rows, rows.days["start"] > self.extract)
        return self.open_ended(table, rows)

    def without_sentinels(self, table: str, rows: Records, day: str) -> Records:
        """Leave ends missing that are another system's sign for an end not known."""
        sign = is_sign(rows.days[day])
        self.log.mend(table, "open_by_sign", rows, sign, day)
        return rows.replace(**{day: without_signs(rows.days[day])}) if sign.any() else rows

    def open_ended(self, table: str, rows: Records) -> Records:
        """Leave ends missing that lie after the extract date."""
        end = rows.days["end"]
        later = (end > self.extract) & (end != MISSING)
        self.log.mend(table, "end_after_extract", rows, later)
        return rows.replace(end=np.where(later, MISSING, end).astype(np.int32))

    def one_per_start(self, table: str, rows: Records, kind: Coded | None = None) -> Records:
        """One spell of those of a person (and kind) that start on the same day; sorted."""
        kept = spells.one_of_same_start(
            rows.person, rows.days["start"], rows.days["end"], kind.codes if kind else None
        )
        return self.log.keep(table, "same_start", rows, kept)

    def one_per_day(self, table: str, rows: Records, *, count: bool = True) -> Records:
        """Let later starts cut earlier spells short."""
        end = rows.days["end"]
        cut = spells.cut_overlaps(rows.person, rows.days["start"], end)
        if count:
            self.log.mend(table, "overlap", rows, cut != end)
        return rows.replace(end=cut)


def is_sign(end: Days) -> Mask:
    """Ends that no system means: years before 1901 and after 2199."""
    sign: Mask = (end < FIRST_END) | ((end > LAST_END) & (end < UNREADABLE))
    return sign


def without_signs(end: Days) -> Days:
    """The same ends, missing where they are a sign for one not known."""
    return np.where(is_sign(end), MISSING, end).astype(np.int32)
