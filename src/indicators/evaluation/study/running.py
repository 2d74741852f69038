"""The whole study, from the published figures to tidy frames."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from indicators.areas import Areas
from indicators.computing import Computed
from indicators.evaluation.inference.several import holm
from indicators.evaluation.panel import TOGETHER, Panel, SampleRules, build, switched
from indicators.evaluation.study import samples
from indicators.evaluation.study.bounds import bounds
from indicators.evaluation.study.descriptive import by_trial_year, monitoring
from indicators.evaluation.study.effects import differences, paths
from indicators.evaluation.study.heterogeneity import heterogeneity
from indicators.evaluation.study.inference import Comparison, adjusted, compare, plain, summary
from indicators.evaluation.study.placebo_regions import PlaceboRegions
from indicators.evaluation.study.plan import WINDOWS, Plan, Window
from indicators.evaluation.study.robustness import placebo_regions, robustness
from indicators.evaluation.study.synthetic import synthetic

Frames = dict[str, pd.DataFrame]
#: Told of each effect: the three together, and the target the trial's law names.
TOLD = (*(outcome.id for outcome in TOGETHER), "long_term_share")


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
    plan: Plan

    def panel(self, rules: SampleRules) -> Panel:
        """The panel that follows some rules."""
        return build(self.computed.indicators, self.computed.snapshots, self.areas, rules)


def run(study: Study, progress: Callable[[str], None] = lambda _: None) -> Frames:
    """Run everything.

    Args:
        study: What to work on.
        progress: Told each part in a word.

    Returns:
        Tidy frames by name; ``docs/decisions/0028`` lists them.
    """
    panel = study.panel(study.plan.rules)
    parts: list[tuple[str, Callable[[], Frames]]] = [
        ("sample", lambda: _sample(panel)),
        ("monitoring", lambda: _monitoring(study)),
        ("differences", lambda: _differences(study, panel)),
        ("region", lambda: _region(study, panel)),
        ("synthetic", lambda: synthetic(panel, _alone(study, panel), study.plan)),
        ("bounds", lambda: {"bounds": bounds(samples.all_trials(panel), TOLD)}),
        ("heterogeneity", lambda: {"heterogeneity": heterogeneity(panel, TOLD, study.plan.large)}),
        ("robustness", lambda: _robustness(study)),
    ]
    frames: Frames = {}
    for name, part in parts:
        progress(name)
        frames |= part()
    return frames


def _sample(panel: Panel) -> Frames:
    return {"attrition": panel.attrition, "units": panel.units.reset_index()}


def _monitoring(study: Study) -> Frames:
    panel = study.panel(switched(study.plan.rules, covid=None, first_month="2006-01"))
    frame = monitoring(panel, {study.plan.group: study.members})
    return {"monitoring": frame, "trial_years": by_trial_year(frame)}


def _alone(study: Study, panel: Panel) -> samples.Sample:
    return samples.region(panel, study.plan.group, study.members)


def _differences(study: Study, panel: Panel) -> Frames:
    whole, alone = samples.all_trials(panel), _alone(study, panel)
    everything = [name for window in WINDOWS for name in window.outcomes]
    effects = differences(whole, everything)
    effects["p_adjusted"] = _holm(effects)
    studies, tests = paths(whole, TOLD)
    by_all_controls = differences(alone, everything)
    return {
        "differences": effects,
        "event_studies": studies,
        "pretrends": tests,
        "region_against_all_controls": by_all_controls[["window", "outcome", "estimate"]],
    }


def _holm(effects: pd.DataFrame) -> pd.Series:
    """Holm's adjustment within each window over the outcomes that are told."""
    found = pd.Series(np.nan, effects.index)
    reported = effects[effects["outcome"].isin(TOLD)]
    for _, rows in reported.groupby("window"):
        found[rows.index] = holm(rows["p_value"])
    return found


def _region(study: Study, panel: Panel) -> Frames:
    placebos = placebo_regions(panel, study.members, study.plan)
    rows, draws, paths_, textbook = [], [], [], []
    for window in WINDOWS:
        found = {
            outcome: compare(panel, study.members, placebos, window, outcome)
            for outcome in window.outcomes
        }
        family = adjusted({name: comparison for name, comparison in found.items() if name in TOLD})
        for outcome, comparison in found.items():
            labels = {"window": window.id, "outcome": outcome}
            rows.append(labels | summary(comparison) | {"p_adjusted": family.get(outcome, np.nan)})
            draws.append(_draws(comparison, window, outcome))
            paths_.append(comparison.path.assign(**labels))
            textbook.append(labels | plain(panel, study.members, placebos, window, outcome))
    return {
        "region": pd.DataFrame(rows),
        "region_plain": pd.DataFrame(textbook),
        "placebo_draws": pd.concat(draws, ignore_index=True),
        "region_paths": pd.concat(paths_, ignore_index=True),
        "placebo_regions": _placebo_table(placebos),
        "placebo_counts": _placebo_counts(placebos),
    }


def _draws(found: Comparison, window: Window, outcome: str) -> pd.DataFrame:
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


def _robustness(study: Study) -> Frames:
    return {"robustness": robustness(study.panel, study.members, study.plan)}
