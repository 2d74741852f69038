"""The whole study, from the published figures to tidy frames."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from indicators.areas.areas import Areas
from indicators.computing import Computed
from indicators.errors import UsageError
from indicators.evaluation.inference import holm
from indicators.evaluation.panel import (
    JOINT_OUTCOMES,
    Panel,
    build_panel,
    build_with_all_months,
    change_rules,
    panel_frame,
)
from indicators.evaluation.sample import SampleRules, assign_regions
from indicators.evaluation.study.answers import answer_tables
from indicators.evaluation.study.balance import balance_table
from indicators.evaluation.study.chance import (
    detectable_effects,
    inference_methods,
    leave_one_out_table,
    placebo_draws,
    placebo_sets,
    spillover_rings,
)
from indicators.evaluation.study.changes import OutcomeCube
from indicators.evaluation.study.effects import (
    class_effects,
    difference_effects,
    effect_paths,
    means_by_trial_year,
    monitoring_series,
    sensitivity_bounds,
    sensitivity_table,
)
from indicators.evaluation.study.headline import headline_effects
from indicators.evaluation.study.monte_carlo import monte_carlo_table
from indicators.evaluation.study.paths import effects_by_base, monthly_event_studies
from indicators.evaluation.study.placebos import (
    PlaceboRegions,
    adjusted_p_values,
    compare_with_placebos,
    comparison_summary,
    textbook_test,
)
from indicators.evaluation.study.plan import (
    SPECIFIED_OUTCOMES,
    WINDOWS,
    StudyPlan,
    StudySample,
    sample_all_trials,
    sample_region,
)
from indicators.evaluation.study.robustness import (
    panel_placebo_regions,
    robustness_table,
    synthetic_controls,
)
from indicators.evaluation.study.services import KindCounts, service_tables
from indicators.evaluation.study.specifications import (
    RegionSample,
    SpecificationSource,
    region_sample,
    specifications,
)

Frames = dict[str, pd.DataFrame]
#: Told of each effect: the three together, and the target the trial's law names.
REPORTED_OUTCOMES = (*(outcome.id for outcome in JOINT_OUTCOMES), "long_term_share")


#: The synthetic control in the balance table is that of this outcome.
WEIGHED_OUTCOME = "unemployment_share"


@dataclass(frozen=True)
class Study:
    """What the study works on.

    Attributes:
        computed: StatFin's figures.
        areas: Trials and names.
        members: Municipalities of the treated region.
        plan: What is run.
    """

    computed: Computed
    areas: Areas
    members: tuple[str, ...]
    plan: StudyPlan

    @cached_property
    def _belonging(self) -> pd.DataFrame:
        return assign_regions(self.computed.snapshots)

    def panel(self, rules: SampleRules) -> Panel:
        """The panel that follows some rules."""
        tables = self.computed.indicators, self.computed.snapshots
        return build_panel(*tables, self.areas, rules, self._belonging)

    def with_all_months(self, rules: SampleRules) -> Panel:
        """The municipalities that some rules choose, in every month, COVID too."""
        tables = self.computed.indicators, self.computed.snapshots
        return build_with_all_months(*tables, self.areas, rules, self._belonging)

    @property
    def specification_source(self) -> SpecificationSource:
        """What the specification curve is computed from."""
        return SpecificationSource(self.with_all_months, self.areas, self.members, self.plan)

    @cached_property
    def main_panel(self) -> Panel:
        """The main sample in every month."""
        return self.with_all_months(self.plan.rules)

    @cached_property
    def main_cube(self) -> OutcomeCube:
        """Its outcomes by municipality and month."""
        return OutcomeCube.of_panel(self.main_panel, SPECIFIED_OUTCOMES)

    @cached_property
    def main_region(self) -> RegionSample:
        """The region with its placebo regions, in every month."""
        return region_sample(self.main_panel, self.members, self.plan)


def run_study(study: Study, progress: Callable[[str], None] = lambda _: None) -> Frames:
    """Run everything.

    Args:
        study: What to work on.
        progress: Told each part in a word.

    Returns:
        Tidy frames by name; ``docs/decisions/0052-a-curve-of-specifications.md`` lists them.
    """
    panel = study.panel(study.plan.rules)
    asked = study.members
    study = replace(study, members=members_in_sample(panel, asked))
    parts: list[tuple[str, Callable[[], Frames]]] = [
        ("sample", lambda: _sample_tables(panel, asked)),
        ("monitoring", lambda: _monitoring_tables(study)),
        ("differences", lambda: _difference_tables(panel)),
        ("region", lambda: _region_tables(study, panel)),
        ("synthetic", lambda: synthetic_controls(panel, _region_sample(study, panel), study.plan)),
        ("bounds", lambda: _bounds_tables(study, panel)),
        (
            "heterogeneity",
            lambda: {"heterogeneity": class_effects(panel, REPORTED_OUTCOMES, study.plan.large)},
        ),
        ("robustness", lambda: _robustness_tables(study)),
        ("specifications", lambda: specifications(study.specification_source)),
        ("paths", lambda: _path_tables(study)),
        ("chance", lambda: _chance_tables(study, frames)),
        ("services", lambda: _service_tables(study)),
        ("answers", lambda: answer_tables(study)),
        ("headline", lambda: _headline_tables(study)),
    ]
    frames: Frames = {}
    for name, part in parts:
        progress(name)
        frames |= part()
    return frames


def members_in_sample(panel: Panel, members: Sequence[str]) -> tuple[str, ...]:
    """The municipalities of a region that are treated ones of the sample.

    Raises:
        UsageError: There is none.
    """
    treated = set(panel.of_role("treated"))
    found = tuple(unit for unit in members if unit in treated)
    if not found:
        raise UsageError(
            f"region: none of its municipalities ({', '.join(members)}) is a treated one of the "
            "main sample; choose a trial area whose members are known and not tiny"
        )
    return found


def _sample_tables(panel: Panel, members: Sequence[str]) -> Frames:
    known = panel.units.reindex(list(members))
    inside = known["role"] == "treated"
    return {
        "region_members": pd.DataFrame(
            {
                "unit": list(members),
                "in_sample": inside.to_numpy(bool),
                "reason": known["reason"].where(~inside, "").fillna("unknown").to_numpy(),
            }
        ),
        "attrition": panel.attrition,
        "units": panel.units.reset_index(),
        "panel": panel_frame(panel),
    }


def _bounds_tables(study: Study, panel: Panel) -> Frames:
    whole, every = sample_all_trials(panel), sample_all_trials(study.main_panel)
    return {
        "bounds": sensitivity_bounds(whole, REPORTED_OUTCOMES),
        "sensitivity": sensitivity_table(
            {"cut": whole, "kept": every}, (*REPORTED_OUTCOMES, "without_layoffs")
        ),
    }


def _path_tables(study: Study) -> Frames:
    return {
        "monthly_event_studies": monthly_event_studies(
            study.main_cube, study.main_region, study.plan.rules.start
        ),
        "bases": effects_by_base(study.main_cube, study.main_region),
    }


def _chance_tables(study: Study, known: Frames) -> Frames:
    beside = region_sample(study.main_panel, study.members, study.plan.with_own_region())
    weights = known["weights"]
    first = weights[(weights["window"] == WINDOWS[0].id) & (weights["outcome"] == WEIGHED_OUTCOME)]
    curve, cube, region = known["specifications"], study.main_cube, study.main_region
    return {
        "balance": balance_table(cube, region, first.set_index("unit")["weight"]),
        "inference": inference_methods(cube, study.plan.bootstrap_draws),
        "placebo_draws": placebo_draws(region),
        "placebo_sets": placebo_sets({"main": region, "with_own_region": beside}),
        "leave_one_out": leave_one_out_table(curve, known["synthetic"]),
        "spillovers": spillover_rings(cube),
        "detectable": detectable_effects(curve, region),
    }


def _service_tables(study: Study) -> Frames:
    counts = KindCounts.of_panel(study.main_panel, study.computed.snapshots)
    return service_tables(counts, study.main_cube, study.main_region, study.plan.group)


def _headline_tables(study: Study) -> Frames:
    frames = {"headline": headline_effects(study.main_cube, study.main_region)}
    kept = monte_carlo_table(study.main_cube, study.main_region)
    return frames | ({} if kept is None else {"monte_carlo": kept})


def _monitoring_tables(study: Study) -> Frames:
    panel = study.panel(change_rules(study.plan.rules, covid=None, first_month="2006-01"))
    frame = monitoring_series(panel, {study.plan.group: study.members})
    return {"monitoring": frame, "trial_years": means_by_trial_year(frame)}


def _region_sample(study: Study, panel: Panel) -> StudySample:
    return sample_region(panel, study.plan.group, study.members)


def _difference_tables(panel: Panel) -> Frames:
    whole = sample_all_trials(panel)
    everything = [name for window in WINDOWS for name in window.outcomes]
    effects = difference_effects(whole, everything)
    effects["p_adjusted"] = _with_holm(effects)
    studies, tests = effect_paths(whole, REPORTED_OUTCOMES)
    return {
        "differences": effects,
        "event_studies": studies,
        "pretrends": tests,
    }


def _with_holm(effects: pd.DataFrame) -> pd.Series:
    """Holm's adjustment within each window over the outcomes that are reported."""
    found = pd.Series(np.nan, effects.index)
    reported = effects[effects["outcome"].isin(REPORTED_OUTCOMES)]
    for _, rows in reported.groupby("window"):
        found[rows.index] = holm(rows["p_value"])
    return found


def _region_tables(study: Study, panel: Panel) -> Frames:
    placebos = panel_placebo_regions(panel, study.members, study.plan)
    rows, paths_, textbook = [], [], []
    for window in WINDOWS:
        found = {
            outcome: compare_with_placebos(panel, study.members, placebos, window, outcome)
            for outcome in window.outcomes
        }
        family = adjusted_p_values(
            {name: comparison for name, comparison in found.items() if name in REPORTED_OUTCOMES}
        )
        for outcome, comparison in found.items():
            labels = {"window": window.id, "outcome": outcome}
            rows.append(
                labels
                | comparison_summary(comparison)
                | {"p_adjusted": family.get(outcome, np.nan)}
            )
            paths_.append(comparison.path.assign(**labels))
            textbook.append(labels | textbook_test(panel, study.members, placebos, window, outcome))
    return {
        "region": pd.DataFrame(rows),
        "region_plain": pd.DataFrame(textbook),
        "region_paths": pd.concat(paths_, ignore_index=True),
        "placebo_regions": _placebo_table(placebos),
        "placebo_counts": _placebo_counts(placebos),
    }


def _placebo_table(placebos: PlaceboRegions) -> pd.DataFrame:
    return placebos.table.assign(members=[" ".join(members) for members in placebos.members])


def _placebo_counts(placebos: PlaceboRegions) -> pd.DataFrame:
    drawn = placebos.table["region"].value_counts()
    rows = [
        {
            "region": region,
            "possible": count,
            "eligible": placebos.eligible.get(region, 0),
            "drawn": int(drawn.get(region, 0)),
        }
        for region, count in sorted(placebos.possible.items())
    ]
    return pd.DataFrame(rows)


def _robustness_tables(study: Study) -> Frames:
    return {"robustness": robustness_table(study.panel, study.members, study.plan)}
