"""The four groups of structural unemployment, stacked and one by one."""

from __future__ import annotations

from indicators.reporting.charts import style
from indicators.reporting.context import Context
from indicators.reporting.fragments import Fragment, heading, join
from indicators.reporting.register import telling
from indicators.reporting.register.charts import Panel, curve, small_multiples
from indicators.reporting.register.parts import area_heads, area_rows, period
from indicators.reporting.register.readings import Figure

INDICATOR = "structural_unemployment"
COLOURS = {
    "long_term": style.NAVY,
    "recurrent": style.BLUE,
    "returned_from_service": style.DARK_ORANGE,
    "service_to_service": style.DARK_GREEN,
}
PARTS = [Figure(INDICATOR, one) for one in COLOURS]
TOTAL = Figure(INDICATOR, "total")


def structural(context: Context) -> Fragment:
    """The total as a stack, each group in a panel of its colour, and a table by municipality."""
    translator = context.translator
    lines = [curve(context, figure, colour=COLOURS[figure.statistic]) for figure in PARTS]
    alone = [
        Panel(telling.statistic(context, figure), [line])
        for figure, line in zip(PARTS, lines, strict=True)
    ]
    total = Panel(telling.statistic(context, TOTAL), [curve(context, TOTAL)], stack=lines)
    drawn = small_multiples(
        context, "figures/register-structural.svg", [total, *alone], [INDICATOR], height=162.0
    )
    figures = [*PARTS, TOTAL]
    group = context.area_name(context.group)
    dates = period(context, drawn.first, drawn.last)
    return join(
        heading(translator("register_structural.title"), "sec-register-structural", 3),
        translator("register_structural.intro"),
        telling.lacking(context, figures),
        telling.shown(
            context,
            drawn,
            "fig-register-structural",
            translator("register_structural.caption_figure", group=group, **dates),
        ),
        telling.tabled(
            context,
            area_heads(context, [telling.statistic(context, figure) for figure in figures]),
            area_rows(context, figures),
            "tbl-register-structural",
            translator("register_structural.caption_table", month=translator.month(context.month)),
        ),
    )
