"""Hazards of leaving (discrete time, Cox) and cumulative incidence of competing causes.

The hazard of a cause takes an end by any other cause as censoring at that time: it is the
cause-specific hazard, what people do as long as nothing else has happened to them. The cumulative
incidence (Aalen and Johansen 1978) is the share that has left by a cause within so many days: the
shares of all causes and of those who stay add up to 1, which 1 minus Kaplan and Meier's curve of
each cause would not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from indicators.errors import DataError, UsageError
from indicators.evaluation.result import LEVEL, Floats, Shown, estimates_table

Counts = NDArray[np.number]


@dataclass(frozen=True, eq=False, slots=True)
class Hazards(Shown):
    """Effects on the hazard of leaving by a cause, ends by others taken as censoring.

    Attributes:
        table: One row a term: ``term``, ``estimate`` (log of the odds or hazard ratio),
            ``std_error`` (clustered), ``ci_low``, ``ci_high``, ``p_value`` (normal) and
            ``ratio``.
        rows: Person-months or episodes used.
        events: Ends by the cause among them.
        clusters: Clusters of the errors.
        cause: The cause.
        notes: What to beware of.
    """

    table: pd.DataFrame
    rows: int
    events: int
    clusters: int
    cause: str = ""
    notes: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """What was estimated, in a line."""
        ends = f"{self.events} ends, {self.clusters} clusters"
        return f"Cause-specific hazard of {self.cause or 'leaving'}, {ends}"

    @property
    def n(self) -> int:
        """Rows used."""
        return self.rows

    @property
    def degrees(self) -> float:
        """Degrees of freedom: the interval is normal."""
        return float("inf")


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
        frame: Of :func:`~indicators.evaluation.spell_data.person_months`, with the terms as
            columns of numbers or truth values.
        cause: The cause, as in ``event``.
        terms: Columns whose effects are estimated.
        baseline: Columns of which each value has a level of its own. A value at which nobody or
            everybody leaves has no finite level: its rows say nothing of the terms and are left
            out.
        link: ``logit`` (odds ratios) or ``cloglog`` (hazard ratios of the time behind months).
        cluster: Column of the clusters of the errors.

    Raises:
        UsageError: A column is not there, or the link is none of the two.
        DataError: Nobody leaves by the cause, or the terms are collinear.
    """
    import statsmodels.api as sm

    _require(frame, [*terms, *baseline, cluster, "event"])
    if link not in ("logit", "cloglog"):
        raise UsageError("link: write logit or cloglog")
    kept = _informative_rows(frame, (frame["event"] == cause).astype(float), baseline)
    used = frame[kept]
    left = _leaves_by(used, cause)
    levels = [pd.get_dummies(used[name], drop_first=True, dtype=float) for name in baseline]
    design = np.column_stack([_term_matrix(used, terms), np.ones(len(used)), *levels])
    _require_rank(design, terms)
    links = sm.families.links
    family = sm.families.Binomial(links.Logit() if link == "logit" else links.CLogLog())
    groups = pd.factorize(used[cluster])[0]
    fit = sm.GLM(left, design, family=family).fit(cov_type="cluster", cov_kwds={"groups": groups})
    return _hazard_table(fit.params, fit.bse, terms, left, groups)


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
        frame: Of :func:`~indicators.evaluation.spell_data.split_at_day`, with the terms as
            columns of numbers or truth values.
        cause: The cause, as in ``event``.
        terms: Columns whose effects are estimated.
        strata: Column of which each value has a baseline of its own.
        cluster: Column of the clusters of the errors.

    Raises:
        UsageError: A column is not there.
        DataError: Nobody leaves by the cause, or the terms are collinear.
    """
    from statsmodels.duration.hazard_regression import PHReg

    _require(frame, [*terms, cluster, "entry", "exit", "event", *([strata] if strata else [])])
    left = _leaves_by(frame, cause)
    design = _term_matrix(frame, terms)
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
    return _hazard_table(fit.params, fit.bse, terms, left, groups)


def _hazard_table(
    params: Any, errors: Any, terms: Sequence[str], left: Floats, groups: Any
) -> Hazards:
    estimates = np.asarray(params, dtype=float)[: len(terms)]
    spread = np.asarray(errors, dtype=float)[: len(terms)]
    table = estimates_table("term", list(terms), estimates, spread, degrees=np.inf)
    table["ratio"] = np.exp(table["estimate"])
    return Hazards(table, len(left), int(left.sum()), int(groups.max()) + 1)


def _informative_rows(frame: pd.DataFrame, left: pd.Series, baseline: Sequence[str]) -> pd.Series:
    """Rows of baseline values at which some leave and some do not, over and over."""
    kept = pd.Series(True, index=frame.index)
    while True:
        before = int(kept.sum())
        for name in baseline:
            share = left[kept].groupby(frame.loc[kept, name]).transform("mean")
            kept[kept] = (share > 0) & (share < 1)
        if int(kept.sum()) == before:
            return kept


def _term_matrix(frame: pd.DataFrame, terms: Sequence[str]) -> Floats:
    try:
        return np.column_stack([frame[name].to_numpy(dtype=float) for name in terms])
    except (ValueError, TypeError) as error:
        raise DataError(
            "terms: numbers or truth values are needed, without missing ones"
        ) from error


def _require(frame: pd.DataFrame, columns: Sequence[str]) -> None:
    if missing := [name for name in columns if name not in frame]:
        raise UsageError(f"frame: no column {', '.join(missing)}")


def _leaves_by(frame: pd.DataFrame, cause: str) -> Floats:
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


# --- cumulative incidence -------------------------------------------------------------------------


def cumulative_incidence(
    spells: pd.DataFrame, *, days: Sequence[int], by: Sequence[str] = ()
) -> pd.DataFrame:
    """Share that has left by each cause within so many days.

    Args:
        spells: ``days`` and ``cause`` (empty if the spell went on), and the columns of ``by``.
        days: Days since the start at which the shares are given.
        by: Columns of groups; without them all spells together.

    Returns:
        The columns of ``by``, ``cause``, ``days``, ``share``, ``std_error``, ``ci_low``,
        ``ci_high`` (normal, within 0 and 1), ``spells`` and ``events`` (in the group, by the
        cause, at any time).

    Raises:
        UsageError: A column is not there.
        DataError: No spell ended.
    """
    if missing := [name for name in ("days", "cause", *by) if name not in spells]:
        raise UsageError(f"spells: no column {', '.join(missing)}")
    causes = sorted(set(spells["cause"]) - {""})
    if not causes:
        raise DataError("spells: none of them ended")
    groups = spells.groupby(list(by), sort=True) if by else [((), spells)]
    parts = []
    key: Any
    for key, group in groups:
        part = _incidence_of_group(group, causes, days)
        for place, name in enumerate(by):
            part.insert(place, name, [key[place]] * len(part))
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def _incidence_of_group(
    spells: pd.DataFrame, causes: Sequence[str], days: Sequence[int]
) -> pd.DataFrame:
    lengths = spells["days"].to_numpy()
    times, place = np.unique(lengths, return_inverse=True)
    at_risk = len(lengths) - np.searchsorted(np.sort(lengths), times)
    all_left = np.bincount(place, spells["cause"] != "", len(times))
    at = np.searchsorted(times, days, side="right")
    parts = []
    for cause in causes:
        left = np.bincount(place, spells["cause"] == cause, len(times))
        share, error = incidence_with_error(at_risk, all_left, left)
        rows = _incidence_rows(cause, days, np.append(0, share)[at], np.append(0, error)[at])
        parts.append(rows.assign(spells=len(spells), events=int(left.sum())))
    return pd.concat(parts, ignore_index=True)


def incidence_with_error(at_risk: Counts, all_left: Counts, left: Counts) -> tuple[Floats, Floats]:
    """Share that has left by a cause up to each time, and its standard error.

    Args:
        at_risk: Spells still going on just before each time.
        all_left: Spells that end at it, by whatever cause.
        left: Those that end by the cause.
    """
    stay = np.cumprod(1 - all_left / at_risk)
    before = np.append(1.0, stay[:-1])
    share = np.cumsum(before * left / at_risk)
    # Greenwood's terms; where everybody leaves at the last time they are multiplied by nothing.
    rest = at_risk - all_left
    every = np.where(rest > 0, all_left / (at_risk * np.where(rest > 0, rest, 1)), 0.0)
    own = before**2 * (at_risk - left) * left / at_risk**3
    both = before * left / at_risk**2
    # The sum over earlier times of (share now − share then)² · every + own − 2 (…) · both.
    spread = (
        share**2 * np.cumsum(every)
        - 2 * share * np.cumsum(every * share)
        + np.cumsum(every * share**2)
        + np.cumsum(own)
        - 2 * (share * np.cumsum(both) - np.cumsum(both * share))
    )
    return share, np.sqrt(np.maximum(spread, 0.0))


def _incidence_rows(cause: str, days: Sequence[int], share: Floats, error: Floats) -> pd.DataFrame:
    frame = pd.DataFrame({"cause": cause, "days": list(days), "share": share, "std_error": error})
    reach = float(stats.norm.ppf((1 + LEVEL) / 2)) * frame["std_error"]
    frame["ci_low"] = (frame["share"] - reach).clip(lower=0)
    frame["ci_high"] = (frame["share"] + reach).clip(upper=1)
    return frame
