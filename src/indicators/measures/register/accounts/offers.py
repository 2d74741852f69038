"""Account of indicators 14 and 15: the month's offers or introductions, and what came of them."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd

from indicators.measures.register.accounts.belonging import belonging
from indicators.measures.register.accounts.funnel import Funnel, part
from indicators.measures.register.accounts.model import Made, Question, RegisterAccount, Step
from indicators.measures.register.accounts.records import DAY, read, within

FILLED, NOT_COUNTED = ("01", "52"), ("03", "07", "13", "51")
WORK = ("00", "01", "09")
FOLLOWED = {"employed_30_days": "employed_short_days", "employed_90_days": "employed_long_days"}


def account(question: Question, table: str) -> RegisterAccount:
    """Offers of those who belong, by result, and followed for work that began."""
    rows = read(question.register, table)
    dated = rows[within(question, rows["date"])]
    funnel = belonging(question, Funnel.of(dated.assign(day=dated["date"])))
    offers = funnel.cases
    parts, filled = _by_result(offers)
    figures = {
        "offers": Made(len(offers)),
        "persons": Made(offers["person_id"].nunique()),
        "vacancies": Made(offers["vacancy_id"].nunique()),
        "filled_share": filled,
    }
    whole_on = dict.fromkeys(figures, question.last_day)
    for statistic, parameter in FOLLOWED.items():
        days = question.choice(parameter)
        steps, figures[statistic] = _followed(question, offers, days)
        whole_on[statistic] = question.last_day + timedelta(days=days)
        parts = (*parts, *steps)
    key = f"dated_{question.indicator}"
    return RegisterAccount((funnel.strand(key, "offers", parts),), figures, whole_on)


def _by_result(offers: pd.DataFrame) -> tuple[tuple[Step, ...], Made]:
    result = offers["result"]
    out, filled, none = result.isin(NOT_COUNTED), result.isin(FILLED), result.isna()
    parts = (
        part("filled", offers[filled]),
        part("not_filled", offers[~filled & ~out & ~none]),
        part("no_result", offers[none]),
        part("result_not_counted", offers[out]),
        part("no_vacancy", offers[offers["vacancy_id"].isna()]),
    )
    return parts, Made(int(filled.sum()), int((~out).sum()))


def _followed(question: Question, offers: pd.DataFrame, days: int) -> tuple[tuple[Step, ...], Made]:
    seen = offers["day"] + days * DAY <= pd.Timestamp(question.register.extract_date)
    codes = read(question.register, "employment_code")
    work = codes.loc[codes["code"].isin(WORK), ["person_id", "start"]]
    asked = offers[["person_id", "day"]].rename_axis("case").reset_index()
    met = asked.merge(work, on="person_id")
    after = (met["start"] - met["day"]).dt.days
    employed = seen & offers.index.isin(met.loc[after.between(1, days), "case"])
    parts = (
        part("followed", offers[seen], days=days),
        part("employed", offers[employed], days=days),
    )
    return parts, Made(int(employed.sum()), int(seen.sum()))
