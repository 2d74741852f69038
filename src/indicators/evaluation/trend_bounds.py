"""Sensitivity of an event study to trends that differ (Rambachan and Roth 2023).

Steps are the calendar's: a step over a gap of k periods may be k times as large as one over a
single period, and the slope may change at each of the periods that the gap left out.

Smoothness: the slope of the difference may change by no more than a bound a step. The estimator is
affine: the effects after the start, corrected by a weighted sum of the effects before it. A
straight trend of any slope cancels; what bends is bounded. Its weights make the interval, allowing
for the worst bias, as short as can be (Armstrong and Kolesár 2018).

Relative magnitudes: after the start trends differ in no larger steps than before it. The largest
step after may be so many times the largest before. The rule is a union of sets with linear bounds,
one for each step that may have been the largest and each direction of it. For each set and each
effect the hypothesis is a system of moment inequalities with nuisances (the other effects after the
start), tested by the conditional, least-favourable hybrid of Andrews, Roth and Pakes (2023); the
interval holds the effects that some set does not reject.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy import optimize, stats
from scipy.linalg import null_space

from indicators.errors import DataError, UsageError
from indicators.evaluation.result import LEVEL, Estimates, Floats, Ints, Shown

# Prices of bias over which the trade with variance is searched, in powers of ten.
_PRICES = np.linspace(-5, 5, 31)

# As the authors' program has them: share of the test's size spent on the first, least-favourable
# stage; simulations of its critical value; reach of the search in standard errors.
_FIRST_STAGE = 0.1
_SIMULATIONS = 1000
_SEARCH_RANGE = 20.0
_GRID = 161
_ROUNDING = 1e-9
_REFINEMENTS = 12  # halvings of a grid's step at either end


@dataclass(frozen=True, eq=False, slots=True)
class EventEffects:
    """Effects in the order of time, each against the last time before the start.

    Attributes:
        estimates: Before, then after.
        covariance: Of these.
        steps: Calendar steps of each from the last time before; below 0 before it.
        target: Weights of the effects after the start in the parameter of interest.
    """

    estimates: Floats
    covariance: Floats
    steps: Ints
    target: Floats

    @property
    def before(self) -> int:
        """How many effects lie before the last time before the start."""
        return int((self.steps < 0).sum())

    @property
    def after(self) -> int:
        """How many effects lie after it."""
        return len(self.target)

    @property
    def estimate(self) -> float:
        """The parameter of interest, if trends do not differ."""
        return float(self.target @ self.estimates[self.before :])

    @property
    def error(self) -> float:
        """Its standard error."""
        after = self.covariance[self.before :, self.before :]
        return float(np.sqrt(self.target @ after @ self.target))


def read_event_effects(found: Estimates, events: Sequence[int]) -> EventEffects:
    """Lay an event study out.

    Whatever its base is, effects are turned to be against the last time before the start: bounds
    are on steps from one time to the next, which no base changes.

    Args:
        found: What :func:`indicators.evaluation.event_study` returned.
        events: Event times after the start whose mean effect is of interest.

    Raises:
        UsageError: It is no event study, or one of the event times is not in it.
        DataError: No event time lies before the start beside the base, or none after it.
    """
    if not isinstance(found, Estimates) or found.base is None:
        raise UsageError("event study: give what indicators.evaluation.event_study returned")
    base, shown = found.base, [int(event) for event in found.covariance.index]
    known = sorted([*shown, base])
    past = [event for event in known if event < 0]
    if len(past) < 2 or known[-1] < 0:
        raise DataError(
            "event study: the bounds need an event time before the start beside the base, and one "
            "after it; widen the window"
        )
    after, last = [event for event in known if event >= 0], past[-1]
    if not len(events) or any(event not in after for event in events):
        raise UsageError(f"events: choose among the event times {after[0]} … {after[-1]}")
    wanted = [event for event in known if event != last]
    # Each effect less that of the last time before; the base's own is 0.
    with_base = np.insert(np.eye(len(shown)), known.index(base), 0.0, axis=0)
    turn = with_base[[known.index(event) for event in wanted]] - with_base[known.index(last)]
    target = np.array([event in set(events) for event in after], dtype=float)
    estimates = found.table.set_index("event_time").loc[shown, "estimate"].to_numpy(dtype=float)
    return EventEffects(
        turn @ estimates,
        turn @ found.covariance.to_numpy(dtype=float) @ turn.T,
        np.array(wanted, dtype=np.int64) - last,
        target / target.sum(),
    )


def bounds_table(
    name: str, values: Sequence[float], intervals: Sequence[tuple[float, float]]
) -> pd.DataFrame:
    """One row a bound: the bound, ``ci_low``, ``ci_high``."""
    low, high = zip(*intervals, strict=True)
    return pd.DataFrame({name: list(values), "ci_low": low, "ci_high": high})


def breakdown_bound(table: pd.DataFrame) -> float:
    """The largest bound of a table whose interval, and all before it, leaves zero out.

    Args:
        table: Of :func:`relative_bounds` or :func:`smoothness_bounds`, bounds rising.

    Returns:
        The bound; missing if the first interval already holds zero.
    """
    holds = (table["ci_low"] <= 0) & (table["ci_high"] >= 0)
    passed = table.loc[~holds.cummax()].iloc[:, 0]
    return float(passed.iloc[-1]) if len(passed) else float("nan")


Method = Literal["relative_magnitudes", "smoothness"]


@dataclass(frozen=True, eq=False, slots=True)
class Sensitivity(Shown):
    """Intervals of an effect by how far trends may differ.

    Attributes:
        table: One row a bound: ``bound``, ``ci_low``, ``ci_high`` (95 %).
        method: ``relative_magnitudes`` or ``smoothness``.
        events: Event times whose mean effect is meant.
        rows: Rows of the event study.
        notes: Those of the event study.
    """

    table: pd.DataFrame
    method: str
    events: tuple[int, ...]
    rows: int
    notes: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """What was computed, in a line."""
        named = self.method.replace("_", " ")
        return f"Bounds on differing trends ({named}), event {', '.join(map(str, self.events))}"

    @property
    def n(self) -> int:
        """Rows of the event study."""
        return self.rows

    @property
    def breakdown(self) -> float:
        """The largest bound whose interval, and all before it, leaves 0 out; missing if none."""
        return breakdown_bound(self.table)


def sensitivity(
    event_study_result: Estimates,
    *,
    method: Method = "relative_magnitudes",
    bounds: Sequence[float],
    events: Sequence[int] = (0,),
    seed: int = 0,
) -> Sensitivity:
    """How an effect's interval widens if trends may differ (Rambachan and Roth 2023).

    Args:
        event_study_result: Of :func:`indicators.evaluation.event_study`.
        method: ``relative_magnitudes``: after the start trends differ in steps at most ``bound``
            times the largest step before it. ``smoothness``: the slope of the difference changes
            by at most ``bound`` (outcome's units) a step. A step over a gap of k periods may be k
            times as large, before the start as after.
        bounds: The bounds, 0 or more.
        events: Event times from the start on, whose mean effect is of interest.
        seed: Of the simulated critical values of relative magnitudes.

    Returns:
        One row a bound, rising: 95 % confidence intervals; infinite where they pass twenty
        standard errors.

    Raises:
        UsageError: The method is none of the two, a bound is below 0 or no number, or an event
            time is not in the study.
        DataError: Too few effects lie before the start.
    """
    if method not in ("relative_magnitudes", "smoothness"):
        raise UsageError("method: write relative_magnitudes or smoothness")
    chosen = [bounds] if isinstance(bounds, int | float) else list(bounds)
    if not chosen or not all(isinstance(bound, int | float | np.number) for bound in chosen):
        raise UsageError("bounds: write a list of numbers, such as [0, 0.5, 1]")
    rising = sorted(float(bound) for bound in chosen)
    if not np.isfinite(rising).all():
        raise UsageError("bounds: a bound is a finite number of 0 or more")
    if isinstance(events, int | np.integer):
        events = (int(events),)
    table = (
        smoothness_bounds(event_study_result, rising, events)
        if method == "smoothness"
        else relative_bounds(event_study_result, rising, events, seed)
    )
    return Sensitivity(
        table.set_axis(["bound", "ci_low", "ci_high"], axis=1),
        method,
        tuple(int(event) for event in events),
        event_study_result.observations,
        event_study_result.notes,
    )


# --- smoothness: fixed-length intervals -----------------------------------------------------------


def smoothness_bounds(
    found: Estimates, bounds: Sequence[float], events: Sequence[int] = (0,)
) -> pd.DataFrame:
    """Intervals of an effect if the trend's slope may change by no more than a bound a step.

    Args:
        found: An event study with two effects before the start beside its base.
        bounds: The bounds M, in the outcome's unit a step.
        events: Event times whose mean effect is of interest.

    Returns:
        Columns ``slope_change`` (the bound), ``ci_low``, ``ci_high``: fixed-length confidence
        intervals, 95 %.

    Raises:
        UsageError: A bound is below 0, or an event time is not there.
        DataError: Fewer than two effects lie before the last time before the start.
    """
    effects = read_event_effects(found, events)
    if effects.before < 2:
        raise DataError("event study: a trend needs two effects before the base")
    if any(bound < 0 for bound in bounds):
        raise UsageError("bounds: a change of slope is 0 or more")
    program = _bias_program(effects)
    tried = [_optimal_weights(program, 10.0**price) for price in _PRICES]
    intervals = [_smoothness_interval(program, tried, bound) for bound in bounds]
    return bounds_table("slope_change", bounds, intervals)


def slope_changes(effects: EventEffects) -> tuple[Floats, Floats]:
    """Trends as a slope and bends: δ = slope · steps + bend matrix · bends.

    Returns:
        Steps of each effect from the base; and the matrix, effects by bends.
    """
    steps = effects.steps
    # The trend may bend at every step of the calendar, also where there is no time.
    places = np.arange(steps[0] + 1, steps[-1])
    before = np.where(steps[:, None] < 0, np.maximum(places[None, :] - steps[:, None], 0), 0)
    before = np.where(places[None, :] <= 0, before, 0)
    after = np.where(steps[:, None] > 0, np.maximum(steps[:, None] - places[None, :], 0), 0)
    after = np.where(places[None, :] > 0, after, 0)
    return steps.astype(float), (before + after).astype(float)


@dataclass(frozen=True, eq=False, slots=True)
class _BiasProgram:
    """Weights w = fixed + free · y, and the least of variance / 2 + price · worst bias over y.

    All in units of the error of the effect of interest. ``bent`` and ``bend`` are the bends' pull
    on the fixed and the free part, ``inverse`` and ``linear`` the variance's.
    """

    effects: EventEffects
    fixed: Floats
    free: Floats
    bent: Floats
    bend: Floats
    inverse: Floats
    linear: Floats


def _bias_program(effects: EventEffects) -> _BiasProgram:
    steps, matrix = slope_changes(effects)
    early = steps[: effects.before]
    # A straight trend cancels: the effects before make up for the steps of those after.
    slope = effects.target @ steps[effects.before :]
    fixed = np.concatenate([-early * slope / (early @ early), effects.target])
    free = np.zeros((len(steps), effects.before - 1))
    free[: effects.before] = null_space(early[None, :])
    covariance = effects.covariance / effects.error**2
    return _BiasProgram(
        effects,
        fixed,
        free,
        matrix.T @ fixed,
        matrix.T @ free,
        np.asarray(np.linalg.inv(free.T @ covariance @ free)),
        free.T @ covariance @ fixed,
    )


def _optimal_weights(program: _BiasProgram, price: float) -> Floats:
    """The weights for a price: a quadratic programme, by its dual, which is bounded by a box."""
    bend, bent = program.bend, program.bent

    def dual(signs: Floats) -> tuple[float, Floats]:
        pull = program.linear + bend.T @ signs
        step = program.inverse @ pull
        return 0.5 * float(pull @ step) - float(signs @ bent), bend @ step - bent

    box = [(-price, price)] * len(bent)
    found = optimize.minimize(
        dual,
        np.zeros(len(bent)),
        jac=True,
        bounds=box,
        method="TNC",
        options={"ftol": 1e-13, "maxfun": 50000},
    )
    pull = program.linear + bend.T @ found.x
    return np.asarray(program.fixed - program.free @ (program.inverse @ pull))


def _smoothness_interval(
    program: _BiasProgram, tried: Sequence[Floats], bound: float
) -> tuple[float, float]:
    effects = program.effects

    def length(price: float) -> float:
        return _half_length(_optimal_weights(program, 10.0**price), effects, bound)

    best = _optimal_weights(program, 0.0)
    if bound > 0:
        place = int(np.argmin([_half_length(weights, effects, bound) for weights in tried]))
        ends = _PRICES[max(place - 1, 0)], _PRICES[min(place + 1, len(_PRICES) - 1)]
        found = optimize.minimize_scalar(length, bounds=ends, method="bounded")
        best = _optimal_weights(program, 10.0 ** float(found.x))
    middle, reach = float(best @ effects.estimates), _half_length(best, effects, bound)
    return middle - reach, middle + reach


def _half_length(weights: Floats, effects: EventEffects, bound: float) -> float:
    deviation = float(np.sqrt(weights @ effects.covariance @ weights))
    worst = bound * float(np.abs(slope_changes(effects)[1].T @ weights).sum())
    return deviation * float(stats.foldnorm.ppf(LEVEL, worst / deviation))


# --- relative magnitudes: moment inequalities -----------------------------------------------------


# The linear programme of the moment inequalities: least η with y − X·τ ≤ η·σ.
#
# By duality η is the largest weights · y over weights of none below 0 with weights · X = 0 and
# weights · σ = 1. The moments are the steps after the start and their opposites, each less its
# limit, and the effect asked for is one weighted sum of the steps. So the dual has a vertex for
# that sum, one for its opposite, and one for each step taken both ways: all of them are laid out
# once, and no programme needs a solver.


def dual_vertices(shares: Floats, sizes: Floats) -> Floats:
    """Every vertex of the dual, for steps and their opposites.

    Args:
        shares: Each step's weight in the effect asked for (steps); not all 0, none below 0.
        sizes: σ, above 0 (2 · steps: of the steps, then of their opposites).

    Returns:
        Weights of the moments, vertices by moments (steps + 2, 2 · steps).
    """
    none = np.zeros_like(shares)
    both_ways = np.tile(np.eye(len(shares)), 2)
    sums = np.array([np.concatenate([shares, none]), np.concatenate([none, shares])])
    weights = np.vstack([both_ways, sums])
    return np.asarray(weights / (weights @ sizes)[:, None])


def conditional_ends(vertices: Floats, rest: Floats, slope: Floats) -> tuple[float, float]:
    """Least and greatest t for which rest + slope · t − X·τ ≤ t · σ has a solution τ.

    Args:
        vertices: Of the dual.
        rest: Moments without what moves with t.
        slope: What moves with it.

    Returns:
        The ends; infinite where there is none.
    """
    fixed, rate = vertices @ rest, vertices @ slope - 1
    falling, rising = rate < -_ROUNDING, rate > _ROUNDING
    low = np.max(-fixed[falling] / rate[falling], initial=-np.inf)
    high = np.min(-fixed[rising] / rate[rising], initial=np.inf)
    return float(low), float(high)


def relative_bounds(
    found: Estimates, ratios: Sequence[float], events: Sequence[int] = (0,), seed: int = 0
) -> pd.DataFrame:
    """Intervals of an effect if trends may differ after the start as they did before.

    Args:
        found: An event study with an effect before the start beside its base.
        ratios: The bounds: largest step after the start over largest step before it.
        events: Event times whose mean effect is of interest.
        seed: Of the simulated critical values.

    Returns:
        Columns ``step_ratio`` (the bound), ``ci_low``, ``ci_high``: 95 % confidence intervals;
        infinite where they pass twenty standard errors.

    Raises:
        UsageError: A bound is below 0, or an event time is not there.
        DataError: No effect lies before the last time before the start.
    """
    effects = read_event_effects(found, events)
    if any(ratio < 0 for ratio in ratios):
        raise UsageError("ratios: a ratio of steps is 0 or more")
    random = np.random.default_rng(seed)
    intervals = [
        _relative_interval(effects, list(_moment_tests(effects, ratio, random))) for ratio in ratios
    ]
    return bounds_table("step_ratio", ratios, intervals)


@dataclass(frozen=True, eq=False, slots=True)
class _MomentTest:
    """One set of trends: moments ``level − slope · effect``, at most 0 under the hypothesis."""

    level: Floats
    slope: Floats
    covariance: Floats
    vertices: Floats
    least_favourable: float

    def rejects(self, effect: float) -> bool:
        """Whether the effect is ruled out at 5 % by this set."""
        moments = self.level - self.slope * effect
        values = self.vertices @ moments
        weights = self.vertices[int(np.argmax(values))]
        value = float(values.max())
        if value <= _ROUNDING:
            return False
        if value > self.least_favourable:
            return True
        variance = float(weights @ self.covariance @ weights)
        pull = self.covariance @ weights / variance
        low, high = conditional_ends(self.vertices, moments - pull * value, pull)
        high = min(high, self.least_favourable)
        return value > max(0.0, _truncated_quantile(low, high, float(np.sqrt(variance))))


def _truncated_quantile(low: float, high: float, deviation: float) -> float:
    """Critical value of a normal with mean 0 between two ends."""
    size = (1 - LEVEL) * (1 - _FIRST_STAGE) / (1 - (1 - LEVEL) * _FIRST_STAGE)
    # From the upper tail, where a value well above the mean keeps its digits.
    above_low, above_high = stats.norm.sf([low / deviation, high / deviation])
    return deviation * float(stats.norm.isf(above_high + size * (above_low - above_high)))


def _moment_tests(
    effects: EventEffects, ratio: float, random: np.random.Generator
) -> Iterator[_MomentTest]:
    after = slice(effects.before, None)
    toward = effects.target / (effects.target @ effects.target)
    # An effect is the sum of the steps that lead to it.
    shares = np.cumsum(effects.target[::-1])[::-1]
    for rows in _largest_step_rows(effects, ratio):
        covariance = rows @ effects.covariance @ rows.T
        sizes = np.sqrt(np.diag(covariance))
        vertices = dual_vertices(shares, sizes)
        noise = random.multivariate_normal(
            np.zeros(len(rows)), covariance, size=_SIMULATIONS, method="svd"
        )
        chance = (noise @ vertices.T).max(axis=1)
        cut = float(np.quantile(chance, 1 - (1 - LEVEL) * _FIRST_STAGE))
        yield _MomentTest(
            rows @ effects.estimates, rows[:, after] @ toward, covariance, vertices, cut
        )


def _largest_step_rows(effects: EventEffects, ratio: float) -> Iterator[Floats]:
    """For each step before and its direction: rows that are at most 0 if it is the largest.

    Only steps after the start are bounded, as in the authors' program: that the step is the
    largest before is not tested, for it says nothing of the effect.
    """
    count = len(effects.estimates)
    # Effects with the last time before between: step k leads from place k to place k + 1.
    with_last = np.insert(np.eye(count), effects.before, 0.0, axis=0)
    lengths = np.diff(np.insert(effects.steps, effects.before, 0)).astype(float)
    steps = np.diff(with_last, axis=0)
    before = steps[: effects.before] / lengths[: effects.before, None]
    after, length = steps[effects.before :], lengths[effects.before :, None]
    for step in before:
        for direction in (1.0, -1.0):
            # A step over a gap of k periods may be k times as large.
            limit = ratio * direction * length * step
            yield np.vstack([after - limit, -after - limit])


def _relative_interval(effects: EventEffects, tests: Sequence[_MomentTest]) -> tuple[float, float]:
    middle, reach = effects.estimate, _SEARCH_RANGE * effects.error

    def kept(effect: float) -> bool:
        return not all(test.rejects(effect) for test in tests)

    grid = np.linspace(middle - reach, middle + reach, _GRID)
    inside = [effect for effect in grid if kept(effect)] or [middle]
    step = float(grid[1] - grid[0])
    low, high = _interval_end(inside[0], -step, kept), _interval_end(inside[-1], step, kept)
    return (
        -np.inf if inside[0] == grid[0] else low,
        np.inf if inside[-1] == grid[-1] else high,
    )


def _interval_end(inside: float, step: float, kept: Callable[[float], bool]) -> float:
    """Where the interval ends, between an effect that is kept and the next of the grid."""
    for _ in range(_REFINEMENTS):
        step /= 2
        if kept(inside + step):
            inside += step
    return inside
