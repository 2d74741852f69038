"""The unemployment share over time, and by municipality."""

from __future__ import annotations

from indicators.reporting.charts.share import municipalities_chart, share_chart
from indicators.reporting.context import Context
from indicators.reporting.fragments import Fragment, heading, join
from indicators.reporting.sections.parts import area_table, change_heads, drawing
from indicators.reporting.tables.html import Cell, Head

INDICATORS = ("unemployment_share",)
# Told with their change in a year.
CHANGING = ("unemployed", "unemployment_share")


def unemployment_share(context: Context) -> Fragment:
    """The trial's area beside the country, with trends, breaks and the trial's start."""
    drawn = share_chart(context, "figures/share.svg")
    return join(
        heading(context.translator("share.title"), "sec-share"),
        context.translator("share.intro"),
        drawing(context, drawn, "fig-share", "share.caption", INDICATORS),
    )


def municipalities(context: Context) -> Fragment:
    """Each municipality in a panel of its own, and a table by area."""
    translator = context.translator
    drawn = municipalities_chart(context, "figures/municipalities.svg")
    caption = "municipalities.figure_caption"
    return join(
        heading(translator("municipalities.title"), "sec-municipalities", 3),
        translator("municipalities.intro", group=context.area_name(context.group)),
        drawing(context, drawn, "fig-municipalities", caption, INDICATORS),
        area_table(
            context,
            [*change_heads(context, CHANGING), Head(translator("quantities.labour_force"))],
            lambda area: _cells(context, area),
            label="tbl-municipalities",
            caption=translator(
                "municipalities.table_caption", month=translator.month(context.month)
            ),
            indicators=INDICATORS,
        ),
    )


def _cells(context: Context, area: str) -> list[Cell]:
    formatter, readings = context.formatter, context.readings
    cells = [
        cell
        for name in CHANGING
        for cell in (
            formatter.cell(readings.reading(name, area), name),
            formatter.change_cell(readings.change(name, area, 12), name),
        )
    ]
    return [*cells, formatter.cell(readings.reading("labour_force", area), "labour_force")]
