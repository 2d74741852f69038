"""Long-term, young and foreign unemployed, a panel each."""

from __future__ import annotations

from pathlib import Path

from indicators.reporting.charts import panel, style
from indicators.reporting.charts.alt import Line, describe, gaps_of
from indicators.reporting.charts.frame import high_of
from indicators.reporting.charts.marks import EndName
from indicators.reporting.charts.panel import Drawn
from indicators.reporting.charts.sheet import Plan
from indicators.reporting.context import Context

# Points of a panel with its title.
EACH_HIGH = 126.0
QUANTITIES = ("long_term", "youth", "foreign")
INDICATORS = (
    "structural_unemployment",
    "youth_unemployment_share",
    "foreign_unemployment_share",
)


def groups_chart(context: Context, file: str) -> Drawn:
    """Draw the three groups of the trial's area, each on a scale of its own."""
    lines = [
        panel.line(context, item, context.group, context.translator(f"quantities.{item}"))
        for item in QUANTITIES
    ]
    index = lines[0].values.index
    breaks = panel.breaks_in(context, index, *INDICATORS, counts=True)
    chart = panel.sheet(context, EACH_HIGH * len(lines), index, breaks)
    with chart.panels([_plan(context, item) for item in lines]) as frames:
        for item, frame in zip(lines, frames, strict=True):
            frame.line(item.values, style.NAVY, 1.7)
    chart.drawing.save(Path(file))
    alt = describe("small_multiples", lines, context.formatter, panels=len(lines))
    first, last = panel.month(index[0]), panel.month(index[-1])
    return Drawn(file, alt, first, last, breaks, gaps=gaps_of(lines))


def _plan(context: Context, line: Line) -> Plan:
    value = float(line.values.iloc[-1])
    name = EndName(context.formatter.number(value, line.quantity), value, style.NAVY)
    return Plan(high_of(line.values), line.name, [name])
