"""Account of indicators 1–3: the unemployed, and the labour force they are held against."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from indicators.areas import mergers
from indicators.areas.mergers import AREA
from indicators.measures.register.accounts.belonging import age, is_foreign
from indicators.measures.register.accounts.figures import Figure, percentage
from indicators.measures.register.accounts.funnel import Case, Reason
from indicators.measures.register.accounts.model import (
    COUNTRY,
    AreaCode,
    Note,
    Question,
    RegisterAccount,
)
from indicators.measures.register.accounts.stocks import unemployed


class LabourForce(NamedTuple):
    """Of one municipality, and the vintage that it is of."""

    value: float
    vintage: date


def account(question: Question, group: str) -> RegisterAccount:
    """The unemployed residents, and the latest labour force of each municipality.

    Args:
        question: What is asked.
        group: Of the labour force, and of the unemployed: ``total``, ``foreign`` or ``under25``.
    """
    funnel = unemployed(question, after=_not_of_group(question, group))
    year = question.count_day.year
    members = question.municipalities_in(f"{year}-01")
    held = {member: _labour_force(question, group, member, year) for member in members}
    known = {member: one for member, one in held.items() if one is not None}
    lacking = [member for member, one in held.items() if one is None]
    base = None if lacking else sum(one.value for one in known.values())
    return RegisterAccount(
        (funnel.strand("unemployed", "persons", values={"day": question.count_day}),),
        {"value": _share(len(funnel), base, question.stock_status)},
        {"value": question.count_day},
        tuple(
            Note(
                "labour_force",
                {
                    "area": _area(member),
                    "year": str(year),
                    "vintage": one.vintage,
                    "value": one.value,
                },
            )
            for member, one in known.items()
        ),
        tuple(
            Note("no_labour_force", {"area": _area(member), "year": str(year)})
            for member in lacking
        ),
    )


def _not_of_group(question: Question, group: str) -> tuple[Reason, ...]:
    if group == "foreign":
        return (Reason("citizen_of_finland", lambda case: not is_foreign(case.person)),)
    if group == "under25":
        limit = question.choice("youth_age")

        def is_not_young(case: Case) -> bool:
            years = age(case.person, case.day)
            return years is None or years >= limit

        return (Reason("not_young", is_not_young, {"age": limit}),)
    return ()


def _share(number: int, base: float | None, status: str) -> Figure:
    """A share whose numerator is known even where its denominator is not."""
    if base is None and status != "incomplete":
        return Figure(number, None, None, "not_available")
    return percentage(number, base or 0, status)


def _labour_force(
    question: Question, group: str, municipality: str, year: int
) -> LabourForce | None:
    """The latest vintage that has a value of the municipality, as it was called that January."""
    rows = [
        row
        for row in question.register.reported("labour_force")
        if row["group"] == group
        and row["year"] == year
        and mergers.load().current(row["municipality"], f"{year}-01") == municipality
    ]
    if not rows:
        return None
    latest = max(row["vintage"] for row in rows)
    of_that_day = [row for row in rows if row["vintage"] == latest]
    # What one vintage has of municipalities that are one by then is added up; of a municipality
    # that it has twice the greater value counts.
    parts = {
        code: max(row["value"] for row in of_that_day if row["municipality"] == code)
        for code in {row["municipality"] for row in of_that_day}
    }
    return LabourForce(sum(parts.values()), latest)


def _area(municipality: str) -> AreaCode:
    return AreaCode(municipality if municipality == COUNTRY else f"{AREA}{municipality}")
