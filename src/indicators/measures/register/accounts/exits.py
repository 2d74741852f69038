"""Account of indicator 4: job searches that ended in the month, by end reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from indicators.measures.register.accounts.belonging import belonging
from indicators.measures.register.accounts.figures import count
from indicators.measures.register.accounts.funnel import Case, Funnel
from indicators.measures.register.accounts.model import Question, RegisterAccount, Step
from indicators.measures.register.accounts.records import Person

ID = "job_search_exits"
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
"""End reasons of each group; entrepreneurship takes from others."""

GRANT_KINDS, GRANT_REASONS = ("61", "62", "65"), ("00",)
STATEMENTS = ("M4", "Y2", "Y8", "Y005", "Y006", "Y008")
STATEMENT_REASONS = ("00", "01", "03", "05", "06")


class Exit(NamedTuple):
    """The group of a search, and what makes it entrepreneurship."""

    group: str
    by_grant: bool
    by_statement: bool


def account(question: Question) -> RegisterAccount:
    """The searches of those who belong, each of one group; entrepreneurship goes first."""
    funnel = Funnel(_ended(question), belonging(question), lambda case: _exit(question, case))
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


def _ended(question: Question) -> Iterator[Case]:
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
    return Exit(next(group for group, of in REASONS.items() if reason in of), False, False)


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
            f"{ID}.{group}",
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
