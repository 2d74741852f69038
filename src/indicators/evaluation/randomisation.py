"""Randomisation inference: the effect found among those that other assignments would have shown.

Where few areas were treated, errors that rest on many treated clusters are far too small; chance is
then read off the same comparison for sets of units that were not treated. Conley and Taber (2011),
*REStat* 93; MacKinnon and Webb (2020), *J. Econometrics* 218 (their test on coefficients). See
``docs/decisions/0022-randomisation-inference.md`` and ``0051-evaluation-functions.md``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import Any

import numpy as np
import pandas as pd

from indicators.errors import DataError, UsageError
from indicators.evaluation.bootstrap import interval_end
from indicators.evaluation.inference import (
    mean_change,
    region_effect,
    region_effects,
    region_members,
    require_complete,
)
from indicators.evaluation.long_panel import LongData, read_long
from indicators.evaluation.result import LEVEL, Bools, Floats, Shown
from indicators.evaluation.synthetic import treated_members

# A set that was already drawn is drawn again, so many times for each set wanted.
_MAX_ATTEMPTS = 50


@dataclass(frozen=True, eq=False, slots=True)
class RandomisationInference(Shown):
    """An effect among those of placebo sets.

    Attributes:
        table: One row, ``term`` = ``effect``: ``std_error`` is the root mean square of the placebo
            effects; interval and p value are from their ranks.
        draws: Effect of each placebo set drawn.
        sets: How many different sets there are among them.
        rows: Rows of the panel used.
        notes: What to beware of.
    """

    table: pd.DataFrame
    draws: Floats
    sets: int
    rows: int
    notes: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """What was estimated, in a line."""
        return f"Randomisation inference, {len(self.draws)} placebo sets ({self.sets} different)"

    @property
    def n(self) -> int:
        """Rows used."""
        return self.rows

    @property
    def p_value(self) -> float:
        """Two-sided p value of no effect."""
        return float(self.table["p_value"].iloc[0])

    def plot(self, ax: Any = None) -> Any:
        """Draw the placebo effects and the effect among them.

        Args:
            ax: Axes of matplotlib to draw on; new ones without it.
        """
        import matplotlib.pyplot as plt

        axes = plt.subplots()[1] if ax is None else ax
        axes.hist(self.draws, bins=min(40, max(5, len(self.draws) // 5)), color="0.8")
        axes.axvline(float(self.table["estimate"].iloc[0]), color="C0", label="Effect")
        axes.set_xlabel("Effect of placebo sets")
        axes.legend()
        axes.set_title(self.title)
        return axes


def randomisation_inference(
    panel: pd.DataFrame,
    *,
    unit: str,
    time: str,
    outcome: str,
    treated: Any,
    start: Any,
    regions: Sequence[Iterable[Any]] | str | None = None,
    cluster: str | None = None,
    weights: str | None = None,
    draws: int = 1000,
    seed: int,
) -> RandomisationInference:
    """Hold a difference-in-differences against those of placebo sets.

    Args:
        panel: One row a unit and time, complete: every unit has an outcome at every time.
        unit: Column of units.
        time: Column of times.
        outcome: Column of outcomes.
        treated: The treated unit, or a list of units treated from the same time on.
        start: Their first treated time.
        regions: Placebo sets among the controls, in place of sets drawn: lists of units; or a
            column, of one value of which each set's units are, every value as likely.
        cluster: Column of clusters, each unit in one: whole clusters are then the placebos, as
            many as were treated. Without it single units are.
        weights: Column of weights above 0, constant within a unit, in the means of both sides.
        draws: How many different sets at most; all there are if they are no more.
        seed: Of the draw: the same seed gives the same sets.

    Returns:
        The estimate is that of :func:`indicators.evaluation.difference_in_differences`.
        p = (1 + placebo effects at least as large in absolute value) / (1 + placebo sets); the
        interval holds the constant effects that this test would not reject at 5 %. Without
        ``regions`` any units (clusters) may be in a placebo set, treated ones too, which makes the
        test exact if all sets were as likely to be treated; sets of ``regions`` hold no treated
        unit, and are compared with the other controls.

    Raises:
        UsageError: A column or unit is not there; ``regions`` and ``cluster`` are both given; a
            placebo set holds a treated unit.
        DataError: An outcome is missing, nothing lies before or after the start, a cluster is
            treated in part, or there is no other set.
    """
    if regions is not None and cluster is not None:
        raise UsageError(
            "regions and cluster: give one of the two; whole clusters are the placebos"
        )
    if isinstance(draws, bool) or not isinstance(draws, int | np.integer) or draws < 1:
        raise UsageError("draws: write a whole number of 1 or more, such as 1000")
    column = regions if isinstance(regions, str) else cluster
    data = read_long(
        panel, unit, time, outcome, weights=weights, cluster=column, constant_weights=True
    )
    outcomes, event = data.wide(), data.time_axis.ticks - data.time_axis.tick(start, "start")
    require_complete(outcomes, event, outcome)
    members, random = treated_members(data, treated, unit), np.random.default_rng(seed)
    if members.all():
        raise UsageError("treated: no unit is left to compare with")
    change, size = mean_change(outcomes, event), data.unit_weights()
    numbers = np.vstack([change, members.astype(float)])
    effect = float(region_effect(numbers, members, size)[0])
    if regions is None:
        sets = _assignments(data, members, cluster, draws, random)
        found = region_effects(numbers, sets, size)
    else:
        sets = (
            _sets_of_column(data, members, draws, random)
            if isinstance(regions, str)
            else _given_sets(data, members, regions)
        )
        found = region_effects(numbers[:, ~members], sets[:, ~members], size[~members])
    different = len(np.unique(sets, axis=0))
    return RandomisationInference(
        _ranked(effect, found),
        found[:, 0],
        different,
        len(panel),
        _notes(data, len(sets), different, draws if regions is None else None),
    )


def _ranked(effect: float, found: Floats) -> pd.DataFrame:
    """The contract's table; ``found`` has placebo effects and what a true one adds to each."""
    placebo, share = found.T

    def p_value(true: float) -> float:
        # What differs by rounding alone is equal.
        size = abs(effect - true) * (1 - 1e-12)
        return float((1 + (np.abs(placebo - true * share) >= size).sum()) / (1 + len(placebo)))

    error = float(np.sqrt((placebo**2).mean()))
    # With fewer than 19 sets nothing can be rejected at 5 %.
    step = error if error > 0 else 1e-12
    row = {
        "term": ["effect"],
        "estimate": [effect],
        "std_error": [error],
        "ci_low": [interval_end(p_value, effect, -step)],
        "ci_high": [interval_end(p_value, effect, step)],
        "p_value": [p_value(0.0)],
    }
    return pd.DataFrame(row)


def _assignments(
    data: LongData, members: Bools, cluster: str | None, draws: int, random: np.random.Generator
) -> Bools:
    """Other sets of as many units or clusters as were treated, sets × units."""
    groups = data.unit_clusters()
    treated = np.unique(groups[members])
    if cluster is not None and (partly := np.isin(groups, treated) & ~members).any():
        raise DataError(
            f"panel, column {cluster}: clusters are treated in part ({data.names(partly)} are "
            "not); whole clusters are the placebos, so name all their units as treated"
        )
    count, number = int(groups.max()) + 1, len(treated)
    own = frozenset(treated.tolist())
    chosen = _distinct_sets(range(count), number, draws, random, own)
    if not chosen:
        raise DataError("panel: there is no other set to compare with")
    flags = np.zeros((len(chosen), count), dtype=bool)
    for row, inside in enumerate(chosen):
        flags[row, sorted(inside)] = True
    return np.asarray(flags[:, groups])


def _distinct_sets(
    items: Sequence[int],
    size: int,
    draws: int,
    random: np.random.Generator,
    left_out: frozenset[int] | None = None,
) -> list[frozenset[int]]:
    """Different sets of some items, all as likely; every one there is if they are few."""
    possible = comb(len(items), size) - (left_out is not None)
    if possible <= draws:
        every = (frozenset(chosen) for chosen in combinations(items, size))
        return [chosen for chosen in every if chosen != left_out]
    found: dict[frozenset[int], None] = {}
    for _ in range(_MAX_ATTEMPTS * draws):
        if len(found) == draws:
            break
        drawn = frozenset(int(item) for item in random.permutation(items)[:size])
        if drawn != left_out:
            found[drawn] = None
    return list(found)


def _sets_of_column(
    data: LongData, members: Bools, draws: int, random: np.random.Generator
) -> Bools:
    """Sets of as many controls of one region as were treated; regions as likely as each other."""
    groups, size = data.unit_clusters(), int(members.sum())
    controls = {
        int(group): np.flatnonzero((groups == group) & ~members)
        for group in np.unique(groups[~members])
    }
    able = {group: places for group, places in controls.items() if len(places) >= size}
    if not able:
        raise DataError(f"regions: none has the {size} controls of a placebo set")
    share, rest = divmod(draws, len(able))
    rows = [
        inside
        for number, places in enumerate(able.values())
        for inside in _distinct_sets(places.tolist(), size, max(share + (number < rest), 1), random)
    ]
    flags = np.zeros((len(rows), len(members)), dtype=bool)
    for row, inside in enumerate(rows):
        flags[row, sorted(inside)] = True
    return flags


def _given_sets(data: LongData, members: Bools, regions: Sequence[Iterable[Any]]) -> Bools:
    sets = region_members(data, regions, "regions")
    held = np.asarray((sets & members).any(axis=0))
    if held.any():
        raise UsageError(f"regions: a placebo region holds a treated unit ({data.names(held)})")
    if sets[:, ~members].all(axis=1).any():
        raise UsageError("regions: no unit is left to compare with")
    return sets


def _notes(data: LongData, drawn: int, different: int, wanted: int | None) -> tuple[str, ...]:
    notes = []
    if gaps := data.time_axis.gaps:
        notes.append(f"the times have a gap of {'1 step' if gaps == 1 else f'{gaps} steps'}")
    if wanted is not None and drawn < wanted:
        notes.append(f"only {drawn} other sets are possible: all of them are taken")
    if different < drawn:
        notes.append(f"of {drawn} placebo sets {different} are different")
    least = 1 / (1 + drawn)
    if least > 1 - LEVEL:
        notes.append(f"the p-value is {least:.2g} at least: 5 % cannot be reached")
    return tuple(notes)
