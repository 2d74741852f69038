"""Difference-in-differences and event studies that never compare with treated units.

With one adoption date both are the regression on unit and time effects. With several, that
regression would use units already treated as controls, so the effect of each cohort (units that
start together) and time is estimated apart and then averaged:

* the effect as a whole by the extended two-way regression of Wooldridge (2021), which on a
  balanced panel is the imputation estimator of Borusyak, Jaravel and Spiess (2024);
* the event study by the saturated regression of Sun and Abraham (2021), base −1, which on a
  balanced panel gives the figures of Callaway and Sant'Anna (2021) with never treated controls.

See ``docs/decisions/0020-differences-in-differences.md``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from indicators.errors import DataError, UsageError
from indicators.evaluation.adoption import Sample, comparable, read_starts
from indicators.evaluation.longdata import read_long
from indicators.evaluation.result import Bools, Estimates, Floats, Ints, estimates_table
from indicators.evaluation.twoway import fit

BASE = -1


def difference_in_differences(
    panel: pd.DataFrame,
    *,
    unit: str,
    time: str,
    outcome: str,
    treated_from: Mapping[Any, Any] | pd.Series,
) -> Estimates:
    """Average effect on the treated.

    Args:
        panel: One row a unit and time; units need not have every time.
        unit: Column of units, the clusters of the errors.
        time: Column of times: whole numbers, ``YYYY-MM``, periods or days.
        outcome: Column of outcomes; rows without one are left out.
        treated_from: First treated time by unit; units not in it are never treated.

    Returns:
        One row, ``term`` = ``effect``: the mean over the treated rows. With one adoption date it
        is the coefficient of the treatment in a regression with unit and time effects.

    Raises:
        UsageError: A column or a unit is not there, or a time is not of the column's kind.
        DataError: The panel cannot be used, or has no treated or no control unit.
    """
    data = read_long(panel, unit, time, outcome)
    sample = comparable(data, read_starts(treated_from, data))
    after = sample.treated & (sample.event >= 0)
    if not after.any():
        raise DataError("panel: no treated unit has an outcome after its start")
    cells = (
        _cells(sample, after) if len(sample.starts) > 1 else np.where(after, 0, -1).astype(np.int64)
    )
    shares = _shares(cells, np.zeros(len(cells), dtype=np.int64))
    return _estimates(sample, cells, shares, pd.Index(["effect"], name="term"), base=False)


def event_study(
    panel: pd.DataFrame,
    *,
    unit: str,
    time: str,
    outcome: str,
    treated_from: Mapping[Any, Any] | pd.Series,
    window: tuple[int, int] | None = None,
) -> Estimates:
    """Effect by time since the start, against the time before it.

    All leads and lags are in the regression; those outside the window are estimated but not
    shown, so that what is shown does not depend on the window.

    Args:
        panel: One row a unit and time; units need not have every time.
        unit: Column of units, the clusters of the errors.
        time: Column of times: whole numbers, ``YYYY-MM``, periods or days.
        outcome: Column of outcomes; rows without one are left out.
        treated_from: First treated time by unit; units not in it are never treated.
        window: First and last event time to show, both included; all without it. An event time
            is counted in months for ``YYYY-MM``, else in places of the panel's sorted times.

    Returns:
        One row an event time; the base, −1, is 0 with a missing error.

    Raises:
        UsageError: A column or a unit is not there, a time is not of the column's kind, or the
            window is not (first, last).
        DataError: The panel cannot be used, has no treated or no control unit, or a cohort has
            no outcome at the base.
    """
    first, last = _read_window(window)
    data = read_long(panel, unit, time, outcome)
    sample = comparable(data, read_starts(treated_from, data))
    _require_base(sample)
    cells = _cells(sample, sample.treated & (sample.event != BASE))
    events = np.unique(sample.event[cells >= 0])
    shares = _shares(cells, np.searchsorted(events, sample.event))
    shown = (events >= first) & (events <= last)
    base = first <= BASE <= last
    labels = pd.Index(events[shown], name="event_time")
    return _estimates(sample, cells, shares[shown], labels, base=base)


def _read_window(window: tuple[int, int] | None) -> tuple[float, float]:
    if window is None:
        return -np.inf, np.inf
    try:
        first, last = window
        ordered = bool(first <= last)
    except (TypeError, ValueError):
        ordered = False
    if not ordered:
        raise UsageError("window: write (first, last) event time, the first not after the last")
    return float(first), float(last)


def _require_base(sample: Sample) -> None:
    based = np.unique(sample.start[sample.treated & (sample.event == BASE)])
    if lacking := len(sample.starts) - len(based):
        raise DataError(
            f"panel: {lacking} of {len(sample.starts)} adoption times have no outcome at event "
            "time −1, the base"
        )


def _cells(sample: Sample, rows: Bools) -> Ints:
    """Number of each chosen row's cohort and event time; −1 for the other rows."""
    keys = np.column_stack([sample.start, sample.event])[rows]
    cells = np.full(len(rows), -1, dtype=np.int64)
    cells[rows] = np.unique(keys, axis=0, return_inverse=True)[1].ravel()
    return cells


def _shares(cells: Ints, result: Ints) -> Floats:
    """Weight of each cell (columns) in each result (rows): its share of the rows behind it."""
    inside = cells >= 0
    counts = np.zeros((int(result[inside].max()) + 1, int(cells.max()) + 1))
    np.add.at(counts, (result[inside], cells[inside]), 1.0)
    return np.asarray(counts / counts.sum(axis=1, keepdims=True))


def _estimates(
    sample: Sample, cells: Ints, shares: Floats, labels: pd.Index, *, base: bool
) -> Estimates:
    rows = np.flatnonzero(cells >= 0)
    places = (np.ones(len(rows)), (rows, cells[rows]))
    dummies = sparse.csr_array(places, shape=(len(cells), shares.shape[1]))
    found = fit(sample.outcome, dummies, sample.unit, sample.time)
    covariance = shares @ found.covariance @ shares.T
    table = estimates_table(
        str(labels.name),
        list(labels),
        shares @ found.coefficients,
        # A variance of nothing may come out below it by rounding.
        np.sqrt(np.maximum(np.diag(covariance), 0.0)),
        found.clusters - 1,
    )
    return Estimates(
        _with_base(table) if base else table,
        pd.DataFrame(covariance, index=labels, columns=labels),
        found.observations,
        found.clusters,
        sample.notes,
    )


def _with_base(table: pd.DataFrame) -> pd.DataFrame:
    row = pd.DataFrame({"event_time": [BASE], "estimate": [0.0]})
    return (
        pd.concat([table, row.reindex(columns=table.columns)], ignore_index=True)
        .sort_values("event_time")
        .reset_index(drop=True)
    )
