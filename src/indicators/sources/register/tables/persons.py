"""Persons (YHENK)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from indicators.register.arrays import MISSING, Days, Mask, Persons, day_of
from indicators.register.schema import SEXES
from indicators.sources.register import codes
from indicators.sources.register.cells import padded
from indicators.sources.register.parsing import BIRTH, SEX
from indicators.sources.register.records import Coded, Records
from indicators.sources.register.tables.common import Cleaning

TABLE = "persons"
_EARLIEST = 1900
_UNKNOWN = 0
_CENTURY = 100

Years = NDArray[np.int32]


def persons(cleaning: Cleaning, rows: Records) -> tuple[Records, Years]:
    """One row a person: the latest, with year of birth and sex of older ones if it has none.

    An identity code's day of birth goes before the register's year; its sex fills a gap.

    Returns:
        The rows, and their years of birth.
    """
    rows = _in_time(cleaning.delivered(TABLE, rows))
    for name in ("birth_year", "sex"):
        rows = rows.replace(**{name: _last_known(rows.person, rows.text(name))})
    rows = cleaning.log.drop(TABLE, "older_row", rows, ~_last_of_person(rows.person))
    for name, meaning in (("citizenship", padded(3)), ("language", _language), ("sex", _sex)):
        rows = cleaning.known_or_missing(TABLE, f"unknown_{name}", rows, name, meaning)
    rows = rows.replace(sex=rows.text("sex").or_else(rows.text(SEX)))
    year = _plausible(rows.text("birth_year"), day_of(cleaning.extract).year)
    rows = _in_their_century(cleaning, rows, year)
    year_of_code = _years_of(rows.days[BIRTH])
    differs = (year_of_code != _UNKNOWN) & (year != _UNKNOWN) & (year_of_code != year)
    cleaning.log.mend(TABLE, "birth_year_differs", rows, differs)
    year = np.where(year_of_code == _UNKNOWN, year, year_of_code).astype(np.int32)
    unknown = year == _UNKNOWN
    known = cleaning.log.drop(TABLE, "no_birth_year", rows, unknown, "birth_year")
    return known, year[year != _UNKNOWN]


def _in_their_century(cleaning: Cleaning, rows: Records, year: Years) -> Records:
    """Days of birth in the register's century, where a code has lost its sign of it.

    A code without its sign, or with another dash for it, tells day and month and the last two
    figures of the year.
    """
    birth = rows.days[BIRTH]
    apart = _years_of(birth) - year
    wrong = (birth != MISSING) & (year != _UNKNOWN) & (np.abs(apart) == _CENTURY)
    cleaning.log.mend(TABLE, "century_differs", rows, wrong)
    if not wrong.any():
        return rows
    months = birth.astype("datetime64[D]").astype("datetime64[M]")
    of_month = (birth.astype("datetime64[D]") - months.astype("datetime64[D]")).astype(np.int32)
    moved = (months - np.where(wrong, 12 * apart, 0)).astype("datetime64[D]").astype(np.int32)
    return rows.replace(**{BIRTH: np.where(wrong, moved + of_month, birth).astype(np.int32)})


def is_member(fund: Coded) -> Mask:
    """Whether there is a number of an unemployment fund; zeros are none."""
    return ~fund.translate(lambda number: number.strip("0") or None).missing


def _in_time(rows: Records) -> Records:
    """Each person's rows by the day they were updated, undated ones first."""
    updated = rows.days["updated"]
    day = np.where(updated == MISSING, np.iinfo(np.int32).min, updated)
    return rows.take(np.lexsort((day, rows.person)))


def _last_known(person: Persons, column: Coded) -> Coded:
    """For each row the last text of the person up to it."""
    place = np.where(column.missing, -1, np.arange(len(person)))
    place = np.maximum.accumulate(place) if len(place) else place
    first = np.searchsorted(person, person, side="left")
    codes_ = np.where(place >= first, column.codes[place], -1)
    return Coded(codes_.astype(np.int32), column.names)


def _last_of_person(person: Persons) -> Mask:
    last = np.ones(len(person), bool)
    last[:-1] = person[1:] != person[:-1]
    return last


def _language(code: str) -> str | None:
    return codes.LANGUAGES.get(code.lstrip("0") or "0")


def _sex(code: str) -> str | None:
    sex = code.lstrip("0")
    return sex if sex in SEXES else None


def _plausible(column: Coded, latest: int) -> Years:
    """Years of birth that can be, else ``_UNKNOWN``."""
    years = [int(name) if name.isdecimal() else _UNKNOWN for name in column.names.to_pylist()]
    kept = [year if _EARLIEST <= year <= latest else _UNKNOWN for year in years]
    return np.array([*kept, _UNKNOWN], np.int32)[column.codes]


def _years_of(day: Days) -> Years:
    known = day != MISSING
    days = np.where(known, day, 0).astype("datetime64[D]")
    year = days.astype("datetime64[Y]").astype(np.int32) + 1970
    return np.where(known, year, _UNKNOWN).astype(np.int32)
