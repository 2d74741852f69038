"""The calendar of the hazards: seasons, levels and days of the week, cumulated by day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from indicators.sources.synthetic.days import DAYS_A_MONTH, Array, month_of
from indicators.sources.synthetic.parameters import Model, Raw


@dataclass(frozen=True)
class Timelines:
    """The calendar from one day to another.

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
