"""How panels stand on a drawing: rows and columns of one size."""

from __future__ import annotations

from dataclasses import dataclass

from indicators.reporting.charts.frame import Box
from indicators.reporting.charts.svg import Drawing

# Points at the right edge, below a panel for its years, and between panels of one scale.
EDGE, YEARS_HIGH, APART = 3.0, 19.0, 8.0
# Points between a panel's lines' names and the numbers of the next one.
NUMBERS_AFTER = 8.0
# About what numbers up the side take beside each panel.
NUMBERS_WIDE = 36.0


@dataclass(frozen=True, slots=True)
class Grid:
    """Panels in reading order.

    Attributes:
        columns: Panels side by side.
        above: Points that each panel keeps above itself for title and letters.
        top: Points above all panels.
        one_scale: Whether all have one scale, whose numbers stand at the left alone.
        at_least: Panels it has room for, though there may be fewer.
    """

    columns: int = 1
    above: float = 34.0
    top: float = 0.0
    one_scale: bool = False
    at_least: int = 0

    def boxes(self, on: Drawing, count: int, numbers: float) -> list[Box]:
        """Where the lines of each panel are drawn.

        Args:
            on: The drawing.
            count: How many panels.
            numbers: Points that numbers up the side take.
        """
        rows = -(-max(count, self.at_least) // self.columns)
        apart = APART if self.one_scale else numbers + NUMBERS_AFTER
        wide = (on.width - numbers - EDGE - apart * (self.columns - 1)) / self.columns
        row = (on.height - self.top) / rows
        boxes = []
        for number in range(count):
            down, across = divmod(number, self.columns)
            left, top = numbers + across * (wide + apart), self.top + down * row
            boxes.append(Box(left, top + self.above, left + wide, top + row - YEARS_HIGH))
        return boxes
