"""How sections put figures and tables together: caption above or below, small type last."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from indicators.reporting import fragments
from indicators.reporting.charts.panel import Drawn
from indicators.reporting.context import Context
from indicators.reporting.sections.notes import figure_note, table_note
from indicators.reporting.tables import html
from indicators.reporting.tables.html import Cell, Head, Row


def drawing(
    context: Context, drawn: Drawn, label: str, caption: str, indicators: Sequence[str]
) -> str:
    """A figure with its caption and what stands in small type below it.

    Args:
        context: The month and the language.
        drawn: The figure.
        label: What it is referred to by, ``fig-…``.
        caption: Key of a text that may want the group and the first and the last month.
        indicators: The rows of the long table it was made from.
    """
    caption_text = context.translator(
        caption,
        group=context.area_name(context.group),
        first=context.translator.month(drawn.first),
        last=context.translator.month(drawn.last),
    )
    picture = fragments.figure(drawn.file, label, caption_text, drawn.alt)
    return f"{picture}\n\n{figure_note(context, drawn, indicators)}"


def area_table(
    context: Context,
    heads: Sequence[Head],
    cells: Callable[[str], Sequence[Cell]],
    *,
    label: str,
    caption: str,
    indicators: Sequence[str],
) -> str:
    """A table with a row for each municipality, the group, the comparisons and the country.

    Args:
        context: The month and the language.
        heads: Of the columns behind the area.
        cells: An area's cells.
        label: What it is referred to by, ``tbl-…``.
        caption: In words.
        indicators: The rows of the long table it was made from.
    """
    rows: list[Row] = [(context.area_name(area), cells(area)) for area in context.table_areas]
    area_head = Head(context.translator("common.area"), number=False)
    block = fragments.table(html.table([[area_head, *heads]], rows), label, caption)
    return f"{block}\n\n{table_note(context, cells_of(rows), indicators)}"


def change_heads(context: Context, quantities: Sequence[str]) -> list[Head]:
    """Heads of some quantities, each with its change in a year behind it."""
    translator = context.translator
    return [
        head
        for quantity in quantities
        for head in (
            Head(translator(f"quantities.{quantity}")),
            Head(translator("common.year_change")),
        )
    ]


def cells_of(rows: Sequence[Row]) -> list[Cell]:
    """All cells of some rows."""
    return [cell for _, cells in rows for cell in cells]
