"""What the figures share: the series they draw, and how a panel is finished."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan

import pandas as pd

from indicators.catalogue import SeriesBreak
from indicators.reporting.charts.alt import Line
from indicators.reporting.charts.frame import Frame
from indicators.reporting.charts.grid import Grid
from indicators.reporting.charts.marks import EndName
from indicators.reporting.charts.sheet import Sheet, blank
from indicators.reporting.context import Context
from indicators.reporting.trend import trend


@dataclass(frozen=True, slots=True)
class Drawn:
    """A figure as the report needs it.

    Attributes:
        file: Where it was written, from the notebook's folder.
        alt: What it shows, in words.
        first: First month drawn, ``YYYY-MM``.
        last: Last month drawn.
        breaks: The breaks marked, in the order of their letters.
        has_trend: Whether a trend could be drawn.
        has_hidden: Whether anything is missing because it is hidden.
        gaps: First and last month of each time of which nothing is known.
    """

    file: str
    alt: str
    first: str
    last: str
    breaks: Sequence[SeriesBreak]
    has_trend: bool = False
    has_hidden: bool = False
    gaps: Sequence[tuple[str, str]] = ()


def line(context: Context, quantity: str, area: str, name: str = "", years: int = 0) -> Line:
    """A series to draw, up to its last known month.

    Args:
        context: The month and the language.
        quantity: What is drawn.
        area: Of which area.
        name: Its name in the figure, the area's if not given.
        years: How many of its last years are drawn; all of them if 0.
    """
    values = context.readings.series(quantity, area).loc[: _last_month(context, quantity, area)]
    return Line(name or context.area_name(area), quantity, values.iloc[-12 * years :])


def _last_month(context: Context, quantity: str, area: str) -> str | None:
    return context.readings.last_known(quantity, area)


def draw_with_trend(frame: Frame, line: Line, smooth: pd.Series | None, colour: str) -> None:
    """Draw a series thin and its trend thick; alone it is of middling width."""
    frame.line(line.values, colour, 1.6 if smooth is None else 0.8)
    if smooth is not None:
        frame.line(smooth, colour, 2.4)


def trend_of(context: Context, line: Line) -> pd.Series | None:
    """A line's trend, if it is long enough for one."""
    return trend(line.values, context.settings.parameters.trend_min_months)


def newest(context: Context, line: Line) -> str:
    """A line's newest value; that there is none where it is not known for any month."""
    value = float(line.values.iloc[-1])
    if isnan(value):
        return context.formatter.status("not_available")
    return context.formatter.number(value, line.quantity)


def end_name(context: Context, line: Line, colour: str) -> EndName:
    """A line's name and newest value."""
    return EndName(f"{line.name}\n{newest(context, line)}", float(line.values.iloc[-1]), colour)


def sheet(
    context: Context,
    height: float,
    index: pd.Index,
    breaks: Sequence[SeriesBreak],
    layout: Grid | None = None,
) -> Sheet:
    """An empty figure of some months; the trial is named unless panels stand side by side.

    Args:
        context: The month and the language.
        height: In points.
        index: The months drawn.
        breaks: The breaks that concern what is drawn.
        layout: How its panels stand; below each other if not given.
    """
    layout = layout or Grid()
    name = context.translator("charts.trial") if layout.columns == 1 else ""
    months = [series_break.month for series_break in breaks]
    drawing = blank(context.settings, height)
    return Sheet(drawing, context.settings, context.translator, index, months, layout, name)


def breaks_in(
    context: Context, index: pd.Index, *indicators: str, counts: bool = False
) -> list[SeriesBreak]:
    """The breaks to mark in a figure of some months: see :meth:`Context.breaks_drawn`."""
    first, last = month(index[0]), month(index[-1])
    drawn = context.breaks_drawn(*indicators, counts=counts)
    return [series_break for series_break in drawn if first <= series_break.month <= last]


def month(moment: pd.Timestamp) -> str:
    """A moment as ``YYYY-MM``."""
    return f"{moment:%Y-%m}"
