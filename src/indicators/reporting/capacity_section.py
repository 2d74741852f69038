"""The section of the register's part on capacity against the agreement's key, over time."""

from __future__ import annotations

from dataclasses import replace
from math import nan

import pandas as pd

from indicators.calendar import shift_month
from indicators.reporting import section_parts
from indicators.reporting.charts import drawing
from indicators.reporting.charts.small_multiples import Curve, Panel, small_multiples
from indicators.reporting.context import SUPPRESSED, Context, RegisterFigure
from indicators.reporting.markdown import heading
from indicators.reporting.readings import Reading
from indicators.reporting.resource_sections import (
    CASELOAD_FIGURES,
    CASELOAD_INDICATOR,
    CUSTOMERS,
    MunicipalityShare,
    municipality_shares,
)
from indicators.reporting.section import Content, compose
from indicators.reporting.section_parts import area_heads, period_texts
from indicators.reporting.tables import Row

DEBT = RegisterFigure("plan_coverage", "debt")


def capacity(context: Context) -> Content:
    """Each municipality's customers against its person-years, the caseload and the plan debt."""
    translator = context.translator
    drawn = small_multiples(
        context, "figures/register-capacity.svg", _capacity_panels(context),
        [CUSTOMERS.indicator, CASELOAD_INDICATOR, DEBT.indicator], height=150.0,
    )  # fmt: skip
    columns = ("difference", "difference_before", "per_year_change", "debt", "debt_per_year")
    names = [translator(f"register_capacity.{column}") for column in columns]
    before = municipality_shares(context, shift_month(context.month, -12))
    rows = [
        _capacity_row(context, was, now)
        for was, now in zip(before, municipality_shares(context), strict=True)
    ]
    dates = period_texts(context, drawn.first, drawn.last)
    return compose(
        heading(translator("register_capacity.title"), "sec-register-capacity", 3),
        translator("register_capacity.intro"),
        section_parts.figure_with_caption(
            context,
            drawn,
            "fig-register-capacity",
            translator("register_capacity.caption_figure", **dates),
        ),
        section_parts.table_with_caption(
            context,
            area_heads(context, names),
            rows,
            "tbl-register-capacity",
            translator("register_capacity.caption_table", month=translator.month(context.month)),
        ),
    )


def _capacity_panels(context: Context) -> list[Panel]:
    register, translator, group = context.register, context.translator, context.group
    years = context.settings.resources.transferred_person_years
    all_years = sum(years[area] for area in context.members)
    customers, hidden = register.series(CUSTOMERS, group), register.hidden(CUSTOMERS, group)
    panels = []
    for area in context.members:
        share = 100 * register.series(CUSTOMERS, area) / customers.where(customers > 0)
        key = pd.Series(100 * years[area] / all_years, index=share.index)
        unseen = hidden | register.hidden(CUSTOMERS, area)
        of_key = translator("register_capacity.key", share=translator.number(key.iloc[0], 1))
        panels.append(
            Panel(
                f"{context.area_name(area)}, %",
                [
                    Curve(translator("register_capacity.customers"), share, 1, hidden=unseen),
                    Curve(of_key, key, 1, drawing.DARK_ORANGE),
                ],
            )
        )
    load = CASELOAD_FIGURES[0]
    panels += [
        Panel(
            translator("register_capacity.per_year"),
            [Curve("", customers / all_years, hidden=hidden)],
        ),
        Panel(
            translator("register_capacity.load"),
            [
                Curve(
                    "",
                    register.series(load, context.country),
                    colour=drawing.BLUE,
                    hidden=register.hidden(load, context.country),
                )
            ],
        ),
        Panel(
            section_parts.statistic_label(context, DEBT),
            [
                Curve(
                    "",
                    register.series(DEBT, group),
                    colour=drawing.DARK_GREEN,
                    hidden=register.hidden(DEBT, group),
                )
            ],
        ),
    ]
    return panels


def _capacity_row(context: Context, was: MunicipalityShare, now: MunicipalityShare) -> Row:
    debt = context.register.reading(DEBT, now.area, context.month)
    per_year = replace(debt, value=debt.value / now.person_years if now.person_years else nan)
    change = _difference(now.per_year, was.per_year)
    return context.area_name(now.area), [
        section_parts.reading_cell(context, now.above_key, 1, signed=True),
        section_parts.reading_cell(context, was.above_key, 1, signed=True),
        section_parts.reading_cell(context, change, 1, signed=True),
        section_parts.reading_cell(context, debt, 0),
        section_parts.reading_cell(context, per_year, 1),
    ]


def _difference(one: Reading, other: Reading) -> Reading:
    """As sure as the less sure of the two."""
    hidden = next((each for each in (one, other) if each.status == SUPPRESSED), None)
    unsure = hidden or (other if one.status == "normal" else one)
    return Reading(one.value - other.value, status=unsure.status)
