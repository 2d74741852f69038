"""Predictors of a synthetic control, and how much each of them counts.

As in Abadie, Diamond and Hainmueller (2010): the importance V of the predictors is what makes the
weights that fit them best also fit the outcomes before the start best.
See ``docs/decisions/0021-synthetic-control.md`` for why the search is a local one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import minimize

from indicators.errors import UsageError
from indicators.evaluation.longdata import LongData, numbers, refuse, require_columns
from indicators.evaluation.result import Bools, Floats
from indicators.evaluation.simplex import simplex_weights

Predictors = Sequence[str] | Mapping[str, Any]


def predictor_table(
    panel: pd.DataFrame, data: LongData, before: Bools, predictors: Predictors
) -> pd.DataFrame:
    """Predictors (rows) by unit (columns).

    Args:
        panel: The panel that ``data`` was read from.
        data: The same as arrays.
        before: Which times lie before the start.
        predictors: Columns, whose means over the times before the start are taken; or a mapping
            from column to a list of times and of pairs (first, last), each a predictor of its
            own: the value at that time, or the mean over the pair's times.

    Raises:
        UsageError: A column or a time is not there.
        DataError: A unit has no value of a predictor; all such predictors at once.
    """
    if isinstance(predictors, str) or not len(predictors):
        raise UsageError("predictors: write a list of columns, or a mapping from column to times")
    require_columns(panel, list(predictors))
    rows: dict[str, Floats] = {}
    for column in predictors:
        wide = np.full((len(data.time_axis.times), len(data.units)), np.nan)
        wide[data.time, data.unit] = numbers(panel, column)
        if isinstance(predictors, Mapping):
            for name, chosen in _chosen(data, column, predictors[column]).items():
                rows[name] = _means(wide[chosen])
        else:
            rows[column] = _means(wide[before])
    refuse([_lacking(name, values) for name, values in rows.items() if np.isnan(values).any()])
    return pd.DataFrame.from_dict(rows, orient="index", columns=data.units)


def importances(predictors: Floats, outcomes: Floats, treated: int) -> Floats:
    """V: importance of each predictor, with sum 1.

    Searched as the authors' own program does: from equal importances and from those of
    regressions, downhill by quasi-Newton steps, the better end taken.

    Args:
        predictors: Predictors (rows) by unit, each of unit variance.
        outcomes: Outcomes before the start, time by unit.
        treated: Column of the treated unit.
    """
    donors = np.delete(outcomes, treated, axis=1)

    def loss(raw: Floats) -> float:
        gap = outcomes[:, treated] - donors @ weights_given(_shares(raw), predictors, treated)
        return float(gap @ gap) / len(gap)

    starts = (np.ones(len(predictors)), _by_regression(predictors, outcomes))
    ends = [minimize(loss, _shares(start), method="BFGS") for start in starts]
    return _shares(min(ends, key=lambda end: float(end.fun)).x)


def weights_given(importance: Floats, predictors: Floats, treated: int) -> Floats:
    """Weights of the donors that fit the predictors best, each counted by its importance."""
    scaled = np.sqrt(importance)[:, None] * predictors
    return simplex_weights(np.delete(scaled, treated, axis=1), scaled[:, treated])


def standardised(predictors: Floats) -> Floats:
    """Each predictor (row) over its standard deviation; one without any is left as it is."""
    spread = predictors.std(axis=1, ddof=1, keepdims=True)
    return np.asarray(predictors / np.where(spread > 0, spread, 1.0))


def _shares(raw: Floats) -> Floats:
    return np.asarray(np.abs(raw) / np.abs(raw).sum())


def _by_regression(predictors: Floats, outcomes: Floats) -> Floats:
    """Squared coefficients of the outcomes on the predictors over the units."""
    design = np.column_stack([np.ones(predictors.shape[1]), predictors.T])
    slopes = np.linalg.lstsq(design, outcomes.T, rcond=None)[0][1:]
    squares = (slopes**2).sum(axis=1)
    return np.asarray(squares if squares.sum() > 0 else np.ones(len(squares)))


def _means(values: Floats) -> Floats:
    known = ~np.isnan(values)
    counts = known.sum(axis=0)
    sums = np.where(known, values, 0.0).sum(axis=0)
    return np.asarray(np.where(counts > 0, sums / np.maximum(counts, 1), np.nan))


def _chosen(data: LongData, column: str, times: Any) -> dict[str, Bools]:
    """Which times make each predictor of a column."""
    chosen: dict[str, Bools] = {}
    ticks = data.time_axis.ticks
    for entry in [times] if isinstance(times, tuple) else list(times):
        first, last = entry if isinstance(entry, tuple) else (entry, entry)
        low, high = (data.time_axis.tick(end, f"predictors, {column}") for end in (first, last))
        inside = (ticks >= low) & (ticks <= high)
        if not inside.any():
            raise UsageError(f"predictors, {column}: the panel has no time {first}–{last}")
        name = f"{column} {first}" if first == last else f"{column} {first}–{last}"
        chosen[name] = inside
    return chosen


def _lacking(name: str, values: Floats) -> str:
    return f"predictors, {name}: {int(np.isnan(values).sum())} units have no value; drop them"
