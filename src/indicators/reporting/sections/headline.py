"""This month, and the change from the month and the year before, area beside country."""

from __future__ import annotations

from indicators.reporting.context import Context
from indicators.reporting.fragments import Fragment, heading, join, table
from indicators.reporting.readings import QUANTITIES
from indicators.reporting.sections.notes import table_note
from indicators.reporting.tables import html
from indicators.reporting.tables.html import Cell, Head

ROWS = (
    "unemployment_share",
    "unemployed",
    "in_services",
    "extended_unemployment",
    "activation_rate",
    "long_term",
    "youth",
    "foreign",
    "open_vacancies",
)


def headline(context: Context) -> Fragment:
    """The table of the month's figures, with what its marks mean."""
    translator = context.translator
    rows = [(translator(f"quantities.{quantity}"), _cells(context, quantity)) for quantity in ROWS]
    caption = translator(
        "headline.caption",
        group=context.area_name(context.group),
        month=translator.month(context.month),
    )
    html_text = html.table(_heads(context), rows)
    return join(
        heading(translator("headline.title"), "sec-headline"),
        translator("headline.intro"),
        table(html_text, "tbl-headline", caption),
        table_note(
            context,
            [cell for _, cells in rows for cell in cells],
            [QUANTITIES[quantity].indicator for quantity in ROWS],
        ),
    )


def _heads(context: Context) -> list[list[Head]]:
    translator = context.translator
    areas = [context.area_name(area) for area in (context.group, context.country)]
    three = [
        Head(translator.month(context.month)),
        Head(translator("headline.month_change")),
        Head(translator("headline.year_change")),
    ]
    return [
        [Head(translator("common.figure"), number=False), *(Head(area, span=3) for area in areas)],
        [Head(""), *three, *three],
    ]


def _cells(context: Context, quantity: str) -> list[Cell]:
    formatter, readings = context.formatter, context.readings
    return [
        cell
        for area in (context.group, context.country)
        for cell in (
            formatter.cell(readings.reading(quantity, area), quantity),
            formatter.change_cell(readings.change(quantity, area, 1), quantity),
            formatter.change_cell(readings.change(quantity, area, 12), quantity),
        )
    ]
