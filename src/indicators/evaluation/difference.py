"""Difference-in-differences and event studies that never compare with treated units.

With one adoption date both are the regression on unit and time effects. With several, that
regression would use units already treated as controls, so the effect of each cohort (units that
start together) and time is estimated apart and then averaged:

* the effect as a whole by the extended two-way regression of Wooldridge (2021), which on a
  balanced panel is the imputation estimator of Borusyak, Jaravel and Spiess (2024);
* the event study by the saturated regression of Sun and Abraham (2021), which on a balanced panel
  gives the figures of Callaway and Sant'Anna (2021) with never treated controls.

Both are least squares with unit and time effects, exact also on panels with holes
(:func:`indicators.evaluation.regression.fit_two_way`).

See ``docs/decisions/0020-differences-in-differences.md`` and
``docs/decisions/0051-evaluation-functions.md``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from indicators.errors import DataError, UsageError
from indicators.evaluation.comparison import ComparisonSample, comparable_rows, read_starts
from indicators.evaluation.long_panel import read_long
from indicators.evaluation.regression import fit_two_way
from indicators.evaluation.result import Bools, Estimates, Floats, Ints, estimates_table

BASE = -1


def difference_in_differences(
    panel: pd.DataFrame,
    *,
    unit: str,
    time: str,
    outcome: str,
    treated_from: Mapping[Any, Any] | pd.Series,
    weights: str | None = None,
    cluster: str | None = None,
    covariates: Sequence[str] = (),
    base: Any = None,
) -> Estimates:
    """Average effect on the treated.

    Args:
        panel: One row a unit and time; units need not have every time.
        unit: Column of units.
        time: Column of times: whole numbers, ``YYYY-MM``, periods or days.
        outcome: Column of outcomes; rows without one are left out.
        treated_from: First treated time by unit; units not in it, and those with 0 or nothing,
            are never treated.
        weights: Column of weights above 0, such as the labour force: the effect is then that on
            the mean of what is weighed. All rows weigh alike without it.
        cluster: Column of the clusters of the errors: where treatment was decided, such as the
            trial area. Each unit is in one. The unit itself without it.
        covariates: Columns of numbers whose linear effect is taken out; rows without one are left
            out. Never what the treatment itself may change.
        base: Times that are compared with, as ``first..last`` (``2020-09..2021-02``) or a pair;
            other times before the first start are left out. All times before without it.

    Returns:
        One row, ``term`` = ``effect``: the mean over the treated rows, in the outcome's units.
        With one adoption date it is the coefficient of the treatment in a regression with unit
        and time effects. Errors are those of fixest (CRV1), t with clusters − 1 degrees.

    Raises:
        UsageError: A column or a unit is not there, a unit comes twice in ``treated_from``, a time
            is not of the column's kind, or the base is not before the start.
        DataError: The panel cannot be used, or has no treated or no control unit.
    """
    sample = difference_sample(
        panel,
        (unit, time, outcome),
        treated_from,
        weights=weights,
        cluster=cluster,
        covariates=covariates,
        base=base,
    )
    cells = effect_cells(sample)
    shares = effect_shares(cells, sample.weights)
    return _estimates(sample, cells, shares, pd.Index(["effect"], name="term"))


def difference_sample(
    panel: pd.DataFrame,
    columns: tuple[str, str, str],
    treated_from: Mapping[Any, Any] | pd.Series,
    *,
    weights: str | None,
    cluster: str | None,
    covariates: Sequence[str],
    base: Any,
) -> ComparisonSample:
    """The rows of a difference-in-differences: arguments as there.

    Args:
        panel: One row a unit and time.
        columns: The columns of units, times and outcomes.
        treated_from: First treated time by unit.
        weights: Column of weights.
        cluster: Column of clusters.
        covariates: Columns of covariates.
        base: Range of times that is compared with.
    """
    data = read_long(panel, *columns, weights=weights, cluster=cluster, covariates=covariates)
    sample = comparable_rows(data, read_starts(treated_from, data), base, cluster=cluster)
    if not sample.after.any():
        raise DataError("panel: no treated unit has an outcome after its start")
    return sample


def effect_cells(sample: ComparisonSample) -> Ints:
    """The cell of each treated row whose effect is estimated apart, −1 for the other rows.

    With one start there is one cell, with several one a start and time.
    """
    if len(sample.starts) > 1:
        return _cell_numbers(sample, sample.after)
    return np.where(sample.after, 0, -1).astype(np.int64)


def effect_shares(cells: Ints, weights: Floats) -> Floats:
    """Share of each cell in the mean over the treated rows, 1 × cells."""
    return _cell_shares(cells, np.zeros(len(cells), dtype=np.int64), weights)


def event_study(
    panel: pd.DataFrame,
    *,
    unit: str,
    time: str,
    outcome: str,
    treated_from: Mapping[Any, Any] | pd.Series,
    window: tuple[int, int] | None = None,
    weights: str | None = None,
    cluster: str | None = None,
    covariates: Sequence[str] = (),
    base: int = BASE,
) -> Estimates:
    """Effect by time since the start, against a time before it.

    All leads and lags are in the regression; those outside the window are estimated but not
    shown, so that what is shown does not depend on the window.

    Args:
        panel: One row a unit and time; units need not have every time.
        unit: Column of units.
        time: Column of times: whole numbers, ``YYYY-MM``, periods or days.
        outcome: Column of outcomes; rows without one are left out.
        treated_from: First treated time by unit; units not in it, and those with 0 or nothing,
            are never treated.
        window: First and last event time to show, both included; all without it. Event times
            count calendar steps: months for ``YYYY-MM``, else the smallest distance of the times;
            after a gap the next time keeps its distance.
        weights: Column of weights above 0; all rows weigh alike without it.
        cluster: Column of the clusters of the errors, each unit in one; the unit without it.
        covariates: Columns of numbers whose linear effect is taken out; rows without one are left
            out.
        base: Event time that is compared with, below 0; −1, the last time before, if the times
            have no gap there.

    Returns:
        One row an event time, in the outcome's units; the base is 0 with a missing error.

    Raises:
        UsageError: A column or a unit is not there, a time is not of the column's kind, the window
            is not (first, last), or the base is no event time below 0.
        DataError: The panel cannot be used, has no treated or no control unit, or a cohort has
            no outcome at the base.
    """
    first, last = _read_window(window)
    if isinstance(base, bool) or not isinstance(base, int | np.integer) or base >= 0:
        raise UsageError("base: write an event time before the start, a whole number such as -1")
    data = read_long(
        panel, unit, time, outcome, weights=weights, cluster=cluster, covariates=covariates
    )
    sample = comparable_rows(data, read_starts(treated_from, data), cluster=cluster)
    _require_base(sample, int(base))
    cells = _cell_numbers(sample, sample.treated & (sample.event != base))
    events = np.unique(sample.event[cells >= 0])
    shares = _cell_shares(cells, np.searchsorted(events, sample.event), sample.weights)
    shown = (events >= first) & (events <= last)
    labels = pd.Index(events[shown], name="event_time")
    found = _estimates(sample, cells, shares[shown], labels, base=int(base))
    if first <= base <= last:
        return replace(found, table=_with_base_row(found.table, int(base)))
    return found


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


def _require_base(sample: ComparisonSample, base: int) -> None:
    at = {int(start): sample.event[sample.start == start] for start in sample.starts}
    lacking = [start for start, events in at.items() if base not in events]
    if not lacking:
        return
    common = set.intersection(*(set(events[events < 0].tolist()) for events in at.values()))
    hint = f"; base={max(common)} is there for all" if common else ""
    raise DataError(
        f"panel: {len(lacking)} of {len(at)} adoption times have no outcome at event time "
        f"{_signed(base)}, the base{hint}"
    )


def _signed(number: int) -> str:
    return f"−{-number}" if number < 0 else str(number)


def _cell_numbers(sample: ComparisonSample, rows: Bools) -> Ints:
    """Number of each chosen row's cohort and event time; −1 for the other rows."""
    keys = np.column_stack([sample.start, sample.event])[rows]
    cells = np.full(len(rows), -1, dtype=np.int64)
    cells[rows] = np.unique(keys, axis=0, return_inverse=True)[1].ravel()
    return cells


def _cell_shares(cells: Ints, result: Ints, weights: Floats) -> Floats:
    """Share of each cell (columns) in each result (rows): of the weight of the rows behind it."""
    inside = cells >= 0
    sums = np.zeros((int(result[inside].max()) + 1, int(cells.max()) + 1))
    np.add.at(sums, (result[inside], cells[inside]), weights[inside])
    return np.asarray(sums / sums.sum(axis=1, keepdims=True))


def cell_dummies(cells: Ints) -> Floats:
    """One column a cell: 1 in its rows."""
    return np.asarray(cells[:, None] == np.arange(int(cells.max()) + 1), dtype=float)


def _estimates(
    sample: ComparisonSample,
    cells: Ints,
    shares: Floats,
    labels: pd.Index,
    base: int | None = None,
) -> Estimates:
    dummies, count = cell_dummies(cells), shares.shape[1]
    found = fit_two_way(
        sample.outcome,
        np.column_stack([dummies, sample.covariates]),
        sample.unit,
        sample.time,
        cluster=sample.cluster,
        weights=sample.weights,
    )
    covariance = shares @ found.covariance[:count, :count] @ shares.T
    table = estimates_table(
        str(labels.name),
        list(labels),
        shares @ found.coefficients[:count],
        # A variance of nothing may come out below it by rounding.
        np.sqrt(np.maximum(np.diag(covariance), 0.0)),
        found.clusters - 1,
    )
    return Estimates(
        table,
        pd.DataFrame(covariance, index=labels, columns=labels),
        found.observations,
        found.clusters,
        sample.notes,
        base,
        sample.count(sample.treated, sample.unit),
        sample.count(~sample.treated, sample.unit),
        sample.count(sample.treated, sample.cluster),
    )


def _with_base_row(table: pd.DataFrame, base: int) -> pd.DataFrame:
    row = pd.DataFrame({"event_time": [base], "estimate": [0.0]})
    return (
        pd.concat([table, row.reindex(columns=table.columns)], ignore_index=True)
        .sort_values("event_time")
        .reset_index(drop=True)
    )
