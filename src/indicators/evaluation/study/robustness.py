"""Robustness: the main estimates with single rules of the sample changed, and the synthetic region.

The synthetic controls of the region come with placebos in space and time, and with donors left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from indicators.evaluation import placebo_test, synthetic_control
from indicators.evaluation.panel import JOINT_OUTCOMES, Panel, change_rules
from indicators.evaluation.result import SyntheticControl
from indicators.evaluation.sample import SampleRules
from indicators.evaluation.study.effects import difference_effects
from indicators.evaluation.study.placebos import (
    PlaceboRegions,
    compare_with_placebos,
    comparison_summary,
    draw_placebo_regions,
)
from indicators.evaluation.study.plan import (
    REGION_SAMPLE,
    WINDOWS,
    StudyPlan,
    StudySample,
    sample_all_trials,
)
from indicators.evaluation.synthetic_variants import (
    augmented_synthetic_control,
    earlier_start,
    leave_one_out,
    synthetic_difference_in_differences,
)

PanelBuilder = Callable[[SampleRules], Panel]


def robustness_table(build: PanelBuilder, members: Sequence[str], plan: StudyPlan) -> pd.DataFrame:
    """One row a variant, design, window and outcome of those reported together.

    Args:
        build: Makes a panel of rules.
        members: Municipalities of the treated region.
        plan: Has the variants.

    Returns:
        Columns ``variant``, ``design``, ``window``, ``outcome``, ``estimate``, ``ci_low``,
        ``ci_high``, ``p_value``, ``treated``, ``controls``. The region's interval and p value
        come from placebo regions, those of all trials from errors clustered by trial area. A
        variant that leaves out members of the region has no rows of it.
    """
    frames = [
        _variant_rows(build(change_rules(plan.rules, **changes)), members, plan).assign(
            variant=variant
        )
        for variant, changes in plan.variants.items()
    ]
    columns = ["variant", "design", "window", "outcome", "estimate", "ci_low", "ci_high"]
    return pd.concat(frames, ignore_index=True)[[*columns, "p_value", "treated", "controls"]]


def _variant_rows(panel: Panel, members: Sequence[str], plan: StudyPlan) -> pd.DataFrame:
    outcomes = [outcome.id for outcome in JOINT_OUTCOMES]
    treated = panel.of_role("treated")
    rows = [difference_effects(sample_all_trials(panel), outcomes).assign(treated=len(treated))]
    if set(members) <= set(treated):
        placebos = panel_placebo_regions(panel, members, plan)
        alone = region_rows(panel, members, placebos, outcomes)
        rows.append(alone.assign(treated=1, design=REGION_SAMPLE))
    return pd.concat(rows, ignore_index=True).assign(controls=len(panel.of_role("control")))


def panel_placebo_regions(panel: Panel, members: Sequence[str], plan: StudyPlan) -> PlaceboRegions:
    """Placebo regions of a panel's controls."""
    frame = panel.outcomes()
    before = frame[frame["trial_year"] < 0].groupby("unit")[["unemployed", "labour_force"]].mean()
    regions = panel.units.loc[list(panel.of_role("control")), "region"]
    own = set(panel.units["region"].reindex(list(members)).dropna())
    return draw_placebo_regions(before, regions, members, plan.matching, own)


def region_rows(
    panel: Panel, members: Sequence[str], placebos: PlaceboRegions, outcomes: Sequence[str]
) -> pd.DataFrame:
    """Effect of the region by window and outcome; ``p_value`` is that over draws."""
    rows = [
        {"window": window.id, "outcome": outcome}
        | comparison_summary(compare_with_placebos(panel, members, placebos, window, outcome))
        for window in WINDOWS
        for outcome in window.outcomes
        if outcome in outcomes
    ]
    return pd.DataFrame(rows).rename(columns={"p_draws": "p_value"})


# --- the synthetic region -------------------------------------------------------------------------


@dataclass(frozen=True)
class SyntheticTask:
    """A synthetic control to compute: the rows of a window, an outcome, and when it starts."""

    frame: pd.DataFrame
    window: str
    outcome: str
    treated: str
    start: int = 0

    @property
    def labels(self) -> dict[str, str]:
        """What a row of results is of."""
        return {"window": self.window, "outcome": self.outcome}

    @property
    def arguments(self) -> dict[str, Any]:
        """Of the estimators."""
        names = {"unit": "unit", "time": "period", "outcome": self.outcome}
        return names | {"treated": self.treated, "start": self.start}


def synthetic_controls(
    panel: Panel, sample: StudySample, plan: StudyPlan
) -> dict[str, pd.DataFrame]:
    """Synthetic controls of the region, of the outcomes reported together and of long-term.

    Returns:
        ``synthetic``, one row a form: ``main``, ``augmented``, ``difference`` (synthetic
        difference-in-differences), ``in_time``, ``without KU…``. ``weights`` of the donors,
        ``gaps`` by month, ``synthetic_placebos`` one row a unit as if treated, and
        ``synthetic_clouds``, their gaps by period.
    """
    stacked: dict[str, list[pd.DataFrame]] = {}
    for task in _synthetic_tasks(region_and_donors(panel, sample, plan), sample.treated[0]):
        for name, frame in _task_results(task, panel, plan).items():
            stacked.setdefault(name, []).append(frame.assign(**task.labels))
    return {name: pd.concat(parts, ignore_index=True) for name, parts in stacked.items()}


def region_and_donors(panel: Panel, sample: StudySample, plan: StudyPlan) -> pd.DataFrame:
    """The region and the controls that are large enough not to be noise."""
    size = panel.units["labour_force"]
    large = {unit for unit in panel.of_role("control") if size[unit] >= plan.least_donor}
    return sample.frame[sample.frame["unit"].isin(large | set(sample.treated))]


def _synthetic_tasks(frame: pd.DataFrame, treated: str) -> Iterator[SyntheticTask]:
    wanted = [*(outcome.id for outcome in JOINT_OUTCOMES), "long_term_share"]
    for window in WINDOWS:
        rows = frame[frame["month"] <= window.last_month]
        for outcome in window.outcomes:
            if outcome in wanted:
                yield SyntheticTask(rows, window.id, outcome, treated)


def _task_results(task: SyntheticTask, panel: Panel, plan: StudyPlan) -> dict[str, pd.DataFrame]:
    found = synthetic_control(task.frame, **task.arguments)
    test = placebo_test(task.frame, **task.arguments)
    augmented = augmented_synthetic_control(task.frame, **task.arguments)
    rows = [
        _result_row("main", found, test.p_value),
        _result_row("augmented", augmented),
        _synthetic_difference_row(task),
    ]
    rows += list(_leave_one_out_rows(task))
    if task.window == WINDOWS[0].id:
        rows.append(_earlier_start_row(task, panel, plan))
    series = {"treated": found.treated, "synthetic": found.synthetic, "gap": found.gap}
    cloud = test.gaps.rename_axis("period").reset_index()
    return {
        "synthetic": pd.DataFrame(rows),
        "weights": found.weights.rename_axis("unit").reset_index(),
        "gaps": pd.DataFrame(series).rename_axis("period").reset_index(),
        "synthetic_placebos": test.units,
        "synthetic_clouds": cloud.melt("period", var_name="unit", value_name="gap"),
    }


def _result_row(form: str, found: SyntheticControl, p_value: float = np.nan) -> dict[str, object]:
    return {
        "form": form,
        "estimate": found.effect,
        "rmspe_before": found.rmspe_before,
        "rmspe_after": found.rmspe_after,
        "p_value": p_value,
        "units": len(found.weights) + 1,
    }


def _synthetic_difference_row(task: SyntheticTask) -> dict[str, object]:
    arguments = task.arguments | {"treated": [task.treated]}
    table = synthetic_difference_in_differences(task.frame, **arguments).table
    return {"form": "difference", "estimate": float(table["estimate"].iloc[0])}


def _leave_one_out_rows(task: SyntheticTask) -> Iterator[dict[str, object]]:
    gaps = leave_one_out(task.frame, **task.arguments)
    for unit in gaps.columns:
        gap = gaps.loc[gaps.index >= task.start, unit]
        yield {"form": f"without {unit}", "estimate": float(gap.mean())}


def _earlier_start_row(task: SyntheticTask, panel: Panel, plan: StudyPlan) -> dict[str, object]:
    """As if the trial had begun earlier, on months before it alone: no effect can be there."""
    months = task.frame.drop_duplicates("month").set_index("month")["period"]
    pretended = int(months[plan.earlier_start])
    known = task.frame[task.frame["month"] < panel.rules.start]
    arguments = task.arguments | {"start": pretended}
    test = placebo_test(known, **arguments)
    found = earlier_start(task.frame, **task.arguments, pretended=pretended)
    return _result_row("in_time", found, test.p_value)
