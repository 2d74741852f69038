"""Account of indicators 6 and 11: the unemployed and those in services."""

from __future__ import annotations

from indicators.measures.register.accounts.figures import count, percentage
from indicators.measures.register.accounts.model import Question, RegisterAccount
from indicators.measures.register.accounts.stocks import in_service, service_groups, unemployed


def account(question: Question) -> RegisterAccount:
    """The two stocks of the count day."""
    out_of_work = unemployed(question)
    serviced = in_service(question, lambda case: case.record["group"])
    both, status = len(out_of_work) + len(serviced), question.stock_status
    if question.indicator == "extended_unemployment":
        figure = count(both, status)
    else:
        figure = percentage(len(serviced), both, status)
    day = {"day": question.count_day}
    return RegisterAccount(
        (
            out_of_work.strand("unemployed", "persons", values=day),
            serviced.strand("in_service", "spells", service_groups(serviced), day),
        ),
        {"value": figure},
        {"value": question.count_day},
    )
