"""The two figures of the leaders' page: the share over time, and what its changes are made of.

They are narrower than those of the monthly report: a page that they fill shows their letters
larger, so that a single sheet stays readable.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import isnan
from textwrap import fill

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import NullLocator

from indicators.reporting.charts import drawing
from indicators.reporting.charts.alt import alternative_text, common_gaps
from indicators.reporting.charts.axes import Numbers, PanelLayout, PanelSpec, upper_limit
from indicators.reporting.charts.drawing import (
    NAME,
    Box,
    add_panel,
    blank_figure,
    box_of,
    house_style,
    text_height,
    text_width,
)
from indicators.reporting.charts.series import (
    SHARE_INDICATOR,
    SHARE_QUANTITY,
    DrawnFigure,
    breaks_in_figure,
    draw_with_trend,
    end_name,
    line_trend,
    month_text,
    monthly_figure,
    series_line,
)
from indicators.reporting.context import Context
from indicators.reporting.files import FONTS

# Points: a page of 182 mm shows this a fifth larger.
NARROW = 430.0
SHARE_HEIGHT, SHARE_YEARS, SHARE_ABOVE = 118.0, 8, 33.0
# Points of a part's row, above and below the rows, beside their names, and between the panels.
LINE_GAP, ABOVE, BELOW, NAME_GAP, PANEL_GAP = 6.0, 17.0, 3.0, 8.0, 12.0
NAME_WIDE = 36
# Letters of a line of a name at the end of a curve: a long one would leave no room for it.
END_WIDE = 20
BAR_HIGH = 0.62
# Points between a bar's end and its number, and beside a number's other end.
TO_NUMBER, BESIDE = 4.0, 3.0
RISE, FALL, TOTAL = drawing.ORANGE, drawing.BAR, drawing.NAVY


@house_style()
def share_chart(context: Context, file: str) -> DrawnFigure:
    """Draw the area's share and the country's with their trends, of the last years."""
    areas = dict.fromkeys((context.area, context.country))
    colours = (drawing.NAVY, drawing.GREY)
    whole = [series_line(context, SHARE_QUANTITY, area) for area in areas]
    trends = [line_trend(context, line) for line in whole]
    lines = [series_line(context, SHARE_QUANTITY, area, years=SHARE_YEARS) for area in areas]
    index = lines[0].values.index
    breaks = breaks_in_figure(context, index, SHARE_INDICATOR)
    names = [
        end_name(context, replace(line, name=fill(line.name, END_WIDE)), colour)
        for line, colour in zip(lines, colours, strict=False)
    ]
    plans = [PanelSpec(upper_limit(*(line.values for line in lines)), names=names)]
    layout = PanelLayout(above=SHARE_ABOVE, width=NARROW)
    chart = monthly_figure(context, SHARE_HEIGHT, index, breaks, layout)
    [axes] = chart.add_panels(plans)
    for line, smooth, colour in zip(lines, trends, colours, strict=False):
        shown = None if smooth is None else smooth.reindex(line.values.index)
        draw_with_trend(axes, line, shown, colour, context.translator)
    return DrawnFigure(
        file,
        alternative_text("line_chart", lines, context.formatter),
        month_text(index[0]),
        month_text(index[-1]),
        breaks,
        has_trend=any(line is not None for line in trends),
        gaps=common_gaps(lines),
        figure=chart.figure,
    )


@dataclass(frozen=True, slots=True)
class WaterfallPanel:
    """The parts of one change.

    Attributes:
        title: Above it.
        parts: Percentage points by the parts' names, from above; NaN where not known.
        total: Their sum.
        empty: What stands where a part is not known, by its name.
    """

    title: str
    parts: Mapping[str, float]
    total: float
    empty: Mapping[str, str]


@house_style()
def waterfall_chart(
    context: Context, file: str, panels: Sequence[WaterfallPanel], total: str, months: Sequence[str]
) -> DrawnFigure:
    """Draw the parts of changes, each beginning where the one before ended, and their sums.

    Args:
        context: The month and the language.
        file: Where to, from the notebook's folder.
        panels: Side by side, with the same parts.
        total: Name of the sum.
        months: First and last month of all changes.
    """
    rows = [fill(name, NAME_WIDE) for name in (*panels[0].parts, total)]
    high = max(text_height(row, NAME) for row in rows) + LINE_GAP
    bottom = ABOVE + high * len(rows)
    figure = blank_figure(context.settings.root / FONTS, bottom + BELOW, NARROW)
    left = max(text_width(row, NAME) for row in rows) + NAME_GAP
    wide = (NARROW - left - PANEL_GAP * (len(panels) - 1)) / len(panels)
    for number, panel in enumerate(panels):
        start = left + number * (wide + PANEL_GAP)
        axes = add_panel(figure, Box(start, ABOVE, start + wide, bottom))
        axes.set_title(panel.title, pad=4)
        _draw_waterfall(context, axes, panel)
        axes.set(ylim=(len(rows) - 0.5, -0.5))
        axes.set_yticks(range(len(rows)), rows if number == 0 else [""] * len(rows))
    alt = _alternative_text(context, panels, total)
    return DrawnFigure(file, alt, months[0], months[-1], [], figure=figure)


def _draw_waterfall(context: Context, axes: Axes, panel: WaterfallPanel) -> None:
    values = np.array([*panel.parts.values(), panel.total])
    lengths = np.nan_to_num(values)
    ends = np.cumsum(lengths[:-1])
    starts = np.r_[0.0, ends[:-1], 0.0]
    texts = [
        panel.empty[name] if isnan(value) else context.translator.number(value, 2, signed=True)
        for name, value in zip((*panel.parts, ""), values, strict=True)
    ]
    axes.set_xlim(*_limits(axes, starts, lengths, texts))
    places = np.arange(len(values))
    colours = [RISE if value > 0 else FALL for value in values[:-1]] + [TOTAL]
    axes.barh(places, lengths, left=starts, height=BAR_HIGH, color=colours)
    # What joins a bar to the next; the last one leads to the sum.
    for row, joint in enumerate(ends):
        axes.plot([joint, joint], [row, row + 1], color=drawing.GREY, linewidth=0.7, zorder=0.5)
    axes.axvline(0, color=drawing.AXIS, linewidth=0.8, zorder=0.5)
    for row, text in enumerate(texts):
        falls = lengths[row] < 0
        # Words beside the line of zero, not upon it.
        end = max(starts[row], 0) if isnan(values[row]) else starts[row] + lengths[row]
        axes.annotate(
            text, (end, row), textcoords="offset points", va="center",
            xytext=(-TO_NUMBER if falls else TO_NUMBER, 0), ha="right" if falls else "left",
            weight="normal" if isnan(values[row]) else "semibold", annotation_clip=False,
        )  # fmt: skip
    axes.xaxis.set_major_locator(NullLocator())
    axes.tick_params(axis="y", length=0)
    axes.spines["bottom"].set_visible(False)
    axes.grid(visible=False)


def _limits(
    axes: Axes, starts: Numbers, lengths: Numbers, texts: Sequence[str]
) -> tuple[float, float]:
    """A scale on which bars and their numbers find room, as long as it is possible."""
    ends = starts + lengths
    wide = box_of(axes).right - box_of(axes).left
    sizes = np.array([text_width(text, NAME, bold=True) + TO_NUMBER + BESIDE for text in texts])
    left = float(sizes[lengths < 0].max(initial=BESIDE))
    right = float(sizes[lengths >= 0].max(initial=BESIDE))
    low, high = min(0.0, float(ends.min())), max(0.0, float(ends.max()))
    per_point = ((high - low) or 1.0) / (wide - left - right)
    return low - left * per_point, high + right * per_point


def _alternative_text(context: Context, panels: Sequence[WaterfallPanel], total: str) -> str:
    def said(panel: WaterfallPanel, name: str, value: float) -> str:
        if isnan(value):
            return f"{name} {panel.empty[name]}"
        return f"{name} {context.translator.number(value, 2, signed=True)}"

    series = " ".join(
        f"{panel.title}: "
        + "; ".join(said(panel, *part) for part in (*panel.parts.items(), (total, panel.total)))
        + "."
        for panel in panels
    )
    return context.translator("leaders.waterfall_alt", series=series)
