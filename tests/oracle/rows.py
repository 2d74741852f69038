"""Rows of the long table (contract, section 3): figures, statuses, columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from indicators import catalogue
from indicators.calendar import last_day
from oracle.cells import Case, Cell, cells, total_cells
from oracle.world import World

Row = dict[str, Any]


@dataclass(frozen=True)
class Figure:
    # "numerator, denominator: counts or sums behind the value: value = numerator / denominator
    # (× 100 for percent); a plain count is numerator and value, with no denominator; a median or
    # maximum has no numerator, its denominator is the number of persons"
    numerator: float | None
    denominator: float | None
    value: float | None


NOTHING = Figure(None, None, None)
FEW = Figure(None, None, None)
"""Of a survey in which somebody answered, but too few: compared by identity."""
Figures = Callable[[list[Case]], Mapping[str, Figure]]


def count(number: float) -> Figure:
    return Figure(number, None, number)


def percent(part: float, whole: float) -> Figure:
    return Figure(part, whole, 100 * part / whole if whole else None)


def ratio(total: float, number: float) -> Figure:
    return Figure(total, number, total / number if number else None)


def of_persons(value: float | None, persons: int) -> Figure:
    """A median, a maximum or a bound: nothing is divided."""
    return Figure(None, persons, value)


def stock_status(world: World, day: date) -> str:
    # "A stock is `incomplete` if *d* is after the extract date."
    return "incomplete" if day > world.extract_date else "normal"


def event_status(world: World, month: str, wait: int = 0) -> str:
    # "An event row is `provisional` if the month's last day (30/90 days later in 14–15, 31 days
    # later in 4) is after the extract date, `incomplete` if its first day is, […]"
    if first_day(month) > world.extract_date:
        return "incomplete"
    seen = last_day(month) + timedelta(days=wait) <= world.extract_date
    return "normal" if seen else "provisional"


def first_day(month: str) -> date:
    day: date = last_day(month)
    return day.replace(day=1)


def is_in(month: str, day: date | None) -> bool:
    return day is not None and first_day(month) <= day <= last_day(month)


@dataclass(frozen=True)
class Topic:
    """What a row is about before it comes to areas and figures."""

    world: World
    indicator: str
    month: str
    source: str = "register"


def tabulate(
    topic: Topic, cases: Iterable[Case], figures: Figures, statuses: Mapping[str, str]
) -> Iterator[Row]:
    """Puts each case into its cells and makes the figures of each cell.

    ``statuses`` has the status of each statistic that ``figures`` gives.
    """
    inside: dict[Cell, list[Case]] = {cell: [] for cell in total_cells(topic.world)}
    for case in cases:
        for cell in cells(topic.world, case):
            inside.setdefault(cell, []).append(case)
    for cell, there in inside.items():
        for statistic, figure in figures(there).items():
            status = statuses[statistic]
            if status not in ("incomplete", "not_available"):
                yield make_row(topic, statistic, cell, figure, status)
            # "Months not seen have at least the `total` row of each area."
            elif cell.dimension == "total":
                yield make_row(topic, statistic, cell, NOTHING, status)


def make_row(topic: Topic, statistic: str, cell: Cell, figure: Figure, status: str) -> Row:
    return {
        "indicator": topic.indicator,
        "statistic": statistic,
        "month": topic.month,
        "area": cell.area,
        "population": cell.population,
        "dimension": cell.dimension,
        "category": cell.category,
        "numerator": figure.numerator,
        "denominator": figure.denominator,
        "value": figure.value,
        "low": None,
        "high": None,
        "unit": unit(topic.indicator, statistic),
        "status": status,
        "series_break": series_break(topic.indicator, topic.month),
        "source": topic.source,
        "vintage": topic.world.extract_date.isoformat(),
    }


@cache
def unit(indicator: str, statistic: str) -> str:
    return catalogue.load().indicator(indicator).statistic(statistic).unit


@cache
def series_break(indicator: str, month: str) -> str | None:
    # "id of a series break in the catalogue that falls in this month, else empty"
    found = catalogue.load().break_in(indicator, month)
    return found.id if found else None
