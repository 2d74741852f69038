"""Indicator 19: satisfaction with the service, in total and by item (contract, section 4)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators.areas.mergers import BEFORE_ALL_MERGERS
from indicators.measures.register.accounts.reported import account_satisfaction
from indicators.measures.register.measure import Measure, Rows, Totals
from indicators.measures.register.placement import (
    NOWHERE,
    Members,
    area_members,
    position_of,
    rename_municipalities,
    rows_by_area,
)
from indicators.measures.register.survey_answers import (
    TOTAL,
    Cells,
    Numbers,
    SurveyFigures,
    answer_municipalities,
    confidence_level,
    instrument_rows,
    mean_of,
    mean_statistics,
    percent,
)
from indicators.tallies.axes import COUNTRY

SATISFACTION_ID = "satisfaction"


@dataclass(frozen=True, slots=True)
class _Answers:
    """Answers laid out by cell: month, area, category. An answer is in several cells.

    Attributes:
        cells: The cells with answers, in order.
        bounds: Where each one's answers begin, and the end of all.
        scores: The answers.
        respondents: How many different ones each cell has.
        rounded: Whether all its answers come from municipalities with a row of the round.
    """

    cells: Cells
    bounds: NDArray[np.intp]
    scores: Numbers
    respondents: Numbers
    rounded: NDArray[np.bool_]


def add_rows(totals: Totals, rows: Rows) -> None:
    """Rows for the areas of the answers, the groups and all together."""
    answers, rounds = (
        rename_municipalities(instrument_rows(totals, table, SATISFACTION_ID))
        for table in ("survey", "survey_round")
    )
    met = answer_municipalities(totals, answers["municipality"].unique())
    members = area_members(totals.job.groups, met, country_added_up=True)
    items = sorted(answers["item"].unique())
    figures = SurveyFigures.empty(
        totals, list(members), [TOTAL, *(("item", item) for item in items)]
    )
    # Who has no municipality was invited somewhere, if anybody was.
    nowhere = (answers["municipality"] == NOWHERE) & answers["month"].isin(rounds["month"])
    answers = answers.assign(
        rounded=_month_and_municipality(answers).isin(_month_and_municipality(rounds)) | nowhere
    )
    laid_out = _as_answers(_answers_by_cell(answers, members, items, figures))
    _set_satisfaction(totals, figures, laid_out, _invited_by_cell(rounds, members, figures))
    figures.add_rows_to(rows)


def _month_and_municipality(rows: pd.DataFrame) -> pd.Series[str]:
    """Month and municipality."""
    return rows["month"].astype("str") + rows["municipality"].astype("str")


def _answers_by_cell(
    answers: pd.DataFrame, members: Members, items: list[str], figures: SurveyFigures
) -> pd.DataFrame:
    """A row for each answer and cell, by cell and respondent."""
    rows = pd.DataFrame(
        {
            "municipality": answers["municipality"],
            "month": position_of(figures.block.months, answers["month"]),
            "category": position_of(items, answers["item"]) + 1,
            "respondent": pd.factorize(answers["respondent_id"])[0],
            "rounded": answers["rounded"],
            "score": answers["score"],
        }
    )
    rows = rows_by_area(rows[rows["month"] >= 0], members, figures.block.months)
    rows = pd.concat([rows.assign(category=0), rows])
    areas, categories = figures.shape[1], figures.shape[3]
    rows["cell"] = (rows["month"] * areas + rows["area"]) * categories + rows["category"]
    return rows.sort_values(["cell", "respondent"])


def _as_answers(rows: pd.DataFrame) -> _Answers:
    cell, respondent = rows["cell"].to_numpy(), rows["respondent"].to_numpy()
    begins = np.diff(cell, prepend=-1) > 0
    new_cell_or_respondent = begins | (np.diff(respondent, prepend=-1) != 0)
    firsts = np.flatnonzero(begins)
    return _Answers(
        cell[firsts],
        np.append(firsts, len(cell)),
        rows["score"].to_numpy(np.float64),
        np.add.reduceat(new_cell_or_respondent, firsts, dtype=np.float64),
        np.logical_and.reduceat(rows["rounded"].to_numpy(bool), firsts),
    )


def _invited_by_cell(rounds: pd.DataFrame, members: Members, figures: SurveyFigures) -> Numbers:
    """Invited of each month and area, one after the other; all of the round in the country."""
    members = {**members, COUNTRY: dict.fromkeys(rounds["municipality"], BEFORE_ALL_MERGERS)}
    months = figures.block.months
    rows = rounds[["municipality", "invited"]].assign(month=position_of(months, rounds["month"]))
    rows = rows_by_area(rows[rows["month"] >= 0], members, months)
    cell = (rows["month"] * figures.shape[1] + rows["area"]).to_numpy()
    invited = rows["invited"].to_numpy(np.float64)
    return np.bincount(cell, invited, figures.shape[0] * figures.shape[1]).astype(float)


def _set_satisfaction(
    totals: Totals, figures: SurveyFigures, answers: _Answers, invited: Numbers
) -> None:
    least, confidence = (
        totals.job.choice(SATISFACTION_ID, "min_answers"),
        confidence_level(totals, SATISFACTION_ID),
    )
    in_total = answers.cells % figures.shape[3] == 0
    many = np.diff(answers.bounds) >= least
    enough = many & (~in_total | (answers.respondents >= least))
    chosen = np.flatnonzero(enough)
    parts = [answers.scores[answers.bounds[at] : answers.bounds[at + 1]] for at in chosen]
    figures.put(
        answers.cells[chosen],
        mean_statistics([mean_of(scores, confidence) for scores in parts], "mean"),
    )
    respondents = answers.respondents[chosen]
    figures.put(answers.cells[chosen], {"respondents": (respondents, np.nan, respondents)})
    rated = np.flatnonzero(enough & in_total & answers.rounded)
    cells = answers.cells[rated]
    rate = percent(answers.respondents[rated], invited[cells // figures.shape[3]])
    figures.put(cells, {"response_rate": rate})
    figures.suppress(answers.cells[~enough], ("mean", "ci_low", "ci_high", "respondents"))
    figures.suppress(answers.cells[~enough & in_total & answers.rounded], ("response_rate",))


MEASURE = Measure(
    SATISFACTION_ID,
    tables=dict.fromkeys(("mean", "ci_low", "ci_high", "respondents"), ("survey",))
    | {"response_rate": ("survey", "survey_round")},
    count=None,
    rows=add_rows,
    account=account_satisfaction,
    # Only the target group is surveyed: nobody is looked up.
    of_population={},
)
