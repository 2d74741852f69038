"""Open vacancies at the end of the month."""

from __future__ import annotations

from pathlib import Path

from indicators.reporting.charts import panel, style
from indicators.reporting.charts.alt import describe, gaps_of
from indicators.reporting.charts.frame import high_of
from indicators.reporting.charts.panel import Drawn
from indicators.reporting.charts.sheet import Plan
from indicators.reporting.context import Context

INDICATOR = QUANTITY = "open_vacancies"
HIGH = 187.0


def vacancies_chart(context: Context, file: str) -> Drawn:
    """Draw the group's open vacancies with their trend."""
    line = panel.line(context, QUANTITY, context.group)
    smooth, index = panel.trend_of(context, line), line.values.index
    breaks = panel.breaks_in(context, index, INDICATOR)
    chart = panel.sheet(context, HIGH, index, breaks)
    names = [panel.end_name(context, line, style.DARK_GREEN)]
    with chart.panels([Plan(high_of(line.values), names=names)]) as [frame]:
        panel.draw_with_trend(frame, line, smooth, style.GREEN)
    chart.drawing.save(Path(file))
    alt = describe("line_chart", [line], context.formatter)
    first, last = panel.month(index[0]), panel.month(index[-1])
    has_trend, gaps = smooth is not None, gaps_of([line])
    return Drawn(file, alt, first, last, breaks, has_trend=has_trend, gaps=gaps)
