"""Account of indicators 14 and 15: the month's offers or introductions, and what came of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, NamedTuple

from indicators.measures.register.accounts.belonging import belonging
from indicators.measures.register.accounts.figures import Figure, count, empty, percentage
from indicators.measures.register.accounts.funnel import Case, Funnel
from indicators.measures.register.accounts.model import Question, RegisterAccount, Step

FILLED, NOT_COUNTED = ("01", "52"), ("03", "07", "13", "51")
WORK = ("00", "01", "09")
FOLLOWED = {"employed_30_days": "employed_short_days", "employed_90_days": "employed_long_days"}


class Offer(NamedTuple):
    """What came of an offer; by statistic whether work began, None if that is not seen yet."""

    vacancy: str | None
    result: str | None
    employed: dict[str, bool | None]


def account(question: Question, table: str) -> RegisterAccount:
    """Offers of those who belong, by result, and followed for work that began."""
    funnel = Funnel(
        _dated(question, table), belonging(question), lambda case: _offer(question, case)
    )
    status = question.event_status()
    vacancies = {offer.vacancy for offer in funnel.facts} - {None}
    filled = funnel.number(lambda offer: offer.result in FILLED)
    counted = funnel.number(lambda offer: offer.result not in NOT_COUNTED)
    figures = {
        "offers": count(len(funnel), status),
        "persons": count(funnel.persons, status),
        "vacancies": count(len(vacancies), status),
        "filled_share": percentage(filled, counted, status),
    }
    whole_on = dict.fromkeys(figures, question.last_day)
    parts = _by_result(funnel)
    for statistic, parameter in FOLLOWED.items():
        days = question.choice(parameter)
        figures[statistic] = _followed(question, funnel, statistic, days)
        whole_on[statistic] = question.last_day + timedelta(days=days)
        parts = (*parts, *_follow_up(funnel, statistic, days))
    key = f"dated_{question.indicator}"
    return RegisterAccount((funnel.strand(key, "offers", parts),), figures, whole_on)


def _dated(question: Question, table: str) -> Iterator[Case]:
    for person in question.register.people(table):
        for row in person.rows(table):
            if question.is_in_month(row["date"]):
                yield Case(person, row["date"], row)


def _offer(question: Question, case: Case) -> Offer:
    def began_work(days: int) -> bool | None:
        """Within so many days, from the day after the offer on."""
        if case.day + timedelta(days=days) > question.register.extract_date:
            return None
        return any(
            row["code"] in WORK and 1 <= (row["start"] - case.day).days <= days
            for row in case.person.rows("employment_code")
        )

    employed = {name: began_work(question.choice(of)) for name, of in FOLLOWED.items()}
    return Offer(case.record["vacancy_id"], case.record["result"], employed)


def _followed(question: Question, funnel: Funnel, statistic: str, days: int) -> Figure:
    status = question.event_status(later=days)
    seen = funnel.number(lambda offer: offer.employed[statistic] is not None)
    if question.first_day + timedelta(days=days) > question.register.extract_date:
        # No offer of the month, had there been one on its first day, is seen to the end.
        return empty("incomplete")
    return percentage(funnel.number(lambda offer: offer.employed[statistic]), seen, status)


def _follow_up(funnel: Funnel, statistic: str, days: int) -> tuple[Step, ...]:
    return (
        funnel.part("followed", lambda offer: offer.employed[statistic] is not None, days=days),
        funnel.part("employed", lambda offer: offer.employed[statistic], days=days),
    )


def _by_result(funnel: Funnel) -> tuple[Step, ...]:
    def is_open(offer: Any) -> bool:
        return offer.result is not None and offer.result not in (*FILLED, *NOT_COUNTED)

    return (
        funnel.part("filled", lambda offer: offer.result in FILLED),
        funnel.part("not_filled", is_open),
        funnel.part("no_result", lambda offer: offer.result is None),
        funnel.part("result_not_counted", lambda offer: offer.result in NOT_COUNTED),
        funnel.part("no_vacancy", lambda offer: offer.vacancy is None),
    )
