"""Account of indicator 13: services that started in the month; renewals start nothing."""

from __future__ import annotations

from indicators.measures.register.accounts.activation import service_groups
from indicators.measures.register.accounts.belonging import belonging
from indicators.measures.register.accounts.funnel import Funnel
from indicators.measures.register.accounts.model import Made, Question, RegisterAccount
from indicators.measures.register.accounts.records import services, within


def account(question: Question) -> RegisterAccount:
    """The services that started, and of how many persons."""
    records = services(question)
    started = records[within(question, records["start"])]
    funnel = Funnel.of(started.assign(day=started["start"]))
    days = question.choice("renewal_gap_days")
    funnel = belonging(question, funnel.without(~funnel.cases["first"], "renewal", days=days))
    cases = funnel.cases
    return RegisterAccount(
        (funnel.strand("started_services", "spells", service_groups(cases)),),
        {"persons": Made(cases["person_id"].nunique()), "spells": Made(len(cases))},
        dict.fromkeys(("persons", "spells"), question.last_day),
    )
