"""Indicators 14 and 15: job offers and introductions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from oracle.cells import Case
from oracle.rows import Figure, Row, Topic, count, event_status, first_day, is_in, percent, tabulate
from oracle.world import World

# 15: "the ids of 14, `offers` too"
TABLES = {"job_offers": "job_offer", "introductions": "introduction"}
INDICATORS = tuple(TABLES)
COUNTS = ("offers", "persons", "vacancies", "filled_share")
EMPLOYED = {"employed_30_days": "employed_short_days", "employed_90_days": "employed_long_days"}


def rows(world: World) -> Iterator[Row]:
    for indicator in TABLES:
        for month in world.months:
            cases = offered(world, indicator, month)
            yield from tabulate(
                Topic(world, indicator, month), cases, figures, _statuses(world, indicator, month)
            )


def _statuses(world: World, indicator: str, month: str) -> dict[str, str]:
    if not world.has(TABLES[indicator]):
        # "`not_available` (a source is missing)"
        return dict.fromkeys([*COUNTS, *EMPLOYED], "not_available")
    statuses = dict.fromkeys(COUNTS, event_status(world, month))
    for statistic, parameter in EMPLOYED.items():
        days = world.parameters[indicator][parameter]
        # "`incomplete` if its first day is, or if nothing of it is observed yet"
        observed = is_observed(world, first_day(month), days)
        statuses[statistic] = event_status(world, month, days) if observed else "incomplete"
    return statuses


def offered(world: World, indicator: str, month: str) -> Iterator[Case]:
    # "offers dated in the month"
    for row in world.table(TABLES[indicator]):
        if is_in(month, row["date"]):
            person_id, day = row["person_id"], row["date"]
            employed = {
                statistic: was_employed(world, person_id, day, days)
                for statistic, parameter in EMPLOYED.items()
                for days in [world.parameters[indicator][parameter]]
            }
            yield Case(person_id, day, {**row, "employed": employed})


def was_employed(world: World, person_id: int, day: date, days: int) -> bool | None:
    # "employed: a code `00 01 09` spell starts 1–30 / 1–90 days after the offer, of offers so far
    # observed"
    if not is_observed(world, day, days):
        return None
    return any(
        row["code"] in ("00", "01", "09") and 1 <= (row["start"] - day).days <= days
        for row in world.of(person_id, "employment_code")
    )


def is_observed(world: World, day: date, days: int) -> bool:
    return day + timedelta(days=days) <= world.extract_date


def figures(cases: list[Case]) -> dict[str, Figure]:
    offers = [case.facts for case in cases]
    vacancies = {one["vacancy_id"] for one in offers} - {None}
    # "filled: result `01 52` of those not in `03 07 13 51` (a missing result is not filled)"
    results = [one["result"] for one in offers if one["result"] not in ("03", "07", "13", "51")]
    found = {
        "offers": count(len(offers)),
        "persons": count(len({one["person_id"] for one in offers})),
        "vacancies": count(len(vacancies)),
        "filled_share": percent(sum(one in ("01", "52") for one in results), len(results)),
    }
    for statistic in EMPLOYED:
        known = [one["employed"][statistic] for one in offers]
        observed = [one for one in known if one is not None]
        found[statistic] = percent(sum(observed), len(observed))
    return found
