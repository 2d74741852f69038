"""The wild cluster bootstrap of a difference-in-differences, the null imposed.

Cameron, Gelbach and Miller (2008), *REStat* 90, for the restricted form; Webb (2023), *Canadian J.
of Economics* 56, for weights where clusters are few; Roodman et al. (2019), *Stata Journal* 19, for
the arithmetic: what every draw needs is laid out once, clusters by clusters, so that a thousand
draws are one product of matrices, and so is each end of the interval's search.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from scipy.linalg import null_space

from indicators.errors import UsageError
from indicators.evaluation.comparison import MIN_CLUSTERS, ComparisonSample
from indicators.evaluation.difference import (
    cell_dummies,
    difference_in_differences,
    difference_sample,
    effect_cells,
    effect_shares,
)
from indicators.evaluation.regression import sum_by_group, without_effects
from indicators.evaluation.result import LEVEL, Estimates, Floats, Shown

Distribution = Literal["rademacher", "webb"]
DISTRIBUTIONS = {
    "rademacher": np.array([-1.0, 1.0]),
    "webb": np.sqrt([0.5, 1.0, 1.5])[[0, 1, 2, 0, 1, 2]] * [1, 1, 1, -1, -1, -1],
}
# With fewer clusters two-point weights give too few different draws (Webb 2023).
_FEW_CLUSTERS = 12
_SEARCH_ROUNDS = 60


@dataclass(frozen=True, eq=False, slots=True)
class BootstrapResult(Shown):
    """An effect with a bootstrapped p value and interval.

    Attributes:
        table: One row, ``term`` = ``effect``; ``std_error`` is the clustered one, interval and p
            value are the bootstrap's.
        draws: t statistic of each draw under no effect.
        distribution: Weights of the clusters: ``rademacher`` or ``webb``.
        estimates: The same with the clustered error alone.
        notes: What to beware of and what was left out.
    """

    table: pd.DataFrame
    draws: Floats
    distribution: str
    estimates: Estimates
    notes: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """What was estimated, in a line."""
        clusters = f"{self.estimates.clusters} clusters"
        return f"Wild cluster bootstrap ({self.distribution}), {len(self.draws)} draws, {clusters}"

    @property
    def n(self) -> int:
        """Rows used."""
        return self.estimates.observations

    @property
    def degrees(self) -> int:
        """Degrees of freedom of the t distribution that the clustered error goes with."""
        return self.estimates.degrees

    @property
    def p_value(self) -> float:
        """P value of no effect."""
        return float(self.table["p_value"].iloc[0])


def wild_bootstrap(
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
    draws: int = 999,
    seed: int = 0,
    distribution: Distribution | None = None,
) -> BootstrapResult:
    """A difference-in-differences with a wild cluster bootstrap, the null imposed.

    Args:
        panel: One row a unit and time.
        unit: As of :func:`indicators.evaluation.difference_in_differences`, as are the next.
        time: Column of times.
        outcome: Column of outcomes.
        treated_from: First treated time by unit.
        weights: Column of weights.
        cluster: Column of clusters.
        covariates: Columns of covariates.
        base: Times that are compared with.
        draws: How many draws.
        seed: Of the draws.
        distribution: ``rademacher`` (−1, 1) or ``webb`` (six points); Webb's if there are fewer
            than 12 clusters, if not given.

    Returns:
        p = (1 + draws whose t is at least as large in absolute value) / (1 + draws); the interval
        holds the effects that the test would not reject at 5 %.

    Raises:
        UsageError: As of the estimator; also a distribution or number of draws that is none.
        DataError: As of the estimator.
    """
    if isinstance(draws, bool) or not isinstance(draws, int | np.integer) or draws < 1:
        raise UsageError("draws: write a whole number of 1 or more, such as 999")
    if distribution is not None and distribution not in DISTRIBUTIONS:
        raise UsageError("distribution: write rademacher or webb")
    options: dict[str, Any] = {"weights": weights, "cluster": cluster}
    options |= {"covariates": covariates, "base": base}
    columns = (unit, time, outcome)
    sample = difference_sample(panel, columns, treated_from, **options)
    names = dict(zip(("unit", "time", "outcome"), columns, strict=True))
    plain = difference_in_differences(panel, **names, treated_from=treated_from, **options)
    program = _lay_out(sample)
    kind = distribution or ("webb" if program.clusters < _FEW_CLUSTERS else "rademacher")
    signs = np.random.default_rng(seed).choice(DISTRIBUTIONS[kind], size=(draws, program.clusters))
    effect = program.effect

    def p_value(null: float) -> float:
        size = abs(program.statistic(null)) * (1 - 1e-12)
        return float((1 + (np.abs(program.statistics(signs, null)) >= size).sum()) / (1 + draws))

    step = float(plain.table["std_error"].iloc[0])
    row = plain.table.assign(
        ci_low=interval_end(p_value, effect, -step),
        ci_high=interval_end(p_value, effect, step),
        p_value=p_value(0.0),
    )
    notes = plain.notes
    if plain.treated_clusters < MIN_CLUSTERS:
        notes = (*notes, "with few treated clusters a bootstrap under the null rejects too rarely")
    return BootstrapResult(row, program.statistics(signs, 0.0), kind, plain, notes)


def interval_end(p_value: Callable[[float], float], inside: float, step: float) -> float:
    """Where a test stops to keep an effect, walking from one that it keeps.

    Args:
        p_value: Of an effect.
        inside: An effect that is kept.
        step: First step, its sign the direction.

    Returns:
        The end at 5 %; infinite where the test keeps every effect.
    """
    if not step or not np.isfinite(step):
        return float(np.copysign(np.inf, step or 1.0))
    outside = inside + step
    for _ in range(_SEARCH_ROUNDS):
        if p_value(outside) <= 1 - LEVEL:
            break
        inside, outside, step = outside, outside + 2 * step, 2 * step
    else:
        return float(np.copysign(np.inf, step))
    for _ in range(_SEARCH_ROUNDS):
        middle = (inside + outside) / 2
        if p_value(middle) <= 1 - LEVEL:
            outside = middle
        else:
            inside = middle
    return (inside + outside) / 2


@dataclass(frozen=True, eq=False, slots=True)
class _BootstrapProgram:
    """What all draws need, of the outcome (index 0) and of the treatment (1), by cluster.

    Attributes:
        slopes: Each cluster's share in the bootstrapped effect, 2 × clusters.
        scores: Its share in each cluster's score, 2 × clusters (of scores) × clusters.
    """

    slopes: Floats
    scores: Floats

    @property
    def clusters(self) -> int:
        return int(self.slopes.shape[1])

    @property
    def effect(self) -> float:
        return float(self.slopes[0].sum())

    def statistic(self, null: float) -> float:
        """T of the data: the effect less the null over its clustered error."""
        # What every cluster leaves with its own sign is the data themselves.
        _, scores = self._without(self.effect)
        spread = float(np.sqrt((scores.sum(axis=1) ** 2).sum()))
        return (self.effect - null) / spread

    def statistics(self, signs: Floats, null: float) -> Floats:
        """T of each draw (signs: draws × clusters) under the null."""
        slopes, scores = self._without(null)
        spread = np.sqrt(((signs @ scores.T) ** 2).sum(axis=1))
        return np.asarray(signs @ slopes / np.where(spread > 0, spread, np.inf))

    def _without(self, null: float) -> tuple[Floats, Floats]:
        return self.slopes[0] - null * self.slopes[1], self.scores[0] - null * self.scores[1]


def _lay_out(sample: ComparisonSample) -> _BootstrapProgram:
    """Residuals of outcome and treatment by cluster, and what is left of them in each score.

    Scores are over the treatment's sum of squares, so that they add up to effects; the small
    sample's correction is in data and draws alike and cancels.
    """
    root = np.sqrt(sample.weights)
    effect, others = _effect_column(sample)
    columns = np.column_stack([sample.outcome, effect, others])
    left = root[:, None] * without_effects(columns, sample.unit, sample.time, sample.weights)
    others = left[:, 2:]
    outcome, treatment = _without_others(left[:, :2], others).T
    whole = float(treatment @ treatment)
    group = np.asarray(np.unique(sample.cluster, return_inverse=True)[1], dtype=np.int64)
    mine = group[:, None] == np.arange(int(group.max()) + 1)
    slopes, scores = [], []
    for values in (outcome, treatment):
        slope = sum_by_group((treatment * values)[:, None], group)[:, 0] / whole
        spread = without_effects(
            (values / root)[:, None] * mine, sample.unit, sample.time, sample.weights
        )
        rest = _without_others(root[:, None] * spread, others) - np.outer(treatment, slope)
        slopes.append(slope)
        scores.append(sum_by_group(treatment[:, None] * rest, group) / whole)
    return _BootstrapProgram(np.array(slopes), np.array(scores))


def _effect_column(sample: ComparisonSample) -> tuple[Floats, Floats]:
    """The treatment as one column whose coefficient is the effect, and all other regressors.

    With several starts the effect is a weighted mean of cells: the cells' other contrasts, which
    the mean does not see, are among the others.
    """
    cells = effect_cells(sample)
    dummies, shares = cell_dummies(cells), effect_shares(cells, sample.weights)
    contrasts = dummies @ null_space(shares)
    return dummies.sum(axis=1), np.column_stack([contrasts, sample.covariates])


def _without_others(columns: Floats, others: Floats) -> Floats:
    if not others.shape[1]:
        return columns
    return np.asarray(columns - others @ np.linalg.lstsq(others, columns, rcond=None)[0])
