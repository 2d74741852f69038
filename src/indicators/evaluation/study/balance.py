"""Balance: who is compared with whom, before COVID.

Means of the year before COVID (3/2019–2/2020) of the treated and the controls, of the region, its
placebo regions and its synthetic control, with standardised differences: the difference of means
over the root of the mean of both variances, which unlike a t test does not shrink or grow with the
number of municipalities (Imbens and Rubin 2015, *Causal Inference*, chapter 14). Above 0.25 a
regression alone is not to be trusted with the adjustment (same place).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from indicators.evaluation.panel import OUTCOMES
from indicators.evaluation.result import Bools, Floats
from indicators.evaluation.study.changes import WEIGHTS, OutcomeCube
from indicators.evaluation.study.placebos import member_positions
from indicators.evaluation.study.plan import BEFORE_COVID, SPECIFIED_OUTCOMES, YEAR_BEFORE_COVID
from indicators.evaluation.study.specifications import RegionSample

LABOUR_FORCE_SIZE = "labour_force"
#: Percentage points by which a share grew from the first year of the base to the last.
GROWTH = "_growth"
_FIRST_YEAR_OF_BASE = (BEFORE_COVID[0], "2017-02")
COLUMNS = ("group", "variable", "weights", "mean", "std", "standardised_difference", "number")


def balance_table(
    cube: OutcomeCube, region: RegionSample, synthetic_weights: pd.Series
) -> pd.DataFrame:
    """The balance table.

    Args:
        cube: The main sample, all months.
        region: The region and its placebo regions.
        synthetic_weights: Weights of the synthetic control, by control municipality.

    Returns:
        One row a group (``treated``, ``controls``, ``region``, ``placebo_regions``, ``synthetic``)
        and variable, with :data:`COLUMNS`: outcomes in percent, ``labour_force`` in persons and
        growth in points. ``standardised_difference`` is that of the treated from the controls (in
        the row of the controls), and of the region from placebo regions and synthetic control, in
        standard deviations of the placebo regions. ``weights`` ``labour_force`` weighs the
        municipalities of the first two; the other groups are sums of their members in both.
        ``number``: municipalities, or different placebo regions, behind a mean.
    """
    rows = []
    for weights in WEIGHTS:
        for variable, values in _variables(cube).items():
            rows += _municipality_rows(cube, values, weights, variable)
            rows += _region_rows(region, variable, synthetic_weights, weights)
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _variables(cube: OutcomeCube) -> dict[str, Floats]:
    found = {LABOUR_FORCE_SIZE: cube.units["weight"].to_numpy(float)}
    for outcome in SPECIFIED_OUTCOMES:
        year = cube.mean(outcome, YEAR_BEFORE_COVID)
        growth = cube.change(outcome, _FIRST_YEAR_OF_BASE, YEAR_BEFORE_COVID)
        found |= {} if year is None else {outcome: year}
        found |= {} if growth is None else {outcome + GROWTH: growth}
    return found


def _municipality_rows(
    cube: OutcomeCube, values: Floats, weights: str, variable: str
) -> list[dict[str, object]]:
    groups = cube.groups()
    weight = groups.weights[weights]
    means, stds = [], []
    for inside in (groups.treated, ~groups.treated):
        mean = float(np.average(values[inside], weights=weight[inside]))
        share = weight[inside] / weight[inside].sum()
        # Of equal weights this is the sample's variance, divisor n − 1.
        variance = float(share @ (values[inside] - mean) ** 2 / (1 - (share**2).sum()))
        means.append(mean)
        stds.append(np.sqrt(variance))
    difference = (means[0] - means[1]) / np.sqrt((stds[0] ** 2 + stds[1] ** 2) / 2)
    numbers = list(groups.counts.values())
    names, differences = ("treated", "controls"), (np.nan, float(difference))
    return [
        dict(zip(COLUMNS, (name, variable, weights, *row), strict=True))
        for name, *row in zip(names, means, stds, differences, numbers, strict=True)
    ]


def _region_rows(
    region: RegionSample, variable: str, synthetic_weights: pd.Series, weights: str
) -> list[dict[str, object]]:
    own, placebos, donors = _region_values(region, variable, synthetic_weights)
    first = np.unique(np.sort(region.placebos.members, axis=1), axis=0, return_index=True)[1]
    middle, spread = float(placebos.mean()), float(placebos[first].std(ddof=1))
    entries = [
        ("region", own, np.nan, np.nan, len(region.members)),
        ("placebo_regions", middle, spread, (own - middle) / spread, len(first)),
        ("synthetic", donors, np.nan, (own - donors) / spread, int((synthetic_weights > 0).sum())),
    ]
    return [
        dict(zip(COLUMNS, (name, variable, weights, *row), strict=True)) for name, *row in entries
    ]


def _region_values(
    region: RegionSample, variable: str, synthetic_weights: pd.Series
) -> tuple[float, Floats, float]:
    """A variable of the region, of each draw (each maakunta has as many) and of the synthetic."""
    cube = region.cube
    row = member_positions(list(cube.units.index), region.placebos.members)
    weight = synthetic_weights.reindex(cube.units.index).fillna(0.0).to_numpy(float)
    if variable == LABOUR_FORCE_SIZE:
        at = cube.months == YEAR_BEFORE_COVID[1]
        size = cube.counts["labour_force"][:, at][:, 0]
        return (
            float(cube.own["labour_force"][at][0]),
            size[row].sum(axis=1),
            float(weight @ size / weight.sum()),
        )
    name = variable.removesuffix(GROWTH)
    sums = {count: numbers[row].sum(axis=1) for count, numbers in cube.counts.items()}
    alone = {count: line[None, :] for count, line in cube.own.items()}
    means = []
    for span in (_FIRST_YEAR_OF_BASE, YEAR_BEFORE_COVID):
        inside = (cube.months >= span[0]) & (cube.months <= span[1])
        means.append([_mean_outcome(name, counts, inside) for counts in (alone, sums, cube.counts)])
    early, late = means
    values = [
        after - before if variable.endswith(GROWTH) else after
        for before, after in zip(early, late, strict=True)
    ]
    return float(values[0][0]), values[1], float(weight @ values[2] / weight.sum())


def _mean_outcome(name: str, counts: Mapping[str, Floats], inside: Bools) -> Floats:
    outcome = OUTCOMES[name]
    shape = counts["labour_force"][:, inside].shape
    flat = {count: counts[count][:, inside].ravel() for count in dict.fromkeys(outcome.counts)}
    values = outcome.of(pd.DataFrame(flat)).to_numpy(float).reshape(shape)
    return np.asarray(values.mean(axis=1))
