"""Indicators 7 and 12: structural unemployment, activation of the long-term unemployed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date

from indicators.calendar import add_months, count_day
from oracle.cells import Case
from oracle.rows import Figure, Row, Topic, count, percent, stock_status, tabulate
from oracle.spells import (
    DAY,
    current_unemployment,
    is_in_service,
    is_unemployed,
    latest_service_start,
    service_spells,
)
from oracle.world import World

STRUCTURAL = "structural_unemployment"
ACTIVATION = "long_term_activation_rate"
GroupOf = Callable[[World, int, date], str | None]
INDICATORS = (STRUCTURAL, ACTIVATION)
GROUPS = ("long_term", "recurrent", "returned_from_service", "service_to_service")


def rows(world: World) -> Iterator[Row]:
    for month in world.months:
        day = count_day(month)
        status = stock_status(world, day)
        statuses = dict.fromkeys([*GROUPS, "total"], status)
        cases = list(_cases(world, day, structural_group))
        yield from tabulate(Topic(world, STRUCTURAL, month), cases, group_sizes, statuses)
        cases = list(_cases(world, day, activation_side))
        yield from tabulate(Topic(world, ACTIVATION, month), cases, rate, {"value": status})


def _cases(world: World, day: date, group_of: GroupOf) -> Iterator[Case]:
    for person_id in world.person_ids:
        group = group_of(world, person_id, day)
        if group:
            yield Case(person_id, day, {"group": group})


def group_sizes(cases: list[Case]) -> dict[str, Figure]:
    number = Counter(case.facts["group"] for case in cases)
    return {one: count(number[one]) for one in GROUPS} | {"total": count(len(cases))}


def rate(cases: list[Case]) -> dict[str, Figure]:
    # 12: "B / (A + B)"
    return {"value": percent(sum(case.facts["group"] == "B" for case in cases), len(cases))}


def structural_group(world: World, person_id: int, day: date) -> str | None:
    # "disjoint, first that fits"
    tests = (is_long_term, is_recurrent, is_returned, is_service_to_service)
    for group, fits in zip(GROUPS, tests, strict=True):
        if fits(world, person_id, day):
            return group
    return None


def is_long_term(world: World, person_id: int, day: date, indicator: str = STRUCTURAL) -> bool:
    # "**long_term** unemployed on *d*, spell start ≤ add_months(*d*, −12)"
    months = world.parameters[indicator]["long_term_months"]
    spell = current_unemployment(world, person_id, day)
    return spell is not None and bool(spell.start <= add_months(day, -months))


def is_recurrent(world: World, person_id: int, day: date) -> bool:
    # "**recurrent** unemployed on *d*, unemployed days in (add_months(*d*, −16), *d*] ≥ 365"
    rules = world.parameters[STRUCTURAL]
    if not is_unemployed(world, person_id, day):
        return False
    first = add_months(day, -rules["recurrent_window_months"]) + DAY
    days = [first + n * DAY for n in range((day - first).days + 1)]
    unemployed = sum(is_unemployed(world, person_id, one) for one in days)
    return bool(unemployed >= rules["recurrent_days"])


def is_returned(world: World, person_id: int, day: date) -> bool:
    # "**returned_from_service** unemployed on *d*, a service spell ended in (add_months(*d*, −3),
    # *d*]"
    rules = world.parameters[STRUCTURAL]
    after = add_months(day, -rules["returned_window_months"])
    return is_unemployed(world, person_id, day) and any(
        spell.end is not None and after < spell.end <= day
        for spell in service_spells(world, person_id, rules["renewal_gap_days"])
    )


def is_service_to_service(world: World, person_id: int, day: date) -> bool:
    # "**service_to_service** in service on *d*: of the spells covering *d* take the latest start
    # *s* (with *s* > add_months(*d*, −12)), and another service spell (not a renewal) ended in
    # [add_months(*s*, −3), *s*)"
    rules = world.parameters[STRUCTURAL]
    if not is_in_service(world, person_id, day):
        return False
    s = latest_service_start(world, person_id, day, rules["renewal_gap_days"])
    if s is None or s <= add_months(day, -rules["service_window_months"]):
        return False
    first = add_months(s, -rules["service_gap_months"])
    return any(
        spell.end is not None and first <= spell.end < s
        for spell in service_spells(world, person_id, rules["renewal_gap_days"])
    )


def activation_side(world: World, person_id: int, day: date) -> str | None:
    # 12: "A as `long_term`"
    if is_long_term(world, person_id, day, ACTIVATION):
        return "A"
    return "B" if is_activated(world, person_id, day) else None


def is_activated(world: World, person_id: int, day: date) -> bool:
    # 12: "B in service on *d* where, with *s* the latest start among the spells covering *d*, an
    # unemployment spell covers *s* − 1 and started ≤ add_months(*s* − 1, −12)"
    rules = world.parameters[ACTIVATION]
    if not is_in_service(world, person_id, day):
        return False
    s = latest_service_start(world, person_id, day, rules["renewal_gap_days"])
    return s is not None and is_long_term(world, person_id, s - DAY, ACTIVATION)
