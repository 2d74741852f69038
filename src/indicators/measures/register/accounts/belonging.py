"""Who of the cases belongs to the area, the population and the category asked for."""

from __future__ import annotations

from datetime import date

from indicators.calendar import age_on
from indicators.measures.register.accounts.funnel import Case, Reason
from indicators.measures.register.accounts.model import Question
from indicators.measures.register.accounts.records import Person, covers

FINLAND = "246"
TARGET_AGE = 30
_SEXES = {"1": "men", "2": "women", None: None}


def belonging(question: Question) -> list[Reason]:
    """Reasons to leave out who lives elsewhere, or is not of the population or the category."""
    reasons = []
    if not question.is_whole:
        municipalities = question.municipalities

        def lives_elsewhere(case: Case) -> bool:
            return question.called(home(case) or "") not in municipalities

        reasons += [
            Reason("no_residence", lambda case: home(case) is None),
            Reason("other_area", lives_elsewhere),
        ]
    if question.population == "target_group":
        reasons.append(
            Reason("not_target_group", lambda case: not is_in_target_group(case.person, case.day))
        )
    if question.population == "trial_office":
        reasons.append(
            Reason("not_trial_office", lambda case: not _is_of_trial_office(question, case))
        )
    if question.dimension != "total":
        reasons.append(
            Reason(
                "other_category",
                lambda case: category_of(question.dimension, case) != question.category,
            )
        )
    return reasons


def home(case: Case) -> str | None:
    """The municipality of residence on the day."""
    row = case.person.record_on("residence", case.day)
    return row["municipality"] if row else None


def is_in_target_group(person: Person, day: date) -> bool:
    """Not in an unemployment fund, or young, or foreign, or of another language."""
    basics, years = person.basics, age(person, day)
    if basics is None or years is None:
        return False
    return (
        not basics["fund_member"]
        or years < TARGET_AGE
        or is_foreign(person)
        or basics["language"] == "other"
    )


def _is_of_trial_office(question: Question, case: Case) -> bool:
    return any(
        row["office"] in question.trial_offices and covers(row, case.day)
        for row in case.person.rows("office")
    )


def category_of(dimension: str, case: Case) -> str | None:
    """The category of a case in a dimension; None where it has none."""
    if dimension == "service_line":
        line = case.person.record_on("service_line", case.line_day or case.day)
        return line["line"] if line else "undefined"
    if dimension == "service_group":
        group: str = case.record["group"]
        return group
    basics = case.person.basics
    if basics is None:
        return None
    if dimension == "sex":
        return _SEXES[basics["sex"]]
    if dimension == "origin":
        return "foreign" if is_foreign(case.person) else "finnish"
    return _age_group(age(case.person, case.day))


def is_foreign(person: Person) -> bool:
    """Whether somebody's citizenship is known to be another than Finnish."""
    basics = person.basics
    return basics is not None and basics["citizenship"] != FINLAND


def age(person: Person, day: date) -> int | None:
    """Full years on a day (contract, section 1); None of whom nothing is known."""
    basics = person.basics
    return age_on(day, basics["birth_year"], basics["birth_date"]) if basics else None


def _age_group(years: int | None) -> str | None:
    if years is None:
        return None
    if years < 25:
        return "15-24"
    if years < 30:
        return "25-29"
    return "30-49" if years < 50 else "50-"
