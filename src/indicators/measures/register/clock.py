"""The months asked for, as a register sees them: count days, thresholds and places in time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np

from indicators.calendar import count_day, last_day
from indicators.measures.register import days
from indicators.measures.register.days import EARLIEST, OPEN, Days

_NEVER = -1 << 40
_BEYOND = 1000  # open spells stop after OPEN, some of them a few days more


@dataclass(frozen=True, slots=True)
class Clock:
    """Months in order, and which of them an extract has seen.

    Attributes:
        months: ``YYYY-MM`` in order, each once; shape (months,) below.
        extract: The last day the extract knows about.
        count_days: Count day of each month.
        firsts: First day of each month.
        lasts: Last day of each month.
        seen: How many count days are not after the extract date; they come first.
    """

    months: tuple[str, ...]
    extract: int
    count_days: Days
    firsts: Days
    lasts: Days
    seen: int

    @classmethod
    def of(cls, months: Sequence[str], extract_date: date) -> Clock:
        """The clock of some months.

        Args:
            months: ``YYYY-MM`` in any order.
            extract_date: The last day the extract knows about.
        """
        ordered = tuple(sorted(set(months)))
        count = np.array([days.number(count_day(month)) for month in ordered], np.int64)
        lasts = np.array([days.number(last_day(month)) for month in ordered], np.int64)
        firsts = days.month_start(days.month_number(lasts))
        extract = days.number(extract_date)
        seen = int(np.searchsorted(count, extract, side="right"))
        return cls(ordered, extract, count, firsts, lasts, seen)

    def first_from(self, day: Days) -> Days:
        """Place of the first seen count day on or after each day; ``seen`` if there is none."""
        return _places(self.count_days[: self.seen], day)

    def back(self, n: int) -> Days:
        """Each count day less ``n`` months, kept to the month's days; shape (months,)."""
        return days.add_months(self.count_days, -n)

    def first_with_back(self, n: int, day: Days) -> Days:
        """Place of the first seen count day whose day ``n`` months back is at or after a day."""
        return _places(self.back(n)[: self.seen], day)

    def month_of(self, day: Days, later: int = 0) -> Days:
        """Place of the month that is ``later`` months after each day's; −1 if not asked for."""
        held, number = days.month_number(self.firsts), days.month_number(day) + later
        at = np.searchsorted(held, number)
        return np.where(np.append(held, _NEVER)[at] == number, at, -1)


def _places(thresholds: Days, day: Days) -> Days:
    """Sorted search of few thresholds for many days."""
    return _of_every_day(thresholds.tobytes())[day - EARLIEST]


@lru_cache(maxsize=16)
def _of_every_day(thresholds: bytes) -> Days:
    """The place of every day that may be met: looking up is far quicker than searching."""
    everyday = np.arange(EARLIEST, OPEN + _BEYOND, dtype=np.int64)
    return np.searchsorted(np.frombuffer(thresholds, np.int64), everyday, side="left")
