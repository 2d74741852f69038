"""Indicators 19 and 20: satisfaction, and the change of wellbeing, from survey answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from indicators.measures.register.figures import (
    INCOMPLETE,
    NOT_AVAILABLE,
    Figures,
    event_status,
)
from indicators.measures.register.intervals import Mean, mean_of
from indicators.measures.register.places import area_members
from indicators.measures.register.sheet import Block, Sheet
from indicators.measures.register.totals import Totals
from indicators.tallies.axes import COUNTRY

SATISFACTION, WELLBEING = "satisfaction", "wellbeing_change"
_TOTAL = ("total", "total")

Triple = tuple[float, float, float]
"""Numerator, denominator and value."""

NOTHING: Triple = (np.nan, np.nan, np.nan)
Cell = tuple[int, int, int]
Found = Mapping[tuple[str, Cell], Triple]
"""Figures by statistic and by place of month, area and category."""


def tell(totals: Totals, sheet: Sheet) -> None:
    """Both indicators, for the areas of the survey's rows, the groups and all together."""
    answers = totals.job.register.read("survey").to_pandas()
    rounds = totals.job.register.read("survey_round").to_pandas()
    _tell_satisfaction(
        totals,
        sheet,
        answers[answers["instrument"] == "satisfaction"],
        rounds[rounds["instrument"] == "satisfaction"],
    )
    _tell_wellbeing(totals, sheet, answers[answers["instrument"] == "wellbeing"])


def _tell_satisfaction(
    totals: Totals, sheet: Sheet, answers: pd.DataFrame, rounds: pd.DataFrame
) -> None:
    job = totals.job
    members = area_members(job, answers["municipality"], country_added_up=True)
    categories = [_TOTAL, *(("item", item) for item in sorted(set(answers["item"])))]
    least, level = job.choice(SATISFACTION, "min_answers"), _level(totals, SATISFACTION)
    found: dict[tuple[str, Cell], Triple] = {}
    for at, month in enumerate(totals.clock.months):
        of_month, round_ = answers[answers["month"] == month], rounds[rounds["month"] == month]
        for area, (code, inside) in enumerate(members.items()):
            there = of_month[of_month["municipality"].isin(inside)]
            invited = round_[round_["municipality"].isin(inside) | (code == COUNTRY)]
            for category, told in _by_item(there, invited, least, level):
                found |= _named(told, (at, area, categories.index(category)))
    _add(totals, sheet, SATISFACTION, found, _block(totals, list(members), categories))


def _by_item(
    answers: pd.DataFrame, invited: pd.DataFrame, least: int, level: float
) -> Iterator[tuple[tuple[str, str], Mapping[str, Triple]]]:
    """Figures in total and by item, where there are answers enough."""
    if len(answers) >= least and answers["respondent_id"].nunique() >= least:
        rate = _response_rate(answers, invited)
        yield _TOTAL, _satisfaction(answers, level) | {"response_rate": rate}
    for item, of_item in answers.groupby("item"):
        if len(of_item) >= least:
            yield ("item", str(item)), _satisfaction(of_item, level)


def _satisfaction(answers: pd.DataFrame, level: float) -> dict[str, Triple]:
    respondents = float(answers["respondent_id"].nunique())
    told = _mean(mean_of(answers["score"].to_numpy(np.float64), level))
    return told | {"respondents": (respondents, np.nan, respondents)}


def _response_rate(answers: pd.DataFrame, round_: pd.DataFrame) -> Triple:
    """Not known if a municipality with answers has no row of the round."""
    if not set(answers["municipality"]) <= set(round_["municipality"]):
        return NOTHING
    return _percent(answers["respondent_id"].nunique(), int(round_["invited"].sum()))


def _tell_wellbeing(totals: Totals, sheet: Sheet, answers: pd.DataFrame) -> None:
    job = totals.job
    members = area_members(job, answers["municipality"], country_added_up=True)
    least, level = job.choice(WELLBEING, "min_pairs"), _level(totals, WELLBEING)
    found: dict[tuple[str, Cell], Triple] = {}
    seen, people = -1, answers
    for at, month in enumerate(totals.clock.months):
        so_far = answers[answers["month"] <= month]
        if len(so_far) > seen:
            seen, people = len(so_far), _respondents(so_far)
        for area, inside in enumerate(members.values()):
            of_area = people[people["municipality"].isin(inside)]
            if of_area["paired"].sum() >= least:
                found |= _named(_wellbeing(of_area, level), (at, area, 0))
    _add(totals, sheet, WELLBEING, found, _block(totals, list(members), [_TOTAL]))


def _respondents(answers: pd.DataFrame) -> pd.DataFrame:
    """A row a respondent: municipality of the last wave, whether paired, last minus first."""
    # In order of score, so that a mean does not depend on the order of rows.
    answers = answers.sort_values(["respondent_id", "wave", "score"])
    waves = answers.groupby(["respondent_id", "wave"])["score"].mean().reset_index()
    of = waves.groupby("respondent_id")
    people = pd.DataFrame({"change": of["score"].last() - of["score"].first()})
    people["paired"] = of["wave"].count() > 1
    # The last wave's latest answer; of several municipalities in that month the first code.
    keys = ["respondent_id", "wave", "month", "municipality"]
    latest = answers.sort_values(keys, ascending=[True, True, True, False])
    people["municipality"] = latest.groupby("respondent_id")["municipality"].last()
    return people


def _wellbeing(people: pd.DataFrame, level: float) -> Mapping[str, Triple]:
    change = people.loc[people["paired"], "change"].to_numpy(np.float64)
    told = _mean(mean_of(change, level))
    pairs = float(len(change))
    return {
        "mean_change": told["mean"],
        "ci_low": told["ci_low"],
        "ci_high": told["ci_high"],
        "pairs": (pairs, np.nan, pairs),
        "attrition_share": _percent(len(people) - len(change), len(people)),
    }


def _mean(mean: Mean) -> dict[str, Triple]:
    return {
        "mean": (mean.total, mean.number, mean.total / mean.number),
        "ci_low": (np.nan, mean.number, mean.low),
        "ci_high": (np.nan, mean.number, mean.high),
    }


def _percent(part: int, whole: int) -> Triple:
    return (part, whole, 100 * part / whole if whole else np.nan)


def _level(totals: Totals, indicator: str) -> float:
    return float(totals.job.choices[indicator]["confidence_level"])


def _named(figures: Mapping[str, Triple], cell: Cell) -> dict[tuple[str, Cell], Triple]:
    return {(statistic, cell): triple for statistic, triple in figures.items()}


def _block(totals: Totals, areas: Sequence[str], categories: Sequence[tuple[str, str]]) -> Block:
    return Block(
        totals.clock.months,
        areas,
        totals.job.register.extract_date.isoformat(),
        populations=("target_group",),
        categories=categories,
        source="survey",
    )


def _add(totals: Totals, sheet: Sheet, indicator: str, found: Found, block: Block) -> None:
    for statistic in sheet.catalogue.indicator(indicator).statistics:
        cells = {cell: three for (name, cell), three in found.items() if name == statistic.id}
        sheet.add(indicator, statistic.id, block, _figures(totals, cells, block))


def _figures(totals: Totals, cells: Mapping[Cell, Triple], block: Block) -> Figures:
    """Figures that are too few, or of which a source is missing, are not available."""
    shape = (len(block.months), len(block.areas), 1, len(block.categories))
    three = np.full((3, *shape), np.nan)
    for (month, area, category), triple in cells.items():
        three[:, month, area, 0, category] = triple
    status = np.broadcast_to(event_status(totals.clock).reshape(-1, 1, 1, 1), shape)
    lacking = np.isnan(three[2]) & (status != INCOMPLETE)
    three[:, status == INCOMPLETE] = np.nan
    shown = ~np.isnan(three[2])
    shown[..., 0] = True
    status = np.where(lacking, NOT_AVAILABLE, status).astype(np.int8)
    numerator, denominator, value = three
    return Figures(numerator, denominator, value, status, shown)
