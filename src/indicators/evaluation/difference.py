"""Difference-in-differences and event studies that never compare with treated units.

With one adoption date both are the regression on unit and time effects. With several, that
regression would use units already treated as controls, so the effect of each cohort (units that
start together) and time is estimated apart and then averaged:

* the effect as a whole by the extended two-way regression of Wooldridge (2021), which on a
  balanced panel is the imputation estimator of Borusyak, Jaravel and Spiess (2024);
* the event study by the saturated regression of Sun and Abraham (2021), base −1, which on a
  balanced panel gives the figures of Callaway and Sant'Anna (2021) with never treated controls.

Both are least squares with unit and time effects, exact also on panels with holes
(:func:`fit_two_way`).

See ``docs/decisions/0020-differences-in-differences.md``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from indicators.errors import DataError, UsageError
from indicators.evaluation.long_panel import LongData, is_missing, kind_hint, read_long
from indicators.evaluation.result import Bools, Estimates, Floats, Ints, estimates_table

NEVER_TREATED = np.iinfo(np.int64).max
MIN_CLUSTERS = 5
"""With fewer treated clusters their errors are far too small (Conley and Taber 2011)."""

# A regressor with less than this share of its own variation left, or this share of what the
# other regressors leave of it, counts as a combination of effects and others.
_COLLINEAR = 1e-10


# --- who is treated from when, and which rows may serve a comparison ------------------------------


@dataclass(frozen=True, eq=False, slots=True)
class ComparisonSample:
    """The rows of a comparison.

    Attributes:
        outcome: By row, never missing.
        unit: Unit of each row, whole numbers from 0.
        time: Time of each row, whole numbers from 0.
        start: Tick of the first treated time of the row's unit, :data:`NEVER_TREATED` for controls.
        event: Ticks since then; 0 for controls.
        notes: What was left out and why.
    """

    outcome: Floats
    unit: Ints
    time: Ints
    start: Ints
    event: Ints
    notes: tuple[str, ...]

    @property
    def treated(self) -> Bools:
        """Rows of units that are treated at some time of the sample."""
        return np.asarray(self.start != NEVER_TREATED)

    @property
    def starts(self) -> Ints:
        """The distinct first treated times."""
        return np.unique(self.start[self.treated])


def read_starts(treated_from: Mapping[Any, Any] | pd.Series, data: LongData) -> Ints:
    """First treated tick by unit, ``NEVER`` for the others and for those later than the panel.

    A missing time and 0 (unless the panel has a time 0) mean that a unit is never treated.

    Raises:
        UsageError: A unit is not in the panel, or a time not of the column's kind.
    """
    if not isinstance(treated_from, Mapping | pd.Series):
        raise UsageError("treated_from: write a mapping from unit to its first treated time")
    entries = dict(treated_from.items())
    unknown = [unit for unit in entries if unit not in data.units]
    if unknown:
        raise UsageError(
            f"treated_from: {len(unknown)} of {len(entries)} units are not in the panel"
            f"{kind_hint(data.units, unknown)}"
        )
    starts = np.full(len(data.units), NEVER_TREATED, dtype=np.int64)
    for unit, first in entries.items():
        if not is_missing(first) and not (_is_zero(first) and 0 not in data.time_axis.times):
            starts[data.units.get_loc(unit)] = data.time_axis.tick(first, "treated_from")
    starts[starts > data.time_axis.ticks[-1]] = NEVER_TREATED
    return starts


def _is_zero(first: Any) -> bool:
    """Whether a first treated time is the 0 by which some write that there is none."""
    return isinstance(first, int | float | np.number) and first == 0


def comparable_rows(data: LongData, starts: Ints) -> ComparisonSample:
    """The rows in which treated units can be held against not yet treated ones.

    Rows without an outcome are left out, and units treated from the panel's first time on, which
    have nothing before. If every unit is treated some day, the times from which all are treated
    are left out too: the last to adopt are the controls until then.

    Raises:
        DataError: No unit is treated within the panel, or none is untreated.
    """
    notes: list[str] = []
    always = starts <= data.time_axis.ticks[0]
    if always.any():
        notes.append(f"{int(always.sum())} units treated from the first time on are left out")
    unknown = np.isnan(data.outcome)
    if unknown.any():
        notes.append(f"{int(unknown.sum())} rows without an outcome are left out")
    if gaps := data.time_axis.gaps:
        steps = "1 step" if gaps == 1 else f"{gaps} steps"
        notes.append(f"the times have a gap of {steps}, which event times count")
    starts, last = _last_as_controls(starts, always)
    if last != NEVER_TREATED:
        notes.append("no unit is never treated: times from which all are treated are left out")
    ticks = data.time_axis.ticks[data.time]
    clusters = int(np.count_nonzero(starts[~always] != NEVER_TREATED))
    if clusters < MIN_CLUSTERS:
        treated = "1 treated unit" if clusters == 1 else f"{clusters} treated units"
        notes.append(
            f"errors are clustered by unit and there is only {treated}: the standard error, the "
            "interval and the p-value are not to be trusted"
        )
    return _build_sample(data, starts, ~unknown & ~always[data.unit] & (ticks < last), tuple(notes))


def _last_as_controls(starts: Ints, always: Bools) -> tuple[Ints, int]:
    """Starts in which somebody is untreated to the end, and the tick at which the sample ends."""
    able = starts[~always]
    if not (able != NEVER_TREATED).any():
        raise DataError(
            "treated_from: no unit becomes treated within the panel after its first time"
        )
    if (able == NEVER_TREATED).any():
        return starts, NEVER_TREATED
    last = int(able.max())
    if (able == last).all():
        raise DataError(
            "treated_from: every unit is treated from the same time on; there is no control"
        )
    return np.where(starts == last, NEVER_TREATED, starts), last


def _build_sample(
    data: LongData, starts: Ints, kept: Bools, notes: tuple[str, ...]
) -> ComparisonSample:
    unit, time = data.unit[kept], data.time[kept]
    start = starts[unit]
    ticks = data.time_axis.ticks[time]
    event = np.where(start == NEVER_TREATED, 0, ticks - np.where(start == NEVER_TREATED, 0, start))
    return ComparisonSample(
        data.outcome[kept],
        np.asarray(np.unique(unit, return_inverse=True)[1], dtype=np.int64),
        np.asarray(np.unique(time, return_inverse=True)[1], dtype=np.int64),
        start,
        np.asarray(event, dtype=np.int64),
        notes,
    )


# --- least squares with unit and time effects -----------------------------------------------------


@dataclass(frozen=True, eq=False, slots=True)
class TwoWayFit:
    """Coefficients (k), their covariance (k × k), rows and clusters used."""

    coefficients: Floats
    covariance: Floats
    observations: int
    clusters: int


def fit_two_way(outcome: Floats, regressors: Any, unit: Ints, time: Ints) -> TwoWayFit:
    """Regress outcomes on regressors, unit and time effects.

    Unit effects are taken out by means; time effects by solving the normal equations that remain,
    one a time. Regressors stay sparse: what the effects explain of them is only ever needed as
    sums by unit and by time, so thousands of dummies of cohorts and times cost little. Errors are
    clustered by unit (CRV1) with the small-sample correction of fixest and pyfixest:
    (n − 1) / (n − k − T) · G / (G − 1), for the unit effects are nested in the clusters.

    Args:
        outcome: n values, none missing.
        regressors: n × k, dense or sparse.
        unit: Unit of each row, as whole numbers from 0.
        time: Time of each row, as whole numbers from 0.

    Raises:
        DataError: The regressors are collinear with unit and time effects.
    """
    kept = without_singletons(unit, time)
    outcome, columns = outcome[kept], sparse.csr_array(regressors)[kept]
    unit, time = _consecutive_codes(unit[kept]), _consecutive_codes(time[kept])
    by_unit, by_time = _dummies(unit), _dummies(time)
    own = (by_unit.T @ columns).toarray()
    means = own / np.bincount(unit)[:, None]
    # Sums by time of what unit effects leave of the regressors, and the time effects in them.
    sums = (by_time.T @ columns).toarray() - (by_time.T @ by_unit) @ means
    effects = _time_effects(sums, unit, time)
    whole = (columns.T @ columns).toarray()
    bread = _gram_inverse(whole - own.T @ means - sums.T @ effects, np.diag(whole))
    coefficients = bread @ (columns.T @ _residuals_given_effects(outcome, unit, time))
    rest = _residuals_given_effects(outcome - columns @ coefficients, unit, time)
    # What is left has no sum by unit, so the unit means of the regressors drop out of the scores.
    by_both = sparse.csr_array((rest, (unit, time)))
    scores = (by_unit.T @ columns.multiply(rest[:, None])).toarray() - by_both @ effects
    rows, clusters = len(outcome), len(scores)
    free = rows - columns.shape[1] - len(sums)
    correction = (rows - 1) / free * clusters / (clusters - 1)
    covariance = correction * bread @ (scores.T @ scores) @ bread
    return TwoWayFit(coefficients, covariance, rows, clusters)


def without_singletons(unit: Ints, time: Ints) -> Bools:
    """Which rows stay once units and times with a single row are gone, over and over."""
    kept = np.ones(len(unit), dtype=bool)
    while True:
        lone = (np.bincount(unit[kept], minlength=unit.max() + 1) == 1)[unit]
        lone |= (np.bincount(time[kept], minlength=time.max() + 1) == 1)[time]
        if not (lone & kept).any():
            return kept
        kept &= ~lone
        if not kept.any():
            raise DataError("panel: no unit and no time has two rows")


def two_way_residuals(columns: Floats, unit: Ints, time: Ints) -> Floats:
    """What is left of each column (n × m) once unit and time effects are taken out.

    Units and times are whole numbers from 0, each of them used.
    """
    by_unit, number = _dummies(unit), np.bincount(unit)[:, None]
    inside = columns - ((by_unit.T @ columns) / number)[unit]
    left = inside - _time_effects(_dummies(time).T @ inside, unit, time)[time]
    return np.asarray(left - ((by_unit.T @ left) / number)[unit])


def _residuals_given_effects(values: Floats, unit: Ints, time: Ints) -> Floats:
    return np.asarray(two_way_residuals(values[:, None], unit, time)[:, 0])


def _time_effects(sums: Floats, unit: Ints, time: Ints) -> Floats:
    """Time effects of columns from their sums by time, unit means taken out of both."""
    counts = (_dummies(unit).T @ _dummies(time)).toarray()
    crossed = np.diag(counts.sum(axis=0)) - counts.T @ (counts / counts.sum(axis=1)[:, None])
    return np.asarray(np.linalg.lstsq(crossed, sums, rcond=1e-12)[0])


def _gram_inverse(gram: Floats, whole: Floats) -> Floats:
    """Inverse of the regressors' products, refused where it has none worth the name."""
    left = np.diag(gram)
    faint = left <= _COLLINEAR * np.maximum(whole, np.finfo(float).tiny)
    size = np.sqrt(np.where(faint, 1.0, left))
    try:
        scaled = np.linalg.inv(gram / size / size[:, None])
    except np.linalg.LinAlgError:
        faint[:] = True
    if faint.any() or (np.diag(scaled) > 1 / _COLLINEAR).any() or (np.diag(scaled) < 0).any():
        raise DataError(
            "panel: an effect cannot be told from unit and time effects; each treated unit needs "
            "rows before its first treated time, and each time needs untreated units"
        )
    return np.asarray(scaled / size / size[:, None])


def _dummies(codes: Ints) -> Any:
    rows = np.arange(len(codes))
    return sparse.csr_array((np.ones(len(codes)), (rows, codes)))


def _consecutive_codes(codes: Ints) -> Ints:
    return np.asarray(np.unique(codes, return_inverse=True)[1], dtype=np.int64)


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
    sample = comparable_rows(data, read_starts(treated_from, data))
    after = sample.treated & (sample.event >= 0)
    if not after.any():
        raise DataError("panel: no treated unit has an outcome after its start")
    cells = (
        _cell_numbers(sample, after)
        if len(sample.starts) > 1
        else np.where(after, 0, -1).astype(np.int64)
    )
    shares = _cell_shares(cells, np.zeros(len(cells), dtype=np.int64))
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
    sample = comparable_rows(data, read_starts(treated_from, data))
    _require_base(sample)
    cells = _cell_numbers(sample, sample.treated & (sample.event != BASE))
    events = np.unique(sample.event[cells >= 0])
    shares = _cell_shares(cells, np.searchsorted(events, sample.event))
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


def _require_base(sample: ComparisonSample) -> None:
    based = np.unique(sample.start[sample.treated & (sample.event == BASE)])
    if lacking := len(sample.starts) - len(based):
        raise DataError(
            f"panel: {lacking} of {len(sample.starts)} adoption times have no outcome at event "
            "time −1, the base"
        )


def _cell_numbers(sample: ComparisonSample, rows: Bools) -> Ints:
    """Number of each chosen row's cohort and event time; −1 for the other rows."""
    keys = np.column_stack([sample.start, sample.event])[rows]
    cells = np.full(len(rows), -1, dtype=np.int64)
    cells[rows] = np.unique(keys, axis=0, return_inverse=True)[1].ravel()
    return cells


def _cell_shares(cells: Ints, result: Ints) -> Floats:
    """Weight of each cell (columns) in each result (rows): its share of the rows behind it."""
    inside = cells >= 0
    counts = np.zeros((int(result[inside].max()) + 1, int(cells.max()) + 1))
    np.add.at(counts, (result[inside], cells[inside]), 1.0)
    return np.asarray(counts / counts.sum(axis=1, keepdims=True))


def _estimates(
    sample: ComparisonSample, cells: Ints, shares: Floats, labels: pd.Index, *, base: bool
) -> Estimates:
    rows = np.flatnonzero(cells >= 0)
    places = (np.ones(len(rows)), (rows, cells[rows]))
    dummies = sparse.csr_array(places, shape=(len(cells), shares.shape[1]))
    found = fit_two_way(sample.outcome, dummies, sample.unit, sample.time)
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
        _with_base_row(table) if base else table,
        pd.DataFrame(covariance, index=labels, columns=labels),
        found.observations,
        found.clusters,
        sample.notes,
    )


def _with_base_row(table: pd.DataFrame) -> pd.DataFrame:
    row = pd.DataFrame({"event_time": [BASE], "estimate": [0.0]})
    return (
        pd.concat([table, row.reindex(columns=table.columns)], ignore_index=True)
        .sort_values("event_time")
        .reset_index(drop=True)
    )
