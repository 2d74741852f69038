"""Kela's unemployment benefits: recipients and payments."""

from __future__ import annotations

from dataclasses import replace

from indicators.reporting.charts import style
from indicators.reporting.context import Context
from indicators.reporting.fragments import Fragment, heading, join
from indicators.reporting.register import telling
from indicators.reporting.register.charts import Panel, curve, small_multiples
from indicators.reporting.register.parts import period
from indicators.reporting.register.readings import Figure
from indicators.reporting.tables.html import Head, Row

INDICATOR = "kela_benefits"
RECIPIENTS, EUROS, DAYS = (Figure(INDICATOR, one) for one in ("recipients", "euros", "days"))
PER_DAY = Figure(INDICATOR, "euros_per_day", decimals=2)
FIGURES = (RECIPIENTS, EUROS, DAYS, PER_DAY)
MILLION = 1_000_000


def kela(context: Context) -> Fragment:
    """Recipients, payments and euros a day, and a table by benefit and basis."""
    translator = context.translator
    paid = curve(context, EUROS, "", style.BLUE)
    millions = replace(paid, values=paid.values / MILLION, decimals=2)
    panels = [
        Panel(telling.statistic(context, RECIPIENTS), [curve(context, RECIPIENTS)]),
        Panel(translator("register_kela.millions"), [millions]),
        Panel(telling.statistic(context, PER_DAY), [curve(context, PER_DAY, "", style.DARK_GREEN)]),
    ]
    drawn = small_multiples(context, "figures/register-kela.svg", panels, [INDICATOR], height=165.6)
    names = [Head(_head(context, figure)) for figure in FIGURES]
    group = context.area_name(context.group)
    dates = period(context, drawn.first, drawn.last)
    return join(
        heading(translator("register_kela.title"), "sec-register-kela", 3),
        f"{translator('register_kela.intro')} {_made_up(context)}".rstrip(),
        telling.shown(
            context,
            drawn,
            "fig-register-kela",
            translator("register_kela.caption_figure", group=group, **dates),
        ),
        telling.tabled(
            context,
            [[Head(translator("register_kela.kind"), number=False), *names]],
            _rows(context),
            "tbl-register-kela",
            translator(
                "register_kela.caption_table", group=group, month=translator.month(context.month)
            ),
        ),
    )


def _made_up(context: Context) -> str:
    """That benefits, which others publish, are made up here too."""
    return context.translator("register_kela.made_up") if context.processed.made_up else ""


def _head(context: Context, figure: Figure) -> str:
    name = telling.statistic(context, figure)
    return f"{name}, €" if figure == EUROS else name


def _rows(context: Context) -> list[Row]:
    kinds = [("total", "total")]
    for dimension in ("benefit", "basis"):
        found = context.register.categories(RECIPIENTS, dimension, context.group)
        kinds += [(dimension, figure) for figure in found]
    return [
        (
            _name(context, *kind),
            [telling.cell(context, replace(figure.by(*kind))) for figure in FIGURES],
        )
        for kind in kinds
    ]


def _name(context: Context, dimension: str, category: str) -> str:
    """What Kela calls a benefit or a basis, in the language of the report where it is known."""
    known = {
        "Työmarkkinatuki": "register_kela.labour_market_support",
        "Peruspäiväraha": "register_kela.basic_allowance",
        "Työttömyyden perusteella": "register_kela.unemployed",
        "Työllistymistä edistävän palvelun perusteella": "register_kela.in_service",
    }
    if category in known:
        return context.translator(known[category])
    return telling.label(context, dimension, category)
