"""Small things that several sections need."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from indicators.reporting.charts.panel import Drawn
from indicators.reporting.context import Context
from indicators.reporting.tables.html import Cell, Row


def period(context: Context, drawn: Drawn) -> dict[str, str]:
    """The first and the last month of a figure, to be put into its caption."""
    return {"first": context.voice.month(drawn.first), "last": context.voice.month(drawn.last)}


def area_rows(context: Context, cells: Callable[[str], Sequence[Cell]]) -> list[Row]:
    """A row for each area of a table by area: municipalities, group, comparisons, country."""
    return [(context.area_name(area), cells(area)) for area in context.table_areas]


def cells_of(rows: Sequence[Row]) -> list[Cell]:
    """All cells of some rows."""
    return [cell for _, cells in rows for cell in cells]
