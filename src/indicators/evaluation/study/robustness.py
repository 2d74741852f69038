"""The main estimates again, with one rule of the sample changed at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd

from indicators.evaluation.panel import TOGETHER, Panel, SampleRules, switched
from indicators.evaluation.study.effects import differences
from indicators.evaluation.study.inference import compare, summary
from indicators.evaluation.study.placebo_regions import PlaceboRegions, draw
from indicators.evaluation.study.plan import WINDOWS, Plan
from indicators.evaluation.study.samples import REGION, all_trials

Build = Callable[[SampleRules], Panel]


def robustness(build: Build, members: Sequence[str], plan: Plan) -> pd.DataFrame:
    """One row a variant, design, window and outcome of those told together.

    Args:
        build: Makes a panel of rules.
        members: Municipalities of the treated region.
        plan: Has the variants.

    Returns:
        Columns ``variant``, ``design``, ``window``, ``outcome``, ``estimate``, ``ci_low``,
        ``ci_high``, ``p_value``, ``treated``, ``controls``. The region's interval and p value
        come from placebo regions, those of all trials from errors clustered by municipality. A
        variant that leaves out members of the region has no rows of it.
    """
    frames = [
        _variant(build(switched(plan.rules, **changes)), members, plan).assign(variant=variant)
        for variant, changes in plan.variants.items()
    ]
    columns = ["variant", "design", "window", "outcome", "estimate", "ci_low", "ci_high"]
    return pd.concat(frames, ignore_index=True)[[*columns, "p_value", "treated", "controls"]]


def _variant(panel: Panel, members: Sequence[str], plan: Plan) -> pd.DataFrame:
    outcomes = [outcome.id for outcome in TOGETHER]
    treated = panel.of_role("treated")
    rows = [differences(all_trials(panel), outcomes).assign(treated=len(treated))]
    if set(members) <= set(treated):
        placebos = placebo_regions(panel, members, plan)
        alone = region_rows(panel, members, placebos, outcomes)
        rows.append(alone.assign(treated=1, design=REGION))
    return pd.concat(rows, ignore_index=True).assign(controls=len(panel.of_role("control")))


def placebo_regions(panel: Panel, members: Sequence[str], plan: Plan) -> PlaceboRegions:
    """Placebo regions of a panel's controls."""
    frame = panel.outcomes()
    before = frame[frame["trial_year"] < 0].groupby("unit")[["unemployed", "labour_force"]].mean()
    regions = panel.units.loc[list(panel.of_role("control")), "region"]
    return draw(before, regions, members, plan.matching)


def region_rows(
    panel: Panel, members: Sequence[str], placebos: PlaceboRegions, outcomes: Sequence[str]
) -> pd.DataFrame:
    """Effect of the region by window and outcome; ``p_value`` is that over draws."""
    rows = [
        {"window": window.id, "outcome": outcome}
        | summary(compare(panel, members, placebos, window, outcome))
        for window in WINDOWS
        for outcome in window.outcomes
        if outcome in outcomes
    ]
    return pd.DataFrame(rows).rename(columns={"p_draws": "p_value"})
