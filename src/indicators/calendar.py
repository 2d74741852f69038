"""Months, count days and ages (contract, section 1).

A month is the string ``YYYY-MM``: it sorts as it reads and needs no class of its own. Functions
that take a month expect one that `parse_month` has let through.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

from indicators.errors import UsageError

_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
_ADVICE = "write YYYY-MM, for example 2022-02"
_SATURDAY = 5


def parse_month(text: str) -> str:
    """Checks one month and gives it back.

    Args:
        text: A month as a person wrote it; blanks around it are dropped.

    Raises:
        UsageError: The text is not ``YYYY-MM`` of the years 0001 to 9999.
    """
    month = text.strip()
    if not _MONTH.fullmatch(month) or month < "0001":
        raise UsageError(f"{month or 'An empty text'} is not a month; {_ADVICE}")
    return month


def parse_months(text: str) -> tuple[str, ...]:
    """Reads months, comma lists and ranges: ``2022-02``, ``2021-03..2021-05,2023-06``.

    Returns:
        The months in order, each once; both ends of a range are included.

    Raises:
        UsageError: A part is not a month or a range ends before it begins; every such part is
            named.
    """
    months: set[str] = set()
    problems: list[str] = []
    for part in text.split(","):
        try:
            months.update(_parse_part(part))
        except UsageError as error:
            problems.append(error.message)
    if problems:
        raise UsageError(problems[0], problems[1:])
    return tuple(sorted(months))


def _parse_part(part: str) -> tuple[str, ...]:
    first, dots, last = part.partition("..")
    if not dots:
        return (parse_month(part),)
    return month_range(parse_month(first), parse_month(last))


def shift_month(month: str, n: int) -> str:
    """The month ``n`` months later; earlier if ``n`` is negative.

    Raises:
        UsageError: The answer would lie outside the years 1 to 9999.
    """
    index = _index(month) + n
    year, month_0 = divmod(index, 12)
    if not date.min.year <= year <= date.max.year:
        raise UsageError(f"There is no month {n:+d} months from {month}; take a smaller step")
    return f"{year:04d}-{month_0 + 1:02d}"


def month_range(first: str, last: str) -> tuple[str, ...]:
    """The months from ``first`` to ``last``, both included.

    Raises:
        UsageError: ``last`` is before ``first``.
    """
    if last < first:
        raise UsageError(
            f"{first}..{last} ends before it begins; write the earlier month first: {last}..{first}"
        )
    return tuple(shift_month(first, n) for n in range(_index(last) - _index(first) + 1))


def last_day(month: str) -> date:
    """The last calendar day of the month."""
    year, number = _split(month)
    return date(year, number, monthrange(year, number)[1])


@cache
def count_day(month: str) -> date:
    """The count day (laskentapäivä): the last working day of the month.

    That is the last day from Monday to Friday that is not a public holiday in Finland (contract,
    section 1). At a month's end only Good Friday, Easter Monday and Ascension Day can matter.
    """
    holidays = _public_holidays(_split(month)[0])
    return next(day for day in _days_backwards(last_day(month)) if _is_weekday(day, holidays))


def _days_backwards(day: date) -> Iterator[date]:
    while True:
        yield day
        day -= timedelta(days=1)


def _is_weekday(day: date, holidays: frozenset[date]) -> bool:
    return day.weekday() < _SATURDAY and day not in holidays


@cache
def _public_holidays(year: int) -> frozenset[date]:
    # Imported here: `indicators --help` has no use for it.
    import holidays

    return frozenset(holidays.country_holidays("FI", years=year))


def add_months(day: date, n: int) -> date:
    """The same day of the month ``n`` months later, at most that month's last day.

    31 January + 1 month is 28 February, or 29 February in a leap year (contract, section 1).

    Raises:
        UsageError: The answer would lie outside the years 1 to 9999.
    """
    end = last_day(shift_month(f"{day.year:04d}-{day.month:02d}", n))
    return end.replace(day=min(day.day, end.day))


def age_on(day: date, birth_year: int, birth_date: date | None = None) -> int:
    """Age in full years on a day (contract, section 1).

    Args:
        day: The day on which the age is wanted.
        birth_year: Always known; the age is ``day.year - birth_year`` where only it is known.
        birth_date: Makes the age exact. Whoever was born on 29 February turns a year older on
            1 March in years without that day.
    """
    if birth_date is None:
        return day.year - birth_year
    not_yet = (day.month, day.day) < (birth_date.month, birth_date.day)
    return day.year - birth_date.year - not_yet


def _split(month: str) -> tuple[int, int]:
    return int(month[:4]), int(month[5:])


def _index(month: str) -> int:
    """Months since January of the year 0."""
    year, number = _split(month)
    return year * 12 + number - 1
