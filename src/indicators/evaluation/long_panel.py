"""A long panel (one row a unit and time) as arrays, checked whole, and its time axis."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from indicators.errors import DataError, UsageError
from indicators.evaluation.result import Floats, Ints

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_YEAR = re.compile(r"\d{4}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, eq=False, slots=True)
class TimeAxis:
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
        fits = fits and not pd.api.types.is_list_like(value) and not is_missing(value)
        if strings and self._months:
            fits = isinstance(value, str) and bool(_MONTH.fullmatch(value))
        if not fits:
            raise UsageError(
                f"{argument}: a time is not of the kind in column {self.column}; write it like "
                f"{first!s} ({type(first).__name__})"
            )
        return value


def read_time_axis(column: pd.Series) -> TimeAxis:
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
        ticks = _calendar_steps(times)
    return TimeAxis(str(column.name), times, ticks)


def _calendar_steps(times: pd.Index) -> Ints:
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


def is_missing(value: Any) -> bool:
    """Whether a single value is missing, of whatever kind."""
    return value is None or bool(np.all(pd.isna(value)))


@dataclass(frozen=True, eq=False, slots=True)
class LongData:
    """The panel's rows.

    Attributes:
        outcome: By row, missing where it is not known.
        unit: Position in ``units`` by row.
        time: Position in ``time_axis.times`` by row.
        units: The distinct units, sorted.
        time_axis: The distinct times.
    """

    outcome: Floats
    unit: Ints
    time: Ints
    units: pd.Index
    time_axis: TimeAxis

    def wide(self) -> Floats:
        """Outcomes by time (rows) and unit (columns), missing where there is no row."""
        table = np.full((len(self.time_axis.times), len(self.units)), np.nan)
        table[self.time, self.unit] = self.outcome
        return table


def read_long(panel: pd.DataFrame, unit: str, time: str, outcome: str) -> LongData:
    """Check a long panel and turn it into arrays.

    Args:
        panel: One row a unit and time.
        unit: Name of the column of units (strings or whole numbers).
        time: Name of the column of times: whole numbers, ``YYYY-MM``, periods or days.
        outcome: Name of the column of outcomes; missing ones stay missing.

    Raises:
        UsageError: A column is not there.
        DataError: Keys are missing or twice there, or outcomes are no finite numbers; all
            problems at once.
    """
    require_columns(panel, [unit, time, outcome])
    values = numeric_column(panel, outcome)
    raise_faults(_panel_faults(panel, unit, time, outcome, values))
    units = pd.Index(panel[unit].unique()).sort_values()
    time_axis = read_time_axis(panel[time])
    return LongData(
        values,
        np.asarray(units.get_indexer(pd.Index(panel[unit])), dtype=np.int64),
        np.asarray(time_axis.times.get_indexer(pd.Index(panel[time])), dtype=np.int64),
        units,
        time_axis,
    )


def require_columns(panel: pd.DataFrame, columns: Sequence[str]) -> None:
    """Refuse a panel that lacks a column, naming all that are missing."""
    if not isinstance(panel, pd.DataFrame):
        raise UsageError(f"panel: a pandas frame is needed, not {type(panel).__name__}")
    missing = [str(name) for name in columns if name not in panel.columns]
    if missing:
        present = ", ".join(map(str, panel.columns[:20]))
        raise UsageError(f"panel: no column {', '.join(missing)}; there are {present}")


def numeric_column(panel: pd.DataFrame, column: str) -> Floats:
    """A column as numbers.

    Raises:
        DataError: It holds something else than numbers.
    """
    try:
        return np.asarray(panel[column].to_numpy(dtype=float, na_value=np.nan))
    except (ValueError, TypeError) as error:
        raise DataError(f"panel, column {column}: numbers are needed, not text") from error


def raise_faults(faults: Sequence[str]) -> None:
    """Raise all faults of a panel as one error, or return if there are none."""
    if len(faults) == 1:
        raise DataError(faults[0])
    if faults:
        raise DataError(f"panel: {len(faults)} problems", faults)


def _panel_faults(
    panel: pd.DataFrame, unit: str, time: str, outcome: str, values: Floats
) -> list[str]:
    if panel.empty:
        return ["panel: it has no row"]
    faults = []
    for column in (unit, time):
        kinds = {type(value) is str for value in panel[column].dropna()}
        if len(kinds) > 1:
            faults.append(f"panel, column {column}: text and numbers are mixed; make them alike")
        if lacking := int(panel[column].isna().sum()):
            faults.append(f"panel, column {column}: missing in {lacking} rows; fill or drop them")
    if twice := int(panel.duplicated([unit, time]).sum()):
        faults.append(
            f"panel, columns {unit} and {time}: {twice} rows come twice; one row a unit and time"
        )
    if endless := int(np.isinf(values).sum()):
        faults.append(f"panel, column {outcome}: infinite in {endless} rows")
    if np.isnan(values).all():
        faults.append(f"panel, column {outcome}: no row has a value")
    return faults


def unit_position(units: pd.Index, wanted: Any, argument: str, column: str) -> int:
    """Where a unit stands among the units.

    Raises:
        UsageError: It is not among them.
    """
    found = int(units.get_indexer(pd.Index([wanted]))[0]) if np.isscalar(wanted) else -1
    if found < 0:
        raise UsageError(f"{argument}: no such unit in column {column}{kind_hint(units, [wanted])}")
    return found


def kind_hint(units: pd.Index, wanted: Sequence[Any]) -> str:
    """A hint for unknown names that are numbers where the column holds text, or the reverse."""
    text = isinstance(units[0], str)
    if all(isinstance(name, str) == text for name in wanted):
        return ""
    held, given = ("text", "a number") if text else ("numbers", "text")
    return f" (the column holds {held}, {given} was given)"
