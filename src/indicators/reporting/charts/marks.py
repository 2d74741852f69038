"""What every time series carries: its scales, the trial, breaks, names at the lines' ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from string import ascii_lowercase

import numpy as np
import pandas as pd

from indicators.reporting.charts import style
from indicators.reporting.charts.frame import Frame, numbers_up
from indicators.reporting.charts.svg import LEADING, Drawing
from indicators.reporting.voice import Voice

# Points above the panel at which letters stand, the higher of two, and the middle of the trial's
# name; letters nearer to each other than the last stand on two levels.
LETTERS, HIGHER_LETTERS, TRIAL_ABOVE, CROWDED = 6, 14, 24, 7
# Points that a year takes along the bottom, and between a line's end and its name.
YEAR_WIDE, BESIDE = 34, 5


@dataclass(frozen=True, slots=True)
class EndName:
    """A line's name and newest value, written where it ends."""

    text: str
    value: float
    colour: str


def time_axis(frame: Frame, first: date, last: date) -> None:
    """A line along the bottom, and years below it as far as there is room for them."""
    box, drawing = frame.box, frame.drawing
    _across(frame, box.bottom, style.AXIS, 1.1)
    # From the first whole year on.
    years = range(first.year + (first.month > 1), last.year + 1)
    most = max(int((box.right - frame.room - box.left) / YEAR_WIDE), 1)
    for year in years[:: -(-len(years) // most) or 1]:
        place = frame.place(date(year, 1, 1))
        drawing.rectangle(place - 0.5, box.bottom, 1, 3, style.AXIS)
        drawing.text(place, box.bottom + 10, str(year), style.NAME, style.QUIET, anchor="middle")


def number_axis(frame: Frame, translator: Voice, *, named: bool = True) -> None:
    """Lines behind at round numbers, which are written as the language has them if named."""
    for value in numbers_up(frame.high):
        height = frame.height(value)
        _across(frame, height, style.RULE, 0.7)
        if named:
            words, left = translator.number(value), frame.box.left - 4
            frame.drawing.text(left, height, words, style.NAME, style.QUIET, anchor="end")


def _across(frame: Frame, height: float, colour: str, width: float) -> None:
    ends = np.array([frame.box.left, frame.box.right])
    frame.drawing.line(ends, np.array([height, height]), colour, width)


def trial_band(frame: Frame, start: date, end: date, last: date, label: str = "") -> None:
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


def letter(position: int) -> str:
    """The letter that names a break in the figure and in its caption."""
    return ascii_lowercase[position]


def break_lines(frame: Frame, months: Sequence[str]) -> None:
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
        above = box.top - (HIGHER_LETTERS if raised else LETTERS)
        drawing.text(place, above, letter(position), style.SMALL, anchor="middle")
        before = place


def end_names(frame: Frame, names: Sequence[EndName], last: pd.Timestamp) -> None:
    """Write each line's name where it ends, apart from each other."""
    left = frame.place(last) + BESIDE
    lowest = float("inf")
    for name in sorted(names, key=lambda end_name: end_name.value):
        high = (name.text.count("\n") + 1) * LEADING * style.NAME
        middle = min(frame.height(name.value), lowest - high / 2)
        frame.drawing.text(left, middle, name.text, style.NAME, name.colour, bold=True)
        lowest = middle - high / 2


def room_for(drawing: Drawing, names: Sequence[EndName]) -> float:
    """Points that names take at the right of their lines."""
    widths = [drawing.width_of(name.text, style.NAME, bold=True) for name in names]
    return max(widths, default=0.0) + BESIDE + 2
