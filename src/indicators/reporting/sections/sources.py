"""Sources, vintages and licence."""

from __future__ import annotations

from datetime import date

from indicators import __version__
from indicators.processed import Source
from indicators.reporting.context import Context
from indicators.reporting.fragments import Fragment, heading, join, table
from indicators.reporting.tables import html
from indicators.reporting.tables.html import Cell, Head

# Enough of a checksum to tell files apart; the whole stands in the provenance file.
CHECKSUM_DIGITS = 12


def sources(context: Context) -> Fragment:
    """The vintages that served, how to cite them, and how the report is made again."""
    voice = context.voice
    rows = [(_day(context, one), _cells(context, one)) for one in context.processed.sources]
    heads = [
        Head(voice(f"sources.{name}"), number=False)
        for name in ("vintage", "months", "file", "checksum")
    ]
    command = f"indicators report --month {context.month} --lang {voice.language}"
    return join(
        heading(voice("sources.title"), "sec-sources"),
        voice("sources.intro"),
        table(html.table([heads], rows), "tbl-sources", voice("sources.caption")),
        voice("sources.licence"),
        voice("sources.made_with", version=__version__, command=command),
    )


def _day(context: Context, one: Source) -> str:
    return context.voice.day(date.fromisoformat(one.vintage))


def _cells(context: Context, one: Source) -> list[Cell]:
    months = f"{context.voice.month(one.first_month)}–{context.voice.month(one.last_month)}"
    checksum = one.sha256[:CHECKSUM_DIGITS] or "–"
    return [Cell(text, number=False) for text in (months, one.file, checksum)]
