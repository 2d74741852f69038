"""Who enters a comparison from a register, stock and flow, and what becomes of them.

The *stock* of a day are those unemployed on it who were so the day before: at risk from that day,
whenever their unemployment began. The *flow* are spells that begin in a year. What becomes of them
is counted from the entry: the day of the stock, or the day the spell began.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from indicators.errors import DataError, UsageError

WORK = "open_market"
#: Months after entry at which open-market work is looked for.
MONTHS = (3, 6, 12)
#: Limits of duration, days since the spell began, between which a baseline hazard is constant.
BANDS = (30, 91, 182, 365, 730)
#: A person's spells counted apart: first, second, and all further ones.
MOST_NUMBERS = 3
_YEAR = 365


@dataclass(frozen=True, slots=True)
class Cohorts:
    """The cohorts of an evaluation.

    Attributes:
        start: First day of treatment.
        base_years: Cohorts before: the flows of so many years that end a year before the start,
            and stocks of as many years before, the last a year before. What is seen of them in
            the longest time after entry ends before the start.
    """

    start: date
    base_years: int = 2

    def __post_init__(self) -> None:
        """Refuse no base."""
        if self.base_years < 1:
            raise UsageError(f"base_years {self.base_years}: give 1 or more")

    @property
    def first(self) -> date:
        """First day of the first cohort."""
        return (self._day(-self.base_years - 1)).date()

    def days(self, sample: str) -> list[pd.Timestamp]:
        """First day of each cohort, the treated one last."""
        back = 1 if sample == "flow" else 0
        before = [self._day(-year - back) for year in range(self.base_years, 0, -1)]
        return [*before, self._day(0)]

    def _day(self, years: int) -> pd.Timestamp:
        return pd.Timestamp(self.start) + pd.DateOffset(years=years)


def entrants(spells: pd.DataFrame, cohorts: Cohorts, sample: str) -> pd.DataFrame:
    """Entrants of all cohorts, one row a person's spell and cohort.

    Args:
        spells: Of ``unemployment_spells`` from a year before the first cohort on.
        cohorts: Which.
        sample: ``stock`` or ``flow``.

    Returns:
        The spells' columns, ``day`` (of entry), ``cohort`` (its first day), ``after`` (whether it
        is the treated one) and ``lasted`` (days from the spell's start to the entry).

    Raises:
        UsageError: The sample is none of the two.
    """
    if sample not in ("stock", "flow"):
        raise UsageError(f"sample {sample}: write stock or flow")
    parts = []
    for day in cohorts.days(sample):
        if sample == "stock":
            inside = (spells["start"] < day) & ~(spells["end"] < day)
            entry = pd.Series(day, index=spells.index)
        else:
            until = day + pd.DateOffset(years=1)
            inside = (spells["start"] >= day) & (spells["start"] < until)
            entry = spells["start"]
        after = day == pd.Timestamp(cohorts.start)
        parts.append(spells.assign(day=entry, cohort=day, after=after)[inside])
    found = pd.concat(parts, ignore_index=True)
    return found.assign(lasted=(found["day"] - found["start"]).dt.days)


def with_outcomes(
    entered: pd.DataFrame,
    spells: pd.DataFrame,
    extract: date,
    months: Sequence[int] = MONTHS,
) -> pd.DataFrame:
    """Entrants with what became of them.

    Args:
        entered: Of :func:`entrants`.
        spells: All spells, of which the entrants' are some.
        extract: The last day that the register knows of.
        months: Months after entry.

    Returns:
        ``left_3`` …: 1 where the spell ended in open-market work within so many months of entry,
        else 0; ``at_work_3`` …: 1 where so many months after entry the person is not unemployed
        and the last spell ended in open-market work (those who left the register for it are
        seen no further, and count as working until they are unemployed again); ``days_before``
        and ``days_after``: days of unemployment in the 365 before entry and from it on;
        ``change``, the latter less the former. Missing where the register does not reach so far.
    """
    found = entered.copy()
    known = pd.Timestamp(extract)
    for number in months:
        on = found["day"] + pd.DateOffset(months=number)
        seen = on <= known
        left = (found["cause"] == WORK) & (found["end"] < on)
        found[f"left_{number}"] = left.astype(float).where(seen)
        found[f"at_work_{number}"] = _works_on(found["person_id"], on, spells).where(seen)
    year = pd.Timedelta(days=_YEAR)
    before = _unemployed_days(found, spells, found["day"] - year, found["day"], known)
    after = _unemployed_days(found, spells, found["day"], found["day"] + year, known)
    # The register knows the spells of the extract date's evening, and not of the days after it.
    after = after.where(found["day"] + year <= known + pd.Timedelta(days=1))
    return found.assign(days_before=before, days_after=after, change=after - before)


def _works_on(person: pd.Series, on: pd.Series, spells: pd.DataFrame) -> pd.Series:
    # Days, whatever unit of time they came in.
    when = on.astype("datetime64[s]")
    rows = pd.DataFrame({"person_id": person, "on": when}).reset_index().sort_values("on")
    known = spells[["person_id", "start", "end", "cause"]].sort_values("start", kind="stable")
    known = known.assign(start=known["start"].astype("datetime64[s]"))
    last = pd.merge_asof(rows, known, left_on="on", right_on="start", by="person_id")
    works = (last["end"] < last["on"]) & (last["cause"] == WORK)
    return works.astype(float).set_axis(last["index"]).reindex(person.index)


def _unemployed_days(
    entered: pd.DataFrame,
    spells: pd.DataFrame,
    first: pd.Series,
    until: pd.Series,
    known: pd.Timestamp,
) -> pd.Series:
    """Days of unemployment from one day to the day before another."""
    rows = pd.DataFrame({"person_id": entered["person_id"], "first": first, "until": until})
    pairs = rows.reset_index().merge(spells[["person_id", "start", "end"]], on="person_id")
    stop = pairs["end"].fillna(known) + pd.Timedelta(days=1)
    stop, begin = stop.clip(upper=pairs["until"]), pairs["start"].clip(lower=pairs["first"])
    days = (stop - begin).dt.days.clip(lower=0)
    return days.groupby(pairs["index"]).sum().reindex(entered.index).astype(float)


# --- time at risk, by month -----------------------------------------------------------------------


def numbered(spells: pd.DataFrame) -> pd.DataFrame:
    """Spells with ``number``: a person's first of the table, second, third and so on.

    Those beyond :data:`MOST_NUMBERS` have that number.
    """
    order = spells.sort_values(["person_id", "start"], kind="stable").groupby("person_id")
    number = (order.cumcount() + 1).clip(upper=MOST_NUMBERS)
    return spells.assign(number=number.reindex(spells.index))


def risk_months(spells: pd.DataFrame, first: date, last: date) -> pd.DataFrame:
    """Time at risk by calendar month: every spell, whenever it began, from ``first`` on.

    Args:
        spells: Of ``unemployment_spells``: rows with ``start``, ``end``, ``days``.
        first: First day of a month.
        last: Last day of a month, none after the extract date.

    Returns:
        One row a spell and month in which it goes on: ``spell`` (row of ``spells``), ``month``
        (months since January 1970), ``entry`` and ``exit`` (days since the spell began; at risk
        after the one, up to the other), ``band`` (of :data:`BANDS`, at the entry) and ``ended``.

    Raises:
        DataError: Nobody is at risk.
    """
    begin, stop = np.datetime64(first, "D"), np.datetime64(last, "D") + 1
    start = spells["start"].to_numpy().astype("datetime64[D]")
    end = start + spells["days"].to_numpy().astype("timedelta64[D]")
    low, high = np.maximum(start, begin), np.minimum(end, stop)
    inside = np.flatnonzero(high > low)
    if not len(inside):
        raise DataError(f"spells: nobody is unemployed between {first} and {last}")
    months = low[inside].astype("datetime64[M]").astype(int)
    until = (high[inside] - 1).astype("datetime64[M]").astype(int)
    rows = until - months + 1
    place = np.repeat(np.arange(len(inside)), rows)
    month = months[place] + np.arange(len(place)) - np.repeat(np.cumsum(rows) - rows, rows)
    spell = inside[place]
    from_day = month.astype("datetime64[M]").astype("datetime64[D]")
    to_day = (month + 1).astype("datetime64[M]").astype("datetime64[D]")
    entry = (np.maximum(from_day, low[spell]) - start[spell]).astype(int)
    exit_ = (np.minimum(to_day, high[spell]) - start[spell]).astype(int)
    over = spells["end"].notna().to_numpy()[spell] & (end[spell] <= to_day) & (end[spell] <= stop)
    return pd.DataFrame(
        {
            "spell": spell,
            "month": month,
            "entry": entry,
            "exit": exit_,
            "band": np.searchsorted(BANDS, entry, side="right"),
            "ended": over,
        }
    )
