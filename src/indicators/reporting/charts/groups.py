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
        panel.line(context, one, context.group, context.voice(f"quantities.{one}"))
        for one in QUANTITIES
    ]
    index = lines[0].values.index
    breaks = panel.breaks_in(context, index, *INDICATORS, counts=True)
    chart = panel.sheet(context, EACH_HIGH * len(lines), index, breaks)
    with chart.panels([_plan(context, one) for one in lines]) as frames:
        for one, frame in zip(lines, frames, strict=True):
            frame.line(one.values, style.NAVY, 1.7)
    chart.drawing.save(Path(file))
    alt = describe("small_multiples", lines, context.teller, panels=len(lines))
    first, last = panel.month(index[0]), panel.month(index[-1])
    return Drawn(file, alt, first, last, breaks, gaps=gaps_of(lines))


def _plan(context: Context, one: Line) -> Plan:
    value = float(one.values.iloc[-1])
    name = EndName(context.teller.number(value, one.quantity), value, style.NAVY)
    return Plan(high_of(one.values), one.name, [name])
