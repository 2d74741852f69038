"""Long-term, young and foreign unemployed."""

from __future__ import annotations

from indicators.calendar import shift_month
from indicators.reporting.charts.groups import INDICATORS, QUANTITIES, groups_chart
from indicators.reporting.context import Context
from indicators.reporting.fragments import Fragment, figure, heading, join, table
from indicators.reporting.sections.extended import ended
from indicators.reporting.sections.notes import figure_note, table_note
from indicators.reporting.sections.parts import area_rows, cells_of, period
from indicators.reporting.tables import html
from indicators.reporting.tables.html import Cell, Head


def groups(context: Context) -> Fragment:
    """A figure of three panels and a table by area, of the newest month there is."""
    voice = context.voice
    month = context.readings.last_known("long_term", context.group)
    title = heading(voice("groups.title"), "sec-groups")
    if month is None:
        return join(title, voice("extended.none"))
    drawn = groups_chart(context, "figures/groups.svg")
    rows = area_rows(context, lambda area: _cells(context, area, month))
    heads = [Head(voice("common.area"), number=False)]
    for one in QUANTITIES:
        heads += [Head(voice(f"quantities.{one}")), Head(voice("common.year_change"))]
    group = context.area_name(context.group)
    return join(
        title,
        voice("groups.intro"),
        ended(context, month),
        figure(
            drawn.file,
            "fig-groups",
            voice("groups.figure_caption", group=group, **period(context, drawn)),
            drawn.alt,
        ),
        figure_note(context, drawn, INDICATORS),
        table(
            html.table([heads], rows),
            "tbl-groups",
            voice("groups.table_caption", month=voice.month(month)),
        ),
        table_note(context, cells_of(rows), INDICATORS),
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
