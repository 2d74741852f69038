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
    translator = context.translator
    rows = [
        (_day(context, source), _cells(context, source)) for source in context.processed.sources
    ]
    heads = [
        Head(translator(f"sources.{name}"), number=False)
        for name in ("vintage", "months", "file", "checksum")
    ]
    command = f"indicators report --month {context.month} --lang {translator.language}"
    return join(
        heading(translator("sources.title"), "sec-sources"),
        translator("sources.intro"),
        table(html.table([heads], rows), "tbl-sources", translator("sources.caption")),
        translator("sources.licence"),
        translator("sources.made_with", version=__version__, command=command),
    )


def _day(context: Context, source: Source) -> str:
    return context.translator.day(date.fromisoformat(source.vintage))


def _cells(context: Context, source: Source) -> list[Cell]:
    months = f"{context.translator.month(source.first_month)}–{context.translator.month(source.last_month)}"
    checksum = source.sha256[:CHECKSUM_DIGITS] or "–"
    return [Cell(text, number=False) for text in (months, source.file, checksum)]
