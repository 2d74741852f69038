"""Flows past 3, 6 and 12 months of unemployment, with the cohorts they are shares of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from indicators.reporting.charts import style
from indicators.reporting.charts.panel import Drawn
from indicators.reporting.context import Context
from indicators.reporting.fragments import Fragment, heading, join
from indicators.reporting.register import telling
from indicators.reporting.register.charts import Panel, curve, small_multiples
from indicators.reporting.register.parts import GROUPS, SERVICE_LINES, period
from indicators.reporting.register.readings import Figure
from indicators.reporting.tables.html import Cell, Head, Row

COLOURS = {3: style.BLUE, 6: style.DARK_ORANGE, 12: style.PURPLE}
FLOWS = {months: Figure(f"flow_over_{months}_months", decimals=1) for months in COLOURS}
INDICATORS = tuple(flow.indicator for flow in FLOWS.values())
LINES = [("service_line", line) for line in SERVICE_LINES]
PEOPLE = [(dimension, one) for dimension, categories in GROUPS for one in categories]


def flows(context: Context) -> Fragment:
    """A figure by service line, one by group of people, and a table with the cohorts."""
    translator = context.translator
    group = context.area_name(context.group)
    intro = "intro_no_lines" if _all_lacking(context, LINES) else "intro"
    if _all_lacking(context, PEOPLE):
        intro = "intro_no_figures"
    return join(
        heading(translator("register_flows.title"), "sec-register-flows", 3),
        translator(f"register_flows.{intro}"),
        *(
            _shown(context, categories, f"register-flows-{name}", f"register_flows.caption_{name}")
            for name, categories in (("lines", LINES), ("groups", PEOPLE))
        ),
        telling.tabled(
            context,
            _heads(context),
            _rows(context),
            "tbl-register-flows",
            translator(
                "register_flows.caption_table", group=group, month=translator.month(context.month)
            ),
        ),
    )


def _shown(context: Context, categories: Sequence[tuple[str, str]], name: str, caption: str) -> str:
    """A figure by some categories, and which of them are not available."""
    missing = telling.lacking(context, [FLOWS[3].by(*pair) for pair in categories], by=True)
    if _all_lacking(context, categories):
        return missing
    drawn = _figure(context, categories, f"figures/{name}.svg")
    dates = period(context, drawn.first, drawn.last)
    words = context.translator(caption, group=context.area_name(context.group), **dates)
    shown = telling.shown(context, drawn, f"fig-{name}", words)
    return f"{missing}\n\n{shown}" if missing else shown


def _all_lacking(context: Context, categories: Sequence[tuple[str, str]]) -> bool:
    """Whether no flow of any of the categories is available: for lack of a source, or left out."""
    figures = [flow.by(*pair) for flow in FLOWS.values() for pair in categories]
    return all(context.register.lacks_source(pair, context.group) for pair in figures)


def _figure(context: Context, categories: Sequence[tuple[str, str]], file: str) -> Drawn:
    panels = [_panel(context, dimension, category) for dimension, category in categories]
    return small_multiples(context, file, panels, INDICATORS, height=172.8, sharey=True)


def _panel(context: Context, dimension: str, category: str) -> Panel:
    lines = [
        curve(
            context,
            flow.by(dimension, category),
            context.translator("register_flows.months", months=str(months)),
            COLOURS[months],
        )
        for months, flow in FLOWS.items()
    ]
    return Panel(telling.label(context, dimension, category), lines)


def _heads(context: Context) -> list[list[Head]]:
    translator = context.translator
    over = [Head(translator("register_flows.over", months=str(months)), span=2) for months in FLOWS]
    pair = [Head(translator("register_flows.share")), Head(translator("register_flows.cohort"))]
    return [
        [Head(translator("register_flows.whose"), number=False), *over],
        [Head(""), *pair, *pair, *pair],
    ]


def _rows(context: Context) -> list[Row]:
    named = [(telling.label(context, *pair), pair) for pair in [*LINES, *PEOPLE]]
    total = ("total", "total")
    rows = [(telling.label(context, *total), total), *named]
    return [(name, _cells(context, *pair)) for name, pair in rows]


def _cells(context: Context, dimension: str, category: str) -> list[Cell]:
    return [
        telling.cell(context, figure)
        for flow in FLOWS.values()
        for share in [flow.by(dimension, category)]
        for figure in (share, replace(share, field="denominator", decimals=0))
    ]
