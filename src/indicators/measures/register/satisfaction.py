"""Indicator 19: satisfaction with the service, in total and by item (contract, section 4)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators.areas.mergers import ALWAYS
from indicators.measures.register.accounts import surveys
from indicators.measures.register.intervals import mean_of
from indicators.measures.register.measure import Measure
from indicators.measures.register.places import (
    NOWHERE,
    Members,
    area_members,
    place_of,
    renamed,
    spread,
)
from indicators.measures.register.surveys import (
    TOTAL,
    Cells,
    Numbers,
    Told,
    answered,
    level,
    percent,
    places_of,
    rows_of,
)
from indicators.measures.register.totals import Rows, Totals
from indicators.tallies.axes import COUNTRY

ID = "satisfaction"


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
    answers, rounds = (renamed(rows_of(totals, one, ID)) for one in ("survey", "survey_round"))
    met = places_of(totals, answers["municipality"].unique())
    members = area_members(totals.job, met, country_added_up=True)
    items = sorted(answers["item"].unique())
    figures = Told.empty(totals, list(members), [TOTAL, *(("item", item) for item in items)])
    # Who has no municipality was invited somewhere, if anybody was.
    nowhere = (answers["municipality"] == NOWHERE) & answers["month"].isin(rounds["month"])
    answers = answers.assign(rounded=_keys(answers).isin(_keys(rounds)) | nowhere)
    laid_out = _laid_out(_in_cells(answers, members, items, figures))
    _put(totals, figures, laid_out, _invited(rounds, members, figures))
    figures.add_rows_to(rows)


def _keys(rows: pd.DataFrame) -> pd.Series[str]:
    """Month and municipality."""
    return rows["month"].astype("str") + rows["municipality"].astype("str")


def _in_cells(
    answers: pd.DataFrame, members: Members, items: list[str], figures: Told
) -> pd.DataFrame:
    """A row for each answer and cell, by cell and respondent."""
    rows = pd.DataFrame(
        {
            "municipality": answers["municipality"],
            "month": place_of(figures.block.months, answers["month"]),
            "category": place_of(items, answers["item"]) + 1,
            "respondent": pd.factorize(answers["respondent_id"])[0],
            "rounded": answers["rounded"],
            "score": answers["score"],
        }
    )
    rows = spread(rows[rows["month"] >= 0], members, figures.block.months)
    rows = pd.concat([rows.assign(category=0), rows])
    areas, categories = figures.shape[1], figures.shape[3]
    rows["cell"] = (rows["month"] * areas + rows["area"]) * categories + rows["category"]
    return rows.sort_values(["cell", "respondent"])


def _laid_out(rows: pd.DataFrame) -> _Answers:
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


def _invited(rounds: pd.DataFrame, members: Members, figures: Told) -> Numbers:
    """Invited of each month and area, one after the other; all of the round in the country."""
    members = {**members, COUNTRY: dict.fromkeys(rounds["municipality"], ALWAYS)}
    months = figures.block.months
    rows = rounds[["municipality", "invited"]].assign(month=place_of(months, rounds["month"]))
    rows = spread(rows[rows["month"] >= 0], members, months)
    cell = (rows["month"] * figures.shape[1] + rows["area"]).to_numpy()
    invited = rows["invited"].to_numpy(np.float64)
    return np.bincount(cell, invited, figures.shape[0] * figures.shape[1]).astype(float)


def _put(totals: Totals, figures: Told, answers: _Answers, invited: Numbers) -> None:
    least, confidence = totals.job.choice(ID, "min_answers"), level(totals, ID)
    in_total = answers.cells % figures.shape[3] == 0
    many = np.diff(answers.bounds) >= least
    enough = many & (~in_total | (answers.respondents >= least))
    chosen = np.flatnonzero(enough)
    parts = [answers.scores[answers.bounds[at] : answers.bounds[at + 1]] for at in chosen]
    figures.put(
        answers.cells[chosen], answered([mean_of(scores, confidence) for scores in parts], "mean")
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
    ID,
    tables=dict.fromkeys(("mean", "ci_low", "ci_high", "respondents"), ("survey",))
    | {"response_rate": ("survey", "survey_round")},
    count=None,
    rows=add_rows,
    account=surveys.satisfaction,
    # Who is asked is of the target group: nobody is looked up.
    of_population={},
)
