"""Small registers written out by hand: one call a record, spells as ``2022-01-03..2022-03-31``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from oracle import compute
from oracle.world import Record

GROUPS = {"PAIR": ("KU398", "KU098")}
TRIAL_OFFICES = ("1530",)
MUCH_LATER = date(2024, 12, 31)


def day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def spell(span: str, **columns: Any) -> Record:
    start, _, end = span.partition("..")
    return {"start": day(start), "end": day(end), **columns}


def person(person_id: int = 1, **columns: Any) -> Record:
    """A Finnish man of 1980 in an unemployment fund: not of the target group."""
    plain = {
        "birth_year": 1980,
        "birth_date": None,
        "sex": "1",
        "citizenship": "246",
        "language": "fi",
        "fund_member": True,
    }
    return {"person_id": person_id, **plain, **columns}


def home(municipality: str, span: str = "2000-01-01..", who: int = 1) -> Record:
    return spell(span, person_id=who, municipality=municipality)


def office(code: str, span: str = "2000-01-01..", who: int = 1) -> Record:
    return spell(span, person_id=who, office=code)


def line(code: str, span: str = "2000-01-01..", who: int = 1) -> Record:
    return spell(span, person_id=who, line=code)


def search(span: str, reason: str | None = None, who: int = 1) -> Record:
    return spell(span, person_id=who, end_reason=reason)


def code(employment_code: str, span: str, who: int = 1) -> Record:
    return spell(span, person_id=who, code=employment_code, end_reason=None)


def service(group: str, span: str, kind: str = "", who: int = 1) -> Record:
    return spell(span, person_id=who, group=group, kind=kind or group, end_reason=None)


def statement(statement_code: str, given: str, who: int = 1) -> Record:
    return {
        "person_id": who,
        "code": statement_code,
        "given": day(given),
        "start": day(given),
        "end": None,
    }


def plan(signed: str, review: str = "", kind: str = "employment", who: int = 1) -> Record:
    return {"person_id": who, "kind": kind, "signed": day(signed), "review": day(review)}


def offer(when: str, result: str | None = None, vacancy: str = "a", who: int = 1) -> Record:
    return {"person_id": who, "vacancy_id": vacancy, "date": day(when), "result": result}


def figures(
    tables: Mapping[str, list[Record]],
    indicator: str,
    month: str,
    *,
    extract: date = MUCH_LATER,
    area: str = "SSS",
    population: str = "residents",
    category: tuple[str, str] = ("total", "total"),
    **how: Any,
) -> dict[str, tuple[Any, Any, Any]]:
    """Numerator, denominator and value by statistic, of one cell."""
    return {
        row["statistic"]: (row["numerator"], row["denominator"], row["value"])
        for row in rows(tables, indicator, month, extract=extract, **how)
        if (row["area"], row["population"]) == (area, population)
        and (row["dimension"], row["category"]) == category
    }


def rows(
    tables: Mapping[str, list[Record]],
    indicator: str,
    month: str,
    *,
    extract: date = MUCH_LATER,
    **how: Any,
) -> list[Record]:
    """All rows of an indicator in a month."""
    with_people = {"persons": [person()], **tables}
    how = {"indicators": [indicator], **how}
    return compute(with_people, extract, [month], GROUPS, TRIAL_OFFICES, **how)


def statuses(
    tables: Mapping[str, list[Record]], indicator: str, month: str, extract: str, **how: Any
) -> dict[str, str]:
    """Status by statistic, of the total row of the whole register."""
    return {
        row["statistic"]: row["status"]
        for row in rows(tables, indicator, month, extract=date.fromisoformat(extract), **how)
        if row["area"] == "SSS" and row["dimension"] == "total"
    }
