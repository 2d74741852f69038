"""Accounts of indicators 19 and 20: answers to surveys."""

from __future__ import annotations

import pandas as pd

from indicators.measures.register.accounts.funnel import Funnel, part
from indicators.measures.register.accounts.model import Made, Note, Question, RegisterAccount
from indicators.measures.register.accounts.records import called, read

_BOUNDS = ("ci_low", "ci_high")
_NOWHERE = "~"


def satisfaction(question: Question) -> RegisterAccount:
    """The month's answers, and the invited of its round."""
    answers = _answers(question, "satisfaction")
    funnel = _of_area(question, Funnel.of(answers[answers["month"] == question.month]))
    if question.dimension == "item":
        funnel = funnel.without(funnel.cases["item"] != question.category, "other_item")
    cases, least = funnel.cases, question.choice("min_answers")
    respondents, total = cases["person_id"].nunique(), question.dimension == "total"
    enough = len(cases) >= least and (not total or respondents >= least)
    figures = dict.fromkeys(("mean", *_BOUNDS, "respondents"), Made(None))
    if enough:
        figures = _mean(cases["score"]) | {"respondents": Made(respondents)}
    why = () if enough else (Note("few_answers", {"answers": len(cases), "least": least}),)
    notes: tuple[Note, ...] = ()
    if total:
        invited = _invited(question, cases)
        known = enough and invited is not None
        figures["response_rate"] = Made(respondents, invited) if known else Made(None)
        if invited is None:
            why = (*why, Note("no_round")) if len(cases) else why
        else:
            notes = (Note("invited", {"invited": invited}),)
    whole = dict.fromkeys(figures, question.last_day)
    return RegisterAccount((funnel.strand("answers", "answers"),), figures, whole, notes, why)


def _invited(question: Question, answers: pd.DataFrame) -> int | None:
    """Invited in the area, None if a municipality with answers has no row of the round."""
    rows = read(question.register, "survey_round")
    rows = rows.assign(municipality=called(question, rows["municipality"]))
    of_month = (rows["instrument"] == "satisfaction") & (rows["month"] == question.month)
    held = rows[of_month]
    if not question.is_whole:
        held = held[held["municipality"].isin(question.municipalities)]
    answered = called(question, answers["municipality"]).dropna()
    if held.empty or not set(answered) <= set(held["municipality"]):
        return None
    return int(held["invited"].sum())


def wellbeing(question: Question) -> RegisterAccount:
    """Respondents so far: those of two waves or more make pairs."""
    answers = _answers(question, "wellbeing")
    so_far = answers[answers["month"] <= question.month]
    funnel = _of_area(question, Funnel.of(_respondents(so_far)))
    cases, least = funnel.cases, question.choice("min_pairs")
    pairs = cases[cases["waves"] > 1]
    parts = (part("paired", pairs), part("one_wave", cases[cases["waves"] == 1]))
    enough = len(pairs) >= least
    figures = dict.fromkeys(("mean_change", *_BOUNDS, "pairs", "attrition_share"), Made(None))
    if enough:
        mean = _mean(pairs["change"])
        figures = {
            "mean_change": mean["mean"],
            **{name: mean[name] for name in _BOUNDS},
            "pairs": Made(len(pairs)),
            "attrition_share": Made(len(cases) - len(pairs), len(cases)),
        }
    why = () if enough else (Note("few_pairs", {"pairs": len(pairs), "least": least}),)
    whole = dict.fromkeys(figures, question.last_day)
    strand = funnel.strand("respondents", "persons", parts)
    return RegisterAccount((strand,), figures, whole, (), why)


def _respondents(answers: pd.DataFrame) -> pd.DataFrame:
    """A row a respondent: number of waves, last less first, municipality of the latest answer."""
    keys = ["person_id", "wave"]
    scores = answers.groupby(keys)["score"].mean().groupby("person_id")
    # Behind every code: where an answer of the last month has none, another may tell it.
    answers = answers.assign(municipality=answers["municipality"].fillna(_NOWHERE))
    order = answers.sort_values([*keys, "month", "municipality"], ascending=[True] * 3 + [False])
    lived = order.groupby("person_id")["municipality"].last()
    return pd.DataFrame(
        {
            "waves": scores.size(),
            "change": scores.last() - scores.first(),
            "municipality": lived.where(lived != _NOWHERE),
        }
    ).reset_index()


def _answers(question: Question, instrument: str) -> pd.DataFrame:
    rows = read(question.register, "survey")
    of = rows[rows["instrument"] == instrument]
    return of.rename(columns={"respondent_id": "person_id"})


def _of_area(question: Question, funnel: Funnel) -> Funnel:
    if question.is_whole:
        return funnel
    where = called(question, funnel.cases["municipality"])
    elsewhere = ~where.isin(question.municipalities)
    return funnel.without(elsewhere, "answer_of_other_area")


def _mean(values: pd.Series) -> dict[str, Made]:
    made = dict.fromkeys(_BOUNDS, Made(None, len(values)))
    return {"mean": Made(float(values.sum()), len(values)), **made}
