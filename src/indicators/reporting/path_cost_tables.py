"""Tables of the section on costs: by path, by month in open-market work, and beside Kela's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import nan

from indicators.calendar import shift_month
from indicators.catalogue.sequences import NONE, SEQUENCES
from indicators.reporting import section_parts
from indicators.reporting.context import Context, RegisterFigure
from indicators.reporting.money_section import CofinancedBenefits
from indicators.reporting.readings import NOT_AVAILABLE, Reading
from indicators.reporting.section import TablePart
from indicators.reporting.section_parts import (
    category_label,
    figure_cell,
    reading_cell,
    statistic_label,
)
from indicators.reporting.tables import HeaderCell, Row

PATH_COSTS = "path_costs"
PATH_COST = RegisterFigure(PATH_COSTS, "euros_per_person")
WORKED = RegisterFigure(PATH_COSTS, "open_market_share", decimals=1)
COST_OF_MONTH = RegisterFigure(PATH_COSTS, "euros_per_open_market_month")
FOLLOWED = replace(WORKED, field="denominator", decimals=0)
DIMENSION = "following_sequence"
FOLLOWED_MONTHS = 24
MOST_PATHS = 8


def path_costs_text(context: Context) -> str:
    """Costs of those who were long-term unemployed two years before, in a sentence or two."""
    translator = context.translator
    persons, each, a_month = (
        context.register.reading(figure, context.area, context.month)
        for figure in (FOLLOWED, PATH_COST, COST_OF_MONTH)
    )
    began = translator.month(shift_month(context.month, -FOLLOWED_MONTHS))
    intro = translator("register_path_costs.intro", month=began)
    if not (persons.known and each.known):
        status = context.formatter.status(each.status)
        return f"{intro} {translator('register_path_costs.unknown', status=status)}"
    level = translator(
        "register_path_costs.level",
        persons=translator.number(persons.value),
        each=translator.number(each.value),
    )
    work = (
        translator("register_path_costs.a_month", euros=translator.number(a_month.value))
        if a_month.known
        else ""
    )
    return " ".join(filter(None, [intro, level, work, translator("register_path_costs.limits")]))


def path_costs_table(context: Context) -> TablePart:
    """All, those without a service, and the commonest paths of which the number may be shown."""
    translator = context.translator
    figures = (FOLLOWED, PATH_COST, WORKED, COST_OF_MONTH)
    first = context.catalogue.label("dimension", DIMENSION, translator.language)
    heads = [
        HeaderCell(first, number=False),
        HeaderCell(translator("register_path_costs.persons")),
        HeaderCell(f"{statistic_label(context, PATH_COST)}, €"),
        HeaderCell(f"{statistic_label(context, WORKED)}, %"),
        HeaderCell(f"{statistic_label(context, COST_OF_MONTH)}, €"),
    ]
    kinds = [("total", "total"), *((DIMENSION, path) for path in (NONE, *_commonest(context)))]
    rows: list[Row] = [
        (
            category_label(context, *kind),
            [figure_cell(context, figure.by(*kind)) for figure in figures],
        )
        for kind in kinds
    ]
    caption = translator(
        "register_path_costs.caption",
        group=context.area_name(context.area),
        month=translator.month(shift_month(context.month, -FOLLOWED_MONTHS)),
    )
    return section_parts.table_with_caption(
        context, [heads], rows, "tbl-register-path-costs", caption
    )


def _commonest(context: Context) -> list[str]:
    """Paths with a service of which the number is known, the commonest first."""
    readings = {
        path: context.register.reading(FOLLOWED.by(DIMENSION, path), context.area, context.month)
        for path in SEQUENCES
        if path != NONE
    }
    known = [path for path, each in readings.items() if each.known and each.value > 0]
    return sorted(known, key=lambda path: -readings[path].value)[:MOST_PATHS]


# Services beside the benefits that municipalities help to finance.


def benefits_beside(
    context: Context, services: Mapping[str, Sequence[Reading]]
) -> tuple[str, TablePart | None]:
    """What is to be said of Kela's co-financed benefits, and a table where they are known.

    Args:
        context: The report.
        services: Costs of the month by who pays, of every group that is paid so.
    """
    translator, processed = context.translator, context.processed
    if processed.kela is None or processed.kela_facts is None:
        return translator("register_beside.absent"), None
    if processed.kela_facts.made_up != processed.made_up:
        return translator("register_beside.mixed"), None
    benefits = CofinancedBenefits(context, processed.kela, processed.kela_facts)
    month = _month_known(benefits, context)
    area = context.area_name(context.area)
    if month is None:
        return translator("register_beside.unknown", area=area), None
    paid, own = (
        benefits.reading(name, context.area, month) for name in ("euros", "municipal_euros")
    )
    others = Reading(paid.value - own.value, status=paid.status)
    sums = {payer: _sum(each) for payer, each in services.items()}
    rows: list[Row] = [
        (
            translator(f"register_beside.{payer}"),
            [reading_cell(context, sums[payer], 0), reading_cell(context, benefit, 0)],
        )
        for payer, benefit in (
            ("state", others),
            ("municipality", own),
            ("other", Reading(nan, status=NOT_AVAILABLE.status)),
        )
    ]
    heads = [
        HeaderCell(translator("register_beside.payer"), number=False),
        HeaderCell(translator("register_beside.services", month=translator.month(context.month))),
        HeaderCell(translator("register_beside.benefits", month=translator.month(month))),
    ]
    text = [translator("register_beside.text")]
    if month != context.month:
        text.append(translator("register_beside.other_month", month=translator.month(month)))
    caption = translator("register_beside.caption", group=area)
    table = section_parts.table_with_caption(context, [heads], rows, "tbl-register-beside", caption)
    return " ".join(text), table


def _month_known(benefits: CofinancedBenefits, context: Context) -> str | None:
    """The month reported, or the newest before it of which both figures are known."""
    names = ("euros", "municipal_euros")
    known = [
        month
        for month in benefits.months
        if month <= context.month
        and all(benefits.reading(name, context.area, month).known for name in names)
    ]
    return max(known, default=None)


def _sum(readings: Sequence[Reading]) -> Reading:
    """A sum; as little known as the least known part."""
    unknown = next((each for each in readings if not each.known), None)
    if unknown is not None:
        return Reading(nan, status=unknown.status)
    return Reading(sum(each.value for each in readings), status=readings[0].status)
