"""Account of indicators 1–3: the unemployed, and the labour force they are held against."""

from __future__ import annotations

import pandas as pd

from indicators.areas import mergers
from indicators.areas.mergers import AREA
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
from indicators.tallies.axes import COUNTRY


def account(question: Question, group: str) -> RegisterAccount:
    """The unemployed residents, and the latest labour force of each municipality.

    Args:
        question: What is asked.
        group: Of the labour force, and of the unemployed: ``total``, ``foreign`` or ``under25``.
    """
    funnel = _of_group(question, belonging(question, unemployed(question)), group)
    held, lacking = _labour_force(question, group)
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


def _of_group(question: Question, funnel: Funnel, group: str) -> Funnel:
    if group == "total":
        return funnel
    who = people(question, funnel.cases)
    if group == "foreign":
        return funnel.without(~who["foreign"], "citizen_of_finland")
    age = question.choice("youth_age")
    return funnel.without(~(who["age"] < age), "not_young", age=age)


def _labour_force(question: Question, group: str) -> tuple[pd.DataFrame, list[str]]:
    """The latest value of each member, and the members that have none in the year."""
    rows = read(question.register, "labour_force")
    of_year = (rows["group"] == group) & (rows["year"] == question.count_day.year)
    known, january = mergers.load(), f"{question.month[:4]}-01"
    rows = rows[of_year].sort_values("value")
    rows = rows.drop_duplicates(["municipality", "vintage"], keep="last")
    rows = rows.assign(municipality=[known.current(one, january) for one in rows["municipality"]])
    # What one vintage tells of municipalities that are one by then is added up.
    rows = rows.groupby(["municipality", "vintage"])["value"].sum().reset_index()
    latest = rows.drop_duplicates("municipality", keep="last").set_index("municipality")
    members = [f"{AREA}{code}" if code != COUNTRY else code for code in question.municipalities]
    found = [area for area in members if area.removeprefix(AREA) in latest.index]
    held = latest.loc[[area.removeprefix(AREA) for area in found]].set_axis(found)
    return held, [area for area in members if area not in found]
