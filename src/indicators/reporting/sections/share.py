"""The unemployment share over time, and by municipality."""

from __future__ import annotations

from indicators.reporting.charts.share import municipalities_chart, share_chart
from indicators.reporting.context import Context
from indicators.reporting.fragments import Fragment, figure, heading, join, table
from indicators.reporting.sections.notes import figure_note, table_note
from indicators.reporting.sections.parts import area_rows, cells_of, period
from indicators.reporting.tables import html
from indicators.reporting.tables.html import Cell, Head

INDICATORS = ("unemployment_share",)


def unemployment_share(context: Context) -> Fragment:
    """The trial's area beside the country, with trends, breaks and the trial's start."""
    drawn = share_chart(context, "figures/share.svg")
    caption = context.voice(
        "share.caption", group=context.area_name(context.group), **period(context, drawn)
    )
    return join(
        heading(context.voice("share.title"), "sec-share"),
        context.voice("share.intro"),
        figure(drawn.file, "fig-share", caption, drawn.alt),
        figure_note(context, drawn, INDICATORS),
    )


def municipalities(context: Context) -> Fragment:
    """Each municipality in a panel of its own, and a table by area."""
    voice = context.voice
    drawn = municipalities_chart(context, "figures/municipalities.svg")
    rows = area_rows(context, lambda area: _cells(context, area))
    names = ("unemployed", "unemployment_share")
    heads = [Head(voice("common.area"), number=False)]
    for name in names:
        heads += [Head(voice(f"quantities.{name}")), Head(voice("common.year_change"))]
    heads.append(Head(voice("quantities.labour_force")))
    return join(
        heading(voice("municipalities.title"), "sec-municipalities", 3),
        voice("municipalities.intro", group=context.area_name(context.group)),
        figure(
            drawn.file,
            "fig-municipalities",
            voice("municipalities.figure_caption", **period(context, drawn)),
            drawn.alt,
        ),
        figure_note(context, drawn, INDICATORS),
        table(
            html.table([heads], rows),
            "tbl-municipalities",
            voice("municipalities.table_caption", month=voice.month(context.month)),
        ),
        table_note(context, cells_of(rows), INDICATORS),
    )


def _cells(context: Context, area: str) -> list[Cell]:
    teller, readings = context.teller, context.readings
    cells = [
        cell
        for name in ("unemployed", "unemployment_share")
        for cell in (
            teller.cell(readings.of(name, area), name),
            teller.change_cell(readings.change(name, area, 12), name),
        )
    ]
    return [*cells, teller.cell(readings.of("labour_force", area), "labour_force")]
