"""Difference-in-differences and event studies of a sample, as tidy rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict

import numpy as np
import pandas as pd

from indicators.evaluation import difference_in_differences, event_study
from indicators.evaluation.inference.pretrend import pretrend_test
from indicators.evaluation.power import detectable_by_error
from indicators.evaluation.result import Estimates
from indicators.evaluation.study.plan import WINDOWS
from indicators.evaluation.study.samples import Sample


def differences(sample: Sample, outcomes: Iterable[str]) -> pd.DataFrame:
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
    detectable = detectable_by_error(row["std_error"], found.degrees).rise
    counted = {"rows": found.observations, "clusters": found.clusters}
    return row | {"detectable": detectable} | counted


def paths(sample: Sample, outcomes: Iterable[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Effects by trial-year, base the last year before, and the test of those before.

    Returns:
        Event studies, with columns ``design``, ``outcome``, ``event_time`` and the estimator's;
        and one row an outcome of the joint test that all effects before the start are zero.
    """
    by_year = yearly(sample.frame)
    studies, tests = [], []
    for outcome in outcomes:
        found = by_trial_year(by_year, sample, outcome)
        studies.append(found.table.assign(design=sample.id, outcome=outcome))
        tests.append({"design": sample.id, "outcome": outcome} | asdict(pretrend_test(found)))
    return pd.concat(studies, ignore_index=True), pd.DataFrame(tests)


def by_trial_year(by_year: pd.DataFrame, sample: Sample, outcome: str) -> Estimates:
    """The event study of one outcome over trial-years, as :func:`yearly` has them."""
    return event_study(
        by_year.dropna(subset=[outcome]),
        unit="unit",
        time="trial_year",
        outcome=outcome,
        treated_from=dict.fromkeys(sample.treated, 0),
    )


def yearly(frame: pd.DataFrame) -> pd.DataFrame:
    """Means over the months of each trial-year: seasons cancel out, the noise of months too."""
    numbers = frame.select_dtypes("number").columns.difference(["trial_year"])
    means = frame.groupby(["unit", "trial_year"])[list(numbers)].mean()
    return means.reset_index()
