"""Persons (YHENK), residence, office and service line; and :class:`Cleaning`, for all tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indicators.register import spells
from indicators.register.schema import MISSING, SEXES, Days, Mask, Persons, day_of
from indicators.sources.register import codes
from indicators.sources.register.codes import FIRST_END, LAST_END, UNREADABLE, padded
from indicators.sources.register.parsing import BIRTH, SEX, rows_with_unreadable_dates
from indicators.sources.register.records import (
    SOURCE,
    CleaningLog,
    CodedTexts,
    Records,
    concat_records,
    texts_from_codes,
)


@dataclass(frozen=True, slots=True)
class Cleaning:
    """What every table is cleaned with: dates that must be there, codes that must be known.

    Attributes:
        log: Where every step is counted.
        extract: Number of the extract date.
        exclusive: Whether the register's end dates are the first day out.
    """

    log: CleaningLog
    extract: int
    exclusive: bool = False

    def delivered(self, table: str, rows: Records) -> Records:
        """Sort rows by person, count them, and drop those with a date that cannot be read."""
        rows = rows.by_person()
        self.log.delivered(table, rows)
        return self.log.drop(table, "unreadable_date", rows, rows_with_unreadable_dates(rows))

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
        """Leave ends missing that are some system's sign for an end not known."""
        sign = is_sentinel_end(rows.days[day])
        self.log.mend(table, "open_by_sign", rows, sign, day)
        return rows.replace(**{day: without_sentinel_ends(rows.days[day])}) if sign.any() else rows

    def open_ended(self, table: str, rows: Records) -> Records:
        """Leave ends missing that lie after the extract date."""
        end = rows.days["end"]
        later = (end > self.extract) & (end != MISSING)
        self.log.mend(table, "end_after_extract", rows, later)
        return rows.replace(end=np.where(later, MISSING, end).astype(np.int32))

    def one_per_start(self, table: str, rows: Records, kind: CodedTexts | None = None) -> Records:
        """One spell of those of a person (and kind) that start on the same day; sorted."""
        kept = spells.choose_same_start(
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


def is_sentinel_end(end: Days) -> Mask:
    """Ends that no system means: years before 1901 and after 2199."""
    sign: Mask = (end < FIRST_END) | ((end > LAST_END) & (end < UNREADABLE))
    return sign


def without_sentinel_ends(end: Days) -> Days:
    """The same ends, missing where they are a sign for one not known."""
    return np.where(is_sentinel_end(end), MISSING, end).astype(np.int32)


PERSON_TABLE = "persons"
_EARLIEST = 1900
_UNKNOWN = 0
_CENTURY = 100

Years = NDArray[np.int32]


def clean_persons(cleaning: Cleaning, rows: Records) -> tuple[Records, Years]:
    """One row a person: the latest, with year of birth and sex of older ones if it has none.

    An identity code's day of birth goes before the register's year; its sex fills a gap.

    Returns:
        The rows, and their years of birth.
    """
    rows = _by_update_day(cleaning.delivered(PERSON_TABLE, rows))
    for name in ("birth_year", "sex"):
        rows = rows.replace(**{name: _last_known(rows.person, rows.text(name))})
    rows = cleaning.log.drop(PERSON_TABLE, "older_row", rows, ~_last_of_person(rows.person))
    for name, meaning in (("citizenship", padded(3)), ("language", _language), ("sex", _sex)):
        rows = cleaning.known_or_missing(PERSON_TABLE, f"unknown_{name}", rows, name, meaning)
    rows = rows.replace(sex=rows.text("sex").or_else(rows.text(SEX)))
    year = _plausible_years(rows.text("birth_year"), day_of(cleaning.extract).year)
    rows = _births_in_century(cleaning, rows, year)
    year_of_code = _years_of(rows.days[BIRTH])
    differs = (year_of_code != _UNKNOWN) & (year != _UNKNOWN) & (year_of_code != year)
    cleaning.log.mend(PERSON_TABLE, "birth_year_differs", rows, differs)
    year = np.where(year_of_code == _UNKNOWN, year, year_of_code).astype(np.int32)
    unknown = year == _UNKNOWN
    known = cleaning.log.drop(PERSON_TABLE, "no_birth_year", rows, unknown, "birth_year")
    return known, year[year != _UNKNOWN]


def _births_in_century(cleaning: Cleaning, rows: Records, year: Years) -> Records:
    """Days of birth in the register's century, where a code has lost its sign of it.

    A code without its sign, or with any other dash for it, has day and month and the last two
    figures of the year.
    """
    birth = rows.days[BIRTH]
    apart = _years_of(birth) - year
    wrong = (birth != MISSING) & (year != _UNKNOWN) & (np.abs(apart) == _CENTURY)
    cleaning.log.mend(PERSON_TABLE, "century_differs", rows, wrong)
    if not wrong.any():
        return rows
    months = birth.astype("datetime64[D]").astype("datetime64[M]")
    of_month = (birth.astype("datetime64[D]") - months.astype("datetime64[D]")).astype(np.int32)
    moved = (months - np.where(wrong, 12 * apart, 0)).astype("datetime64[D]").astype(np.int32)
    return rows.replace(**{BIRTH: np.where(wrong, moved + of_month, birth).astype(np.int32)})


def is_member(fund: CodedTexts) -> Mask:
    """Whether there is a number of an unemployment fund; zeros are none."""
    return ~fund.translate(lambda number: number.strip("0") or None).missing


def _by_update_day(rows: Records) -> Records:
    """Each person's rows by the day they were updated, undated ones first."""
    updated = rows.days["updated"]
    day = np.where(updated == MISSING, np.iinfo(np.int32).min, updated)
    return rows.take(np.lexsort((day, rows.person)))


def _last_known(person: Persons, column: CodedTexts) -> CodedTexts:
    """For each row the last text of the person up to it."""
    place = np.where(column.missing, -1, np.arange(len(person)))
    place = np.maximum.accumulate(place) if len(place) else place
    first = np.searchsorted(person, person, side="left")
    codes_ = np.where(place >= first, column.codes[place], -1)
    return CodedTexts(codes_.astype(np.int32), column.names)


def _last_of_person(person: Persons) -> Mask:
    last = np.ones(len(person), bool)
    last[:-1] = person[1:] != person[:-1]
    return last


def _language(code: str) -> str | None:
    return codes.LANGUAGES.get(code.lstrip("0") or "0")


def _sex(code: str) -> str | None:
    sex = code.lstrip("0")
    return sex if sex in SEXES else None


def _plausible_years(column: CodedTexts, latest: int) -> Years:
    """Years of birth that can be, else ``_UNKNOWN``."""
    years = [int(name) if name.isdecimal() else _UNKNOWN for name in column.names.to_pylist()]
    kept = [year if _EARLIEST <= year <= latest else _UNKNOWN for year in years]
    return np.array([*kept, _UNKNOWN], np.int32)[column.codes]


def _years_of(day: Days) -> Years:
    known = day != MISSING
    days = np.where(known, day, 0).astype("datetime64[D]")
    year = days.astype("datetime64[Y]").astype(np.int32) + 1970
    return np.where(known, year, _UNKNOWN).astype(np.int32)


# --- residence, office and service line: one at a time, from day to day ---------------------------


_STAY_COLUMNS = (("start", "end"), ("code",))


def clean_residence(cleaning: Cleaning, rows: Records) -> Records:
    """Municipality of residence (YHKUNTA)."""
    rows = _clean_stays(cleaning, "residence", rows, codes.municipality_code)
    start, end = rows.days["start"], rows.days["end"]
    gap = np.zeros(len(rows), bool)
    gap[1:] = (rows.person[1:] == rows.person[:-1]) & (start[1:] > end[:-1] + 1)
    cleaning.log.mend("residence", "gap", rows, gap)
    return rows


def clean_office(cleaning: Cleaning, rows: Records) -> Records:
    """Employment office or trial office (YHTSTO)."""
    return _clean_stays(cleaning, "office", rows, padded(4))


def _clean_stays(
    cleaning: Cleaning, table: str, rows: Records, meaning: Callable[[str], str | None]
) -> Records:
    rows = cleaning.delivered(table, rows)
    rows = cleaning.known(table, rows, "code", meaning)
    rows = cleaning.spells(table, rows)
    return cleaning.one_per_day(table, cleaning.one_per_start(table, rows))


def clean_service_lines(cleaning: Cleaning, segments: Records, lines: Records) -> Records:
    """Service line, of Palvelulinja for a person who has rows there, else of YASSEGMENTTI.

    A line of Palvelulinja runs to the day before the next one or to its own end, whichever comes
    first; that is how the table is meant, and not a mend.

    Args:
        cleaning: What it is cleaned with.
        segments: YASSEGMENTTI.
        lines: Palvelulinja.
    """
    table = "service_line"
    of_lines = np.isin(segments.person, lines.person)
    both = concat_records([segments, lines], *_STAY_COLUMNS)
    order = np.argsort(np.concatenate([segments.person, lines.person]), kind="stable")
    superseded = np.concatenate([of_lines, np.zeros(len(lines), bool)])[order]
    rows = both.replace(superseded=_flags(superseded))
    rows = cleaning.delivered(table, rows)
    rows = cleaning.log.drop(table, "other_source", rows, rows.text("superseded").isin({"yes"}))
    return _clean_lines(cleaning, table, rows)


def _clean_lines(cleaning: Cleaning, table: str, rows: Records) -> Records:
    # That a person has no line is known from its day on, and ends the line before.
    rows = rows.replace(code=rows.text("code").filled(codes.NO_LINE))
    rows = cleaning.known(table, rows, "code", _line_code)
    rows = cleaning.one_per_start(table, cleaning.spells(table, rows))
    cut = cleaning.one_per_day(table, rows, count=False)
    touched = (cut.days["end"] != rows.days["end"]) & rows.text(SOURCE).isin({"YASSEGMENTTI"})
    cleaning.log.mend(table, "overlap", cut, touched)
    return cleaning.log.drop(table, "no_line", cut, cut.text("code").isin({codes.NO_LINE}))


def _line_code(code: str) -> str | None:
    return code if code == codes.NO_LINE else codes.service_line_code(code)


def _flags(mask: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> CodedTexts:
    return texts_from_codes(np.where(mask, 0, -1), ["yes"])
