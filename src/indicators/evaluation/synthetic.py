"""The synthetic control: an average of other units that resembled the treated unit before.

Definition: Abadie, Diamond and Hainmueller (2010), as of the placebo test: every unit in turn as if
treated, all others (the treated unit too) its donors. Under no effect at all the treated unit's
rank is then as likely to be any, whatever the number of units. See
``docs/decisions/0021-synthetic-control.md`` for the choices taken here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import minimize, nnls

from indicators.errors import DataError, UsageError
from indicators.evaluation.long_panel import (
    LongData,
    kind_hint,
    named_list,
    numeric_column,
    raise_faults,
    read_long,
    require_columns,
    unit_position,
)
from indicators.evaluation.result import Bools, Floats, Ints, PlaceboTest, SyntheticControl

Predictors = Sequence[str] | Mapping[str, Any]

_NEGLIGIBLE_WEIGHT = 1e-12  # a share that only rounding left
_PERFECT_FIT = 1e-9  # of the largest outcome
_LEAST_UNITS = 20  # for a rank of 5 %


@dataclass(frozen=True, eq=False, slots=True)
class DonorComparison:
    """Outcomes of all units at all times; several treated units are one, their weighted mean.

    Attributes:
        data: The panel as arrays.
        units: The units: those of the panel, treated ones joined to one at the end.
        outcomes: Time (rows) by unit (columns), complete.
        treated: Column of the treated unit.
        event: Event time of each row: 0 at the start.
        weights: Of the units, joined ones added up.
        members: Which units of the panel are treated.
        notes: What to beware of.
    """

    data: LongData
    units: pd.Index
    outcomes: Floats
    treated: int
    event: Ints
    weights: Floats
    members: Bools
    notes: tuple[str, ...]

    @property
    def before(self) -> Bools:
        """Rows before the start."""
        return np.asarray(self.event < 0)

    @property
    def donors(self) -> pd.Index:
        """The units beside the treated unit."""
        return self.units.delete(self.treated)

    def joined(self, wide: Floats) -> Floats:
        """Numbers by unit of the panel (columns) as numbers by unit here."""
        return _join_members(wide, self.members, self.data.unit_weights())


def read_comparison(
    panel: pd.DataFrame,
    columns: tuple[str, str, str],
    treated: Any,
    start: Any,
    weights: str | None = None,
) -> DonorComparison:
    """Check and arrange a panel for one treated unit, or several as one.

    Args:
        panel: One row a unit and time.
        columns: The columns of units, times and outcomes.
        treated: The treated unit, or a list of units.
        start: Its first treated time.
        weights: Column of weights, the same at all times of a unit.

    Raises:
        UsageError: A column or a treated unit is not there.
        DataError: An outcome is missing, or nothing lies before or after the start.
    """
    unit, time, outcome = columns
    data = read_long(panel, unit, time, outcome, weights=weights, constant_weights=True)
    members = treated_members(data, treated, unit)
    event = data.time_axis.ticks - data.time_axis.tick(start, "start")
    if not (event < 0).any() or not (event >= 0).any():
        raise DataError(f"start: column {time} needs times before the start and from it on")
    if members.all():
        raise DataError(f"panel, column {unit}: there is no other unit to compare with")
    outcomes = data.wide()
    lacking = np.asarray(np.isnan(outcomes).any(axis=0))
    if lacking.any():
        raise DataError(
            f"panel, column {outcome}: {int(lacking.sum())} of {len(data.units)} units lack an "
            f"outcome at some time ({data.names(lacking)}); drop these units or times, or fill "
            "them"
        )
    size, notes = data.unit_weights(), []
    if gaps := data.time_axis.gaps:
        notes.append(f"the times have a gap of {'1 step' if gaps == 1 else f'{gaps} steps'}")
    if members.sum() == 1:
        place, units, joined_size = int(members.argmax()), data.units, size
    else:
        label = ", ".join(str(name) for name in data.units[members])
        units = pd.Index([*data.units[~members], label], name=data.units.name)
        place = len(units) - 1
        joined_size = np.append(size[~members], size[members].sum())
    return DonorComparison(
        data,
        units,
        _join_members(outcomes, members, size),
        place,
        event,
        joined_size,
        members,
        tuple(notes),
    )


def _join_members(wide: Floats, members: Bools, weights: Floats) -> Floats:
    if members.sum() == 1:
        return wide
    mean = wide[:, members] @ weights[members] / weights[members].sum()
    return np.column_stack([wide[:, ~members], mean])


def treated_members(data: LongData, treated: Any, column: str) -> Bools:
    """Which units are treated, from one of them or a list."""
    found = np.zeros(len(data.units), dtype=bool)
    if not pd.api.types.is_list_like(treated):
        found[unit_position(data.units, treated, "treated", column)] = True
        return found
    members = list(treated)
    if not members:
        raise UsageError("treated: write a unit, or a list of units")
    places = data.units.get_indexer(pd.Index(members))
    if (places < 0).any():
        unknown = [name for name, place in zip(members, places, strict=True) if place < 0]
        raise UsageError(
            f"treated: {len(unknown)} units are not in column {column}"
            f"{kind_hint(data.units, unknown)}: {named_list(unknown, 5)}"
        )
    found[places] = True
    return found


def synthetic_result(
    comparison: DonorComparison,
    weights: Floats,
    synthetic: Floats,
    predictor_weights: pd.Series | None = None,
) -> SyntheticControl:
    """The result of a synthetic unit with these weights of the donors and these outcomes."""
    times = comparison.data.time_axis.times
    treated = comparison.outcomes[:, comparison.treated]
    gap = treated - synthetic
    before, after = rmspe(gap, comparison.before), rmspe(gap, ~comparison.before)
    table = pd.DataFrame(
        {"event_time": comparison.event, "time": times, "estimate": gap}
        | dict.fromkeys(("std_error", "ci_low", "ci_high", "p_value"), np.nan)
    )
    if predictor_weights is None:
        predictor_weights = pd.Series(dtype=float)
    return SyntheticControl(
        table,
        pd.Series(weights, index=comparison.donors, name="weight"),
        pd.Series(gap, index=times, name="gap"),
        pd.Series(treated, index=times, name="treated"),
        pd.Series(synthetic, index=times, name="synthetic"),
        before,
        after,
        predictor_weights,
        comparison.notes,
    )


def rmspe(gap: Floats, rows: Bools) -> float:
    """Root of the mean squared gap over some rows."""
    return float(np.sqrt(np.mean(gap[rows] ** 2)))


def simplex_weights(columns: Floats, target: Floats, ridge: float = 0.0) -> Floats:
    """Minimise |columns · w − target|² + ridge · |w|² over w ≥ 0 with sum 1, exactly.

    The point of a convex hull nearest to the origin is found by non-negative least squares with a
    further row of ones (Lawson and Hanson 1974, ch. 23): no penalty, no iteration to a tolerance.

    Args:
        columns: m × n, one column a donor.
        target: m values.
        ridge: Weight of the squared length of w; above 0 the solution is unique.

    Returns:
        The n weights. Without ridge and with more donors than rows there may be others that fit
        as well; this one rests on few donors.
    """
    distances = columns - target[:, None]
    if ridge > 0:
        distances = np.vstack([distances, np.sqrt(ridge) * np.eye(columns.shape[1])])
    # Scaled so that the row of ones and the distances are of one size: the solution is the same.
    size = np.sqrt((distances**2).sum(axis=0).min())
    scaled = distances / (size if size > 0 else 1.0)
    ones = np.ones((1, columns.shape[1]))
    solution = nnls(np.vstack([scaled, ones]), np.append(np.zeros(len(scaled)), 1.0))[0]
    weights = np.where(solution > _NEGLIGIBLE_WEIGHT * solution.sum(), solution, 0.0)
    return np.asarray(weights / weights.sum())


# --- predictors, and how much each of them counts -------------------------------------------------
#
# As in Abadie, Diamond and Hainmueller (2010): the importance V of the predictors is what makes the
# weights that fit them best also fit the outcomes before the start best. The search is local: see
# ``docs/decisions/0021-synthetic-control.md``.


def predictor_table(
    panel: pd.DataFrame, comparison: DonorComparison, predictors: Predictors
) -> pd.DataFrame:
    """Predictors (rows) by unit (columns).

    Args:
        panel: The panel that ``comparison`` was read from.
        comparison: The same as arrays.
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
    data, rows = comparison.data, dict[str, Floats]()
    for column in predictors:
        wide = np.full((len(data.time_axis.times), len(data.units)), np.nan)
        wide[data.time, data.unit] = numeric_column(panel, column)
        if isinstance(predictors, Mapping):
            for name, chosen in _predictor_times(data, column, predictors[column]).items():
                rows[name] = _predictor_means(wide[chosen])
        else:
            rows[column] = _predictor_means(wide[comparison.before])
    raise_faults(
        [_missing_values(name, values) for name, values in rows.items() if np.isnan(values).any()]
    )
    joined = comparison.joined(np.vstack(list(rows.values())))
    return pd.DataFrame(joined, index=list(rows), columns=comparison.units)


def predictor_importances(predictors: Floats, outcomes: Floats, treated: int) -> Floats:
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
        gap = outcomes[:, treated] - donors @ weights_for_importances(
            _normalised(raw), predictors, treated
        )
        return float(gap @ gap) / len(gap)

    starts = (np.ones(len(predictors)), _regression_importances(predictors, outcomes))
    ends = [minimize(loss, _normalised(start), method="BFGS") for start in starts]
    return _normalised(min(ends, key=lambda end: float(end.fun)).x)


def weights_for_importances(importance: Floats, predictors: Floats, treated: int) -> Floats:
    """Weights of the donors that fit the predictors best, each counted by its importance."""
    scaled = np.sqrt(importance)[:, None] * predictors
    return simplex_weights(np.delete(scaled, treated, axis=1), scaled[:, treated])


def standardised(predictors: Floats) -> Floats:
    """Each predictor (row) over its standard deviation; one without any is left as it is."""
    spread = predictors.std(axis=1, ddof=1, keepdims=True)
    return np.asarray(predictors / np.where(spread > 0, spread, 1.0))


def _normalised(raw: Floats) -> Floats:
    return np.asarray(np.abs(raw) / np.abs(raw).sum())


def _regression_importances(predictors: Floats, outcomes: Floats) -> Floats:
    """Squared coefficients of the outcomes on the predictors over the units."""
    design = np.column_stack([np.ones(predictors.shape[1]), predictors.T])
    slopes = np.linalg.lstsq(design, outcomes.T, rcond=None)[0][1:]
    squares = (slopes**2).sum(axis=1)
    return np.asarray(squares if squares.sum() > 0 else np.ones(len(squares)))


def _predictor_means(values: Floats) -> Floats:
    known = ~np.isnan(values)
    counts = known.sum(axis=0)
    sums = np.where(known, values, 0.0).sum(axis=0)
    return np.asarray(np.where(counts > 0, sums / np.maximum(counts, 1), np.nan))


def _predictor_times(data: LongData, column: str, times: Any) -> dict[str, Bools]:
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


def _missing_values(name: str, values: Floats) -> str:
    return f"predictors, {name}: {int(np.isnan(values).sum())} units have no value; drop them"


def synthetic_control(
    panel: pd.DataFrame,
    *,
    unit: str,
    time: str,
    outcome: str,
    treated: Any,
    start: Any,
    predictors: Predictors | None = None,
    weights: str | None = None,
) -> SyntheticControl:
    """Compare a treated unit with the weighted average of the others that resembles it.

    Args:
        panel: One row a unit and time, complete: every unit has an outcome at every time. All
            units beside the treated one are donors.
        unit: Column of units.
        time: Column of times: whole numbers, ``YYYY-MM``, periods or days.
        outcome: Column of outcomes.
        treated: The treated unit; of a list of units their weighted mean is the treated unit.
        start: Its first treated time.
        predictors: What the donors shall resemble the treated unit in. By default the outcomes
            before the start, each of equal weight: the fit before the start is then the best
            there is. A list of columns: their means over the times before the start. A mapping
            from column to times: each time, or the mean over each pair (first, last), such as
            ``{"income": [(1980, 1988)], "sales": [1975, 1980, 1988]}``. With columns, their
            importance is chosen so that the fit of outcomes before the start is best.
        weights: Column of weights above 0, constant within a unit: of the treated units in their
            mean. The donors' weights are what is estimated, so it says nothing of a lone unit.

    Raises:
        UsageError: A column, unit or time is not there.
        DataError: The panel cannot be used; an outcome or predictor is missing.
    """
    comparison = read_comparison(panel, (unit, time, outcome), treated, start, weights)
    if predictors is None:
        shares = outcome_weights(comparison)
        return synthetic_result(comparison, shares, synthetic_outcomes(comparison, shares))
    table = predictor_table(panel, comparison, predictors)
    values = standardised(table.to_numpy())
    importance = predictor_importances(
        values, comparison.outcomes[comparison.before], comparison.treated
    )
    shares = weights_for_importances(importance, values, comparison.treated)
    return synthetic_result(
        comparison,
        shares,
        synthetic_outcomes(comparison, shares),
        pd.Series(importance, index=table.index, name="importance"),
    )


def outcome_weights(comparison: DonorComparison) -> Floats:
    """Weights of the donors with the least squared gap before the start."""
    past = comparison.outcomes[comparison.before]
    donors = np.delete(past, comparison.treated, axis=1)
    return simplex_weights(donors, past[:, comparison.treated])


def synthetic_outcomes(comparison: DonorComparison, weights: Floats) -> Floats:
    """Weighted average of the donors at each time."""
    donors = np.delete(comparison.outcomes, comparison.treated, axis=1)
    return np.asarray(donors @ weights)


# --- the placebo test -----------------------------------------------------------------------------


def placebo_test(
    panel: pd.DataFrame,
    *,
    unit: str,
    time: str,
    outcome: str,
    treated: Any,
    start: Any,
    weights: str | None = None,
) -> PlaceboTest:
    """Rank a treated unit's gap among those of all units, each as if treated.

    Args:
        panel: One row a unit and time, complete.
        unit: Column of units.
        time: Column of times: whole numbers, ``YYYY-MM``, periods or days.
        outcome: Column of outcomes.
        treated: The treated unit, or a list of units that are one together.
        start: Its first treated time.
        weights: Column of weights above 0, constant within a unit: of treated units in their
            mean, and of all units in the rank.

    Returns:
        ``p_value`` is the rank of the ratio of the root mean squared gap after the start to that
        before, the greatest first, over the number of units. With n units it is 1 / n at least.
        With weights it is the share of all weight held by units whose ratio is no smaller: the
        chance of such a ratio if units had been chosen in proportion to their weight.

    Raises:
        UsageError: A column, the unit or the time is not there.
        DataError: The panel cannot be used.
    """
    comparison = read_comparison(panel, (unit, time, outcome), treated, start, weights)
    gaps = np.column_stack(
        [_placebo_gap(comparison, column) for column in range(len(comparison.units))]
    )
    units = _placebo_units(comparison, gaps)
    ratio = units.loc[units["treated"], "ratio"].iloc[0]
    # Equal ratios count against the treated unit: a tie is no evidence.
    share = units.pop("share")
    p_value = float(share[units["ratio"] >= ratio].sum())
    effect = units.loc[units["treated"], "effect"].iloc[0]
    return PlaceboTest(
        pd.DataFrame(
            {"term": ["effect"], "estimate": [effect]}
            | dict.fromkeys(("std_error", "ci_low", "ci_high"), np.nan)
            | {"p_value": [p_value]}
        ),
        p_value,
        units,
        pd.DataFrame(gaps, index=comparison.data.time_axis.times, columns=comparison.units),
        _placebo_notes(comparison),
    )


def _placebo_notes(comparison: DonorComparison) -> tuple[str, ...]:
    number = len(comparison.units)
    if number >= _LEAST_UNITS:
        return comparison.notes
    said = f"with {number} units the p-value is {1 / number:.2g} at least: 5 % cannot be reached"
    return (*comparison.notes, said)


def _placebo_gap(comparison: DonorComparison, column: int) -> Floats:
    placebo = replace(comparison, treated=column)
    weights = outcome_weights(placebo)
    return np.asarray(placebo.outcomes[:, column] - synthetic_outcomes(placebo, weights))


def _placebo_units(comparison: DonorComparison, gaps: Floats) -> pd.DataFrame:
    before = comparison.before
    past = np.array([rmspe(gap, before) for gap in gaps.T])
    later = np.array([rmspe(gap, ~before) for gap in gaps.T])
    # A perfect fit leaves rounding errors: below this it is the gap after that ranks.
    least = _PERFECT_FIT * max(float(np.abs(comparison.outcomes).max()), 1e-300)
    ratio = np.maximum(later, least) / np.maximum(past, least)
    table = pd.DataFrame(
        {
            "unit": comparison.units,
            "rmspe_before": past,
            "rmspe_after": later,
            "ratio": ratio,
            "effect": gaps[~before].mean(axis=0),
            "treated": np.arange(gaps.shape[1]) == comparison.treated,
            "share": comparison.weights / comparison.weights.sum(),
        }
    )
    return table.sort_values("ratio", ascending=False, ignore_index=True)
