"""Indicator 5: how long unemployment spells last."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from indicators.calendar import count_day
from oracle.cells import Case
from oracle.rows import (
    Figure,
    Row,
    Topic,
    event_status,
    is_in,
    of_persons,
    ratio,
    stock_status,
    tabulate,
)
from oracle.spells import current_unemployment, unemployment_spells
from oracle.world import World

INDICATOR = "unemployment_duration"
INDICATORS = (INDICATOR,)


def rows(world: World) -> Iterator[Row]:
    for month in world.months:
        status = stock_status(world, count_day(month))
        statuses = {"mean_weeks": status, "median_weeks": status}
        yield from tabulate(
            Topic(world, INDICATOR, month), ongoing(world, month), elapsed, statuses
        )
        statuses = {"ended_mean_weeks": event_status(world, month)}
        yield from tabulate(Topic(world, INDICATOR, month), ended(world, month), lasted, statuses)


def ongoing(world: World, month: str) -> Iterator[Case]:
    # "ongoing: (*d* − spell start) / 7 days over the unemployed on *d*"
    day = count_day(month)
    for person_id in world.person_ids:
        spell = current_unemployment(world, person_id, day)
        if spell:
            yield Case(person_id, day, {"days": (day - spell.start).days})


def ended(world: World, month: str) -> Iterator[Case]:
    # "ended: (end − start + 1) / 7 over spells whose end lies in the month"
    for person_id in world.person_ids:
        for spell in unemployment_spells(world, person_id):
            if spell.end is not None and is_in(month, spell.end):
                yield Case(person_id, spell.end, {"days": (spell.end - spell.start).days + 1})


def elapsed(cases: list[Case]) -> dict[str, Figure]:
    weeks = [case.facts["days"] / 7 for case in cases]
    return {
        "mean_weeks": ratio(sum(weeks), len(weeks)),
        "median_weeks": of_persons(median(weeks) if weeks else None, len(weeks)),
    }


def lasted(cases: list[Case]) -> dict[str, Figure]:
    weeks = [case.facts["days"] / 7 for case in cases]
    return {"ended_mean_weeks": ratio(sum(weeks), len(weeks))}
