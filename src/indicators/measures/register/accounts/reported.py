"""Accounts of what is reported and not counted from persons: indicators 16, 18, 19 and 20."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from math import fsum, sqrt
from statistics import fmean, median, stdev
from typing import Any

from indicators.measures.register.accounts.cases import Reason, sifted
from indicators.measures.register.accounts.model import (
    NOT_AVAILABLE,
    Figure,
    Note,
    Question,
    Record,
    RecordCount,
    RegisterAccount,
    Step,
    count,
    empty,
)

_SUMS = ("recipients", "euros", "days")
_BOUNDS = ("ci_low", "ci_high")
_BY_ITEM = ("mean", *_BOUNDS, "respondents")
_OF_CHANGE = ("mean_change", *_BOUNDS, "pairs", "attrition_share")
_NOWHERE = "~"
"""Sorts behind every code: where an answer of the last month has none, a further one may."""


# --- indicators 16 and 18: caseload and benefits --------------------------------------------------


def account_caseload(question: Question) -> RegisterAccount:
    """Rows of the offices' specialists, a specialist's rows added up."""
    other = Reason("not_trial_office_row", lambda row: row["office"] not in question.trial_offices)
    rows, strand = sifted(
        _rows_of_month(question, "caseload"),
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


def account_benefits(question: Question) -> RegisterAccount:
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
    rows, strand = sifted(_rows_of_month(question, "kela"), reasons, key="kela_rows", unit="rows")
    months = sorted({row["month"] for row in question.register.reported("kela")})
    latest = question.choice("provisional_months")
    is_late = question.month in months[-latest:]
    status = "provisional" if is_late else "normal"
    sums = {name: _sum_or_none(row[name] for row in rows) for name in _SUMS}
    figures = {
        name: NOT_AVAILABLE if total is None else Figure(total, None, total, status)
        for name, total in sums.items()
    }
    figures["euros_per_day"] = _euros_per_day(sums["euros"], sums["days"], status)
    why = (Note("latest_months", {"months": latest}),) if is_late else ()
    if not rows:
        why = (Note("no_rows"),)
    return RegisterAccount((strand,), figures, {}, (), why)


def _euros_per_day(euros: float | None, days: float | None, status: str) -> Figure:
    value = euros / days if euros is not None and days is not None and days > 0 else None
    return Figure(euros, days, value, "not_available" if euros is None else status)


def _rows_of_month(question: Question, table: str) -> list[Record]:
    return [row for row in question.register.reported(table) if row["month"] == question.month]


def _sum_or_none(numbers: Iterable[float | None]) -> float | None:
    """A sum, None where no row has a number."""
    known = [number for number in numbers if number is not None]
    return fsum(known) if known else None


# --- indicators 19 and 20: answers to surveys -----------------------------------------------------


def account_satisfaction(question: Question) -> RegisterAccount:
    """The month's answers, and the invited of its round."""
    is_total = question.dimension == "total"
    other_item = Reason("other_item", lambda row: row["item"] != question.category)
    answers, strand = sifted(
        [row for row in _answers(question) if row["month"] == question.month],
        [*_elsewhere(question, _place), *([] if is_total else [other_item])],
        key="answers",
        unit="answers",
        person=lambda row: str(row["respondent_id"]),
    )
    respondents = len({row["respondent_id"] for row in answers})
    least = question.choice("min_answers")
    enough = len(answers) >= least and (not is_total or respondents >= least)
    status = question.event_status()
    figures = _too_few(_BY_ITEM, len(answers), status)
    if enough and status != "incomplete":
        figures = _mean(question, "mean", [row["score"] for row in answers], status)
        figures["respondents"] = count(respondents, status)
    few = Note("few_answers", {"answers": len(answers), "least": least})
    why, notes = () if enough else (few,), tuple[Note, ...]()
    if is_total:
        invited = _invited(question, answers)
        if invited is None:
            figures |= _too_few(("response_rate",), 0, status)
            why = (*why, Note("no_round")) if answers else why
        else:
            notes = (Note("invited", {"invited": invited}),)
            figures |= _too_few(("response_rate",), len(answers), status)
            if enough and status != "incomplete":
                figures["response_rate"] = _percentage(respondents, invited, status)
    return RegisterAccount(
        (strand,), figures, dict.fromkeys(figures, question.last_day), notes, why
    )


def _invited(question: Question, answers: Collection[Record]) -> int | None:
    """Invited in the area, None if a municipality with answers has no row of the round."""
    rounds = [
        row
        for row in question.register.reported("survey_round")
        if row["instrument"] == "satisfaction"
        and row["month"] == question.month
        and _is_inside(question, row["municipality"])
    ]
    held = {question.called(row["municipality"]) for row in rounds}
    # Who has no municipality was invited somewhere, if anybody was.
    answered = {
        question.called(row["municipality"]) for row in answers if row["municipality"] is not None
    }
    if not rounds or not answered <= held:
        return None
    return int(sum(row["invited"] for row in rounds))


@dataclass(frozen=True, slots=True)
class _Respondent:
    """Somebody who answered: the mean score of each wave in order, and where the last one was."""

    respondent_id: str
    scores: Sequence[float]
    municipality: str | None


def account_wellbeing(question: Question) -> RegisterAccount:
    """Respondents so far: those of two waves or more make pairs."""
    so_far = [row for row in _answers(question) if row["month"] <= question.month]
    everybody = [
        _respondent_of(name, [row for row in so_far if row["respondent_id"] == name])
        for name in sorted({row["respondent_id"] for row in so_far})
    ]
    people, strand = sifted(
        everybody,
        _elsewhere(question, lambda respondent: respondent.municipality),
        key="respondents",
        unit="persons",
        person=lambda respondent: str(respondent.respondent_id),
    )
    pairs = [respondent for respondent in people if len(respondent.scores) > 1]
    changes = [respondent.scores[-1] - respondent.scores[0] for respondent in pairs]
    least, status = question.choice("min_pairs"), question.event_status()
    enough = len(pairs) >= least
    figures = _too_few(_OF_CHANGE, len(pairs), status)
    if enough and status != "incomplete":
        figures = _mean(question, "mean_change", changes, status)
        figures["pairs"] = count(len(pairs), status)
        figures["attrition_share"] = _percentage(len(people) - len(pairs), len(people), status)
    few = Note("few_pairs", {"pairs": len(pairs), "least": least})
    parts = (
        Step("paired", _persons(len(pairs))),
        Step("one_wave", _persons(len(people) - len(pairs))),
    )
    whole_on = dict.fromkeys(figures, question.last_day)
    why = () if enough else (few,)
    return RegisterAccount((replace(strand, parts=parts),), figures, whole_on, (), why)


def _persons(number: int) -> RecordCount:
    return RecordCount(number, number)


def _respondent_of(name: str, answers: Sequence[Record]) -> _Respondent:
    waves = sorted({row["wave"] for row in answers})
    scores = [fmean(row["score"] for row in answers if row["wave"] == wave) for wave in waves]
    last = [row for row in answers if row["wave"] == waves[-1]]
    latest = max(row["month"] for row in last)
    # Of several municipalities in the last month the first code.
    place = min(row["municipality"] or _NOWHERE for row in last if row["month"] == latest)
    return _Respondent(name, scores, None if place == _NOWHERE else place)


def _answers(question: Question) -> list[Record]:
    instrument = "satisfaction" if question.indicator == "satisfaction" else "wellbeing"
    return [row for row in question.register.reported("survey") if row["instrument"] == instrument]


def _place(answer: Record) -> str | None:
    place: str | None = answer["municipality"]
    return place


def _elsewhere(question: Question, place: Callable[[Any], str | None]) -> list[Reason]:
    """A reason to leave out what is of other areas, if the figure is not of the whole."""
    if question.is_whole:
        return []
    return [Reason("answer_of_other_area", lambda row: not _is_inside(question, place(row)))]


def _is_inside(question: Question, municipality: str | None) -> bool:
    """Who has no municipality counts in the whole alone."""
    if question.is_whole:
        return True
    return municipality is not None and question.called(municipality) in question.municipalities


def _too_few(names: Collection[str], answers: int, status: str) -> dict[str, Figure]:
    """Figures of too few are suppressed; where nobody answered there are none."""
    if status == "incomplete":
        return dict.fromkeys(names, empty(status))
    return dict.fromkeys(names, empty("suppressed") if answers else NOT_AVAILABLE)


def _percentage(part: float, whole: float, status: str) -> Figure:
    if not whole:
        return NOT_AVAILABLE
    return Figure(part, whole, 100 * part / whole, status)


def _mean(question: Question, name: str, values: Sequence[float], status: str) -> dict[str, Figure]:
    """The mean and the bounds of its interval by Student's t; one value has no interval."""
    from scipy.stats import t

    number, total = len(values), fsum(values)
    found = {name: Figure(total, number, total / number, status)}
    if number < 2:
        return found | dict.fromkeys(_BOUNDS, NOT_AVAILABLE)
    level = float(question.choices["confidence_level"])
    half = float(t.ppf(0.5 + level / 200, number - 1)) * stdev(values) / sqrt(number)
    bounds = (total / number - half, total / number + half)
    return found | {
        bound: Figure(None, number, value, status)
        for bound, value in zip(_BOUNDS, bounds, strict=True)
    }
