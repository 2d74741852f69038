"""Breaks in the series up to the month: when, what, and which indicators."""

from __future__ import annotations

from indicators.catalogue import SeriesBreak
from indicators.reporting.context import Context
from indicators.reporting.fragments import Fragment, heading, join, table
from indicators.reporting.tables import html
from indicators.reporting.tables.html import Cell, Head


def series_breaks(context: Context) -> Fragment:
    """A table of the breaks that have come by the month."""
    translator = context.translator
    title = heading(translator("breaks.title"), "sec-breaks")
    if not context.breaks:
        first = min(series_break.month for series_break in context.catalogue.breaks)
        return join(title, translator("breaks.none", from_first=translator.from_month(first)))
    rows = [
        (translator.day(series_break.date), _cells(context, series_break))
        for series_break in context.breaks
    ]
    heads = [
        Head(translator(f"breaks.{name}"), number=False) for name in ("date", "what", "indicators")
    ]
    return join(
        title,
        translator("breaks.intro"),
        table(html.table([heads], rows), "tbl-breaks", translator("breaks.caption")),
    )


def _cells(context: Context, series_break: SeriesBreak) -> list[Cell]:
    numbers = [
        indicator.number for indicator in context.catalogue.indicators
        if indicator.id in series_break.indicators
    ]  # fmt: skip
    text = f"{series_break.label[context.translator.language]}. {series_break.sentence[context.translator.language]}"
    return [Cell(text, number=False), Cell(_ranges(numbers), number=False)]


def _ranges(numbers: list[int]) -> str:
    """Numbers with runs of three and more drawn together: ``1, 2, 4–8``."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(
        f"{run[0]}–{run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs
    )
