"""Spells of unemployment from a canonical register: laid out for hazards, and what each ended by.

Causes are five (:data:`EXIT_CAUSES`), and not known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators.areas import mergers
from indicators.calendar import last_day, parse_month
from indicators.catalogue.loading import load_catalogue
from indicators.errors import DataError, UsageError
from indicators.register.check import check_register
from indicators.register.store import Register, RegisterSource, open_register

Months = NDArray[np.int64]
SpellRegister = RegisterSource
"""A register of a folder, or one that is not written down."""

EXIT_CAUSES = ("open_market", "subsidised", "services", "studies", "outside", "unknown")

#: Service groups of the register (contract, section 2).
CAUSE_OF_SERVICE: Mapping[str, str] = {
    "subsidised": "subsidised",
    "study": "studies",
    **dict.fromkeys(("training", "coaching", "trial", "alternation", "rehabilitative"), "services"),
}
#: Employment codes that may follow; 07 and 08 say no more than the service beside them.
CAUSE_OF_CODE: Mapping[str, str] = {
    **dict.fromkeys(("01", "04", "09"), "open_market"),
    "00": "subsidised",
    "07": "services",
    "08": "studies",
    **dict.fromkeys(("05", "06"), "outside"),
}
#: End reasons of employment codes and job searches (tymsyy, hapkd).
CAUSE_OF_REASON: Mapping[str, str] = {
    **dict.fromkeys(("01", "02", "03", "16"), "open_market"),
    "00": "subsidised",
    **dict.fromkeys(("04", "11", "12"), "services"),
    **dict.fromkeys(("08", "13"), "studies"),
    **dict.fromkeys(("05", "07", "09", "14", "15"), "outside"),
}


# --- spells by month of duration, and split on a day ----------------------------------------------


def person_months(spells: pd.DataFrame, most: int = 36) -> pd.DataFrame:
    """One row a spell and month of its duration that was seen whole.

    Args:
        spells: Of :func:`spells_begun`: ``start``, ``end``, ``days``, ``cause`` and whatever
            else; other columns are repeated.
        most: Months followed; what lasts longer counts as going on.

    Returns:
        The spells' columns, ``spell`` (row of ``spells``), ``duration`` (1 for the first month),
        ``month`` (``YYYY-MM``, in which this month of duration begins) and ``event``: the cause
        if the spell ended in this month, else empty. A spell that went on at the extract date has
        only the months it was seen for whole.
    """
    _require_columns(spells, ["start", "end", "days", "cause"])
    ended = spells["end"].notna().to_numpy()
    passed = _whole_months(spells["start"], spells["start"] + _month_start_days(spells["days"]))
    behind = _whole_months(spells["start"], spells["start"] + _month_start_days(spells["days"] - 1))
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


def split_at_day(spells: pd.DataFrame, day: date) -> pd.DataFrame:
    """Spells parted on a day, such as the trial's first: what is after it can be treated.

    Args:
        spells: ``start``, ``end``, ``days``, ``cause`` and whatever else.
        day: First day of the part after.

    Returns:
        The spells' columns, ``spell``, ``entry`` and ``exit`` (days since the spell's start, the
        first of them 0), ``after`` and ``event``: the cause if the part ends the spell, else
        empty.
    """
    _require_columns(spells, ["start", "end", "days", "cause"])
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


def _month_start_days(number: pd.Series) -> pd.Series:
    return pd.to_timedelta(number, unit="D")


def _require_columns(frame: pd.DataFrame, columns: Sequence[str]) -> None:
    if missing := [name for name in columns if name not in frame]:
        raise UsageError(f"spells: no column {', '.join(missing)}")


# --- what a spell ended by ------------------------------------------------------------------------


def exit_causes(
    spells: pd.DataFrame, codes: pd.DataFrame, services: pd.DataFrame, searches: pd.DataFrame
) -> pd.Series:
    """Cause of each spell's end; empty where it goes on.

    The first that says something: a service that covers the day after, the employment code that
    begins on it, the reason by which the code ended, the reason by which the job search ended
    that day. What a person does says more than the reason on record, which is often missing.

    Args:
        spells: ``person_id``, ``end``, ``end_reason`` of the last code.
        codes: Employment codes other than unemployment: ``person_id``, ``code``, ``start``.
        services: ``person_id``, ``group``, ``start``, ``end``.
        searches: Job searches: ``person_id``, ``end``, ``end_reason``.
    """
    after = spells["end"] + pd.Timedelta(days=1)
    ended = spells[["person_id"]].assign(after=after, end=spells["end"])
    causes_by_source = [
        _cause_of_service(ended, services),
        _cause_of_row(
            ended, codes.rename(columns={"start": "after"}), "after", "code", CAUSE_OF_CODE
        ),
        spells["end_reason"].map(CAUSE_OF_REASON),
        _cause_of_row(ended, searches, "end", "end_reason", CAUSE_OF_REASON),
    ]
    cause = pd.Series(np.nan, index=spells.index, dtype=object)
    for cause_of_source in causes_by_source:
        cause = cause.where(cause.notna(), cause_of_source)
    return cause.fillna("unknown").where(spells["end"].notna(), "").astype(str)


def _cause_of_service(ended: pd.DataFrame, services: pd.DataFrame) -> pd.Series:
    """Cause by the service that covers the day after, the first in the order above of several."""
    pairs = ended.reset_index().merge(services, on="person_id", suffixes=("", "_service"))
    covers = pairs["start"] <= pairs["after"]
    covers &= pairs["end_service"].isna() | (pairs["end_service"] >= pairs["after"])
    found = pairs[covers].assign(cause=lambda frame: frame["group"].map(CAUSE_OF_SERVICE))
    found["rank"] = found["cause"].map(EXIT_CAUSES.index)
    first = found.sort_values("rank", kind="stable").drop_duplicates("index").set_index("index")
    return first["cause"].reindex(ended.index)


def _cause_of_row(
    ended: pd.DataFrame, rows: pd.DataFrame, day: str, column: str, of: Mapping[str, str]
) -> pd.Series:
    """Cause by the row of the same person and day."""
    known = rows[["person_id", day, column]].dropna(subset=[day])
    known = known.drop_duplicates(["person_id", day], keep="last")
    found = ended.reset_index().merge(known, on=["person_id", day], how="left").set_index("index")
    return found[column].map(of).reindex(ended.index)


UNEMPLOYED = ("02", "03")


def spells_begun(register: SpellRegister, first: date, last: date) -> pd.DataFrame:
    """Spells of unemployment that began in a time: see :func:`unemployment_spells`.

    Spells that began before ``first`` are left out whole: they would be there only because they
    lasted.

    Args:
        register: A canonical register.
        first: First day on which a spell may have begun.
        last: Last such day.

    Returns:
        As :func:`unemployment_spells`, without ``entry``.

    Raises:
        DataError: No spell began in that time.
    """
    records = _SpellRecords.of(register)
    inside = records.chains["start"].between(pd.Timestamp(first), pd.Timestamp(last))
    if not inside.any():
        raise DataError(f"register: no spell of unemployment began between {first} and {last}")
    return records.described(inside, last)


def unemployment_spells(
    register: Register | Path | str, first: date | str, last: date | str
) -> pd.DataFrame:
    """Spells of unemployment at risk of ending in a time, one row each.

    A spell is the indicators': a longest chain of one person's codes ``02`` and ``03``, each
    starting at most ``unemployment_gap_days`` after the end of the one before, as the catalogue
    has it. It is at risk if it goes on on some day from ``first`` to ``last``. One that began
    before is there only because it had lasted so far, which estimators must be told by ``entry``.

    Examples:
        Kaplan–Meier of durations by sex, with lifelines::

            spells = indicators.unemployment_spells(register, "2021-03", "2022-02")
            for woman, group in spells.groupby("woman"):
                KaplanMeierFitter().fit(
                    group["days"], group["end"].notna(), entry=group["entry"], label=str(woman)
                ).plot()

    Args:
        register: A canonical register (of ``read_register``), or its folder.
        first: First day of the time, as a date or ``YYYY-MM-DD``; of a month ``YYYY-MM`` its
            first.
        last: Last day; of a month ``YYYY-MM`` its last.

    Returns:
        ``person_id``; ``start``; ``end`` (missing if that is the extract date or later: it may
        go on); ``days`` (observed, the end's day included, also after ``last``); ``cause``
        (``open_market``, ``subsidised``, ``services``, ``studies``, ``outside``, ``unknown``;
        empty if it went on); as of the start: ``laid_off``, ``municipality`` (empty if none is on
        record; one that has merged as what it had become by ``last``), ``age``, ``woman``,
        ``foreign`` and ``target_group``; and ``entry``, the days from the start to ``first`` (0
        for spells that began later). In order of person and start. Rows are persons': unprotected.

    Raises:
        UsageError: A day is none, or the last is before the first.
        DataError: No spell is at risk in that time, or the register cannot be read or breaks an
            invariant: all faults of all tables.
    """
    begin, end = _day(first, "first"), _day(last, "last")
    if end < begin:
        raise UsageError(f"last {end} is before first {begin}; give the earlier day first")
    opened = register if isinstance(register, Register) else open_register(Path(register))
    # As before every count: a register that breaks an invariant would give spells that never were.
    check_register(opened.folder)
    return spells_at_risk(opened, begin, end)


def spells_at_risk(register: SpellRegister, begin: date, end: date) -> pd.DataFrame:
    """As :func:`unemployment_spells`, of a register whose invariants are known to hold."""
    records = _SpellRecords.of(register)
    chains, day = records.chains, pd.Timestamp(begin)
    inside = chains["start"] <= pd.Timestamp(end)
    inside &= chains["end"].isna() | (chains["end"] >= day)
    # What the extract does not know yet is at no risk that anybody could see.
    inside &= pd.Timestamp(register.extract_date) >= day
    if not (inside & (chains["start"] <= pd.Timestamp(register.extract_date))).any():
        raise DataError(
            f"register: no spell of unemployment goes on between {begin} and {end}; the extract "
            f"knows until {register.extract_date}"
        )
    spells = records.described(inside, end)
    return spells.assign(entry=(day - spells["start"]).dt.days.clip(lower=0))


def _day(wanted: date | str, name: str) -> date:
    """A day, or the first or last of a month."""
    if isinstance(wanted, date):
        return wanted.date() if isinstance(wanted, datetime) else wanted
    try:
        if len(wanted) == len("YYYY-MM"):
            month = parse_month(wanted)
            return last_day(month) if name == "last" else date.fromisoformat(f"{month}-01")
        return date.fromisoformat(wanted)
    except (ValueError, UsageError) as error:
        raise UsageError(
            f"{name} {wanted} is no day; write YYYY-MM-DD, or a month YYYY-MM"
        ) from error


@dataclass(frozen=True, slots=True, eq=False)
class _SpellRecords:
    """A register's spells, and what says more of them.

    Attributes:
        register: The register.
        codes: All employment codes.
        chains: Of :func:`_unemployment_chains`.
    """

    register: SpellRegister
    codes: pd.DataFrame
    chains: pd.DataFrame

    @classmethod
    def of(cls, register: SpellRegister) -> _SpellRecords:
        """Read the codes and join them."""
        columns = ["person_id", "code", "start", "end", "end_reason"]
        codes = _read_frame(register, "employment_code", columns)
        chains = _unemployment_chains(codes[codes["code"].isin(UNEMPLOYED)])
        return cls(register, codes, chains)

    def described(self, chosen: pd.Series, last: date) -> pd.DataFrame:
        """Some of the chains as rows, observed to the extract date."""
        register, codes, chains = self.register, self.codes, self.chains
        extract = pd.Timestamp(register.extract_date)
        spells = chains[chosen & (chains["start"] <= extract)].reset_index(drop=True)
        spells.loc[spells["end"] >= extract, "end"] = pd.NaT
        spells["days"] = (spells["end"].fillna(extract) - spells["start"]).dt.days + 1
        spells["cause"] = exit_causes(
            spells,
            codes[~codes["code"].isin(UNEMPLOYED)],
            _read_frame(register, "service", ["person_id", "group", "start", "end"]),
            _read_frame(register, "job_search", ["person_id", "end", "end_reason"]),
        )
        return _with_traits(spells, register, f"{last:%Y-%m}").drop(columns="end_reason")


def _unemployment_chains(codes: pd.DataFrame) -> pd.DataFrame:
    """Longest chains, with the code they begin and the reason they end by."""
    codes = codes.sort_values(["person_id", "start"], kind="stable")
    before = codes.groupby("person_id")["end"].shift()
    gap = int(load_catalogue().parameters["unemployment_gap_days"].default)
    new = ~(codes["start"] <= before + pd.Timedelta(days=gap))
    chain = new.cumsum()
    firsts, lasts = codes.groupby(chain).head(1), codes.groupby(chain).tail(1)
    return pd.DataFrame(
        {
            "person_id": firsts["person_id"].to_numpy(),
            "start": firsts["start"].to_numpy(),
            "end": lasts["end"].to_numpy(),
            "laid_off": firsts["code"].to_numpy() == "03",
            "end_reason": lasts["end_reason"].to_numpy(),
        }
    )


def _with_traits(spells: pd.DataFrame, register: SpellRegister, month: str) -> pd.DataFrame:
    columns = ["person_id", "birth_year", "birth_date", "sex", "citizenship", "language"]
    people = _read_frame(register, "persons", [*columns, "fund_member"])
    found = spells.merge(people, on="person_id", how="left", validate="many_to_one")
    home, key = _residence(spells, register), mergers.load_mergers()
    found["municipality"] = home.map({code: key.current(code, month) for code in home.unique()})
    found["age"] = _ages(found)
    found["woman"] = found["sex"] == "2"
    found["foreign"] = found["citizenship"] != "246"
    target = ~found["fund_member"].astype(bool) | (found["age"] < 30) | found["foreign"]
    found["target_group"] = target | (found["language"] == "other")
    return found.drop(columns=[*columns[1:], "fund_member"])


def _residence(spells: pd.DataFrame, register: SpellRegister) -> pd.Series:
    """Municipality on the first day of each spell."""
    homes = _read_frame(register, "residence", ["person_id", "municipality", "start", "end"])
    homes = homes.rename(columns={"end": "until"}).sort_values("start", kind="stable")
    rows = spells[["person_id", "start"]].reset_index().sort_values("start", kind="stable")
    found = pd.merge_asof(rows, homes, on="start", by="person_id").set_index("index")
    gone = found["until"] < found["start"]
    home = found["municipality"].mask(gone | found["municipality"].isna(), "")
    known: pd.Series[str] = home.reindex(spells.index)
    return known


def _ages(spells: pd.DataFrame) -> pd.Series:
    """Exact where the birth date is known, else by years (contract, section 1)."""
    start, birth = spells["start"], spells["birth_date"]
    early = start.dt.month * 100 + start.dt.day < birth.dt.month * 100 + birth.dt.day
    exact = start.dt.year - birth.dt.year - early
    years = start.dt.year - spells["birth_year"]
    return pd.Series(exact.where(birth.notna(), years), dtype=np.int64)


def _read_frame(register: SpellRegister, table: str, columns: list[str]) -> pd.DataFrame:
    frame: pd.DataFrame = register.read(table, columns).to_pandas()
    for column in {"start", "end", "birth_date"} & set(columns):
        frame[column] = pd.to_datetime(frame[column]).astype("datetime64[s]")
    return frame
