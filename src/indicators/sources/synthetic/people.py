"""Made-up persons: age, sex, origin, language, fund, usual course, residence."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np

from indicators.sources.synthetic.days import Array, Frame
from indicators.sources.synthetic.parameters import Model, Raw

AGE_LIMITS = np.array([25, 30, 50])
_YEAR = 365.25
_REGION = 5  # the region's municipalities come first in the file
QUICK, MIDDLING, HARD = range(3)


@cache
def country() -> Frame:
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
    years = ((day - born) / _YEAR).astype(np.int32)
    return np.searchsorted(AGE_LIMITS, years, side="right")


def region_of_file() -> Array:
    """Whether each municipality of :func:`country` is one of the trial region's five."""
    return np.arange(len(country()["name"])) < _REGION


def municipality_weights() -> tuple[Array, Array]:
    """Cumulated shares of the municipalities in the region, and in the rest of the country."""
    shares = country()["unemployed"].astype(float)
    inside = np.where(region_of_file(), shares, 0.0)
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
        ``home`` (row of :func:`country`), ``in_region``.
    """
    given, n = model.population, len(ids)
    in_region = ids <= given["region_persons"]
    home = draw_homes(in_region, rng)
    born = _births(model, start, end, home, rng)
    foreign = rng.random(n) < _foreign_shares(model)[home]
    middle = np.full(n, (max(start, end - 5 * 365) + end) // 2)
    group = age_groups(born, middle)
    tempo = _courses(model, group, foreign, rng)
    return {
        "person_id": ids,
        "born": born,
        "enters": np.maximum(born + int(given["youngest"] * _YEAR), start).astype(np.int32),
        "leaves": (born + int(given["oldest"] * _YEAR)).astype(np.int32),
        "woman": rng.random(n) >= given["men"],
        "foreign": foreign.astype(np.int8),
        "course": tempo,
        "fund_member": rng.random(n) < _fund_shares(model, group, foreign, tempo),
        "citizenship": np.where(foreign, _citizenships(model, n, rng), "246"),
        "language": _languages(model, foreign, rng),
        "home": home,
        "in_region": in_region,
    }


def draw_homes(in_region: Array, rng: np.random.Generator) -> Array:
    """A municipality for each person, by their numbers of unemployed."""
    inside, outside = municipality_weights()
    draw = rng.random(len(in_region))
    return np.where(in_region, np.searchsorted(inside, draw), np.searchsorted(outside, draw))


def _births(model: Model, start: int, end: int, home: Array, rng: np.random.Generator) -> Array:
    """Births such that there is always somebody of every age.

    The weights hold half-way of the last five years; somebody too young then enters later, and
    somebody who was too old then was younger before.
    """
    middle, n = end - int(2.5 * _YEAR), len(home)
    given = model.population
    youngest = given["youngest"] - (end - middle) / _YEAR + 0.5
    oldest = given["oldest"] + (middle - max(start, end - 6 * 365)) / _YEAR
    limits = np.array(given["ages"]["upto"], dtype=float)
    lows, highs = np.maximum(np.concatenate([[0], limits[:-1]]), youngest), limits.copy()
    highs[-1] = oldest
    mass = np.maximum(highs - lows, 0) * np.array(given["ages"]["weight"])
    young = np.where(limits <= given["ages"]["young"], _youth_factors(given)[:, None], 1.0)
    shares = np.cumsum(mass * young, axis=1)
    band = (rng.random(n)[:, None] * shares[home, -1:] > shares[home]).sum(axis=1)
    age = lows[band] + rng.random(n) * (highs - lows)[band]
    births: Array = (middle - np.rint(age * _YEAR)).astype(np.int32)
    return births


def _youth_factors(given: Raw) -> Array:
    """How far the young are more of each municipality's unemployed than of the region's."""
    where, inside = country(), region_of_file()
    region = where["youth"][inside].sum() / where["unemployed"][inside].sum()
    more: Array = where["youth"] / where["unemployed"] / region
    factors: Array = more ** given["ages"]["young_contrast"]
    return factors


def _foreign_shares(model: Model) -> Array:
    where = country()
    shares: Array = (
        model.population["foreign_share_factor"] * where["foreign"] / where["unemployed"]
    )
    return shares


def _courses(model: Model, group: Array, foreign: Array, rng: np.random.Generator) -> Array:
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


def _citizenships(model: Model, n: int, rng: np.random.Generator) -> Array:
    known = model.population["citizenships"]
    weights = np.cumsum(np.array(list(known.values()), dtype=float))
    return np.array(list(known))[np.searchsorted(weights / weights[-1], rng.random(n))]


def _languages(model: Model, foreign: Array, rng: np.random.Generator) -> Array:
    given = model.population
    other = np.where(foreign, given["other_language_foreigner"], given["other_language_finn"])
    draw, swedish = rng.random(len(foreign)), given["swedish"]
    return np.select([draw < swedish, draw < swedish + other], ["sv", "other"], "fi")
