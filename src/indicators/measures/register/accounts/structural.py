"""Account of indicator 7: structural unemployment in its four groups."""

from __future__ import annotations

from datetime import timedelta

from indicators.calendar import add_months
from indicators.measures.register.accounts.figures import count
from indicators.measures.register.accounts.funnel import Case, equal
from indicators.measures.register.accounts.model import Question, RegisterAccount
from indicators.measures.register.accounts.spells import (
    DAY,
    has_been_unemployed_for_long,
    latest_service_start,
    service_spells,
    unemployed_rows,
)
from indicators.measures.register.accounts.stocks import in_service, unemployed

ID = "structural_unemployment"
OF_UNEMPLOYED = ("long_term", "recurrent", "returned_from_service")
OF_SERVICE = "service_to_service"


def account(question: Question) -> RegisterAccount:
    """The unemployed in the first group that fits each, and those who go on to another service."""
    tests = dict(zip(OF_UNEMPLOYED, (_is_long_term, _is_recurrent, _has_returned), strict=True))

    def group_of(case: Case) -> str | None:
        return next((name for name, fits in tests.items() if fits(question, case)), None)

    out_of_work = unemployed(question, group_of)
    serviced = in_service(question, lambda case: _follows_another(question, case))
    numbers = {name: out_of_work.number(equal(name)) for name in OF_UNEMPLOYED}
    numbers[OF_SERVICE] = serviced.number(bool)
    numbers["total"] = sum(numbers.values())
    figures = {name: count(number, question.stock_status) for name, number in numbers.items()}
    day = {"day": question.count_day}
    unemployed_parts = (
        *(
            out_of_work.labelled("statistic", f"{ID}.{name}", equal(name))
            for name in ("long_term", "recurrent")
        ),
        out_of_work.labelled(
            "statistic",
            f"{ID}.returned_from_service",
            equal("returned_from_service"),
            ("service",),
        ),
        out_of_work.part("in_no_group", equal(None)).needing("service"),
    )
    service_parts = (
        serviced.labelled("statistic", f"{ID}.{OF_SERVICE}", bool),
        serviced.part("after_no_service", lambda fact: not fact),
    )
    return RegisterAccount(
        (
            out_of_work.strand("unemployed", "persons", unemployed_parts, day),
            serviced.strand("in_service", "spells", service_parts, day, needs=("service",)),
        ),
        figures,
        dict.fromkeys(figures, question.count_day),
    )


def _is_long_term(question: Question, case: Case) -> bool:
    return has_been_unemployed_for_long(case.person, case.day, question)


def _is_recurrent(question: Question, case: Case) -> bool:
    """Enough unemployed days, of either code, in the window up to the count day."""
    first = add_months(case.day, -question.choice("recurrent_window_months")) + DAY
    days = set()
    for row in unemployed_rows(case.person):
        since, until = max(row["start"], first), min(row["end"] or case.day, case.day)
        days |= {since + timedelta(days=n) for n in range((until - since).days + 1)}
    return len(days) >= question.choice("recurrent_days")


def _has_returned(question: Question, case: Case) -> bool:
    """Whether a service (renewals joined) ended within the window before the count day."""
    after = add_months(case.day, -question.choice("returned_window_months"))
    return any(
        spell.end is not None and after < spell.end <= case.day
        for spell in service_spells(case.person, question.choice("renewal_gap_days"))
    )


def _follows_another(question: Question, case: Case) -> bool:
    """Whether the latest of the day's services began soon after another ended, and recently."""
    gap = question.choice("renewal_gap_days")
    start = latest_service_start(case.person, case.day, gap)
    if start <= add_months(case.day, -question.choice("service_window_months")):
        return False
    earliest = add_months(start, -question.choice("service_gap_months"))
    return any(
        spell.end is not None and earliest <= spell.end < start
        for spell in service_spells(case.person, gap)
    )
