"""Breaks in the series up to the month: when, what, and which indicators."""

from __future__ import annotations

from indicators.catalogue import SeriesBreak
from indicators.reporting.context import Context
from indicators.reporting.fragments import Fragment, heading, join, table
from indicators.reporting.tables import html
from indicators.reporting.tables.html import Cell, Head


def series_breaks(context: Context) -> Fragment:
    """A table of the breaks that have come by the month."""
    voice = context.voice
    title = heading(voice("breaks.title"), "sec-breaks")
    if not context.breaks:
        first = min(one.month for one in context.catalogue.breaks)
        return join(title, voice("breaks.none", from_first=voice.from_month(first)))
    rows = [(voice.day(one.date), _cells(context, one)) for one in context.breaks]
    heads = [Head(voice(f"breaks.{name}"), number=False) for name in ("date", "what", "indicators")]
    return join(
        title,
        voice("breaks.intro"),
        table(html.table([heads], rows), "tbl-breaks", voice("breaks.caption")),
    )


def _cells(context: Context, one: SeriesBreak) -> list[Cell]:
    numbers = [
        indicator.number for indicator in context.catalogue.indicators
        if indicator.id in one.indicators
    ]  # fmt: skip
    text = f"{one.label[context.voice.language]}. {one.sentence[context.voice.language]}"
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
