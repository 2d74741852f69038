"""Sections of the register's part on spells of unemployment.

Flows past 3, 6 and 12 months, durations, structural unemployment, and the three populations.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from indicators.reporting import section_parts
from indicators.reporting.charts import drawing
from indicators.reporting.charts.series import DrawnFigure
from indicators.reporting.charts.small_multiples import Panel, figure_curve, small_multiples
from indicators.reporting.context import Context, RegisterFigure
from indicators.reporting.markdown import heading
from indicators.reporting.section import Content, Part, compose
from indicators.reporting.section_parts import (
    GROUPS,
    SERVICE_LINES,
    area_heads,
    area_rows,
    period_texts,
)
from indicators.reporting.tables import Cell, HeaderCell, Row

# Flows past 3, 6 and 12 months of unemployment, with the cohorts they are shares of.


FLOW_COLOURS = {3: drawing.BLUE, 6: drawing.DARK_ORANGE, 12: drawing.PURPLE}
FLOWS = {
    months: RegisterFigure(f"flow_over_{months}_months", decimals=1) for months in FLOW_COLOURS
}
FLOW_INDICATORS = tuple(flow.indicator for flow in FLOWS.values())
SERVICE_LINE_CATEGORIES = [("service_line", line) for line in SERVICE_LINES]
PEOPLE_CATEGORIES = [
    (dimension, category) for dimension, categories in GROUPS for category in categories
]


def flows(context: Context) -> Content:
    """Figures by service line and by group of people, and a table with the cohorts."""
    translator = context.translator
    group = context.area_name(context.area)
    intro = "intro_no_lines" if _all_unavailable(context, SERVICE_LINE_CATEGORIES) else "intro"
    if _all_unavailable(context, PEOPLE_CATEGORIES):
        intro = "intro_no_figures"
    return compose(
        heading(translator("register_flows.title"), "sec-register-flows", 3),
        translator(f"register_flows.{intro}"),
        *(
            part
            for name, categories in (
                ("lines", SERVICE_LINE_CATEGORIES),
                ("groups", PEOPLE_CATEGORIES),
            )
            for part in _flow_figure(
                context, categories, f"register-flows-{name}", f"register_flows.caption_{name}"
            )
        ),
        section_parts.table_with_caption(
            context,
            _flow_heads(context),
            _flow_rows(context),
            "tbl-register-flows",
            translator(
                "register_flows.caption_table", group=group, month=translator.month(context.month)
            ),
        ),
    )


def _flow_figure(
    context: Context, categories: Sequence[tuple[str, str]], name: str, caption: str
) -> list[Part]:
    """A figure by some categories, and which of them are not available."""
    missing = section_parts.unavailable_note(
        context, [FLOWS[3].by(*pair) for pair in categories], by=True
    )
    if _all_unavailable(context, categories):
        return [missing]
    drawn = _draw_flows(context, categories, f"figures/{name}.svg")
    dates = period_texts(context, drawn.first, drawn.last)
    words = context.translator(caption, group=context.area_name(context.area), **dates)
    shown = section_parts.figure_with_caption(context, drawn, f"fig-{name}", words)
    return [missing, shown]


def _all_unavailable(context: Context, categories: Sequence[tuple[str, str]]) -> bool:
    """Whether no flow of any of the categories is available: for lack of a source, or left out."""
    figures = [flow.by(*pair) for flow in FLOWS.values() for pair in categories]
    return all(context.register.lacks_source(pair, context.area) for pair in figures)


def _draw_flows(context: Context, categories: Sequence[tuple[str, str]], file: str) -> DrawnFigure:
    panels = [_flow_panel(context, dimension, category) for dimension, category in categories]
    return small_multiples(context, file, panels, FLOW_INDICATORS, height=172.8, sharey=True)


def _flow_panel(context: Context, dimension: str, category: str) -> Panel:
    lines = [
        figure_curve(
            context,
            flow.by(dimension, category),
            context.translator("register_flows.months", months=str(months)),
            FLOW_COLOURS[months],
        )
        for months, flow in FLOWS.items()
    ]
    return Panel(section_parts.category_label(context, dimension, category), lines)


def _flow_heads(context: Context) -> list[list[HeaderCell]]:
    translator = context.translator
    over = [
        HeaderCell(translator("register_flows.over", months=str(months)), span=2)
        for months in FLOWS
    ]
    pair = [
        HeaderCell(translator("register_flows.share")),
        HeaderCell(translator("register_flows.cohort")),
    ]
    return [
        [HeaderCell(translator("register_flows.whose"), number=False), *over],
        [HeaderCell(""), *pair, *pair, *pair],
    ]


def _flow_rows(context: Context) -> list[Row]:
    named = [
        (section_parts.category_label(context, *pair), pair)
        for pair in [*SERVICE_LINE_CATEGORIES, *PEOPLE_CATEGORIES]
    ]
    total = ("total", "total")
    rows = [(section_parts.category_label(context, *total), total), *named]
    return [(name, _flow_cells(context, *pair)) for name, pair in rows]


def _flow_cells(context: Context, dimension: str, category: str) -> list[Cell]:
    return [
        section_parts.figure_cell(context, figure)
        for flow in FLOWS.values()
        for share in [flow.by(dimension, category)]
        for figure in (share, replace(share, field="denominator", decimals=0))
    ]


# How long unemployment has lasted, and how long the spells were that ended in the month.


DURATION_INDICATOR = "unemployment_duration"
DURATION_COLOURS = {
    "mean_weeks": drawing.NAVY,
    "median_weeks": drawing.BLUE,
    "ended_mean_weeks": drawing.DARK_ORANGE,
}
DURATION_FIGURES = [
    RegisterFigure(DURATION_INDICATOR, statistic, decimals=1) for statistic in DURATION_COLOURS
]


def durations(context: Context) -> Content:
    """A panel each of mean, median and ended mean, and a table by municipality."""
    translator = context.translator
    panels = [
        Panel(
            section_parts.statistic_label(context, figure),
            [figure_curve(context, figure, colour=DURATION_COLOURS[figure.statistic])],
        )
        for figure in DURATION_FIGURES
    ]
    drawn = small_multiples(
        context,
        "figures/register-durations.svg",
        panels,
        [DURATION_INDICATOR],
        height=165.6,
        sharey=True,
    )
    group = context.area_name(context.area)
    dates = period_texts(context, drawn.first, drawn.last)
    names = [section_parts.statistic_label(context, figure) for figure in DURATION_FIGURES]
    return compose(
        heading(translator("register_durations.title"), "sec-register-durations", 3),
        translator("register_durations.intro"),
        section_parts.figure_with_caption(
            context,
            drawn,
            "fig-register-durations",
            translator("register_durations.caption_figure", group=group, **dates),
        ),
        section_parts.table_with_caption(
            context,
            area_heads(context, names),
            area_rows(context, DURATION_FIGURES),
            "tbl-register-durations",
            translator("register_durations.caption_table", month=translator.month(context.month)),
        ),
    )


# The four groups of structural unemployment, stacked and each by itself.


STRUCTURAL_INDICATOR = "structural_unemployment"
STRUCTURAL_COLOURS = {
    "long_term": drawing.NAVY,
    "recurrent": drawing.BLUE,
    "returned_from_service": drawing.DARK_ORANGE,
    "service_to_service": drawing.DARK_GREEN,
}
STRUCTURAL_PARTS = [
    RegisterFigure(STRUCTURAL_INDICATOR, statistic) for statistic in STRUCTURAL_COLOURS
]
STRUCTURAL_TOTAL = RegisterFigure(STRUCTURAL_INDICATOR, "total")


def structural(context: Context) -> Content:
    """The total as a stack, each group in a panel of its colour, and a table by municipality."""
    translator = context.translator
    lines = [
        figure_curve(context, figure, colour=STRUCTURAL_COLOURS[figure.statistic])
        for figure in STRUCTURAL_PARTS
    ]
    alone = [
        Panel(section_parts.statistic_label(context, figure), [line])
        for figure, line in zip(STRUCTURAL_PARTS, lines, strict=True)
    ]
    total = Panel(
        section_parts.statistic_label(context, STRUCTURAL_TOTAL),
        [figure_curve(context, STRUCTURAL_TOTAL)],
        stack=lines,
    )
    drawn = small_multiples(
        context,
        "figures/register-structural.svg",
        [total, *alone],
        [STRUCTURAL_INDICATOR],
        height=162.0,
    )
    figures = [*STRUCTURAL_PARTS, STRUCTURAL_TOTAL]
    group = context.area_name(context.area)
    dates = period_texts(context, drawn.first, drawn.last)
    return compose(
        heading(translator("register_structural.title"), "sec-register-structural", 3),
        translator("register_structural.intro"),
        section_parts.unavailable_note(context, figures),
        section_parts.figure_with_caption(
            context,
            drawn,
            "fig-register-structural",
            translator("register_structural.caption_figure", group=group, **dates),
        ),
        section_parts.table_with_caption(
            context,
            area_heads(
                context, [section_parts.statistic_label(context, figure) for figure in figures]
            ),
            area_rows(context, figures),
            "tbl-register-structural",
            translator("register_structural.caption_table", month=translator.month(context.month)),
        ),
    )


# Unemployment and services in the three populations, which are never mixed.


POPULATIONS = ("residents", "target_group", "trial_office")
POPULATION_ROWS = {
    "unemployed": RegisterFigure("unemployment_duration", "mean_weeks", field="denominator"),
    "in_services": RegisterFigure("activation_rate", field="numerator"),
    "extended_unemployment": RegisterFigure("extended_unemployment"),
    "activation_rate": RegisterFigure("activation_rate", decimals=1),
    "long_term_activation_rate": RegisterFigure("long_term_activation_rate", decimals=1),
}


def populations(context: Context) -> Content:
    """A table of the month: a population in each column."""
    translator, language = context.translator, context.translator.language
    rows = [
        (
            translator(f"register_populations.{name}"),
            [
                section_parts.figure_cell(context, replace(figure, population=population))
                for population in POPULATIONS
            ],
        )
        for name, figure in POPULATION_ROWS.items()
    ]
    labels = [context.catalogue.label("population", code, language) for code in POPULATIONS]
    heads = [[HeaderCell(translator("common.figure"), number=False), *map(HeaderCell, labels)]]
    explained = [
        context.catalogue.explanation("population", code, language) for code in POPULATIONS
    ]
    caption = translator(
        "register_populations.caption",
        group=context.area_name(context.area),
        month=translator.month(context.month),
    )
    return compose(
        heading(translator("register_populations.title"), "sec-register-populations", 3),
        translator("register_populations.intro"),
        section_parts.table_with_caption(context, heads, rows, "tbl-register-populations", caption),
        "\n".join(f"- **{name}:** {text}" for name, text in zip(labels, explained, strict=True)),
    )
