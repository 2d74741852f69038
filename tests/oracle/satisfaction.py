"""Indicator 19: satisfaction."""

from __future__ import annotations

from collections.abc import Iterator

from oracle.cells import TOTAL, Cell
from oracle.intervals import interval
from oracle.rows import (
    FEW,
    NOTHING,
    Figure,
    Row,
    Topic,
    count,
    event_status,
    make_row,
    of_persons,
    percent,
    ratio,
)
from oracle.world import Record, World

INDICATOR = "satisfaction"
INDICATORS = (INDICATOR,)
BY_ITEM = ("mean", "ci_low", "ci_high", "respondents")
IN_TOTAL = (*BY_ITEM, "response_rate")


def rows(world: World) -> Iterator[Row]:
    answers = [row for row in world.table("survey") if row["instrument"] == INDICATOR]
    codes = sorted({row["municipality"] for row in answers} - {None})
    for month in world.months:
        for area in [*(f"KU{code}" for code in codes), *world.groups, "SSS"]:
            inside = [
                row
                for row in answers
                if row["month"] == month and is_inside(world, area, row["municipality"])
            ]
            topic = Topic(world, INDICATOR, month, "survey")
            yield from _by_item(topic, area, inside)
            cell = Cell(area, "target_group", *TOTAL)
            yield from survey_rows(topic, cell, in_total(topic, area, inside))


def is_inside(world: World, area: str, municipality: str | None) -> bool:
    # "municipality (nullable)": who has none counts in the whole extract alone
    return area == "SSS" or f"KU{municipality}" in world.groups.get(area, (area,))


def _by_item(topic: Topic, area: str, inside: list[Record]) -> Iterator[Row]:
    # "by dimension `item` and in total"
    for item in sorted({row["item"] for row in inside}):
        cell = Cell(area, "target_group", "item", item)
        of_item = [row for row in inside if row["item"] == item]
        yield from survey_rows(topic, cell, figures(topic.world, of_item))


def in_total(topic: Topic, area: str, inside: list[Record]) -> dict[str, Figure]:
    # "at least 5 answers, in total from 5 respondents"
    if len(respondents(inside)) < _least(topic.world):
        # "rows that a minimum of answers left out (19–20: `suppressed`, not `not_available`)"
        rate = response_rate(topic, area, inside)
        few = dict.fromkeys(BY_ITEM, FEW if inside else NOTHING)
        return few | {"response_rate": FEW if inside and rate is not NOTHING else NOTHING}
    # "response rate in total only"
    rate = response_rate(topic, area, inside)
    return figures(topic.world, inside) | {"response_rate": rate}


def survey_rows(topic: Topic, cell: Cell, found: dict[str, Figure]) -> Iterator[Row]:
    """Rows of a survey's figures; those with too few answers are suppressed."""
    for statistic, figure in found.items():
        status = event_status(topic.world, topic.month)
        needed = ("survey", "survey_round") if statistic == "response_rate" else ("survey",)
        if not all(map(topic.world.has, needed)):
            yield make_row(topic, statistic, cell, NOTHING, "not_available")
        elif status == "incomplete":
            yield make_row(topic, statistic, cell, NOTHING, status)
        elif figure is FEW:
            yield make_row(topic, statistic, cell, NOTHING, "suppressed")
        elif figure is NOTHING:
            yield make_row(topic, statistic, cell, NOTHING, "not_available")
        else:
            yield make_row(topic, statistic, cell, figure, status)


def _least(world: World) -> int:
    return int(world.parameters[INDICATOR]["min_answers"])


def respondents(answers: list[Record]) -> set[str]:
    return {row["respondent_id"] for row in answers}


def figures(world: World, answers: list[Record]) -> dict[str, Figure]:
    if len(answers) < _least(world):
        return dict.fromkeys(BY_ITEM, FEW if answers else NOTHING)
    scores = [float(row["score"]) for row in answers]
    low, high = interval(scores, world.parameters[INDICATOR]["confidence_level"])
    return {
        "mean": ratio(sum(scores), len(scores)),
        "ci_low": of_persons(low, len(scores)),
        "ci_high": of_persons(high, len(scores)),
        "respondents": count(len(respondents(answers))),
    }


def response_rate(topic: Topic, area: str, answers: list[Record]) -> Figure:
    # "response rate = distinct respondents / invited of `survey_round`; […] `not_available` without
    # a row of the round"
    rounds = [
        row
        for row in topic.world.table("survey_round")
        if row["instrument"] == INDICATOR
        and row["month"] == topic.month
        and is_inside(topic.world, area, row["municipality"])
    ]
    # Who has no municipality was invited somewhere, if anybody was.
    answered = {row["municipality"] for row in answers} - {None}
    if not rounds or not answered <= {row["municipality"] for row in rounds}:
        return NOTHING
    return percent(len(respondents(answers)), sum(row["invited"] for row in rounds))
