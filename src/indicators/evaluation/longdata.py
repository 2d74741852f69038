"""A long panel (one row a unit and time) as arrays, checked whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from indicators.errors import DataError, UsageError
from indicators.evaluation.clock import Clock, read_clock
from indicators.evaluation.result import Floats, Ints


@dataclass(frozen=True, eq=False, slots=True)
class LongData:
    """The panel's rows.

    Attributes:
        outcome: By row, missing where it is not known.
        unit: Position in ``units`` by row.
        time: Position in ``clock.times`` by row.
        units: The distinct units, sorted.
        clock: The distinct times.
    """

    outcome: Floats
    unit: Ints
    time: Ints
    units: pd.Index
    time_axis: Clock

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
    values = numbers(panel, outcome)
    refuse(_faults(panel, unit, time, outcome, values))
    units = pd.Index(panel[unit].unique()).sort_values()
    time_axis = read_clock(panel[time])
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


def numbers(panel: pd.DataFrame, column: str) -> Floats:
    """A column as numbers.

    Raises:
        DataError: It holds something else than numbers.
    """
    try:
        return np.asarray(panel[column].to_numpy(dtype=float, na_value=np.nan))
    except (ValueError, TypeError) as error:
        raise DataError(f"panel, column {column}: numbers are needed, not text") from error


def refuse(faults: Sequence[str]) -> None:
    """Raise all faults of a panel as one error, or return if there are none."""
    if len(faults) == 1:
        raise DataError(faults[0])
    if faults:
        raise DataError(f"panel: {len(faults)} problems", faults)


def _faults(panel: pd.DataFrame, unit: str, time: str, outcome: str, values: Floats) -> list[str]:
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


def position(units: pd.Index, wanted: Any, argument: str, column: str) -> int:
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
