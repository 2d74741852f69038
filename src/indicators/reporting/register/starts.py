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
    voice = context.voice
    panels = [
        Panel(telling.label(context, *one), [curve(context, SPELLS.by(*one))]) for one in CATEGORIES
    ]
    drawn = small_multiples(
        context, "figures/register-starts.svg", panels, [INDICATOR], height=144.0
    )
    group = context.area_name(context.group)
    dates = period(context, drawn.first, drawn.last)
    return join(
        heading(voice("register_starts.title"), "sec-register-starts", 3),
        voice("register_starts.intro"),
        telling.shown(
            context,
            drawn,
            "fig-register-starts",
            voice("register_starts.caption_figure", group=group, **dates),
        ),
        telling.tabled(
            context,
            _heads(context),
            _rows(context),
            "tbl-register-starts",
            voice("register_starts.caption_table", group=group, month=voice.month(context.month)),
        ),
    )


def _heads(context: Context) -> list[list[Head]]:
    voice = context.voice
    three = [
        Head(voice("register_starts.month")),
        Head(voice("register_starts.year_before")),
        Head(voice("common.change")),
    ]
    names = [Head(telling.statistic(context, one), span=3) for one in (PERSONS, SPELLS)]
    first = context.catalogue.label("dimension", DIMENSION, voice.language)
    return [[Head(first, number=False), *names], [Head(""), *three, *three]]


def _rows(context: Context) -> list[Row]:
    return [
        (
            telling.label(context, *one),
            [cell for figure in (PERSONS, SPELLS) for cell in year_cells(context, figure.by(*one))],
        )
        for one in CATEGORIES
    ]
