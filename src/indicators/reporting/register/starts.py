"""Services begun in the month, by group of service: people and spells."""

from __future__ import annotations

from indicators.reporting.context import Context
from indicators.reporting.fragments import Fragment, heading, join
from indicators.reporting.register import telling
from indicators.reporting.register.charts import Panel, curve, small_multiples
from indicators.reporting.register.parts import SERVICE_GROUPS, period, year_cells
from indicators.reporting.register.readings import Figure
from indicators.reporting.tables.html import Head, Row

INDICATOR, DIMENSION = "service_starts", "service_group"
PERSONS, SPELLS = (Figure(INDICATOR, one) for one in ("persons", "spells"))
CATEGORIES = [("total", "total"), *((DIMENSION, one) for one in SERVICE_GROUPS)]


def starts(context: Context) -> Fragment:
    """A panel a group of service, and a table of people and spells."""
    translator = context.translator
    panels = [
        Panel(telling.label(context, *pair), [curve(context, SPELLS.by(*pair))])
        for pair in CATEGORIES
    ]
    drawn = small_multiples(
        context, "figures/register-starts.svg", panels, [INDICATOR], height=144.0
    )
    group = context.area_name(context.group)
    dates = period(context, drawn.first, drawn.last)
    return join(
        heading(translator("register_starts.title"), "sec-register-starts", 3),
        translator("register_starts.intro"),
        telling.shown(
            context,
            drawn,
            "fig-register-starts",
            translator("register_starts.caption_figure", group=group, **dates),
        ),
        telling.tabled(
            context,
            _heads(context),
            _rows(context),
            "tbl-register-starts",
            translator(
                "register_starts.caption_table", group=group, month=translator.month(context.month)
            ),
        ),
    )


def _heads(context: Context) -> list[list[Head]]:
    translator = context.translator
    three = [
        Head(translator("register_starts.month")),
        Head(translator("register_starts.year_before")),
        Head(translator("common.change")),
    ]
    names = [Head(telling.statistic(context, figure), span=3) for figure in (PERSONS, SPELLS)]
    first = context.catalogue.label("dimension", DIMENSION, translator.language)
    return [[Head(first, number=False), *names], [Head(""), *three, *three]]


def _rows(context: Context) -> list[Row]:
    return [
        (
            telling.label(context, *pair),
            [
                cell
                for figure in (PERSONS, SPELLS)
                for cell in year_cells(context, figure.by(*pair))
            ],
        )
        for pair in CATEGORIES
    ]
