"""The model's parameters, read from ``model.toml`` into arrays."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from indicators.sources.synthetic.days import Array, number

_FOLDER = Path(__file__).parent
Raw = Mapping[str, Any]


@dataclass(frozen=True)
class Move:
    """One way out of a state: a hazard that follows the calendar.

    Attributes:
        to: Number of the state it leads to.
        rate: A month, of a person whose factors are 1.
        timeline: Name of the calendar it follows.
        factors: Name of the persons' factors.
    """

    to: int
    rate: float
    timeline: str
    factors: str


@dataclass(frozen=True)
class Stay:
    """An agreed length of a state, and where it leads to.

    Attributes:
        median: Days.
        sigma: Standard deviation of the length's logarithm.
        longest: Days.
        timeline: Name of the calendar that stretches the median.
        to: Numbers of the states it leads to.
        shares: Their probabilities.
    """

    median: float
    sigma: float
    longest: int
    timeline: str
    to: Array
    shares: Array


@dataclass(frozen=True)
class State:
    """One state of a life course; it has either moves or a stay.

    Attributes:
        name: Of the TOML file.
        code: Employment code (``tyok1``, two characters); empty outside job search.
        code_after: The code from the law of 5/2022 on.
        service: The service group a person in it takes part in, or empty.
        moves: Ways out of it.
        stay: How long it lasts.
    """

    name: str
    code: str
    code_after: str
    service: str
    moves: tuple[Move, ...]
    stay: Stay | None


@dataclass(frozen=True)
class Model:
    """All that life courses are made from.

    Attributes:
        population: The table ``[population]``.
        days: Dates of change, as day numbers.
        weekday: Weight of each day of the week, Monday first.
        first_of_month: Weight of a month's first day.
        timelines: Seasons and levels by name.
        factors: Array of age group × origin × course by name.
        states: By number; state 0 is outside job search.
    """

    population: Raw
    days: Mapping[str, int]
    weekday: Array
    first_of_month: float
    timelines: Mapping[str, Raw]
    factors: Mapping[str, Array]
    states: tuple[State, ...]

    def state(self, name: str) -> int:
        """Number of a state."""
        return next(n for n, state in enumerate(self.states) if state.name == name)


@cache
def load_model() -> Model:
    """The model that comes with the package."""
    return build(read("model.toml"))


@cache
def load_records() -> Raw:
    """What the register writes down about the courses: shares of codes, lengths, delays."""
    return read("records.toml")


def read(name: str) -> dict[str, Any]:
    """One parameter file of the package."""
    return tomllib.loads((_FOLDER / name).read_text(encoding="utf-8"))


def build(raw: Raw) -> Model:
    """A model from the tables of a parameter file."""
    days = raw["days"]
    names = list(raw["states"])
    return Model(
        population=raw["population"],
        days={name: number(day) for name, day in days.items() if isinstance(day, date)},
        weekday=np.array(days["weekday"], dtype=float),
        first_of_month=float(days["first_of_month"]),
        timelines=raw["timeline"],
        factors={name: _factor(table) for name, table in raw["factors"].items()},
        states=tuple(_state(name, raw["states"][name], names) for name in names),
    )


def _factor(table: Raw) -> Array:
    age, origin, tempo = (np.array(table[name], float) for name in ("age", "origin", "course"))
    product: Array = age[:, None, None] * origin[None, :, None] * tempo[None, None, :]
    return product


def _state(name: str, raw: Raw, names: list[str]) -> State:
    code = raw.get("code", "")
    moves = tuple(
        Move(names.index(move["to"]), move["rate"], move["timeline"], move["factors"])
        for move in raw.get("moves", ())
    )
    return State(
        name=name,
        code=code,
        code_after=raw.get("code_after", code),
        service=raw.get("service", ""),
        moves=moves,
        stay=_stay(raw, names) if "stay" in raw else None,
    )


def _stay(raw: Raw, names: list[str]) -> Stay:
    stay, then = raw["stay"], raw["then"]
    shares = np.array(list(then.values()), dtype=float)
    return Stay(
        median=stay["median"],
        sigma=stay["sigma"],
        longest=stay["longest"],
        timeline=stay["timeline"],
        to=np.array([names.index(name) for name in then], dtype=np.int8),
        shares=shares / shares.sum(),
    )
