"""The official flows past 3, 6 and 12 months, of one area by month."""

from __future__ import annotations

import pandas as pd

from indicators.reporting.charts import drawing
from indicators.reporting.charts.alt import ChartLine, alternative_text, common_gaps
from indicators.reporting.charts.axes import PanelSpec, draw_line, upper_limit
from indicators.reporting.charts.drawing import house_style
from indicators.reporting.charts.series import (
    DrawnFigure,
    breaks_in_figure,
    end_name,
    month_text,
    monthly_figure,
    series_line,
)
from indicators.reporting.context import Context

FLOW_QUANTITIES = ("flow_over_3_months", "flow_over_6_months", "flow_over_12_months")
COLOURS = (drawing.BLUE, drawing.DARK_ORANGE, drawing.NAVY)
HEIGHT = 238.0


@house_style()
def official_flows_chart(context: Context, area: str, file: str) -> DrawnFigure:
    """Draw the three flows of an area from the first month that has any."""
    named = [
        series_line(context, quantity, area, context.translator(f"quantities.{quantity}"))
        for quantity in FLOW_QUANTITIES
    ]
    known = pd.concat([line.values for line in named], axis=1).dropna(how="all")
    first, last = known.index[0], known.index[-1]
    months = pd.date_range(first, last, freq="MS")
    lines = [ChartLine(line.name, line.quantity, line.values.reindex(months)) for line in named]
    index = lines[0].values.index
    breaks = breaks_in_figure(context, index, *FLOW_QUANTITIES)
    names = [end_name(context, line, colour) for line, colour in zip(lines, COLOURS, strict=True)]
    chart = monthly_figure(context, HEIGHT, index, breaks)
    plan = PanelSpec(upper_limit(*(line.values for line in lines)), names=names)
    [axes] = chart.add_panels([plan])
    for line, colour in zip(lines, COLOURS, strict=True):
        draw_line(axes, line.values, colour, 1.7, label=line.name)
    alt = alternative_text("line_chart", lines, context.formatter)
    return DrawnFigure(
        file,
        alt,
        month_text(index[0]),
        month_text(index[-1]),
        breaks,
        gaps=common_gaps(lines),
        figure=chart.figure,
    )
