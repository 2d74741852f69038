"""Bars, or points with their confidence intervals, of one month: a row each, its value beside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan, nan
from pathlib import Path
from textwrap import fill

import numpy as np

from indicators.reporting.charts import drawing
from indicators.reporting.charts.axes import empty_canvas
from indicators.reporting.charts.drawing import Canvas
from indicators.reporting.charts.series import DrawnFigure
from indicators.reporting.charts.small_multiples import stamp_made_up
from indicators.reporting.context import SUPPRESSED, Context
from indicators.reporting.readings import Reading
from indicators.reporting.section_parts import missing_value_label, with_made_up_mark

# Points of a row, of what stands above and below the rows, and between panels.
ROW_HIGH, ABOVE, BELOW, PANEL_GAP = 21.6, 34.0, 18.0, 14.0
# The share of the width kept free beyond the longest bar, for its value.
ROOM = 1.28
LABEL_WIDE = 26
BAR_HIGH = 13.0


@dataclass(frozen=True, slots=True)
class Bar:
    """A row: its name and value, bounds where it is an estimate, whether the value is hidden."""

    name: str
    value: float
    low: float = nan
    high: float = nan
    hidden: bool = False


def reading_bar(name: str, reading: Reading) -> Bar:
    """A reading as a bar."""
    return Bar(name, reading.value, hidden=reading.status == SUPPRESSED)


@dataclass(frozen=True, slots=True)
class BarPanel:
    """Rows of one scale.

    Attributes:
        title: Above the panel.
        bars: From above.
        decimals: Decimals with which the values are written.
        scale: First and last value of the scale; from zero to beyond the longest bar if None.
    """

    title: str
    bars: Sequence[Bar]
    decimals: int = 0
    scale: tuple[float, float] | None = None


def bar_chart(context: Context, file: str, panels: Sequence[BarPanel], month: str) -> DrawnFigure:
    """Draw panels side by side that have the same rows; a later one may lack the last of them.

    Args:
        context: The month and the language.
        file: Where to, from the notebook's folder.
        panels: In reading order.
        month: The month drawn.
    """
    rows = [fill(bar.name, LABEL_WIDE) for bar in panels[0].bars]
    picture = empty_canvas(context.settings, ROW_HIGH * len(rows) + ABOVE + BELOW)
    # The panels have one set of rows: named once, at the left.
    left = max(picture.width_of(row, drawing.NAME) for row in rows) + 8
    for number, row in enumerate(rows):
        picture.text(left - 6, _row_middle(number), row, drawing.NAME, drawing.QUIET, anchor="end")
    wide = (picture.width - left - 4 - PANEL_GAP * (len(panels) - 1)) / len(panels)
    for number, panel in enumerate(panels):
        _draw_panel(
            context,
            _Scale(picture, left + number * (wide + PANEL_GAP), wide, *_scale_limits(panel)),
            panel,
        )
    stamp_made_up(context, picture)
    picture.save(Path(file))
    has_hidden = any(bar.hidden for panel in panels for bar in panel.bars)
    return DrawnFigure(
        file, _alternative_text(context, panels, month), month, month, [], has_hidden=has_hidden
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    """Where the values of a panel are."""

    picture: Canvas
    left: float
    wide: float
    low: float
    high: float

    def across(self, value: float) -> float:
        return self.left + (value - self.low) / (self.high - self.low) * self.wide


def _row_middle(row: int) -> float:
    return ABOVE + (row + 0.5) * ROW_HIGH


def _scale_limits(panel: BarPanel) -> tuple[float, float]:
    longest = max((bar.value for bar in panel.bars if not isnan(bar.value)), default=1.0)
    return panel.scale or (0.0, (longest or 1.0) * ROOM)


def _draw_panel(context: Context, scale: _Scale, panel: BarPanel) -> None:
    picture = scale.picture
    picture.text(scale.left, ABOVE - 10, panel.title, drawing.TITLE, bold=True)
    for number, bar in enumerate(panel.bars):
        _draw_row(context, scale, panel, bar, _row_middle(number))
    if panel.scale:
        bottom = _row_middle(len(panel.bars) - 1) + ROW_HIGH / 2
        picture.rectangle(scale.left, bottom, scale.wide, 1, drawing.AXIS)
        for step in range(int(scale.high - scale.low) + 1):
            value = scale.low + step
            place, word = scale.across(value), context.translator.number(value)
            picture.text(place, bottom + 9, word, drawing.NAME, drawing.QUIET, anchor="middle")


def _draw_row(context: Context, scale: _Scale, panel: BarPanel, bar: Bar, middle: float) -> None:
    picture, left = scale.picture, scale.left
    if isnan(bar.value):
        text = missing_value_label(context, hidden=bar.hidden)
    else:
        text = context.translator.number(bar.value, panel.decimals)
    if not isnan(bar.low):
        # The value is at the left, beside the name: a narrow screen shows no more at first.
        ends = np.array([scale.across(bar.low), scale.across(bar.high)])
        picture.line(ends, np.array([middle, middle]), drawing.BLUE, 2)
        picture.dot(scale.across(bar.value), middle, 2.5, drawing.NAVY)
    elif not isnan(bar.value):
        left = scale.across(bar.value)
        top = middle - BAR_HIGH / 2
        picture.rectangle(scale.left, top, left - scale.left, BAR_HIGH, drawing.BAR)
    picture.text(left + 4, middle, text, drawing.NAME, bold=True)


def _alternative_text(context: Context, panels: Sequence[BarPanel], month: str) -> str:
    series = " ".join(
        f"{panel.title}: {'; '.join(_bar_text(context, panel, bar) for bar in panel.bars)}."
        for panel in panels
    )
    kind = "alt.bar_chart" if isnan(panels[0].bars[0].low) else "alt.interval_chart"
    return with_made_up_mark(
        context, context.translator(kind, month=context.translator.month(month), series=series)
    )


def _bar_text(context: Context, panel: BarPanel, bar: Bar) -> str:
    if isnan(bar.value):
        return f"{bar.name} {missing_value_label(context, hidden=bar.hidden)}"

    def formatted(value: float) -> str:
        return context.translator.number(value, panel.decimals)

    bounds = "" if isnan(bar.low) else f" ({formatted(bar.low)}–{formatted(bar.high)})"
    return f"{bar.name} {formatted(bar.value)}{bounds}"
