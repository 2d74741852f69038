"""The times of a panel in order, and how far apart they are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from indicators.errors import DataError, UsageError
from indicators.evaluation.result import Ints

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_YEAR = re.compile(r"\d{4}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, eq=False, slots=True)
class Clock:
    """The distinct times of a panel.

    Attributes:
        column: The column they come from.
        times: Sorted.
        ticks: The same as whole numbers that keep the distance over a gap: months for ``YYYY-MM``
            and for monthly periods (other periods: their own unit), steps of the smallest
            distance for whole numbers and years; else positions 0, 1, 2 ….
    """

    column: str
    times: pd.Index
    ticks: Ints

    def tick(self, value: Any, argument: str) -> int:
        """The tick of a time that need not be in the panel; one past the end if it is later.

        Raises:
            UsageError: The value is not of the column's kind.
        """
        value = self._alike(value, argument)
        if isinstance(value, pd.Period):
            return int(value.ordinal)
        if self._months:
            return _month_number(value)
        place = int(np.searchsorted(self.times.to_numpy(), np.asarray(value)))
        return int(self.ticks[place]) if place < len(self.ticks) else int(self.ticks[-1]) + 1

    @property
    def gaps(self) -> int:
        """How many steps between the first time and the last the panel has no time for."""
        return int(self.ticks[-1] - self.ticks[0]) + 1 - len(self.ticks)

    @property
    def _months(self) -> bool:
        return _are_months(self.times)

    def _alike(self, value: Any, argument: str) -> Any:
        first = self.times[0]
        try:
            if isinstance(first, pd.Period):
                return pd.Period(value, freq=first.freqstr)
            if isinstance(first, pd.Timestamp):
                return pd.Timestamp(value).to_datetime64()
        except (ValueError, TypeError):
            value = None
        strings = isinstance(first, str)
        fits = isinstance(value, str) == strings
        fits = fits and not pd.api.types.is_list_like(value) and not missing(value)
        if strings and self._months:
            fits = isinstance(value, str) and bool(_MONTH.fullmatch(value))
        if not fits:
            raise UsageError(
                f"{argument}: a time is not of the kind in column {self.column}; write it like "
                f"{first!s} ({type(first).__name__})"
            )
        return value


def read_clock(column: pd.Series) -> Clock:
    """The clock of a column of times without missing ones.

    Raises:
        DataError: Its times are text of which nobody knows the order, such as ``1/2021``.
    """
    times = pd.Index(column.unique()).sort_values()
    if isinstance(times[0], str):
        # Of these the order of texts is the order of times.
        forms = (_MONTH, _YEAR, _DAY)
        if not any(all(form.fullmatch(str(time)) for time in times) for form in forms):
            raise DataError(
                f"panel, column {column.name}: its times are text; write months as 2021-03, years "
                "as 2021 or days as 2021-03-01, or give numbers"
            )
    if isinstance(times, pd.PeriodIndex):
        ticks = np.array([period.ordinal for period in times], dtype=np.int64)
    elif _are_months(times):
        ticks = np.array([_month_number(month) for month in times], dtype=np.int64)
    else:
        ticks = _steps(times)
    return Clock(str(column.name), times, ticks)


def _steps(times: pd.Index) -> Ints:
    """Whole numbers and years in steps of their smallest distance; other times by position."""
    if pd.api.types.is_integer_dtype(times.dtype) or all(_YEAR.fullmatch(str(t)) for t in times):
        values = times.to_numpy().astype(np.int64)
        distances = np.diff(values)
        step = int(distances.min()) if len(distances) else 1
        if step > 0 and not (distances % step).any():
            return np.asarray((values - values[0]) // step, dtype=np.int64)
    return np.arange(len(times), dtype=np.int64)


def _are_months(times: pd.Index) -> bool:
    return all(isinstance(time, str) and _MONTH.fullmatch(time) for time in times)


def _month_number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:]) - 1


def missing(value: Any) -> bool:
    """Whether a single value is missing, of whatever kind."""
    return value is None or bool(np.all(pd.isna(value)))
