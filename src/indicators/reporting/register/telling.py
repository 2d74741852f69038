"""How a register's figures are told: cells, captions and notes, all marked where made up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from indicators.reporting.charts.panel import Drawn
from indicators.reporting.context import Context
from indicators.reporting.fragments import box, figure, table
from indicators.reporting.readings import Reading
from indicators.reporting.register.readings import Figure
from indicators.reporting.sections.notes import marks_of
from indicators.reporting.tables import html
from indicators.reporting.tables.html import Cell, Head, Row

NOTHING = "–"
_STATUSES = ("provisional", "incomplete", "not_available")
_HIDDEN = "suppressed"


def cell(
    context: Context, figure: Figure, area: str | None = None, month: str | None = None
) -> Cell:
    """A figure as a table has it; of the report's group and month if none are given."""
    reading = context.register.reading(figure, area or context.group, month or context.month)
    return told(context, reading, figure.decimals)


def told(context: Context, reading: Reading, decimals: int, *, signed: bool = False) -> Cell:
    """A reading as a table has it, with its status where that is not normal."""
    if not reading.known:
        empty = reading.status in ("normal", "provisional")
        return Cell(NOTHING if empty else context.formatter.status(reading.status))
    text = context.translator.number(reading.value, decimals, signed=signed)
    if reading.status == "normal":
        return Cell(text)
    return Cell(text, f"({context.formatter.status(reading.status)})")


def unknown_word(context: Context, *, hidden: bool) -> str:
    """What a picture and its words say where a value is not known."""
    return context.formatter.status(_HIDDEN if hidden else "not_available")


def lacking(context: Context, figures: Iterable[Figure], *, by: bool = False) -> str:
    """A sentence that names what is not available for lack of a source; empty if nothing is.

    Args:
        context: The month and the language.
        figures: Of the report's group.
        by: Whether they are told apart by their category, and not by their statistic.
    """
    names = [
        label(context, item.dimension, item.category) if by else statistic(context, item)
        for item in figures
        if context.register.lacks_source(item, context.group)
    ]
    return context.translator("register.lacking", names="; ".join(names)) if names else ""


def label(context: Context, dimension: str, category: str) -> str:
    """What a category is called; one that the catalogue does not know has its own name."""
    labels = context.catalogue.labels["category"]
    known = labels.get(f"{dimension}.{category}")
    # A name that a source gives may have line breaks, which would end a cell or a block.
    return known.label[context.translator.language] if known else " ".join(category.split())


def statistic(context: Context, figure: Figure) -> str:
    """What a figure's statistic is called."""
    key = f"{figure.indicator}.{figure.statistic}"
    return context.catalogue.label("statistic", key, context.translator.language)


def mark(context: Context) -> str:
    """The words that stand on everything made up; none on figures of a real register."""
    return context.translator("register.mark") if context.processed.made_up else ""


def marked(context: Context, text: str) -> str:
    """A caption or a description, with the mark before it."""
    return f"{mark(context)}: {text}" if mark(context) else text


def shown(context: Context, drawn: Drawn, label: str, caption: str) -> str:
    """A figure with its caption, and what stands in small type below it."""
    marks = marks_of(context, drawn) if drawn.first < drawn.last else []
    note = box(" ".join([*marks, *_gaps(context, drawn), _source(context)]), "status-note")
    return f"{figure(drawn.file, label, marked(context, caption), drawn.alt)}\n\n{note}"


def tabled(
    context: Context,
    heads: Sequence[Sequence[Head]],
    rows: Sequence[Row],
    label: str,
    caption: str,
) -> str:
    """A table with its caption, and what its marks mean."""
    cells = [cell for _, line in rows for cell in line]
    note = box(" ".join([*_marks(context, cells), _source(context)]), "status-note")
    return f"{table(html.table(heads, rows), label, marked(context, caption))}\n\n{note}"


def _gaps(context: Context, drawn: Drawn) -> Iterator[str]:
    if drawn.has_hidden:
        yield context.translator("register.gap", word=context.formatter.status(_HIDDEN))


def _marks(context: Context, cells: Sequence[Cell]) -> Iterator[str]:
    texts = {item.text for item in cells} | {item.note.strip("()") for item in cells}
    if NOTHING in texts:
        yield context.translator("register.nothing")
    if context.formatter.status(_HIDDEN) in texts:
        # Not only what is too small: the catalogue's words are of one figure alone.
        yield context.translator("register.hidden", word=context.formatter.status(_HIDDEN))
    for status in _STATUSES:
        word = context.formatter.status(status)
        if word in texts:
            meaning = context.catalogue.explanation("status", status, context.translator.language)
            yield context.translator("register.status", word=word, meaning=meaning)


def _source(context: Context) -> str:
    key = "register.source_made_up" if context.processed.made_up else "register.source"
    return context.translator(
        key, extract=context.translator.day(date.fromisoformat(context.register.extract_date))
    )
