"""Synthetic difference-in-differences: weighted units and weighted times.

Definition: Arkhangelsky, Athey, Hirshberg, Imbens and Wager (2021). Weights of the controls make
their average run parallel to the treated before the start; weights of the times before make them
resemble the times after; the effect is the difference-in-differences so weighted.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from indicators.errors import DataError, UsageError
from indicators.evaluation.comparison import Comparison, read_comparison
from indicators.evaluation.longdata import kind_hint
from indicators.evaluation.result import LEVEL, Bools, Floats
from indicators.evaluation.simplex import simplex_weights

_TIME_RIDGE = 1e-6
_PLACEBOS = 200


@dataclass(frozen=True, eq=False, slots=True)
class SyntheticDifference:
    """The effect and its weights.

    Attributes:
        table: One row, ``term`` = ``effect``; the error is the standard deviation of the effects
            of placebo units, interval and p value are normal.
        unit_weights: Of the controls; none below 0, sum 1.
        time_weights: Of the times before the start; likewise.
    """

    table: pd.DataFrame
    unit_weights: pd.Series
    time_weights: pd.Series


def synthetic_difference(
    panel: pd.DataFrame,
    *,
    unit: str,
    time: str,
    outcome: str,
    treated: Collection[Any],
    start: Any,
    seed: int = 0,
) -> SyntheticDifference:
    """Synthetic difference-in-differences of units treated from one time on.

    Args:
        panel: One row a unit and time, complete; units not treated are controls.
        unit: Column of units.
        time: Column of times.
        outcome: Column of outcomes.
        treated: The treated units.
        start: Their first treated time.
        seed: Of the placebo units, where there are several treated ones.

    Raises:
        UsageError: A column or unit is not there.
        DataError: An outcome is missing, nothing lies before or after the start, or there are no
            more controls than treated units.
    """
    if isinstance(treated, str) or not list(treated):
        raise UsageError("treated: write a list of units")
    members = list(treated)
    comparison = read_comparison(panel, (unit, time, outcome), members[0], start)
    treated_rows = _members(comparison, members, unit)
    controls, before = comparison.outcomes[:, ~treated_rows], comparison.before
    if controls.shape[1] <= treated_rows.sum():
        raise DataError("panel: there must be more controls than treated units")
    own = comparison.outcomes[:, treated_rows].mean(axis=1)
    effect, units, times = _effect(controls, own, before, int(treated_rows.sum()))
    placebos = _placebos(controls, before, int(treated_rows.sum()), seed)
    return SyntheticDifference(
        _table(effect, float(np.std(placebos))),
        pd.Series(units, index=comparison.data.units[~treated_rows], name="weight"),
        pd.Series(times, index=comparison.data.time_axis.times[before], name="weight"),
    )


def _effect(
    controls: Floats, treated: Floats, before: Bools, count: int
) -> tuple[float, Floats, Floats]:
    """Effect, unit weights and time weights; ``controls`` is time by unit, ``treated`` a mean."""
    past, later = controls[before], controls[~before]
    noise = float(np.std(np.diff(past, axis=0), ddof=1)) if len(past) > 1 else 0.0
    ridge = np.sqrt(count * len(later)) * noise**2 * len(past)
    units = simplex_weights(*_level(past, treated[before]), ridge)
    after = later.mean(axis=0)
    times = simplex_weights(*_level(past.T, after), (_TIME_RIDGE * noise) ** 2 * len(after))
    gap = treated - controls @ units
    return float(gap[~before].mean() - times @ gap[before]), units, times


def _level(columns: Floats, target: Floats) -> tuple[Floats, Floats]:
    """Both less their means over rows: a difference in level costs nothing."""
    return columns - columns.mean(axis=0), target - target.mean()


def _placebos(controls: Floats, before: Bools, count: int, seed: int) -> Floats:
    """Effects of control units as if treated: each one, or random sets of so many."""
    number = controls.shape[1]
    random = np.random.default_rng(seed)
    sets = (
        [[place] for place in range(number)]
        if count == 1
        else [list(random.permutation(number)[:count]) for _ in range(_PLACEBOS)]
    )
    return np.array(
        [
            _effect(
                np.delete(controls, chosen, axis=1), controls[:, chosen].mean(axis=1), before, count
            )[0]
            for chosen in sets
        ]
    )


def _members(comparison: Comparison, treated: list[Any], column: str) -> Bools:
    units = comparison.data.units
    places = units.get_indexer(pd.Index(treated))
    if (places < 0).any():
        raise UsageError(
            f"treated: {int((places < 0).sum())} units are not in column {column}"
            f"{kind_hint(units, treated)}"
        )
    return np.isin(np.arange(len(units)), places)


def _table(effect: float, error: float) -> pd.DataFrame:
    reach = float(stats.norm.ppf((1 + LEVEL) / 2)) * error
    p_value = 2 * float(stats.norm.sf(abs(effect) / error)) if error > 0 else np.nan
    row = [effect, error, effect - reach, effect + reach, p_value]
    columns = ["estimate", "std_error", "ci_low", "ci_high", "p_value"]
    return pd.DataFrame([["effect", *row]], columns=["term", *columns])
