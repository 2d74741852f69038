"""Records of a register as frames, and the spells that they make when joined."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd

from indicators.areas import mergers
from indicators.measures.register.accounts.model import Question
from indicators.measures.register.job import Source

FAR = pd.Timestamp("2999-12-31")
"""The end of a spell that is open."""

DAY = pd.Timedelta(days=1)
UNEMPLOYED = ("02", "03")


def read(register: Source, table: str) -> pd.DataFrame:
    """A table whose days are timestamps; an open spell ends on :data:`FAR`."""
    rows: pd.DataFrame = register.read(table).to_pandas(date_as_object=False)
    return rows.assign(end=rows["end"].fillna(FAR)) if "end" in rows else rows


def called(question: Question, municipalities: pd.Series) -> pd.Series:
    """Municipality codes as they are called in the month; missing ones stay missing."""
    known = mergers.load()
    names = {code: known.current(code, question.month) for code in municipalities.dropna().unique()}
    named: pd.Series = municipalities.map(names).astype(object)
    return named


def covering(rows: pd.DataFrame, day: date) -> pd.DataFrame:
    """Spells that cover a day."""
    at = pd.Timestamp(day)
    return rows[(rows["start"] <= at) & (rows["end"] >= at)]


def within(question: Question, days: pd.Series) -> pd.Series:
    """Which days lie in the month."""
    return days.between(pd.Timestamp(question.first_day), pd.Timestamp(question.last_day))


def value_on(rows: pd.DataFrame, column: str, cases: pd.DataFrame, day: str = "day") -> pd.Series:
    """The value that a spell of the person has on each case's day, missing where none covers it.

    Args:
        rows: Spells.
        column: Which value.
        cases: One row a case, with ``person_id`` and the day.
        day: Name of the column of the day.
    """
    asked = cases[["person_id", day]].rename_axis("case").reset_index()
    met = asked.merge(rows[["person_id", "start", "end", column]], on="person_id")
    met = met[(met["start"] <= met[day]) & (met[day] <= met["end"])]
    return met.drop_duplicates("case").set_index("case")[column].reindex(cases.index)


def joined(rows: pd.DataFrame, keys: Sequence[str], gap: int) -> pd.DataFrame:
    """Records with the spell that each is a part of.

    Args:
        rows: Spells.
        keys: Only records that have these in common are joined.
        gap: A record goes on from those before it if it starts at most so many days after the
            latest end among them.

    Returns:
        The records in order with ``spell`` (a number), ``first`` (whether the spell starts with
        the record), ``spell_start`` and ``spell_end``.
    """
    ordered = rows.sort_values([*keys, "start", "end"]).reset_index(drop=True)
    of = [ordered[key] for key in keys]
    before = ordered.groupby(of, dropna=False)["end"].cummax().groupby(of, dropna=False).shift()
    first = before.isna() | (ordered["start"] > before + gap * DAY)
    ordered = ordered.assign(first=first, spell=first.cumsum())
    spells = ordered.groupby("spell")
    return ordered.assign(
        spell_start=spells["start"].transform("min"), spell_end=spells["end"].transform("max")
    )


def unemployment(question: Question) -> pd.DataFrame:
    """Records of the codes 02 and 03 with their unemployment spells; as :func:`joined`."""
    keys = ["person_id"] if question.choices["merge_layoff"] else ["person_id", "code"]
    return joined(unemployed_records(question), keys, question.choice("unemployment_gap_days"))


def unemployed_records(question: Question) -> pd.DataFrame:
    """Records of the codes 02 and 03, no two of a person on one day."""
    codes = read(question.register, "employment_code")
    return codes[codes["code"].isin(UNEMPLOYED)]


def services(question: Question) -> pd.DataFrame:
    """Records of services with the spells that renewals make of them; as :func:`joined`."""
    rows = read(question.register, "service")
    return joined(rows, ["person_id", "group", "kind"], question.choice("renewal_gap_days"))


def spells_of(records: pd.DataFrame) -> pd.DataFrame:
    """Joined records as one row a spell, from ``start`` to ``end``."""
    spells = records[records["first"]]
    return spells.assign(start=spells["spell_start"], end=spells["spell_end"])
