"""Cumulative incidence of competing causes (Aalen and Johansen 1978).

The share that has left by a cause within so many days: the shares of all causes and of those who
stay add up to one, which one minus Kaplan and Meier's curve of each cause would not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from indicators.errors import DataError, UsageError
from indicators.evaluation.result import LEVEL, Floats

Counts = NDArray[np.number]


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
        part = _incidence(group, causes, days)
        for place, name in enumerate(by):
            part.insert(place, name, [key[place]] * len(part))
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def _incidence(spells: pd.DataFrame, causes: Sequence[str], days: Sequence[int]) -> pd.DataFrame:
    lengths = spells["days"].to_numpy()
    times, place = np.unique(lengths, return_inverse=True)
    at_risk = len(lengths) - np.searchsorted(np.sort(lengths), times)
    all_left = np.bincount(place, spells["cause"] != "", len(times))
    at = np.searchsorted(times, days, side="right")
    parts = []
    for cause in causes:
        left = np.bincount(place, spells["cause"] == cause, len(times))
        share, error = incidence(at_risk, all_left, left)
        rows = _rows(cause, days, np.append(0, share)[at], np.append(0, error)[at])
        parts.append(rows.assign(spells=len(spells), events=int(left.sum())))
    return pd.concat(parts, ignore_index=True)


def incidence(at_risk: Counts, all_left: Counts, left: Counts) -> tuple[Floats, Floats]:
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


def _rows(cause: str, days: Sequence[int], share: Floats, error: Floats) -> pd.DataFrame:
    frame = pd.DataFrame({"cause": cause, "days": list(days), "share": share, "std_error": error})
    reach = float(stats.norm.ppf((1 + LEVEL) / 2)) * frame["std_error"]
    frame["ci_low"] = (frame["share"] - reach).clip(lower=0)
    frame["ci_high"] = (frame["share"] + reach).clip(upper=1)
    return frame
