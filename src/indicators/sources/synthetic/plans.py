"""Employment plans (YTHAKSU, Suunnitelmat): one after another while a job search lasts."""

from __future__ import annotations

import numpy as np

from indicators.sources.synthetic import drawing
from indicators.sources.synthetic.days import NO_DAY, Array, Frame, by_person, number, stack
from indicators.sources.synthetic.parameters import Raw
from indicators.sources.synthetic.people import HARD
from indicators.sources.synthetic.scene import Scene


def make_plans(context: Scene, searches: Frame, rng: drawing.Rng) -> Frame:
    """Plans: ``person_id, kind, signed, review``; one a person, kind and day.

    Args:
        context: The persons and parameters.
        searches: Rows of :func:`spells.job_searches`.
        rng: Draws.
    """
    given = context.records["plans"]
    rows = np.arange(len(searches["start"]))
    wait = drawing.lengths(rng, given["first_median"], given["first_sigma"], len(rows))
    day = searches["start"] + wait
    last = np.minimum(searches["end"], context.last)
    parts: list[Frame] = []
    for _ in range(given["most"]):
        going = day <= last[rows]
        rows, day = rows[going], day[going]
        parts.append(_plans(context, searches["person"][rows], day, rng))
        if not len(rows):
            break
        interval = _interval(context, day)
        day = day + drawing.lengths(rng, interval, given["interval_sigma"], len(day))
    # Days only grow, so no plan of a search comes twice; and a person's searches do not meet.
    return by_person(stack(parts), "signed")


def _interval(context: Scene, day: Array) -> Array:
    given = context.records["plans"]
    median = np.where(day < context.model.days["law"], given["interval"], given["interval_after"])
    start, end = (number(when) for when in given["eased"])
    longer = np.where((day >= start) & (day <= end), given["eased_factor"], 1.0)
    spaced: Array = median * longer
    return spaced


def _plans(context: Scene, person: Array, day: Array, rng: drawing.Rng) -> Frame:
    given, n = context.records["plans"], len(day)
    late = day >= context.model.days["law"]
    median = np.where(late, given["review_after"], given["review"])
    review = day + drawing.lengths(rng, median, given["review_sigma"], n)
    review = np.where(rng.random(n) < given["no_review"], NO_DAY, review)
    return {
        "person_id": context.ids[person],
        "kind": _kinds(given, context.people, person, late, rng),
        "signed": day.astype(np.int32),
        "review": review.astype(np.int32),
    }


def _kinds(given: Raw, people: Frame, person: Array, late: Array, rng: drawing.Rng) -> Array:
    draw = rng.random(len(person))
    hard = people["course"][person] == HARD
    foreign = people["foreign"][person] == 1
    multisector = hard & late & (draw > 1 - given["multisector"])
    return np.select(
        [foreign & (draw < given["integration"]), multisector, hard & (draw < given["activation"])],
        ["integration", "multisector", "activation"],
        "employment",
    )
