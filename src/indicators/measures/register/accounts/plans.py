"""Account of indicator 17: for whom a plan is due, and who has one that is up to date."""

from __future__ import annotations

import pandas as pd

from indicators.calendar import add_months
from indicators.measures.register.accounts.belonging import belonging
from indicators.measures.register.accounts.funnel import Funnel, part
from indicators.measures.register.accounts.model import Made, Question, RegisterAccount
from indicators.measures.register.accounts.records import DAY, covering, read
from indicators.measures.register.accounts.stocks import unemployed


def account(question: Question) -> RegisterAccount:
    """The unemployed whose job search has gone on for long enough, by the state of their plan."""
    funnel = belonging(question, _due(question))
    due = funnel.cases
    state = due["person_id"].map(_states(question)).astype(object).fillna("never")
    valid, expired, never = (due[state == one] for one in ("valid", "expired", "never"))
    months = question.choice("plan_validity_months")
    parts = (
        part("plan_valid", valid, months=months),
        part("plan_expired", expired),
        part("plan_never", never),
    )
    figures = {
        "valid_share": Made(len(valid), len(due)),
        "debt_never": Made(len(never)),
        "debt_expired": Made(len(expired)),
        "debt": Made(len(never) + len(expired)),
    }
    return RegisterAccount(
        (funnel.strand("unemployed", "persons", parts, {"day": question.count_day}),),
        figures,
        dict.fromkeys(figures, question.count_day),
    )


def _due(question: Question) -> Funnel:
    days = question.choice("plan_due_days")
    searches = covering(read(question.register, "job_search"), question.count_day)
    ripe = searches[searches["start"] <= pd.Timestamp(question.count_day) - days * DAY]
    funnel = unemployed(question)
    searching = funnel.cases["person_id"].isin(searches["person_id"])
    funnel = funnel.without(~searching, "no_search")
    new = ~funnel.cases["person_id"].isin(ripe["person_id"])
    return funnel.without(new, "new_search", days=days)


def _states(question: Question) -> pd.Series:
    """Whether the latest plan signed by the count day is valid, by person."""
    day = pd.Timestamp(question.count_day)
    plans = read(question.register, "plan")
    plans = plans[plans["signed"] <= day]
    latest = plans[plans["signed"] == plans.groupby("person_id")["signed"].transform("max")]
    months = question.choice("plan_validity_months")
    fresh = latest["signed"] > pd.Timestamp(add_months(question.count_day, -months))
    valid = (latest["review"] >= day) | (latest["review"].isna() & fresh)
    return valid.groupby(latest["person_id"]).any().map({True: "valid", False: "expired"})
