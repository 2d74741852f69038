"""Indicator 18: Kela's benefits."""

from __future__ import annotations

from collections.abc import Iterator

from oracle.cells import TOTAL, Cell
from oracle.rows import NOTHING, Figure, Row, Topic, count, make_row, ratio
from oracle.world import Record, World

INDICATOR = "kela_benefits"
INDICATORS = (INDICATOR,)
STATISTICS = ("recipients", "euros", "days", "euros_per_day")


def rows(world: World) -> Iterator[Row]:
    for month in world.months:
        topic = Topic(world, INDICATOR, month, "kela")
        for area in areas(world):
            there = of_area(world, area, month)
            for dimension, category in [TOTAL, *_categories(there)]:
                inside = [row for row in there if _belongs(row, dimension, category)]
                cell = Cell(area, "residents", dimension, category)
                status = _status(world, month) if inside else "not_available"
                for statistic, figure in figures(inside).items():
                    yield make_row(topic, statistic, cell, figure, status)


def areas(world: World) -> list[str]:
    # "From a register, `SSS` of 1–3 and 18 is given only if the table has rows for municipality
    # `SSS`."
    codes = {row["municipality"] for row in world.table("kela")}
    country = ["SSS"] if "SSS" in codes else []
    return [*(f"KU{code}" for code in sorted(codes - {"SSS"})), *world.groups, *country]


def of_area(world: World, area: str, month: str) -> list[Record]:
    members = world.groups.get(area, (area,))
    codes = {member.removeprefix("KU") for member in members}
    return [
        row for row in world.table("kela") if row["month"] == month and row["municipality"] in codes
    ]


def _categories(there: list[Record]) -> list[tuple[str, str]]:
    # "in total and by `benefit` and `basis` as dimensions"
    return sorted({(name, row[name]) for row in there for name in ("benefit", "basis")})


def _belongs(row: Record, dimension: str, category: str) -> bool:
    return dimension == "total" or bool(row[dimension] == category)


def figures(inside: list[Record]) -> dict[str, Figure]:
    if not inside:
        return dict.fromkeys(STATISTICS, NOTHING)
    # "sums of the rows"
    recipients, euros, days = (
        sum(row[name] for row in inside) for name in ("recipients", "euros", "days")
    )
    return {
        "recipients": count(recipients),
        "euros": count(euros),
        "days": count(days),
        "euros_per_day": ratio(euros, days),
    }


def _status(world: World, month: str) -> str:
    # "the last three months of the table are `provisional`"
    months = sorted({row["month"] for row in world.table("kela")})
    latest = months[-world.parameters[INDICATOR]["provisional_months"] :]
    return "provisional" if month in latest else "normal"
