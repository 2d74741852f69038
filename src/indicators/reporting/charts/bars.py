"""Bars, or points with their confidence intervals, of one month: a row each, its value beside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan, nan
from textwrap import fill

import numpy as np
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.ticker import MultipleLocator, NullLocator

from indicators.reporting.charts.axes import number_formatter
from indicators.reporting.charts.drawing import (
    BAR,
    BLUE,
    NAME,
    NAVY,
    WIDE,
    Box,
    add_panel,
    blank_figure,
    house_style,
    text_width,
)
from indicators.reporting.charts.series import DrawnFigure
from indicators.reporting.charts.small_multiples import stamp_made_up
from indicators.reporting.context import SUPPRESSED, Context
from indicators.reporting.files import FONTS
from indicators.reporting.readings import Reading
from indicators.reporting.section_parts import missing_value_label, with_made_up_mark

# Points of a row, of what stands above and below the rows, and between panels.
ROW_HIGH, ABOVE, BELOW, PANEL_GAP = 21.6, 34.0, 18.0, 14.0
# Points at the right edge, and between the rows and the panel's title.
AT_RIGHT, TITLE_ABOVE = 6.0, 6.5
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


@house_style()
def bar_chart(context: Context, file: str, panels: Sequence[BarPanel], month: str) -> DrawnFigure:
    """Draw panels side by side that have the same rows; a later one may lack the last of them.

    Args:
        context: The month and the language.
        file: Where to, from the notebook's folder.
        panels: In reading order.
        month: The month drawn.
    """
    rows = [fill(bar.name, LABEL_WIDE) for bar in panels[0].bars]
    bottom = ROW_HIGH * len(rows) + ABOVE
    figure = blank_figure(context.settings.root / FONTS, bottom + BELOW)
    # The panels have one set of rows: named once, at the left.
    left = max(text_width(row, NAME) for row in rows) + 8
    wide = (WIDE - left - AT_RIGHT - PANEL_GAP * (len(panels) - 1)) / len(panels)
    for number, panel in enumerate(panels):
        start = left + number * (wide + PANEL_GAP)
        axes = add_panel(figure, Box(start, ABOVE, start + wide, bottom))
        axes.set_title(panel.title, pad=TITLE_ABOVE)
        _set_scale(context, axes, panel)
        _draw_panel(axes, panel)
        _write_values(context, axes, panel)
        axes.set(ylim=(len(rows) - 0.5, -0.5), xlabel="", ylabel="")
        axes.set_yticks(range(len(rows)), rows if number == 0 else [""] * len(rows))
        axes.grid(visible=False)
    stamp_made_up(context, figure)
    has_hidden = any(bar.hidden for panel in panels for bar in panel.bars)
    alt = _alternative_text(context, panels, month)
    return DrawnFigure(file, alt, month, month, [], has_hidden=has_hidden, figure=figure)


def _scale_limits(panel: BarPanel) -> tuple[float, float]:
    longest = max((bar.value for bar in panel.bars if not isnan(bar.value)), default=1.0)
    return panel.scale or (0.0, (longest or 1.0) * ROOM)


def _set_scale(context: Context, axes: Axes, panel: BarPanel) -> None:
    """Numbers below where the scale is given; bars from zero have their values beside them."""
    axes.set_xlim(*_scale_limits(panel))
    axes.xaxis.set_major_locator(MultipleLocator(1) if panel.scale else NullLocator())
    axes.xaxis.set_major_formatter(number_formatter(context.translator))
    axes.tick_params(axis="x", length=0)
    axes.spines["bottom"].set_visible(panel.scale is not None)


def _draw_panel(axes: Axes, panel: BarPanel) -> None:
    limits, rows = axes.get_xlim(), range(len(panel.bars))
    known = [row for row in rows if not isnan(panel.bars[row].value)]
    bars = [panel.bars[row] for row in known]
    values = [bar.value for bar in bars]
    if not known:
        return
    if panel.scale is None:
        sns.barplot(
            x=values, y=known, order=rows, orient="y", errorbar=None, color=BAR, saturation=1,
            width=BAR_HIGH / ROW_HIGH, label=panel.title, legend=False, ax=axes,
        )  # fmt: skip
    else:
        # A value whose bounds are not known is a point alone.
        reach = np.array([[bar.value - bar.low, bar.high - bar.value] for bar in bars]).T
        axes.errorbar(
            values, known, xerr=np.nan_to_num(reach), fmt="o", color=NAVY, ecolor=BLUE,
            elinewidth=2, markersize=5, markeredgewidth=0, label=panel.title,
        )  # fmt: skip
    axes.set_xlim(*limits)


def _write_values(context: Context, axes: Axes, panel: BarPanel) -> None:
    """Each value at the end of its bar; beside the name where the row has a point."""
    start = axes.get_xlim()[0]
    for row, bar in enumerate(panel.bars):
        if isnan(bar.value):
            text = missing_value_label(context, hidden=bar.hidden)
        else:
            text = context.translator.number(bar.value, panel.decimals)
        # A narrow screen shows no more than the left at first.
        place = bar.value if panel.scale is None and not isnan(bar.value) else start
        axes.annotate(
            text, (place, row), xytext=(4, 0), textcoords="offset points", weight="semibold",
            va="center", annotation_clip=False,
        )  # fmt: skip


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
