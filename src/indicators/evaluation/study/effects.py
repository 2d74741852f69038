"""Difference-in-differences and event studies of a sample, as tidy rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from scipy import stats  # type: ignore[import-untyped]

from indicators.evaluation import difference_in_differences, event_study
from indicators.evaluation.result import Estimates
from indicators.evaluation.study.plan import WINDOWS
from indicators.evaluation.study.samples import Sample

BASE = -1


def differences(sample: Sample, outcomes: Iterable[str]) -> pd.DataFrame:
    """The effect on the treated of each window and outcome.

    Args:
        sample: Who is treated.
        outcomes: Which outcomes; those a window does not have are left out.

    Returns:
        Columns ``design``, ``window``, ``outcome``, those of the estimator's table, ``rows`` and
        ``clusters``. A lone treated unit has no cluster error: it is missing there, and so are
        interval and p value.
    """
    wanted = list(outcomes)
    rows = [
        {"design": sample.id, "window": window.id, "outcome": outcome}
        | difference(sample.until(window.last_month), sample.treated, outcome)
        for window in WINDOWS
        for outcome in window.outcomes
        if outcome in wanted
    ]
    return pd.DataFrame(rows)


def difference(frame: pd.DataFrame, treated: Sequence[str], outcome: str) -> dict[str, float]:
    """One effect, monthly, errors clustered by municipality."""
    found = difference_in_differences(
        frame,
        unit="unit",
        time="period",
        outcome=outcome,
        treated_from=dict.fromkeys(treated, 0),
    )
    numbers = found.table.drop(columns="term").iloc[0].items()
    row = {str(name): float(value) for name, value in numbers}
    if len(treated) == 1:
        row |= dict.fromkeys(("std_error", "ci_low", "ci_high", "p_value"), np.nan)
    return row | {"rows": found.observations, "clusters": found.clusters}


def paths(sample: Sample, outcomes: Iterable[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Effects by trial-year, base the last year before, and the test of those before.

    Returns:
        Event studies, with columns ``design``, ``outcome``, ``event_time`` and the estimator's;
        and one row an outcome of the joint test that all effects before the start are zero.
    """
    by_year = yearly(sample.frame)
    studies, tests = [], []
    for outcome in outcomes:
        found = event_study(
            by_year.dropna(subset=[outcome]),
            unit="unit",
            time="trial_year",
            outcome=outcome,
            treated_from=dict.fromkeys(sample.treated, 0),
        )
        studies.append(found.table.assign(design=sample.id, outcome=outcome))
        tests.append({"design": sample.id, "outcome": outcome} | pretrend(found))
    return pd.concat(studies, ignore_index=True), pd.DataFrame(tests)


def yearly(frame: pd.DataFrame) -> pd.DataFrame:
    """Means over the months of each trial-year: seasons cancel out, the noise of months too."""
    numbers = frame.select_dtypes("number").columns.difference(["trial_year"])
    means = frame.groupby(["unit", "trial_year"])[list(numbers)].mean()
    return means.reset_index()


def pretrend(found: Estimates) -> dict[str, float]:
    """Joint Wald test that all effects before the base are zero (F, clusters − 1)."""
    events = [one for one in found.covariance.index if one < BASE]
    table = found.table.set_index("event_time").loc[events, "estimate"].to_numpy(float)
    covariance = found.covariance.loc[events, events].to_numpy(float)
    statistic = float(table @ np.linalg.solve(covariance, table)) / len(events)
    return {
        "statistic": statistic,
        "df": len(events),
        "df_rest": found.degrees,
        "p_value": float(stats.f.sf(statistic, len(events), found.degrees)),
    }
