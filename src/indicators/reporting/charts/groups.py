"""Long-term, young and foreign unemployed, a panel each."""

from __future__ import annotations

from pathlib import Path

from indicators.reporting.charts import marks, panel, style
from indicators.reporting.charts.alt import describe
from indicators.reporting.charts.panel import Drawn
from indicators.reporting.context import Context

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
    figure, axes = style.panels(len(lines), 1, 1.75 * len(lines))
    index = lines[0].values.index
    breaks = panel.breaks_in(context, index, *INDICATORS, counts=True)
    for one, axis in zip(lines, axes, strict=True):
        axis.plot(one.values, color=style.NAVY, linewidth=1.7)
        axis.set_title(one.name, pad=19)
        panel.finish(context, axis, index, breaks, trial_label=axis is axes[0])
        value = float(one.values.iloc[-1])
        name = marks.EndName(context.teller.number(value, one.quantity), value, style.NAVY)
        marks.end_names(axis, [name], index[-1])
    style.save(figure, Path(file))
    alt = describe("small_multiples", lines, context.teller, panels=len(lines))
    return Drawn(file, alt, panel.month(index[0]), panel.month(index[-1]), breaks)
