"""Surveys of the trial's customers: satisfaction, and well-being in two waves."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from indicators.sources.synthetic import drawing
from indicators.sources.synthetic.days import Array, Frame, columns_of
from indicators.sources.synthetic.figures import inhabited
from indicators.sources.synthetic.parameters import Raw
from indicators.sources.synthetic.people import country
from indicators.sources.synthetic.stocks import Stocks

_ANSWER = ("respondent_id", "municipality", "month", "instrument", "item", "score", "wave")
_ROUND = ("municipality", "month", "instrument", "invited")
Answer = tuple[str, str, str, str, str, int, int]


def make_surveys(
    given: Raw, stocks: Stocks, months: Sequence[str], rng: drawing.Rng
) -> tuple[Frame, Frame]:
    """Answers of both surveys and their rounds; a respondent is nobody of the register.

    Args:
        given: The table ``[survey]``.
        stocks: Customers by municipality and month.
        months: The months of the register.
        rng: Draws.

    Returns:
        ``respondent_id, municipality, month, instrument, item, score, wave`` and
        ``municipality, month, instrument, invited``.
    """
    answers: list[Answer] = []
    rounds: list[tuple[str, str, str, int]] = []
    step = given["every_months"]
    for row in inhabited(stocks):
        code = str(country()["municipality"][row])
        for place in range(0, len(months), step):
            invited = round(int(stocks.customers[row, place]) * given["invited_share"])
            if not invited:
                continue
            when = (months[place], months[min(place + 2 * step, len(months) - 1)])
            for instrument, make in (("satisfaction", _satisfaction), ("wellbeing", _wellbeing)):
                rounds.append((code, when[0], instrument, invited))
                n = int(rng.binomial(invited, given["response"]))
                answers += make(given, code, n, when, rng)
    return columns_of(_ANSWER, answers), columns_of(_ROUND, rounds)


def _satisfaction(
    given: Raw, code: str, n: int, when: tuple[str, str], rng: drawing.Rng
) -> list[Answer]:
    mean = np.array(given["mean"])
    scores = _scores(mean + given["spread"] * rng.standard_normal((n, len(mean))))
    return [
        (
            f"S-{code}-{when[0]}-{respondent + 1:03d}",
            code,
            when[0],
            "satisfaction",
            item,
            int(score),
            1,
        )
        for respondent in range(n)
        for item, score in zip(given["items"], scores[respondent], strict=True)
    ]


def _wellbeing(
    given: Raw, code: str, n: int, when: tuple[str, str], rng: drawing.Rng
) -> list[Answer]:
    items = given["wellbeing_items"]
    person = given["wellbeing_mean"] + 0.7 * rng.standard_normal((n, 1, 1))
    gain = given["wellbeing_gain"] * np.arange(2)[None, :, None]
    scores = _scores(person + gain + 0.6 * rng.standard_normal((n, 2, len(items))))
    waves = 1 + (rng.random(n) < given["wellbeing_second"]) * (when[0] != when[1])
    answers: list[Answer] = []
    for respondent in range(n):
        name = f"W-{code}-{when[0]}-{respondent + 1:03d}"
        for wave in range(int(waves[respondent])):
            marks = zip(items, scores[respondent, wave], strict=True)
            answers += [
                (name, code, when[wave], "wellbeing", item, int(score), wave + 1)
                for item, score in marks
            ]
    return answers


def _scores(values: Array) -> Array:
    return np.clip(np.rint(values), 1, 5)
