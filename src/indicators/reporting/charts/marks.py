"""What every time series carries: the trial, breaks in the series, names at the line's end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.dates import AutoDateLocator, DateFormatter, date2num
from matplotlib.ticker import FuncFormatter, MaxNLocator

from indicators.reporting.charts.style import GREY, INK, PALE
from indicators.reporting.voice import Voice

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# The share of the width that the names at the ends of the lines take.
ROOM_FOR_NAMES = 0.19
# Letters of breaks nearer to each other than this share of the width stand on two levels.
CROWDED = 0.035


@dataclass(frozen=True, slots=True)
class BreakMark:
    """A break in the series: its letter in the figure and where it is."""

    letter: str
    month: str


@dataclass(frozen=True, slots=True)
class EndName:
    """A line's name and newest value, written where it ends."""

    text: str
    value: float
    colour: str


def time_axis(axes: Axes, first: pd.Timestamp, last: pd.Timestamp, *, named: bool = True) -> None:
    """Years along the bottom, and room for names on the right."""
    days = (last - first).days
    room = days * ROOM_FOR_NAMES / (1 - ROOM_FOR_NAMES) if named else days * 0.02
    axes.set_xlim(_day(first), _day(last) + room)
    axes.xaxis.set_major_locator(AutoDateLocator(minticks=3, maxticks=7 if named else 5))
    axes.xaxis.set_major_formatter(DateFormatter("%Y"))
    # No year is named beyond the last month that could have a figure.
    ticks = [tick for tick in axes.get_xticks() if _day(first) <= tick <= _day(last)]
    axes.set_xticks(ticks)


def number_axis(axes: Axes, voice: Voice, decimals: int = 0) -> None:
    """Numbers up the side as the language writes them, from zero."""
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=decimals == 0))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: voice.number(value, decimals)))


def trial_band(axes: Axes, start: date, end: date, last: pd.Timestamp, label: str = "") -> None:
    """Shade the time of the trial, as far as the figure goes."""
    begins, ends = pd.Timestamp(start), min(pd.Timestamp(end), last)
    if begins >= ends:
        return
    axes.axvspan(_day(begins), _day(ends), color=PALE, zorder=0, linewidth=0)
    if label:
        axes.text(
            _day(begins), 1.0, f"{label} ", transform=axes.get_xaxis_transform(),
            ha="right", va="top", fontsize=8, color=INK,
        )  # fmt: skip


def break_lines(axes: Axes, marks: Sequence[BreakMark]) -> None:
    """A dotted line at each break, its letter above; the caption tells what it is."""
    low, high = axes.get_xlim()
    last_place, raised = low - (high - low), False
    for mark in marks:
        place = _day(pd.Timestamp(mark.month))
        raised = not raised and (place - last_place) / (high - low) < CROWDED
        axes.axvline(place, color=GREY, linewidth=0.8, linestyle=(0, (1, 2)), zorder=1)
        axes.text(
            place, 1.06 if raised else 1.01, mark.letter, transform=axes.get_xaxis_transform(),
            ha="center", va="bottom", fontsize=8, color=INK,
        )  # fmt: skip
        last_place = place


def end_names(axes: Axes, names: Sequence[EndName], last: pd.Timestamp) -> None:
    """Write each line's name where it ends, apart from each other."""
    low, high = axes.get_ylim()
    gap = (high - low) * 0.075 * _lines(names)
    height = -float("inf")
    for name in sorted(names, key=lambda one: one.value):
        height = max(name.value, height + gap)
        axes.annotate(
            name.text, (_day(last), name.value), xytext=(_day(last) + 60, height),
            va="center", fontsize=8.5, color=name.colour, fontweight="semibold",
            annotation_clip=False,
        )  # fmt: skip


def _lines(names: Sequence[EndName]) -> int:
    return max(name.text.count("\n") + 1 for name in names)


def _day(moment: pd.Timestamp) -> float:
    return float(date2num(moment.to_pydatetime()))
