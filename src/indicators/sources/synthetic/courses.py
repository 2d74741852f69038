"""Life courses: which state a person is in, from when to when, and what comes after.

A course is a chain of states in continuous time (counted in days). Every iteration takes all
persons one state further; there are as many iterations as the busiest person has states.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from indicators.sources.synthetic.days import Array, Frame
from indicators.sources.synthetic.parameters import Model, Move, Stay
from indicators.sources.synthetic.people import age_groups
from indicators.sources.synthetic.timelines import Timelines

_GONE = 0
_COLUMNS = ("person", "state", "start", "stop", "then")


@dataclass(frozen=True)
class _World:
    """What decides how long a state lasts."""

    model: Model
    people: Frame
    timelines: Timelines
    rng: np.random.Generator


def simulate(model: Model, people: Frame, timelines: Timelines, rng: np.random.Generator) -> Frame:
    """The states of all persons in which they are jobseekers.

    Args:
        model: Hazards and lengths.
        people: One row a person: ``born`` (day number), ``enters`` and ``leaves`` (first day at
            risk, first day not at risk any more), ``foreign``, ``course``.
        timelines: The calendar.
        rng: Draws.

    Returns:
        ``person`` (row of ``people``), ``state``, ``start``, ``stop`` (first day of what comes
        after), ``then`` (the state after, −1 where it is not observed), sorted by person and start.
    """
    world = _World(model, people, timelines, rng)
    horizon = np.minimum(people["leaves"], timelines.end).astype(np.int32)
    active = np.flatnonzero(people["enters"] < horizon).astype(np.int32)
    state = np.zeros(len(active), dtype=np.int8)
    now = people["enters"][active].astype(np.int32)
    parts = []
    while len(active):
        stop, then = _leave(world, active, state, now)
        last = horizon[active]
        cut = stop >= last
        then[cut] = np.where(last[cut] < timelines.end, _GONE, -1)
        seeks = state != _GONE
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


def _leave(world: _World, person: Array, state: Array, now: Array) -> tuple[Array, Array]:
    """When each person leaves a state entered now, and for which state."""
    stop = np.empty(len(person), dtype=np.int32)
    then = np.empty(len(person), dtype=np.int8)
    for number, known in enumerate(world.model.states):
        rows = np.flatnonzero(state == number)
        if known.stay:
            stop[rows], then[rows] = _stay(known.stay, world, now[rows])
        elif len(rows):
            stop[rows], then[rows] = _compete(known.moves, world, person[rows], now[rows])
    return stop, then


def _compete(
    moves: tuple[Move, ...], world: _World, person: Array, since: Array
) -> tuple[Array, Array]:
    """The first of several independent clocks: day and state."""
    people, timelines = world.people, world.timelines
    groups = age_groups(people["born"][person], since)
    cell = (groups, people["foreign"][person], people["course"][person])
    first = np.full(len(since), timelines.end + 1, dtype=np.int32)
    to = np.zeros(len(since), dtype=np.int8)
    for move in moves:
        hazard = move.rate * world.model.factors[move.factors][cell]
        wait = world.rng.standard_exponential(len(since)) / hazard
        day = timelines.reached(move.timeline, since, wait)
        sooner = day < first
        first[sooner], to[sooner] = day[sooner], move.to
    return first, to


def _stay(stay: Stay, world: _World, since: Array) -> tuple[Array, Array]:
    timelines, rng = world.timelines, world.rng
    stretch = timelines.levels[stay.timeline][since - timelines.start]
    days = stay.median * stretch * np.exp(stay.sigma * rng.standard_normal(len(since)))
    length = np.clip(np.rint(days), 1, stay.longest).astype(np.int32)
    to = stay.to[np.searchsorted(np.cumsum(stay.shares)[:-1], rng.random(len(since)))]
    return since + length, to
