"""Days as whole numbers, and the calendar's arithmetic on arrays of them.

A day is the number of days since 1970-01-01, as Arrow's ``date32`` has it. Every function is the
twin on arrays of one in :mod:`indicators.calendar`.
"""

from __future__ import annotations

from datetime import date
from functools import cache

import numpy as np
from numpy.typing import NDArray

Days = NDArray[np.int64]

EARLIEST, OPEN = -130_000, 130_000
"""No day of a register lies outside; ``OPEN`` is the end of a spell that is open."""

# Tables of days and months are looked up: NumPy's own calendar takes ten times as long.
_FIRST_DAY, _FIRST_MONTH = -150_000, -6_000
_EPOCH = date(1970, 1, 1).toordinal()


def number(day: date) -> int:
    """A date as a whole number."""
    return day.toordinal() - _EPOCH


def number_of_month(month: str) -> int:
    """The first day of a month ``YYYY-MM`` as a whole number."""
    return number(date(int(month[:4]), int(month[5:]), 1))


@cache
def _month_of_day() -> Days:
    """Months since January 1970 of every day that may be met, from ``_FIRST_DAY``."""
    every = np.arange(_FIRST_DAY, -_FIRST_DAY)
    return every.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


@cache
def _first_day_of_month() -> Days:
    """The first day of every month that may be met, from ``_FIRST_MONTH``."""
    every = np.arange(_FIRST_MONTH, -_FIRST_MONTH)
    return every.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)


def month_number(days: Days) -> Days:
    """Months since January 1970 of each day."""
    return _month_of_day()[days - _FIRST_DAY]


def month_start(months: Days) -> Days:
    """The first day of each month, given as months since January 1970."""
    return _first_day_of_month()[months - _FIRST_MONTH]


def add_months(days: Days, n: int) -> Days:
    """The same day of the month ``n`` months later, at most that month's last day."""
    month = month_number(days)
    in_month = days - month_start(month)
    last = month_start(month + n + 1) - 1
    return np.minimum(month_start(month + n) + in_month, last)


def birthday(birth: Days, years: int) -> Days:
    """The day on which an age is reached; 1 March for 29 February in other years.

    Args:
        birth: Days of birth.
        years: The age.
    """
    month = month_number(birth)
    # Counting on from the month's first day runs over into March by itself.
    return month_start(month + 12 * years) + (birth - month_start(month))
