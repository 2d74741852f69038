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
    voice = context.voice
    names = [Head(context.catalogue.label("indicator", one, voice.language)) for one in INDICATORS]
    caption = voice(
        "register_offers.caption",
        group=context.area_name(context.group),
        month=voice.month(context.month),
    )
    return join(
        heading(voice("register_offers.title"), "sec-register-offers", 3),
        voice("register_offers.intro"),
        telling.tabled(
            context,
            [[Head(voice("common.figure"), number=False), *names]],
            [_row(context, one) for one in (*COUNTS, *SHARES)],
            "tbl-register-offers",
            caption,
        ),
    )


def _row(context: Context, statistic: str) -> Row:
    decimals = 1 if statistic in SHARES else 0
    figures = [Figure(one, statistic, decimals=decimals) for one in INDICATORS]
    return context.voice(f"register_offers.{statistic}"), [_cell(context, one) for one in figures]


def _cell(context: Context, figure: Figure) -> Cell:
    return telling.cell(context, figure)
