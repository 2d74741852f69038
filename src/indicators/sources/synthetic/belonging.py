"""Where a person belongs: municipality of residence, office, service line."""

from __future__ import annotations

import numpy as np

from indicators.sources.synthetic import drawing
from indicators.sources.synthetic.days import OPEN, Array, Frame, by_person, stack, take
from indicators.sources.synthetic.parameters import Model, Raw
from indicators.sources.synthetic.people import country, draw_homes
from indicators.sources.synthetic.scene import Scene

_YEAR = 365.25
_COURSES = ("quick", "middling", "hard")


def make_residence(model: Model, people: Frame, since: int, until: int, rng: drawing.Rng) -> Frame:
    """Residence (YHKUNTA): ``person_id, municipality, start, end``; at most one move a person.

    Args:
        model: Shares of the population.
        people: Rows of :func:`people.make_people`.
        since: Day number from which on moves are made up.
        until: Day number of the last day observed.
        rng: Draws.
    """
    given, n = model.population, len(people["person_id"])
    known = rng.random(n) >= given["no_residence"]
    years = (until - since) / _YEAR
    # Somebody who moves to where he lives has not moved.
    goal = draw_homes(people["in_region"], rng)
    moves = known & (rng.random(n) < 1 - np.exp(-given["moves_a_year"] * years))
    moves &= goal != people["home"]
    day = rng.integers(since, until + 1, n).astype(np.int32)
    # The register writes the birth date for somebody who has never moved.
    at_birth = rng.random(n) < 0.6
    came = np.where(at_birth, people["born"], drawing.within(rng, people["born"], people["enters"]))
    came = np.minimum(came, day - 1)
    codes = country()["municipality"]
    first = {
        "person_id": people["person_id"],
        "municipality": codes[people["home"]],
        "start": came.astype(np.int32),
        "end": np.where(moves, day - 1, OPEN).astype(np.int32),
    }
    second = first | {
        "municipality": codes[goal],
        "start": day,
        "end": np.full(n, OPEN, dtype=np.int32),
    }
    return by_person(stack([take(first, known), take(second, moves)]), "start")


def is_target(people: Frame, person: Array, day: Array) -> Array:
    """Whether persons belong to the trial's target group on a day (act 1269/2020, section 4)."""
    born = people["born"][person].astype("datetime64[D]").astype("datetime64[Y]").astype(int)
    age = day.astype("datetime64[D]").astype("datetime64[Y]").astype(int) - born
    target: Array = (
        ~people["fund_member"][person]
        | (age < 30)
        | (people["foreign"][person] == 1)
        | (people["language"][person] == "other")
    )
    return target


def make_office(context: Scene, searches: Frame) -> Frame:
    """Offices (YHTSTO): ``person_id, office, start, end``.

    The office is settled when a job search begins, and on the trial's first day for searches
    then in force: the target group becomes the trial's, everybody else the employment office's.
    """
    people, start_day = context.people, context.model.days["trial_start"]
    running = (searches["start"] < start_day) & (searches["end"] >= start_day)
    running &= start_day <= context.last
    person = np.concatenate([searches["person"], searches["person"][running]])
    day = np.concatenate(
        [searches["start"], np.full(int(running.sum()), start_day, dtype=np.int32)]
    )
    home, where = people["home"][person], country()
    trial = where["trial_office"][home]
    to_trial = (day >= start_day) & is_target(people, person, day) & (trial != "")
    office = np.where(to_trial, trial, where["office"][home])
    rows = {"person_id": people["person_id"][person], "office": office, "start": day}
    rows = by_person(take(rows, office != ""), "start")
    same = np.zeros(len(rows["start"]), dtype=bool)
    same[1:] = (rows["person_id"][1:] == rows["person_id"][:-1]) & (
        rows["office"][1:] == rows["office"][:-1]
    )
    rows = take(rows, ~same)
    return rows | {"end": until_next(rows)}


def until_next(rows: Frame) -> Array:
    """Ends of rows that each last until the same person's next one; the last one is open."""
    end = np.full(len(rows["start"]), OPEN, dtype=np.int32)
    same = rows["person_id"][1:] == rows["person_id"][:-1]
    end[:-1][same] = rows["start"][1:][same] - 1
    return end


def make_lines(context: Scene, searches: Frame, rng: drawing.Rng) -> Frame:
    """Service lines (YASSEGMENTTI): ``person_id, line, start, end`` and ``search`` (its row).

    Every line lasts until the next one of its job search or until the search's end.
    """
    given, n = context.records["lines"], len(searches["start"])
    late = searches["start"] >= context.model.days["law"]
    undefined = np.where(late, given["undefined_after"], given["undefined"])
    start = searches["start"] + np.floor(rng.exponential(given["delay"], n)).astype(np.int32)
    defined = (rng.random(n) >= undefined) & (start <= np.minimum(searches["end"], context.last))
    line = np.zeros(n, dtype="U2")
    for number, name in enumerate(_COURSES):
        rows = np.flatnonzero(context.people["course"][searches["person"]] == number)
        line[rows] = drawing.codes(rng, given[name], len(rows))
    first = {
        "person_id": searches["person_id"],
        "line": line,
        "start": start,
        "end": searches["end"],
        "search": np.arange(n),
    }
    return by_person(_changed(given, take(first, defined), rng), "start")


def _changed(given: Raw, first: Frame, rng: drawing.Rng) -> Frame:
    """Some lines give way to the next one while the search goes on."""
    n = len(first["start"])
    day = first["start"] + given["changes_from"] + rng.integers(0, 60, n).astype(np.int32)
    changed = (rng.random(n) < given["changes"]) & (day < first["end"]) & (first["end"] != OPEN)
    follow = np.array([given["next"][line] for line in first["line"][changed]], dtype="U2")
    second = take(first, changed) | {"line": follow, "start": day[changed]}
    cut = first | {"end": np.where(changed, day - 1, first["end"]).astype(np.int32)}
    return stack([cut, second])
