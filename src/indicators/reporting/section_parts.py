"""Parts that sections are put together from: figures and tables with captions and notes.

Those of the published part come first, then those of the register's part, which are all marked
where the register is made up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from math import nan

from indicators.calendar import shift_month
from indicators.catalogue.model import SeriesBreak
from indicators.reporting.charts import axes
from indicators.reporting.charts.alt import gaps_text
from indicators.reporting.charts.series import DrawnFigure
from indicators.reporting.context import SUPPRESSED, TOTAL, Context, RegisterFigure
from indicators.reporting.readings import NOT_AVAILABLE, Reading
from indicators.reporting.section import FigurePart, TablePart
from indicators.reporting.tables import Cell, HeaderCell, Row

NO_VALUE = "–"
ABOUT = "≈"
SERVICE_LINES = ("00", "01", "02", "03", "05", "undefined")
GROUPS = (
    ("sex", ("men", "women")),
    ("age_group", ("15-24", "25-29", "30-49", "50-")),
    ("origin", ("finnish", "foreign")),
)
SERVICE_GROUPS = (
    "training",
    "coaching",
    "subsidised",
    "trial",
    "alternation",
    "rehabilitative",
    "study",
)


# Notes: what stands in small type below a table or a figure: its marks, its breaks, its source.


def mark_notes(cells: Iterable[Cell], meanings: Mapping[str, str]) -> list[str]:
    """The meanings of the marks that stand in some cells.

    Args:
        cells: The cells.
        meanings: A sentence for each text that a cell may have instead of or below a number.
    """
    shown = {text for cell in cells for text in (cell.text, cell.note.strip("()"))}
    if any(text.startswith(ABOUT) for text in shown):
        shown.add(ABOUT)
    return [sentence for mark, sentence in meanings.items() if mark in shown]


def table_note(context: Context, cells: Sequence[Cell], indicators: Sequence[str]) -> str:
    """What the marks in a table's cells mean, only those that stand in it, and its source.

    Args:
        context: The month and the language.
        cells: All cells of the table.
        indicators: The indicators in the table.
    """
    meanings = {ABOUT: context.translator("notes.bounded")}
    for status in (SUPPRESSED, "not_available"):
        word = context.formatter.status(status)
        meanings[word] = context.translator(f"notes.{status}", word=word)
    return " ".join([*mark_notes(cells, meanings), _published_source(context, indicators)])


def figure_note(context: Context, drawn: DrawnFigure, indicators: Sequence[str]) -> str:
    """What the lines, the band and the letters of a figure are, and its source."""
    return " ".join([*figure_marks(context, drawn), _published_source(context, indicators)])


def figure_marks(context: Context, drawn: DrawnFigure) -> Iterator[str]:
    """What the lines, the band and the letters of a figure are."""
    if drawn.gaps:
        yield context.translator("notes.gaps", gaps=gaps_text(drawn.gaps, context.translator))
    if drawn.has_trend:
        yield context.translator("notes.trend")
    trial = context.reported_area.trial
    if (
        trial is not None
        and drawn.last > f"{trial.start:%Y-%m}"
        and drawn.first <= f"{trial.end:%Y-%m}"
    ):
        start, end = context.translator.day(trial.start), context.translator.day(trial.end)
        over = drawn.last > f"{trial.end:%Y-%m}"
        days = {"start": start, "end": end} if over else {"start": start}
        yield context.translator("notes.trial_over" if over else "notes.trial", **days)
    if drawn.breaks:
        yield context.translator("notes.breaks", breaks=_break_list(context, drawn.breaks))


def _break_list(context: Context, breaks: Sequence[SeriesBreak]) -> str:
    return ", ".join(
        f"{axes.break_letter(position)} = {series_break.label[context.translator.language]}"
        f" ({series_break.date.month}/{series_break.date.year})"
        for position, series_break in enumerate(breaks)
    )


def _published_source(context: Context, indicators: Sequence[str]) -> str:
    """The source, with the newest vintage that served any of some indicators."""
    newest = context.readings.newest_vintage(indicators) or context.processed.vintage
    return context.translator(
        "notes.source", vintage=context.translator.day(date.fromisoformat(newest))
    )


# The published part.


def figure_with_notes(
    context: Context, drawn: DrawnFigure, label: str, caption: str, indicators: Sequence[str]
) -> FigurePart:
    """A figure with its caption and what stands in small type below it.

    Args:
        context: The month and the language.
        drawn: The figure.
        label: What it is referred to by, ``fig-…``.
        caption: Key of a text that may want the group and the first and the last month.
        indicators: The indicators in the figure.
    """
    caption_text = context.translator(
        caption,
        group=context.area_name(context.area),
        first=context.translator.month(drawn.first),
        last=context.translator.month(drawn.last),
    )
    return FigurePart(drawn, label, caption_text, figure_note(context, drawn, indicators))


def area_table(
    context: Context,
    heads: Sequence[HeaderCell],
    cells: Callable[[str], Sequence[Cell]],
    *,
    label: str,
    caption: str,
    indicators: Sequence[str],
    note_of: Callable[[Context, Sequence[Cell], Sequence[str]], str] = table_note,
) -> TablePart:
    """A table with a row for each municipality, the group, the comparisons and the country.

    Args:
        context: The month and the language.
        heads: Of the columns behind the area.
        cells: An area's cells.
        label: What it is referred to by, ``tbl-…``.
        caption: In words.
        indicators: The indicators in the table.
        note_of: What stands in small type below it, of its cells and indicators.
    """
    rows: list[Row] = [(context.area_name(area), cells(area)) for area in context.table_areas]
    area_head = HeaderCell(context.translator("common.area"), number=False)
    note = note_of(context, cells_in_rows(rows), indicators)
    return TablePart([[area_head, *heads]], rows, label, caption, note)


def change_heads(context: Context, quantities: Sequence[str]) -> list[HeaderCell]:
    """Heads of some quantities, each with its change in a year behind it."""
    translator = context.translator
    return [
        head
        for quantity in quantities
        for head in (
            HeaderCell(translator(f"quantities.{quantity}")),
            HeaderCell(translator("common.year_change")),
        )
    ]


def cells_in_rows(rows: Sequence[Row]) -> list[Cell]:
    """All cells of some rows."""
    return [cell for _, cells in rows for cell in cells]


# The register's part.


def figure_cell(
    context: Context, figure: RegisterFigure, area: str | None = None, month: str | None = None
) -> Cell:
    """A figure as a table has it; of the report's group and month if none are given."""
    reading = context.register.reading(figure, area or context.area, month or context.month)
    return reading_cell(context, reading, figure.decimals)


def reading_cell(
    context: Context, reading: Reading, decimals: int, *, signed: bool = False
) -> Cell:
    """A reading as a table has it, with its status where that is not normal."""
    if not reading.known:
        empty = reading.status in ("normal", "provisional")
        return Cell(NO_VALUE if empty else context.formatter.status(reading.status))
    text = context.translator.number(reading.value, decimals, signed=signed)
    if reading.status == "normal":
        return Cell(text)
    return Cell(text, f"({context.formatter.status(reading.status)})")


def missing_value_label(context: Context, *, hidden: bool) -> str:
    """The label of a value that is not known, in a picture and its alternative text."""
    return context.formatter.status(SUPPRESSED if hidden else "not_available")


def unavailable_note(
    context: Context, figures: Iterable[RegisterFigure], *, by: bool = False
) -> str:
    """Sentences that name what is in no month, and why; empty if nothing is.

    Args:
        context: The month and the language.
        figures: Of the report's group.
        by: Whether they differ in their category, and not in their statistic.
    """
    missing = [item for item in figures if context.register.lacks_source(item, context.area)]
    keys = ("register.left_out", "register.lacking", "register.of_group_only")
    names: dict[str, list[str]] = {key: [] for key in keys}
    for item in missing:
        label = (
            category_label(context, item.dimension, item.category)
            if by
            else statistic_label(context, item)
        )
        names[_why_unavailable(context, item)].append(label)
    group = context.area_name(context.group)
    return " ".join(
        context.translator(key, names="; ".join(labels), group=group)
        for key, labels in names.items()
        if labels
    )


def _why_unavailable(context: Context, figure: RegisterFigure) -> str:
    """Key of the sentence that says why no month has a figure of the area."""
    if context.register.is_left_out(figure, context.area):
        return "register.left_out"
    others = context.area != context.group and figure.dimension != TOTAL
    return "register.of_group_only" if others else "register.lacking"


def category_label(context: Context, dimension: str, category: str) -> str:
    """The label of a category; its own name where the catalogue does not know it."""
    labels = context.catalogue.labels["category"]
    known = labels.get(f"{dimension}.{category}")
    # A name that a source gives may have line breaks, which would end a cell or a block.
    return known.label[context.translator.language] if known else " ".join(category.split())


def statistic_label(context: Context, figure: RegisterFigure) -> str:
    """The label of a figure's statistic."""
    key = f"{figure.indicator}.{figure.statistic}"
    return context.catalogue.label("statistic", key, context.translator.language)


def made_up_mark(context: Context) -> str:
    """The words that stand on everything made up; none on figures of a real register."""
    return context.translator("register.mark") if context.processed.made_up else ""


def with_made_up_mark(context: Context, text: str) -> str:
    """A caption or a description, with the mark before it."""
    return f"{made_up_mark(context)}: {text}" if made_up_mark(context) else text


def figure_with_caption(
    context: Context, drawn: DrawnFigure, label: str, caption: str
) -> FigurePart:
    """A figure with its caption, and what stands in small type below it."""
    marks = figure_marks(context, drawn) if drawn.first < drawn.last else []
    note = " ".join([*marks, *_gap_note(context, drawn), _register_source(context)])
    return FigurePart(
        drawn, label, with_made_up_mark(context, caption), note, made_up_mark(context)
    )


def table_with_caption(
    context: Context,
    heads: Sequence[Sequence[HeaderCell]],
    rows: Sequence[Row],
    label: str,
    caption: str,
) -> TablePart:
    """A table with its caption, and what its marks mean."""
    cells = [cell for _, line in rows for cell in line]
    note = " ".join([*mark_notes(cells, _register_meanings(context)), _register_source(context)])
    return TablePart(
        heads, rows, label, with_made_up_mark(context, caption), note, made_up_mark(context)
    )


def _gap_note(context: Context, drawn: DrawnFigure) -> Iterator[str]:
    if drawn.has_hidden:
        yield context.translator("register.gap", word=context.formatter.status(SUPPRESSED))


def _register_meanings(context: Context) -> dict[str, str]:
    """What each mark of the register's tables means."""
    translator, hidden = context.translator, context.formatter.status(SUPPRESSED)
    meanings = {
        NO_VALUE: translator("register.nothing"),
        # Not only what is too small: the catalogue's explanation is of a single figure.
        hidden: translator("register.hidden", word=hidden),
    }
    for status in ("provisional", "incomplete", "not_available"):
        word = context.formatter.status(status)
        meaning = context.catalogue.explanation("status", status, translator.language)
        meanings[word] = translator("register.status", word=word, meaning=meaning)
    return meanings


def _register_source(context: Context) -> str:
    key = "register.source_made_up" if context.processed.made_up else "register.source"
    return context.translator(
        key, extract=context.translator.day(date.fromisoformat(context.register.extract_date))
    )


def area_rows(context: Context, figures: Sequence[RegisterFigure]) -> list[Row]:
    """A row for each municipality and for all of them together."""
    return [
        (context.area_name(area), [figure_cell(context, figure, area) for figure in figures])
        for area in context.register_areas
    ]


def area_heads(context: Context, names: Sequence[str]) -> list[list[HeaderCell]]:
    """The head of a table by area."""
    return [[HeaderCell(context.translator("common.area"), number=False), *map(HeaderCell, names)]]


def year_cells(context: Context, figure: RegisterFigure, area: str | None = None) -> list[Cell]:
    """A figure of the month and of a year before, and the change; of the group if no area."""
    before = shift_month(context.month, -12)
    was, latest = (
        context.register.reading(figure, area or context.area, month)
        for month in (before, context.month)
    )
    return [
        reading_cell(context, latest, figure.decimals),
        reading_cell(context, was, figure.decimals),
        _change_cell(context, was, latest, figure.decimals),
    ]


def _change_cell(context: Context, was: Reading, now: Reading, decimals: int) -> Cell:
    """The change, as sure as the less sure of the two."""
    if not (was.known and now.known):
        hidden = SUPPRESSED in (was.status, now.status)
        unknown = Reading(nan, status=SUPPRESSED) if hidden else NOT_AVAILABLE
        return reading_cell(context, unknown, decimals)
    unsure = now if now.status != "normal" else was
    change = Reading(now.value - was.value, status=unsure.status)
    return reading_cell(context, change, decimals, signed=True)


def year_heads(context: Context, first: str) -> list[list[HeaderCell]]:
    """The head of a table of :func:`year_cells`."""
    translator = context.translator
    return [
        [
            HeaderCell(first, number=False),
            HeaderCell(translator.month(context.month)),
            HeaderCell(translator.month(shift_month(context.month, -12))),
            HeaderCell(translator("common.change")),
        ]
    ]


def period_texts(context: Context, first: str, last: str) -> dict[str, str]:
    """The first and the last month of a figure, to be put into its caption."""
    return {"first": context.translator.month(first), "last": context.translator.month(last)}
