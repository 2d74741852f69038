"""The stocks that several indicators share: the unemployed and those in services on a count day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from indicators.measures.register.accounts.belonging import belonging
from indicators.measures.register.accounts.funnel import Case, Funnel, Reason, equal
from indicators.measures.register.accounts.model import Question, Step
from indicators.measures.register.accounts.records import covers
from indicators.measures.register.accounts.spells import UNEMPLOYED, is_unemployed
from indicators.register.schema import SERVICE_GROUPS


def unemployed(
    question: Question,
    fact: Callable[[Case], Any] = lambda _: None,
    before: tuple[Reason, ...] = (),
    after: tuple[Reason, ...] = (),
) -> Funnel:
    """Jobseekers on the count day, one case a person, without those whose code is another.

    Args:
        question: What is asked.
        fact: What is to be known of those who are left.
        before: Reasons to leave somebody out wherever they belong.
        after: Reasons to leave somebody out of those who belong.
    """
    other_code = Reason("other_code", lambda case: case.record["code"] not in UNEMPLOYED)
    reasons = [other_code, *before, *belonging(question), *after]
    return Funnel(_with_a_code(question), reasons, fact)


def _with_a_code(question: Question) -> Iterator[Case]:
    day = question.count_day
    for person in question.register.people("employment_code"):
        row = person.record_on("employment_code", day)
        if row:
            yield Case(person, day, row)


def in_service(question: Question, fact: Callable[[Case], Any]) -> Funnel:
    """Who is in a service on the count day, one case a person: the first group of the list."""
    reasons = [
        Reason(
            "in_service_but_unemployed", lambda case: is_unemployed(case.person, question.count_day)
        ),
        Reason("in_several_services", lambda case: case.record is not _services(case)[0]),
    ]
    return Funnel(_with_a_service(question), [*reasons, *belonging(question)], fact)


def _with_a_service(question: Question) -> Iterator[Case]:
    """A case for every service as recorded that covers the day."""
    day = question.count_day
    for person in question.register.people("service"):
        for row in person.rows("service"):
            if covers(row, day):
                yield Case(person, day, row)


def _services(case: Case) -> list[dict[str, Any]]:
    """The person's services of the day, in order of the groups."""
    there = [row for row in case.person.rows("service") if covers(row, case.day)]
    return sorted(there, key=lambda row: SERVICE_GROUPS.index(row["group"]))


def service_groups(funnel: Funnel) -> tuple[Step, ...]:
    """Cases whose fact is a service group, each group that has any."""
    return tuple(
        funnel.labelled("category", f"service_group.{group}", equal(group))
        for group in SERVICE_GROUPS
        if group in funnel.facts
    )
