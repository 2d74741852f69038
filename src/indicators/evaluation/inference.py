"""Randomisation inference: the treated region among placebo regions.

Errors clustered by unit need many treated units; where one region was treated, chance is what the
same comparison finds for regions that were not. See
``docs/decisions/0022-randomisation-inference.md``.

Beside it, p values that allow for several outcomes (Holm; Romano and Wolf) and joint tests of the
effects before the start.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from indicators.errors import DataError, UsageError
from indicators.evaluation.difference import BASE
from indicators.evaluation.long_panel import LongData, kind_hint, read_long
from indicators.evaluation.result import LEVEL, Bools, Estimates, Floats, Ints

Region = frozenset[Hashable]
# A draw that is already there or cannot grow is drawn again, so many times for each region wanted.
_MAX_ATTEMPTS = 50


# --- placebo regions: sets of control units that could have been the treated ones -----------------


def random_regions(units: Collection[Any], size: int, draws: int, seed: int) -> list[Region]:
    """Different sets of units, all of them equally likely.

    Args:
        units: The control units.
        size: Units in a set.
        draws: How many sets; fewer are returned if there are no more.
        seed: Of the draw: the same seed gives the same sets.

    Raises:
        UsageError: A set would hold no unit, or more than there are.
    """
    ordered = _ordered(units)
    _require_size(size, len(ordered))

    def draw_region(random: np.random.Generator) -> Region:
        return frozenset(ordered[place] for place in random.permutation(len(ordered))[:size])

    return _distinct_regions(draw_region, draws, seed)


def contiguous_regions(
    neighbours: Mapping[Any, Iterable[Any]], size: int, draws: int, seed: int
) -> list[Region]:
    """Different connected sets of units: grown from a random unit by random neighbours.

    Compact sets are more likely than long ones, as among real regions.

    Args:
        neighbours: Of each control unit; units that are no key (the treated, say) are passed by.
        size: Units in a set.
        draws: How many sets; fewer are returned if no more are found.
        seed: Of the draw.

    Raises:
        UsageError: A set would hold no unit, or more than there are.
        DataError: No connected set is so large.
    """
    ordered = _ordered(neighbours)
    _require_size(size, len(ordered))
    near = {unit: sorted(set(neighbours[unit]) & set(ordered), key=str) for unit in ordered}

    def draw_region(random: np.random.Generator) -> Region | None:
        inside = {ordered[random.integers(len(ordered))]}
        while len(inside) < size:
            edge = _ordered({unit for member in inside for unit in near[member]} - inside)
            if not edge:
                return None
            inside.add(edge[random.integers(len(edge))])
        return frozenset(inside)

    return _distinct_regions(draw_region, draws, seed)


def matched_regions(
    traits: pd.DataFrame, treated: Sequence[Any], draws: int, seed: int, nearest: int = 20
) -> list[Region]:
    """Different sets that resemble the treated region, unit by unit.

    Args:
        traits: Numbers known before the start, one row a unit (the index), treated ones too.
        treated: The treated units; each is stood for by one of the controls nearest to it, the
            traits counted in standard deviations.
        draws: How many sets; fewer are returned if no more are found.
        seed: Of the draw.
        nearest: How many nearest controls each is drawn from.

    Raises:
        UsageError: A treated unit has no row.
        DataError: A trait is missing, or there are fewer controls than treated units.
    """
    if lacking := [unit for unit in treated if unit not in traits.index]:
        raise UsageError(f"traits: {len(lacking)} treated units have no row")
    if traits.isna().any(axis=None):
        raise DataError("traits: a number is missing; fill it or drop the unit or trait")
    controls = traits.index.difference(pd.Index(treated))
    if len(controls) < len(treated):
        raise DataError("traits: there are fewer controls than treated units")
    closest = _closest(traits, controls, treated, nearest)

    def draw_region(random: np.random.Generator) -> Region | None:
        chosen = [random.choice(row) for row in closest]
        return frozenset(controls[chosen]) if len(set(chosen)) == len(chosen) else None

    return _distinct_regions(draw_region, draws, seed)


def _closest(
    traits: pd.DataFrame, controls: pd.Index, treated: Sequence[Any], nearest: int
) -> list[Floats]:
    spread = traits.std().replace(0, 1)
    treated_traits = (traits.loc[list(treated)] / spread).to_numpy(dtype=float)
    control_traits = (traits.loc[controls] / spread).to_numpy(dtype=float)
    distances = ((treated_traits[:, None, :] - control_traits[None, :, :]) ** 2).sum(axis=2)
    return list(np.argsort(distances, axis=1, kind="stable")[:, :nearest])


def _distinct_regions(draw_region: Any, draws: int, seed: int) -> list[Region]:
    random = np.random.default_rng(seed)
    found: dict[Region, None] = {}
    for _ in range(_MAX_ATTEMPTS * draws):
        if len(found) == draws:
            break
        if (region := draw_region(random)) is not None:
            found[region] = None
    if not found:
        raise DataError("placebo regions: there is no set of this size; choose a smaller one")
    return list(found)


def _ordered(units: Iterable[Any]) -> list[Any]:
    return sorted(set(units), key=str)


def _require_size(size: int, count: int) -> None:
    if not 0 < size <= count:
        raise UsageError(f"placebo regions: a set of {size} of {count} units cannot be drawn")


# --- differences-in-differences of many regions at once -------------------------------------------
#
# With a balanced panel and one date, the two-way regression is a difference of means: each unit has
# one number (its mean after less that before, or its outcome at an event time less that at −1), and
# a region's effect is the mean of its units' numbers less that of the others. A thousand regions
# are then one multiplication of matrices.


def mean_change(outcomes: Floats, event: Ints) -> Floats:
    """Mean from the start on less mean before, by unit.

    Args:
        outcomes: Time (rows) by unit (columns), complete.
        event: Event time of each row.
    """
    after = event >= 0
    return np.asarray(outcomes[after].mean(axis=0) - outcomes[~after].mean(axis=0))


def outcome_path(outcomes: Floats, event: Ints) -> Floats:
    """Outcome at each time less that at the base, time by unit.

    Raises:
        DataError: There is no event time −1.
    """
    base = event == BASE
    if not base.any():
        raise DataError("panel: there is no event time −1, the base")
    return np.asarray(outcomes - outcomes[base])


def region_effect(numbers: Floats, treated: Bools, weights: Floats) -> Floats:
    """The treated units' mean less the others'.

    Args:
        numbers: Numbers (rows) by unit (columns).
        treated: Which units are treated.
        weights: Of the units; all 1 for the plain mean.
    """
    return np.asarray(region_effects(numbers, treated[None, :], weights)[0])


def region_effects(numbers: Floats, regions: Bools, weights: Floats) -> Floats:
    """The same for many regions: region (rows) by number (columns).

    Args:
        numbers: k × units.
        regions: Which units each region holds, regions × units.
        weights: Of the units.
    """
    numbers = np.atleast_2d(numbers)
    inside = regions * weights
    share = inside.sum(axis=1, keepdims=True)
    sums = inside @ numbers.T
    rest = (numbers @ weights) - sums
    return np.asarray(sums / share - rest / (weights.sum() - share))


@dataclass(frozen=True, eq=False, slots=True)
class RandomisationTest:
    """An effect beside those of placebo regions.

    Attributes:
        table: One row, ``term`` = ``effect``; ``std_error`` is the root mean square of the
            placebo effects, interval and p value are from their ranks.
        path: The same by ``event_time``, base −1.
        draws: Effect of each placebo region.
        path_draws: The same by event time, region (rows) by event time (columns).
    """

    table: pd.DataFrame
    path: pd.DataFrame
    draws: Floats
    path_draws: pd.DataFrame

    @property
    def p_value(self) -> float:
        """Two-sided p value of no effect."""
        return float(self.table["p_value"].iloc[0])


def randomisation_test(
    panel: pd.DataFrame,
    *,
    unit: str,
    time: str,
    outcome: str,
    treated: Collection[Any],
    start: Any,
    regions: Sequence[Iterable[Any]],
    weights: Mapping[Any, float] | pd.Series | None = None,
) -> RandomisationTest:
    """Hold a region's difference-in-differences against those of placebo regions.

    Args:
        panel: One row a unit and time, complete; units that are neither treated nor controls
            must not be in it.
        unit: Column of units.
        time: Column of times: whole numbers, ``YYYY-MM``, periods or days.
        outcome: Column of outcomes.
        treated: The treated units.
        start: Their first treated time.
        regions: Placebo regions: sets of control units.
        weights: Of the units, in the region's mean and the others'; all alike without it.

    Returns:
        The estimate is that of :func:`indicators.evaluation.difference_in_differences`.
        p = (1 + placebo effects at least as large in absolute value) / (1 + placebo regions);
        the interval holds the constant effects that would not be rejected at 5 %.

    Raises:
        UsageError: A column or unit is not there, or a placebo region has a treated unit.
        DataError: An outcome is missing, or nothing lies before or after the start.
    """
    data = read_long(panel, unit, time, outcome)
    outcomes, event = data.wide(), data.time_axis.ticks - data.time_axis.tick(start, "start")
    require_complete(outcomes, event, outcome)
    treated_position = region_members(data, [treated], "treated")[0]
    sets = region_members(data, regions, "regions")
    if (sets & treated_position).any():
        raise UsageError("regions: a placebo region holds a treated unit")
    if treated_position.all() or sets[:, ~treated_position].all(axis=1).any():
        raise UsageError("regions: no unit is left to compare with")
    weight = _weights(data, weights)
    numbers = np.vstack([mean_change(outcomes, event), outcome_path(outcomes, event)])
    found = region_effect(numbers, treated_position, weight)
    draws = region_effects(
        numbers[:, ~treated_position], sets[:, ~treated_position], weight[~treated_position]
    )
    return RandomisationTest(
        rank_against_placebos("term", ["effect"], found[:1], draws[:, :1]),
        rank_against_placebos("event_time", event.tolist(), found[1:], draws[:, 1:]),
        draws[:, 0],
        pd.DataFrame(draws[:, 1:], columns=pd.Index(event, name="event_time")),
    )


def rank_against_placebos(
    name: str, labels: list[Any], estimates: Floats, draws: Floats
) -> pd.DataFrame:
    """The contract's table from effects and placebo effects.

    Args:
        name: Name of the first column.
        labels: Its k values.
        estimates: The k effects.
        draws: Placebo effects, draws × k. Where all are 0 (the base of an event study) there is
            no error, interval or p value.
    """
    known = (draws != 0).any(axis=0)
    reach = np.array([critical_value(column) for column in draws.T])
    columns = {
        "std_error": np.sqrt((draws**2).mean(axis=0)),
        "ci_low": estimates - reach,
        "ci_high": estimates + reach,
        "p_value": placebo_p_values(estimates, draws),
    }
    blank = {key: np.where(known, values, np.nan) for key, values in columns.items()}
    return pd.DataFrame({name: labels, "estimate": estimates} | blank)


def placebo_p_values(estimates: Floats, draws: Floats) -> Floats:
    """(1 + draws at least as large in absolute value) / (1 + draws), for each of k effects."""
    # What differs by rounding alone is equal: the treated region may itself be among the draws.
    size = np.abs(estimates) * (1 - 1e-12)
    return np.asarray((1 + (np.abs(draws) >= size).sum(axis=0)) / (1 + len(draws)))


def critical_value(draws: Floats, level: float = LEVEL) -> float:
    """The largest absolute effect that chance does not rule out; infinite with too few draws."""
    place = int(np.ceil(level * (len(draws) + 1) - 1e-9))
    return float(np.sort(np.abs(draws))[place - 1]) if place <= len(draws) else np.inf


def region_members(data: LongData, regions: Sequence[Iterable[Any]], argument: str) -> Bools:
    """Which units each of some sets holds, sets × units.

    Raises:
        UsageError: There is no set, an empty one, or a unit that is not in the panel.
    """
    sets = [list(region) for region in regions]
    if not sets or not all(sets):
        raise UsageError(f"{argument}: there is no unit")
    found = np.zeros((len(sets), len(data.units)), dtype=bool)
    for row, members in enumerate(sets):
        places = data.units.get_indexer(pd.Index(members))
        if (places < 0).any():
            hint = kind_hint(data.units, members)
            raise UsageError(f"{argument}: {int((places < 0).sum())} units are not there{hint}")
        found[row, places] = True
    return found


def _weights(data: LongData, weights: Mapping[Any, float] | pd.Series | None) -> Floats:
    if weights is None:
        return np.ones(len(data.units))
    found = pd.Series(weights, dtype=float).reindex(data.units).to_numpy(dtype=float)
    if not (found > 0).all():
        raise DataError("weights: every unit of the panel needs one above 0")
    return found


def require_complete(outcomes: Floats, event: Ints, outcome: str) -> None:
    """Refuse outcomes (time by unit) with holes, and a start with nothing before or after it."""
    if lacking := int(np.isnan(outcomes).any(axis=0).sum()):
        raise DataError(
            f"panel, column {outcome}: {lacking} units lack an outcome at some time; drop them"
        )
    if not (event < 0).any() or not (event >= 0).any():
        raise DataError("start: times before the start and from it on are needed")


# --- several outcomes: p values that allow for having looked at all of them -----------------------


def holm(p_values: pd.Series) -> pd.Series:
    """Holm's (1979) step-down adjustment: right whatever the outcomes' dependence.

    Args:
        p_values: By outcome.
    """
    order = np.argsort(p_values.to_numpy(dtype=float), kind="stable")
    count = len(order)
    raised = p_values.to_numpy(dtype=float)[order] * (count - np.arange(count))
    return _in_original_order(np.minimum(np.maximum.accumulate(raised), 1.0), order, p_values.index)


def romano_wolf(estimates: pd.Series, draws: pd.DataFrame) -> pd.Series:
    """Step-down adjustment of Westfall and Young (1993) and Romano and Wolf (2005).

    The same placebo regions for all outcomes keep the outcomes' dependence, so that outcomes
    which say the same cost nothing.

    Args:
        estimates: Effects by outcome.
        draws: Placebo effects, one row a placebo region and one column an outcome.

    Returns:
        Adjusted p values by outcome; each effect counts in standard deviations of its draws.

    Raises:
        UsageError: The outcomes differ.
    """
    if list(estimates.index) != list(draws.columns):
        raise UsageError("draws: its columns must be the outcomes of the estimates, in order")
    spread = np.sqrt((draws.to_numpy(dtype=float) ** 2).mean(axis=0))
    sizes = np.abs(estimates.to_numpy(dtype=float)) / spread
    chance = np.abs(draws.to_numpy(dtype=float)) / spread
    order = np.argsort(-sizes, kind="stable")
    # The largest of the outcomes not yet passed, for each: cumulated from the smallest effect on.
    largest = np.maximum.accumulate(chance[:, order[::-1]], axis=1)[:, ::-1]
    exceeded = (largest >= sizes[order] * (1 - 1e-12)).sum(axis=0)
    adjusted = np.maximum.accumulate((1 + exceeded) / (1 + len(chance)))
    return _in_original_order(adjusted, order, estimates.index)


def _in_original_order(
    sorted_values: Floats, order: NDArray[np.intp], index: pd.Index
) -> pd.Series:
    values = np.empty(len(order))
    values[order] = sorted_values
    return pd.Series(values, index=index, name="p_value")


# --- joint tests that all effects before the start are zero ---------------------------------------


@dataclass(frozen=True, slots=True)
class JointTest:
    """A joint test.

    Attributes:
        statistic: F statistic; or the largest effect before the start, each in standard
            deviations of its placebo draws.
        tested: How many effects are tested.
        p_value: Of all being zero. A large one does not show that they are: see
            :mod:`indicators.evaluation.trend_bounds`.
    """

    statistic: float
    tested: int
    p_value: float


def pretrend_test(found: Estimates, first: int | None = None) -> JointTest:
    """Wald test on an event study's effects before the base.

    Args:
        found: What :func:`indicators.evaluation.event_study` returned, the window wide enough.
        first: First event time tested; all before the base without it.

    Raises:
        DataError: There is no such effect, or there are as many as clusters.
    """
    events = _effects_before(found.covariance.index, first)
    if not 0 < len(events) < found.clusters:
        raise DataError(
            f"event study: {len(events)} effects before the base cannot be tested with "
            f"{found.clusters} clusters"
        )
    estimates = found.table.set_index("event_time").loc[events, "estimate"].to_numpy(dtype=float)
    covariance = found.covariance.loc[events, events].to_numpy(dtype=float)
    statistic = float(estimates @ np.linalg.solve(covariance, estimates)) / len(events)
    p_value = float(stats.f.sf(statistic, len(events), found.degrees))
    return JointTest(statistic, len(events), p_value)


def pretrend_test_by_placebos(found: RandomisationTest, first: int | None = None) -> JointTest:
    """The largest effect before the base against the largest of each placebo region.

    Args:
        found: What :func:`randomisation_test` returned.
        first: First event time tested; all before the base without it.

    Raises:
        DataError: There is no such effect.
    """
    events = _effects_before(found.path_draws.columns, first)
    if not events:
        raise DataError("event study: there is no effect before the base to test")
    draws = found.path_draws[events].to_numpy(dtype=float)
    spread = np.sqrt((draws**2).mean(axis=0))
    estimates = found.path.set_index("event_time").loc[events, "estimate"]
    statistic = float((np.abs(estimates.to_numpy(dtype=float)) / spread).max())
    chance = (np.abs(draws) / spread).max(axis=1)
    p_value = float((1 + (chance >= statistic * (1 - 1e-12)).sum()) / (1 + len(chance)))
    return JointTest(statistic, len(events), p_value)


def _effects_before(events: pd.Index, first: int | None) -> list[int]:
    numbers = [int(event) for event in events]
    return [event for event in numbers if event < BASE and (first is None or event >= first)]
