"""Hazards of leaving (discrete time, Cox) and cumulative incidence of competing causes.

The hazard of a cause takes an end by any other cause as censoring at that time: it is the
cause-specific hazard, what people do as long as nothing else has happened to them. The cumulative
incidence (Aalen and Johansen 1978) is the share that has left by a cause within so many days: the
shares of all causes and of those who stay add up to 1, which 1 minus Kaplan and Meier's curve of
each cause would not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from indicators.errors import DataError, UsageError
from indicators.evaluation.regression import sum_by_group
from indicators.evaluation.result import LEVEL, Floats, Shown, estimates_table

Counts = NDArray[np.number]
# With fewer clusters their errors are far too small.
_FEW_CLUSTERS = 10


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
    """Cox's cause-specific hazard, ties by Efron's method, errors clustered as R's ``survival``.

    Ends by other causes count as censoring at that time. A row is at risk from the day after its
    entry to its exit, as R's ``Surv(entry, exit, event)`` has it: who was unemployed already when
    a time began enters late, at the days that had passed.

    Args:
        frame: Of :func:`indicators.unemployment_spells` (``entry``, ``days``,
            ``cause``) or ``split_at_day`` of ``spell_data`` (``entry``,
            ``exit``, ``event``), with the terms as columns of numbers or truth values. ``entry``
            is 0 where there is no such column.
        cause: The cause, as in ``event`` or ``cause``.
        terms: Columns whose effects are estimated.
        strata: Column of which each value has a baseline of its own.
        cluster: Column of the clusters of the errors: the area, where treatment is by area.

    Returns:
        Log hazard ratios, with ``ratio`` beside. The covariance is that of Lin and Wei (1989) with
        the score residuals of Efron's partial likelihood (Therneau and Grambsch 2000, chapter 7
        and appendix E), added up by cluster, without a small-sample correction: R's
        ``coxph(..., cluster=)``.

    Raises:
        UsageError: A column is not there.
        DataError: A time, cluster or stratum is missing, a row ends before it begins, nobody
            leaves by the cause, or the terms are collinear; all that is wrong with times at once.
    """
    from statsmodels.duration.hazard_regression import PHReg

    end = "exit" if "exit" in frame or "days" not in frame else "days"
    event = "event" if "event" in frame or "cause" not in frame else "cause"
    _require(frame, [*terms, cluster, end, event, *([strata] if strata else [])])
    begin = frame["entry"] if "entry" in frame else pd.Series(0.0, index=frame.index)
    _require_times(begin, frame[end], frame[[cluster, *([strata] if strata else [])]], end)
    left = _leaves_by(frame.rename(columns={event: "event"}), cause)
    design = _term_matrix(frame, terms)
    design = design - design.mean(axis=0)
    _require_rank(design, terms)
    groups = pd.factorize(frame[cluster])[0]
    number = groups.max() + 1
    if number < 2:
        raise DataError(f"frame, column {cluster}: all rows are in one cluster; two are needed")
    stratum = pd.factorize(frame[strata])[0] if strata else np.zeros(len(frame), dtype=np.int64)
    entry, stop = begin.to_numpy(dtype=float), frame[end].to_numpy(dtype=float)
    model = PHReg(
        stop,
        design,
        status=left,
        # Just after its entry: at risk from then on, and not at an end on that very day.
        entry=np.nextafter(entry, np.inf),
        strata=stratum if strata else None,
        ties="efron",
    )
    # The default search ends where the score still is 1e-5 or so.
    fit = model.fit(method="newton", disp=False, tol=1e-12, maxiter=100)
    residuals = np.zeros_like(design)
    for value in np.unique(stratum):
        rows = stratum == value
        residuals[rows] = efron_score_residuals(
            entry[rows], stop[rows], left[rows], design[rows], np.asarray(fit.params)
        )
    changes = sum_by_group(residuals, groups) @ np.asarray(fit.cov_params())
    errors = np.sqrt((changes**2).sum(axis=0))
    notes = []
    if number < _FEW_CLUSTERS:
        notes.append(
            f"errors are clustered by {cluster} and there are only {number}: the standard error, "
            "the interval and the p-value are not to be trusted"
        )
    found = _hazard_table(fit.params, errors, terms, left, groups)
    return replace(found, cause=cause, notes=tuple(notes))


def efron_score_residuals(
    entry: Floats, stop: Floats, left: Floats, design: Floats, coefficients: Floats
) -> Floats:
    """Each row's share in the score of Efron's partial likelihood, rows × terms.

    Among d ends at one time the k-th (from 0) takes the others that ended as at risk by
    1 − k / d: for each there is a mean of the terms over those at risk, and a row's residual is
    what it adds over those means, less what was expected of it.

    Args:
        entry: A row is at risk after this.
        stop: And up to this.
        left: 1 where it ended, else 0.
        design: Rows × terms.
        coefficients: Of the terms.
    """
    risk = np.exp(design @ coefficients)
    weighted = np.column_stack([risk, risk[:, None] * design])
    times = np.unique(stop[left == 1])
    place = np.searchsorted(times, stop)
    ended = left == 1
    # Sums over those at risk at each time: those not stopped before it less those not yet entered.
    late, early = np.argsort(stop), np.argsort(entry)
    at_risk = _sums_from(weighted[late], np.searchsorted(stop[late], times, side="left"))
    at_risk -= _sums_from(weighted[early], np.searchsorted(entry[early], times, side="left"))
    tied = sum_by_group(weighted[ended], place[ended].astype(np.int64))
    number = np.bincount(place[ended])
    # One row an end: its time, and the share by which its time's ends are no longer at risk.
    time = np.repeat(np.arange(len(times)), number)
    share = (np.arange(len(time)) - np.repeat(np.cumsum(number) - number, number)) / number[time]
    sums = at_risk[time] - share[:, None] * tied[time]
    hazard = 1 / sums[:, 0]
    means = sums[:, 1:] * hazard[:, None]
    steps = np.column_stack([hazard, means * hazard[:, None]])
    whole = sum_by_group(steps, time)
    passed = np.vstack([np.zeros(whole.shape[1]), np.cumsum(whole, axis=0)])
    seen = passed[np.searchsorted(times, stop, side="right")]
    seen -= passed[np.searchsorted(times, entry, side="right")]
    residuals = -risk[:, None] * (design * seen[:, :1] - seen[:, 1:])
    # Those that ended: what they are over the mean, and what was taken too much of them above.
    less = sum_by_group(steps * share[:, None], time)[place[ended]]
    mean = (sum_by_group(means, time) / number[:, None])[place[ended]]
    own = design[ended]
    residuals[ended] += own - mean + risk[ended, None] * (own * less[:, :1] - less[:, 1:])
    return np.asarray(residuals)


def _sums_from(values: Floats, first: NDArray[np.intp]) -> Floats:
    """Sums of rows from each place to the end."""
    cumulated = np.vstack([np.cumsum(values[::-1], axis=0)[::-1], np.zeros(values.shape[1])])
    return np.asarray(cumulated[first])


def _require_times(begin: pd.Series, stop: pd.Series, keys: pd.DataFrame, end: str) -> None:
    faults = [
        f"frame, column {name}: missing in {lacking} rows; fill or drop them"
        for name, lacking in keys.isna().sum().items()
        if lacking
    ]
    for name, column in (("entry", begin), (end, stop)):
        if not pd.api.types.is_numeric_dtype(column.dtype):
            faults.append(f"frame, column {name}: numbers are needed")
        elif wrong := int((~np.isfinite(column.to_numpy(dtype=float, na_value=np.nan))).sum()):
            faults.append(f"frame, column {name}: no number in {wrong} rows; fill or drop them")
    if not faults and (wrong := int((stop.to_numpy(float) <= begin.to_numpy(float)).sum())):
        faults.append(f"frame, column {end}: {wrong} rows do not end after their entry")
    if len(faults) == 1:
        raise DataError(faults[0])
    if faults:
        raise DataError(f"frame: {len(faults)} problems", faults)


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
