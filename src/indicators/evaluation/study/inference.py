"""What a thousand placebo regions say of one treated region.

The region's change is held against the mean change of regions that resemble it, and how unusual
the difference is, against how far each of these strays from that mean. Every maakunta has as many
draws, so mean and ranks are not those of the maakunta with the most sets.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators.evaluation.inference.randomisation import critical, p_values, randomisation_test
from indicators.evaluation.inference.several import romano_wolf
from indicators.evaluation.panel import Panel
from indicators.evaluation.power import detectable_by_placebos
from indicators.evaluation.result import COLUMNS
from indicators.evaluation.study import placebo_effects
from indicators.evaluation.study.placebo_effects import Floats
from indicators.evaluation.study.placebo_regions import PlaceboRegions
from indicators.evaluation.study.plan import Window


@dataclass(frozen=True)
class Comparison:
    """The region and the placebo regions, one outcome and window.

    Attributes:
        estimate: Change of the region less the mean change of the placebo regions.
        draws: The same of each placebo region, shape (draws,); of mean zero.
        regions: Maakunta of each draw.
        path: One row a trial-year: ``trial_year``, ``estimate``, and ``low`` and ``high``, between
            which 95 % of the placebo regions lie; all against the last year before.
    """

    estimate: float
    draws: Floats
    regions: NDArray[np.str_]
    path: pd.DataFrame


def compare(
    panel: Panel, members: Iterable[str], placebos: PlaceboRegions, window: Window, outcome: str
) -> Comparison:
    """Hold the region's change against those of the placebo regions."""
    data = placebo_effects.cube(panel, outcome, window.last_month)
    whole = panel.summed_groups({"own": tuple(members)}).sort_values("month")
    own = whole.loc[whole["month"] <= window.last_month, outcome].to_numpy(float)
    region_gap = placebo_effects.gap_of(own, data)
    placebo_gaps = placebo_effects.gaps(data, placebos.members)
    middle, time = placebo_gaps.mean(axis=0), data.trial_year
    region_gap, placebo_gaps = region_gap - middle, placebo_gaps - middle
    return Comparison(
        float(placebo_effects.estimate(region_gap, time)[0]),
        placebo_effects.estimate(placebo_gaps, time),
        placebos.table["region"].to_numpy(str),
        _path(region_gap, placebo_gaps, time),
    )


def _path(region_gap: Floats, placebo_gaps: Floats, time: placebo_effects.Ints) -> pd.DataFrame:
    years, path = placebo_effects.yearly(region_gap, time)
    _, cloud = placebo_effects.yearly(placebo_gaps, time)
    reach = np.array([critical(column) for column in cloud.T])
    return pd.DataFrame({"trial_year": years, "estimate": path[0], "low": -reach, "high": reach})


def summary(found: Comparison) -> dict[str, float]:
    """P values, and the interval of effects that chance does not rule out.

    Returns:
        ``p_draws``: rank of the effect's size, every draw counting once. ``p_regions``: the same,
        every maakunta counting once beside the treated region, so that with R of them it cannot
        be below 1 / (R + 1). ``ci_low``, ``ci_high``: the effects, the same for all, that the
        test over draws would not reject at 5 %. ``detectable``: the smallest effect, up or down,
        found with 80 % probability.
    """
    reach = critical(found.draws)
    detectable = detectable_by_placebos(found.draws)
    size = np.array([found.estimate])
    return {
        "estimate": found.estimate,
        "ci_low": found.estimate - reach,
        "ci_high": found.estimate + reach,
        "p_draws": float(p_values(size, found.draws[:, None])[0]),
        "p_regions": _by_region(found),
        "placebo_sd": float(np.sqrt((found.draws**2).mean())),
        "detectable": max(-detectable.fall, detectable.rise),
        "draws": len(found.draws),
        "regions": len(np.unique(found.regions)),
    }


def _by_region(found: Comparison) -> float:
    larger = pd.Series(np.abs(found.draws) >= abs(found.estimate)).groupby(found.regions).mean()
    return float((1 + larger.sum()) / (1 + len(larger)))


def adjusted(found: Mapping[str, Comparison]) -> pd.Series:
    """P values adjusted for looking at several outcomes, by outcome.

    The same placebo regions for all, so that the outcomes' dependence is kept.
    """
    estimates = pd.Series({name: comparison.estimate for name, comparison in found.items()})
    return romano_wolf(
        estimates, pd.DataFrame({name: comparison.draws for name, comparison in found.items()})
    )


def plain(
    panel: Panel, members: Iterable[str], placebos: PlaceboRegions, window: Window, outcome: str
) -> dict[str, float]:
    """The textbook test beside ours: against all controls, not against regions alike.

    Municipalities weigh by their labour force, so that a region's mean share is nearly its own.
    """
    treated = tuple(members)
    frame = panel.outcomes()
    in_test = frame["unit"].isin({*treated, *panel.of_role("control")})
    found = randomisation_test(
        frame[in_test & (frame["month"] <= window.last_month)],
        unit="unit",
        time="period",
        outcome=outcome,
        treated=treated,
        start=0,
        regions=placebos.members.tolist(),
        weights=panel.units["labour_force"],
    )
    return {str(name): float(found.table[name].iloc[0]) for name in COLUMNS}
