"""What a thousand placebo regions say of one treated region.

The region's change is held against the mean change of regions that resemble it, and how unusual
the difference is, against how far each of these strays from that mean. Sets of one region
(maakunta) share members and economy, so every maakunta weighs the same, however many sets it has.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators.evaluation.inference.randomisation import randomisation_test
from indicators.evaluation.inference.several import romano_wolf
from indicators.evaluation.panel import Panel
from indicators.evaluation.result import COLUMNS
from indicators.evaluation.study import placebo_effects
from indicators.evaluation.study.placebo_effects import Floats
from indicators.evaluation.study.placebo_regions import PlaceboRegions
from indicators.evaluation.study.plan import Window

TAIL = 0.025
POWER = 0.8


@dataclass(frozen=True)
class Comparison:
    """The region and the placebo regions, one outcome and window.

    Attributes:
        estimate: Change of the region less the mean change of the placebo regions.
        draws: The same of each placebo region, shape (draws,); of weighted mean zero.
        ratio: Estimate over the root mean square of the yearly gaps before the start.
        draws_ratio: The same of each placebo region.
        weights: Of the draws, shape (draws,), sum 1: each maakunta the same.
        regions: Maakunta of each draw.
        path: One row a trial-year: ``trial_year``, ``estimate`` and the placebo regions' ``low``
            and ``high`` (95 %), all against the last year before.
    """

    estimate: float
    draws: Floats
    ratio: float
    draws_ratio: Floats
    weights: Floats
    regions: NDArray[np.str_]
    path: pd.DataFrame


def compare(
    panel: Panel, members: Iterable[str], placebos: PlaceboRegions, window: Window, outcome: str
) -> Comparison:
    """Hold the region's change against those of the placebo regions."""
    data = placebo_effects.cube(panel, outcome, window.last_month)
    whole = panel.together({"own": tuple(members)}).sort_values("month")
    own = whole.loc[whole["month"] <= window.last_month, outcome].to_numpy(float)
    mine = placebo_effects.gap_of(own, data)
    theirs = placebo_effects.gaps(data, placebos.members)
    regions = placebos.table["region"].to_numpy(str)
    weights = even_weights(regions)
    middle = weights @ theirs
    mine, theirs, time = mine - middle, theirs - middle, data.trial_year
    estimate = float(placebo_effects.estimate(mine, time)[0])
    draws = placebo_effects.estimate(theirs, time)
    return Comparison(
        estimate,
        draws,
        estimate / float(placebo_effects.noise(mine, time)[0]),
        draws / placebo_effects.noise(theirs, time),
        weights,
        regions,
        _path(mine, theirs, time, weights),
    )


def even_weights(regions: NDArray[np.str_]) -> Floats:
    """Weights of draws, sum 1, so that every maakunta weighs the same."""
    _, position, count = np.unique(regions, return_inverse=True, return_counts=True)
    return np.asarray(1 / (len(count) * count[position]))


def _path(
    mine: Floats, theirs: Floats, time: placebo_effects.Ints, weights: Floats
) -> pd.DataFrame:
    years, path = placebo_effects.yearly(mine, time)
    _, cloud = placebo_effects.yearly(theirs, time)
    low, high = (
        [quantile(cloud[:, year], weights, share) for year in range(len(years))]
        for share in (TAIL, 1 - TAIL)
    )
    return pd.DataFrame({"trial_year": years, "estimate": path[0], "low": low, "high": high})


def quantile(values: Floats, weights: Floats, share: float) -> float:
    """The value that this share of the weight is at or below."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order])
    place = min(int(np.searchsorted(reached, share - 1e-12)), len(values) - 1)
    return float(values[order][place])


def summary(found: Comparison) -> dict[str, float]:
    """P values, and the interval of effects that chance does not rule out.

    Returns:
        ``p_draws``: two-sided rank of the effect, every draw counting once. ``p_regions``: the
        same, every maakunta counting once beside the treated region, so that with R of them it
        cannot be below 2 / (R + 1). ``p_ratio``: as ``p_draws``, of effect over noise before.
        ``ci_low``, ``ci_high``: the effects, the same for all, that the maakunta-weighted test
        would not reject at 5 %. ``detectable``: the smallest effect found with 80 % probability.
    """
    low, high = (quantile(found.draws, found.weights, share) for share in (TAIL, 1 - TAIL))
    return {
        "estimate": found.estimate,
        "ci_low": found.estimate - high,
        "ci_high": found.estimate - low,
        "p_draws": two_sided(found.estimate, found.draws),
        "p_regions": _by_region(found),
        "p_ratio": two_sided(found.ratio, found.draws_ratio),
        "placebo_sd": float(np.sqrt(found.weights @ found.draws**2)),
        "detectable": smallest_detectable(found),
        "draws": len(found.draws),
        "regions": len(np.unique(found.regions)),
    }


def two_sided(value: float, draws: Floats) -> float:
    """Twice the smaller tail, the treated region counting as a draw too."""
    tails = [(1 + int((draws >= value).sum())), (1 + int((draws <= value).sum()))]
    return min(1.0, 2 * min(tails) / (1 + len(draws)))


def _by_region(found: Comparison) -> float:
    count = len(np.unique(found.regions))
    above = float(found.weights[found.draws >= found.estimate].sum())
    below = float(found.weights[found.draws <= found.estimate].sum())
    return min(1.0, 2 * (1 + count * min(above, below)) / (1 + count))


def adjusted(found: Mapping[str, Comparison]) -> pd.Series:
    """P values adjusted for looking at several outcomes, by outcome.

    The same placebo regions for all, so that the outcomes' dependence is kept.
    """
    estimates = pd.Series({name: one.estimate for name, one in found.items()})
    return romano_wolf(estimates, pd.DataFrame({name: one.draws for name, one in found.items()}))


def plain(
    panel: Panel, members: Iterable[str], placebos: PlaceboRegions, window: Window, outcome: str
) -> dict[str, float]:
    """The textbook test beside ours: against all controls, every draw counting once.

    Municipalities weigh by their labour force, so that a region's mean share is nearly its own.
    """
    treated = tuple(members)
    frame = panel.outcomes()
    there = frame["unit"].isin({*treated, *panel.of_role("control")})
    found = randomisation_test(
        frame[there & (frame["month"] <= window.last_month)],
        unit="unit",
        time="period",
        outcome=outcome,
        treated=treated,
        start=0,
        regions=placebos.members.tolist(),
        weights=panel.units["labour_force"],
    )
    return {str(name): float(found.table[name].iloc[0]) for name in COLUMNS}


def smallest_detectable(found: Comparison, size: float = 2 * TAIL, power: float = POWER) -> float:
    """The smallest effect that a test of this size finds with this probability.

    An effect is found if it pushes the region out of the middle 95 % of the placebo regions; the
    region's own chance change is taken to be like theirs.

    Returns:
        In the outcome's unit; the larger of what is needed upwards and downwards.
    """
    draws, weights = found.draws, found.weights
    low, high = (quantile(draws, weights, share) for share in (size / 2, 1 - size / 2))
    upwards = high - quantile(draws, weights, 1 - power)
    downwards = quantile(draws, weights, power) - low
    return max(upwards, downwards)
