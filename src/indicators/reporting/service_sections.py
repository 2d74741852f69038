"""Sections of the register's part on services: starts, ended searches, plans, job offers."""

from __future__ import annotations

from indicators.reporting import section_parts
from indicators.reporting.charts import drawing
from indicators.reporting.charts.small_multiples import Panel, figure_curve, small_multiples
from indicators.reporting.context import Context, RegisterFigure
from indicators.reporting.markdown import heading
from indicators.reporting.section import Content, compose
from indicators.reporting.section_parts import (
    SERVICE_GROUPS,
    area_heads,
    area_rows,
    period_texts,
    year_cells,
    year_heads,
)
from indicators.reporting.tables import HeaderCell, Row

# Services begun in the month, by group of service: persons and spells.


STARTS_INDICATOR, STARTS_DIMENSION = "service_starts", "service_group"
STARTED_PERSONS, STARTED_SPELLS = (
    RegisterFigure(STARTS_INDICATOR, statistic) for statistic in ("persons", "spells")
)
STARTS_CATEGORIES = [("total", "total"), *((STARTS_DIMENSION, group) for group in SERVICE_GROUPS)]


def starts(context: Context) -> Content:
    """A panel a group of service, and a table of people and spells."""
    translator = context.translator
    panels = [
        Panel(
            section_parts.category_label(context, *pair),
            [figure_curve(context, STARTED_SPELLS.by(*pair))],
        )
        for pair in STARTS_CATEGORIES
    ]
    drawn = small_multiples(
        context, "figures/register-starts.svg", panels, [STARTS_INDICATOR], height=144.0
    )
    group = context.area_name(context.area)
    dates = period_texts(context, drawn.first, drawn.last)
    return compose(
        heading(translator("register_starts.title"), "sec-register-starts", 3),
        translator("register_starts.intro"),
        section_parts.figure_with_caption(
            context,
            drawn,
            "fig-register-starts",
            translator("register_starts.caption_figure", group=group, **dates),
        ),
        section_parts.table_with_caption(
            context,
            _starts_heads(context),
            _starts_rows(context),
            "tbl-register-starts",
            translator(
                "register_starts.caption_table", group=group, month=translator.month(context.month)
            ),
        ),
    )


def _starts_heads(context: Context) -> list[list[HeaderCell]]:
    translator = context.translator
    three = [
        HeaderCell(translator("register_starts.month")),
        HeaderCell(translator("register_starts.year_before")),
        HeaderCell(translator("common.change")),
    ]
    names = [
        HeaderCell(section_parts.statistic_label(context, figure), span=3)
        for figure in (STARTED_PERSONS, STARTED_SPELLS)
    ]
    first = context.catalogue.label("dimension", STARTS_DIMENSION, translator.language)
    return [[HeaderCell(first, number=False), *names], [HeaderCell(""), *three, *three]]


def _starts_rows(context: Context) -> list[Row]:
    return [
        (
            section_parts.category_label(context, *pair),
            [
                cell
                for figure in (STARTED_PERSONS, STARTED_SPELLS)
                for cell in year_cells(context, figure.by(*pair))
            ],
        )
        for pair in STARTS_CATEGORIES
    ]


# Job searches ended in the month, by reason.


EXITS_INDICATOR = "job_search_exits"
EXIT_REASONS = (
    "open_market",
    "layoff_return",
    "subsidised",
    "entrepreneurship",
    "studies",
    "abroad",
    "other",
    "unknown",
    "total",
)
EXITS_FIGURES = [RegisterFigure(EXITS_INDICATOR, reason) for reason in EXIT_REASONS]


def exits(context: Context) -> Content:
    """A panel a reason, and a table of the month and the year before."""
    translator = context.translator
    panels = [
        Panel(section_parts.statistic_label(context, figure), [figure_curve(context, figure)])
        for figure in EXITS_FIGURES
    ]
    drawn = small_multiples(
        context, "figures/register-exits.svg", panels, [EXITS_INDICATOR], height=144.0
    )
    rows = [
        (section_parts.statistic_label(context, figure), year_cells(context, figure))
        for figure in EXITS_FIGURES
    ]
    group = context.area_name(context.area)
    dates = period_texts(context, drawn.first, drawn.last)
    return compose(
        heading(translator("register_exits.title"), "sec-register-exits", 3),
        f"{translator('register_exits.intro')} {_unknown_reasons_text(context)}",
        section_parts.unavailable_note(context, EXITS_FIGURES),
        section_parts.figure_with_caption(
            context,
            drawn,
            "fig-register-exits",
            translator("register_exits.caption_figure", group=group, **dates),
        ),
        section_parts.table_with_caption(
            context,
            year_heads(context, translator("register_exits.reason")),
            rows,
            "tbl-register-exits",
            translator(
                "register_exits.caption_table", group=group, month=translator.month(context.month)
            ),
        ),
    )


def _unknown_reasons_text(context: Context) -> str:
    """The share of ends whose reason is not known: the register misses ways into work."""
    unknown, total = (
        context.register.reading(
            RegisterFigure(EXITS_INDICATOR, statistic), context.area, context.month
        )
        for statistic in ("unknown", "total")
    )
    if not (unknown.known and total.value > 0):
        return ""
    share = context.translator.percent(100 * unknown.value / total.value)
    return context.translator("register_exits.unknown", share=share)


# Plans that are up to date, and the plan debt.


PLANS_INDICATOR = "plan_coverage"
VALID_SHARE = RegisterFigure(PLANS_INDICATOR, "valid_share", decimals=1)
DEBT_NEVER, DEBT_EXPIRED, DEBT = (
    RegisterFigure(PLANS_INDICATOR, statistic)
    for statistic in ("debt_never", "debt_expired", "debt")
)
PLANS_FIGURES = (VALID_SHARE, DEBT_NEVER, DEBT_EXPIRED, DEBT)


def plans(context: Context) -> Content:
    """The share of valid plans, the debt in its two parts, and a table by municipality."""
    translator = context.translator
    panels = [
        Panel(
            f"{section_parts.statistic_label(context, VALID_SHARE)}, %",
            [figure_curve(context, VALID_SHARE)],
        ),
        Panel(
            section_parts.statistic_label(context, DEBT_EXPIRED),
            [figure_curve(context, DEBT_EXPIRED, "", drawing.BLUE)],
        ),
        Panel(
            section_parts.statistic_label(context, DEBT_NEVER),
            [figure_curve(context, DEBT_NEVER, "", drawing.DARK_ORANGE)],
        ),
    ]
    drawn = small_multiples(
        context, "figures/register-plans.svg", panels, [PLANS_INDICATOR], height=165.6
    )
    names = [section_parts.statistic_label(context, figure) for figure in PLANS_FIGURES]
    names[0] += ", %"
    group = context.area_name(context.area)
    dates = period_texts(context, drawn.first, drawn.last)
    return compose(
        heading(translator("register_plans.title"), "sec-register-plans", 3),
        translator("register_plans.intro"),
        section_parts.figure_with_caption(
            context,
            drawn,
            "fig-register-plans",
            translator("register_plans.caption_figure", group=group, **dates),
        ),
        section_parts.table_with_caption(
            context,
            area_heads(context, names),
            area_rows(context, PLANS_FIGURES),
            "tbl-register-plans",
            translator("register_plans.caption_table", month=translator.month(context.month)),
        ),
    )


# Job offers and introductions: how many, and what came of them.


OFFERS_INDICATORS = ("job_offers", "introductions")
OFFERS_COUNTS = ("offers", "persons", "vacancies")
OFFERS_SHARES = ("filled_share", "employed_30_days", "employed_90_days")


def offers(context: Context) -> Content:
    """A table of both, side by side."""
    translator = context.translator
    names = [
        HeaderCell(context.catalogue.label("indicator", name, translator.language))
        for name in OFFERS_INDICATORS
    ]
    caption = translator(
        "register_offers.caption",
        group=context.area_name(context.area),
        month=translator.month(context.month),
    )
    return compose(
        heading(translator("register_offers.title"), "sec-register-offers", 3),
        translator("register_offers.intro"),
        section_parts.table_with_caption(
            context,
            [[HeaderCell(translator("common.figure"), number=False), *names]],
            [_offers_row(context, name) for name in (*OFFERS_COUNTS, *OFFERS_SHARES)],
            "tbl-register-offers",
            caption,
        ),
    )


def _offers_row(context: Context, statistic: str) -> Row:
    decimals = 1 if statistic in OFFERS_SHARES else 0
    return context.translator(f"register_offers.{statistic}"), [
        section_parts.figure_cell(context, RegisterFigure(indicator, statistic, decimals=decimals))
        for indicator in OFFERS_INDICATORS
    ]
