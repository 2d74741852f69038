"""Relative magnitudes: after the start trends differ in no larger steps than before it.

The largest step after may be so many times the largest before. The rule is a union of sets with
linear bounds, one for each step that may have been the largest and each direction of it. For each
set and each effect the hypothesis is a system of moment inequalities with nuisances (the other
effects after the start), tested by the conditional, least-favourable hybrid of Andrews, Roth and
Pakes (2023); the interval holds the effects that some set does not reject.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats
from scipy.linalg import null_space

from indicators.errors import UsageError
from indicators.evaluation.result import LEVEL, Estimates, Floats
from indicators.evaluation.sensitivity.programme import Programme
from indicators.evaluation.sensitivity.trends import Study, bounds_table, read_study

# As the authors' program has them: share of the test's size spent on the first, least-favourable
# stage; simulations of its critical value; reach of the search in standard errors.
_FIRST_STAGE = 0.1
_SIMULATIONS = 1000
_REACH = 20.0
_GRID = 161
_ROUNDING = 1e-9
_FINER = 12  # halvings of a grid's step at either end


def relative_bounds(
    found: Estimates, ratios: Sequence[float], events: Sequence[int] = (0,), seed: int = 0
) -> pd.DataFrame:
    """Intervals of an effect if trends may differ after the start as they did before.

    Args:
        found: An event study with at least one effect before the base.
        ratios: The bounds: largest step after the start over largest step before it.
        events: Event times whose mean effect is asked for.
        seed: Of the simulated critical values.

    Returns:
        Columns ``step_ratio`` (the bound), ``ci_low``, ``ci_high``: 95 % confidence intervals;
        infinite where they pass twenty standard errors.

    Raises:
        UsageError: A bound is below 0, or an event time is not there.
        DataError: The event study has holes, or no effect before the base.
    """
    effects = read_study(found, events)
    if any(ratio < 0 for ratio in ratios):
        raise UsageError("ratios: a ratio of steps is 0 or more")
    random = np.random.default_rng(seed)
    intervals = [_interval(effects, list(_tests(effects, ratio, random))) for ratio in ratios]
    return bounds_table("step_ratio", ratios, intervals)


@dataclass(frozen=True, eq=False, slots=True)
class _Test:
    """One set of trends: moments ``level − slope · effect``, at most 0 under the hypothesis."""

    level: Floats
    slope: Floats
    covariance: Floats
    program: Programme
    least_favourable: float

    def rejects(self, effect: float) -> bool:
        """Whether the effect is ruled out at 5 % by this set."""
        moments = self.level - self.slope * effect
        value, duals = self.program.solve(moments)
        if value <= _ROUNDING:
            return False
        if value > self.least_favourable:
            return True
        variance = float(duals @ self.covariance @ duals)
        pull = self.covariance @ duals / variance
        rest = moments - pull * value
        low = self.program.reach(rest, pull, upwards=False)
        high = min(self.program.reach(rest, pull, upwards=True), self.least_favourable)
        return value > max(0.0, _truncated_quantile(low, high, float(np.sqrt(variance))))


def _truncated_quantile(low: float, high: float, deviation: float) -> float:
    """Critical value of a normal with mean 0 between two ends."""
    size = (1 - LEVEL) * (1 - _FIRST_STAGE) / (1 - (1 - LEVEL) * _FIRST_STAGE)
    # From the upper tail, where a value well above the mean keeps its digits.
    above_low, above_high = stats.norm.sf([low / deviation, high / deviation])
    return deviation * float(stats.norm.isf(above_high + size * (above_low - above_high)))


def _tests(effects: Study, ratio: float, random: np.random.Generator) -> Iterator[_Test]:
    after = slice(effects.before, None)
    toward = effects.target / (effects.target @ effects.target)
    others = null_space(effects.target[None, :])
    for rows in _rules(effects, ratio):
        covariance = rows @ effects.covariance @ rows.T
        sizes = np.sqrt(np.diag(covariance))
        program = Programme(rows[:, after] @ others, sizes)
        noise = random.multivariate_normal(
            np.zeros(len(rows)), covariance, size=_SIMULATIONS, method="svd"
        )
        chance = [program.solve(draw)[0] for draw in noise]
        cut = float(np.quantile(chance, 1 - (1 - LEVEL) * _FIRST_STAGE))
        yield _Test(rows @ effects.estimates, rows[:, after] @ toward, covariance, program, cut)


def _rules(effects: Study, ratio: float) -> Iterator[Floats]:
    """For each step before and its direction: rows that are at most 0 if it is the largest.

    Only steps after the start are bounded, as in the authors' program: that the step is the
    largest before is not tested, for it says nothing of the effect.
    """
    count = len(effects.estimates)
    # Effects with the base between: step k leads from place k to place k + 1.
    with_base = np.insert(np.eye(count), effects.before, 0.0, axis=0)
    steps = np.diff(with_base, axis=0)
    before, after = steps[: effects.before], steps[effects.before :]
    for step in before:
        for direction in (1.0, -1.0):
            limit = ratio * direction * step
            yield np.vstack([after - limit, -after - limit])


def _interval(effects: Study, tests: Sequence[_Test]) -> tuple[float, float]:
    middle, reach = effects.estimate, _REACH * effects.error

    def kept(effect: float) -> bool:
        return not all(test.rejects(effect) for test in tests)

    grid = np.linspace(middle - reach, middle + reach, _GRID)
    inside = [effect for effect in grid if kept(effect)] or [middle]
    step = float(grid[1] - grid[0])
    low, high = _edge(inside[0], -step, kept), _edge(inside[-1], step, kept)
    return (
        -np.inf if inside[0] == grid[0] else low,
        np.inf if inside[-1] == grid[-1] else high,
    )


def _edge(inside: float, step: float, kept: Callable[[float], bool]) -> float:
    """Where the interval ends, between an effect that is kept and the next of the grid."""
    for _ in range(_FINER):
        step /= 2
        if kept(inside + step):
            inside += step
    return inside
