"""Account of indicator 7: structural unemployment in its four groups."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from indicators.calendar import add_months
from indicators.measures.register.accounts.belonging import belonging
from indicators.measures.register.accounts.funnel import labelled, part
from indicators.measures.register.accounts.model import Made, Question, RegisterAccount, Step
from indicators.measures.register.accounts.records import (
    DAY,
    FAR,
    covering,
    services,
    spells_of,
    unemployed_records,
    unemployment,
    value_on,
)
from indicators.measures.register.accounts.stocks import in_service, unemployed

ID = "structural_unemployment"


def account(question: Question) -> RegisterAccount:
    """The unemployed in the first group that fits each, and those who go on to another service."""
    out_of_work = belonging(question, unemployed(question))
    serviced = belonging(question, in_service(question))
    groups = _groups(question, out_of_work.cases)
    follows = _after_another(question, serviced.cases)
    groups["service_to_service"] = serviced.cases[follows]
    steps = {name: labelled("statistic", f"{ID}.{name}", of) for name, of in groups.items()}
    last = steps.pop("service_to_service")
    rest = out_of_work.cases.drop(pd.concat([groups[name] for name in steps]).index)
    unemployed_parts: tuple[Step, ...] = (
        *steps.values(),
        replace(part("in_no_group", rest), needs=("service",)),
    )
    service_parts = (last, part("after_no_service", serviced.cases[~follows]))
    figures = {name: Made(len(of)) for name, of in groups.items()}
    figures["total"] = Made(sum(map(len, groups.values())))
    day = {"day": question.count_day}
    return RegisterAccount(
        (
            out_of_work.strand("unemployed", "persons", unemployed_parts, day),
            replace(
                serviced.strand("in_service", "spells", service_parts, day), needs=("service",)
            ),
        ),
        figures,
        dict.fromkeys(figures, question.count_day),
    )


def _groups(question: Question, cases: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The unemployed of each group; nobody is in two."""
    tests = {
        "long_term": is_long_term(question, cases),
        "recurrent": _is_recurrent(question, cases),
        "returned_from_service": _is_returned(question, cases),
    }
    groups, left = {}, cases
    for name, fits in tests.items():
        here = fits.loc[left.index]
        groups[name], left = left[here], left[~here]
    return groups


def is_long_term(question: Question, cases: pd.DataFrame, day: str = "day") -> pd.Series:
    """Whether each case's unemployment on a day had lasted for long enough.

    Args:
        question: What is asked.
        cases: One row a case.
        day: Column of the day; who is not unemployed on it is not long-term unemployed.
    """
    start = value_on(unemployment(question), "spell_start", cases, day)
    months = question.choice("long_term_months")
    return start <= cases[day] - pd.DateOffset(months=months)


def _is_recurrent(question: Question, cases: pd.DataFrame) -> pd.Series:
    day = question.count_day
    last = pd.Timestamp(day)
    first = pd.Timestamp(add_months(day, -question.choice("recurrent_window_months"))) + DAY
    spells = unemployed_records(question)
    spells = spells[(spells["end"] >= first) & (spells["start"] <= last)]
    until = spells["end"].where(spells["end"] < last, last)
    since = spells["start"].where(spells["start"] > first, first)
    days = (until - since).dt.days + 1
    unemployed_days = days.groupby(spells["person_id"]).sum()
    return cases["person_id"].map(unemployed_days) >= question.choice("recurrent_days")


def _is_returned(question: Question, cases: pd.DataFrame) -> pd.Series:
    day = question.count_day
    after = pd.Timestamp(add_months(day, -question.choice("returned_window_months")))
    ends = spells_of(services(question))
    ended = ends[(ends["end"] > after) & (ends["end"] <= pd.Timestamp(day))]
    return cases["person_id"].isin(ended["person_id"])


def latest_start(question: Question, cases: pd.DataFrame) -> pd.Series:
    """The latest start among the services (renewals joined) that cover the count day."""
    spells = covering(spells_of(services(question)), question.count_day)
    latest = spells.groupby("person_id")["start"].max()
    return latest.reindex(cases["person_id"]).set_axis(cases.index)


def _after_another(question: Question, cases: pd.DataFrame) -> pd.Series:
    start = latest_start(question, cases)
    window = add_months(question.count_day, -question.choice("service_window_months"))
    earliest = start - pd.DateOffset(months=question.choice("service_gap_months"))
    asked = cases[["person_id"]].assign(start=start, earliest=earliest)
    ended = spells_of(services(question)).query("end < @FAR", local_dict={"FAR": FAR})
    met = asked.rename_axis("case").reset_index().merge(ended[["person_id", "end"]], on="person_id")
    before = met[(met["earliest"] <= met["end"]) & (met["end"] < met["start"])]
    return (start > pd.Timestamp(window)) & cases.index.isin(before["case"])
