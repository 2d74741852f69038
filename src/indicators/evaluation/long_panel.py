"""A long panel (one row a unit and time) as arrays, checked whole, and its time axis."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from indicators.errors import DataError, UsageError
from indicators.evaluation.result import Bools, Floats, Ints

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
        if self.are_months:
            return _month_number(value)
        place = int(np.searchsorted(self.times.to_numpy(), np.asarray(value)))
        return int(self.ticks[place]) if place < len(self.ticks) else int(self.ticks[-1]) + 1

    @property
    def gaps(self) -> int:
        """How many steps between the first time and the last the panel has no time for."""
        return int(self.ticks[-1] - self.ticks[0]) + 1 - len(self.ticks)

    @property
    def are_months(self) -> bool:
        """Whether the times are months ``YYYY-MM``."""
        return _are_months(self.times)

    def between(self, first: Any, last: Any, argument: str) -> Bools:
        """Which of the times lie from one to another, both included.

        Raises:
            UsageError: One of the two is not of the column's kind.
        """
        low, high = self._alike(first, argument), self._alike(last, argument)
        return np.asarray((self.times >= low) & (self.times <= high), dtype=bool)

    def after(self, time: Any, other: Any, argument: str) -> bool:
        """Whether a time is later than another.

        Raises:
            UsageError: One of the two is not of the column's kind.
        """
        return bool(self._alike(time, argument) > self._alike(other, argument))

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
        if strings and self.are_months:
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
        weights: By row; all 1 if no column was named.
        cluster: Number of each row's cluster, from 0; the unit if no column was named.
        covariates: Rows by covariates, missing where not known; no column if none was named.
    """

    outcome: Floats
    unit: Ints
    time: Ints
    units: pd.Index
    time_axis: TimeAxis
    weights: Floats
    cluster: Ints
    covariates: Floats

    def wide(self) -> Floats:
        """Outcomes by time (rows) and unit (columns), missing where there is no row."""
        return self._wide(self.outcome)

    def unit_weights(self) -> Floats:
        """Weight of each unit; those of a unit's rows must be alike."""
        found = np.zeros(len(self.units))
        found[self.unit] = self.weights
        return found

    def unit_clusters(self) -> Ints:
        """Number of each unit's cluster."""
        found = np.zeros(len(self.units), dtype=np.int64)
        found[self.unit] = self.cluster
        return found

    def names(self, chosen: Bools) -> str:
        """Some units by name, for a note: the first of them if they are many."""
        return named_list(self.units[np.asarray(chosen)])

    def _wide(self, values: Floats) -> Floats:
        table = np.full((len(self.time_axis.times), len(self.units)), np.nan)
        table[self.time, self.unit] = values
        return table


def named_list(names: Iterable[Any], most: int = 10) -> str:
    """Names with commas between, and how many more there are."""
    texts = [str(name) for name in names]
    more = f" and {len(texts) - most} more" if len(texts) > most else ""
    return ", ".join(texts[:most]) + more


def read_long(
    panel: pd.DataFrame,
    unit: str,
    time: str,
    outcome: str,
    *,
    weights: str | None = None,
    cluster: str | None = None,
    covariates: Sequence[str] = (),
    constant_weights: bool = False,
) -> LongData:
    """Check a long panel and turn it into arrays.

    Args:
        panel: One row a unit and time.
        unit: Name of the column of units (strings or whole numbers).
        time: Name of the column of times: whole numbers, ``YYYY-MM``, periods or days.
        outcome: Name of the column of outcomes; missing ones stay missing.
        weights: Column of weights above 0.
        cluster: Column of clusters, each unit in one.
        covariates: Columns of numbers or truth values; missing ones stay missing.
        constant_weights: Whether a unit must have the same weight at all times.

    Raises:
        UsageError: A column is not there.
        DataError: Keys are missing or twice there, or something is not such as it must be; all
            problems at once.
    """
    covariates = _covariate_names(covariates)
    optional = [name for name in (weights, cluster) if name is not None]
    require_columns(panel, [unit, time, outcome, *optional, *covariates])
    faults = _key_faults(panel, unit, time)
    values = _numbers(panel, outcome, faults)
    if not panel.empty and np.isnan(values).all():
        faults.append(f"panel, column {outcome}: no row has a value")
    weight = np.ones(len(panel))
    if weights is not None:
        weight = _numbers(panel, weights, faults)
        faults += _weight_faults(panel, unit, weights, weight, constant_weights)
    if cluster is not None:
        faults += _cluster_faults(panel, unit, cluster)
    extra = [_numbers(panel, name, faults) for name in covariates]
    raise_faults(faults)
    units = pd.Index(panel[unit].unique()).sort_values()
    time_axis = read_time_axis(panel[time])
    unit_codes = np.asarray(units.get_indexer(pd.Index(panel[unit])), dtype=np.int64)
    codes = unit_codes if cluster is None else pd.factorize(panel[cluster], sort=True)[0]
    return LongData(
        values,
        unit_codes,
        np.asarray(time_axis.times.get_indexer(pd.Index(panel[time])), dtype=np.int64),
        units,
        time_axis,
        weight,
        np.asarray(codes, dtype=np.int64),
        np.column_stack(extra) if extra else np.empty((len(panel), 0)),
    )


def _covariate_names(covariates: Sequence[str]) -> list[str]:
    if isinstance(covariates, str):
        return [covariates]
    return list(dict.fromkeys(covariates))


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
    faults: list[str] = []
    values = _numbers(panel, column, faults)
    raise_faults([fault for fault in faults if "numbers are needed" in fault])
    return values


def raise_faults(faults: Sequence[str]) -> None:
    """Raise all faults of a panel as one error, or return if there are none."""
    if len(faults) == 1:
        raise DataError(faults[0])
    if faults:
        raise DataError(f"panel: {len(faults)} problems", faults)


def raise_usage_faults(faults: Sequence[str]) -> None:
    """Raise all faults of the arguments as one error, or return if there are none."""
    if len(faults) == 1:
        raise UsageError(faults[0])
    if faults:
        raise UsageError(f"arguments: {len(faults)} problems", faults)


def _numbers(panel: pd.DataFrame, column: str, faults: list[str]) -> Floats:
    """A column as numbers; what is wrong with it is added to the faults."""
    try:
        values = np.asarray(panel[column].to_numpy(dtype=float, na_value=np.nan))
    except (ValueError, TypeError):
        faults.append(f"panel, column {column}: numbers are needed, not text")
        return np.zeros(len(panel))
    if endless := int(np.isinf(values).sum()):
        faults.append(f"panel, column {column}: infinite in {endless} rows")
    return values


def _key_faults(panel: pd.DataFrame, unit: str, time: str) -> list[str]:
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
    return faults


def _weight_faults(
    panel: pd.DataFrame, unit: str, column: str, values: Floats, constant: bool
) -> list[str]:
    kinds = {
        "missing": int(np.isnan(values).sum()),
        "below 0": int((values < 0).sum()),
        "0": int((values == 0).sum()),
    }
    faults = [
        f"panel, column {column}: a weight is {kind} in {rows} rows; weights are above 0, drop "
        "rows that shall not count"
        for kind, rows in kinds.items()
        if rows
    ]
    varying = panel.groupby(unit, observed=True)[column].nunique() > 1 if constant else None
    if varying is not None and varying.any():
        faults.append(
            f"panel, column {column}: the weight changes over time in {int(varying.sum())} units "
            f"({named_list(varying.index[varying], 3)}); take that of one time for each unit"
        )
    return faults


def _cluster_faults(panel: pd.DataFrame, unit: str, column: str) -> list[str]:
    faults = []
    if lacking := int(panel[column].isna().sum()):
        faults.append(f"panel, column {column}: no cluster in {lacking} rows; fill or drop them")
    several = panel.groupby(unit, observed=True)[column].nunique() > 1
    if several.any():
        faults.append(
            f"panel, column {column}: {int(several.sum())} units are in several clusters "
            f"({named_list(several.index[several], 3)}); a unit belongs to one"
        )
    if panel[column].nunique() == 1:
        faults.append(f"panel, column {column}: all rows are in one cluster; two are needed")
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
