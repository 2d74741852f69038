"""Spells of unemployment from a canonical register, and what each ended by."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from indicators import catalogue
from indicators.areas import mergers
from indicators.errors import DataError
from indicators.evaluation.survival.causes import causes
from indicators.register.store import Register

UNEMPLOYED = ("02", "03")


def unemployment_spells(register: Register, first: date, last: date) -> pd.DataFrame:
    """Spells of unemployment that began in a time, one row each.

    A spell is the indicators': a longest chain of one person's codes ``02`` and ``03``, each
    starting at most ``unemployment_gap_days`` after the end of the one before, as the catalogue
    has it. Spells that began before ``first`` are left out whole:
    they would be there only because they lasted.

    Args:
        register: A canonical register.
        first: First day on which a spell may have begun.
        last: Last such day.

    Returns:
        ``person_id``; ``start``; ``end`` (missing if that is the extract date or later: it may
        go on); ``days`` (observed, the end's day included); ``cause`` (``open_market``,
        ``subsidised``, ``services``, ``studies``, ``outside``, ``unknown``; empty if it went on);
        and as of the start: ``laid_off``, ``municipality`` (empty if none is on record; one that
        has merged as what it had become by ``last``), ``age``, ``woman``, ``foreign`` and
        ``target_group``.

    Raises:
        DataError: No spell began in that time.
    """
    codes = _frame(register, "employment_code", ["person_id", "code", "start", "end", "end_reason"])
    chains = _chains(codes[codes["code"].isin(UNEMPLOYED)])
    extract = pd.Timestamp(register.extract_date)
    inside = chains["start"].between(pd.Timestamp(first), pd.Timestamp(last))
    spells = chains[inside & (chains["start"] <= extract)].reset_index(drop=True)
    if spells.empty:
        raise DataError(f"register: no spell of unemployment began between {first} and {last}")
    spells.loc[spells["end"] >= extract, "end"] = pd.NaT
    spells["days"] = (spells["end"].fillna(extract) - spells["start"]).dt.days + 1
    spells["cause"] = causes(
        spells,
        codes[~codes["code"].isin(UNEMPLOYED)],
        _frame(register, "service", ["person_id", "group", "start", "end"]),
        _frame(register, "job_search", ["person_id", "end", "end_reason"]),
    )
    return _with_traits(spells, register, f"{last:%Y-%m}").drop(columns="end_reason")


def _chains(codes: pd.DataFrame) -> pd.DataFrame:
    """Longest chains, with the code they begin and the reason they end by."""
    codes = codes.sort_values(["person_id", "start"], kind="stable")
    before = codes.groupby("person_id")["end"].shift()
    gap = int(catalogue.load().parameters["unemployment_gap_days"].default)
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


def _with_traits(spells: pd.DataFrame, register: Register, month: str) -> pd.DataFrame:
    columns = ["person_id", "birth_year", "birth_date", "sex", "citizenship", "language"]
    people = _frame(register, "persons", [*columns, "fund_member"])
    found = spells.merge(people, on="person_id", how="left", validate="many_to_one")
    home, key = _residence(spells, register), mergers.load()
    found["municipality"] = home.map({code: key.current(code, month) for code in home.unique()})
    found["age"] = _ages(found)
    found["woman"] = found["sex"] == "2"
    found["foreign"] = found["citizenship"] != "246"
    target = ~found["fund_member"].astype(bool) | (found["age"] < 30) | found["foreign"]
    found["target_group"] = target | (found["language"] == "other")
    return found.drop(columns=[*columns[1:], "fund_member"])


def _residence(spells: pd.DataFrame, register: Register) -> pd.Series:
    """Municipality on the first day of each spell."""
    homes = _frame(register, "residence", ["person_id", "municipality", "start", "end"])
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


def _frame(register: Register, table: str, columns: list[str]) -> pd.DataFrame:
    frame: pd.DataFrame = register.read(table, columns).to_pandas()
    for column in {"start", "end", "birth_date"} & set(columns):
        frame[column] = pd.to_datetime(frame[column]).astype("datetime64[s]")
    return frame
