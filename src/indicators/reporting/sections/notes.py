"""What stands in small type below a table or a figure: its marks, its breaks, its source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from indicators.catalogue import SeriesBreak
from indicators.reporting.charts import marks
from indicators.reporting.charts.alt import say_gaps
from indicators.reporting.charts.panel import Drawn
from indicators.reporting.context import Context
from indicators.reporting.fragments import box
from indicators.reporting.tables.html import Cell

_STATUSES = ("suppressed", "not_available")


def table_note(context: Context, cells: Sequence[Cell], indicators: Sequence[str]) -> str:
    """What the marks in a table's cells mean, only those that stand in it, and its source.

    Args:
        context: The month and the language.
        cells: All cells of the table.
        indicators: The rows of the long table it was made from.
    """
    return box(" ".join([*_marks(context, cells), _source(context, indicators)]), "status-note")


def figure_note(context: Context, drawn: Drawn, indicators: Sequence[str]) -> str:
    """What the lines, the band and the letters of a figure are, and its source."""
    sentences = [*marks_of(context, drawn), _source(context, indicators)]
    return box(" ".join(sentences), "status-note")


def marks_of(context: Context, drawn: Drawn) -> Iterator[str]:
    """What the lines, the band and the letters of a figure are."""
    if drawn.gaps:
        yield context.translator("notes.gaps", gaps=say_gaps(drawn.gaps, context.translator))
    if drawn.has_trend:
        yield context.translator("notes.trend")
    trial = context.settings.trial
    if drawn.last > f"{trial.start:%Y-%m}":
        start, end = context.translator.day(trial.start), context.translator.day(trial.end)
        over = drawn.last > f"{trial.end:%Y-%m}"
        days = {"start": start, "end": end} if over else {"start": start}
        yield context.translator("notes.trial_over" if over else "notes.trial", **days)
    if drawn.breaks:
        yield context.translator("notes.breaks", breaks=_breaks(context, drawn.breaks))


def _marks(context: Context, cells: Sequence[Cell]) -> Iterator[str]:
    texts = {cell.text for cell in cells}
    if any(text.startswith("≈") for text in texts):
        yield context.translator("notes.bounded")
    for status in _STATUSES:
        word = context.formatter.status(status)
        if word in texts:
            yield context.translator(f"notes.{status}", word=word)


def _breaks(context: Context, breaks: Sequence[SeriesBreak]) -> str:
    return ", ".join(
        f"{marks.letter(position)} = {series_break.label[context.translator.language]}"
        f" ({series_break.date.month}/{series_break.date.year})"
        for position, series_break in enumerate(breaks)
    )


def _source(context: Context, indicators: Sequence[str]) -> str:
    """The source, with the newest vintage that served any of some indicators."""
    newest = context.readings.newest_vintage(indicators) or context.processed.vintage
    return context.translator(
        "notes.source", vintage=context.translator.day(date.fromisoformat(newest))
    )
