"""The stocks that several indicators share: the unemployed and those in services on a count day."""

from __future__ import annotations

import pandas as pd

from indicators.measures.register.accounts.funnel import Funnel
from indicators.measures.register.accounts.model import Question
from indicators.measures.register.accounts.records import UNEMPLOYED, covering, read
from indicators.register.schema import SERVICE_GROUPS


def unemployed(question: Question) -> Funnel:
    """Jobseekers on the count day, one case a person, without those whose code is another."""
    codes = covering(read(question.register, "employment_code"), question.count_day)
    other = ~codes["code"].isin(UNEMPLOYED)
    cases = codes.assign(other=other, day=_day(question)).sort_values("other")
    funnel = Funnel.of(cases.drop_duplicates("person_id"))
    return funnel.without(funnel.cases["other"], "other_code")


def in_service(question: Question) -> Funnel:
    """Who is in a service on the count day, one case a person: the first group of the list."""
    rows = covering(read(question.register, "service"), question.count_day)
    place = rows["group"].map({group: at for at, group in enumerate(SERVICE_GROUPS)})
    funnel = Funnel.of(rows.assign(place=place, day=_day(question)).sort_values("place"))
    out_of_work = funnel.cases["person_id"].isin(unemployed(question).cases["person_id"])
    funnel = funnel.without(out_of_work, "in_service_but_unemployed")
    return funnel.without(funnel.cases.duplicated("person_id"), "in_several_services")


def _day(question: Question) -> pd.Timestamp:
    return pd.Timestamp(question.count_day)
