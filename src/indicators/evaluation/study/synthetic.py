"""The synthetic region, its placebos in space and time, and what one donor more or less does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from indicators.evaluation import placebo_test, synthetic_control
from indicators.evaluation.panel import TOGETHER, Panel
from indicators.evaluation.result import SyntheticControl
from indicators.evaluation.study.plan import WINDOWS, Plan
from indicators.evaluation.study.samples import Sample

#: A donor of less weight changes nothing when it is left out.
LEAST_WEIGHT = 0.01


@dataclass(frozen=True)
class Task:
    """One synthetic control: the rows of a window, an outcome, and when it starts."""

    frame: pd.DataFrame
    window: str
    outcome: str
    treated: str
    start: int

    @property
    def labels(self) -> dict[str, str]:
        """What a row of results is of."""
        return {"window": self.window, "outcome": self.outcome}

    def arguments(self) -> dict[str, object]:
        """Of the estimators."""
        names = {"unit": "unit", "time": "period", "outcome": self.outcome}
        return names | {"treated": self.treated, "start": self.start}


def synthetic(panel: Panel, sample: Sample, plan: Plan) -> dict[str, pd.DataFrame]:
    """Synthetic controls of the region for the three outcomes told together, and the long-term one.

    Returns:
        ``synthetic`` one row a form (``main``, ``in_time``, ``without KU…``), ``weights`` of the
        donors, ``gaps`` by month, ``synthetic_placebos`` one row a unit as if treated, and
        ``synthetic_clouds``, their gaps by period.
    """
    tasks = list(_tasks(donors(panel, sample, plan), sample.treated[0]))
    earlier = [_before_only(task, panel, plan) for task in tasks if task.window == WINDOWS[0].id]
    rows, weights, gaps, placebos, clouds = [], [], [], [], []
    for task in tasks:
        found = synthetic_control(task.frame, **task.arguments())  # type: ignore[arg-type]
        test = placebo_test(task.frame, **task.arguments())  # type: ignore[arg-type]
        rows.append(_row(task, "main", found) | {"p_value": test.p_value, "units": len(test.units)})
        rows += [_row(task, f"without {unit}", one) for unit, one in _leave_one_out(task, found)]
        weights.append(_labelled(task, found.weights.rename_axis("unit").reset_index()))
        gaps.append(_labelled(task, _series(found)))
        placebos.append(_labelled(task, test.units))
        cloud = test.gaps.rename_axis("period").reset_index()
        clouds.append(_labelled(task, cloud.melt("period", var_name="unit", value_name="gap")))
    for task in earlier:
        found = synthetic_control(task.frame, **task.arguments())  # type: ignore[arg-type]
        test = placebo_test(task.frame, **task.arguments())  # type: ignore[arg-type]
        told = {"p_value": test.p_value, "units": len(test.units)}
        rows.append(_row(task, "in_time", found) | told)
    stacked = {"weights": weights, "gaps": gaps}
    stacked |= {"synthetic_placebos": placebos, "synthetic_clouds": clouds}
    frames = {name: pd.concat(parts, ignore_index=True) for name, parts in stacked.items()}
    return {"synthetic": pd.DataFrame(rows), **frames}


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
                yield Task(rows, window.id, outcome, treated, 0)


def _before_only(task: Task, panel: Panel, plan: Plan) -> Task:
    """As if the trial had begun earlier, on months before it alone: no effect can be there."""
    frame = task.frame[task.frame["month"] < panel.rules.start]
    start = int(frame.loc[frame["month"] == plan.earlier_start, "period"].iloc[0])
    return Task(frame, task.window, task.outcome, task.treated, start)


def _leave_one_out(task: Task, found: SyntheticControl) -> Iterator[tuple[str, SyntheticControl]]:
    for unit in found.weights.index[found.weights > LEAST_WEIGHT]:
        rest = task.frame[task.frame["unit"] != unit]
        yield str(unit), synthetic_control(rest, **task.arguments())  # type: ignore[arg-type]


def _row(task: Task, form: str, found: SyntheticControl) -> dict[str, object]:
    return task.labels | {
        "form": form,
        "estimate": found.effect,
        "rmspe_before": found.rmspe_before,
        "rmspe_after": found.rmspe_after,
        "p_value": np.nan,
        "units": len(found.weights) + 1,
    }


def _series(found: SyntheticControl) -> pd.DataFrame:
    columns = {"treated": found.treated, "synthetic": found.synthetic, "gap": found.gap}
    return pd.DataFrame(columns).rename_axis("period").reset_index()


def _labelled(task: Task, frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(**task.labels)
