"""Indicator 20: change of wellbeing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import mean

from oracle.cells import TOTAL, Cell
from oracle.intervals import interval
from oracle.rows import (
    FEW,
    NOTHING,
    Figure,
    Row,
    Topic,
    count,
    of_persons,
    percent,
    ratio,
)
from oracle.satisfaction import is_inside, survey_rows
from oracle.world import Record, World

INDICATOR = "wellbeing_change"
INDICATORS = (INDICATOR,)
STATISTICS = ("mean_change", "ci_low", "ci_high", "pairs", "attrition_share")


@dataclass(frozen=True)
class Respondent:
    """Where the last wave was answered, and the score of each wave in order."""

    municipality: str | None
    scores: tuple[float, ...]


def rows(world: World) -> Iterator[Row]:
    answers = [row for row in world.table("survey") if row["instrument"] == "wellbeing"]
    codes = sorted({row["municipality"] for row in answers} - {None})
    for month in world.months:
        # "answers up to the month"
        people = respondents([row for row in answers if row["month"] <= month])
        for area in [*(f"KU{code}" for code in codes), *world.groups, "SSS"]:
            inside = [one for one in people if is_inside(world, area, one.municipality)]
            cell = Cell(area, "target_group", *TOTAL)
            topic = Topic(world, INDICATOR, month, "survey")
            yield from survey_rows(topic, cell, figures(world, inside))


def respondents(answers: list[Record]) -> list[Respondent]:
    found = []
    for name in sorted({row["respondent_id"] for row in answers}):
        mine = [row for row in answers if row["respondent_id"] == name]
        waves = sorted({row["wave"] for row in mine})
        # "a wave's score is the mean of its items"
        scores = tuple(mean(row["score"] for row in mine if row["wave"] == w) for w in waves)
        # "area of the last wave"
        last = [row for row in mine if row["wave"] == waves[-1]]
        found.append(Respondent(max(last, key=lambda row: row["month"])["municipality"], scores))
    return found


def figures(world: World, people: list[Respondent]) -> dict[str, Figure]:
    # "paired last minus first wave per respondent"
    changes = [one.scores[-1] - one.scores[0] for one in people if len(one.scores) > 1]
    # "at least 5 pairs"
    if len(changes) < world.parameters[INDICATOR]["min_pairs"]:
        return dict.fromkeys(STATISTICS, FEW if changes else NOTHING)
    low, high = interval(changes, world.parameters[INDICATOR]["confidence_level"])
    # "attrition = respondents with one wave / all"
    once = sum(len(one.scores) == 1 for one in people)
    return {
        "mean_change": ratio(sum(changes), len(changes)),
        "ci_low": of_persons(low, len(changes)),
        "ci_high": of_persons(high, len(changes)),
        "pairs": count(len(changes)),
        "attrition_share": percent(once, len(people)),
    }
