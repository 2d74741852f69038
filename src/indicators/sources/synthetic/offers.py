"""Job offers (Tyotarjoukset, Palkkatukipaikat) and introductions to employers (esittelyt)."""

from __future__ import annotations

import numpy as np

from indicators.sources.synthetic import drawing
from indicators.sources.synthetic.belonging import is_target
from indicators.sources.synthetic.days import (
    DAYS_A_MONTH,
    Array,
    Frame,
    by_person,
    month_of,
    number,
    take,
)
from indicators.sources.synthetic.parameters import Raw
from indicators.sources.synthetic.scene import Scene

VACANCY = 10_000_000
"""Vacancy numbers (ilmoitusnumero) begin here, those for subsidised work (sijmahdnumero) at twice
and those of introductions at three times the number."""
_A_MONTH = 10_000


def make_offers(context: Scene, life_history: Frame, rng: drawing.Rng) -> Frame:
    """Offers to unemployed persons: ``person_id, vacancy_id, date, result``."""
    given = context.records["job_offer"]
    rows = _events(context, given, life_history, rng)
    subsidised = rng.random(len(rows["date"])) < given["subsidised_share"]
    base = np.where(subsidised, 2 * VACANCY, VACANCY)
    return _finished(context, given, rows, base, rng)


def make_introductions(context: Scene, life_history: Frame, rng: drawing.Rng) -> Frame:
    """Introductions of the trial's target group, from its start on; columns as those of offers."""
    given, people = context.records["introduction"], context.people
    rows = _events(context, given, life_history, rng)
    meant = rows["date"] >= number(given["since"])
    meant &= people["in_region"][rows["person"]] & is_target(people, rows["person"], rows["date"])
    rows = take(rows, meant)
    return _finished(context, given, rows, np.full(len(rows["date"]), 3 * VACANCY), rng)


def _events(context: Scene, given: Raw, life_history: Frame, rng: drawing.Rng) -> Frame:
    """Days while unemployed, at a rate; shortly before work the result is better."""
    unemployed = np.flatnonzero(life_history["state"] == context.model.state("unemployed"))
    start = life_history["start"][unemployed]
    end = np.minimum(life_history["stop"][unemployed] - 1, context.last)
    mean = given["per_month"] * (end - start + 1) / DAYS_A_MONTH
    at = np.repeat(np.arange(len(unemployed)), rng.poisson(mean))
    day = drawing.within(rng, start[at], end[at])
    row = unemployed[at]
    works = np.isin(life_history["reason"][row], ("01", "03"))
    near = works & (life_history["stop"][row] - day <= given["late_days"])
    filled = near & (rng.random(len(day)) < given["filled_late"])
    result = drawing.codes(rng, given["results"], len(day))
    return {
        "person": life_history["person"][row],
        "date": day.astype(np.int32),
        "result": np.where(filled, "01", result),
    }


def _finished(context: Scene, given: Raw, rows: Frame, base: Array, rng: drawing.Rng) -> Frame:
    """With a vacancy each: of the month, shared by a few persons; no offer is made twice."""
    n = len(rows["date"])
    month = month_of(rows["date"])
    monthly = np.bincount(month, minlength=1) if n else np.zeros(1, dtype=int)
    vacancies = np.clip(monthly[month] // given["persons_a_vacancy"], 1, _A_MONTH)
    place = np.floor(rng.random(n) * vacancies).astype(np.int64)
    frame = {
        "person_id": context.ids[rows["person"]],
        "vacancy": base + month * _A_MONTH + place,
        "date": rows["date"],
        "result": rows["result"],
    }
    frame = by_person(frame, "date", "vacancy")
    keys = np.stack([frame["person_id"], frame["date"], frame["vacancy"]])
    new = np.append(True, (keys[:, 1:] != keys[:, :-1]).any(axis=0))[:n]
    frame = take(frame, new)
    frame["vacancy_id"] = frame.pop("vacancy").astype("U8")
    return frame
