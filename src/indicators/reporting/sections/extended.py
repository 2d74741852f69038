"""Unemployed, people in services and their sum, always beside the activation rate."""

from __future__ import annotations

from indicators.reporting.charts.extended import INDICATORS, extended_chart
from indicators.reporting.context import Context
from indicators.reporting.fragments import Fragment, callout, heading, join
from indicators.reporting.sections.parts import area_table, drawing
from indicators.reporting.tables.html import Head

COLUMNS = ("unemployed", "in_services", "extended_unemployment", "activation_rate")


def extended_unemployment(context: Context) -> Fragment:
    """The figure and the table; of the newest month there is if the month's are not published."""
    translator = context.translator
    month = context.readings.last_known("extended_unemployment", context.group)
    title = heading(translator("extended.title"), "sec-extended")
    if month is None:
        return join(title, translator("extended.none"))
    drawn = extended_chart(context, "figures/extended.svg")
    return join(
        title,
        translator("extended.intro"),
        ended(context, month),
        drawing(context, drawn, "fig-extended", "extended.figure_caption", INDICATORS),
        area_table(
            context,
            [Head(translator(f"quantities.{quantity}")) for quantity in COLUMNS],
            lambda area: [
                context.formatter.cell(context.readings.reading(quantity, area, month), quantity)
                for quantity in COLUMNS
            ],
            label="tbl-extended",
            caption=translator("extended.table_caption", month=translator.month(month)),
            indicators=INDICATORS,
        ),
    )


def ended(context: Context, month: str) -> str:
    """Say so if a part of the report tells of an earlier month than the one reported."""
    if month == context.month:
        return ""
    text = context.translator("extended.ended", last=context.translator.month(month))
    return callout(text, context.translator("extended.ended_title"), "important")
