"""Accounts of the ways to, through and out of services: indicators 21–26."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from statistics import median
from typing import NamedTuple

from indicators.calendar import add_months, last_day, shift_month
from indicators.catalogue.sequences import SEQUENCES, sequence_of
from indicators.measures.register.accounts.cases import (
    UNEMPLOYED,
    Case,
    Funnel,
    Reason,
    Spell,
    equal,
    has_been_unemployed_for_long,
    restrict_cases,
    service_spells,
)
from indicators.measures.register.accounts.events import starting_unemployment
from indicators.measures.register.accounts.model import (
    NOT_AVAILABLE,
    Month,
    Note,
    Question,
    Record,
    RegisterAccount,
    count,
    covers,
    mean,
    percentage,
    undivided,
)
from indicators.measures.register.accounts.stocks import unemployed
from indicators.register.schema import SERVICE_GROUPS

MONTHS = 3
"""How long the newly unemployed, and those who have left a service, are followed."""


def _seen_on(cohort: str) -> date:
    """The day until which a register must know for a month's cohort to be followed to the end."""
    return add_months(last_day(cohort), MONTHS)


def _cohort_status(question: Question, cohort: str) -> str:
    return "normal" if _seen_on(cohort) <= question.register.extract_date else "incomplete"


# --- indicators 21 and 26: from unemployment to a service or a plan -------------------------------


def account_time_to_service(question: Question) -> RegisterAccount:
    """The cohort of unemployment spells, each with the days until the first service in time."""
    return _account_time_to(question, "service", "start", ("served_in_time", "not_served_in_time"))


def account_time_to_plan(question: Question) -> RegisterAccount:
    """The cohort of unemployment spells, each with the days until the first plan in time."""
    return _account_time_to(question, "plan", "signed", ("planned_in_time", "not_planned_in_time"))


def _account_time_to(
    question: Question, table: str, column: str, keys: tuple[str, str]
) -> RegisterAccount:
    """The cohort of unemployment spells, each with the days until the first event in time.

    Args:
        question: Which figure.
        table: Of the events.
        column: Which of its columns has an event's day.
        keys: Of the parts with an event and without.
    """

    def days_to_first(case: Case) -> int | None:
        latest = add_months(case.day, MONTHS)
        days = [row[column] for row in case.person.rows(table)]
        in_time = [day for day in days if case.day <= day <= latest]
        return (min(in_time) - case.day).days if in_time else None

    began = shift_month(question.month, -MONTHS)
    goes_on = Reason("goes_on", lambda case: case.record is not case.spell.records[0])
    funnel = Funnel(
        starting_unemployment(question, began), [goes_on, *restrict_cases(question)], days_to_first
    )
    days = [each for each in funnel.facts if each is not None]
    status = _cohort_status(question, began)
    parts = (
        funnel.part(keys[0], lambda each: each is not None, months=MONTHS),
        funnel.part(keys[1], equal(None), months=MONTHS),
    )
    figures = {
        "within_3_months": percentage(len(days), len(funnel), status),
        "median_weeks": undivided(median(days) / 7 if days else None, len(days), status),
    }
    return RegisterAccount(
        (funnel.strand("new_unemployment", "spells", parts, {"month": Month(began)}),),
        figures,
        dict.fromkeys(figures, _seen_on(began)),
    )


# --- indicator 22: what follows a service ---------------------------------------------------------


FATES = ("open_market_3_months", "unemployed_3_months", "in_service_3_months", "other_3_months")
OPEN_MARKET = "01"


def account_after_service(question: Question) -> RegisterAccount:
    """The services that ended in the cohort's month, by what covers the day three months later."""
    ended = shift_month(question.month, -MONTHS)
    goes_on = Reason(
        "service_goes_on",
        lambda case: case.spell.end != case.day or case.record is not _last_to_end(case.spell),
        {"days": question.choice("renewal_gap_days")},
    )
    funnel = Funnel(_ending_services(question, ended), [goes_on, *restrict_cases(question)], _fate)
    status = _cohort_status(question, ended)
    parts = tuple(
        funnel.labelled("statistic", f"after_service.{fate}", equal(fate)) for fate in FATES
    )
    figures = {fate: percentage(funnel.number(equal(fate)), len(funnel), status) for fate in FATES}
    return RegisterAccount(
        (funnel.strand("ended_services", "spells", parts, {"month": Month(ended)}),),
        figures,
        dict.fromkeys(figures, _seen_on(ended)),
    )


def _ending_services(question: Question, month: str) -> Iterator[Case]:
    """Records that end in a month, with the services that they are part of."""
    for person in question.register.people("service"):
        for spell in service_spells(person, question.choice("renewal_gap_days")):
            for row in spell.records:
                if row["end"] is not None and f"{row['end']:%Y-%m}" == month:
                    yield Case(person, row["end"], row, spell)


def _last_to_end(spell: Spell) -> Record:
    """Of records that end together one stands for the service."""
    return max(spell.records, key=lambda row: row["end"] or date.max)


def _fate(case: Case) -> str:
    day = add_months(case.day, MONTHS)
    code = case.person.record_on("employment_code", day)
    if code and code["code"] == OPEN_MARKET:
        return "open_market_3_months"
    if code and code["code"] in UNEMPLOYED:
        return "unemployed_3_months"
    served = any(covers(row, day) for row in case.person.rows("service"))
    return "in_service_3_months" if served else "other_3_months"


# --- indicator 23: services of the long-term unemployed -------------------------------------------


def account_service_paths(question: Question) -> RegisterAccount:
    """The long-term unemployed of the count day, by how many services they have begun."""
    months = question.choice("long_term_months")
    not_long = Reason(
        "not_long_term",
        lambda case: not has_been_unemployed_for_long(case.person, case.day, question),
        {"months": months},
    )
    funnel = unemployed(question, lambda case: _services_begun(question, case), after=(not_long,))
    numbers = {
        "none": funnel.number(equal(0)),
        "one": funnel.number(equal(1)),
        "several": funnel.number(lambda services: services > 1),
    }
    status = question.stock_status
    figures = {name: count(number, status) for name, number in numbers.items()}
    figures["mean_services"] = mean(sum(funnel.facts), len(funnel), status)
    parts = (
        funnel.labelled("statistic", "service_paths.none", equal(0)),
        funnel.labelled("statistic", "service_paths.one", equal(1)),
        funnel.labelled("statistic", "service_paths.several", lambda services: services > 1),
    )
    window = question.choice("path_window_months")
    return RegisterAccount(
        (funnel.strand("unemployed", "persons", parts, {"day": question.count_day}),),
        figures,
        dict.fromkeys(figures, question.count_day),
        (Note("services_begun", {"services": sum(funnel.facts), "months": window}),),
    )


def _services_begun(question: Question, case: Case) -> int:
    """Services, renewals joined, begun within the window up to the count day."""
    after = add_months(case.day, -question.choice("path_window_months"))
    spells = service_spells(case.person, question.choice("renewal_gap_days"))
    return sum(after < spell.start <= case.day for spell in spells)


# --- indicator 25: which services, one after another ----------------------------------------------


def account_service_sequences(question: Question) -> RegisterAccount:
    """The long-term unemployed of the count day, by the services they have begun in order."""
    not_long = Reason(
        "not_long_term",
        lambda case: not has_been_unemployed_for_long(case.person, case.day, question),
        {"months": question.choice("long_term_months")},
    )
    after: tuple[Reason, ...] = (not_long,)
    asked = question.category if question.dimension == "sequence" else None
    if asked is not None:
        after += (Reason("other_sequence", lambda case: _sequence(question, case) != asked),)
        question = replace(question, dimension="total", category="total")
    funnel = unemployed(question, lambda case: _sequence(question, case), after=after)
    parts = tuple(
        funnel.labelled("category", f"sequence.{sequence}", equal(sequence))
        for sequence in SEQUENCES
        if sequence in funnel.facts
    )
    return RegisterAccount(
        (funnel.strand("unemployed", "persons", parts, {"day": question.count_day}),),
        {"value": count(len(funnel), question.stock_status)},
        {"value": question.count_day},
    )


def _sequence(question: Question, case: Case) -> str:
    """The first steps among the services, renewals joined, begun within the window."""
    after = add_months(case.day, -question.choice("sequence_window_months"))
    begun = [
        (spell.start, SERVICE_GROUPS.index(spell.records[0]["group"]))
        for spell in service_spells(case.person, question.choice("renewal_gap_days"))
        if after < spell.start <= case.day
    ]
    return sequence_of(SERVICE_GROUPS[group] for _, group in sorted(begun))


# --- indicator 24: what services cost -------------------------------------------------------------


class Cost(NamedTuple):
    """Days of the month in a service, and the price of one; None where it is not known."""

    group: str
    days: int
    price: Fraction | None


def account_service_costs(question: Question) -> RegisterAccount:
    """The service records that run in the month, each with its days and their price."""
    funnel = Funnel(
        _running_services(question), restrict_cases(question), lambda case: _cost(question, case)
    )
    costs: list[Cost] = funnel.facts
    unpriced = [cost for cost in costs if cost.price is None]
    euros = float(
        sum((cost.days * cost.price for cost in costs if cost.price is not None), Fraction())
    )
    status = question.event_status()
    figures = {
        "euros": count(euros, status),
        "euros_per_person": mean(euros, funnel.persons, status),
    }
    why: tuple[Note, ...] = ()
    if unpriced:
        figures = dict.fromkeys(figures, NOT_AVAILABLE)
        days = sum(cost.days for cost in unpriced)
        why = (Note("unpriced_days", {"days": days, "records": len(unpriced)}),)
    groups = dict.fromkeys(cost.group for cost in costs)
    parts = tuple(
        funnel.labelled("category", f"service_group.{group}", _of_group(group)) for group in groups
    )
    return RegisterAccount(
        (funnel.strand("running_services", "spells", parts),),
        figures,
        dict.fromkeys(figures, question.last_day),
        (Note("service_days", {"days": sum(cost.days for cost in costs)}),),
        why,
    )


def _of_group(group: str) -> Callable[[Cost], bool]:
    return lambda cost: cost.group == group


def _running_services(question: Question) -> Iterator[Case]:
    """Records that cover a day of the month that is seen, on the first such day."""
    latest = min(question.last_day, question.register.extract_date)
    for person in question.register.people("service"):
        for row in person.rows("service"):
            first = max(row["start"], question.first_day)
            if first <= latest and covers(row, first):
                yield Case(person, first, row)


def _cost(question: Question, case: Case) -> Cost:
    latest = min(question.last_day, question.register.extract_date, case.record["end"] or date.max)
    group, kind = case.record["group"], case.record["kind"]
    days = (latest - case.day) // timedelta(days=1) + 1
    return Cost(group, days, price_in_year(question, group, kind, question.first_day.year))


def price_in_year(question: Question, group: str, kind: str, year: int) -> Fraction | None:
    """Of the kind, else of the group without a kind; to a millionth of a euro."""
    for wanted in (kind, None):
        for row in question.register.reported("service_price"):
            if (row["group"], row["kind"], row["year"]) == (group, wanted, year):
                return Fraction(round(row["euros_per_day"] * 1_000_000), 1_000_000)
    return None
