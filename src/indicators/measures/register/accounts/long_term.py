"""Account of indicator 12: the long-term unemployed, and those who went from it to a service."""

from __future__ import annotations

from indicators.measures.register.accounts.belonging import belonging
from indicators.measures.register.accounts.funnel import part
from indicators.measures.register.accounts.model import Made, Question, RegisterAccount
from indicators.measures.register.accounts.records import DAY
from indicators.measures.register.accounts.stocks import in_service, unemployed
from indicators.measures.register.accounts.structural import is_long_term, latest_start


def account(question: Question) -> RegisterAccount:
    """A, the long-term unemployed, and B, those who were so on the day before their service."""
    out_of_work = belonging(question, unemployed(question))
    serviced = belonging(question, in_service(question))
    waiting = is_long_term(question, out_of_work.cases)
    eve = latest_start(question, serviced.cases) - DAY
    activated = is_long_term(question, serviced.cases.assign(eve=eve), "eve")
    day, months = {"day": question.count_day}, question.choice("long_term_months")
    shorter = part("shorter", out_of_work.cases[~waiting], months=months)
    parts = (part("long_term", out_of_work.cases[waiting], months=months), shorter)
    service_parts = (
        part("activated", serviced.cases[activated], months=months),
        part("not_activated", serviced.cases[~activated], months=months),
    )
    a, b = int(waiting.sum()), int(activated.sum())
    return RegisterAccount(
        (
            out_of_work.strand("unemployed", "persons", parts, day),
            serviced.strand("in_service", "spells", service_parts, day),
        ),
        {"value": Made(b, a + b)},
        {"value": question.count_day},
    )
