"""Account of indicator 4: job searches that ended in the month, by end reason."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta

import pandas as pd

from indicators.measures.register.accounts.belonging import belonging
from indicators.measures.register.accounts.funnel import Funnel, labelled, part
from indicators.measures.register.accounts.model import Made, Question, RegisterAccount
from indicators.measures.register.accounts.records import DAY, read, within

ID = "job_search_exits"

REASONS = {
    "open_market": ("01", "03", "16"),
    "layoff_return": ("02",),
    "subsidised": ("00",),
    "entrepreneurship": (),
    "studies": ("04", "08", "13"),
    "abroad": ("09",),
    "other": ("05", "07", "11", "12", "14", "15"),
    "unknown": ("06", "10"),
}
"""End reasons of each statistic (contract, section 4); a missing one is unknown."""

GRANT_KINDS, GRANT_REASONS = ("61", "62", "65"), ("00",)
STATEMENTS = ("M4", "Y2", "Y8", "Y005", "Y006", "Y008")
STATEMENT_REASONS = ("00", "01", "03", "05", "06")


def account(question: Question) -> RegisterAccount:
    """The searches of those who belong, each of one kind; entrepreneurship goes first."""
    rows = read(question.register, "job_search")
    ended = rows[within(question, rows["end"])]
    funnel = belonging(question, Funnel.of(ended.assign(day=ended["end"])))
    searches = funnel.cases
    grants = _by_grant(question, searches)
    entrepreneurs = grants | _by_statement(question, searches)
    kind = _by_reason(searches).mask(entrepreneurs, "entrepreneurship")
    parts = (
        *(labelled("statistic", f"{ID}.{one}", searches[kind == one]) for one in REASONS),
        replace(
            part("by_grant", searches[grants], days=question.choice("startup_window_days")),
            needs=("service",),
        ),
        replace(
            part(
                "by_statement",
                searches[entrepreneurs & ~grants],
                days=question.choice("statement_window_days"),
            ),
            # Who has a grant as well is told above.
            needs=("service", "statement"),
        ),
    )
    figures = {one: Made(int((kind == one).sum())) for one in REASONS}
    figures["total"] = Made(len(searches))
    seen = question.last_day + timedelta(days=question.choice("statement_window_days"))
    return RegisterAccount(
        (funnel.strand("ended_searches", "spells", parts),), figures, dict.fromkeys(figures, seen)
    )


def _by_reason(searches: pd.DataFrame) -> pd.Series:
    kinds = {reason: kind for kind, reasons in REASONS.items() for reason in reasons}
    return searches["end_reason"].map(kinds).astype(object).fillna("unknown")


def _by_grant(question: Question, searches: pd.DataFrame) -> pd.Series:
    rows = read(question.register, "service")
    grants = rows[rows["kind"].isin(GRANT_KINDS)].rename(columns={"start": "at"})
    days = question.choice("startup_window_days")
    return _near(searches, grants, days, GRANT_REASONS)


def _by_statement(question: Question, searches: pd.DataFrame) -> pd.Series:
    rows = read(question.register, "statement")
    given = rows[rows["code"].isin(STATEMENTS)].rename(columns={"given": "at"})
    days = question.choice("statement_window_days")
    return _near(searches, given, days, STATEMENT_REASONS)


def _near(
    searches: pd.DataFrame, events: pd.DataFrame, days: int, reasons: Collection[str]
) -> pd.Series:
    """Which searches of some reasons ended at most so many days from an event of the person."""
    asked = searches.loc[searches["end_reason"].isin(reasons), ["person_id", "day"]]
    met = asked.rename_axis("case").reset_index().merge(events[["person_id", "at"]], on="person_id")
    close = met[(met["at"] - met["day"]).abs() <= days * DAY]
    return pd.Series(searches.index.isin(close["case"]), searches.index)
