"""Account of indicator 17: for whom a plan is due, and who has one that is up to date."""

from __future__ import annotations

from datetime import timedelta

from indicators.calendar import add_months
from indicators.measures.register.accounts.figures import count, percentage
from indicators.measures.register.accounts.funnel import Case, Reason, equal
from indicators.measures.register.accounts.model import Question, RegisterAccount
from indicators.measures.register.accounts.records import Record, covers
from indicators.measures.register.accounts.stocks import unemployed

VALID, EXPIRED, NEVER = "plan_valid", "plan_expired", "plan_never"


def account(question: Question) -> RegisterAccount:
    """The unemployed whose job search has gone on for long enough, by the state of their plan."""
    days, months = question.choice("plan_due_days"), question.choice("plan_validity_months")
    latest_start = question.count_day - timedelta(days=days)

    def searches(case: Case) -> list[Record]:
        return [row for row in case.person.rows("job_search") if covers(row, case.day)]

    not_due = (
        Reason("no_search", lambda case: not searches(case)),
        Reason(
            "new_search",
            lambda case: not any(row["start"] <= latest_start for row in searches(case)),
            {"days": days},
        ),
    )
    due = unemployed(question, lambda case: _state(question, case), before=not_due)
    valid, expired, never = (due.number(equal(state)) for state in (VALID, EXPIRED, NEVER))
    status = question.stock_status
    figures = {
        "valid_share": percentage(valid, len(due), status),
        "debt_never": count(never, status),
        "debt_expired": count(expired, status),
        "debt": count(never + expired, status),
    }
    parts = (
        due.part(VALID, equal(VALID), months=months),
        due.part(EXPIRED, equal(EXPIRED)),
        due.part(NEVER, equal(NEVER)),
    )
    return RegisterAccount(
        (due.strand("unemployed", "persons", parts, {"day": question.count_day}),),
        figures,
        dict.fromkeys(figures, question.count_day),
    )


def _state(question: Question, case: Case) -> str:
    """Of the latest plan signed by the count day; of several of one day one valid is enough."""
    signed = [row for row in case.person.rows("plan") if row["signed"] <= case.day]
    if not signed:
        return NEVER
    latest = max(row["signed"] for row in signed)
    of_that_day = [row for row in signed if row["signed"] == latest]
    return VALID if any(_is_valid(question, row, case) for row in of_that_day) else EXPIRED


def _is_valid(question: Question, plan: Record, case: Case) -> bool:
    if plan["review"] is not None:
        return bool(plan["review"] >= case.day)
    months = question.choice("plan_validity_months")
    return bool(plan["signed"] > add_months(case.day, -months))
