"""From life courses to the register's job searches and employment codes."""

from __future__ import annotations

import numpy as np

from indicators.sources.synthetic import drawing
from indicators.sources.synthetic.days import (
    DAYS_A_MONTH,
    OPEN,
    Array,
    Frame,
    by_person,
    stack,
    take,
)
from indicators.sources.synthetic.parameters import Model, Raw

_NEVER = -1
_GONE = 0


def with_renewals(model: Model, records: Raw, life_history: Frame, rng: drawing.Rng) -> Frame:
    """The courses with job searches that ended because nobody renewed them and began anew.

    The new search begins the day after, so unemployment goes on in two spells that touch.

    Args:
        model: Names of the states.
        records: The table ``[spells]``.
        life_history: Rows of :func:`courses.simulate`.
        rng: Draws.

    Returns:
        The rows, cut; ``anew`` marks those that begin a new search.
    """
    unemployed = model.state("unemployed")
    days = np.where(
        life_history["state"] == unemployed, life_history["stop"] - life_history["start"] - 1, 0
    )
    rate = records["spells"]["not_renewed"] / DAYS_A_MONTH
    at = np.repeat(np.arange(len(days)), rng.poisson(days * rate))
    cuts = np.unique(
        np.stack(
            [at, drawing.within(rng, life_history["start"][at] + 1, life_history["stop"][at] - 1)]
        ),
        axis=1,
    )
    row = np.concatenate([np.arange(len(days)), cuts[0]])
    start = np.concatenate([life_history["start"], cuts[1]]).astype(np.int32)
    order = np.lexsort((start, row))
    anew = order >= len(days)
    cut = take(life_history, row[order]) | {"start": start[order], "anew": anew}
    goes_on = np.append(anew[1:], False)
    cut["stop"] = np.where(goes_on, np.append(cut["start"][1:], 0), cut["stop"]).astype(np.int32)
    cut["then"] = np.where(goes_on, unemployed, cut["then"]).astype(np.int8)
    return cut


def with_history(life_history: Frame, since: int) -> Frame:
    """The courses without job searches that ended before a day; ``search`` numbers the rest.

    Args:
        life_history: Rows of :func:`with_renewals`.
        since: Day number.
    """
    search = np.cumsum(_search_heads(life_history)) - 1
    stops = life_history["stop"][last_rows(search)]
    kept = stops[search] > since
    rows = take(life_history, kept)
    rows["search"] = np.unique(search[kept], return_inverse=True)[1]
    return rows


def _search_heads(life_history: Frame) -> Array:
    """Whether a state begins a job search: the person comes from outside, or begins anew."""
    heads = life_history["anew"].copy()
    heads[:1] = True
    same = life_history["person"][1:] == life_history["person"][:-1]
    heads[1:] |= ~(same & (life_history["start"][1:] == life_history["stop"][:-1]))
    return heads


def last_rows(group: Array) -> Array:
    """The last row of each group of rows that stand together."""
    return np.flatnonzero(np.append(group[1:] != group[:-1], True)) if len(group) else group


def with_reasons(
    model: Model, records: Raw, life_history: Frame, leaves: Array, rng: drawing.Rng
) -> Frame:
    """The courses with the reason (``reason``) for which each state ended.

    Args:
        model: Names of the states, day of the law.
        records: The table ``[reasons]`` and ``[spells]``.
        life_history: Rows of :func:`with_history`.
        leaves: For each person, the first day not at risk any more.
        rng: Draws.
    """
    names = [state.name for state in model.states]
    reason = np.zeros(len(life_history["state"]), dtype="U2")
    late = life_history["stop"] > model.days["law"]
    for state, then in np.unique(
        np.stack([life_history["state"], life_history["then"]], 1), axis=0
    ):
        if then == _NEVER:
            continue
        kinds = _reasons(records["reasons"], model.states[state].service, names[state])
        given = kinds[names[then]]
        for period, when in (("before", ~late), ("after", late)):
            rows = np.flatnonzero(
                (life_history["state"] == state) & (life_history["then"] == then) & when
            )
            weights = given.get(period, given["before"])
            reason[rows] = drawing.codes(rng, weights, len(rows))
    retired = (life_history["then"] == _GONE) & (
        life_history["stop"] >= leaves[life_history["person"]]
    )
    reason[retired] = records["spells"]["retired"]
    return life_history | {"reason": reason}


def _reasons(reasons: Raw, service: str, name: str) -> Raw:
    known: Raw = reasons["service"] if service else reasons[name]
    return known


def job_searches(life_history: Frame, ids: Array) -> Frame:
    """Job searches (YTHAKU): ``person_id, start, end, end_reason`` and the row of the person."""
    last = last_rows(life_history["search"])
    heads = np.append(0, last[:-1] + 1) if len(last) else last
    person = life_history["person"][last]
    return {
        "person_id": ids[person],
        "start": life_history["start"][heads],
        "end": ends(life_history)[last],
        "end_reason": life_history["reason"][last],
        "person": person,
    }


def ends(life_history: Frame) -> Array:
    """Last days of the states; ``OPEN`` where the end is not observed."""
    return np.where(life_history["then"] == _NEVER, OPEN, life_history["stop"] - 1).astype(np.int32)


def employment_codes(model: Model, life_history: Frame, ids: Array) -> Frame:
    """Employment codes (YTYOLL): ``person_id, code, start, end, end_reason``, in order of time.

    A state that goes on over the law of 5/2022 and has another code from then on is two spells.
    """
    law = model.days["law"]
    rows = {
        "person_id": ids[life_history["person"]],
        "state": life_history["state"],
        "start": life_history["start"],
        "end": ends(life_history),
        "end_reason": life_history["reason"],
    }
    before = np.array([state.code for state in model.states])
    after = np.array([state.code_after for state in model.states])
    # The day after the last one seen, not the open end: an extract may be older than the law.
    over = (before != after)[rows["state"]] & (rows["start"] < law) & (life_history["stop"] > law)
    rows = _parted(rows, np.flatnonzero(over), law)
    rows["code"] = np.where(rows["start"] < law, before[rows["state"]], after[rows["state"]])
    return rows


def _parted(rows: Frame, cut: Array, day: int) -> Frame:
    """Some rows in two: the second part begins on a day, the first ends without a reason."""
    second = take(rows, cut)
    second["start"] = np.full(len(cut), day, dtype=np.int32)
    first = {name: column.copy() for name, column in rows.items()}
    first["end"][cut] = day - 1
    first["end_reason"][cut] = ""
    return by_person(stack([first, second]), "start")
