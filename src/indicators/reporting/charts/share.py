"""The unemployment share: the trial's area beside the country, and each municipality."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from indicators.reporting.charts import panel, style
from indicators.reporting.charts.alt import describe, gaps_of
from indicators.reporting.charts.frame import Box, high_of
from indicators.reporting.charts.grid import Grid
from indicators.reporting.charts.panel import Drawn
from indicators.reporting.charts.sheet import Plan
from indicators.reporting.charts.svg import Drawing
from indicators.reporting.context import Context

INDICATOR = QUANTITY = "unemployment_share"
# Small panels have room for so many years; the large one shows all.
PANEL_YEARS, COLUMNS = 8, 3
# Points of the figure of the whole area, and of a row of panels.
HIGH, ROW_HIGH = 238.0, 144.0
# Colour, width and dashes of the lines behind.
Look = tuple[str, float, tuple[float, ...]]
COUNTRY: Look = (style.GREY, 1.0, (3.0, 2.0))
GROUP: Look = (style.BLUE, 1.0, ())


def share_chart(context: Context, file: str) -> Drawn:
    """Draw the group's and the country's share with their trends."""
    lines = {
        style.NAVY: panel.line(context, QUANTITY, context.group),
        style.GREY: panel.line(context, QUANTITY, context.country),
    }
    trends = {colour: panel.trend_of(context, line) for colour, line in lines.items()}
    index = lines[style.NAVY].values.index
    breaks = panel.breaks_in(context, index, INDICATOR)
    names = [panel.end_name(context, line, colour) for colour, line in lines.items()]
    plans = [Plan(high_of(*(line.values for line in lines.values())), names=names)]
    chart = panel.sheet(context, HIGH, index, breaks)
    with chart.panels(plans) as [frame]:
        for colour, line in lines.items():
            panel.draw_with_trend(frame, line, trends[colour], colour)
    chart.drawing.save(Path(file))
    has_trend = any(line is not None for line in trends.values())
    alt = describe("line_chart", list(lines.values()), context.formatter)
    first, last = panel.month(index[0]), panel.month(index[-1])
    gaps = gaps_of(list(lines.values()))
    return Drawn(file, alt, first, last, breaks, has_trend, gaps=gaps)


def municipalities_chart(context: Context, file: str) -> Drawn:
    """Draw each municipality in a panel of its own, the group and the country behind."""
    lines = [panel.line(context, QUANTITY, item, years=PANEL_YEARS) for item in context.members]
    index = lines[0].values.index
    breaks = panel.breaks_in(context, index, INDICATOR)
    group = panel.line(context, QUANTITY, context.group, years=PANEL_YEARS)
    country = panel.line(context, QUANTITY, context.country, years=PANEL_YEARS)
    high = high_of(*(item.values for item in (*lines, group, country)))
    plans = [Plan(high, f"{item.name} {panel.newest(context, item)}") for item in lines]
    # One place more than municipalities, for the names of the lines behind.
    places = len(lines) + 1
    layout = Grid(COLUMNS, one_scale=True, at_least=places)
    chart = panel.sheet(context, ROW_HIGH * -(-places // COLUMNS), index, breaks, layout)
    with chart.panels(plans) as frames:
        for item, frame in zip(lines, frames, strict=True):
            frame.line(country.values, *COUNTRY)
            frame.line(group.values, *GROUP)
            frame.line(item.values, style.NAVY, 1.9)
    key = layout.boxes(chart.drawing, places, frames[0].box.left)[-1]
    _key(chart.drawing, key, [(group.name, GROUP), (country.name, COUNTRY)])
    chart.drawing.save(Path(file))
    alt = describe("small_multiples", lines, context.formatter, panels=len(lines))
    first, last = panel.month(index[0]), panel.month(index[-1])
    return Drawn(file, alt, first, last, breaks, gaps=gaps_of(lines))


def _key(picture: Drawing, box: Box, names: Sequence[tuple[str, Look]]) -> None:
    """Name the lines that stand behind, in the first panel left over."""
    for number, (name, look) in enumerate(names):
        height = box.top + 24 + 18 * number
        ends = np.array([box.left + 8, box.left + 36])
        picture.line(ends, np.array([height, height]), *look)
        picture.text(ends[1] + 7, height, name, style.NAME, look[0], bold=True)
