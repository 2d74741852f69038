"""Spells laid out for hazards: by month of duration, and parted on a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators.errors import UsageError

Months = NDArray[np.int64]


def person_months(spells: pd.DataFrame, most: int = 36) -> pd.DataFrame:
    """One row a spell and month of its duration that was seen whole.

    Args:
        spells: Of :func:`unemployment_spells`: ``start``, ``end``, ``days``, ``cause`` and
            whatever else; other columns are repeated.
        most: Months followed; what lasts longer counts as going on.

    Returns:
        The spells' columns, ``spell`` (row of ``spells``), ``duration`` (1 for the first month),
        ``month`` (``YYYY-MM``, in which this month of duration begins) and ``event``: the cause
        if the spell ended in this month, else empty. A spell that went on at the extract date has
        only the months it was seen for whole.
    """
    _require(spells, ["start", "end", "days", "cause"])
    ended = spells["end"].notna().to_numpy()
    passed = _whole_months(spells["start"], spells["start"] + _days(spells["days"]))
    behind = _whole_months(spells["start"], spells["start"] + _days(spells["days"] - 1))
    rows = np.minimum(np.where(ended, behind + 1, passed), most)
    place = np.repeat(np.arange(len(spells)), rows)
    duration = np.arange(len(place)) - np.repeat(np.cumsum(rows) - rows, rows) + 1
    found = spells.iloc[place].reset_index(drop=True)
    last = ended[place] & (duration == behind[place] + 1)
    begun = _month_numbers(found["start"]) + duration - 1
    return found.assign(
        spell=place,
        duration=duration,
        month=[f"{month // 12:04}-{month % 12 + 1:02}" for month in begun],
        event=found["cause"].where(last, ""),
    )


def episodes(spells: pd.DataFrame, day: date) -> pd.DataFrame:
    """Spells parted on a day, such as the trial's first: what is after it can be treated.

    Args:
        spells: ``start``, ``end``, ``days``, ``cause`` and whatever else.
        day: First day of the part after.

    Returns:
        The spells' columns, ``spell``, ``entry`` and ``exit`` (days since the spell's start, the
        first of them 0), ``after`` and ``event``: the cause if the part ends the spell, else
        empty.
    """
    _require(spells, ["start", "end", "days", "cause"])
    before_days = (pd.Timestamp(day) - spells["start"]).dt.days.clip(lower=0)
    whole = spells.assign(spell=np.arange(len(spells)))
    length = spells["days"]
    early = whole.assign(entry=0, exit=np.minimum(length, before_days), after=False)
    late = whole.assign(entry=before_days, exit=length, after=True)
    late["event"] = late["cause"]
    early["event"] = early["cause"].where(length <= before_days, "")
    both = pd.concat([early, late], ignore_index=True)
    both = both[both["exit"] > both["entry"]]
    return both.sort_values(["spell", "entry"], ignore_index=True)


def _whole_months(start: pd.Series, day: pd.Series) -> Months:
    """Months that have passed from a day to a later one."""
    months = _month_numbers(day) - _month_numbers(start)
    return np.asarray(months - (day.dt.day < start.dt.day).to_numpy())


def _month_numbers(days: pd.Series) -> Months:
    return np.asarray(days.dt.year * 12 + days.dt.month - 1, dtype=np.int64)


def _days(number: pd.Series) -> pd.Series:
    return pd.to_timedelta(number, unit="D")


def _require(frame: pd.DataFrame, columns: Sequence[str]) -> None:
    if missing := [name for name in columns if name not in frame]:
        raise UsageError(f"spells: no column {', '.join(missing)}")
