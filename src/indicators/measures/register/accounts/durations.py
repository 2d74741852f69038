"""Account of indicator 5: how long the ongoing spells have lasted, and the ended ones did."""

from __future__ import annotations

import pandas as pd

from indicators.measures.register.accounts.belonging import belonging
from indicators.measures.register.accounts.funnel import Funnel
from indicators.measures.register.accounts.model import Made, Note, Question, RegisterAccount
from indicators.measures.register.accounts.records import (
    unemployment,
    value_on,
    within,
)
from indicators.measures.register.accounts.stocks import unemployed


def account(question: Question) -> RegisterAccount:
    """Two strands: the unemployed on the count day, and the spells that ended in the month."""
    records = unemployment(question)
    ongoing = belonging(question, unemployed(question))
    ended = belonging(question, _ended(question, records))
    elapsed = _elapsed(records, ongoing.cases)
    lasted = (ended.cases["end"] - ended.cases["spell_start"]).dt.days + 1
    weeks, many = elapsed.sum() / 7, len(elapsed)
    day = question.count_day
    behind = records["spell"].isin(value_on(records, "spell", ongoing.cases))
    return RegisterAccount(
        (
            ongoing.strand("unemployed", "persons", values={"day": day}),
            ended.strand("ended_unemployment", "spells"),
        ),
        {
            "mean_weeks": Made(weeks, many),
            "median_weeks": Made(None, many, elapsed.median() / 7 if many else None),
            "ended_mean_weeks": Made(lasted.sum() / 7, len(lasted)),
        },
        {"mean_weeks": day, "median_weeks": day, "ended_mean_weeks": question.last_day},
        (
            Note("records_behind", {"records": int(behind.sum())}),
            Note("days_so_far", {"days": int(elapsed.sum())}),
            Note("days_in_all", {"days": int(lasted.sum())}),
        ),
    )


def _ended(question: Question, records: pd.DataFrame) -> Funnel:
    ended = records[within(question, records["end"])]
    funnel = Funnel.of(ended.assign(day=ended["end"]))
    return funnel.without(funnel.cases["end"] < funnel.cases["spell_end"], "goes_on_after")


def _elapsed(records: pd.DataFrame, cases: pd.DataFrame) -> pd.Series:
    """Whole days from the start of each one's spell to the count day."""
    since = value_on(records, "spell_start", cases)
    days: pd.Series = (cases["day"] - since).dt.days
    return days
