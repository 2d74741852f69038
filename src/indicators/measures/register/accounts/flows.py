"""Account of indicators 8–10: a month's new unemployment spells, and which lasted so long."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from indicators.calendar import add_months, last_day, shift_month
from indicators.measures.register.accounts.belonging import belonging
from indicators.measures.register.accounts.figures import percentage
from indicators.measures.register.accounts.funnel import Case, Funnel, Reason, equal
from indicators.measures.register.accounts.model import Month, Question, RegisterAccount
from indicators.measures.register.accounts.spells import unemployment_spells


def account(question: Question, months: int) -> RegisterAccount:
    """The cohort of the month so many months before, followed to the limit."""
    began = shift_month(question.month, -months)

    def fate(case: Case) -> str:
        spell = case.spell
        if spell is None or spell.end is None:
            return "still_open"
        passed = spell.end >= add_months(spell.start, months)
        return "ended_after_limit" if passed else "ended_before_limit"

    goes_on = Reason("goes_on", lambda case: case.record is not case.spell.records[0])
    funnel = Funnel(_starting(question, began), [goes_on, *belonging(question)], fate)
    passed = funnel.number(lambda fact: fact != "ended_before_limit")
    parts = (
        funnel.part("still_open", equal("still_open")),
        *(
            funnel.part(key, equal(key), months=months)
            for key in ("ended_after_limit", "ended_before_limit")
        ),
    )
    seen: date = add_months(last_day(began), months)
    status = "normal" if seen <= question.register.extract_date else "incomplete"
    return RegisterAccount(
        (funnel.strand("new_unemployment", "spells", parts, {"month": Month(began)}),),
        {"value": percentage(passed, len(funnel), status)},
        {"value": seen},
    )


def _starting(question: Question, month: str) -> Iterator[Case]:
    """Records that start in a month, with the spells that they are part of."""
    lag = timedelta(days=question.choice("line_lag_days"))
    for person in question.register.people("employment_code"):
        for spell in unemployment_spells(person, question):
            for row in spell.records:
                if f"{row['start']:%Y-%m}" == month:
                    yield Case(person, row["start"], row, spell, row["start"] + lag)
