"""Which cells of the result a person counts in on a reference day (contract, section 3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from indicators.calendar import age_on
from oracle.spells import row_covers
from oracle.world import World

POPULATIONS = ("residents", "target_group", "trial_office")
TOTAL = ("total", "total")


@dataclass(frozen=True)
class Case:
    """One thing that is counted: a person, a spell or an event.

    ``day`` is its reference day. ``line_day`` is the day of the service line where that is
    another one; ``more`` are categories that the indicator itself names; ``facts`` is what its
    figures are made from.
    """

    person_id: int
    day: date
    facts: dict[str, Any] = field(default_factory=dict)
    line_day: date | None = None
    more: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Cell:
    """A place in the result, beside indicator, statistic and month."""

    area: str
    population: str
    dimension: str
    category: str


def municipality_areas(world: World) -> list[str]:
    """The municipalities that the register knows of."""
    return sorted({f"KU{row['municipality']}" for row in world.table("residence")})


def register_areas(world: World) -> list[str]:
    # "`KU398` …, a configured group such as `LAHTI5`, …, or `SSS` (whole extract / whole country)"
    return [*municipality_areas(world), *world.groups, "SSS"]


def total_cells(world: World) -> list[Cell]:
    """Zero is zero: these stand in the result even with nothing behind them."""
    areas = register_areas(world)
    return [Cell(area, population, *TOTAL) for area in areas for population in POPULATIONS]


def cells(world: World, case: Case) -> Iterator[Cell]:
    """Every cell the case counts in."""
    for area in areas(world, case.person_id, case.day):
        for population in populations(world, case.person_id, case.day):
            for dimension, category in categories(world, case):
                yield Cell(area, population, dimension, category)


def areas(world: World, person_id: int, day: date) -> list[str]:
    # "**Area** of a stock: residence on the count day; of a spell or event: residence on its start
    # (job-search exits and ended spells of 5: on the end day). No residence on record: counted in
    # `SSS` alone."
    homes = [
        f"KU{row['municipality']}"
        for row in world.of(person_id, "residence")
        if row_covers(row, day)
    ]
    return [
        *homes,
        *(code for code, members in world.groups.items() if set(homes) & set(members)),
        "SSS",
    ]


def populations(world: World, person_id: int, day: date) -> list[str]:
    person = world.person(person_id)
    found = ["residents"]
    # "`target_group`: not `fund_member`, or age < 30, or citizenship other than `246`, or language
    # `other`"
    if (
        not person["fund_member"]
        or age(world, person_id, day) < 30
        or person["citizenship"] != "246"
        or person["language"] == "other"
    ):
        found.append("target_group")
    # "`trial_office`: an office of the trial area covers the day."
    if any(
        row["office"] in world.trial_offices and row_covers(row, day)
        for row in world.of(person_id, "office")
    ):
        found.append("trial_office")
    return found


def categories(world: World, case: Case) -> list[tuple[str, str]]:
    # "`total`/`total`, or one of `sex` (`men women`), `age_group` (`15-24 25-29 30-49 50-`),
    # `origin` (`finnish foreign`), `service_line` (`00 01 02 03 05 undefined`), and those an
    # indicator names"
    person = world.person(case.person_id)
    found = [
        TOTAL,
        ("age_group", age_group(age(world, case.person_id, case.day))),
        ("origin", "finnish" if person["citizenship"] == "246" else "foreign"),
        ("service_line", service_line(world, case.person_id, case.line_day or case.day)),
        *case.more,
    ]
    if person["sex"] is not None:
        found.append(("sex", {"1": "men", "2": "women"}[person["sex"]]))
    return found


def age(world: World, person_id: int, day: date) -> int:
    # "**Age** on a day: exact where `birth_date` is known […], else `day.year - birth_year`."
    person = world.person(person_id)
    return int(age_on(day, person["birth_year"], person["birth_date"]))


def age_group(years: int) -> str:
    if years < 25:
        return "15-24"
    if years < 30:
        return "25-29"
    return "30-49" if years < 50 else "50-"


def service_line(world: World, person_id: int, day: date) -> str:
    lines = [row["line"] for row in world.of(person_id, "service_line") if row_covers(row, day)]
    return lines[0] if lines else "undefined"
