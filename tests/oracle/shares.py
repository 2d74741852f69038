"""Indicators 1–3: the unemployed as a share of the labour force."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from indicators.calendar import count_day
from oracle.cells import TOTAL, Cell, age, areas, register_areas
from oracle.rows import NOTHING, Figure, Row, Topic, make_row, percent, stock_status
from oracle.spells import is_unemployed
from oracle.world import World

Belongs = Callable[[World, int, date], bool]


def everyone(_world: World, _person_id: int, _day: date) -> bool:
    return True


def foreign(world: World, person_id: int, _day: date) -> bool:
    # 2: "citizenship other than `246`; labour_force `foreign`"
    return bool(world.person(person_id)["citizenship"] != "246")


def young(world: World, person_id: int, day: date) -> bool:
    # 3: "age < 25 on *d*; labour_force `under25`"
    limit = world.parameters["youth_unemployment_share"]["youth_age"]
    return bool(age(world, person_id, day) < limit)


SHARES: dict[str, tuple[Belongs, str]] = {
    # 1: "unemployed on *d* / labour_force `total` of the area for that calendar year"
    "unemployment_share": (everyone, "total"),
    "foreign_unemployment_share": (foreign, "foreign"),
    "youth_unemployment_share": (young, "under25"),
}
INDICATORS = tuple(SHARES)


def rows(world: World) -> Iterator[Row]:
    for indicator in SHARES:
        for month in world.months:
            for area in register_areas(world):
                # "From a register, `SSS` of 1–3 and 18 is given only if the table has rows for
                # municipality `SSS`."
                if area != "SSS" or _has_country(world):
                    yield _row(Topic(world, indicator, month), area)


def _row(topic: Topic, area: str) -> Row:
    world, day = topic.world, count_day(topic.month)
    belongs, group = SHARES[topic.indicator]
    # "1–3 for `residents` and `total` only"
    cell = Cell(area, "residents", *TOTAL)
    if not world.has("labour_force"):
        return make_row(topic, "value", cell, NOTHING, "not_available")
    if stock_status(world, day) == "incomplete":
        return make_row(topic, "value", cell, NOTHING, "incomplete")
    unemployed = sum(
        is_unemployed(world, one, day)
        and belongs(world, one, day)
        and area in areas(world, one, day)
        for one in world.person_ids
    )
    labour_force = area_labour_force(world, area, group, day.year)
    if labour_force is None:
        return make_row(topic, "value", cell, Figure(unemployed, None, None), "not_available")
    return make_row(topic, "value", cell, percent(unemployed, labour_force), "normal")


def _has_country(world: World) -> bool:
    return any(row["municipality"] == "SSS" for row in world.table("labour_force"))


def area_labour_force(world: World, area: str, group: str, year: int) -> float | None:
    # "Group rates are Σ numerators / Σ denominators", "a group with a member lacking its
    # denominator is `not_available`"
    members = world.groups.get(area, (area,))
    values = [_labour_force(world, member, group, year) for member in members]
    return None if None in values else sum(value for value in values if value is not None)


def _labour_force(world: World, area: str, group: str, year: int) -> float | None:
    # "Of labour_force the latest vintage"
    found = [
        row
        for row in world.table("labour_force")
        if row["municipality"] == area.removeprefix("KU")
        and row["group"] == group
        and row["year"] == year
    ]
    latest = max(found, key=lambda row: row["vintage"], default=None)
    return None if latest is None else float(latest["value"])
