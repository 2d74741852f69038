"""Effects as changes of means: what the two-way regression is on a balanced panel, many at once.

With one start and every month of every municipality known, the regression of outcomes on the
treatment, municipality and month effects is a comparison of changes: each municipality's mean after
the start less its mean before, of the treated less of the controls. So are the errors clustered by
whatever municipalities are grouped in, up to fixest's small-sample factor. A thousand
specifications then cost what a single regression does, and the figures are those of
:func:`indicators.evaluation.difference_in_differences` and
:func:`~indicators.evaluation.event_study` (a test holds them against each other to 1e-9).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from indicators.errors import DataError
from indicators.evaluation.panel import Panel
from indicators.evaluation.regression import sum_by_group
from indicators.evaluation.result import LEVEL, Bools, Floats, Ints
from indicators.evaluation.trial import panel_frame

#: First and last month, both included, ``YYYY-MM``.
Span = tuple[str, str]
EQUAL, LABOUR_FORCE = "equal", "labour_force"
WEIGHTS = (EQUAL, LABOUR_FORCE)
MUNICIPALITY, TRIAL_AREA = "municipality", "trial_area"
CLUSTERS = (MUNICIPALITY, TRIAL_AREA)
#: Simulations of the largest deviation over the months of an event study.
_BAND_DRAWS = 4000
_BAND_SEED = 2021


def span_name(span: Span) -> str:
    """A span as results name it: ``2016-03..2020-02``."""
    return "..".join(span)


@dataclass(frozen=True, eq=False)
class OutcomeCube:
    """Outcomes of municipalities by month, and what is known of each municipality.

    Attributes:
        units: Index ``unit``; ``treated``, ``trial_area``, ``region``, ``subregion``, ``cluster``
            (trial area, of controls the sub-region) and ``weight`` (labour force of 2/2020).
        months: ``YYYY-MM``, rising.
        values: By outcome, units × months; missing where not published.
    """

    units: pd.DataFrame
    months: NDArray[np.str_]
    values: Mapping[str, Floats]
    _means: dict[tuple[str, Span], Floats | None] = field(default_factory=dict)

    @classmethod
    def of_panel(cls, panel: Panel, outcomes: Sequence[str]) -> OutcomeCube:
        """The cube of a panel."""
        frame = panel_frame(panel)
        names = ["treated", "trial_area", "region", "subregion", "cluster", "weight"]
        units = frame.groupby("unit")[names].first()
        wide = frame.pivot(index="unit", columns="month", values=list(outcomes))
        months = np.array(sorted(frame["month"].unique()), dtype=str)
        return cls(units, months, {name: wide[name].to_numpy(float) for name in outcomes})

    def inside(self, span: Span) -> Bools:
        """Which months a span holds."""
        return np.asarray((self.months >= span[0]) & (self.months <= span[1]))

    def mean(self, outcome: str, span: Span) -> Floats | None:
        """Mean over a span by unit; None unless each of its months is there and known of all."""
        key = (outcome, span)
        if key not in self._means:
            inside = self.values[outcome][:, self.inside(span)]
            whole = inside.shape[1] == len(pd.period_range(*span, freq="M"))
            known = whole and not np.isnan(inside).any()
            self._means[key] = inside.mean(axis=1) if known else None
        return self._means[key]

    def change(self, outcome: str, base: Span, after: Span) -> Floats | None:
        """Mean over a span less that over the base, by unit."""
        late, early = self.mean(outcome, after), self.mean(outcome, base)
        return None if late is None or early is None else late - early

    def keep(self, units: Bools) -> OutcomeCube:
        """The cube of some of its units."""
        values = {name: numbers[units] for name, numbers in self.values.items()}
        return replace(self, units=self.units[units], values=values, _means={})

    def groups(self) -> Comparison:
        """Who is compared with whom."""
        area = pd.factorize(self.units["cluster"])[0].astype(np.int64)
        return Comparison(
            self.units["treated"].to_numpy(bool),
            {EQUAL: np.ones(len(area)), LABOUR_FORCE: self.units["weight"].to_numpy(float)},
            {MUNICIPALITY: np.arange(len(area), dtype=np.int64), TRIAL_AREA: area},
        )


@dataclass(frozen=True, eq=False)
class Comparison:
    """Units with their treatment, and their weights and clusters by name."""

    treated: Bools
    weights: Mapping[str, Floats]
    clusters: Mapping[str, Ints]

    @property
    def counts(self) -> dict[str, int]:
        """Numbers of treated and control units."""
        return {"treated": int(self.treated.sum()), "controls": int((~self.treated).sum())}

    def effect(
        self,
        changes: Floats,
        weights: str,
        cluster: str,
        *,
        times: int,
        regressors: int | None = None,
    ) -> ChangeEffect:
        """Effect of each of k changes, with their joint covariance.

        Args:
            changes: Units × k.
            weights: Name of the weights.
            cluster: Name of the clusters.
            times: Months (or years) of the panel that the changes are of, for fixest's factor.
            regressors: Regressors of the regression that has these effects; k without it.

        Raises:
            DataError: Nobody is treated, or nobody is left to compare with.
        """
        if self.treated.all() or not self.treated.any():
            raise DataError("comparison: both treated units and controls are needed")
        weight, group = self.weights[weights], self.clusters[cluster]
        own = weight * self.treated / weight[self.treated].sum()
        rest = weight * ~self.treated / weight[~self.treated].sum()
        expected = np.where(self.treated[:, None], own @ changes, rest @ changes)
        scores = sum_by_group((own - rest)[:, None] * (changes - expected), group)
        number = len(scores)
        rows, count = len(changes) * times, regressors or changes.shape[1]
        factor = (rows - 1) / (rows - count - times) * number / (number - 1)
        return ChangeEffect((own - rest) @ changes, scores * np.sqrt(factor))


@dataclass(frozen=True, eq=False)
class ChangeEffect:
    """Effects (k), and what each cluster adds to each (clusters × k): their covariance's root."""

    estimates: Floats
    scores: Floats

    @property
    def clusters(self) -> int:
        """How many clusters the errors have."""
        return len(self.scores)

    @property
    def errors(self) -> Floats:
        """Standard errors."""
        return np.asarray(np.sqrt((self.scores**2).sum(axis=0)))

    def part(self, chosen: Bools) -> ChangeEffect:
        """Some of the effects."""
        return ChangeEffect(self.estimates[chosen], self.scores[:, chosen])

    def joint_f(self) -> tuple[float, float]:
        """F statistic and p value of all effects being zero.

        Raises:
            DataError: There are as many effects as clusters.
        """
        count = len(self.estimates)
        if count >= self.clusters:
            raise DataError(f"{count} effects cannot be tested with {self.clusters} clusters")
        solved = np.linalg.solve(self.scores.T @ self.scores, self.estimates)
        statistic = float(self.estimates @ solved) / count
        return statistic, float(stats.f.sf(statistic, count, self.clusters - 1))

    def simultaneous_reach(self, draws: int = _BAND_DRAWS, seed: int = _BAND_SEED) -> float:
        """Errors on either side of a band that holds all effects at once in 95 %.

        The largest of the effects' t statistics, simulated from their joint distribution
        (Montiel Olea and Plagborg-Møller 2019, *Journal of Applied Econometrics* 34), t with
        clusters − 1 degrees.
        """
        random = np.random.default_rng(seed)
        known = self.errors > 0
        shares = self.scores[:, known] / self.errors[known]
        drawn = random.standard_normal((draws, self.clusters)) @ shares
        degrees = self.clusters - 1
        spread = np.sqrt(random.chisquare(degrees, draws) / degrees)
        return float(np.quantile(np.abs(drawn).max(axis=1) / spread, LEVEL))


def with_intervals(frame: pd.DataFrame) -> pd.DataFrame:
    """``ci_low``, ``ci_high`` and ``p_value`` from ``estimate``, ``std_error``, ``clusters``."""
    degrees = frame["clusters"].to_numpy(float) - 1
    estimate, error = frame["estimate"].to_numpy(float), frame["std_error"].to_numpy(float)
    reach = stats.t.ppf((1 + LEVEL) / 2, degrees) * error
    with np.errstate(divide="ignore", invalid="ignore"):
        p_values = 2 * stats.t.sf(np.abs(estimate / error), degrees)
    return frame.assign(ci_low=estimate - reach, ci_high=estimate + reach, p_value=p_values)
