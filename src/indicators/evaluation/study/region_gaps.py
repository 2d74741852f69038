"""The treated region among placebo regions, by month: from which every comparison of it is a mean.

A region's gap is its outcome less the mean of the *other* controls, month by month; the region's
gap and those of the placebo regions are then against the placebo regions' mean. An effect between
two times is the change of the mean gap. Errors clustered by anything are not to be had for a
single treated region (40 simulated regions: they reject 76 % at 5 %): chance is read off the
placebo regions alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators.evaluation.inference import critical_value, placebo_p_values
from indicators.evaluation.panel import (
    FURTHER_COUNTS,
    HIDEABLE,
    OUTCOMES,
    PANEL_COUNTS,
    Outcome,
    Panel,
)
from indicators.evaluation.power import detectable_by_placebos
from indicators.evaluation.result import LEVEL, Bools, Floats
from indicators.evaluation.study.changes import LABOUR_FORCE, Span
from indicators.evaluation.study.placebos import PlaceboRegions, member_positions

_COUNTS = (*PANEL_COUNTS, *FURTHER_COUNTS)


@dataclass(frozen=True, eq=False)
class RegionGaps:
    """Gaps to the placebo regions' mean, of one outcome.

    Attributes:
        months: ``YYYY-MM``, rising.
        own: The treated region's, shape (months,).
        sets: The placebo regions', draws × months.
        regions: Maakunta of each draw.
        identity: Number of the set that each draw is; equal numbers are the same set.
    """

    months: NDArray[np.str_]
    own: Floats
    sets: Floats
    regions: NDArray[np.str_]
    identity: NDArray[np.int64]

    def change(self, base: Span, after: Span) -> RegionChange | None:
        """The change between two times; None unless every month of both is there and known."""
        means = []
        for first, last in (after, base):
            inside = (self.months >= first) & (self.months <= last)
            if inside.sum() != len(pd.period_range(first, last, freq="M")):
                return None
            means.append((self.own[inside].mean(), self.sets[:, inside].mean(axis=1)))
        (own_after, sets_after), (own_base, sets_base) = means
        effect, draws = own_after - own_base, sets_after - sets_base
        if np.isnan(effect):
            return None
        return RegionChange(float(effect), draws, self.regions, self.identity)


@dataclass(frozen=True, eq=False)
class RegionChange:
    """The region's effect, and the placebo regions' (draws): see :class:`RegionGaps`."""

    estimate: float
    draws: Floats
    regions: NDArray[np.str_]
    identity: NDArray[np.int64]

    @property
    def p_draws(self) -> float:
        """Rank of the effect's size among the draws: every maakunta has as many."""
        return float(placebo_p_values(np.array([self.estimate]), self.draws[:, None])[0])

    @property
    def p_sets(self) -> float:
        """The same with every different set once, however often it was drawn."""
        first = np.unique(self.identity, return_index=True)[1]
        return float(placebo_p_values(np.array([self.estimate]), self.draws[first, None])[0])

    @property
    def p_regions(self) -> float:
        """The same with every maakunta once beside the treated region: never below 1 / (R + 1)."""
        larger = np.abs(self.draws) >= abs(self.estimate) * (1 - 1e-12)
        shares = pd.Series(larger).groupby(self.regions).mean()
        return float((1 + shares.sum()) / (1 + len(shares)))

    def without(self, region: str) -> RegionChange:
        """Without the draws of one maakunta; the mean is that of those left."""
        kept = self.regions != region
        middle = float(self.draws[kept].mean())
        return RegionChange(
            self.estimate - middle,
            self.draws[kept] - middle,
            self.regions[kept],
            self.identity[kept],
        )

    def summary(self) -> dict[str, float]:
        """``estimate``, ``std_error`` (root mean square of the draws), interval, ``p_value``."""
        reach = critical_value(self.draws)
        return {
            "estimate": self.estimate,
            "std_error": float(np.sqrt((self.draws**2).mean())),
            "ci_low": self.estimate - reach,
            "ci_high": self.estimate + reach,
            "p_value": self.p_draws,
        }

    def detectable(self) -> float:
        """The smallest effect, up or down, found with 80 % probability; missing with few draws."""
        if not np.isfinite(critical_value(self.draws)):
            return float("nan")
        found = detectable_by_placebos(self.draws)
        return max(-found.fall, found.rise)


@dataclass(frozen=True, eq=False)
class RegionCube:
    """Counts of the controls and of the treated region by month.

    Attributes:
        units: Control municipalities: index ``unit``; ``region``, ``subregion``, ``weight``.
        months: ``YYYY-MM``, rising.
        counts: By name, units × months.
        own: The treated region's sums by name, shape (months,).
    """

    units: pd.DataFrame
    months: NDArray[np.str_]
    counts: Mapping[str, Floats]
    own: Mapping[str, Floats]
    _sums: dict[int, Mapping[str, Floats]] = field(default_factory=dict)

    @classmethod
    def of_panel(cls, panel: Panel, members: Sequence[str]) -> RegionCube:
        """The cube of a panel with every month."""
        hidden = panel.rules.hidden
        columns = {
            name: f"{name}_{hidden}" if hidden != "middle" and name in HIDEABLE else name
            for name in _COUNTS
        }
        controls = list(panel.of_role("control"))
        wide = panel.counts.pivot(index="unit", columns="month", values=list(columns.values()))
        months = np.array(sorted(panel.counts["month"].unique()), dtype=str)
        units = panel.units.loc[controls, ["region", "subregion", "labour_force"]]
        return cls(
            units.rename(columns={"labour_force": "weight"}),
            months,
            {name: wide[column].loc[controls].to_numpy(float) for name, column in columns.items()},
            {
                name: wide[column].loc[list(members)].to_numpy(float).sum(axis=0)
                for name, column in columns.items()
            },
        )

    def keep(self, units: Bools) -> RegionCube:
        """The cube with some of the controls."""
        counts = {name: numbers[units] for name, numbers in self.counts.items()}
        return replace(self, units=self.units[units], counts=counts, _sums={})

    def gaps(self, outcome: str | Outcome, placebos: PlaceboRegions, weights: str) -> RegionGaps:
        """Gaps of an outcome.

        Args:
            outcome: Which outcome, of counts that this cube has.
            placebos: Sets of this cube's controls.
            weights: ``labour_force``: controls and placebo regions weigh by theirs in the means.
        """
        row = member_positions(list(self.units.index), placebos.members)
        weight = np.ones(len(self.units))
        draw_weight = np.ones(len(row))
        if weights == LABOUR_FORCE:
            weight = self.units["weight"].to_numpy(float)
            draw_weight = weight[row].sum(axis=1)
        each = _outcome(outcome, self.counts)
        weighted = weight[:, None] * each
        inside, share = weighted[row].sum(axis=1), weight[row].sum(axis=1)[:, None]
        sets = _outcome(outcome, self._set_sums(placebos, row))
        gaps = sets - (weighted.sum(axis=0) - inside) / (weight.sum() - share)
        own = _outcome(outcome, {name: line[None, :] for name, line in self.own.items()})[0]
        own = own - weighted.sum(axis=0) / weight.sum()
        middle = draw_weight @ gaps / draw_weight.sum()
        identity = np.unique(np.sort(row, axis=1), axis=0, return_inverse=True)[1].ravel()
        return RegionGaps(
            self.months,
            own - middle,
            gaps - middle,
            placebos.table["region"].to_numpy(str),
            np.asarray(identity, dtype=np.int64),
        )

    def _set_sums(self, placebos: PlaceboRegions, row: NDArray[np.intp]) -> Mapping[str, Floats]:
        if id(placebos) not in self._sums:
            sums = {name: numbers[row].sum(axis=1) for name, numbers in self.counts.items()}
            self._sums[id(placebos)] = sums
        return self._sums[id(placebos)]


def _outcome(wanted: str | Outcome, counts: Mapping[str, Floats]) -> Floats:
    """An outcome of counts of any one shape, in that shape."""
    outcome = OUTCOMES[wanted] if isinstance(wanted, str) else wanted
    flat = pd.DataFrame({count: counts[count].ravel() for count in dict.fromkeys(outcome.counts)})
    return np.asarray(outcome.of(flat).to_numpy(float).reshape(counts["labour_force"].shape))


def simultaneous_band(draws: Floats) -> Floats:
    """Half-widths by month between which 95 % of the placebo regions stay in every month.

    Args:
        draws: Placebo effects, draws × months; the base's are 0.
    """
    spread = np.sqrt((draws**2).mean(axis=0))
    known = spread > 0
    largest = np.abs(draws[:, known] / spread[known]).max(axis=1)
    return np.asarray(critical_value(largest, LEVEL) * spread)
