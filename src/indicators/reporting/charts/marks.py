"""What every time series carries: the trial, breaks in the series, names at the line's end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from string import ascii_lowercase
from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.dates import date2num
from matplotlib.ticker import FuncFormatter, MaxNLocator

from indicators.reporting.charts.style import GREY, INK, PALE
from indicators.reporting.voice import Voice

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# The share of the width that the names at the ends of the lines take.
ROOM_FOR_NAMES = 0.19
# Letters of breaks nearer to each other than this share of the width stand on two levels.
CROWDED = 0.035
# Points above the panel at which letters stand, the higher of two, and the trial's name.
LETTERS, HIGHER_LETTERS, ABOVE_LETTERS = 1, 9, 19
# Days a time axis has at least, if there is but one month to draw.
A_MONTH = 30
# Years named along the bottom; a small panel has room for half as many.
MOST_YEARS = 10


@dataclass(frozen=True, slots=True)
class EndName:
    """A line's name and newest value, written where it ends."""

    text: str
    value: float
    colour: str


def time_axis(axes: Axes, first: pd.Timestamp, last: pd.Timestamp, *, named: bool = True) -> None:
    """Years along the bottom, and room for names on the right if lines are named there."""
    days = max((last - first).days, A_MONTH)
    room = days * ROOM_FOR_NAMES / (1 - ROOM_FOR_NAMES) if named else days * 0.02
    most = MOST_YEARS if named else MOST_YEARS // 2
    # From the first whole year: a mark outside would widen the axis.
    years = range(first.year + (first.month > 1), last.year + 1)
    step = -(-len(years) // most) or 1
    axes.set_xticks([_day(pd.Timestamp(year, 1, 1)) for year in years[::step]])
    axes.set_xticklabels([str(year) for year in years[::step]])
    axes.set_xlim(_day(first), _day(last) + room)


def number_axis(axes: Axes, voice: Voice, decimals: int = 0) -> None:
    """Numbers up the side as the language writes them, from zero."""
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10], integer=decimals == 0))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: voice.number(value, decimals)))


def trial_band(axes: Axes, start: date, end: date, last: pd.Timestamp, label: str = "") -> None:
    """Shade the time of the trial, as far as the figure goes, and name it above."""
    begins, ends = pd.Timestamp(start), min(pd.Timestamp(end), last)
    if begins >= ends:
        return
    axes.axvspan(_day(begins), _day(ends), color=PALE, zorder=0, linewidth=0)
    # Named above the part that is seen: the figure may begin after the trial.
    seen = max(_day(begins), axes.get_xlim()[0])
    axes.annotate(
        label, ((seen + _day(ends)) / 2, 1), xycoords=axes.get_xaxis_transform(),
        xytext=(0, ABOVE_LETTERS), textcoords="offset points",
        ha="center", va="bottom", fontsize=8, color=INK, annotation_clip=False,
    )  # fmt: skip


def letter(position: int) -> str:
    """The letter that names a break in the figure and in its caption."""
    return ascii_lowercase[position]


def break_lines(axes: Axes, months: Sequence[str]) -> None:
    """A dotted line at each break, its letter above; the caption tells what it is.

    Args:
        axes: With the limits of its time axis set.
        months: Of all the breaks, ``YYYY-MM``, in the order of their letters.
    """
    low, high = axes.get_xlim()
    last_place, raised = low - (high - low), False
    for position, month in enumerate(months):
        place = _day(pd.Timestamp(month))
        raised = not raised and (place - last_place) / (high - low) < CROWDED
        axes.axvline(place, color=GREY, linewidth=0.8, linestyle=(0, (1, 2)), zorder=1)
        axes.annotate(
            letter(position), (place, 1), xycoords=axes.get_xaxis_transform(),
            xytext=(0, HIGHER_LETTERS if raised else LETTERS), textcoords="offset points",
            ha="center", va="bottom", fontsize=8, color=INK, annotation_clip=False,
        )  # fmt: skip
        last_place = place


def end_names(axes: Axes, names: Sequence[EndName], last: pd.Timestamp) -> None:
    """Write each line's name where it ends, apart from each other."""
    low, high = axes.get_ylim()
    gap = (high - low) * 0.075 * _lines(names)
    start, end = axes.get_xlim()
    beside = _day(last) + (end - start) * 0.012
    height = -float("inf")
    for name in sorted(names, key=lambda one: one.value):
        height = max(name.value, height + gap)
        axes.annotate(
            name.text, (_day(last), name.value), xytext=(beside, height),
            va="center", fontsize=8.5, color=name.colour, fontweight="semibold",
            annotation_clip=False,
        )  # fmt: skip


def _lines(names: Sequence[EndName]) -> int:
    return max((name.text.count("\n") + 1 for name in names), default=1)


def _day(moment: pd.Timestamp) -> float:
    return float(date2num(moment.to_pydatetime()))
