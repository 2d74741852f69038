"""Account of indicator 13: services that started in the month; renewals start nothing."""

from __future__ import annotations

from collections.abc import Iterator

from indicators.measures.register.accounts.belonging import belonging
from indicators.measures.register.accounts.figures import count
from indicators.measures.register.accounts.funnel import Case, Funnel, Reason
from indicators.measures.register.accounts.model import Question, RegisterAccount
from indicators.measures.register.accounts.spells import service_spells
from indicators.measures.register.accounts.stocks import service_groups


def account(question: Question) -> RegisterAccount:
    """The services that started, and of how many persons."""
    renewal = Reason(
        "renewal",
        lambda case: case.record is not case.spell.records[0],
        {"days": question.choice("renewal_gap_days")},
    )
    funnel = Funnel(
        _starting(question), [renewal, *belonging(question)], lambda case: case.record["group"]
    )
    status = question.event_status()
    return RegisterAccount(
        (funnel.strand("started_services", "spells", service_groups(funnel)),),
        {"persons": count(funnel.persons, status), "spells": count(len(funnel), status)},
        dict.fromkeys(("persons", "spells"), question.last_day),
    )


def _starting(question: Question) -> Iterator[Case]:
    for person in question.register.people("service"):
        for spell in service_spells(person, question.choice("renewal_gap_days")):
            for row in spell.records:
                if question.is_in_month(row["start"]):
                    yield Case(person, row["start"], row, spell)
