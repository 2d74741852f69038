"""Days, months and codes as whole numbers in arrays, and the clock of the months computed.

A day is the number of days since 1970-01-01, as Arrow's ``date32`` has it. The functions on days
are those of :mod:`indicators.calendar`, on arrays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from indicators.calendar import count_day, last_day

Days = NDArray[np.int64]

EARLIEST, OPEN = -130_000, 130_000
"""No day of a register lies outside; ``OPEN`` is the end of a spell that is open."""

MISSING = -(1 << 40)
"""A day that is not known."""

# Tables of days and months are looked up: NumPy's own calendar takes ten times as long.
_FIRST_DAY, _FIRST_MONTH = -150_000, -6_000
_EPOCH = date(1970, 1, 1).toordinal()


def day_number(day: date) -> int:
    """A date as a whole number."""
    return day.toordinal() - _EPOCH


def month_first_day(month: str) -> int:
    """The first day of a month ``YYYY-MM`` as a whole number."""
    return day_number(date(int(month[:4]), int(month[5:]), 1))


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
        count = np.array([day_number(count_day(month)) for month in ordered], np.int64)
        lasts = np.array([day_number(last_day(month)) for month in ordered], np.int64)
        firsts = month_start(month_number(lasts))
        extract = day_number(extract_date)
        seen = int(np.searchsorted(count, extract, side="right"))
        return cls(ordered, extract, count, firsts, lasts, seen)

    def first_from(self, day: Days) -> Days:
        """Place of the first seen count day on or after each day; ``seen`` if there is none."""
        return _threshold_positions(self.count_days[: self.seen], day)

    def back(self, n: int) -> Days:
        """Each count day less ``n`` months, kept to the month's days; shape (months,)."""
        return add_months(self.count_days, -n)

    def first_with_back(self, n: int, day: Days) -> Days:
        """Place of the first seen count day whose day ``n`` months back is at or after a day."""
        return _threshold_positions(self.back(n)[: self.seen], day)

    def month_of(self, day: Days, later: int = 0) -> Days:
        """Place of the month ``later`` months after each day's; −1 if it is not computed."""
        held, number = month_number(self.firsts), month_number(day) + later
        at = np.searchsorted(held, number)
        return np.where(np.append(held, _NEVER)[at] == number, at, -1)


def _threshold_positions(thresholds: Days, day: Days) -> Days:
    """Sorted search of few thresholds for many days."""
    return _position_of_every_day(thresholds.tobytes())[day - EARLIEST]


@lru_cache(maxsize=16)
def _position_of_every_day(thresholds: bytes) -> Days:
    """The place of every day that may be met: looking up is far quicker than searching."""
    everyday = np.arange(EARLIEST, OPEN + _BEYOND, dtype=np.int64)
    return np.searchsorted(np.frombuffer(thresholds, np.int64), everyday, side="left")


def whole_numbers(column: pa.ChunkedArray, missing: int = 0) -> NDArray[np.int64]:
    """A column of whole numbers or truth values."""
    filled = pc.fill_null(column.cast(pa.int64()), missing)
    numbers: NDArray[np.int64] = filled.to_numpy()
    return numbers


def day_numbers(column: pa.ChunkedArray, missing: int = MISSING) -> Days:
    """A column of dates as day numbers; days that no register holds are kept to its limits."""
    filled = pc.fill_null(column.cast(pa.int32()), OPEN).to_numpy()
    numbers: Days = np.clip(filled, EARLIEST, OPEN).astype(np.int64)
    if missing != OPEN and column.null_count:
        numbers[column.is_null().to_numpy()] = missing
    return numbers


def start_days(table: pa.Table) -> Days:
    """First days of spells."""
    return day_numbers(table["start"])


def stop_days(table: pa.Table) -> Days:
    """The day after each spell's end; open spells end beyond all days."""
    return day_numbers(table["end"], OPEN) + 1


def code_positions(
    column: pa.ChunkedArray, places: Mapping[str, int], other: int, missing: int | None = None
) -> NDArray[np.int64]:
    """A column of codes as whole numbers.

    Args:
        column: Strings, as dictionaries or plain.
        places: Number of each code.
        other: Number of any other code.
        missing: Number of a missing one; ``other`` if not given.
    """
    encoded = as_dictionary(column)
    numbers = [places.get(text, other) for text in encoded.dictionary.to_pylist()]
    table = np.array([*numbers, other if missing is None else missing], np.int64)
    return table[_code_indices(encoded)]


def combined_codes(*columns: pa.ChunkedArray) -> NDArray[np.int64]:
    """One whole number for each combination of the values of some columns of codes."""
    number = np.zeros(len(columns[0]), np.int64)
    for column in columns:
        encoded = as_dictionary(column)
        number = number * (len(encoded.dictionary) + 1) + _code_indices(encoded) + 1
    return number


def as_dictionary(column: pa.ChunkedArray) -> Any:
    """A column of strings as one dictionary array."""
    encoded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    encoded = encoded.unify_dictionaries().combine_chunks()
    if isinstance(encoded, pa.ChunkedArray):  # no chunks at all
        return pa.array([], encoded.type)
    return encoded


def _code_indices(encoded: Any) -> NDArray[np.int64]:
    indices: NDArray[np.int64] = (
        encoded.indices.cast(pa.int64()).fill_null(-1).to_numpy(zero_copy_only=False)
    )
    return indices
