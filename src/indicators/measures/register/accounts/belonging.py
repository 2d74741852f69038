"""Who of the cases belongs to the area, the population and the category asked for."""

from __future__ import annotations

import pandas as pd

from indicators.measures.register.accounts.funnel import Funnel
from indicators.measures.register.accounts.model import Question
from indicators.measures.register.accounts.records import called, read, value_on
from indicators.tallies.axes import AGE_EDGES, AGE_GROUPS, LINES

FINLAND = "246"
TARGET_AGE = 30
_SEXES = {"1": "men", "2": "women"}
_UNDEFINED = LINES[-1]


def belonging(question: Question, funnel: Funnel, line_day: str = "day") -> Funnel:
    """Leave out who lives elsewhere, and who is not of the population or the category.

    Args:
        question: What is asked.
        funnel: Cases with ``person_id`` and ``day``, the day on which all this is looked up.
        line_day: Column of the day of the service line.
    """
    funnel = _of_population(question, _of_area(question, funnel))
    if question.dimension == "total":
        return funnel
    category = category_of(question, funnel.cases, line_day)
    return funnel.without(category != question.category, "other_category")


def _of_area(question: Question, funnel: Funnel) -> Funnel:
    if question.is_whole:
        return funnel
    home = value_on(read(question.register, "residence"), "municipality", funnel.cases)
    home = called(question, home)
    without = funnel.without(home.isna(), "no_residence")
    return without.without(~home.isin(question.municipalities), "other_area")


def _of_population(question: Question, funnel: Funnel) -> Funnel:
    if question.population == "target_group":
        return funnel.without(~_in_target_group(question, funnel.cases), "not_target_group")
    if question.population == "trial_office":
        offices = read(question.register, "office")
        of_trial = offices[offices["office"].isin(question.trial_offices)]
        office = value_on(of_trial, "office", funnel.cases)
        return funnel.without(office.isna(), "not_trial_office")
    return funnel


def _in_target_group(question: Question, cases: pd.DataFrame) -> pd.Series:
    who = people(question, cases)
    return (
        (who["fund_member"] == False)  # noqa: E712 - it is missing where the person is not known
        | (who["age"] < TARGET_AGE)
        | who["foreign"]
        | (who["language"] == "other")
    )


def category_of(question: Question, cases: pd.DataFrame, line_day: str = "day") -> pd.Series:
    """The category of each case in the dimension asked for, missing where it has none."""
    if question.dimension == "service_line":
        lines = read(question.register, "service_line")
        return value_on(lines, "line", cases, line_day).fillna(_UNDEFINED)
    if question.dimension == "service_group":
        return cases["group"]
    who = people(question, cases)
    if question.dimension == "sex":
        return who["sex"].map(_SEXES)
    if question.dimension == "origin":
        return who["foreign"].map({True: "foreign", False: "finnish"}).where(who["known"])
    edges = [-float("inf"), *AGE_EDGES, float("inf")]
    groups = pd.cut(who["age"], edges, right=False, labels=list(AGE_GROUPS))
    named: pd.Series = groups.astype(object)
    return named


def people(question: Question, cases: pd.DataFrame) -> pd.DataFrame:
    """The person of each case, with the ``age`` on its day, ``foreign``, and ``known``."""
    persons = read(question.register, "persons").drop_duplicates("person_id")
    who = cases[["person_id", "day"]].merge(persons, on="person_id", how="left")
    who.index = cases.index
    known = who["birth_year"].notna()
    foreign = known & who["citizenship"].notna() & (who["citizenship"] != FINLAND)
    return who.assign(known=known, foreign=foreign.astype(bool), age=_age(who))


def _age(who: pd.DataFrame) -> pd.Series:
    """Full years, by the year alone where the day of birth is not known (contract, section 1)."""
    day, birth = who["day"].dt, who["birth_date"].dt
    # Not yet: missing days compare as false.
    not_yet = day.month * 100 + day.day < birth.month * 100 + birth.day
    year = birth.year.fillna(who["birth_year"])
    age: pd.Series = day.year - year - not_yet.astype(int)
    return age
