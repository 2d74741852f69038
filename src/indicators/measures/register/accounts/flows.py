"""Account of indicators 8–10: a month's new unemployment spells, and which lasted so long."""

from __future__ import annotations

import pandas as pd

from indicators.calendar import add_months, last_day, shift_month
from indicators.measures.register.accounts.belonging import belonging
from indicators.measures.register.accounts.funnel import Funnel, part
from indicators.measures.register.accounts.model import Made, Month, Question, RegisterAccount
from indicators.measures.register.accounts.records import DAY, FAR, unemployment


def account(question: Question, months: int) -> RegisterAccount:
    """The cohort of the month so many months before, followed to the limit."""
    began = shift_month(question.month, -months)
    funnel = _cohort(question, began)
    cohort = funnel.cases
    passed = cohort["end"] >= cohort["start"] + pd.DateOffset(months=months)
    is_open = cohort["end"] == FAR
    parts = (
        part("still_open", cohort[passed & is_open]),
        part("ended_after_limit", cohort[passed & ~is_open], months=months),
        part("ended_before_limit", cohort[~passed], months=months),
    )
    return RegisterAccount(
        (funnel.strand("new_unemployment", "spells", parts, {"month": Month(began)}),),
        {"value": Made(int(passed.sum()), len(cohort))},
        {"value": add_months(last_day(began), months)},
    )


def _cohort(question: Question, began: str) -> Funnel:
    records = unemployment(question)
    started = records[_in_month(records["start"], began)]
    lag = question.choice("line_lag_days")
    cases = started.assign(
        day=started["start"], line_day=started["start"] + lag * DAY, end=started["spell_end"]
    )
    funnel = Funnel.of(cases)
    new = funnel.without(~funnel.cases["first"], "goes_on")
    return belonging(question, new, "line_day")


def _in_month(days: pd.Series, month: str) -> pd.Series:
    return days.between(pd.Timestamp(f"{month}-01"), pd.Timestamp(last_day(month)))
