"""Variants and checks of the synthetic control.

* Synthetic difference-in-differences (Arkhangelsky, Athey, Hirshberg, Imbens and Wager 2021):
  weights of the controls make their average run parallel to the treated before the start; weights
  of the times before make them resemble the times after; the effect is the
  difference-in-differences so weighted.
* The augmented synthetic control (Ben-Michael, Feller and Rothstein 2021), corrected by ridge
  regression where it does not fit before the start. The weights still add up to one but may be
  below zero: so far the corrected comparison leaves what the donors show and extrapolates.
* What a synthetic control rests on: a donor left out, a pretended earlier start.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from indicators.errors import DataError, UsageError
from indicators.evaluation.long_panel import read_time_axis, require_columns
from indicators.evaluation.result import LEVEL, Bools, Floats, Shown, SyntheticControl
from indicators.evaluation.synthetic import (
    DonorComparison,
    read_comparison,
    simplex_weights,
    synthetic_control,
    synthetic_outcomes,
    synthetic_result,
)

_TIME_RIDGE = 1e-6
_PLACEBOS = 200
_LEAST_CONTROLS = 20  # of a spread that is taken for an error
_PENALTIES = np.logspace(0, -8, 20)  # of the largest squared singular value


@dataclass(frozen=True, eq=False, slots=True)
class SyntheticDifference(Shown):
    """The effect and its weights.

    Attributes:
        table: One row, ``term`` = ``effect``; the error is the standard deviation of the effects
            of placebo units, interval and p value are normal.
        unit_weights: Of the controls; none below 0, sum 1.
        time_weights: Of the times before the start; likewise.
        treated: Treated units.
        notes: What to beware of.
    """

    table: pd.DataFrame
    unit_weights: pd.Series
    time_weights: pd.Series
    treated: int = 1
    notes: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """What was estimated, in a line."""
        controls = len(self.unit_weights)
        some = f"{self.treated} treated and {controls} control units"
        return f"Synthetic difference-in-differences, {some}"

    @property
    def n(self) -> int:
        """Units: controls and treated ones."""
        return len(self.unit_weights) + self.treated

    @property
    def degrees(self) -> float:
        """Degrees of freedom: the interval is normal."""
        return float("inf")


def synthetic_difference_in_differences(
    panel: pd.DataFrame,
    *,
    unit: str,
    time: str,
    outcome: str,
    treated: Any,
    start: Any,
    predictors: None = None,
    weights: str | None = None,
    seed: int = 0,
) -> SyntheticDifference:
    """Synthetic difference-in-differences (Arkhangelsky et al. 2021).

    Args:
        panel: One row a unit and time, complete; units not treated are controls.
        unit: Column of units.
        time: Column of times.
        outcome: Column of outcomes.
        treated: The treated unit, or a list of units treated from the same time on.
        start: Their first treated time.
        predictors: None: the outcomes before the start are what is matched.
        weights: Column of weights above 0, constant within a unit, of the treated units in their
            mean.
        seed: Of the placebo units, where there are several treated ones.

    Returns:
        The effect in the outcome's units, with the weights of controls and times. Its error is
        the spread of the effects of control units, each (or sets of as many as were treated, 200
        of them) as if treated.

    Raises:
        UsageError: A column or unit is not there, or predictors are given.
        DataError: An outcome is missing, nothing lies before or after the start, or there are no
            more controls than treated units.
    """
    if predictors is not None:
        raise UsageError(
            "predictors: synthetic difference-in-differences matches the outcomes before the "
            "start; leave predictors out"
        )
    comparison = read_comparison(panel, (unit, time, outcome), treated, start, weights)
    count, before = int(comparison.members.sum()), comparison.before
    controls = np.delete(comparison.outcomes, comparison.treated, axis=1)
    if controls.shape[1] <= count:
        raise DataError("panel: there must be more controls than treated units")
    own = comparison.outcomes[:, comparison.treated]
    effect, units, times = _difference_effect(controls, own, before, count)
    placebos = _placebo_effects(controls, before, count, seed)
    notes = comparison.notes
    if controls.shape[1] < _LEAST_CONTROLS:
        few = f"the error is the spread of {controls.shape[1]} control units: too few to trust it"
        notes = (*notes, few)
    return SyntheticDifference(
        _effect_table(effect, float(np.std(placebos))),
        pd.Series(units, index=comparison.donors, name="weight"),
        pd.Series(times, index=comparison.data.time_axis.times[before], name="weight"),
        count,
        notes,
    )


def _difference_effect(
    controls: Floats, treated: Floats, before: Bools, count: int
) -> tuple[float, Floats, Floats]:
    """Effect, unit weights and time weights; ``controls`` is time by unit, ``treated`` a mean."""
    past, later = controls[before], controls[~before]
    noise = float(np.std(np.diff(past, axis=0), ddof=1)) if len(past) > 1 else 0.0
    ridge = np.sqrt(count * len(later)) * noise**2 * len(past)
    units = simplex_weights(*_without_level(past, treated[before]), ridge)
    after = later.mean(axis=0)
    times = simplex_weights(*_without_level(past.T, after), (_TIME_RIDGE * noise) ** 2 * len(after))
    gap = treated - controls @ units
    return float(gap[~before].mean() - times @ gap[before]), units, times


def _without_level(columns: Floats, target: Floats) -> tuple[Floats, Floats]:
    """Both less their means over rows: a difference in level costs nothing."""
    return columns - columns.mean(axis=0), target - target.mean()


def _placebo_effects(controls: Floats, before: Bools, count: int, seed: int) -> Floats:
    """Effects of control units as if treated: each unit, or random sets of so many."""
    number = controls.shape[1]
    random = np.random.default_rng(seed)
    sets = (
        [[place] for place in range(number)]
        if count == 1
        else [list(random.permutation(number)[:count]) for _ in range(_PLACEBOS)]
    )
    return np.array(
        [
            _difference_effect(
                np.delete(controls, chosen, axis=1), controls[:, chosen].mean(axis=1), before, count
            )[0]
            for chosen in sets
        ]
    )


def _effect_table(effect: float, error: float) -> pd.DataFrame:
    reach = float(stats.norm.ppf((1 + LEVEL) / 2)) * error
    p_value = 2 * float(stats.norm.sf(abs(effect) / error)) if error > 0 else np.nan
    row = [effect, error, effect - reach, effect + reach, p_value]
    columns = ["estimate", "std_error", "ci_low", "ci_high", "p_value"]
    return pd.DataFrame([["effect", *row]], columns=["term", *columns])


# --- the augmented synthetic control --------------------------------------------------------------


def augmented_synthetic_control(
    panel: pd.DataFrame,
    *,
    unit: str,
    time: str,
    outcome: str,
    treated: Any,
    start: Any,
    penalty: float | None = None,
) -> SyntheticControl:
    """The synthetic control from outcomes before the start, corrected by ridge regression.

    Args:
        panel: One row a unit and time, complete.
        unit: Column of units.
        time: Column of times.
        outcome: Column of outcomes.
        treated: The treated unit.
        start: Its first treated time.
        penalty: Of the squared ridge weights; without it the largest whose error in predicting
            each time before the start from the others is within one standard error of the least.

    Raises:
        UsageError: As of :func:`synthetic_control`; also if the penalty is not above 0.
        DataError: As there.
    """
    comparison = read_comparison(panel, (unit, time, outcome), treated, start)
    if penalty is not None and not penalty > 0:
        raise UsageError("penalty: write a number above 0")
    donors, target = _centred_outcomes(comparison)
    weights = ridge_weights(donors, target, penalty or _cross_validated_penalty(donors, target))
    return synthetic_result(comparison, weights, synthetic_outcomes(comparison, weights))


def ridge_weights(donors: Floats, target: Floats, penalty: float) -> Floats:
    """Simplex weights and their ridge correction.

    Args:
        donors: Outcomes before the start less the donors' mean at each time, time by donor.
        target: The treated unit's, less the same means.
        penalty: Above 0.
    """
    weights = simplex_weights(donors, target)
    missed = target - donors @ weights
    spread = donors @ donors.T + penalty * np.eye(len(donors))
    return np.asarray(weights + donors.T @ np.linalg.solve(spread, missed))


def _centred_outcomes(comparison: DonorComparison) -> tuple[Floats, Floats]:
    past = comparison.outcomes[comparison.before]
    donors = np.delete(past, comparison.treated, axis=1)
    means = donors.mean(axis=1)
    return donors - means[:, None], past[:, comparison.treated] - means


def _cross_validated_penalty(donors: Floats, target: Floats) -> float:
    """The penalty by leaving out each time before the start in turn."""
    largest = float(np.linalg.norm(donors, ord=2) ** 2)
    penalties = np.maximum(largest * _PENALTIES, np.finfo(float).tiny)
    if len(target) < 2 or largest == 0:
        return float(penalties[0]) or 1.0
    errors = np.array(
        [_errors_without(donors, target, row, penalties) for row in range(len(target))]
    )
    means, spread = errors.mean(axis=0), errors.std(axis=0, ddof=1) / np.sqrt(len(errors))
    best = int(means.argmin())
    return float(penalties[means <= means[best] + spread[best]].max())


def _errors_without(donors: Floats, target: Floats, row: int, penalties: Floats) -> list[float]:
    rest = np.arange(len(target)) != row
    found = (ridge_weights(donors[rest], target[rest], float(size)) for size in penalties)
    return [float((target[row] - donors[row] @ weights) ** 2) for weights in found]


# --- what a synthetic control rests on ------------------------------------------------------------


def leave_one_out(
    panel: pd.DataFrame, *, unit: str, time: str, outcome: str, treated: Any, start: Any
) -> pd.DataFrame:
    """The gap again without each donor that has a weight.

    Args:
        panel: One row a unit and time, complete.
        unit: Column of units.
        time: Column of times.
        outcome: Column of outcomes.
        treated: The treated unit.
        start: Its first treated time.

    Returns:
        Gap by time (rows) and donor left out (columns, the weightiest first).

    Raises:
        UsageError: As of :func:`synthetic_control`.
        DataError: As there; and if there is only one donor.
    """
    names: dict[str, Any] = {"unit": unit, "time": time, "outcome": outcome}
    names |= {"treated": treated, "start": start}
    whole = synthetic_control(panel, **names)
    used = whole.weights[whole.weights > 0].sort_values(ascending=False, kind="stable")
    if len(whole.weights) < 2:
        raise DataError(f"panel, column {unit}: a lone donor cannot be left out")
    gaps = {
        donor: synthetic_control(panel[panel[unit] != donor], **names).gap for donor in used.index
    }
    return pd.DataFrame(gaps).rename_axis(columns="left_out")


def earlier_start(
    panel: pd.DataFrame,
    *,
    unit: str,
    time: str,
    outcome: str,
    treated: Any,
    start: Any,
    pretended: Any,
) -> SyntheticControl:
    """A synthetic control of the times before the start, as if it had come earlier.

    Args:
        panel: One row a unit and time, complete before the start.
        unit: Column of units.
        time: Column of times.
        outcome: Column of outcomes.
        treated: The treated unit.
        start: Its first treated time: nothing from it on is used.
        pretended: The pretended start; the gaps from it on should be small.

    Raises:
        UsageError: As of :func:`synthetic_control`.
        DataError: As there; also if nothing lies between the pretended start and the real one.
    """
    require_columns(panel, [unit, time, outcome])
    known = panel[panel[time].notna()]
    time_axis = read_time_axis(known[time])
    ticks = time_axis.ticks[time_axis.times.get_indexer(pd.Index(known[time]))]
    before = known[np.asarray(ticks < time_axis.tick(start, "start"))]
    if before.empty:
        raise DataError("start: there is no time before it")
    return synthetic_control(
        before, unit=unit, time=time, outcome=outcome, treated=treated, start=pretended
    )
