"""Accounts of a month's events: indicators 4, 8–10 and 13–15."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

from indicators.calendar import add_months, last_day, shift_month
from indicators.measures.register.accounts.cases import (
    Case,
    Funnel,
    Reason,
    equal,
    restrict_cases,
    service_spells,
    unemployment_spells,
)
from indicators.measures.register.accounts.model import (
    Figure,
    Month,
    Person,
    Question,
    RegisterAccount,
    Step,
    count,
    empty,
    percentage,
)
from indicators.measures.register.accounts.stocks import service_groups

# --- indicator 4: job searches that ended, by end reason ------------------------------------------


EXITS_ID = "job_search_exits"
REASONS = {
    "open_market": ("01", "03", "16"),
    "layoff_return": ("02",),
    "subsidised": ("00",),
    "entrepreneurship": (),
    "studies": ("04", "08", "13"),
    "abroad": ("09",),
    "other": ("05", "07", "11", "12", "14", "15"),
    "unknown": ("06", "10", None),
}
"""End reasons of each group; entrepreneurship takes from the other groups."""

GRANT_KINDS, GRANT_REASONS = ("61", "62", "65"), ("00",)
STATEMENTS = ("M4", "Y2", "Y8", "Y005", "Y006", "Y008")
STATEMENT_REASONS = ("00", "01", "03", "05", "06")


class Exit(NamedTuple):
    """The group of a search, and what makes it entrepreneurship."""

    group: str
    by_grant: bool
    by_statement: bool


def account_exits(question: Question) -> RegisterAccount:
    """The searches of those who belong, each of one group; entrepreneurship goes first."""
    funnel = Funnel(
        _ended_searches(question), restrict_cases(question), lambda case: _exit(question, case)
    )
    days = question.choice("statement_window_days")
    status = question.event_status(later=days)
    groups = {group: funnel.number(_of_group(group)) for group in REASONS}
    figures = {group: count(number, status) for group, number in groups.items()}
    figures["total"] = count(len(funnel), status)
    seen = question.last_day + timedelta(days=days)
    return RegisterAccount(
        (funnel.strand("ended_searches", "spells", _parts(question, funnel)),),
        figures,
        dict.fromkeys(figures, seen),
    )


def _of_group(group: str) -> Callable[[Exit], bool]:
    return lambda fact: fact.group == group


def _ended_searches(question: Question) -> Iterator[Case]:
    for person in question.register.people("job_search"):
        for row in person.rows("job_search"):
            if question.is_in_month(row["end"]):
                yield Case(person, row["end"], row)


def _exit(question: Question, case: Case) -> Exit:
    reason = case.record["end_reason"]
    by_grant = reason in GRANT_REASONS and _has_grant(question, case.person, case.day)
    by_statement = reason in STATEMENT_REASONS and _has_statement(question, case.person, case.day)
    if by_grant or by_statement:
        return Exit("entrepreneurship", by_grant, by_statement)
    group = next(group for group, reasons in REASONS.items() if reason in reasons)
    return Exit(group, by_grant=False, by_statement=False)


def _has_grant(question: Question, person: Person, end: date) -> bool:
    """A start-up grant that starts at most so many days before or after the end."""
    return any(
        row["kind"] in GRANT_KINDS
        and abs((row["start"] - end).days) <= question.choice("startup_window_days")
        for row in person.rows("service")
    )


def _has_statement(question: Question, person: Person, end: date) -> bool:
    """A statement on business given at most so many days before or after the end."""
    return any(
        row["code"] in STATEMENTS
        and row["given"] is not None
        and abs((row["given"] - end).days) <= question.choice("statement_window_days")
        for row in person.rows("statement")
    )


def _parts(question: Question, funnel: Funnel) -> tuple[Step, ...]:
    groups = [
        funnel.labelled(
            "statistic",
            f"{EXITS_ID}.{group}",
            _of_group(group),
            _tables_of(group),
        )
        for group in REASONS
    ]
    by_grant = funnel.part(
        "by_grant", lambda fact: fact.by_grant, days=question.choice("startup_window_days")
    )
    by_statement = funnel.part(
        "by_statement",
        lambda fact: fact.by_statement and not fact.by_grant,
        days=question.choice("statement_window_days"),
    )
    # Who has a grant as well is counted among those by grant.
    return (
        *groups,
        by_grant.needing("service"),
        by_statement.needing("service", "statement"),
    )


def _tables_of(group: str) -> tuple[str, ...]:
    """Tables that decide who of the group's end reasons is an entrepreneur."""
    reasons = REASONS[group]
    grants = group == "entrepreneurship" or set(reasons) & set(GRANT_REASONS)
    statements = group == "entrepreneurship" or set(reasons) & set(STATEMENT_REASONS)
    return (*(("service",) if grants else ()), *(("statement",) if statements else ()))


# --- indicators 8–10: new unemployment spells that reach a length ---------------------------------


def account_flows(question: Question, months: int) -> RegisterAccount:
    """The cohort of the month so many months before, followed to the limit."""
    began = shift_month(question.month, -months)

    def fate(case: Case) -> str:
        spell = case.spell
        if spell is None or spell.end is None:
            return "still_open"
        passed = spell.end >= add_months(spell.start, months)
        return "ended_after_limit" if passed else "ended_before_limit"

    goes_on = Reason("goes_on", lambda case: case.record is not case.spell.records[0])
    funnel = Funnel(
        starting_unemployment(question, began), [goes_on, *restrict_cases(question)], fate
    )
    passed = funnel.number(lambda fact: fact != "ended_before_limit")
    parts = (
        funnel.part("still_open", equal("still_open")),
        *(
            funnel.part(key, equal(key), months=months)
            for key in ("ended_after_limit", "ended_before_limit")
        ),
    )
    seen: date = add_months(last_day(began), months)
    status = "normal" if seen <= question.register.extract_date else "incomplete"
    return RegisterAccount(
        (funnel.strand("new_unemployment", "spells", parts, {"month": Month(began)}),),
        {"value": percentage(passed, len(funnel), status)},
        {"value": seen},
    )


def starting_unemployment(question: Question, month: str) -> Iterator[Case]:
    """Records that start in a month, with the spells that they are part of."""
    lag = timedelta(days=question.choice("line_lag_days"))
    for person in question.register.people("employment_code"):
        for spell in unemployment_spells(person, question):
            for row in spell.records:
                if f"{row['start']:%Y-%m}" == month:
                    yield Case(person, row["start"], row, spell, row["start"] + lag)


# --- indicator 13: services that started; renewals start nothing ----------------------------------


def account_starts(question: Question) -> RegisterAccount:
    """The services that started, and of how many persons."""
    renewal = Reason(
        "renewal",
        lambda case: case.record is not case.spell.records[0],
        {"days": question.choice("renewal_gap_days")},
    )
    funnel = Funnel(
        _starting_services(question),
        [renewal, *restrict_cases(question)],
        lambda case: case.record["group"],
    )
    status = question.event_status()
    return RegisterAccount(
        (funnel.strand("started_services", "spells", service_groups(funnel)),),
        {"persons": count(funnel.persons, status), "spells": count(len(funnel), status)},
        dict.fromkeys(("persons", "spells"), question.last_day),
    )


def _starting_services(question: Question) -> Iterator[Case]:
    for person in question.register.people("service"):
        for spell in service_spells(person, question.choice("renewal_gap_days")):
            for row in spell.records:
                if question.is_in_month(row["start"]):
                    yield Case(person, row["start"], row, spell)


# --- indicators 14 and 15: offers or introductions, and what came of them -------------------------


OFFERS_FILLED, OFFERS_NOT_COUNTED = ("01", "52"), ("03", "07", "13", "51")
WORK_CODES = ("00", "01", "09")
FOLLOW_UP_DAYS = {
    "employed_30_days": "employed_short_days",
    "employed_90_days": "employed_long_days",
}


class Offer(NamedTuple):
    """What came of an offer; by statistic whether work began, None if that is not seen yet."""

    vacancy: str | None
    result: str | None
    employed: dict[str, bool | None]


def account_offers(question: Question, table: str) -> RegisterAccount:
    """Offers of those who belong, by result, and followed for work that began."""
    funnel = Funnel(
        _offers_of_month(question, table),
        restrict_cases(question),
        lambda case: _offer(question, case),
    )
    status = question.event_status()
    vacancies = {offer.vacancy for offer in funnel.facts} - {None}
    filled = funnel.number(lambda offer: offer.result in OFFERS_FILLED)
    counted = funnel.number(lambda offer: offer.result not in OFFERS_NOT_COUNTED)
    figures = {
        "offers": count(len(funnel), status),
        "persons": count(funnel.persons, status),
        "vacancies": count(len(vacancies), status),
        "filled_share": percentage(filled, counted, status),
    }
    whole_on = dict.fromkeys(figures, question.last_day)
    parts = _by_result(funnel)
    for statistic, parameter in FOLLOW_UP_DAYS.items():
        days = question.choice(parameter)
        figures[statistic] = _followed_by_work(question, funnel, statistic, days)
        whole_on[statistic] = question.last_day + timedelta(days=days)
        parts = (*parts, *_follow_up(funnel, statistic, days))
    key = f"dated_{question.indicator}"
    return RegisterAccount((funnel.strand(key, "offers", parts),), figures, whole_on)


def _offers_of_month(question: Question, table: str) -> Iterator[Case]:
    for person in question.register.people(table):
        for row in person.rows(table):
            if question.is_in_month(row["date"]):
                yield Case(person, row["date"], row)


def _offer(question: Question, case: Case) -> Offer:
    def began_work(days: int) -> bool | None:
        """Within so many days, from the day after the offer on."""
        if case.day + timedelta(days=days) > question.register.extract_date:
            return None
        return any(
            row["code"] in WORK_CODES and 1 <= (row["start"] - case.day).days <= days
            for row in case.person.rows("employment_code")
        )

    employed = {
        statistic: began_work(question.choice(parameter))
        for statistic, parameter in FOLLOW_UP_DAYS.items()
    }
    return Offer(case.record["vacancy_id"], case.record["result"], employed)


def _followed_by_work(question: Question, funnel: Funnel, statistic: str, days: int) -> Figure:
    status = question.event_status(later=days)
    seen = funnel.number(lambda offer: offer.employed[statistic] is not None)
    if question.first_day + timedelta(days=days) > question.register.extract_date:
        # No offer of the month, had there been one on its first day, is seen to the end.
        return empty("incomplete")
    return percentage(funnel.number(lambda offer: offer.employed[statistic]), seen, status)


def _follow_up(funnel: Funnel, statistic: str, days: int) -> tuple[Step, ...]:
    return (
        funnel.part("followed", lambda offer: offer.employed[statistic] is not None, days=days),
        funnel.part("employed", lambda offer: offer.employed[statistic], days=days),
    )


def _by_result(funnel: Funnel) -> tuple[Step, ...]:
    def is_open(offer: Any) -> bool:
        return offer.result is not None and offer.result not in (
            *OFFERS_FILLED,
            *OFFERS_NOT_COUNTED,
        )

    return (
        funnel.part("filled", lambda offer: offer.result in OFFERS_FILLED),
        funnel.part("not_filled", is_open),
        funnel.part("no_result", lambda offer: offer.result is None),
        funnel.part("result_not_counted", lambda offer: offer.result in OFFERS_NOT_COUNTED),
        funnel.part("no_vacancy", lambda offer: offer.vacancy is None),
    )
