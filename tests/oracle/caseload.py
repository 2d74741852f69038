"""Indicator 16: customers per specialist."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from statistics import median

from oracle.cells import TOTAL, Cell
from oracle.rows import NOTHING, Figure, Row, Topic, first_day, make_row, of_persons, ratio
from oracle.world import Record, World

INDICATOR = "caseload"
INDICATORS = (INDICATOR,)
PER_FTE = "customers_per_fte"
MEDIAN, MAXIMUM = "customers_per_specialist_median", "customers_per_specialist_max"


def rows(world: World) -> Iterator[Row]:
    for month in world.months:
        topic = Topic(world, INDICATOR, month, "administrative")
        there = [row for row in world.table("caseload") if row["month"] == month]
        # "16 with area `SSS`, population `trial_office` for offices of the trial area and
        # `residents` for all"
        trial = [row for row in there if row["office"] in world.trial_offices]
        for population, reported in (("residents", there), ("trial_office", trial)):
            cell = Cell("SSS", population, *TOTAL)
            for statistic, figure in figures(world, reported).items():
                status = _status(world, month, figure)
                if not world.has("caseload"):
                    status = "not_available"
                yield make_row(topic, statistic, cell, figure, status)


def figures(world: World, reported: list[Record]) -> dict[str, Figure]:
    if not reported:
        return dict.fromkeys([PER_FTE, MEDIAN, MAXIMUM], NOTHING)
    customers = sum(row["customers"] for row in reported)
    found = {PER_FTE: ratio(customers, sum(row["fte"] for row in reported))}
    # "`caseload` rows of the month, a specialist's rows added up; median and max only with ≥ 5
    # specialists"
    each: Counter[str] = Counter()
    for row in reported:
        each[row["specialist_id"]] += row["customers"]
    enough = len(each) >= world.parameters[INDICATOR]["min_specialists"]
    found[MEDIAN] = of_persons(median(each.values()), len(each)) if enough else NOTHING
    found[MAXIMUM] = of_persons(max(each.values()), len(each)) if enough else NOTHING
    return found


def _status(world: World, month: str, figure: Figure) -> str:
    if figure.value is not None:
        return "normal"
    return "incomplete" if first_day(month) > world.extract_date else "not_available"
