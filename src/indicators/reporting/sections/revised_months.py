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
    voice = context.voice
    said = {(one.month, one.vintage): one for one in found.triangle}
    months = sorted({month for month, _ in said})
    vintages = [one for one in found.vintages if any((month, one) in said for month in months)]
    if len(vintages) < 2:
        return
    last = {one: max(month for month, vintage in said if vintage == one) for one in vintages}
    rows = [
        (
            voice.month(month),
            _cells(context, [said.get((month, one)) for one in vintages], month, last.values()),
        )
        for month in months
    ]
    heads = [
        Head(voice("revisions.month"), number=False),
        *(Head(voice("revisions.vintage", day=_day(context, one))) for one in vintages),
        Head(voice("common.change")),
    ]
    yield voice("revisions.triangle_intro")
    caption = voice("revisions.triangle_caption", group=context.area_name(context.group))
    yield table(html.table([heads], rows), "tbl-triangle", caption)
    yield _marks(context, {cell.text for _, cells in rows for cell in cells})


def _marks(context: Context, texts: set[str]) -> str:
    """What the marks in the cells mean, those that stand there."""
    voice, word = context.voice, context.voice("revisions.not_yet")
    told = [voice("revisions.not_yet_means", word=word)] if word in texts else []
    if any(text.startswith("≈") for text in texts):
        told.append(voice("revisions.bounded"))
    return box(" ".join(told), "status-note") if told else ""


def _day(context: Context, vintage: str) -> str:
    return context.voice.day(date.fromisoformat(vintage))


def _cells(
    context: Context, said: Sequence[Said | None], month: str, last: Iterable[str]
) -> list[Cell]:
    """What each vintage says of a month, and the change from the first to the last that do.

    Args:
        context: The report.
        said: By each vintage.
        month: Which month.
        last: The last month that each vintage tells of.
    """
    values = [one.value for one in said if one is not None and one.value is not None]
    change = values[-1] - values[0] if len(values) > 1 else None
    cells = [_cell(context, one, not_yet=end < month) for one, end in zip(said, last, strict=True)]
    return [*cells, _number(context, change, signed=True)]


def _cell(context: Context, said: Said | None, *, not_yet: bool) -> Cell:
    if said is None:
        # A vintage of later months has the month neither; that is not too early.
        return Cell(context.voice("revisions.not_yet")) if not_yet else _number(context, None)
    if said.value is None:
        return Cell(context.teller.status(said.status))
    text = context.voice.number(said.value, DECIMALS)
    if said.status == "bounded":
        return Cell(f"≈{NO_BREAK}{text}")
    unsure = said.status == "provisional"
    return Cell(text, f"({context.teller.status(said.status)})" if unsure else "")


def _number(context: Context, value: float | None, *, signed: bool = False) -> Cell:
    return Cell("–" if value is None else context.voice.number(value, DECIMALS, signed=signed))


def usual(context: Context, found: Revisions) -> Iterator[str]:
    """How often and how much months were changed, by their age; nothing if none was compared."""
    voice = context.voice
    quantities = list(dict.fromkeys(one.quantity for one in found.usual))
    ages = sorted({one.age for one in found.usual})
    known = {(one.quantity, one.age): one for one in found.usual}
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
    two = [Head(voice("revisions.of")), Head(voice("revisions.mean"))]
    heads = [
        [
            Head(voice("revisions.age"), number=False),
            *(Head(voice(f"quantities.{one}"), span=len(two)) for one in quantities),
        ],
        [Head(""), *two * len(quantities)],
    ]
    yield voice("revisions.usual_intro")
    yield table(html.table(heads, rows), "tbl-usual", voice("revisions.usual_caption"))


def _age(context: Context, months: int) -> str:
    if months == 0:
        return context.voice("revisions.newest")
    return context.voice("revisions.older", months=context.voice.number(months))


def _sizes(context: Context, one: Usual | None) -> list[Cell]:
    if one is None:
        return [Cell("–"), Cell("–")]
    voice = context.voice
    counted = f"{voice.number(one.revised)} / {voice.number(one.figures)}"
    if not one.revised:
        return [Cell(counted), Cell(voice.percent(0, 1))]
    most = voice("revisions.up_to", most=voice.percent(one.most_percent))
    return [Cell(counted), Cell(voice.percent(one.mean_percent), most)]
