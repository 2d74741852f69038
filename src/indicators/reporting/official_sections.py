"""The section of the official flows and durations, of StatFin's tables beside 12r5."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from indicators.reporting.charts.official_flows import FLOW_QUANTITIES, official_flows_chart
from indicators.reporting.context import SUPPRESSED, Context
from indicators.reporting.markdown import heading
from indicators.reporting.readings import QUANTITIES
from indicators.reporting.section import Content, FigurePart, compose
from indicators.reporting.section_parts import ABOUT, area_table, figure_marks, mark_notes
from indicators.reporting.tables import Cell, HeaderCell

COLUMNS = (*FLOW_QUANTITIES, "duration_median", "ended_searches")
INDICATORS = tuple(dict.fromkeys(QUANTITIES[quantity].indicator for quantity in COLUMNS))


def official_flows(context: Context) -> Content:
    """Flows past 3, 6 and 12 months and the median duration, by area; nothing where none is known.

    A column that no area has a figure of is left out.
    """
    shown = [
        quantity
        for quantity in COLUMNS
        if any(context.readings.reading(quantity, area).known for area in context.table_areas)
    ]
    if not shown:
        return compose()
    translator = context.translator
    month = translator.month(context.month)
    drawn_area = _area_with_flows(context)
    several = any(quantity in shown for quantity in FLOW_QUANTITIES) and not any(
        context.readings.reading(quantity, context.area).known for quantity in FLOW_QUANTITIES
    )
    return compose(
        heading(translator("official_flows.title"), "sec-official-flows"),
        translator("official_flows.intro"),
        translator("official_flows.no_group") if several else "",
        translator("official_flows.figure") if drawn_area else "",
        *([_figure(context, drawn_area)] if drawn_area else []),
        area_table(
            context,
            [HeaderCell(translator(f"quantities.{quantity}")) for quantity in shown],
            lambda area: [
                context.formatter.cell(context.readings.reading(quantity, area), quantity)
                for quantity in shown
            ],
            label="tbl-official-flows",
            caption=translator("official_flows.table_caption", month=month),
            indicators=[QUANTITIES[quantity].indicator for quantity in shown],
            note_of=_table_note,
        ),
    )


def _area_with_flows(context: Context) -> str | None:
    """The area that is drawn: the report's own, else the first of the table that has all three."""
    return next(
        (
            area
            for area in (context.area, *context.table_areas)
            if all(context.readings.reading(each, area).known for each in FLOW_QUANTITIES)
        ),
        None,
    )


def _figure(context: Context, area: str) -> FigurePart:
    drawn = official_flows_chart(context, area, "figures/official_flows.svg")
    caption = context.translator(
        "official_flows.figure_caption",
        area=context.area_name(area),
        first=context.translator.month(drawn.first),
        last=context.translator.month(drawn.last),
    )
    indicators = [QUANTITIES[quantity].indicator for quantity in FLOW_QUANTITIES]
    note = " ".join([*figure_marks(context, drawn), _source(context, indicators)])
    return FigurePart(drawn, "fig-official-flows", caption, note)


def _table_note(context: Context, cells: Sequence[Cell], indicators: Sequence[str]) -> str:
    """What the marks in the cells mean, and which of StatFin's tables the figures are from."""
    meanings = {ABOUT: context.translator("official_flows.about")}
    for status in (SUPPRESSED, "not_available"):
        word = context.formatter.status(status)
        meanings[word] = context.translator(f"notes.{status}", word=word)
    return " ".join([*mark_notes(cells, meanings), _source(context, indicators)])


def _source(context: Context, indicators: Sequence[str]) -> str:
    tables = [
        recipe.table
        for indicator in dict.fromkeys(indicators)
        for recipe in context.catalogue.indicator(indicator).official
    ]
    newest = context.readings.newest_vintage(indicators) or context.processed.vintage
    return context.translator(
        "official_flows.source",
        tables=context.translator.listing(list(dict.fromkeys(tables))),
        vintage=context.translator.day(date.fromisoformat(newest)),
    )
