"""The study's effects as tidy rows: differences, event studies, sensitivity and classes.

Beside them the series of what happened, without any comparison being called an effect.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict

import numpy as np
import pandas as pd

from indicators.evaluation import difference_in_differences, event_study
from indicators.evaluation.inference import pretrend_test
from indicators.evaluation.panel import FURTHER_OUTCOMES, JOINT_OUTCOMES, Panel
from indicators.evaluation.power import detectable_by_error
from indicators.evaluation.result import Estimates
from indicators.evaluation.study.plan import ALL_TRIALS, WINDOWS, StudySample, sample_all_trials
from indicators.evaluation.trend_bounds import relative_bounds, sensitivity

CONTROLS, TRIALS = "controls", "trials"
#: Largest step after the start over the largest step before it.
RATIOS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0)
#: Largest change of the trend's slope from a year to the next, percentage points.
BENDS = (0.0, 0.1, 0.25, 0.5, 1.0)
FIRST_YEAR_EVENTS = (0,)


def difference_effects(sample: StudySample, outcomes: Iterable[str]) -> pd.DataFrame:
    """The effect on the treated of each window and outcome.

    Args:
        sample: Who is treated.
        outcomes: Which outcomes; those a window does not have are left out.

    Returns:
        Columns ``design``, ``window``, ``outcome``, those of the estimator's table, ``detectable``
        (found with 80 % probability), ``rows`` and ``clusters``. A lone treated unit has no
        cluster error: it is missing there, and so are interval and p value.
    """
    wanted = list(outcomes)
    rows = [
        {"design": sample.id, "window": window.id, "outcome": outcome}
        | difference_effect(sample.until(window.last_month), sample.treated, outcome)
        for window in WINDOWS
        for outcome in window.outcomes
        if outcome in wanted
    ]
    return pd.DataFrame(rows)


def difference_effect(
    frame: pd.DataFrame, treated: Sequence[str], outcome: str
) -> dict[str, float]:
    """One effect, monthly, errors clustered by trial area and sub-region where they are known."""
    found = difference_in_differences(
        frame,
        unit="unit",
        time="period",
        outcome=outcome,
        treated_from=dict.fromkeys(treated, 0),
        cluster=_cluster_of(frame),
    )
    numbers = found.table.drop(columns="term").iloc[0].items()
    row = {str(name): float(value) for name, value in numbers}
    if len(treated) == 1:
        row |= dict.fromkeys(("std_error", "ci_low", "ci_high", "p_value"), np.nan)
    detectable = detectable_by_error(row["std_error"], found.degrees).rise
    counted = {"rows": found.observations, "clusters": found.clusters}
    return row | {"detectable": detectable} | counted


def _cluster_of(frame: pd.DataFrame) -> str | None:
    return "cluster" if "cluster" in frame else None


def effect_paths(sample: StudySample, outcomes: Iterable[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Effects by trial-year, base the last year before, and the test of those before.

    Returns:
        Event studies, with columns ``design``, ``outcome``, ``event_time`` and the estimator's;
        and one row an outcome of the joint test that all effects before the start are zero.
    """
    by_year = trial_year_outcomes(sample.frame)
    studies, tests = [], []
    for outcome in outcomes:
        found = trial_year_event_study(by_year, sample, outcome)
        studies.append(found.table.assign(design=sample.id, outcome=outcome))
        tests.append({"design": sample.id, "outcome": outcome} | asdict(pretrend_test(found)))
    return pd.concat(studies, ignore_index=True), pd.DataFrame(tests)


def trial_year_event_study(by_year: pd.DataFrame, sample: StudySample, outcome: str) -> Estimates:
    """The event study of an outcome over trial-years, of :func:`trial_year_outcomes`."""
    return event_study(
        by_year.dropna(subset=[outcome]),
        unit="unit",
        time="trial_year",
        outcome=outcome,
        treated_from=dict.fromkeys(sample.treated, 0),
        cluster=_cluster_of(by_year),
    )


def trial_year_outcomes(frame: pd.DataFrame, year: str = "trial_year") -> pd.DataFrame:
    """Means over the months of each trial-year: seasons cancel out, the noise of months too.

    Args:
        frame: By unit and month.
        year: Column of years: ``trial_year``, counted over the months kept, or ``calendar_year``,
            whose distances are those of the calendar.
    """
    years = ["trial_year", "calendar_year"]
    numbers = frame.select_dtypes("number").columns.difference(years)
    keys = ["unit", year, *(["cluster"] if "cluster" in frame else [])]
    return frame.groupby(keys)[list(numbers)].mean().reset_index()


# --- monitoring series ----------------------------------------------------------------------------


def monitoring_series(panel: Panel, groups: Mapping[str, tuple[str, ...]]) -> pd.DataFrame:
    """Outcomes of groups added up, by month.

    Args:
        panel: With every month, the window of COVID too.
        groups: Members by name; all trial municipalities and all controls are added.
    """
    named = {TRIALS: panel.of_role("treated"), CONTROLS: panel.of_role("control"), **groups}
    frame = panel.summed_groups(named)
    columns = ["unit", "month", "t", "trial_year", "labour_force", "unemployed", "services"]
    columns += ["long_term", *(outcome.id for outcome in (*JOINT_OUTCOMES, *FURTHER_OUTCOMES))]
    return frame[columns].sort_values(["unit", "month"], ignore_index=True)


def means_by_trial_year(frame: pd.DataFrame) -> pd.DataFrame:
    """Means over the months of each trial-year, with the number of months behind each."""
    outcomes = [outcome.id for outcome in (*JOINT_OUTCOMES, *FURTHER_OUTCOMES)]
    grouped = frame.groupby(["unit", "trial_year"])
    return grouped[outcomes].mean().join(grouped["month"].nunique().rename("months")).reset_index()


# --- sensitivity: how far trends may differ before a finding fails --------------------------------


def sensitivity_bounds(sample: StudySample, outcomes: Iterable[str]) -> pd.DataFrame:
    """Intervals of the first year's effect by how far trends may differ.

    Steps are the calendar's: where the year of COVID is left out, that from the last year before
    to the first of the trial is two years long, and a bound of M allows it 2 M.

    Returns:
        Columns ``outcome``, ``step_ratio``, ``ci_low``, ``ci_high``.
    """
    frames = []
    for outcome in outcomes:
        found = calendar_event_study(sample, outcome)
        table = relative_bounds(found, RATIOS, events=FIRST_YEAR_EVENTS)
        frames.append(table.assign(outcome=outcome))
    return pd.concat(frames, ignore_index=True)


def calendar_event_study(
    sample: StudySample, outcome: str, weights: str | None = None
) -> Estimates:
    """The event study over calendar years from March on, against the last before the start.

    Args:
        sample: With or without the year of COVID.
        outcome: Which outcome.
        weights: Column of weights.
    """
    by_year = trial_year_outcomes(sample.frame, "calendar_year").dropna(subset=[outcome])
    years = by_year["calendar_year"]
    return event_study(
        by_year[years <= 0],
        unit="unit",
        time="calendar_year",
        outcome=outcome,
        treated_from=dict.fromkeys(sample.treated, 0),
        cluster=_cluster_of(by_year),
        weights=weights,
        base=int(years[years < 0].max()),
    )


def sensitivity_table(samples: Mapping[str, StudySample], outcomes: Sequence[str]) -> pd.DataFrame:
    """Bounds of the first year's effect by both methods, COVID cut out or not, both weights.

    Args:
        samples: All trial municipalities by what became of COVID: ``cut``, ``kept``.
        outcomes: Which outcomes.

    Returns:
        ``covid``, ``weights``, ``method`` (``relative_magnitudes``: a step after the start is at
        most ``bound`` times the largest before; ``smoothness``: the slope changes by at most
        ``bound`` points a year), ``outcome``, ``bound``, ``ci_low``, ``ci_high``, and
        ``breakdown``, the largest bound whose interval leaves zero out (missing if none does).
    """
    frames = []
    for covid, sample in samples.items():
        for weights, column in (("equal", None), ("labour_force", "weight")):
            for outcome in outcomes:
                found = calendar_event_study(sample, outcome, column)
                for method, steps in (("relative_magnitudes", RATIOS), ("smoothness", BENDS)):
                    result = sensitivity(
                        found,
                        method=method,  # type: ignore[arg-type]
                        bounds=steps,
                        events=FIRST_YEAR_EVENTS,
                    )
                    labels = {"covid": covid, "weights": weights, "method": method}
                    labels |= {"outcome": outcome}
                    frames.append(result.table.assign(**labels, breakdown=result.breakdown))
    columns = ["covid", "weights", "method", "outcome", "bound", "ci_low", "ci_high", "breakdown"]
    return pd.concat(frames, ignore_index=True)[columns]


# --- effects by a municipality's size and by long-term unemployment before ------------------------


def class_effects(panel: Panel, outcomes: Sequence[str], large: int) -> pd.DataFrame:
    """Effects in classes of municipalities, each compared with the controls of its class.

    Args:
        panel: The sample.
        outcomes: Which outcomes.
        large: Labour force from which a municipality is called large.

    Returns:
        Columns ``moderator``, ``level``, ``treated``, ``controls`` (numbers of municipalities) and
        those of :func:`indicators.evaluation.study.effects.difference_effects`.
    """
    frames = []
    for moderator, levels in _municipality_classes(panel, large).items():
        for level, units in levels.items():
            whole = sample_all_trials(panel)
            treated = tuple(unit for unit in whole.treated if unit in units)
            frame = whole.frame[whole.frame["unit"].isin(units)]
            found = difference_effects(StudySample(ALL_TRIALS, frame, treated), outcomes)
            frames.append(
                found.assign(
                    moderator=moderator,
                    level=level,
                    treated=len(treated),
                    controls=frame["unit"].nunique() - len(treated),
                )
            )
    return pd.concat(frames, ignore_index=True)


def _municipality_classes(panel: Panel, large: int) -> dict[str, dict[str, set[str]]]:
    """Municipalities by class; the border of long-term unemployment is the treated median."""
    units = panel.units[panel.units["role"] != ""]
    is_large = units["labour_force"] >= large
    frame = panel.outcomes()
    before = frame[frame["trial_year"] < 0].groupby("unit")["long_term_share"].mean()
    border = before[list(panel.of_role("treated"))].median()
    high = before.reindex(units.index) >= border
    return {
        "size": {"large": set(units.index[is_large]), "small": set(units.index[~is_large])},
        "long_term": {"high": set(units.index[high]), "low": set(units.index[~high])},
    }
