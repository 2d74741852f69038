"""The model of the made-up register: its parameters, days as numbers, frames, calendar and draws.

Days are counted from 1 January 1970. The parameters are read from ``model.toml`` into arrays.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from indicators.calendar import count_day, month_range
from indicators.register.schema import day_number

Array = npt.NDArray[Any]
Frame = dict[str, Array]
"""Columns of one length: whole numbers, texts (empty: missing), days (``OPEN``, ``NO_DAY``)."""
Raw = Mapping[str, Any]
"""A table of a TOML file."""
Rng = np.random.Generator

DAYS_A_MONTH = 30.44
OPEN = day_number(date(2222, 11, 11))
"""The register's sentinel of an open end."""
NO_DAY = OPEN + 1
"""No date at all."""

_FOLDER = Path(__file__).parent


# --- days and frames ------------------------------------------------------------------------------


def first_day_of_month(month: str) -> int:
    """Number of a month's first day."""
    return day_number(date(int(month[:4]), int(month[5:]), 1))


def month_of(days: Array) -> Array:
    """Months since January 1970 of some days."""
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def count_days(first_month: str, last_month: str) -> tuple[tuple[str, ...], Array]:
    """Months and the numbers of their count days."""
    months = month_range(first_month, last_month)
    return months, np.array([day_number(count_day(month)) for month in months], dtype=np.int32)


def take_rows(frame: Frame, rows: Array) -> Frame:
    """Some rows of a frame, by numbers or by a mask."""
    return {name: column[rows] for name, column in frame.items()}


def row_count(frame: Frame) -> int:
    """Number of rows."""
    return len(next(iter(frame.values())))


def stack_frames(frames: list[Frame]) -> Frame:
    """The rows of frames of the same columns, in their order."""
    return {name: np.concatenate([frame[name] for frame in frames]) for name in frames[0]}


def sorted_by_person(frame: Frame, *then: str) -> Frame:
    """The rows sorted by person and, among one person's rows, by further columns."""
    keys = [frame[name] for name in reversed(then)]
    return take_rows(frame, np.lexsort((*keys, frame["person_id"])))


def columns_from_rows(names: Sequence[str], rows: Sequence[tuple[object, ...]]) -> Frame:
    """A frame of rows; without any, the columns are empty texts."""
    if not rows:
        return {name: np.zeros(0, dtype="U1") for name in names}
    columns = zip(*rows, strict=True)
    return {name: np.array(column) for name, column in zip(names, columns, strict=True)}


# --- parameters -----------------------------------------------------------------------------------


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
    """The parameters of life courses.

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
    return build_model(read_parameters("model.toml"))


@cache
def load_records() -> Raw:
    """What the register writes down about the courses: shares of codes, lengths, delays."""
    return read_parameters("records.toml") | {
        "short_services": read_parameters("short_services.toml")
    }


def read_parameters(name: str) -> dict[str, Any]:
    """One parameter file of the package."""
    return tomllib.loads((_FOLDER / name).read_text(encoding="utf-8"))


def build_model(raw: Raw) -> Model:
    """A model from the tables of a parameter file."""
    days = raw["days"]
    names = list(raw["states"])
    return Model(
        population=raw["population"],
        days={name: day_number(day) for name, day in days.items() if isinstance(day, date)},
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


# --- the calendar of the hazards: seasons, levels and days of the week, cumulated by day ----------


@dataclass(frozen=True)
class Timelines:
    """The calendar of a stretch of days.

    Attributes:
        start: Number of the first day.
        end: Number of the day after the last: nothing that begins then is observed.
        cumulated: By name, what a hazard of 1 a month adds up to before each day from ``start``
            on; one more value than there are days.
        levels: By name, season × level of each day.
    """

    start: int
    end: int
    cumulated: Mapping[str, Array]
    levels: Mapping[str, Array]

    def reached(self, name: str, since: Array, amount: Array) -> Array:
        """The first day on which a hazard has added up to some amount since a day.

        Returns:
            Day numbers after ``since``; ``end + 1`` if the calendar ends before.
        """
        total = self.cumulated[name]
        goal = total[since - self.start] + amount
        days: Array = self.start + np.searchsorted(total, goal).astype(np.int32)
        return days


def make_timelines(model: Model, start: int, end: int) -> Timelines:
    """The calendar of a model.

    Args:
        model: Seasons, levels, weights of days.
        start: Number of the first day.
        end: Number of the day after the last.
    """
    days = np.arange(start, end)
    weights = _day_weights(model, days)
    levels = {name: _levels(table, month_of(days)) for name, table in model.timelines.items()}
    cumulated = {
        name: np.concatenate([[0.0], np.cumsum(level * weights)]) / DAYS_A_MONTH
        for name, level in levels.items()
    }
    return Timelines(start, end, cumulated, levels)


def _day_weights(model: Model, days: Array) -> Array:
    # 1 January 1970 was a Thursday.
    weights = model.weekday[(days + 3) % 7].copy()
    dates = days.astype("datetime64[D]")
    weights[dates == dates.astype("datetime64[M]")] *= model.first_of_month
    scaled: Array = weights / weights.mean()
    return scaled


def _levels(table: Raw, months: Array) -> Array:
    steps = sorted(table["level"].items())
    since = np.array([np.datetime64(month, "M").astype(int) for month, _ in steps])
    values = np.array([value for _, value in steps], dtype=float)
    season = np.array(table["season"], dtype=float)
    at = np.maximum(np.searchsorted(since, months, side="right") - 1, 0)
    level: Array = values[at] * (season / season.mean())[months % 12]
    return level


# --- draws ----------------------------------------------------------------------------------------


def draw_codes(rng: Rng, weights: Mapping[str, float], n: int) -> Array:
    """Codes drawn by their weights."""
    shares = np.cumsum(np.array(list(weights.values()), dtype=float))
    return np.array(list(weights))[np.searchsorted(shares / shares[-1], rng.random(n))]


def draw_lengths(rng: Rng, median: Array | float, sigma: float, n: int) -> Array:
    """Log-normal lengths in whole days, at least one."""
    days = median * np.exp(sigma * rng.standard_normal(n))
    return np.maximum(np.rint(days), 1).astype(np.int32)


def draw_days_between(rng: Rng, start: Array, end: Array) -> Array:
    """A day of each closed interval, every day alike."""
    span = (end - start + 1).astype(float)
    days: Array = start + np.floor(rng.random(len(start)) * span).astype(np.int32)
    return days


@dataclass(frozen=True)
class BlockContext:
    """The persons of a block and the parameters.

    Attributes:
        model: Parameters of the life courses.
        records: Parameters of what is written down.
        people: Rows of :func:`~indicators.synthetic.people.make_people`.
        last: Day number of the extract date.
    """

    model: Model
    records: Raw
    people: Frame
    last: int

    @property
    def ids(self) -> Array:
        """Person ids, in order."""
        return self.people["person_id"]
