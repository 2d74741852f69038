"""Account of indicators 6 and 11: the unemployed and those in services."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from indicators.measures.register.accounts.belonging import belonging
from indicators.measures.register.accounts.funnel import labelled
from indicators.measures.register.accounts.model import Made, Question, RegisterAccount, Step
from indicators.measures.register.accounts.stocks import in_service, unemployed
from indicators.register.schema import SERVICE_GROUPS


def extended(question: Question) -> RegisterAccount:
    """The two stocks of the count day, added up."""
    return _account(question, lambda _, both: Made(both))


def rate(question: Question) -> RegisterAccount:
    """Those in services as a share of both stocks."""
    return _account(question, Made)


def _account(question: Question, figure: Callable[[int, int], Made]) -> RegisterAccount:
    out_of_work = belonging(question, unemployed(question))
    serviced = belonging(question, in_service(question))
    both = len(out_of_work.cases) + len(serviced.cases)
    day = {"day": question.count_day}
    return RegisterAccount(
        (
            out_of_work.strand("unemployed", "persons", values=day),
            serviced.strand("in_service", "spells", service_groups(serviced.cases), day),
        ),
        {"value": figure(len(serviced.cases), both)},
        {"value": question.count_day},
    )


def service_groups(cases: pd.DataFrame) -> tuple[Step, ...]:
    """Cases by service group, each group that has any."""
    there = [group for group in SERVICE_GROUPS if (cases["group"] == group).any()]
    return tuple(
        labelled("category", f"service_group.{group}", cases[cases["group"] == group])
        for group in there
    )
