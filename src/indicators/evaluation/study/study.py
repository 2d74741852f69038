"""The whole study, from the published figures to tidy frames."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from indicators.areas.areas import Areas
from indicators.computing import Computed
from indicators.evaluation.inference import holm
from indicators.evaluation.panel import JOINT_OUTCOMES, Panel, build_panel, change_rules
from indicators.evaluation.sample import SampleRules
from indicators.evaluation.study.answers import answer_tables
from indicators.evaluation.study.effects import (
    class_effects,
    difference_effects,
    effect_paths,
    means_by_trial_year,
    monitoring_series,
    sensitivity_bounds,
)
from indicators.evaluation.study.placebos import (
    PlaceboComparison,
    PlaceboRegions,
    adjusted_p_values,
    compare_with_placebos,
    comparison_summary,
    textbook_test,
)
from indicators.evaluation.study.plan import (
    WINDOWS,
    StudyPlan,
    StudySample,
    Window,
    sample_all_trials,
    sample_region,
)
from indicators.evaluation.study.robustness import (
    panel_placebo_regions,
    robustness_table,
    synthetic_controls,
)
from indicators.evaluation.trial import panel_frame

Frames = dict[str, pd.DataFrame]
#: Told of each effect: the three together, and the target the trial's law names.
REPORTED_OUTCOMES = (*(outcome.id for outcome in JOINT_OUTCOMES), "long_term_share")


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

    def panel(self, rules: SampleRules) -> Panel:
        """The panel that follows some rules."""
        return build_panel(self.computed.indicators, self.computed.snapshots, self.areas, rules)


def run_study(study: Study, progress: Callable[[str], None] = lambda _: None) -> Frames:
    """Run everything.

    Args:
        study: What to work on.
        progress: Told each part in a word.

    Returns:
        Tidy frames by name; ``docs/decisions/0028`` lists them.
    """
    panel = study.panel(study.plan.rules)
    parts: list[tuple[str, Callable[[], Frames]]] = [
        ("sample", lambda: _sample_tables(panel)),
        ("monitoring", lambda: _monitoring_tables(study)),
        ("differences", lambda: _difference_tables(study, panel)),
        ("region", lambda: _region_tables(study, panel)),
        ("synthetic", lambda: synthetic_controls(panel, _region_sample(study, panel), study.plan)),
        (
            "bounds",
            lambda: {"bounds": sensitivity_bounds(sample_all_trials(panel), REPORTED_OUTCOMES)},
        ),
        (
            "heterogeneity",
            lambda: {"heterogeneity": class_effects(panel, REPORTED_OUTCOMES, study.plan.large)},
        ),
        ("robustness", lambda: _robustness_tables(study)),
        ("answers", lambda: answer_tables(study.computed, study.areas, study.members, panel)),
    ]
    frames: Frames = {}
    for name, part in parts:
        progress(name)
        frames |= part()
    return frames


def _sample_tables(panel: Panel) -> Frames:
    return {
        "attrition": panel.attrition,
        "units": panel.units.reset_index(),
        "panel": panel_frame(panel),
    }


def _monitoring_tables(study: Study) -> Frames:
    panel = study.panel(change_rules(study.plan.rules, covid=None, first_month="2006-01"))
    frame = monitoring_series(panel, {study.plan.group: study.members})
    return {"monitoring": frame, "trial_years": means_by_trial_year(frame)}


def _region_sample(study: Study, panel: Panel) -> StudySample:
    return sample_region(panel, study.plan.group, study.members)


def _difference_tables(study: Study, panel: Panel) -> Frames:
    whole, alone = sample_all_trials(panel), _region_sample(study, panel)
    everything = [name for window in WINDOWS for name in window.outcomes]
    effects = difference_effects(whole, everything)
    effects["p_adjusted"] = _with_holm(effects)
    studies, tests = effect_paths(whole, REPORTED_OUTCOMES)
    by_all_controls = difference_effects(alone, everything)
    return {
        "differences": effects,
        "event_studies": studies,
        "pretrends": tests,
        "region_against_all_controls": by_all_controls[["window", "outcome", "estimate"]],
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
    rows, draws, paths_, textbook = [], [], [], []
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
            draws.append(_placebo_draws(comparison, window, outcome))
            paths_.append(comparison.path.assign(**labels))
            textbook.append(labels | textbook_test(panel, study.members, placebos, window, outcome))
    return {
        "region": pd.DataFrame(rows),
        "region_plain": pd.DataFrame(textbook),
        "placebo_draws": pd.concat(draws, ignore_index=True),
        "region_paths": pd.concat(paths_, ignore_index=True),
        "placebo_regions": _placebo_table(placebos),
        "placebo_counts": _placebo_counts(placebos),
    }


def _placebo_draws(found: PlaceboComparison, window: Window, outcome: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "window": window.id,
            "outcome": outcome,
            "draw": np.arange(len(found.draws)),
            "region": found.regions,
            "estimate": found.draws,
        }
    )


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
