"""Open vacancies at the end of the month."""

from __future__ import annotations

from pathlib import Path

from indicators.reporting.charts import marks, panel, style
from indicators.reporting.charts.alt import describe
from indicators.reporting.charts.panel import Drawn
from indicators.reporting.context import Context

INDICATOR = QUANTITY = "open_vacancies"


def vacancies_chart(context: Context, file: str) -> Drawn:
    """Draw the group's open vacancies with their trend."""
    one = panel.line(context, QUANTITY, context.group)
    figure, [axes] = style.panels(1, 1, 2.6)
    has_trend = panel.draw_with_trend(context, axes, one, style.GREEN)
    index = one.values.index
    breaks = panel.breaks_in(context, index, INDICATOR)
    panel.finish(context, axes, index, breaks, trial_label=True)
    marks.end_names(axes, [panel.end_name(context, one, style.DARK_GREEN)], index[-1])
    style.save(figure, Path(file))
    alt = describe("line_chart", [one], context.teller)
    return Drawn(file, alt, panel.month(index[0]), panel.month(index[-1]), breaks, has_trend)
