"""Hazards of leaving: discrete time (logit, complementary log-log) and Cox.

A hazard of one cause takes an end by another as censoring at that time: it is the cause-specific
hazard, what people do as long as nothing else has happened to them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from indicators.errors import DataError, UsageError
from indicators.evaluation.result import Floats, estimates_table


@dataclass(frozen=True, eq=False, slots=True)
class Hazards:
    """Effects on a hazard.

    Attributes:
        table: One row a term: ``term``, ``estimate`` (log of the odds or hazard ratio),
            ``std_error`` (clustered), ``ci_low``, ``ci_high``, ``p_value`` (normal) and
            ``ratio``.
        rows: Person-months or episodes used.
        events: Ends by the cause among them.
        clusters: Clusters of the errors.
    """

    table: pd.DataFrame
    rows: int
    events: int
    clusters: int


def discrete_hazard(
    frame: pd.DataFrame,
    *,
    cause: str,
    terms: Sequence[str],
    baseline: Sequence[str] = ("duration",),
    link: Literal["logit", "cloglog"] = "logit",
    cluster: str = "person_id",
) -> Hazards:
    """Hazard of leaving by a cause, by month of duration.

    Args:
        frame: Of :func:`person_months`, with the terms as columns of numbers or truth values.
        cause: The cause, as in ``event``.
        terms: Columns whose effects are asked for.
        baseline: Columns of which each value has a level of its own. A value at which nobody or
            everybody leaves has no finite level: its rows say nothing of the terms and are left
            out.
        link: ``logit`` (odds ratios) or ``cloglog`` (hazard ratios of the time behind months).
        cluster: Column of the clusters of the errors.

    Raises:
        UsageError: A column is not there, or the link is none of the two.
        DataError: Nobody leaves by the cause, or the terms cannot be told apart.
    """
    import statsmodels.api as sm

    _require(frame, [*terms, *baseline, cluster, "event"])
    if link not in ("logit", "cloglog"):
        raise UsageError("link: write logit or cloglog")
    kept = _informative(frame, (frame["event"] == cause).astype(float), baseline)
    used = frame[kept]
    left = _leaving(used, cause)
    levels = [pd.get_dummies(used[name], drop_first=True, dtype=float) for name in baseline]
    design = np.column_stack([_terms(used, terms), np.ones(len(used)), *levels])
    _require_rank(design, terms)
    links = sm.families.links
    family = sm.families.Binomial(links.Logit() if link == "logit" else links.CLogLog())
    groups = pd.factorize(used[cluster])[0]
    fit = sm.GLM(left, design, family=family).fit(cov_type="cluster", cov_kwds={"groups": groups})
    return _hazards(fit.params, fit.bse, terms, left, groups)


def cox_hazard(
    frame: pd.DataFrame,
    *,
    cause: str,
    terms: Sequence[str],
    strata: str | None = None,
    cluster: str = "person_id",
) -> Hazards:
    """Cox's hazard of leaving by a cause, ties by Efron's method.

    Args:
        frame: Of :func:`episodes`, with the terms as columns of numbers or truth values.
        cause: The cause, as in ``event``.
        terms: Columns whose effects are asked for.
        strata: Column of which each value has a baseline of its own.
        cluster: Column of the clusters of the errors.

    Raises:
        UsageError: A column is not there.
        DataError: Nobody leaves by the cause, or the terms cannot be told apart.
    """
    from statsmodels.duration.hazard_regression import PHReg

    _require(frame, [*terms, cluster, "entry", "exit", "event", *([strata] if strata else [])])
    left = _leaving(frame, cause)
    design = _terms(frame, terms)
    _require_rank(design - design.mean(axis=0), terms)
    groups = pd.factorize(frame[cluster])[0]
    model = PHReg(
        frame["exit"].to_numpy(float),
        design,
        status=left,
        # Half a day on: at risk from the day after, whichever way a tie with an end is taken.
        entry=frame["entry"].to_numpy(float) + 0.5,
        strata=frame[strata].to_numpy() if strata else None,
        ties="efron",
    )
    fit = model.fit(groups=groups)
    return _hazards(fit.params, fit.bse, terms, left, groups)


def _hazards(params: Any, errors: Any, terms: Sequence[str], left: Floats, groups: Any) -> Hazards:
    estimates = np.asarray(params, dtype=float)[: len(terms)]
    spread = np.asarray(errors, dtype=float)[: len(terms)]
    table = estimates_table("term", list(terms), estimates, spread, degrees=np.inf)
    table["ratio"] = np.exp(table["estimate"])
    return Hazards(table, len(left), int(left.sum()), int(groups.max()) + 1)


def _informative(frame: pd.DataFrame, left: pd.Series, baseline: Sequence[str]) -> pd.Series:
    """Rows of baseline values at which some leave and some do not, over and over."""
    kept = pd.Series(True, index=frame.index)
    while True:
        before = int(kept.sum())
        for name in baseline:
            share = left[kept].groupby(frame.loc[kept, name]).transform("mean")
            kept[kept] = (share > 0) & (share < 1)
        if int(kept.sum()) == before:
            return kept


def _terms(frame: pd.DataFrame, terms: Sequence[str]) -> Floats:
    try:
        return np.column_stack([frame[name].to_numpy(dtype=float) for name in terms])
    except (ValueError, TypeError) as error:
        raise DataError(
            "terms: numbers or truth values are needed, without missing ones"
        ) from error


def _require(frame: pd.DataFrame, columns: Sequence[str]) -> None:
    if missing := [name for name in columns if name not in frame]:
        raise UsageError(f"frame: no column {', '.join(missing)}")


def _leaving(frame: pd.DataFrame, cause: str) -> Floats:
    left = np.asarray(frame["event"] == cause, dtype=float)
    if not left.sum():
        raise DataError(f"frame, column event: nobody leaves by {cause}")
    return left


def _require_rank(design: Floats, terms: Sequence[str]) -> None:
    if not np.isfinite(design).all():
        raise DataError("terms: numbers or truth values are needed, without missing ones")
    if np.linalg.matrix_rank(design) < design.shape[1]:
        raise DataError(
            f"terms: {', '.join(terms)} cannot be told apart from each other or the rest"
        )
