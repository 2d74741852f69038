"""The specification curve: every combination of the choices, and which of them is the headline.

A figure that hangs on a choice is no finding. Weights, clusters, bases, samples, layoffs, ends and
outcomes are therefore combined each with each (Simonsohn, Simmons and Nelson 2020), for both
designs: all trial municipalities, and the region among its placebo regions. Beside the effects
stand the tests of trends before, by the same clusters and samples.

``docs/decisions/0052-a-curve-of-specifications.md`` lists columns and values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from indicators.areas.areas import Areas
from indicators.errors import DataError, UsageError
from indicators.evaluation.panel import Panel, change_rules
from indicators.evaluation.sample import SampleRules
from indicators.evaluation.study.changes import (
    CLUSTERS,
    EQUAL,
    TRIAL_AREA,
    WEIGHTS,
    Comparison,
    OutcomeCube,
    span_name,
    with_intervals,
)
from indicators.evaluation.study.placebos import PlaceboRegions, draw_placebo_regions
from indicators.evaluation.study.plan import (
    ALL_TRIALS,
    BASES,
    BEFORE_COVID,
    HEADLINE_BASE,
    HEADLINE_WINDOWS,
    REGION_SAMPLE,
    SPECIFIED_OUTCOMES,
    TREATED_SPANS,
    Span,
    StudyPlan,
    TreatedSpan,
)
from indicators.evaluation.study.region_gaps import RegionCube, RegionGaps

Row = dict[str, object]

MAIN = "main"
LEAVE_OUT = "leave_out:"
PLACEBO, PLACEBO_REGION = "placebo", "placebo_region"
EFFECT, PRETREND_F, PRETREND_MAX = "effect", "pretrend_F", "pretrend_max"
BEFORE = "before"
COLUMNS = (
    "design", "window", "outcome", "sample", "weights", "cluster", "base", "statistic",
    "estimate", "std_error", "ci_low", "ci_high", "p_value", "treated", "controls", "clusters",
    "headline",
)  # fmt: skip
OMITTED_COLUMNS = ("design", "sample", "window", "outcome", "reason")
#: Trial-years before the start, the year of COVID among them or not; each against the last.
PRETREND_YEARS: Mapping[Span, tuple[Span, ...]] = {
    BEFORE_COVID: tuple((f"{year}-03", f"{year + 1}-02") for year in range(2016, 2020)),
    ("2016-03", "2021-02"): tuple((f"{year}-03", f"{year + 1}-02") for year in range(2016, 2021)),
}


@dataclass(frozen=True)
class SpecificationSource:
    """What specifications are computed from.

    Attributes:
        build: Gives the panel that some rules choose, with every month.
        areas: Trials, earlier ones too.
        members: Municipalities of the treated region.
        plan: Rules and matching.
    """

    build: Callable[[SampleRules], Panel]
    areas: Areas
    members: tuple[str, ...]
    plan: StudyPlan

    def panels(self) -> dict[str, Panel]:
        """The panel of the main sample and those of other rules, by sample."""
        rules = self.plan.rules
        found = {MAIN: self.build(rules)}
        return found | {
            name: self.build(change_rules(rules, **changes))
            for name, changes in self.plan.rule_samples.items()
        }


def specifications(source: SpecificationSource) -> dict[str, pd.DataFrame]:
    """Every specification, and what could not be one.

    Returns:
        ``specifications`` with :data:`COLUMNS`; ``specifications_omitted`` with
        :data:`OMITTED_COLUMNS`, one row a combination that the data or the sample rule out.
    """
    panels = source.panels()
    effects: list[Row] = []
    omitted: list[Row] = []
    for design, rows in (
        (ALL_TRIALS, _all_trial_rows(source, panels)),
        (REGION_SAMPLE, _region_rows(source, panels)),
    ):
        for row in rows:
            (omitted if "reason" in row else effects).append({"design": design} | row)
    frame = pd.DataFrame(effects)
    by_error = (frame["design"] == ALL_TRIALS) & (frame["statistic"] == EFFECT)
    frame.loc[by_error, ["ci_low", "ci_high", "p_value"]] = with_intervals(frame[by_error])[
        ["ci_low", "ci_high", "p_value"]
    ]
    return {
        "specifications": frame.assign(headline=_is_headline(frame))[list(COLUMNS)],
        "specifications_omitted": pd.DataFrame(omitted, columns=list(OMITTED_COLUMNS)),
    }


def _is_headline(frame: pd.DataFrame) -> pd.Series:
    return (
        (frame["sample"] == MAIN)
        & (frame["weights"] == EQUAL)
        & (frame["base"] == span_name(HEADLINE_BASE))
        & frame["cluster"].isin([TRIAL_AREA, PLACEBO])
        & frame["window"].isin(HEADLINE_WINDOWS)
        & (frame["statistic"] == EFFECT)
    )


def bases_of(window: TreatedSpan) -> Iterator[Span]:
    """The bases that end before a window begins."""
    return (base for base in BASES if base[1] < window.first)


# --- all trial municipalities ---------------------------------------------------------------------


def all_trial_samples(
    panels: Mapping[str, Panel], areas: Areas, outcomes: Sequence[str] = SPECIFIED_OUTCOMES
) -> Iterator[tuple[str, OutcomeCube]]:
    """The samples of the design with all trial municipalities, by name.

    Args:
        panels: Of :meth:`SpecificationSource.panels`.
        areas: Trials, earlier ones too.
        outcomes: Which outcomes the cubes have.
    """
    for name, panel in panels.items():
        yield name, OutcomeCube.of_panel(panel, outcomes)
    main = OutcomeCube.of_panel(panels[MAIN], outcomes)
    units = main.units
    treated = units["treated"].to_numpy(bool)
    earlier = units.index.isin(earlier_trial_units(areas))
    yield "no_earlier_trials", main.keep(~earlier)
    yield "controls_no_earlier_trials", main.keep(treated | ~earlier)
    for name, column in (("outside_sub_regions", "subregion"), ("outside_regions", "region")):
        near = units[column].isin(set(units.loc[treated, column])).to_numpy(bool)
        yield name, main.keep(treated | ~near)
    for code, members in trial_area_codes(units, areas).items():
        yield LEAVE_OUT + code, main.keep(~units.index.isin(members))


def earlier_trial_units(areas: Areas) -> set[str]:
    """Municipalities of today that were in a trial of 2012–2018."""
    first = date(2021, 3, 1)
    return {
        f"KU{areas.successor(member.municipality, first)}"
        for member in areas.trials
        if member.end is not None and member.end < first
    }


def trial_area_codes(units: pd.DataFrame, areas: Areas) -> dict[str, tuple[str, ...]]:
    """The treated units of each trial area, by the area's code; a name where it has no code."""
    treated = units[units["treated"]]
    found = {}
    coded = {
        member: code
        for code in areas.divisions.of_kind("trial_area")
        for member in areas.members(code)
    }
    for name, members in treated.groupby("trial_area").groups.items():
        codes = [coded[unit] for unit in members if unit in coded]
        found[max(set(codes), key=codes.count) if codes else str(name)] = tuple(members)
    return found


def _all_trial_rows(source: SpecificationSource, panels: Mapping[str, Panel]) -> Iterator[Row]:
    for sample, cube in all_trial_samples(panels, source.areas):
        groups = cube.groups()
        if groups.treated.all() or not groups.treated.any():
            yield {"sample": sample, "reason": "nobody_left"}
            continue
        if sample == MAIN:
            yield from _not_published(cube)
        # Each area out: of what is read off the curve, not of every end.
        windows = [
            window
            for window in TREATED_SPANS
            if not sample.startswith(LEAVE_OUT) or window.id in HEADLINE_WINDOWS
        ]
        for outcome in SPECIFIED_OUTCOMES:
            for window in windows:
                for base in bases_of(window):
                    for row in _effect_rows(cube, groups, outcome, base, window):
                        yield row | {"sample": sample}
            for row in _pretrend_rows(cube, groups, outcome):
                yield row | {"sample": sample}


def _not_published(cube: OutcomeCube) -> Iterator[Row]:
    for window in TREATED_SPANS:
        for outcome in SPECIFIED_OUTCOMES:
            if cube.mean(outcome, window.span) is None:
                yield {
                    "sample": MAIN,
                    "window": window.id,
                    "outcome": outcome,
                    "reason": "not_published",
                }


def _effect_rows(
    cube: OutcomeCube, groups: Comparison, outcome: str, base: Span, window: TreatedSpan
) -> Iterator[Row]:
    change = cube.change(outcome, base, window.span)
    if change is None:
        return
    times = int(cube.inside(base).sum() + cube.inside(window.span).sum())
    for weights in WEIGHTS:
        for cluster in CLUSTERS:
            found = groups.effect(change[:, None], weights, cluster, times=times)
            yield groups.counts | {
                "window": window.id,
                "outcome": outcome,
                "weights": weights,
                "cluster": cluster,
                "base": span_name(base),
                "statistic": EFFECT,
                "estimate": float(found.estimates[0]),
                "std_error": float(found.errors[0]),
                "clusters": found.clusters,
            }


def _pretrend_rows(cube: OutcomeCube, groups: Comparison, outcome: str) -> Iterator[Row]:
    """F tests that trial-years before the start do not differ from the last of them."""
    after = TREATED_SPANS[0].span
    for base, years in PRETREND_YEARS.items():
        changes = [cube.change(outcome, years[-1], year) for year in (*years[:-1], after)]
        known = [change for change in changes if change is not None]
        if len(known) < len(changes):
            continue
        for weights in WEIGHTS:
            for cluster in CLUSTERS:
                found = groups.effect(
                    np.column_stack(known), weights, cluster, times=len(years) + 1
                ).part(np.arange(len(known)) < len(known) - 1)
                statistic, p_value = found.joint_f()
                yield groups.counts | {
                    "window": BEFORE,
                    "outcome": outcome,
                    "weights": weights,
                    "cluster": cluster,
                    "base": span_name(base),
                    "statistic": PRETREND_F,
                    "estimate": statistic,
                    "p_value": p_value,
                    "clusters": found.clusters,
                }


# --- the region among its placebo regions ---------------------------------------------------------


@dataclass(frozen=True, eq=False)
class RegionSample:
    """The region with controls and placebo regions: what its comparisons are computed from."""

    cube: RegionCube
    placebos: PlaceboRegions
    members: tuple[str, ...]

    @property
    def regions(self) -> list[str]:
        """Maakunnat that have placebo regions."""
        return sorted(self.placebos.table["region"].unique())


def region_sample(
    panel: Panel, members: Sequence[str], plan: StudyPlan, controls: set[str] | None = None
) -> RegionSample:
    """The region's sample of a panel with every month.

    Args:
        panel: Every month.
        members: Municipalities of the region.
        plan: The matching, and the months before that sets are matched on.
        controls: Which controls; all without it.

    Raises:
        DataError: No set of controls resembles the region.
        UsageError: The panel lacks members of the region.
    """
    lacking = [unit for unit in members if unit not in set(panel.counts["unit"])]
    if lacking:
        raise UsageError(f"region: not in the sample: {', '.join(lacking)}")
    cube = RegionCube.of_panel(panel, members)
    if controls is not None:
        cube = cube.keep(cube.units.index.isin(controls))
    first = max(plan.rules.first_month, str(panel.rules.first_month))
    counts = panel.counts
    before = counts[counts["month"].between(first, BEFORE_COVID[1])]
    means = before.groupby("unit")[["unemployed", "labour_force"]].mean()
    own = set(panel.units["region"].reindex(list(members)).dropna())
    placebos = draw_placebo_regions(means, cube.units["region"], members, plan.matching, own)
    return RegionSample(cube, placebos, tuple(members))


def _region_samples(
    source: SpecificationSource, panels: Mapping[str, Panel]
) -> Iterator[tuple[str, Callable[[], RegionSample]]]:
    members, plan = source.members, source.plan
    for name, panel in panels.items():
        yield name, lambda panel=panel: region_sample(panel, members, plan)  # type: ignore[misc]
    main = panels[MAIN]
    units = main.units
    controls = units.index[units["role"] == "control"]
    treated = units[units["role"] == "treated"]
    kept = {"controls_no_earlier_trials": set(controls) - earlier_trial_units(source.areas)}
    for name, column in (("outside_sub_regions", "subregion"), ("outside_regions", "region")):
        near = units[column].isin(set(treated[column]))
        kept[name] = set(controls) - set(units.index[near])
    for name, some in kept.items():
        yield name, lambda some=some: region_sample(main, members, plan, some)  # type: ignore[misc]
    beside = plan.with_own_region()
    yield "with_own_region", lambda: region_sample(main, members, beside)


def _region_rows(source: SpecificationSource, panels: Mapping[str, Panel]) -> Iterator[Row]:
    for sample, draw in _region_samples(source, panels):
        try:
            found = draw()
        except DataError:
            yield {"sample": sample, "reason": "no_placebo_region"}
            continue
        except UsageError:
            yield {"sample": sample, "reason": "region_not_in_sample"}
            continue
        for outcome in SPECIFIED_OUTCOMES:
            for weights in WEIGHTS:
                gaps = found.cube.gaps(outcome, found.placebos, weights)
                for row in _region_effect_rows(gaps, sample, found.regions):
                    counted = {"treated": 1, "controls": len(found.cube.units)}
                    yield counted | row | {"outcome": outcome, "weights": weights}


def _region_effect_rows(gaps: RegionGaps, sample: str, regions: Sequence[str]) -> Iterator[Row]:
    for window in TREATED_SPANS:
        for base in bases_of(window):
            change = gaps.change(base, window.span)
            if change is None:
                continue
            labels = {"window": window.id, "base": span_name(base), "statistic": EFFECT}
            whole = change.summary()
            count = {"sample": sample, "clusters": len(regions)}
            yield labels | whole | count | {"cluster": PLACEBO}
            yield (
                labels
                | count
                | {
                    "cluster": PLACEBO_REGION,
                    "estimate": whole["estimate"],
                    "std_error": whole["std_error"],
                    "p_value": change.p_regions,
                }
            )
            if sample == MAIN and window.id in HEADLINE_WINDOWS and len(regions) > 1:
                for region in regions:
                    fewer = change.without(region).summary()
                    count = {"sample": LEAVE_OUT + region, "clusters": len(regions) - 1}
                    yield labels | fewer | count | {"cluster": PLACEBO}
    yield from _region_pretrends(gaps, sample, len(regions))


def _region_pretrends(gaps: RegionGaps, sample: str, regions: int) -> Iterator[Row]:
    """The largest difference of a year before from the last, in deviations of the placebos'."""
    for base, years in PRETREND_YEARS.items():
        changes = [gaps.change(years[-1], year) for year in years[:-1]]
        known = [change for change in changes if change is not None]
        if len(known) < len(changes):
            continue
        draws = np.column_stack([change.draws for change in known])
        spread = np.sqrt((draws**2).mean(axis=0))
        own = float((np.abs([change.estimate for change in known]) / spread).max())
        chance = (np.abs(draws) / spread).max(axis=1)
        yield {
            "window": BEFORE,
            "base": span_name(base),
            "statistic": PRETREND_MAX,
            "sample": sample,
            "cluster": PLACEBO,
            "clusters": regions,
            "estimate": own,
            "p_value": float((1 + (chance >= own * (1 - 1e-12)).sum()) / (1 + len(chance))),
        }
