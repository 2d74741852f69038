"""Made-up persons: age, sex, origin, language, fund, usual course, and where they belong."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np

from indicators.synthetic.model import (
    OPEN,
    Array,
    BlockContext,
    Frame,
    Model,
    Raw,
    Rng,
    draw_codes,
    draw_days_between,
    sorted_by_person,
    stack_frames,
    take_rows,
)

AGE_LIMITS = np.array([25, 30, 50])
_DAYS_A_YEAR = 365.25
_REGION = 5  # the region's municipalities come first in the file
QUICK, MIDDLING, HARD = range(3)


@cache
def municipality_frame() -> Frame:
    """Municipalities with what the model needs of them, the trial region's five first.

    Counts are StatFin's (table 12r5): means of the unemployed, those under 25 and the foreigners
    of 1/2019–2/2022, where a hidden count is 2.5, and the labour force of 2018–2023. Offices are
    known where a trial was; elsewhere they are empty.
    """
    path = Path(__file__).parent / "country.csv"
    lines = [line.split(",") for line in path.read_text(encoding="utf-8").splitlines()]
    columns = dict(zip(lines[0], np.array(lines[1:]).T, strict=True))
    texts = {"municipality", "name", "office", "trial_office"}
    return {
        name: column if name in texts else column.astype(np.int64)
        for name, column in columns.items()
    }


def age_groups(born: Array, day: Array) -> Array:
    """Age group of the factors on a day: 0 (15–24) to 3 (50–)."""
    years = ((day - born) / _DAYS_A_YEAR).astype(np.int32)
    return np.searchsorted(AGE_LIMITS, years, side="right")


def is_in_trial_region() -> Array:
    """Whether each municipality of :func:`municipality_frame` is one of the trial region's five."""
    return np.arange(len(municipality_frame()["name"])) < _REGION


def municipality_weights() -> tuple[Array, Array]:
    """Cumulated shares of the municipalities in the region, and in the rest of the country."""
    shares = municipality_frame()["unemployed"].astype(float)
    inside = np.where(is_in_trial_region(), shares, 0.0)
    outside = shares - inside
    return np.cumsum(inside) / inside.sum(), np.cumsum(outside) / outside.sum()


def make_people(model: Model, ids: Array, start: int, end: int, rng: np.random.Generator) -> Frame:
    """Persons of a register.

    Args:
        model: Shares of the population.
        ids: Person ids from 1 on: up to the region's size they live in its five municipalities,
            all further ones elsewhere.
        start: Day number on which courses begin.
        end: Day number of the day after the last.
        rng: Draws.

    Returns:
        ``person_id``, ``born``, ``enters``, ``leaves`` (day numbers), ``woman``, ``foreign``,
        ``course`` (0 quick, 1 middling, 2 hard), ``fund_member``, ``citizenship``, ``language``,
        ``home`` (row of :func:`municipality_frame`), ``in_region``.
    """
    given, n = model.population, len(ids)
    in_region = ids <= given["region_persons"]
    home = draw_homes(in_region, rng)
    born = _draw_births(model, start, end, home, rng)
    foreign = rng.random(n) < _foreign_shares(model)[home]
    middle = np.full(n, (max(start, end - 5 * 365) + end) // 2)
    group = age_groups(born, middle)
    tempo = _draw_courses(model, group, foreign, rng)
    return {
        "person_id": ids,
        "born": born,
        "enters": np.maximum(born + int(given["youngest"] * _DAYS_A_YEAR), start).astype(np.int32),
        "leaves": (born + int(given["oldest"] * _DAYS_A_YEAR)).astype(np.int32),
        "woman": rng.random(n) >= given["men"],
        "foreign": foreign.astype(np.int8),
        "course": tempo,
        "fund_member": rng.random(n) < _fund_shares(model, group, foreign, tempo),
        "citizenship": np.where(foreign, _draw_citizenships(model, n, rng), "246"),
        "language": _draw_languages(model, foreign, rng),
        "home": home,
        "in_region": in_region,
    }


def draw_homes(in_region: Array, rng: np.random.Generator) -> Array:
    """A municipality for each person, by their numbers of unemployed."""
    inside, outside = municipality_weights()
    draw = rng.random(len(in_region))
    return np.where(in_region, np.searchsorted(inside, draw), np.searchsorted(outside, draw))


def _draw_births(
    model: Model, start: int, end: int, home: Array, rng: np.random.Generator
) -> Array:
    """Births such that there is always somebody of every age.

    The weights hold half-way of the last five years; somebody too young then enters later, and
    somebody who was too old then was younger before.
    """
    middle, n = end - int(2.5 * _DAYS_A_YEAR), len(home)
    given = model.population
    youngest = given["youngest"] - (end - middle) / _DAYS_A_YEAR + 0.5
    oldest = given["oldest"] + (middle - max(start, end - 6 * 365)) / _DAYS_A_YEAR
    limits = np.array(given["ages"]["upto"], dtype=float)
    lows, highs = np.maximum(np.concatenate([[0], limits[:-1]]), youngest), limits.copy()
    highs[-1] = oldest
    mass = np.maximum(highs - lows, 0) * np.array(given["ages"]["weight"])
    young = np.where(limits <= given["ages"]["young"], _youth_factors(given)[:, None], 1.0)
    shares = np.cumsum(mass * young, axis=1)
    band = (rng.random(n)[:, None] * shares[home, -1:] > shares[home]).sum(axis=1)
    age = lows[band] + rng.random(n) * (highs - lows)[band]
    births: Array = (middle - np.rint(age * _DAYS_A_YEAR)).astype(np.int32)
    return births


def _youth_factors(given: Raw) -> Array:
    """How far the young are more of each municipality's unemployed than of the region's."""
    where, inside = municipality_frame(), is_in_trial_region()
    region = where["youth"][inside].sum() / where["unemployed"][inside].sum()
    more: Array = where["youth"] / where["unemployed"] / region
    factors: Array = more ** given["ages"]["young_contrast"]
    return factors


def _foreign_shares(model: Model) -> Array:
    where = municipality_frame()
    shares: Array = (
        model.population["foreign_share_factor"] * where["foreign"] / where["unemployed"]
    )
    return shares


def _draw_courses(model: Model, group: Array, foreign: Array, rng: np.random.Generator) -> Array:
    given = model.population["course"]
    quick = np.array(given["quick"])[group]
    hard = np.array(given["hard"])[group] * np.where(foreign, given["hard_foreigner"], 1)
    draw = rng.random(len(group))
    return np.where(draw < quick, QUICK, np.where(draw < 1 - hard, MIDDLING, HARD)).astype(np.int8)


def _fund_shares(model: Model, group: Array, foreign: Array, tempo: Array) -> Array:
    given = model.population["fund_member"]
    shares: Array = (
        np.array(given["age"])[group]
        * np.array(given["course"])[tempo]
        * np.where(foreign, given["foreigner"], 1)
    )
    return shares


def _draw_citizenships(model: Model, n: int, rng: np.random.Generator) -> Array:
    known = model.population["citizenships"]
    weights = np.cumsum(np.array(list(known.values()), dtype=float))
    return np.array(list(known))[np.searchsorted(weights / weights[-1], rng.random(n))]


def _draw_languages(model: Model, foreign: Array, rng: np.random.Generator) -> Array:
    given = model.population
    other = np.where(foreign, given["other_language_foreigner"], given["other_language_finn"])
    draw, swedish = rng.random(len(foreign)), given["swedish"]
    return np.select([draw < swedish, draw < swedish + other], ["sv", "other"], "fi")


# --- municipality of residence, office, service line ----------------------------------------------


_COURSE_NAMES = ("quick", "middling", "hard")


def make_residence(model: Model, people: Frame, since: int, until: int, rng: Rng) -> Frame:
    """Residence (YHKUNTA): ``person_id, municipality, start, end``; at most one move a person.

    Args:
        model: Shares of the population.
        people: Rows of :func:`make_people`.
        since: Day number from which on moves are drawn.
        until: Day number of the last day observed.
        rng: Draws.
    """
    given, n = model.population, len(people["person_id"])
    known = rng.random(n) >= given["no_residence"]
    years = (until - since) / _DAYS_A_YEAR
    # Somebody who moves to the same municipality has not moved.
    goal = draw_homes(people["in_region"], rng)
    moves = known & (rng.random(n) < 1 - np.exp(-given["moves_a_year"] * years))
    moves &= goal != people["home"]
    day = rng.integers(since, until + 1, n).astype(np.int32)
    # The register writes the birth date for somebody who has never moved.
    at_birth = rng.random(n) < 0.6
    came = np.where(
        at_birth, people["born"], draw_days_between(rng, people["born"], people["enters"])
    )
    came = np.minimum(came, day - 1)
    codes = municipality_frame()["municipality"]
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
    return sorted_by_person(
        stack_frames([take_rows(first, known), take_rows(second, moves)]), "start"
    )


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


def make_office(context: BlockContext, searches: Frame) -> Frame:
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
    home, where = people["home"][person], municipality_frame()
    trial = where["trial_office"][home]
    to_trial = (day >= start_day) & is_target(people, person, day) & (trial != "")
    office = np.where(to_trial, trial, where["office"][home])
    rows = {"person_id": people["person_id"][person], "office": office, "start": day}
    rows = sorted_by_person(take_rows(rows, office != ""), "start")
    same = np.zeros(len(rows["start"]), dtype=bool)
    same[1:] = (rows["person_id"][1:] == rows["person_id"][:-1]) & (
        rows["office"][1:] == rows["office"][:-1]
    )
    rows = take_rows(rows, ~same)
    return rows | {"end": until_next(rows)}


def until_next(rows: Frame) -> Array:
    """Ends of rows that each last until the same person's next one; the last one is open."""
    end = np.full(len(rows["start"]), OPEN, dtype=np.int32)
    same = rows["person_id"][1:] == rows["person_id"][:-1]
    end[:-1][same] = rows["start"][1:][same] - 1
    return end


def make_lines(context: BlockContext, searches: Frame, rng: Rng) -> Frame:
    """Service lines (YASSEGMENTTI): ``person_id, line, start, end`` and ``search`` (its row).

    Every line lasts until the next one of its job search or until the search's end.
    """
    given, n = context.records["lines"], len(searches["start"])
    late = searches["start"] >= context.model.days["law"]
    undefined = np.where(late, given["undefined_after"], given["undefined"])
    start = searches["start"] + np.floor(rng.exponential(given["delay"], n)).astype(np.int32)
    defined = (rng.random(n) >= undefined) & (start <= np.minimum(searches["end"], context.last))
    line = np.zeros(n, dtype="U2")
    for number, name in enumerate(_COURSE_NAMES):
        rows = np.flatnonzero(context.people["course"][searches["person"]] == number)
        line[rows] = draw_codes(rng, given[name], len(rows))
    first = {
        "person_id": searches["person_id"],
        "line": line,
        "start": start,
        "end": searches["end"],
        "search": np.arange(n),
    }
    return sorted_by_person(_changed_lines(given, take_rows(first, defined), rng), "start")


def _changed_lines(given: Raw, first: Frame, rng: Rng) -> Frame:
    """Some lines give way to the next one while the search goes on."""
    n = len(first["start"])
    day = first["start"] + given["changes_from"] + rng.integers(0, 60, n).astype(np.int32)
    changed = (rng.random(n) < given["changes"]) & (day < first["end"]) & (first["end"] != OPEN)
    follow = np.array([given["next"][line] for line in first["line"][changed]], dtype="U2")
    second = take_rows(first, changed) | {"line": follow, "start": day[changed]}
    cut = first | {"end": np.where(changed, day - 1, first["end"]).astype(np.int32)}
    return stack_frames([cut, second])
