"""Placebo regions: sets of control municipalities that could have been the treated region.

One region was treated. How large an effect chance alone would show is read off regions that were
not: as many control municipalities, within one region (maakunta), of a like size and level.

The region's change is compared with the mean change of these sets, and how unusual the difference
is, with how far each of them strays from that mean. Every maakunta has as many draws, so mean and
ranks are not those of the maakunta with the most sets.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators.errors import DataError
from indicators.evaluation.inference import (
    critical_value,
    placebo_p_values,
    randomisation_test,
    romano_wolf,
)
from indicators.evaluation.panel import OUTCOMES, PANEL_COUNTS, Panel
from indicators.evaluation.power import detectable_by_placebos
from indicators.evaluation.result import COLUMNS, Floats, Ints
from indicators.evaluation.study.plan import Matching, Window

# The limits of the matching are doubled so many times at most: Helsinki has twenty times the labour
# force of the largest control.
_MOST_DOUBLINGS = 4

# --- differences-in-differences of many regions, each added up to one unit ------------------------
#
# The estimate is that of :func:`indicators.evaluation.difference_in_differences` with the region as
# its only treated unit: its change less the mean change of the other control municipalities. With
# a balanced panel this is a difference of means, so a thousand regions cost little.


@dataclass(frozen=True)
class ControlCube:
    """Counts and outcomes of the controls over the months of a window.

    Attributes:
        units: Control municipalities.
        counts: By name, shape (units, months).
        outcome: Shape (units, months).
        outcome_id: Which outcome.
        trial_year: Of each month.
        months: ``YYYY-MM``.
    """

    units: tuple[str, ...]
    counts: dict[str, Floats]
    outcome: Floats
    outcome_id: str
    trial_year: Ints
    months: tuple[str, ...]


def control_cube(panel: Panel, outcome: str, last_month: str) -> ControlCube:
    """The controls' figures up to a month.

    Raises:
        DataError: An outcome is missing: means over other months would be compared unnoticed.
    """
    frame = panel.outcomes()
    controls = panel.of_role("control")
    chosen = frame[(frame["month"] <= last_month) & frame["unit"].isin(controls)]
    wide = chosen.pivot(index="unit", columns="month", values=[*PANEL_COUNTS, outcome])
    years = chosen.drop_duplicates("month").set_index("month")["trial_year"].sort_index()
    counts = {name: wide[name].to_numpy(float) for name in PANEL_COUNTS}
    outcomes = wide[outcome].to_numpy(float)
    if np.isnan(outcomes).any():
        raise DataError(f"{outcome} is not known for every control up to {last_month}; end earlier")
    return ControlCube(
        tuple(wide.index), counts, outcomes, outcome, years.to_numpy(np.int64), tuple(years.index)
    )


def gaps_of_sets(data: ControlCube, members: NDArray[np.str_]) -> Floats:
    """Outcome of sets of controls less the mean of the controls outside each.

    Args:
        data: The controls' figures.
        members: Codes of the members of each set, shape (sets, members).

    Returns:
        Shape (sets, months).
    """
    row = member_positions(data.units, members)
    total, inside = data.outcome.sum(axis=0), data.outcome[row].sum(axis=1)
    rest = (total - inside) / (len(data.units) - members.shape[1])
    return np.asarray(_outcome_of_sets(data, row) - rest)


def member_positions(units: Sequence[str], members: NDArray[np.str_]) -> NDArray[np.intp]:
    """Where the members of sets stand among the units, in the sets' shape."""
    row = pd.Index(units).get_indexer(pd.Index(members.ravel()))
    return np.asarray(row.reshape(members.shape))


def gap_of_region(region: Floats, data: ControlCube) -> Floats:
    """The same for a region outside the controls, its outcomes of shape (months,): (1, months)."""
    return np.asarray((region - data.outcome.mean(axis=0))[None, :])


def gap_estimates(gap: Floats, trial_year: Ints) -> Floats:
    """Difference-in-differences of each gap: its mean from the start on less that before."""
    before = trial_year < 0
    return np.asarray(gap[:, ~before].mean(axis=1) - gap[:, before].mean(axis=1))


def trial_year_gaps(gap: Floats, trial_year: Ints) -> tuple[Ints, Floats]:
    """Trial-years, and the mean gap of each less that of the last year before the start."""
    years = np.unique(trial_year)
    means = np.stack([gap[:, trial_year == year].mean(axis=1) for year in years], axis=1)
    return years, means - means[:, years == -1]


def _outcome_of_sets(data: ControlCube, row: NDArray[np.intp]) -> Floats:
    """Outcomes of sets, from the sums of their members' counts: shape (sets, months)."""
    sums = {name: values[row].sum(axis=1) for name, values in data.counts.items()}
    flat = pd.DataFrame({name: values.ravel() for name, values in sums.items()})
    outcomes = OUTCOMES[data.outcome_id].of(flat).to_numpy()
    return np.asarray(outcomes.reshape(len(row), -1))


@dataclass(frozen=True)
class PlaceboRegions:
    """The sets drawn.

    Attributes:
        members: Codes of the members of each set, shape (draws, members); every region (maakunta)
            has as many draws, so that sets of one with few sets are there over and over.
        table: One row a set: ``draw``, ``region``, ``labour_force`` and ``level`` (mean
            unemployment share before, percent).
        eligible: Number of sets that resemble the treated region, by region.
        possible: Number of all sets, by region.
        matching: The matching that was used: limits that left too few regions are wider in it.
    """

    members: NDArray[np.str_]
    table: pd.DataFrame
    eligible: Mapping[str, int]
    possible: Mapping[str, int]
    matching: Matching = field(default_factory=Matching)

    @property
    def different(self) -> int:
        """How many different sets were drawn."""
        return len(np.unique(np.sort(self.members, axis=1), axis=0))


def draw_placebo_regions(
    before: pd.DataFrame,
    regions: pd.Series,
    treated: Sequence[str],
    matching: Matching,
    own_regions: Collection[str] = (),
) -> PlaceboRegions:
    """Draw placebo regions.

    Args:
        before: Means before the trial by unit: ``unemployed`` and ``labour_force``, persons.
        regions: Region of each control municipality, by unit.
        treated: Members of the treated region.
        matching: How alike they must be, and how many are drawn.
        own_regions: Regions of the treated municipalities: no set is of these unless the matching
            says so, for they are neighbours.

    Raises:
        DataError: No set is alike enough, however wide the limits.
    """
    if not matching.own_region:
        regions = regions[~regions.isin(list(own_regions))]
    sets = _all_sets(regions, min(matching.members, len(treated)))
    measured = _set_measures(before, sets)
    target = _set_measures(before, pd.DataFrame([list(treated)]).assign(region=""))
    alike, matching = _alike_sets(measured, target.iloc[0], matching)
    chosen = _draw_evenly(measured.loc[alike, "region"], matching)
    table = measured.loc[chosen].reset_index(drop=True).rename_axis("draw").reset_index()
    return PlaceboRegions(
        sets.loc[chosen].drop(columns="region").to_numpy(str),
        table,
        _sets_by_region(measured.loc[alike, "region"]),
        _sets_by_region(measured["region"]),
        matching,
    )


def _alike_sets(
    measured: pd.DataFrame, target: pd.Series, matching: Matching
) -> tuple[pd.Series, Matching]:
    """Which sets are alike, and the matching with the limits that it took."""
    size = np.abs(np.log(measured["labour_force"] / float(target["labour_force"])))
    level = (measured["level"] - float(target["level"])).abs()
    wanted = min(matching.least_regions, measured["region"].nunique())
    tried = matching
    for doubled in range(_MOST_DOUBLINGS + 1):
        tried = replace(
            matching,
            size_factor=matching.size_factor * 2**doubled,
            level_points=matching.level_points * 2**doubled,
        )
        alike = (size <= np.log(tried.size_factor)) & (level <= tried.level_points)
        if wanted and measured.loc[alike, "region"].nunique() >= wanted:
            return alike, tried
    if not wanted or not alike.any():
        raise DataError("no set of controls resembles the treated region; widen the matching")
    return alike, tried


def _sets_by_region(regions: pd.Series) -> dict[str, int]:
    return {str(region): int(count) for region, count in regions.value_counts().items()}


def _all_sets(regions: pd.Series, members: int) -> pd.DataFrame:
    """Every set of so many municipalities of one region, in a fixed order."""
    rows = [
        (*chosen, region)
        for region, units in regions.groupby(regions).groups.items()
        for chosen in combinations(sorted(units), members)
    ]
    return pd.DataFrame(rows, columns=[*range(members), "region"])


def _set_measures(before: pd.DataFrame, sets: pd.DataFrame) -> pd.DataFrame:
    row = member_positions(list(before.index), sets.drop(columns="region").to_numpy(str))
    unemployed, labour_force = (
        before[name].to_numpy()[row].sum(axis=1) for name in ("unemployed", "labour_force")
    )
    return pd.DataFrame(
        {
            "region": sets["region"],
            "labour_force": labour_force,
            "level": 100 * unemployed / labour_force,
        }
    )


def _draw_evenly(regions: pd.Series, matching: Matching) -> list[int]:
    """Draw as many rows of each region, over and over where it has fewer.

    Sets of one region share members and economy: a region with many sets is no better evidence
    of chance than one with few.
    """
    random = np.random.default_rng(matching.seed)
    groups = [rows.index.to_numpy() for _, rows in regions.groupby(regions)]
    share, rest = divmod(matching.draws, len(groups))
    chosen = [
        np.resize(random.permutation(rows), share + (number < rest))
        for number, rows in enumerate(groups)
    ]
    return sorted(int(row) for row in np.concatenate(chosen))


# --- the treated region among its placebos --------------------------------------------------------


@dataclass(frozen=True)
class PlaceboComparison:
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


def compare_with_placebos(
    panel: Panel, members: Iterable[str], placebos: PlaceboRegions, window: Window, outcome: str
) -> PlaceboComparison:
    """Compare the region's change with those of the placebo regions."""
    data, region_gap, placebo_gaps = _gaps_from_placebos(
        panel, members, placebos, outcome, window.last_month
    )
    time = data.trial_year
    return PlaceboComparison(
        float(gap_estimates(region_gap, time)[0]),
        gap_estimates(placebo_gaps, time),
        placebos.table["region"].to_numpy(str),
        _region_path(region_gap, placebo_gaps, time),
    )


def _gaps_from_placebos(
    panel: Panel, members: Iterable[str], placebos: PlaceboRegions, outcome: str, last_month: str
) -> tuple[ControlCube, Floats, Floats]:
    """The controls, and gaps of the region (1 × months) and the placebo regions to their mean."""
    data = control_cube(panel, outcome, last_month)
    whole = panel.summed_groups({"own": tuple(members)}).sort_values("month")
    own = whole.loc[whole["month"] <= last_month, outcome].to_numpy(float)
    placebo_gaps = gaps_of_sets(data, placebos.members)
    middle = placebo_gaps.mean(axis=0)
    return data, gap_of_region(own, data) - middle, placebo_gaps - middle


def compare_times(
    panel: Panel,
    members: Iterable[str],
    placebos: PlaceboRegions,
    outcome: str,
    *,
    base: tuple[str, str],
    after: tuple[str, str],
) -> tuple[float, Floats]:
    """The region's change between two times less the mean change of the placebo regions.

    Args:
        panel: With every month of both times
            (:func:`indicators.evaluation.panel.build_with_all_months`).
        members: Municipalities of the region.
        placebos: The placebo regions.
        outcome: Which outcome.
        base: First and last month that is compared with, ``YYYY-MM``.
        after: First and last month whose mean is compared.

    Returns:
        The effect, and the same of each placebo region.

    Raises:
        DataError: An outcome is missing, or the panel has no month of one of the two times.
    """
    data, region_gap, placebo_gaps = _gaps_from_placebos(
        panel, members, placebos, outcome, max(base[1], after[1])
    )
    months = np.array(data.months)
    early, late = ((months >= first) & (months <= last) for first, last in (base, after))
    if not early.any() or not late.any():
        raise DataError(f"the panel has no month of {'..'.join(base)} or {'..'.join(after)}")
    change = [
        gap[:, late].mean(axis=1) - gap[:, early].mean(axis=1) for gap in (region_gap, placebo_gaps)
    ]
    return float(change[0][0]), change[1]


def _region_path(region_gap: Floats, placebo_gaps: Floats, time: Ints) -> pd.DataFrame:
    years, path = trial_year_gaps(region_gap, time)
    _, cloud = trial_year_gaps(placebo_gaps, time)
    reach = np.array([critical_value(column) for column in cloud.T])
    return pd.DataFrame({"trial_year": years, "estimate": path[0], "low": -reach, "high": reach})


def comparison_summary(found: PlaceboComparison) -> dict[str, float]:
    """P values, and the interval of effects that chance does not rule out.

    Returns:
        ``p_draws``: rank of the effect's size, every draw counting once. ``p_regions``: the same,
        every maakunta counting once beside the treated region, so that with R of them it cannot
        be below 1 / (R + 1). ``ci_low``, ``ci_high``: the effects, the same for all, that the
        test over draws would not reject at 5 %. ``detectable``: the smallest effect, up or down,
        found with 80 % probability.
    """
    reach = critical_value(found.draws)
    detectable = detectable_by_placebos(found.draws)
    size = np.array([found.estimate])
    return {
        "estimate": found.estimate,
        "ci_low": found.estimate - reach,
        "ci_high": found.estimate + reach,
        "p_draws": float(placebo_p_values(size, found.draws[:, None])[0]),
        "p_regions": _draws_by_region(found),
        "placebo_sd": float(np.sqrt((found.draws**2).mean())),
        "detectable": max(-detectable.fall, detectable.rise),
        "draws": len(found.draws),
        "regions": len(np.unique(found.regions)),
    }


def _draws_by_region(found: PlaceboComparison) -> float:
    larger = pd.Series(np.abs(found.draws) >= abs(found.estimate)).groupby(found.regions).mean()
    return float((1 + larger.sum()) / (1 + len(larger)))


def adjusted_p_values(found: Mapping[str, PlaceboComparison]) -> pd.Series:
    """P values adjusted for looking at several outcomes, by outcome.

    The same placebo regions for all, so that the outcomes' dependence is kept.
    """
    estimates = pd.Series({name: comparison.estimate for name, comparison in found.items()})
    return romano_wolf(
        estimates, pd.DataFrame({name: comparison.draws for name, comparison in found.items()})
    )


def textbook_test(
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
