"""A panel's place on the drawing, and its scales: days along the bottom, values from zero up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from string import ascii_lowercase

import numpy as np
import pandas as pd

from indicators.reporting.charts import drawing as style
from indicators.reporting.charts.drawing import LEADING, Canvas, Numbers
from indicators.reporting.files import FONTS
from indicators.reporting.wording import Translator
from indicators.settings.model import Settings

# Days a time axis has at least, if there is but one month to draw.
MONTH_DAYS = 30
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
class PanelAxes:
    """A panel to draw into.

    Attributes:
        drawing: What it is part of.
        box: Where its lines are drawn.
        room: Points on the right, within the box, that the lines leave to their names.
        first: First day drawn, in days since 1970.
        last: Last day.
        high: Value at the upper edge; the lower is zero.
    """

    drawing: Canvas
    box: Box
    room: float
    first: float
    last: float
    high: float

    def across(self, days: Numbers) -> Numbers:
        """Where days are, in points from the left."""
        wide = self.box.right - self.room - self.box.left
        return self.box.left + (days - self.first) * (
            wide / max(self.last - self.first, MONTH_DAYS)
        )

    def up(self, values: Numbers) -> Numbers:
        """Where values are, in points from the top."""
        return self.box.bottom - values * ((self.box.bottom - self.box.top) / self.high)

    def line(
        self, values: pd.Series, colour: str, width: float, dashes: Sequence[float] = ()
    ) -> None:
        """Draw a series indexed by day."""
        points = self.up(values.to_numpy(float))
        self.drawing.line(self.across(days_since_1970(values.index)), points, colour, width, dashes)

    def area(self, index: pd.Index, lower: Numbers, upper: Numbers, colour: str) -> None:
        """Draw the area between two series of the same days."""
        self.drawing.area(
            self.across(days_since_1970(index)), self.up(lower), self.up(upper), colour
        )

    def place(self, day: date) -> float:
        """Where one day is."""
        return float(self.across(np.array(day_since_1970(day), dtype=float)))

    def height(self, value: float) -> float:
        """Where one value is."""
        return float(self.up(np.array(value, dtype=float)))


def days_since_1970(index: pd.Index) -> Numbers:
    """Days since 1970."""
    return index.to_numpy("datetime64[D]").astype(float)


def day_since_1970(day: date) -> int:
    """Days since 1970."""
    return day.toordinal() - date(1970, 1, 1).toordinal()


def upper_limit(*series: pd.Series) -> float:
    """The value at the upper edge of a panel that shows some series; 1 for nothing but zeros."""
    highest = max((float(line.max()) for line in series if line.notna().any()), default=0.0)
    return highest * (1 + HEADROOM) or 1.0


def axis_numbers(high: float) -> list[float]:
    """Round numbers from zero up to a value, whole ones."""
    step = next(candidate for candidate in _round_steps() if high / candidate <= MOST_NUMBERS)
    return [step * number for number in range(int(high / step) + 1)]


def _round_steps() -> Iterator[float]:
    power = 1.0
    while True:
        yield from (step * power for step in STEPS if (step * power).is_integer())
        power *= 10


# How panels stand on a drawing: rows and columns of one size.


# Points at the right edge, below a panel for its years, and between panels of one scale.
EDGE, YEARS_HIGH, PANEL_GAP = 3.0, 19.0, 8.0
# Points between a panel's lines' names and the numbers of the next one.
NUMBERS_AFTER = 8.0
# About what numbers up the side take beside each panel.
NUMBERS_WIDE = 36.0


@dataclass(frozen=True, slots=True)
class PanelLayout:
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

    def boxes(self, on: Canvas, count: int, numbers: float) -> list[Box]:
        """Where the lines of each panel are drawn.

        Args:
            on: The drawing.
            count: How many panels.
            numbers: Points that numbers up the side take.
        """
        rows = -(-max(count, self.at_least) // self.columns)
        apart = PANEL_GAP if self.one_scale else numbers + NUMBERS_AFTER
        wide = (on.width - numbers - EDGE - apart * (self.columns - 1)) / self.columns
        row = (on.height - self.top) / rows
        boxes = []
        for number in range(count):
            down, across = divmod(number, self.columns)
            left, top = numbers + across * (wide + apart), self.top + down * row
            boxes.append(Box(left, top + self.above, left + wide, top + row - YEARS_HIGH))
        return boxes


# What every time series carries: its scales, the trial, breaks, names at the lines' ends.


# Points above the panel at which letters stand, the higher of two, and the middle of the trial's
# name; letters nearer to each other than the last stand on two levels.
LETTERS_ABOVE, CROWDED_LETTERS_ABOVE, TRIAL_ABOVE, CROWDED = 6, 14, 24, 7
# Points that a year takes along the bottom, and between a line's end and its name.
YEAR_WIDE, NAME_GAP = 34, 5


@dataclass(frozen=True, slots=True)
class EndName:
    """A line's name and newest value, written where it ends."""

    text: str
    value: float
    colour: str


def draw_time_axis(frame: PanelAxes, first: date, last: date) -> None:
    """A line along the bottom, and years below it as far as there is room for them."""
    box, drawing = frame.box, frame.drawing
    _draw_level_line(frame, box.bottom, style.AXIS, 1.1)
    # From the first whole year on.
    years = range(first.year + (first.month > 1), last.year + 1)
    most = max(int((box.right - frame.room - box.left) / YEAR_WIDE), 1)
    for year in years[:: -(-len(years) // most) or 1]:
        place = frame.place(date(year, 1, 1))
        drawing.rectangle(place - 0.5, box.bottom, 1, 3, style.AXIS)
        drawing.text(place, box.bottom + 10, str(year), style.NAME, style.QUIET, anchor="middle")


def draw_number_axis(frame: PanelAxes, translator: Translator, *, named: bool = True) -> None:
    """Lines behind at round numbers, which are written as the language has them if named."""
    for value in axis_numbers(frame.high):
        height = frame.height(value)
        _draw_level_line(frame, height, style.RULE, 0.7)
        if named:
            words, left = translator.number(value), frame.box.left - 4
            frame.drawing.text(left, height, words, style.NAME, style.QUIET, anchor="end")


def _draw_level_line(frame: PanelAxes, height: float, colour: str, width: float) -> None:
    ends = np.array([frame.box.left, frame.box.right])
    frame.drawing.line(ends, np.array([height, height]), colour, width)


def draw_trial_band(frame: PanelAxes, start: date, end: date, last: date, label: str = "") -> None:
    """Shade the time of the trial, as far as the figure goes, and name it above."""
    if start >= min(end, last):
        return
    # The figure may begin after the trial.
    left = max(frame.place(start), frame.box.left)
    right, top = frame.place(min(end, last)), frame.box.top
    frame.drawing.rectangle(left, top, right - left, frame.box.bottom - top, style.PALE)
    if label:
        half = frame.drawing.width_of(label, style.SMALL) / 2
        middle = min((left + right) / 2, frame.drawing.width - half - 2)
        frame.drawing.text(middle, top - TRIAL_ABOVE, label, style.SMALL, anchor="middle")


def break_letter(position: int) -> str:
    """The letter that names a break in the figure and in its caption."""
    return ascii_lowercase[position]


def draw_break_lines(frame: PanelAxes, months: Sequence[str]) -> None:
    """A dotted line at each break, its letter above; the caption tells what it is.

    Args:
        frame: The panel.
        months: Of all the breaks, ``YYYY-MM``, in the order of their letters.
    """
    box, drawing = frame.box, frame.drawing
    before, raised = -float("inf"), False
    for position, month in enumerate(months):
        place = frame.place(date.fromisoformat(f"{month}-01"))
        raised = not raised and place - before < CROWDED
        ends = np.array([place, place])
        drawing.line(ends, np.array([box.top, box.bottom]), style.GREY, 0.8, (0.8, 1.6))
        above = box.top - (CROWDED_LETTERS_ABOVE if raised else LETTERS_ABOVE)
        drawing.text(place, above, break_letter(position), style.SMALL, anchor="middle")
        before = place


def write_end_names(frame: PanelAxes, names: Sequence[EndName], last: pd.Timestamp) -> None:
    """Write each line's name where it ends, apart from each other."""
    left = frame.place(last) + NAME_GAP
    lowest = float("inf")
    for name in sorted(names, key=lambda end_name: end_name.value):
        high = (name.text.count("\n") + 1) * LEADING * style.NAME
        middle = min(frame.height(name.value), lowest - high / 2)
        frame.drawing.text(left, middle, name.text, style.NAME, name.colour, bold=True)
        lowest = middle - high / 2


def end_names_width(drawing: Canvas, names: Sequence[EndName]) -> float:
    """Points that names take at the right of their lines."""
    widths = [drawing.width_of(name.text, style.NAME, bold=True) for name in names]
    return max(widths, default=0.0) + NAME_GAP + 2


# A figure of monthly series: panels of one size with what stands behind and beside their lines.


# Points between a panel and the middle of its title's last line, and around its numbers.
TITLE_ABOVE, AROUND_NUMBERS = 24, 6


@dataclass(frozen=True, slots=True)
class PanelSpec:
    """A panel before it is drawn.

    Attributes:
        high: Value at its upper edge.
        title: Above it.
        names: Of its lines, at their ends.
        labelled: Whether numbers stand up the side, if there is room for them.
    """

    high: float
    title: str = ""
    names: Sequence[EndName] = ()
    labelled: bool = True


@dataclass(frozen=True, slots=True)
class MonthlyFigure:
    """What the panels of a figure share.

    Attributes:
        drawing: What they are drawn on.
        settings: The project, whose trial is shaded.
        translator: The language.
        index: The months drawn.
        breaks: Months of the breaks to mark, in the order of their letters.
        layout: How the panels stand.
        trial_name: Written above the first panel.
    """

    drawing: Canvas
    settings: Settings
    translator: Translator
    index: pd.Index
    breaks: Sequence[str] = ()
    layout: PanelLayout = field(default_factory=PanelLayout)
    trial_name: str = ""

    @contextmanager
    def panels(self, specs: Sequence[PanelSpec]) -> Iterator[list[PanelAxes]]:
        """Panels to draw lines into: scales and marks stand behind them, names go on top.

        Args:
            specs: In reading order.
        """
        panels = self._panel_axes(specs)
        for number, (panel, spec) in enumerate(zip(panels, specs, strict=True)):
            self._draw_background(number, panel, spec)
        yield panels
        for panel, spec in zip(panels, specs, strict=True):
            write_end_names(panel, spec.names, self.index[-1])

    def _panel_axes(self, specs: Sequence[PanelSpec]) -> list[PanelAxes]:
        numbers = max(self._numbers_width(spec) for spec in specs) + AROUND_NUMBERS
        room = max(end_names_width(self.drawing, spec.names) for spec in specs)
        days = day_since_1970(self.index[0]), day_since_1970(self.index[-1])
        boxes = self.layout.boxes(self.drawing, len(specs), numbers)
        return [
            PanelAxes(self.drawing, box, room, *days, spec.high)
            for box, spec in zip(boxes, specs, strict=True)
        ]

    def _numbers_width(self, spec: PanelSpec) -> float:
        words = [self.translator.number(value) for value in axis_numbers(spec.high)]
        return max(self.drawing.width_of(word, style.NAME) for word in words)

    def _draw_background(self, number: int, panel: PanelAxes, spec: PanelSpec) -> None:
        trial, last = self.settings.trial, self.index[-1].date()
        name = "" if number else self.trial_name
        draw_trial_band(panel, trial.start, trial.end, last, name)
        named = spec.labelled and not (self.layout.one_scale and number % self.layout.columns)
        draw_number_axis(panel, self.translator, named=named)
        draw_time_axis(panel, self.index[0].date(), last)
        draw_break_lines(panel, self.breaks)
        _write_title(panel, spec.title)


def empty_canvas(settings: Settings, height: float) -> Canvas:
    """An empty drawing of a height in points."""
    return Canvas(style.WIDE, height, settings.root / FONTS)


def _write_title(panel: PanelAxes, title: str) -> None:
    """A title of one or more lines, the last of them above the letters of the breaks."""
    if title:
        lines = title.count("\n")
        middle = panel.box.top - TITLE_ABOVE - lines / 2 * LEADING * style.TITLE
        panel.drawing.text(panel.box.left, middle, title, style.TITLE, bold=True)
