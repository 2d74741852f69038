"""Long-term, young and foreign unemployed."""

from __future__ import annotations

from indicators.calendar import shift_month
from indicators.reporting.charts.groups import INDICATORS, QUANTITIES, groups_chart
from indicators.reporting.context import Context
from indicators.reporting.fragments import Fragment, heading, join
from indicators.reporting.sections.extended import ended
from indicators.reporting.sections.parts import area_table, change_heads, drawing
from indicators.reporting.tables.html import Cell


def groups(context: Context) -> Fragment:
    """A figure of three panels and a table by area, of the newest month there is."""
    translator = context.translator
    month = context.readings.last_known("long_term", context.group)
    title = heading(translator("groups.title"), "sec-groups")
    if month is None:
        return join(title, translator("extended.none"))
    drawn = groups_chart(context, "figures/groups.svg")
    return join(
        title,
        translator("groups.intro"),
        ended(context, month),
        drawing(context, drawn, "fig-groups", "groups.figure_caption", INDICATORS),
        area_table(
            context,
            change_heads(context, QUANTITIES),
            lambda area: _cells(context, area, month),
            label="tbl-groups",
            caption=translator("groups.table_caption", month=translator.month(month)),
            indicators=INDICATORS,
        ),
    )


def _cells(context: Context, area: str, month: str) -> list[Cell]:
    formatter, readings = context.formatter, context.readings
    before = shift_month(month, -12)
    return [
        cell
        for quantity in QUANTITIES
        for cell in (
            formatter.cell(readings.reading(quantity, area, month), quantity),
            formatter.change_cell(readings.change_between(quantity, area, before, month), quantity),
        )
    ]
