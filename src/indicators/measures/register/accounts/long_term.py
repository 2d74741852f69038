"""Account of indicator 12: the long-term unemployed, and those who went from it to a service."""

from __future__ import annotations

from indicators.measures.register.accounts.figures import percentage
from indicators.measures.register.accounts.funnel import Case
from indicators.measures.register.accounts.model import Question, RegisterAccount
from indicators.measures.register.accounts.spells import (
    DAY,
    has_been_unemployed_for_long,
    latest_service_start,
)
from indicators.measures.register.accounts.stocks import in_service, unemployed


def account(question: Question) -> RegisterAccount:
    """A, the long-term unemployed, and B, those who were so on the day before their service."""
    months, gap = question.choice("long_term_months"), question.choice("renewal_gap_days")
    count_day = question.count_day

    def is_waiting(case: Case) -> bool:
        return has_been_unemployed_for_long(case.person, count_day, question)

    def is_activated(case: Case) -> bool:
        eve = latest_service_start(case.person, count_day, gap) - DAY
        return has_been_unemployed_for_long(case.person, eve, question)

    out_of_work, serviced = unemployed(question, is_waiting), in_service(question, is_activated)
    a, b = sum(out_of_work.facts), sum(serviced.facts)
    day = {"day": count_day}
    parts = (
        out_of_work.part("long_term", lambda fact: fact, months=months),
        out_of_work.part("shorter", lambda fact: not fact, months=months),
    )
    service_parts = (
        serviced.part("activated", lambda fact: fact, months=months),
        serviced.part("not_activated", lambda fact: not fact, months=months),
    )
    return RegisterAccount(
        (
            out_of_work.strand("unemployed", "persons", parts, day),
            serviced.strand("in_service", "spells", service_parts, day),
        ),
        {"value": percentage(b, a + b, question.stock_status)},
        {"value": count_day},
    )
