"""Job offers and introductions: how many, and what came of them."""

from __future__ import annotations

from indicators.reporting.context import Context
from indicators.reporting.fragments import Fragment, heading, join
from indicators.reporting.register import telling
from indicators.reporting.register.readings import Figure
from indicators.reporting.tables.html import Cell, Head, Row

INDICATORS = ("job_offers", "introductions")
COUNTS = ("offers", "persons", "vacancies")
SHARES = ("filled_share", "employed_30_days", "employed_90_days")


def offers(context: Context) -> Fragment:
    """A table of both, side by side."""
    translator = context.translator
    names = [
        Head(context.catalogue.label("indicator", name, translator.language)) for name in INDICATORS
    ]
    caption = translator(
        "register_offers.caption",
        group=context.area_name(context.group),
        month=translator.month(context.month),
    )
    return join(
        heading(translator("register_offers.title"), "sec-register-offers", 3),
        translator("register_offers.intro"),
        telling.tabled(
            context,
            [[Head(translator("common.figure"), number=False), *names]],
            [_row(context, name) for name in (*COUNTS, *SHARES)],
            "tbl-register-offers",
            caption,
        ),
    )


def _row(context: Context, statistic: str) -> Row:
    decimals = 1 if statistic in SHARES else 0
    figures = [Figure(figure, statistic, decimals=decimals) for figure in INDICATORS]
    return context.translator(f"register_offers.{statistic}"), [
        _cell(context, figure) for figure in figures
    ]


def _cell(context: Context, figure: Figure) -> Cell:
    return telling.cell(context, figure)
