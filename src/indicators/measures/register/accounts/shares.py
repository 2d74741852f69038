"""Account of indicators 1–3: the unemployed, and the labour force they are held against."""

from __future__ import annotations

import pandas as pd

from indicators.measures.register.accounts.belonging import belonging, people
from indicators.measures.register.accounts.funnel import Funnel
from indicators.measures.register.accounts.model import (
    AreaCode,
    Made,
    Note,
    Question,
    RegisterAccount,
)
from indicators.measures.register.accounts.records import read
from indicators.measures.register.accounts.stocks import unemployed

BASES = {
    "unemployment_share": "total",
    "foreign_unemployment_share": "foreign",
    "youth_unemployment_share": "under25",
}


def account(question: Question) -> RegisterAccount:
    """The unemployed residents, and the latest labour force of each municipality."""
    funnel = _of_group(question, belonging(question, unemployed(question)))
    held, lacking = _labour_force(question)
    base = None if lacking else float(held["value"].sum())
    year = question.month[:4]
    return RegisterAccount(
        (funnel.strand("unemployed", "persons", values={"day": question.count_day}),),
        {"value": Made(len(funnel.cases), base)},
        {"value": question.count_day},
        tuple(
            Note(
                "labour_force",
                {
                    "area": AreaCode(area),
                    "year": year,
                    "vintage": row["vintage"].date(),
                    "value": row["value"],
                },
            )
            for area, row in held.iterrows()
        ),
        tuple(Note("no_labour_force", {"area": AreaCode(a), "year": year}) for a in lacking),
    )


def _of_group(question: Question, funnel: Funnel) -> Funnel:
    if question.indicator == "unemployment_share":
        return funnel
    who = people(question, funnel.cases)
    if question.indicator == "foreign_unemployment_share":
        return funnel.without(~who["foreign"], "citizen_of_finland")
    age = question.choice("youth_age")
    return funnel.without(~(who["age"] < age), "not_young", age=age)


def _labour_force(question: Question) -> tuple[pd.DataFrame, list[str]]:
    """The latest value of each member, and the members that have none in the year."""
    rows = read(question.register, "labour_force")
    of_year = (rows["group"] == BASES[question.indicator]) & (
        rows["year"] == question.count_day.year
    )
    rows = rows[of_year].sort_values(["vintage", "value"])
    latest = rows.drop_duplicates("municipality", keep="last").set_index("municipality")
    found = [area for area in question.members if area.removeprefix("KU") in latest.index]
    held = latest.loc[[area.removeprefix("KU") for area in found]].set_axis(found)
    return held, [area for area in question.members if area not in found]
