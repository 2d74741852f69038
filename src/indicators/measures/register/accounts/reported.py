"""Accounts of indicators 16 and 18: rows that others have counted."""

from __future__ import annotations

import numpy as np
import pandas as pd

from indicators.measures.register.accounts.funnel import Funnel
from indicators.measures.register.accounts.model import Made, Note, Question, RegisterAccount
from indicators.measures.register.accounts.records import called, read

_SUMS = ("recipients", "euros", "days")


def caseload(question: Question) -> RegisterAccount:
    """Rows of the offices' specialists, a specialist's rows added up."""
    funnel = Funnel.of(_of_month(question, "caseload"))
    if question.population == "trial_office":
        other = ~funnel.cases["office"].isin(question.trial_offices)
        funnel = funnel.without(other, "not_trial_office_row")
    rows = funnel.cases
    each = rows.groupby("specialist_id")["customers"].sum()
    least = question.choice("min_specialists")
    enough = len(each) >= least
    nothing = Made(None)
    customers, fte = float(rows["customers"].sum()), float(np.sort(rows["fte"]).sum())
    figures = {
        "customers_per_fte": Made(customers, fte) if fte > 0 else nothing,
        "customers_per_specialist_median": (
            Made(None, len(each), float(each.median())) if enough else nothing
        ),
        "customers_per_specialist_max": (
            Made(None, len(each), float(each.max())) if enough else nothing
        ),
    }
    few = Note("few_specialists", {"specialists": len(each), "least": least})
    why = () if enough else (few,) if len(rows) else (Note("no_rows"),)
    why = (*why, Note("no_fte")) if len(rows) and not fte > 0 else why
    notes = (Note("specialists", {"specialists": len(each)}),)
    return RegisterAccount((funnel.strand("caseload_rows", "rows"),), figures, {}, notes, why)


def benefits(question: Question) -> RegisterAccount:
    """Rows of Kela's table, added up."""
    table = read(question.register, "kela")
    funnel = Funnel.of(_of_month(question, "kela"))
    where = called(question, funnel.cases["municipality"])
    elsewhere = ~where.isin(question.municipalities)
    funnel = funnel.without(elsewhere, "row_of_other_area")
    if question.dimension != "total":
        other = funnel.cases[question.dimension] != question.category
        funnel = funnel.without(other, "row_of_other_category")
    sums = {name: _sum(funnel.cases[name]) for name in _SUMS}
    figures = {name: Made(of) for name, of in sums.items()}
    figures["euros_per_day"] = Made(sums["euros"], sums["days"])
    latest = question.choice("provisional_months")
    late = question.month in sorted(set(table["month"]))[-latest:]
    why = (Note("latest_months", {"months": latest}),) if late else ()
    if funnel.cases.empty:
        why = (Note("no_rows"),)
    return RegisterAccount((funnel.strand("kela_rows", "rows"),), figures, {}, (), why)


def _of_month(question: Question, table: str) -> pd.DataFrame:
    rows = read(question.register, table)
    return rows[rows["month"] == question.month]


def _sum(numbers: pd.Series) -> float | None:
    """A sum, None where no row has a number."""
    return float(numbers.dropna().sort_values().sum()) if numbers.notna().any() else None
