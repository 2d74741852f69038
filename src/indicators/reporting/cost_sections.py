"""The section of the register's part on what services cost, and who pays."""

from __future__ import annotations

from dataclasses import replace
from math import nan

from indicators.reporting import section_parts
from indicators.reporting.charts.bars import Bar, BarPanel, bar_chart, reading_bar
from indicators.reporting.context import Context, RegisterFigure
from indicators.reporting.markdown import heading
from indicators.reporting.path_cost_tables import (
    benefits_beside,
    path_costs_table,
    path_costs_text,
)
from indicators.reporting.readings import NOT_AVAILABLE, Reading
from indicators.reporting.resource_sections import DAYS as BENEFIT_DAYS
from indicators.reporting.resource_sections import EUROS as BENEFIT_EUROS
from indicators.reporting.section import Content, Part, compose
from indicators.reporting.section_parts import (
    SERVICE_GROUPS,
    category_label,
    figure_cell,
    reading_cell,
    statistic_label,
)
from indicators.reporting.tables import Cell, HeaderCell, Row

COSTS_INDICATOR = "service_costs"
COSTS = RegisterFigure(COSTS_INDICATOR, "euros")
COST_PER_PERSON = RegisterFigure(COSTS_INDICATOR, "euros_per_person")
SERVED_PERSONS = replace(COST_PER_PERSON, field="denominator")
THOUSAND = 1000
# Who pays for the service itself, by the law in force until the end of 2024: our own reading.
STATE, MUNICIPALITY, OTHER = "state", "municipality", "other"
PAYERS = {
    "training": STATE,
    "coaching": STATE,
    "subsidised": STATE,
    "trial": STATE,
    "alternation": OTHER,
    "rehabilitative": MUNICIPALITY,
    "study": OTHER,
}
# Kela's own name of a basis of compensation.
IN_SERVICE = "Työllistymistä edistävän palvelun perusteella"


def costs(context: Context) -> Content:
    """Costs by group and who pays, with Kela's benefits beside them; else what is missing."""
    translator = context.translator
    readings = {group: _cost(context, group) for group in SERVICE_GROUPS}
    lacking = [group for group, each in readings.items() if each.status == NOT_AVAILABLE.status]
    parts: list[Part] = [heading(translator("register_costs.title"), "sec-register-costs", 3)]
    if len(lacking) == len(SERVICE_GROUPS):
        return compose(*parts, translator("register_costs.no_prices"), _benefits_text(context))
    parts += [
        translator("register_costs.intro"),
        _level_text(context, readings),
        _lacking_text(context, lacking),
        _payers_text(context, readings),
        _benefits_text(context),
    ]
    group, month = context.area_name(context.area), translator.month(context.month)
    drawn = bar_chart(
        context, "figures/register-costs.svg", _panels(context, readings), context.month
    )
    caption = translator("register_costs.caption_figure", group=group, month=month)
    first = context.catalogue.label("dimension", "service_group", translator.language)
    columns = [
        HeaderCell(translator("register_costs.thousands")),
        HeaderCell(translator("register_costs.persons")),
        HeaderCell(f"{statistic_label(context, COST_PER_PERSON)}, €"),
        HeaderCell(translator("register_costs.payer"), number=False),
    ]
    by_payer = {
        payer: [readings[group] for group in SERVICE_GROUPS if PAYERS[group] == payer]
        for payer in (STATE, MUNICIPALITY, OTHER)
    }
    beside_text, beside = benefits_beside(context, by_payer)
    return compose(
        *parts,
        section_parts.figure_with_caption(context, drawn, "fig-register-costs", caption),
        section_parts.table_with_caption(
            context,
            [[HeaderCell(first, number=False), *columns]],
            _rows(context),
            "tbl-register-costs",
            translator("register_costs.caption_table", group=group, month=month),
        ),
        beside_text,
        *([beside] if beside else []),
        path_costs_text(context),
        path_costs_table(context),
    )


def _cost(context: Context, group: str) -> Reading:
    return context.register.reading(COSTS.by("service_group", group), context.area, context.month)


def _in_thousands(context: Context, dimension: str, category: str) -> Reading:
    """Costs to a hundred euros: a table of whole euros would be wider, and no more exact."""
    figure = COSTS.by(dimension, category)
    reading = context.register.reading(figure, context.area, context.month)
    return replace(reading, value=reading.value / THOUSAND)


def _cost_per_person(context: Context, dimension: str, category: str) -> Reading:
    """Of a group in which nobody is there is none."""
    register, area, month = context.register, context.area, context.month
    reading = register.reading(COST_PER_PERSON.by(dimension, category), area, month)
    persons = register.reading(SERVED_PERSONS.by(dimension, category), area, month)
    return Reading(nan, status=reading.status) if persons.value == 0 else reading


def _panels(context: Context, readings: dict[str, Reading]) -> list[BarPanel]:
    names = {group: category_label(context, "service_group", group) for group in readings}
    thousands = [
        reading_bar(names[group], _in_thousands(context, "service_group", group))
        for group in readings
    ]
    each: list[Bar] = [
        reading_bar(names[group], _cost_per_person(context, "service_group", group))
        for group in readings
    ]
    return [
        BarPanel(context.translator("register_costs.thousands"), thousands),
        BarPanel(context.translator("register_costs.per_person"), each),
    ]


def _rows(context: Context) -> list[Row]:
    kinds = [("total", "total"), *(("service_group", group) for group in SERVICE_GROUPS)]
    return [
        (
            category_label(context, *kind),
            [
                reading_cell(context, _in_thousands(context, *kind), 1),
                figure_cell(context, SERVED_PERSONS.by(*kind)),
                reading_cell(context, _cost_per_person(context, *kind), 0),
                Cell(_payer(context, kind[1]), number=False),
            ],
        )
        for kind in kinds
    ]


def _payer(context: Context, group: str) -> str:
    return context.translator(f"register_costs.payer_{PAYERS.get(group, 'several')}")


# Sentences.


def _level_text(context: Context, readings: dict[str, Reading]) -> str:
    """What services cost, or at least what those did of which it is known."""
    translator = context.translator
    total = context.register.reading(COSTS, context.area, context.month)
    if total.known:
        each = _cost_per_person(context, "total", "total")
        return translator(
            "register_costs.level",
            month=translator.in_month(context.month),
            euros=translator.number(total.value),
            each=translator.number(each.value)
            if each.known
            else context.formatter.status(each.status),
        )
    known = sum(reading.value for reading in readings.values() if reading.known)
    return translator(
        "register_costs.at_least",
        month=translator.in_month(context.month),
        euros=translator.number(known),
    )


def _lacking_text(context: Context, lacking: list[str]) -> str:
    if not lacking:
        return ""
    names = [category_label(context, "service_group", group) for group in lacking]
    return context.translator("register_costs.lacking", names="; ".join(names))


def _payers_text(context: Context, readings: dict[str, Reading]) -> str:
    """Costs by who pays; at least so much where some are hidden or not known."""
    translator = context.translator
    sums = []
    for payer in (STATE, MUNICIPALITY, OTHER):
        own = [reading for group, reading in readings.items() if PAYERS[group] == payer]
        known = [reading.value for reading in own if reading.known]
        key = "euros" if len(known) == len(own) else "euros_at_least" if known else ""
        text = (
            translator(f"register_costs.{key}", euros=translator.number(sum(known)))
            if key
            else context.formatter.status(own[0].status)
        )
        sums.append(f"{translator(f'register_costs.sum_{payer}')} {text}")
    return translator("register_costs.payers", sums="; ".join(sums))


def _benefits_text(context: Context) -> str:
    """Kela's benefits of the month, whose details have a section of their own."""
    translator, area, month = context.translator, context.area, context.month
    euros, days, served = (
        context.register.reading(figure, area, month)
        for figure in (BENEFIT_EUROS, BENEFIT_DAYS, BENEFIT_EUROS.by("basis", IN_SERVICE))
    )
    if not (euros.known and days.known):
        return translator("register_costs.no_benefits")
    return translator(
        "register_costs.benefits",
        euros=_said(context, euros),
        days=_said(context, days),
        served=_said(context, served),
        kela=f"[{translator('register_kela.title')}](#sec-register-kela)",
    )


def _said(context: Context, reading: Reading) -> str:
    """A number within a sentence, with its status where that is not normal."""
    status = context.formatter.status(reading.status)
    if not reading.known:
        return status
    text = context.translator.number(reading.value)
    return text if reading.status == "normal" else f"{text} ({status})"
