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
    voice = context.voice
    month = context.readings.last_known("long_term", context.group)
    title = heading(voice("groups.title"), "sec-groups")
    if month is None:
        return join(title, voice("extended.none"))
    drawn = groups_chart(context, "figures/groups.svg")
    return join(
        title,
        voice("groups.intro"),
        ended(context, month),
        drawing(context, drawn, "fig-groups", "groups.figure_caption", INDICATORS),
        area_table(
            context,
            change_heads(context, QUANTITIES),
            lambda area: _cells(context, area, month),
            label="tbl-groups",
            caption=voice("groups.table_caption", month=voice.month(month)),
            indicators=INDICATORS,
        ),
    )


def _cells(context: Context, area: str, month: str) -> list[Cell]:
    teller, readings = context.teller, context.readings
    before = shift_month(month, -12)
    return [
        cell
        for one in QUANTITIES
        for cell in (
            teller.cell(readings.of(one, area, month), one),
            teller.change_cell(readings.change_between(one, area, before, month), one),
        )
    ]
