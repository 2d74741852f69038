"""The revision triangle, and how much the newest months of a vintage were changed by the next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from indicators.processed import Revisions
from indicators.processed.revised import Said, Usual
from indicators.reporting.context import Context
from indicators.reporting.fragments import box, table
from indicators.reporting.tables import html
from indicators.reporting.tables.html import Cell, Head
from indicators.reporting.voice import NO_BREAK

DECIMALS = 2


def triangle(context: Context, found: Revisions) -> Iterator[str]:
    """A row a month, a column a vintage: the share of the report's group as each has it.

    Nothing where one vintage alone tells of the months: there is nothing to hold it against.
    """
    translator = context.translator
    values = {(item.month, item.vintage): item for item in found.triangle}
    months = sorted({month for month, _ in values})
    vintages = [item for item in found.vintages if any((month, item) in values for month in months)]
    if len(vintages) < 2:
        return
    last = {item: max(month for month, vintage in values if vintage == item) for item in vintages}
    rows = [
        (
            translator.month(month),
            _cells(context, [values.get((month, item)) for item in vintages], month, last.values()),
        )
        for month in months
    ]
    heads = [
        Head(translator("revisions.month"), number=False),
        *(Head(translator("revisions.vintage", day=_day(context, item))) for item in vintages),
        Head(translator("common.change")),
    ]
    yield translator("revisions.triangle_intro")
    caption = translator("revisions.triangle_caption", group=context.area_name(context.group))
    yield table(html.table([heads], rows), "tbl-triangle", caption)
    yield _marks(context, {cell.text for _, cells in rows for cell in cells})


def _marks(context: Context, texts: set[str]) -> str:
    """What the marks in the cells mean, those that stand there."""
    translator, word = context.translator, context.translator("revisions.not_yet")
    sentences = [translator("revisions.not_yet_means", word=word)] if word in texts else []
    if any(text.startswith("≈") for text in texts):
        sentences.append(translator("revisions.bounded"))
    return box(" ".join(sentences), "status-note") if sentences else ""


def _day(context: Context, vintage: str) -> str:
    return context.translator.day(date.fromisoformat(vintage))


def _cells(
    context: Context, entries: Sequence[Said | None], month: str, last: Iterable[str]
) -> list[Cell]:
    """What each vintage says of a month, and the change from the first to the last that do.

    Args:
        context: The report.
        entries: By each vintage.
        month: Which month.
        last: The last month that each vintage tells of.
    """
    values = [entry.value for entry in entries if entry is not None and entry.value is not None]
    change = values[-1] - values[0] if len(values) > 1 else None
    cells = [
        _cell(context, entry, not_yet=end < month) for entry, end in zip(entries, last, strict=True)
    ]
    return [*cells, _number(context, change, signed=True)]


def _cell(context: Context, entry: Said | None, *, not_yet: bool) -> Cell:
    if entry is None:
        # A vintage of later months has the month neither; that is not too early.
        return Cell(context.translator("revisions.not_yet")) if not_yet else _number(context, None)
    if entry.value is None:
        return Cell(context.formatter.status(entry.status))
    text = context.translator.number(entry.value, DECIMALS)
    if entry.status == "bounded":
        return Cell(f"≈{NO_BREAK}{text}")
    unsure = entry.status == "provisional"
    return Cell(text, f"({context.formatter.status(entry.status)})" if unsure else "")


def _number(context: Context, value: float | None, *, signed: bool = False) -> Cell:
    return Cell("–" if value is None else context.translator.number(value, DECIMALS, signed=signed))


def usual(context: Context, found: Revisions) -> Iterator[str]:
    """How often and how much months were changed, by their age; nothing if none was compared."""
    translator = context.translator
    quantities = list(dict.fromkeys(item.quantity for item in found.usual))
    ages = sorted({item.age for item in found.usual})
    known = {(item.quantity, item.age): item for item in found.usual}
    if not ages:
        return
    rows = [
        (
            _age(context, age),
            [
                cell
                for quantity in quantities
                for cell in _sizes(context, known.get((quantity, age)))
            ],
        )
        for age in ages
    ]
    two = [Head(translator("revisions.of")), Head(translator("revisions.mean"))]
    heads = [
        [
            Head(translator("revisions.age"), number=False),
            *(Head(translator(f"quantities.{item}"), span=len(two)) for item in quantities),
        ],
        [Head(""), *two * len(quantities)],
    ]
    yield translator("revisions.usual_intro")
    yield table(html.table(heads, rows), "tbl-usual", translator("revisions.usual_caption"))


def _age(context: Context, months: int) -> str:
    if months == 0:
        return context.translator("revisions.newest")
    return context.translator("revisions.older", months=context.translator.number(months))


def _sizes(context: Context, change: Usual | None) -> list[Cell]:
    if change is None:
        return [Cell("–"), Cell("–")]
    translator = context.translator
    counted = f"{translator.number(change.revised)} / {translator.number(change.figures)}"
    if not change.revised:
        return [Cell(counted), Cell(translator.percent(0, 1))]
    most = translator("revisions.up_to", most=translator.percent(change.most_percent))
    return [Cell(counted), Cell(translator.percent(change.mean_percent), most)]
