"""From life courses to the register's job searches and employment codes."""

from __future__ import annotations

import numpy as np

from indicators.sources.synthetic import drawing
from indicators.sources.synthetic.days import OPEN, Array, Frame, stack, take
from indicators.sources.synthetic.parameters import Model, Raw

_NEVER = -1
_GONE = 0


def with_history(course: Frame, since: int) -> Frame:
    """The courses without job searches that ended before a day; ``search`` numbers the rest.

    Args:
        course: Rows of :func:`courses.simulate`.
        since: Day number.
    """
    search = np.cumsum(search_heads(course)) - 1
    stops = course["stop"][last_rows(search)]
    kept = stops[search] > since
    rows = take(course, kept)
    rows["search"] = np.unique(search[kept], return_inverse=True)[1]
    return rows


def search_heads(course: Frame) -> Array:
    """Whether a state begins a job search: the person comes from outside."""
    heads = np.ones(len(course["person"]), dtype=bool)
    same = course["person"][1:] == course["person"][:-1]
    heads[1:] = ~(same & (course["start"][1:] == course["stop"][:-1]))
    return heads


def last_rows(group: Array) -> Array:
    """The last row of each group of rows that stand together."""
    return np.flatnonzero(np.append(group[1:] != group[:-1], True)) if len(group) else group


def with_reasons(
    model: Model, records: Raw, course: Frame, leaves: Array, rng: drawing.Rng
) -> Frame:
    """The courses with the reason (``reason``) for which each state ended.

    Args:
        model: Names of the states, day of the law.
        records: The table ``[reasons]`` and ``[spells]``.
        course: Rows of courses.
        leaves: For each person, the first day not at risk any more.
        rng: Draws.
    """
    names = [state.name for state in model.states]
    reason = np.zeros(len(course["state"]), dtype="U2")
    late = course["stop"] > model.days["law"]
    for state, then in np.unique(np.stack([course["state"], course["then"]], 1), axis=0):
        if then == _NEVER:
            continue
        kinds = _reasons(records["reasons"], model.states[state].service, names[state])
        given = kinds[names[then]]
        for period, when in (("before", ~late), ("after", late)):
            rows = np.flatnonzero((course["state"] == state) & (course["then"] == then) & when)
            weights = given.get(period, given["before"])
            reason[rows] = drawing.codes(rng, weights, len(rows))
    retired = (course["then"] == _GONE) & (course["stop"] >= leaves[course["person"]])
    reason[retired] = records["spells"]["retired"]
    return course | {"reason": reason}


def _reasons(reasons: Raw, service: str, name: str) -> Raw:
    known: Raw = reasons["service"] if service else reasons[name]
    return known


def job_searches(course: Frame, ids: Array) -> Frame:
    """Job searches (YTHAKU): ``person_id, start, end, end_reason`` and the row of the person."""
    last = last_rows(course["search"])
    heads = np.append(0, last[:-1] + 1) if len(last) else last
    person = course["person"][last]
    return {
        "person_id": ids[person],
        "start": course["start"][heads],
        "end": ends(course)[last],
        "end_reason": course["reason"][last],
        "person": person,
    }


def ends(course: Frame) -> Array:
    """Last days of the states; ``OPEN`` where the end is not observed."""
    return np.where(course["then"] == _NEVER, OPEN, course["stop"] - 1).astype(np.int32)


def employment_codes(
    model: Model, records: Raw, course: Frame, ids: Array, rng: drawing.Rng
) -> Frame:
    """Employment codes (YTYOLL): ``person_id, code, start, end, end_reason``, in order of time.

    A state that goes on over the law of 5/2022 and has another code from then on is two spells;
    so are some long spells of unemployment, that the office has closed and opened again.
    """
    law = model.days["law"]
    rows = {
        "person_id": ids[course["person"]],
        "state": course["state"],
        "start": course["start"],
        "end": ends(course),
        "end_reason": course["reason"],
    }
    rows = _parted(rows, _interruptions(model, records["spells"], rows, rng), "06")
    changes = np.array([state.code != state.code_after for state in model.states])
    over = changes[rows["state"]] & (rows["start"] < law) & (rows["end"] >= law)
    rows = _parted(rows, np.where(over, law, 0), "")
    before, after = (
        np.array([getattr(state, name) for state in model.states])[rows["state"]]
        for name in ("code", "code_after")
    )
    rows["code"] = np.where(rows["start"] < law, before, after)
    return rows


def _interruptions(model: Model, given: Raw, rows: Frame, rng: drawing.Rng) -> Array:
    """The day a second spell begins, 0 where there is none."""
    last = np.where(rows["end"] == OPEN, rows["start"] + given["interrupted_from"], rows["end"])
    long = last - rows["start"] >= given["interrupted_from"]
    long &= (rows["state"] == model.state("unemployed")) & (rows["end"] != OPEN)
    long &= rng.random(len(long)) < given["interrupted"]
    return np.where(long, drawing.within(rng, rows["start"] + 1, last), 0)


def _parted(rows: Frame, at: Array, reason: str) -> Frame:
    """Rows cut in two where a day is given; the first part ends for a reason."""
    cut = np.flatnonzero(at)
    second = take(rows, cut)
    second["start"] = at[cut].astype(np.int32)
    first = {name: column.copy() for name, column in rows.items()}
    first["end"][cut] = at[cut] - 1
    first["end_reason"][cut] = reason
    both = stack([first, second])
    return take(both, np.lexsort((both["start"], both["person_id"])))
