"""Accounts of indicators 16 and 18: rows that others have counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from math import fsum
from statistics import median

from indicators.measures.register.accounts.figures import NOT_AVAILABLE, Figure, empty
from indicators.measures.register.accounts.funnel import Reason, sifted
from indicators.measures.register.accounts.model import (
    Note,
    Question,
    RegisterAccount,
)
from indicators.measures.register.accounts.records import Record

_SUMS = ("recipients", "euros", "days")


def caseload(question: Question) -> RegisterAccount:
    """Rows of the offices' specialists, a specialist's rows added up."""
    other = Reason("not_trial_office_row", lambda row: row["office"] not in question.trial_offices)
    rows, strand = sifted(
        _of_month(question, "caseload"),
        [other] if question.population == "trial_office" else [],
        key="caseload_rows",
        unit="rows",
    )
    each: Counter[str] = Counter()
    for row in rows:
        each[row["specialist_id"]] += row["customers"]
    customers, fte = sum(row["customers"] for row in rows), fsum(row["fte"] for row in rows)
    # A month that has not begun may still come; one that has is not added to.
    is_ahead = question.first_day > question.register.extract_date
    nothing = empty("incomplete") if is_ahead else NOT_AVAILABLE
    least = question.choice("min_specialists")
    enough = len(each) >= least

    def of_specialists(value: float) -> Figure:
        return Figure(None, len(each), value, "normal")

    figures = {
        "customers_per_fte": (
            Figure(customers, fte, customers / fte, "normal") if fte > 0 else nothing
        ),
        "customers_per_specialist_median": (
            of_specialists(median(each.values())) if enough else nothing
        ),
        "customers_per_specialist_max": of_specialists(max(each.values())) if enough else nothing,
    }
    few = Note("few_specialists", {"specialists": len(each), "least": least})
    why: tuple[Note, ...] = () if enough else (few,) if rows else (Note("no_rows"),)
    why = (*why, Note("no_fte")) if rows and not fte > 0 else why
    notes = (Note("specialists", {"specialists": len(each)}),)
    return RegisterAccount((strand,), figures, {}, notes, why)


def benefits(question: Question) -> RegisterAccount:
    """Rows of Kela's table, added up."""
    municipalities = question.municipalities
    reasons = [
        Reason(
            "row_of_other_area",
            lambda row: question.called(row["municipality"]) not in municipalities,
        )
    ]
    if question.dimension != "total":
        reasons.append(
            Reason(
                "row_of_other_category",
                lambda row: row[question.dimension] != question.category,
            )
        )
    rows, strand = sifted(_of_month(question, "kela"), reasons, key="kela_rows", unit="rows")
    months = sorted({row["month"] for row in question.register.reported("kela")})
    latest = question.choice("provisional_months")
    is_late = question.month in months[-latest:]
    status = "provisional" if is_late else "normal"
    sums = {name: _sum(row[name] for row in rows) for name in _SUMS}
    figures = {
        name: NOT_AVAILABLE if total is None else Figure(total, None, total, status)
        for name, total in sums.items()
    }
    figures["euros_per_day"] = _rate(sums["euros"], sums["days"], status)
    why = (Note("latest_months", {"months": latest}),) if is_late else ()
    if not rows:
        why = (Note("no_rows"),)
    return RegisterAccount((strand,), figures, {}, (), why)


def _rate(euros: float | None, days: float | None, status: str) -> Figure:
    value = euros / days if euros is not None and days is not None and days > 0 else None
    return Figure(euros, days, value, "not_available" if euros is None else status)


def _of_month(question: Question, table: str) -> list[Record]:
    return [row for row in question.register.reported(table) if row["month"] == question.month]


def _sum(numbers: Iterable[float | None]) -> float | None:
    """A sum, None where no row has a number."""
    known = [number for number in numbers if number is not None]
    return fsum(known) if known else None
