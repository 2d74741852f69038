"""Life courses, and the register's job searches and employment codes that follow from them.

A course is a chain of states in continuous time (counted in days). Every iteration takes all
persons one state further; there are as many iterations as the busiest person has states.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from indicators.synthetic.model import (
    DAYS_A_MONTH,
    OPEN,
    Array,
    Frame,
    Model,
    Raw,
    Rng,
    State,
    Stay,
    Timelines,
    draw_codes,
    draw_days_between,
    sorted_by_person,
    stack_frames,
    take_rows,
)
from indicators.synthetic.people import age_groups
from indicators.synthetic.planted import PlantedExits

_NEVER = -1
_LEFT_REGISTER = 0


def with_search_renewals(model: Model, records: Raw, life_history: Frame, rng: Rng) -> Frame:
    """The courses with job searches that ended because nobody renewed them and began anew.

    The new search begins the day after, so unemployment goes on in two spells that touch.

    Args:
        model: Names of the states.
        records: The table ``[spells]``.
        life_history: Rows of :func:`simulate_histories`.
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
            [
                at,
                draw_days_between(rng, life_history["start"][at] + 1, life_history["stop"][at] - 1),
            ]
        ),
        axis=1,
    )
    row = np.concatenate([np.arange(len(days)), cuts[0]])
    start = np.concatenate([life_history["start"], cuts[1]]).astype(np.int32)
    order = np.lexsort((start, row))
    anew = order >= len(days)
    cut = take_rows(life_history, row[order]) | {"start": start[order], "anew": anew}
    goes_on = np.append(anew[1:], False)
    cut["stop"] = np.where(goes_on, np.append(cut["start"][1:], 0), cut["stop"]).astype(np.int32)
    cut["then"] = np.where(goes_on, unemployed, cut["then"]).astype(np.int8)
    return cut


def with_searches_since(life_history: Frame, since: int) -> Frame:
    """The courses without job searches that ended before a day; ``search`` numbers the rest.

    Args:
        life_history: Rows of :func:`with_search_renewals`.
        since: Day number.
    """
    search = np.cumsum(_search_heads(life_history)) - 1
    stops = life_history["stop"][last_rows(search)]
    kept = stops[search] > since
    rows = take_rows(life_history, kept)
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


def with_reasons(model: Model, records: Raw, life_history: Frame, leaves: Array, rng: Rng) -> Frame:
    """The courses with the reason (``reason``) for which each state ended.

    Args:
        model: Names of the states, day of the law.
        records: The table ``[reasons]`` and ``[spells]``.
        life_history: Rows of :func:`with_searches_since`.
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
        kinds = _draw_reasons(records["reasons"], model.states[state].service, names[state])
        given = kinds[names[then]]
        for period, when in (("before", ~late), ("after", late)):
            rows = np.flatnonzero(
                (life_history["state"] == state) & (life_history["then"] == then) & when
            )
            weights = given.get(period, given["before"])
            reason[rows] = draw_codes(rng, weights, len(rows))
    retired = (life_history["then"] == _LEFT_REGISTER) & (
        life_history["stop"] >= leaves[life_history["person"]]
    )
    reason[retired] = records["spells"]["retired"]
    return life_history | {"reason": reason}


def _draw_reasons(reasons: Raw, service: str, name: str) -> Raw:
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
        "end": last_days(life_history)[last],
        "end_reason": life_history["reason"][last],
        "person": person,
    }


def last_days(life_history: Frame) -> Array:
    """Last days of the states; ``OPEN`` where the end is not observed."""
    return np.where(life_history["then"] == _NEVER, OPEN, life_history["stop"] - 1).astype(np.int32)


def employment_codes(model: Model, life_history: Frame, ids: Array) -> Frame:
    """Employment codes (YTYOLL): ``person_id, code, start, end, end_reason``, in order of time.

    A state that goes on over the law of 5/2022 and has a new code from then on is two spells.
    """
    law = model.days["law"]
    rows = {
        "person_id": ids[life_history["person"]],
        "state": life_history["state"],
        "start": life_history["start"],
        "end": last_days(life_history),
        "end_reason": life_history["reason"],
    }
    before = np.array([state.code for state in model.states])
    after = np.array([state.code_after for state in model.states])
    # The day after the last one seen, not the open end: an extract may be older than the law.
    over = (before != after)[rows["state"]] & (rows["start"] < law) & (life_history["stop"] > law)
    rows = _split_rows(rows, np.flatnonzero(over), law)
    rows["code"] = np.where(rows["start"] < law, before[rows["state"]], after[rows["state"]])
    return rows


def _split_rows(rows: Frame, cut: Array, day: int) -> Frame:
    """Some rows in two: the second part begins on a day, the first ends without a reason."""
    second = take_rows(rows, cut)
    second["start"] = np.full(len(cut), day, dtype=np.int32)
    first = {name: column.copy() for name, column in rows.items()}
    first["end"][cut] = day - 1
    first["end_reason"][cut] = ""
    return sorted_by_person(stack_frames([first, second]), "start")


# --- life courses ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Simulation:
    """What decides how long a state lasts."""

    model: Model
    people: Frame
    timelines: Timelines
    rng: np.random.Generator
    planted: PlantedExits | None


def simulate_histories(
    model: Model,
    people: Frame,
    timelines: Timelines,
    rng: np.random.Generator,
    planted: PlantedExits | None = None,
) -> Frame:
    """The states of all persons in which they are jobseekers.

    Args:
        model: Hazards and lengths.
        people: One row a person: ``born`` (day number), ``enters`` and ``leaves`` (first day at
            risk, first day not at risk any more), ``foreign``, ``course``.
        timelines: The calendar.
        rng: Draws.
        planted: What changes the hazard of finding work; nothing if not given.

    Returns:
        ``person`` (row of ``people``), ``state``, ``start``, ``stop`` (first day of what comes
        after), ``then`` (the state after, −1 where it is not observed), sorted by person and start.
    """
    world = _Simulation(model, people, timelines, rng, planted)
    horizon = np.minimum(people["leaves"], timelines.end).astype(np.int32)
    active = np.flatnonzero(people["enters"] < horizon).astype(np.int32)
    state = np.zeros(len(active), dtype=np.int8)
    now = people["enters"][active].astype(np.int32)
    parts = []
    while len(active):
        stop, then = _next_transition(world, active, state, now)
        last = horizon[active]
        cut = stop >= last
        then[cut] = np.where(last[cut] < timelines.end, _LEFT_REGISTER, -1)
        seeks = state != _LEFT_REGISTER
        part = (active, state, now, np.minimum(stop, last), then)
        parts.append(tuple(column[seeks] for column in part))
        active, state, now = active[~cut], then[~cut], stop[~cut]
    person, state, start, stop, then = (
        np.concatenate(columns) for columns in zip(*parts, strict=True)
    )
    order = np.argsort(person, kind="stable")
    names = ("person", "state", "start", "stop", "then")
    return {
        name: column[order]
        for name, column in zip(names, (person, state, start, stop, then), strict=True)
    }


def _next_transition(
    world: _Simulation, person: Array, state: Array, now: Array
) -> tuple[Array, Array]:
    """When each person leaves a state entered now, and for which state."""
    stop = np.empty(len(person), dtype=np.int32)
    then = np.empty(len(person), dtype=np.int8)
    for number, known in enumerate(world.model.states):
        rows = np.flatnonzero(state == number)
        if known.stay:
            stop[rows], then[rows] = _agreed_length(known.stay, world, now[rows])
        elif len(rows):
            stop[rows], then[rows] = _first_of_risks(known, world, person[rows], now[rows])
    return stop, then


def _first_of_risks(
    state: State, world: _Simulation, person: Array, since: Array
) -> tuple[Array, Array]:
    """The first of several independent clocks: day and state."""
    people, timelines = world.people, world.timelines
    groups = age_groups(people["born"][person], since)
    cell = (groups, people["foreign"][person], people["course"][person])
    first = np.full(len(since), timelines.end + 1, dtype=np.int32)
    to = np.zeros(len(since), dtype=np.int8)
    for move in state.moves:
        hazard = move.rate * world.model.factors[move.factors][cell]
        wait = world.rng.standard_exponential(len(since)) / hazard
        if world.planted and world.planted.changes(world.model, state, move):
            factors = world.planted.factors(world.model, people, person, since)
            day = world.planted.reached(timelines, move.timeline, since, wait, factors)
        else:
            day = timelines.reached(move.timeline, since, wait)
        sooner = day < first
        first[sooner], to[sooner] = day[sooner], move.to
    return first, to


def _agreed_length(stay: Stay, world: _Simulation, since: Array) -> tuple[Array, Array]:
    timelines, rng = world.timelines, world.rng
    stretch = timelines.levels[stay.timeline][since - timelines.start]
    days = stay.median * stretch * np.exp(stay.sigma * rng.standard_normal(len(since)))
    length = np.clip(np.rint(days), 1, stay.longest).astype(np.int32)
    to = stay.to[np.searchsorted(np.cumsum(stay.shares)[:-1], rng.random(len(since)))]
    return since + length, to
