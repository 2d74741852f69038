"""How long unemployment has lasted, and how long the spells were that ended in the month."""

from __future__ import annotations

from indicators.reporting.charts import style
from indicators.reporting.context import Context
from indicators.reporting.fragments import Fragment, heading, join
from indicators.reporting.register import telling
from indicators.reporting.register.charts import Panel, curve, small_multiples
from indicators.reporting.register.parts import area_heads, area_rows, period
from indicators.reporting.register.readings import Figure

INDICATOR = "unemployment_duration"
COLOURS = {
    "mean_weeks": style.NAVY,
    "median_weeks": style.BLUE,
    "ended_mean_weeks": style.DARK_ORANGE,
}
FIGURES = [Figure(INDICATOR, one, decimals=1) for one in COLOURS]


def durations(context: Context) -> Fragment:
    """A panel each of mean, median and ended mean, and a table by municipality."""
    translator = context.translator
    panels = [
        Panel(
            telling.statistic(context, figure),
            [curve(context, figure, colour=COLOURS[figure.statistic])],
        )
        for figure in FIGURES
    ]
    drawn = small_multiples(
        context, "figures/register-durations.svg", panels, [INDICATOR], height=165.6, sharey=True
    )
    group = context.area_name(context.group)
    dates = period(context, drawn.first, drawn.last)
    names = [telling.statistic(context, figure) for figure in FIGURES]
    return join(
        heading(translator("register_durations.title"), "sec-register-durations", 3),
        translator("register_durations.intro"),
        telling.shown(
            context,
            drawn,
            "fig-register-durations",
            translator("register_durations.caption_figure", group=group, **dates),
        ),
        telling.tabled(
            context,
            area_heads(context, names),
            area_rows(context, FIGURES),
            "tbl-register-durations",
            translator("register_durations.caption_table", month=translator.month(context.month)),
        ),
    )
