"""Account of indicator 27: costs and work of the long-term unemployed in the two years to come."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

from indicators.calendar import add_months, count_day, shift_month
from indicators.catalogue.sequences import SEQUENCES, sequence_of
from indicators.measures.register.accounts.cases import (
    UNEMPLOYED,
    Case,
    Funnel,
    Reason,
    has_been_unemployed_for_long,
    restrict_cases,
    service_spells,
)
from indicators.measures.register.accounts.model import (
    NOT_AVAILABLE,
    Note,
    Question,
    Record,
    RegisterAccount,
    mean,
    percentage,
    undivided,
)
from indicators.measures.register.accounts.paths import OPEN_MARKET, price_in_year
from indicators.register.schema import SERVICE_GROUPS

MONTHS = 24
"""How long the long-term unemployed are followed."""

DAYS_A_MONTH = 365.25 / 12
_DAY = timedelta(days=1)


class Followed(NamedTuple):
    """What became of somebody in the window.

    Attributes:
        sequence: The services begun.
        euros: What services cost, on days that have a price.
        unpriced: Days in services without one.
        work_days: Days in open-market work.
    """

    sequence: str
    euros: Fraction
    unpriced: int
    work_days: int


def account_path_costs(question: Question) -> RegisterAccount:
    """The long-term unemployed of two years before, with what followed."""
    day = count_day(shift_month(question.month, -MONTHS))
    until = add_months(day, MONTHS)
    reasons = [
        Reason("other_code", lambda case: case.record["code"] not in UNEMPLOYED),
        *_restrictions(question),
        Reason(
            "not_long_term",
            lambda case: not has_been_unemployed_for_long(case.person, day, question),
            {"months": question.choice("long_term_months")},
        ),
    ]
    if question.dimension == "following_sequence":
        reasons.append(
            Reason(
                "other_sequence",
                lambda case: _sequence(question, case, until) != question.category,
            )
        )
    funnel = Funnel(
        _with_a_code(question, day), reasons, lambda case: _follow(question, case, until)
    )
    facts: list[Followed] = funnel.facts
    euros = float(sum((each.euros for each in facts), Fraction()))
    work_days = sum(each.work_days for each in facts)
    worked = funnel.number(_has_worked)
    unpriced = sum(each.unpriced for each in facts)
    status = "normal" if until <= question.register.extract_date else "incomplete"
    a_month = euros * DAYS_A_MONTH / work_days if work_days else None
    figures = {
        "euros_per_person": mean(euros, len(funnel), status),
        "open_market_share": percentage(worked, len(funnel), status),
        "euros_per_open_market_month": undivided(a_month, worked, status),
    }
    why: tuple[Note, ...] = ()
    if unpriced and status == "normal":
        figures["euros_per_person"] = NOT_AVAILABLE
        if worked:
            figures["euros_per_open_market_month"] = NOT_AVAILABLE
        records = sum(each.unpriced > 0 for each in facts)
        why = (Note("unpriced_days_of_persons", {"days": unpriced, "persons": records}),)
    parts = tuple(
        funnel.labelled("category", f"following_sequence.{sequence}", _has_begun(sequence))
        for sequence in SEQUENCES
        if sequence in {each.sequence for each in facts}
    )
    return RegisterAccount(
        (funnel.strand("unemployed", "persons", parts, {"day": day}),),
        figures,
        dict.fromkeys(figures, until),
        (Note("work_days", {"days": work_days, "persons": worked}),),
        why,
    )


def _has_worked(each: Followed) -> bool:
    return each.work_days > 0


def _has_begun(sequence: str) -> Callable[[Followed], bool]:
    return lambda each: each.sequence == sequence


def _restrictions(question: Question) -> list[Reason]:
    if question.dimension == "following_sequence":
        question = replace(question, dimension="total", category="total")
    return restrict_cases(question)


def _with_a_code(question: Question, day: date) -> Iterator[Case]:
    for person in question.register.people("employment_code"):
        row = person.record_on("employment_code", day)
        if row:
            yield Case(person, day, row)


def _follow(question: Question, case: Case, until: date) -> Followed:
    """What became of somebody between the day after the count day and the window's last day."""
    euros, unpriced = Fraction(), 0
    for row in case.person.rows("service"):
        for year in range(case.day.year, until.year + 1):
            days = _days_in(
                row, max(case.day + _DAY, date(year, 1, 1)), min(until, date(year, 12, 31))
            )
            price = price_in_year(question, row["group"], row["kind"], year)
            if price is None:
                unpriced += days
            else:
                euros += days * price
    worked = [
        _days_in(row, case.day + _DAY, until)
        for row in case.person.rows("employment_code")
        if row["code"] == OPEN_MARKET
    ]
    return Followed(_sequence(question, case, until), euros, unpriced, sum(worked))


def _days_in(row: Record, first: date, last: date) -> int:
    """How many days from the first to the last a record covers."""
    begin: date = max(row["start"], first)
    end: date = min(row["end"] or date.max, last)
    return max((end - begin).days + 1, 0)


def _sequence(question: Question, case: Case, until: date) -> str:
    """The first steps among the services, renewals joined, begun in the window."""
    begun = [
        (spell.start, SERVICE_GROUPS.index(spell.records[0]["group"]))
        for spell in service_spells(case.person, question.choice("renewal_gap_days"))
        if case.day < spell.start <= until
    ]
    return sequence_of(SERVICE_GROUPS[group] for _, group in sorted(begun))
