"""A panel's place on the drawing, and its scales: days along the bottom, values from zero up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from indicators.reporting.charts.svg import Drawing, Numbers

# Days a time axis has at least, if there is but one month to draw.
A_MONTH = 30
# What stands above the highest value, as a share of it.
HEADROOM = 0.05
# Numbers up the side at most, above zero; steps between them are these times a power of ten.
MOST_NUMBERS, STEPS = 5, (1.0, 2.0, 2.5, 5.0)


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of the drawing, in points from its upper left corner."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Frame:
    """A panel to draw into.

    Attributes:
        drawing: What it is part of.
        box: Where its lines are drawn.
        room: Points on the right, within the box, that the lines leave to their names.
        first: First day drawn, in days since 1970.
        last: Last day.
        high: Value at the upper edge; the lower is zero.
    """

    drawing: Drawing
    box: Box
    room: float
    first: float
    last: float
    high: float

    def across(self, days: Numbers) -> Numbers:
        """Where days are, in points from the left."""
        wide = self.box.right - self.room - self.box.left
        return self.box.left + (days - self.first) * (wide / max(self.last - self.first, A_MONTH))

    def up(self, values: Numbers) -> Numbers:
        """Where values are, in points from the top."""
        return self.box.bottom - values * ((self.box.bottom - self.box.top) / self.high)

    def line(
        self, values: pd.Series, colour: str, width: float, dashes: Sequence[float] = ()
    ) -> None:
        """Draw a series indexed by day."""
        points = self.up(values.to_numpy(float))
        self.drawing.line(self.across(days(values.index)), points, colour, width, dashes)

    def area(self, index: pd.Index, lower: Numbers, upper: Numbers, colour: str) -> None:
        """Draw the area between two series of the same days."""
        self.drawing.area(self.across(days(index)), self.up(lower), self.up(upper), colour)

    def place(self, day: date) -> float:
        """Where one day is."""
        return float(self.across(np.array(day_number(day), dtype=float)))

    def height(self, value: float) -> float:
        """Where one value is."""
        return float(self.up(np.array(value, dtype=float)))


def days(index: pd.Index) -> Numbers:
    """Days since 1970."""
    return index.to_numpy("datetime64[D]").astype(float)


def day_number(day: date) -> int:
    """Days since 1970."""
    return day.toordinal() - date(1970, 1, 1).toordinal()


def high_of(*series: pd.Series) -> float:
    """The value at the upper edge of a panel that shows some series; 1 for nothing but zeros."""
    highest = max((float(line.max()) for line in series if line.notna().any()), default=0.0)
    return highest * (1 + HEADROOM) or 1.0


def numbers_up(high: float) -> list[float]:
    """Round numbers from zero up to a value, whole ones."""
    step = next(candidate for candidate in _steps() if high / candidate <= MOST_NUMBERS)
    return [step * number for number in range(int(high / step) + 1)]


def _steps() -> Iterator[float]:
    power = 1.0
    while True:
        yield from (step * power for step in STEPS if (step * power).is_integer())
        power *= 10
