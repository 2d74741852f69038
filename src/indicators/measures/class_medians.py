"""The median duration of those whom StatFin counts in classes of duration: what is known of it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators.calendar import add_months
from indicators.measures.published import HIDDEN_LEAST, HIDDEN_MIDDLE, HIDDEN_MOST, Figures
from indicators.sources.statfin.further_forms import Interval
from indicators.sources.statfin.snapshots import PublishedSum

_DAYS_A_WEEK = 7


def weeks_of_limit(number: int, unit: str) -> tuple[float, float, float]:
    """How many weeks a duration is at least, on average, and at most.

    A month has 28 to 31 days: how many days three months are depends on when they begin.

    Args:
        number: Of the unit.
        unit: ``days``, ``weeks``, ``months`` or ``years``.
    """
    if unit in ("days", "weeks"):
        weeks = float(number if unit == "weeks" else number / _DAYS_A_WEEK)
        return weeks, weeks, weeks
    months = number * (12 if unit == "years" else 1)
    # Four years of beginnings on the first: as many as a calendar has between leap years.
    begins = pd.period_range("2021-01", periods=48, freq="M").to_timestamp()
    days = [(add_months(day.date(), months) - day.date()).days for day in begins]
    return (
        min(days) / _DAYS_A_WEEK,
        sum(days) / len(days) / _DAYS_A_WEEK,
        max(days) / _DAYS_A_WEEK,
    )


def median_figures(classes: Sequence[Interval], parts: Sequence[PublishedSum]) -> Figures:
    """The median duration, in weeks, of those counted in classes.

    The value takes durations to be spread evenly within the class of the median, and each hidden
    count as 2.5; the bounds take nothing to be known but the class, and hidden counts as any of
    1–4. Where the median may lie in an open class it has no upper bound, and is not given.

    Args:
        classes: In order, without a gap.
        parts: Persons in each; shape (areas, months).

    Returns:
        ``denominator`` is the number of persons, missing where any is hidden.
    """
    limits = [weeks_of_limit(each.low, each.unit) for each in classes]
    ends = [
        (np.inf, np.inf, np.inf) if each.high is None else weeks_of_limit(each.high, each.unit)
        for each in classes
    ]
    middle = np.stack([part.at(HIDDEN_MIDDLE) for part in parts])
    least = np.stack([part.at(HIDDEN_LEAST) for part in parts])
    most = np.stack([part.at(HIDDEN_MOST) for part in parts])
    persons = middle.sum(axis=0)
    at = _median_class(middle, middle)
    lowest, highest = _median_class(most, least), _median_class(least, most)
    starts, finishes = np.array(limits), np.array(ends)
    before = np.take_along_axis(middle.cumsum(axis=0) - middle, at[None], axis=0)[0]
    inside = np.take_along_axis(middle, at[None], axis=0)[0]
    part = np.divide(persons / 2 - before, inside, out=np.zeros_like(persons), where=inside > 0)
    width = finishes[at, 1] - starts[at, 1]
    known = (persons > 0) & np.isfinite(finishes[highest, 2])
    value = np.where(known, starts[at, 1] + part * np.where(known, width, 0), np.nan)
    hidden = np.logical_or.reduce([each.hidden > 0 for each in parts])
    return Figures(
        numerator=np.full(persons.shape, np.nan),
        denominator=np.where((persons > 0) & ~hidden, persons, np.nan),
        value=value,
        low=np.where(known, starts[lowest, 0], np.nan),
        high=np.where(known, finishes[highest, 2], np.nan),
        status=np.where(known, "bounded", "not_available").astype(object),
    )


def _median_class(below: NDArray[np.float64], above: NDArray[np.float64]) -> NDArray[np.intp]:
    """The first class with half of all in it and those before.

    Args:
        below: Persons by class, as those of this class and before are counted.
        above: As those of later classes are.
    """
    so_far = below.cumsum(axis=0)
    later = above.sum(axis=0) - above.cumsum(axis=0)
    reached = 2 * so_far >= so_far + later
    place: NDArray[np.intp] = reached.argmax(axis=0)
    return place
