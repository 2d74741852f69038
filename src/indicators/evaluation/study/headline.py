"""What the report leads with: effects at the start, with errors that hold under shocks of areas.

Few areas were treated, of unequal size: errors clustered by area are then too small, and ranks
among placebo regions still more, for the region is one area with one shock and a placebo set is of
several (``monte_carlo.py`` has the figures). The headline, and whatever else the report concludes
from, is therefore told with two other errors, each with t by the number of areas:

- all trials: the cluster jackknife (CRV3; MacKinnon, Nielsen and Webb 2023, *J. of Applied
  Econometrics* 38, 671–694), each trial area and control sub-region left out in turn;
- the region: the variance that shocks of the controls' sub-regions and of their municipalities
  have (:mod:`indicators.evaluation.shrinkage`), of the region as the one area that it is, and of
  the controls that it is held against.

See ``docs/decisions/0055-known-answers.md``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from indicators.errors import DataError
from indicators.evaluation.power import detectable_by_error
from indicators.evaluation.regression import sum_by_group
from indicators.evaluation.result import Bools, Floats, Ints
from indicators.evaluation.shrinkage import ChangeVariance, change_variance
from indicators.evaluation.study.changes import (
    LABOUR_FORCE,
    TRIAL_AREA,
    WEIGHTS,
    Comparison,
    OutcomeCube,
    span_name,
    with_intervals,
)
from indicators.evaluation.study.placebos import member_positions
from indicators.evaluation.study.plan import (
    ALL_TRIALS,
    HEADLINE_BASE,
    HEADLINE_WINDOWS,
    REGION_SAMPLE,
    SPECIFIED_OUTCOMES,
    TREATED_SPANS,
)
from indicators.evaluation.study.specifications import RegionSample

JACKKNIFE, AREA_VARIANCE = "jackknife", "area_variance"


def headline_effects(cube: OutcomeCube, region: RegionSample) -> pd.DataFrame:
    """The effects that the report leads with.

    Args:
        cube: The main sample, all months.
        region: The region and its placebo regions.

    Returns:
        One row a ``design`` (``all_trials``, ``region``), ``window``, ``outcome`` and ``weights``
        whose months are all known: ``base``, ``method`` (``jackknife``, ``area_variance``),
        ``estimate``, ``std_error``, ``ci_low``, ``ci_high``, ``p_value``, ``detectable`` (found
        with 80 % probability), percentage points; ``clusters``, whose number less one are the
        degrees of freedom.
    """
    rows = [*_trial_rows(cube), *_region_rows(cube, region)]
    found = with_intervals(pd.DataFrame(rows))
    detectable = [
        detectable_by_error(error, clusters - 1).rise
        for error, clusters in zip(found["std_error"], found["clusters"], strict=True)
    ]
    return found.assign(base=span_name(HEADLINE_BASE), detectable=detectable)


def _trial_rows(cube: OutcomeCube) -> Iterator[dict[str, object]]:
    groups = cube.groups()
    for window, outcome, change in _changes(cube):
        for weights in WEIGHTS:
            labels = {"design": ALL_TRIALS, "window": window, "outcome": outcome}
            yield labels | {"weights": weights} | jackknife_row(groups, change, weights)


def _region_rows(cube: OutcomeCube, region: RegionSample) -> Iterator[dict[str, object]]:
    spans = {window.id: window.span for window in TREATED_SPANS}
    shocks = RegionShocks(cube, region)
    for window, outcome, change in _changes(cube):
        for weights in WEIGHTS:
            gaps = region.cube.gaps(outcome, region.placebos, weights)
            found = gaps.change(HEADLINE_BASE, spans[window])
            if found is None:
                continue
            yield {
                "design": REGION_SAMPLE,
                "window": window,
                "outcome": outcome,
                "weights": weights,
                "estimate": found.estimate,
                **shocks.row(change, weights),
            }


def _changes(cube: OutcomeCube) -> Iterator[tuple[str, str, Floats]]:
    for window in TREATED_SPANS:
        if window.id not in HEADLINE_WINDOWS:
            continue
        for outcome in SPECIFIED_OUTCOMES:
            change = cube.change(outcome, HEADLINE_BASE, window.span)
            if change is not None:
                yield window.id, outcome, change


# --- all trials: whole areas left out in turn -----------------------------------------------------


def jackknife(groups: Comparison, changes: Floats, weights: str) -> tuple[Floats, Floats]:
    """Effects of k changes (units × k), and their cluster-jackknife errors by area.

    The variance is (G − 1) / G times the squared distances of the effects without each area from
    the effect of all (CRV3).

    Raises:
        DataError: All treated units, or all controls, are of one area.
    """
    weight, area = groups.weights[weights], groups.clusters[TRIAL_AREA]
    means, without = [], []
    for side in (groups.treated, ~groups.treated):
        size = sum_by_group((weight * side)[:, None], area)
        value = sum_by_group((weight * side)[:, None] * changes, area)
        if not (size.sum() - size > 0).all():
            raise DataError("jackknife: an area cannot be left out: it is all that there is")
        means.append(value.sum(axis=0) / size.sum())
        without.append((value.sum(axis=0) - value) / (size.sum() - size))
    effect, left = means[0] - means[1], without[0] - without[1]
    number = len(left)
    variance = (number - 1) / number * ((left - effect) ** 2).sum(axis=0)
    return effect, np.asarray(np.sqrt(variance))


def jackknife_row(groups: Comparison, change: Floats, weights: str) -> dict[str, object]:
    """``method``, ``estimate``, ``std_error`` and ``clusters`` of one change, by municipality."""
    estimates, errors = jackknife(groups, change[:, None], weights)
    return {
        "method": JACKKNIFE,
        "estimate": float(estimates[0]),
        "std_error": float(errors[0]),
        "clusters": len(np.unique(groups.clusters[TRIAL_AREA])),
    }


# --- the region: one area's shock, and the controls' ----------------------------------------------


class RegionShocks:
    """How far the region's difference goes by shocks of areas and municipalities alone.

    Args:
        cube: The main sample.
        region: The region and its placebo regions.

    Attributes:
        areas: Sub-regions of the controls, from which shocks are known.
    """

    def __init__(self, cube: OutcomeCube, region: RegionSample) -> None:
        units = list(cube.units.index)
        self._controls = np.array([units.index(unit) for unit in region.cube.units.index])
        size = cube.units["weight"].to_numpy(float)
        self._size = size[self._controls]
        self._own_size = size[[units.index(unit) for unit in region.members]]
        self._area: Ints = np.asarray(
            pd.factorize(region.cube.units["subregion"])[0], dtype=np.int64
        )
        self._shares = {weights: control_shares(region, weights) for weights in WEIGHTS}
        self.areas = int(self._area.max()) + 1

    def row(self, change: Floats, weights: str) -> dict[str, object]:
        """``method``, ``std_error`` and ``clusters`` that stand beside an estimate; see `error`."""
        error = self.error(change, weights)
        return {"method": AREA_VARIANCE, "std_error": error, "clusters": self.areas}

    def error(self, change: Floats, weights: str) -> float:
        """Standard error of the region's difference.

        Args:
            change: Of every municipality of the cube.
            weights: Of municipalities in the means of the controls.
        """
        controls = change[self._controls]
        return self.error_of(change_variance(controls, self._size, self._area), weights)

    def error_of(self, model: ChangeVariance, weights: str) -> float:
        """The same of shocks that are known."""
        # The region's figures are sums of its members: each counts by its labour force.
        own = model.of_mean(self._own_size, self._own_size, np.zeros(len(self._own_size), np.int64))
        share = self._shares[weights]
        by_area = np.bincount(self._area, weights=share)
        rest = model.area * (by_area**2).sum() + (share**2 * model.own(self._size)).sum()
        return float(np.sqrt(own + rest))


def control_shares(region: RegionSample, weights: str) -> Floats:
    """What each control's change adds to the region's difference; together −1 or nearly so.

    The region less the mean of the controls, less the placebo regions' mean of the same: see
    :meth:`indicators.evaluation.study.region_gaps.RegionCube.gaps`, of outcomes that are means by
    labour force.
    """
    size = region.cube.units["weight"].to_numpy(float)
    members = member_positions(list(region.cube.units.index), region.placebos.members)
    weight = size if weights == LABOUR_FORCE else np.ones(len(size))
    gaps = placebo_gap_shares(members, size, weight)
    draws = weight[members].sum(axis=1) if weights == LABOUR_FORCE else np.ones(len(members))
    return np.asarray(-weight / weight.sum() - draws @ gaps / draws.sum())


def placebo_gap_shares(members: Ints | Sequence[Ints], size: Floats, weight: Floats) -> Floats:
    """What each control's change adds to each placebo region's gap, draws × controls.

    Args:
        members: Positions of the members of each placebo region, draws × members.
        size: Labour force of the controls: by it members count in their region.
        weight: Of the controls in the mean of the others.
    """
    rows = np.asarray(members)
    inside: Bools = np.zeros((len(rows), len(size)), dtype=bool)
    np.put_along_axis(inside, rows, True, axis=1)
    own, rest = inside * size, ~inside * weight
    return np.asarray(own / own.sum(axis=1, keepdims=True) - rest / rest.sum(axis=1, keepdims=True))
