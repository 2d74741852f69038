"""Indicator 20: how wellbeing changed between the first and the last wave (contract, section 4)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from indicators.measures.register.accounts.reported import account_wellbeing
from indicators.measures.register.measure import Measure, Rows, Totals
from indicators.measures.register.placement import (
    NOWHERE,
    area_members,
    current_municipalities,
    lasting_rows_by_area,
)
from indicators.measures.register.survey_answers import (
    TOTAL,
    SurveyFigures,
    answer_municipalities,
    confidence_level,
    instrument_rows,
    mean_of,
    mean_statistics,
    percent,
)

WELLBEING_ID = "wellbeing_change"
_WELLBEING_INSTRUMENT = "wellbeing"
_WELLBEING_STATISTICS = ("mean_change", "ci_low", "ci_high", "pairs", "attrition_share")


def add_rows(totals: Totals, rows: Rows) -> None:
    """Rows for the areas of the answers, the groups and all together; each month all so far."""
    answers = instrument_rows(totals, "survey", _WELLBEING_INSTRUMENT)
    months = totals.clock.months
    met = answer_municipalities(totals, current_municipalities(answers["municipality"], months))
    members = area_members(totals.job.groups, met, country_added_up=True)
    figures = SurveyFigures.empty(totals, list(members), [TOTAL])
    states = lasting_rows_by_area(
        _lasting_states(_respondent_states(answers), months), members, months
    )
    for area, of_area in states.groupby("area"):
        _set_wellbeing(totals, figures, int(str(area)), of_area)
    figures.add_rows_to(rows)


def _respondent_states(answers: pd.DataFrame) -> pd.DataFrame:
    """What is known of each respondent from each month on in which they answered.

    Returns:
        Respondent, month, municipality of the last wave, whether paired, last minus first.
    """
    respondent_key = ["respondent", "since"]
    answers = answers.assign(
        respondent=pd.factorize(answers["respondent_id"])[0],
        month=answers["month"].astype("str"),
        # In order of code, a missing one last: a further answer may have it.
        municipality=answers["municipality"].astype(object).fillna(_LAST).astype("str"),
    )
    turns = answers[["respondent", "month"]].drop_duplicates()
    seen = turns.rename(columns={"month": "since"}).merge(answers, on="respondent")
    seen = seen[seen["month"] <= seen["since"]]
    # In order of score, so that a mean does not depend on the order of rows.
    scores = (
        seen.sort_values("score").groupby([*respondent_key, "wave"])["score"].mean().reset_index()
    )
    waves = scores.groupby(respondent_key)
    states = pd.DataFrame({"change": waves["score"].last() - waves["score"].first()})
    states["paired"] = waves["wave"].count() > 1
    # The last wave's latest answer; of several municipalities in that month the first code.
    latest = seen.sort_values(["wave", "month", "municipality"], ascending=[True, True, False])
    states["municipality"] = (
        latest.groupby(respondent_key)["municipality"].last().replace(_LAST, NOWHERE)
    )
    return states.reset_index()


_LAST = "~"  # behind every code


def _lasting_states(states: pd.DataFrame, months: tuple[str, ...]) -> pd.DataFrame:
    """States with the places of the first month each holds in, and of the first after it."""
    entry = np.searchsorted(np.array(months, str), states["since"].to_numpy(str))
    respondent = states["respondent"].to_numpy()
    again = np.append(respondent[1:] == respondent[:-1], False)[: len(entry)]
    leave = np.where(again, np.append(entry[1:], 0)[: len(entry)], len(months))
    return states.assign(entry=entry, leave=leave)


def _set_wellbeing(totals: Totals, figures: SurveyFigures, area: int, states: pd.DataFrame) -> None:
    least, confidence = (
        totals.job.choice(WELLBEING_ID, "min_pairs"),
        confidence_level(totals, WELLBEING_ID),
    )
    entry, leave = states["entry"].to_numpy(), states["leave"].to_numpy()
    change, paired = states["change"].to_numpy(np.float64), states["paired"].to_numpy(bool)
    for month in range(figures.shape[0]):
        holds = (entry <= month) & (month < leave)
        changes = change[holds & paired]
        cell = np.array([month * figures.shape[1] + area])
        if len(changes) < least:
            # Nobody who answered twice is nobody to hide.
            figures.suppress(cell[: len(changes)], _WELLBEING_STATISTICS)
            continue
        pairs, people = np.array([len(changes)], float), np.array([holds.sum()], float)
        figures.put(
            cell,
            {
                **mean_statistics([mean_of(changes, confidence)], "mean_change"),
                "pairs": (pairs, np.nan, pairs),
                "attrition_share": percent(people - pairs, people),
            },
        )


MEASURE = Measure(
    WELLBEING_ID,
    tables=dict.fromkeys(_WELLBEING_STATISTICS, ("survey",)),
    count=None,
    rows=add_rows,
    account=account_wellbeing,
    # Only the target group is surveyed: nobody is looked up.
    of_population={},
)
