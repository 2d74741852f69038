"""Account of indicators 6 and 11: the unemployed and those in services."""

from __future__ import annotations

from collections.abc import Callable

from indicators.measures.register.accounts.figures import Figure, count, percentage
from indicators.measures.register.accounts.model import Question, RegisterAccount
from indicators.measures.register.accounts.stocks import in_service, service_groups, unemployed


def extended(question: Question) -> RegisterAccount:
    """The two stocks of the count day, added up."""
    return _account(question, lambda _, both: count(both, question.stock_status))


def rate(question: Question) -> RegisterAccount:
    """Those in services as a share of both stocks."""
    return _account(question, lambda part, both: percentage(part, both, question.stock_status))


def _account(question: Question, figure: Callable[[int, int], Figure]) -> RegisterAccount:
    out_of_work = unemployed(question)
    serviced = in_service(question, lambda case: case.record["group"])
    both = len(out_of_work) + len(serviced)
    day = {"day": question.count_day}
    return RegisterAccount(
        (
            out_of_work.strand("unemployed", "persons", values=day),
            serviced.strand("in_service", "spells", service_groups(serviced), day),
        ),
        {"value": figure(len(serviced), both)},
        {"value": question.count_day},
    )
