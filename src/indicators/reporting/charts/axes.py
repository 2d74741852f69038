"""What panels have around their data: scales, the trial, breaks, and names where lines end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from string import ascii_lowercase
from typing import Any, Protocol

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import DateFormatter, YearLocator, date2num
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator
from matplotlib.transforms import Bbox, TransformedBbox
from numpy.typing import NDArray

from indicators.reporting.charts import drawing as style
from indicators.reporting.charts.drawing import (
    WIDE,
    Box,
    PanelAxes,
    add_panel,
    box_of,
    figure_size,
    house_style,
    text_height,
    text_width,
)
from indicators.reporting.wording import Translator

Numbers = NDArray[np.float64]

# Days a time axis has at least, if there is but one month to draw.
MONTH_DAYS = 30
# What stands above the highest value, as a share of it.
HEADROOM = 0.05
# Numbers up the side at most, above zero; steps between them are these times a power of ten.
MOST_NUMBERS, STEPS = 5, (1.0, 2.0, 2.5, 5.0, 10.0)
# Points beyond a panel in which its lines are still seen: a dot on its edge is whole.
BEYOND = 3.0
# A month alone must be seen: the radius of its dot at least, and the width of its bar, in points.
LEAST_DOT, BAR_WIDE = 1.8, 3.0


# Lines and areas: open where a month is not known.


@house_style()
def draw_line(
    axes: Axes,
    values: pd.Series,
    colour: str,
    width: float,
    *,
    label: str,
    dashes: Sequence[float] = (),
) -> Line2D:
    """A line from month to month, broken where one is not known; a month alone is a dot.

    Seaborn's would join the months around a gap.

    Args:
        axes: To draw into.
        values: Indexed by day, NaN where not known.
        colour: Of the line.
        width: In points.
        label: Its name in the figure.
        dashes: Lengths of a dash and the gap behind it, in points.
    """
    numbers = values.to_numpy(float)
    alone = np.flatnonzero(stand_alone(numbers))
    [line] = axes.plot(
        values.index.to_numpy(), numbers, color=colour, linewidth=width, label=label,
        linestyle=(0, tuple(dashes)) if dashes else "-",
        marker="o" if len(alone) else "None", markevery=[int(month) for month in alone],
        markersize=2 * max(width, LEAST_DOT), markeredgewidth=0,
    )  # fmt: skip
    line.set_clip_path(None)
    line.set_clip_box(_wider_panel(axes))
    return line


def _wider_panel(axes: Axes) -> TransformedBbox:
    box = box_of(axes)
    across, up = BEYOND / (box.right - box.left), BEYOND / (box.bottom - box.top)
    return TransformedBbox(Bbox([[-across, -up], [1 + across, 1 + up]]), axes.transAxes)


@house_style()
def draw_area(
    axes: Axes, index: pd.Index, lower: Numbers, upper: Numbers, colour: str, *, label: str
) -> None:
    """The area between two lines, open where either is not known; a month alone is a bar."""
    look: dict[str, Any] = {"facecolor": colour, "edgecolor": "none", "linewidth": 0, "alpha": 0.85}
    days = index.to_numpy()
    alone = stand_alone(lower + upper)
    axes.fill_between(days, lower, upper, where=~alone, label=label, zorder=1.5, **look)
    if alone.any():
        wide = BAR_WIDE * _days_per_point(axes)
        axes.bar(
            date2num(days[alone]), (upper - lower)[alone], wide, lower[alone], zorder=1.5, **look
        )


def stand_alone(values: Numbers) -> NDArray[np.bool_]:
    """Which values are known while those before and after them are not.

    Args:
        values: NaN where not known.
    """
    known = np.r_[False, ~np.isnan(values), False]
    alone: NDArray[np.bool_] = known[1:-1] & ~(known[:-2] | known[2:])
    return alone


def _days_per_point(axes: Axes) -> float:
    first, last = axes.get_xlim()
    box = box_of(axes)
    return (last - first) / (box.right - box.left)


# Scales: numbers as the language writes them, years along the bottom.


def upper_limit(*series: pd.Series) -> float:
    """The value at the upper edge of a panel that shows some series; 1 for nothing but zeros."""
    highest = max((float(line.max()) for line in series if line.notna().any()), default=0.0)
    return highest * (1 + HEADROOM) or 1.0


def number_locator() -> MaxNLocator:
    """Few round numbers, whole ones where the scale has two of them."""
    return MaxNLocator(MOST_NUMBERS, steps=STEPS, integer=True)


def tick_text(translator: Translator, value: float) -> str:
    """A number of a scale as a language writes it, with the decimals that it needs."""
    decimals = next((few for few in range(4) if abs(value - round(value, few)) < 1e-9), 4)
    return translator.number(value, decimals)


def number_formatter(translator: Translator) -> FuncFormatter:
    """Numbers of a scale as a language writes them."""
    return FuncFormatter(lambda value, _: tick_text(translator, value))


@house_style()
def set_number_axis(axes: Axes, translator: Translator, high: float, *, named: bool = True) -> None:
    """A scale from zero up, with lines behind at round numbers, which are written if named."""
    axes.set_ylim(0, high)
    axes.yaxis.set_major_locator(number_locator())
    axes.yaxis.set_major_formatter(number_formatter(translator))
    if not named:
        axes.tick_params(axis="y", labelleft=False)


def numbers_width(translator: Translator, high: float) -> float:
    """Points that the numbers of a scale from zero take."""
    shown = [value for value in number_locator().tick_values(0, high) if value <= high]
    return max(text_width(tick_text(translator, value), style.NAME) for value in shown)


# Points that a year takes along the bottom.
YEAR_WIDE = 34


@house_style()
def set_time_axis(axes: Axes, first: date, last: date) -> None:
    """A scale of days, with years below as far as there is room for them."""
    box = box_of(axes)
    begin, end = date2num(first), date2num(last)
    axes.xaxis_date()
    axes.set_xlim(begin, max(end, begin + MONTH_DAYS))
    # From the first whole year on.
    years = last.year - first.year - (first.month > 1) + 1
    most = max(int((box.right - box.left) / YEAR_WIDE), 1)
    axes.xaxis.set_major_locator(YearLocator(max(-(-years // most), 1)))
    axes.xaxis.set_major_formatter(DateFormatter("%Y"))


# The trial, and breaks.


# Points above the panel at which letters stand, the higher of two, and the middle of the trial's
# name; letters nearer to each other than the last stand on two levels.
LETTERS_ABOVE, CROWDED_LETTERS_ABOVE, TRIAL_ABOVE, CROWDED = 6, 14, 24, 7


@house_style()
def shade_trial(axes: Axes, start: date, end: date, label: str = "") -> None:
    """Shade the time of the trial, as far as the panel goes, and name it above."""
    first, last = axes.get_xlim()
    # The figure may begin after the trial, or end before it.
    begin, until = max(date2num(start), first), min(date2num(end), last)
    if begin >= until:
        return
    axes.axvspan(begin, until, facecolor=style.PALE, edgecolor="none", linewidth=0, zorder=0)
    if label:
        half = text_width(label, style.SMALL) / 2
        middle = box_of(axes).left + ((begin + until) / 2 - first) / _days_per_point(axes)
        figure = axes.get_figure(root=True)
        assert figure is not None
        middle = min(middle, figure_size(figure)[0] - half - 2)
        place = first + (middle - box_of(axes).left) * _days_per_point(axes)
        _write_above(axes, place, TRIAL_ABOVE, label)


def break_letter(position: int) -> str:
    """The letter that names a break in the figure and in its caption."""
    return ascii_lowercase[position]


@house_style()
def mark_breaks(axes: Axes, months: Sequence[str]) -> None:
    """A dotted line at each break, its letter above; the caption tells what it is.

    Args:
        axes: The panel.
        months: Of all the breaks, ``YYYY-MM``, in the order of their letters.
    """
    if not months:
        return
    days = [float(date2num(date.fromisoformat(f"{month}-01"))) for month in months]
    axes.vlines(
        days, 0, 1, transform=axes.get_xaxis_transform(), colors=style.GREY, linewidths=0.8,
        linestyles=(0, (0.8, 1.6)), zorder=1,
    )  # fmt: skip
    before, raised = -float("inf"), False
    for position, day in enumerate(days):
        raised = not raised and day - before < CROWDED * _days_per_point(axes)
        above = CROWDED_LETTERS_ABOVE if raised else LETTERS_ABOVE
        _write_above(axes, day, above, break_letter(position))
        before = day


def _write_above(axes: Axes, day: float, above: float, text: str) -> None:
    axes.annotate(
        text, (day, 1), xycoords=axes.get_xaxis_transform(), xytext=(0, above),
        textcoords="offset points", fontsize=style.SMALL, ha="center", va="center",
        annotation_clip=False,
    )  # fmt: skip


# Names where lines end.


# Points between a line's end and its name.
NAME_GAP = 5


@dataclass(frozen=True, slots=True)
class EndName:
    """A line's name and newest value, written where it ends."""

    text: str
    value: float
    colour: str


@house_style()
def name_line_ends(axes: Axes, names: Sequence[EndName]) -> None:
    """Write each line's name at the right of a panel, as high as it ends, apart from each other."""
    names = sorted(names, key=lambda name: name.value)
    (low, high), box = axes.get_ylim(), box_of(axes)
    per_value = (box.bottom - box.top) / (high - low)
    ends = [(name.value - low) * per_value for name in names]
    heights = [text_height(name.text, style.NAME, bold=True) for name in names]
    places = spread(ends, heights, 0, box.bottom - box.top)
    for name, end, place in zip(names, ends, places, strict=True):
        axes.annotate(
            name.text, (1, name.value), xycoords=("axes fraction", "data"),
            xytext=(NAME_GAP, place - end), textcoords="offset points", va="center",
            fontsize=style.NAME, weight="semibold", color=name.colour, annotation_clip=False,
        )  # fmt: skip


def spread(
    wanted: Sequence[float], heights: Sequence[float], low: float, high: float
) -> list[float]:
    """Middles of labels near where they are wanted, none upon another.

    Args:
        wanted: Middles, from below.
        heights: Of the labels.
        low: What the lowest is not to go below.
        high: What the highest is not to go above, while there is room.
    """
    middles: list[float] = []
    for middle, height in zip(wanted, heights, strict=True):
        floor = low if not middles else middles[-1] + heights[len(middles) - 1] / 2
        middles.append(max(middle, floor + height / 2))
    ceiling = high
    for number in reversed(range(len(middles))):
        middles[number] = min(middles[number], ceiling - heights[number] / 2)
        ceiling = middles[number] - heights[number] / 2
    return middles


def end_names_width(names: Sequence[EndName]) -> float:
    """Points that names take at the right of their lines."""
    widths = [text_width(name.text, style.NAME, bold=True) for name in names]
    return max(widths, default=0.0) + NAME_GAP + 2


# How panels stand on a figure: rows and columns of one size.


# Points at the right edge, below a panel for its years, and between panels of one scale.
EDGE, YEARS_HIGH, PANEL_GAP = 3.0, 19.0, 12.0
# Points between a panel's lines' names and the numbers of the next one.
NUMBERS_AFTER = 8.0
# About what numbers up the side take beside each panel, and points around them.
NUMBERS_WIDE, AROUND_NUMBERS = 36.0, 6.0
# Points at the right of a panel at least: half of a year's number may stand there.
LEAST_ROOM = 9.0


@dataclass(frozen=True, slots=True)
class PanelLayout:
    """Panels in reading order.

    Attributes:
        columns: Panels side by side.
        above: Points that each panel keeps above itself for title and letters.
        top: Points above all panels.
        one_scale: Whether all have one scale, whose numbers stand at the left alone.
        at_least: Panels it has room for, though there may be fewer.
        width: Of the figure, in points.
    """

    columns: int = 1
    above: float = 34.0
    top: float = 0.0
    one_scale: bool = False
    at_least: int = 0
    width: float = WIDE

    def boxes(self, height: float, count: int, numbers: float, room: float) -> list[Box]:
        """Where the lines of each panel are drawn.

        Args:
            height: Of the figure, in points.
            count: How many panels.
            numbers: Points that numbers up the side take.
            room: Points that the names at the lines' ends take.
        """
        rows = -(-max(count, self.at_least) // self.columns)
        apart = PANEL_GAP if self.one_scale else numbers + NUMBERS_AFTER
        wide = (self.width - numbers - EDGE - apart * (self.columns - 1)) / self.columns
        row = (height - self.top) / rows
        boxes = []
        for number in range(count):
            down, across = divmod(number, self.columns)
            left, top = numbers + across * (wide + apart), self.top + down * row
            right, bottom = left + wide - max(room, LEAST_ROOM), top + row - YEARS_HIGH
            boxes.append(Box(left, top + self.above, right, bottom))
        return boxes


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


class TrialDays(Protocol):
    """The first and the last day of a trial."""

    @property
    def start(self) -> date:
        """Its first day."""
        ...

    @property
    def end(self) -> date:
        """Its last day."""
        ...


@dataclass(frozen=True, slots=True)
class MonthlyFigure:
    """A figure of monthly series, and what its panels share.

    Attributes:
        figure: What they are part of.
        trial: Shaded; None for an area that took part in none.
        translator: The language.
        index: The months drawn.
        breaks: Months of the breaks to mark, in the order of their letters.
        layout: How the panels stand.
        trial_name: Written above the first panel.
    """

    figure: Figure
    trial: TrialDays | None
    translator: Translator
    index: pd.Index
    breaks: Sequence[str] = ()
    layout: PanelLayout = field(default_factory=PanelLayout)
    trial_name: str = ""

    @house_style()
    def add_panels(self, specs: Sequence[PanelSpec]) -> list[PanelAxes]:
        """Panels to draw lines into, with scales, marks and names.

        Args:
            specs: In reading order.
        """
        panels: list[PanelAxes] = []
        for number, (box, spec) in enumerate(zip(self.boxes(specs), specs, strict=True)):
            shared = panels[0] if panels and self.layout.one_scale else None
            panels.append(add_panel(self.figure, box, spec.title, shared))
            self._finish(number, panels[-1], spec)
        return panels

    def boxes(self, specs: Sequence[PanelSpec], count: int = 0) -> list[Box]:
        """Where the panels are, and further ones if more are counted."""
        numbers = max(numbers_width(self.translator, spec.high) for spec in specs)
        room = max((end_names_width(spec.names) for spec in specs if spec.names), default=0.0)
        return self.layout.boxes(
            figure_size(self.figure)[1], count or len(specs), numbers + AROUND_NUMBERS, room
        )

    def _finish(self, number: int, axes: PanelAxes, spec: PanelSpec) -> None:
        set_time_axis(axes, self.index[0].date(), self.index[-1].date())
        beside = self.layout.one_scale and number % self.layout.columns > 0
        set_number_axis(axes, self.translator, spec.high, named=spec.labelled and not beside)
        if self.trial is not None:
            shade_trial(axes, self.trial.start, self.trial.end, "" if number else self.trial_name)
        mark_breaks(axes, self.breaks)
        name_line_ends(axes, spec.names)
