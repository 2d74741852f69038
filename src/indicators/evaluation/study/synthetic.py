"""The synthetic region, its placebos in space and time, and what one donor more or less does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from indicators.evaluation import placebo_test, synthetic_control
from indicators.evaluation.augmented import augmented_synthetic_control
from indicators.evaluation.checks import earlier_start, leave_one_out
from indicators.evaluation.panel import TOGETHER, Panel
from indicators.evaluation.result import SyntheticControl
from indicators.evaluation.study.plan import WINDOWS, Plan
from indicators.evaluation.study.samples import Sample
from indicators.evaluation.synthetic_difference import synthetic_difference


@dataclass(frozen=True)
class Task:
    """One synthetic control: the rows of a window, an outcome, and when it starts."""

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


def synthetic(panel: Panel, sample: Sample, plan: Plan) -> dict[str, pd.DataFrame]:
    """Synthetic controls of the region: the outcomes told together, and the long-term one.

    Returns:
        ``synthetic``, one row a form: ``main``, ``augmented``, ``difference`` (synthetic
        difference-in-differences), ``in_time``, ``without KU…``. ``weights`` of the donors,
        ``gaps`` by month, ``synthetic_placebos`` one row a unit as if treated, and
        ``synthetic_clouds``, their gaps by period.
    """
    stacked: dict[str, list[pd.DataFrame]] = {}
    for task in _tasks(donors(panel, sample, plan), sample.treated[0]):
        for name, frame in _one(task, panel, plan).items():
            stacked.setdefault(name, []).append(frame.assign(**task.labels))
    return {name: pd.concat(parts, ignore_index=True) for name, parts in stacked.items()}


def donors(panel: Panel, sample: Sample, plan: Plan) -> pd.DataFrame:
    """The region and the controls that are large enough to be told from noise."""
    size = panel.units["labour_force"]
    large = {unit for unit in panel.of_role("control") if size[unit] >= plan.least_donor}
    return sample.frame[sample.frame["unit"].isin(large | set(sample.treated))]


def _tasks(frame: pd.DataFrame, treated: str) -> Iterator[Task]:
    wanted = [*(outcome.id for outcome in TOGETHER), "long_term_share"]
    for window in WINDOWS:
        rows = frame[frame["month"] <= window.last_month]
        for outcome in window.outcomes:
            if outcome in wanted:
                yield Task(rows, window.id, outcome, treated)


def _one(task: Task, panel: Panel, plan: Plan) -> dict[str, pd.DataFrame]:
    found = synthetic_control(task.frame, **task.arguments)
    test = placebo_test(task.frame, **task.arguments)
    augmented = augmented_synthetic_control(task.frame, **task.arguments)
    rows = [_row("main", found, test.p_value), _row("augmented", augmented), _difference(task)]
    rows += list(_left_out(task))
    if task.window == WINDOWS[0].id:
        rows.append(_in_time(task, panel, plan))
    series = {"treated": found.treated, "synthetic": found.synthetic, "gap": found.gap}
    cloud = test.gaps.rename_axis("period").reset_index()
    return {
        "synthetic": pd.DataFrame(rows),
        "weights": found.weights.rename_axis("unit").reset_index(),
        "gaps": pd.DataFrame(series).rename_axis("period").reset_index(),
        "synthetic_placebos": test.units,
        "synthetic_clouds": cloud.melt("period", var_name="unit", value_name="gap"),
    }


def _row(form: str, found: SyntheticControl, p_value: float = np.nan) -> dict[str, object]:
    return {
        "form": form,
        "estimate": found.effect,
        "rmspe_before": found.rmspe_before,
        "rmspe_after": found.rmspe_after,
        "p_value": p_value,
        "units": len(found.weights) + 1,
    }


def _difference(task: Task) -> dict[str, object]:
    arguments = task.arguments | {"treated": [task.treated]}
    table = synthetic_difference(task.frame, **arguments).table
    return {"form": "difference", "estimate": float(table["estimate"].iloc[0])}


def _left_out(task: Task) -> Iterator[dict[str, object]]:
    gaps = leave_one_out(task.frame, **task.arguments)
    for unit in gaps.columns:
        gap = gaps.loc[gaps.index >= task.start, unit]
        yield {"form": f"without {unit}", "estimate": float(gap.mean())}


def _in_time(task: Task, panel: Panel, plan: Plan) -> dict[str, object]:
    """As if the trial had begun earlier, on months before it alone: no effect can be there."""
    months = task.frame.drop_duplicates("month").set_index("month")["period"]
    pretended = int(months[plan.earlier_start])
    known = task.frame[task.frame["month"] < panel.rules.start]
    arguments = task.arguments | {"start": pretended}
    test = placebo_test(known, **arguments)
    found = earlier_start(task.frame, **task.arguments, pretended=pretended)
    return _row("in_time", found, test.p_value)
