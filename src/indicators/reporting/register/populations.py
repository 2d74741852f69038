"""Unemployment and services in the three populations, which are never mixed."""

from __future__ import annotations

from dataclasses import replace

from indicators.reporting.context import Context
from indicators.reporting.fragments import Fragment, heading, join
from indicators.reporting.register import telling
from indicators.reporting.register.readings import Figure
from indicators.reporting.tables.html import Head

POPULATIONS = ("residents", "target_group", "trial_office")
ROWS = {
    "unemployed": Figure("unemployment_duration", "mean_weeks", field="denominator"),
    "in_services": Figure("activation_rate", field="numerator"),
    "extended_unemployment": Figure("extended_unemployment"),
    "activation_rate": Figure("activation_rate", decimals=1),
    "long_term_activation_rate": Figure("long_term_activation_rate", decimals=1),
}


def populations(context: Context) -> Fragment:
    """A table of the month: a population in each column."""
    translator, language = context.translator, context.translator.language
    rows = [
        (
            translator(f"register_populations.{name}"),
            [
                telling.cell(context, replace(figure, population=population))
                for population in POPULATIONS
            ],
        )
        for name, figure in ROWS.items()
    ]
    labels = [context.catalogue.label("population", code, language) for code in POPULATIONS]
    heads = [[Head(translator("common.figure"), number=False), *map(Head, labels)]]
    explained = [
        context.catalogue.explanation("population", code, language) for code in POPULATIONS
    ]
    caption = translator(
        "register_populations.caption",
        group=context.area_name(context.group),
        month=translator.month(context.month),
    )
    return join(
        heading(translator("register_populations.title"), "sec-register-populations", 3),
        translator("register_populations.intro"),
        telling.tabled(context, heads, rows, "tbl-register-populations", caption),
        "\n".join(f"- **{name}:** {text}" for name, text in zip(labels, explained, strict=True)),
    )
