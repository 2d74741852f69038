"""Indicators 6 and 11: the unemployed and those in services on the count day."""

from __future__ import annotations

from collections.abc import Iterator

from indicators.calendar import count_day
from oracle.cells import Case
from oracle.rows import Figure, Row, Topic, count, percent, stock_status, tabulate
from oracle.spells import is_in_service, is_unemployed
from oracle.world import World

INDICATORS = ("extended_unemployment", "activation_rate")


def rows(world: World) -> Iterator[Row]:
    for month in world.months:
        cases = list(unemployed_or_in_service(world, month))
        statuses = {"value": stock_status(world, count_day(month))}
        yield from tabulate(Topic(world, "extended_unemployment", month), cases, extended, statuses)
        yield from tabulate(Topic(world, "activation_rate", month), cases, rate, statuses)


def unemployed_or_in_service(world: World, month: str) -> Iterator[Case]:
    day = count_day(month)
    for person_id in world.person_ids:
        if is_unemployed(world, person_id, day):
            yield Case(person_id, day, {"in_service": False})
        elif is_in_service(world, person_id, day):
            yield Case(person_id, day, {"in_service": True})


def extended(cases: list[Case]) -> dict[str, Figure]:
    # 6: "unemployed on *d* + in service on *d*"
    return {"value": count(len(cases))}


def rate(cases: list[Case]) -> dict[str, Figure]:
    # 11: "in service / (in service + unemployed) on *d*"
    return {"value": percent(sum(case.facts["in_service"] for case in cases), len(cases))}
