"""The section on revisions of the published source, and on how much newest months usually change.

Register figures come from a single extract: of them it says only what is provisional.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from indicators.processed.reading import Revisions, UsualRevision, VintageValue
from indicators.reporting.context import Context
from indicators.reporting.markdown import (
    heading,
)
from indicators.reporting.section import Content, Part, TablePart, compose
from indicators.reporting.tables import Cell, HeaderCell
from indicators.reporting.wording import NO_BREAK

if TYPE_CHECKING:
    import pandas as pd

TRIANGLE_DECIMALS = 2
LABOUR_FORCE = "labour_force"
DECIMALS_BY_UNIT = {"percent": 2}


# The revision triangle, and how much the newest months of a vintage were changed by the next.


def triangle_table(context: Context, found: Revisions) -> Iterator[Part]:
    """A row a month, a column a vintage: the share of the report's group as each has it.

    Nothing where a single vintage has the months: there is nothing to compare it with.
    """
    translator = context.translator
    values = {(entry.month, entry.vintage): entry for entry in found.triangle}
    months = sorted({month for month, _ in values})
    vintages = [name for name in found.vintages if any((month, name) in values for month in months)]
    if len(vintages) < 2:
        return
    last = {name: max(month for month, vintage in values if vintage == name) for name in vintages}
    rows = [
        (
            translator.month(month),
            _triangle_cells(
                context, [values.get((month, name)) for name in vintages], month, last.values()
            ),
        )
        for month in months
    ]
    heads = [
        HeaderCell(translator("revisions.month"), number=False),
        *(
            HeaderCell(translator("revisions.vintage", day=_vintage_day(context, name)))
            for name in vintages
        ),
        HeaderCell(translator("common.change")),
    ]
    yield translator("revisions.triangle_intro")
    caption = translator("revisions.triangle_caption", group=context.area_name(context.group))
    marks = _triangle_marks(context, {cell.text for _, cells in rows for cell in cells})
    yield TablePart([heads], rows, "tbl-triangle", caption, marks)


def _triangle_marks(context: Context, texts: set[str]) -> str:
    """What the marks in the cells mean, those that stand there."""
    translator, word = context.translator, context.translator("revisions.not_yet")
    sentences = [translator("revisions.not_yet_means", word=word)] if word in texts else []
    if any(text.startswith("≈") for text in texts):
        sentences.append(translator("revisions.bounded"))
    return " ".join(sentences)


def _vintage_day(context: Context, vintage: str) -> str:
    return context.translator.day(date.fromisoformat(vintage))


def _triangle_cells(
    context: Context, entries: Sequence[VintageValue | None], month: str, last: Iterable[str]
) -> list[Cell]:
    """A month's value in each vintage, and the change from the first to the last known.

    Args:
        context: The month and the language.
        entries: The value of each vintage; None where it lacks the month.
        month: Which month.
        last: The last month of each vintage.
    """
    values = [entry.value for entry in entries if entry is not None and entry.value is not None]
    change = values[-1] - values[0] if len(values) > 1 else None
    cells = [
        _vintage_cell(context, entry, not_yet=end < month)
        for entry, end in zip(entries, last, strict=True)
    ]
    return [*cells, _number_cell(context, change, signed=True)]


def _vintage_cell(context: Context, entry: VintageValue | None, *, not_yet: bool) -> Cell:
    if entry is None:
        # A vintage of later months lacks the month too; that is not because it is too early.
        return (
            Cell(context.translator("revisions.not_yet"))
            if not_yet
            else _number_cell(context, None)
        )
    if entry.value is None:
        return Cell(context.formatter.status(entry.status))
    text = context.translator.number(entry.value, TRIANGLE_DECIMALS)
    if entry.status == "bounded":
        return Cell(f"≈{NO_BREAK}{text}")
    unsure = entry.status == "provisional"
    return Cell(text, f"({context.formatter.status(entry.status)})" if unsure else "")


def _number_cell(context: Context, value: float | None, *, signed: bool = False) -> Cell:
    return Cell(
        "–" if value is None else context.translator.number(value, TRIANGLE_DECIMALS, signed=signed)
    )


def usual_changes_table(context: Context, found: Revisions) -> Iterator[Part]:
    """How often and how much months were changed, by their age; nothing if none was compared."""
    translator = context.translator
    quantities = list(dict.fromkeys(change.quantity for change in found.usual))
    ages = sorted({change.age for change in found.usual})
    known = {(change.quantity, change.age): change for change in found.usual}
    if not ages:
        return
    rows = [
        (
            _age_label(context, age),
            [
                cell
                for quantity in quantities
                for cell in _change_cells(context, known.get((quantity, age)))
            ],
        )
        for age in ages
    ]
    two = [HeaderCell(translator("revisions.of")), HeaderCell(translator("revisions.mean"))]
    heads = [
        [
            HeaderCell(translator("revisions.age"), number=False),
            *(HeaderCell(translator(f"quantities.{name}"), span=len(two)) for name in quantities),
        ],
        [HeaderCell(""), *two * len(quantities)],
    ]
    yield translator("revisions.usual_intro")
    yield TablePart(heads, rows, "tbl-usual", translator("revisions.usual_caption"))


def _age_label(context: Context, months: int) -> str:
    if months == 0:
        return context.translator("revisions.newest")
    return context.translator("revisions.older", months=context.translator.number(months))


def _change_cells(context: Context, change: UsualRevision | None) -> list[Cell]:
    if change is None:
        return [Cell("–"), Cell("–")]
    translator = context.translator
    counted = f"{translator.number(change.revised)} / {translator.number(change.figures)}"
    if not change.revised:
        return [Cell(counted), Cell(translator.percent(0, 1))]
    most = translator("revisions.up_to", most=translator.percent(change.most_percent))
    return [Cell(counted), Cell(translator.percent(change.mean_percent), most)]


# The section.


def revisions(context: Context) -> Content:
    """The revised figures by reason, the triangle, the usual changes, what is provisional."""
    found = context.processed.revisions
    if found is None:
        return compose()
    translator = context.translator
    title = heading(translator("revisions.title"), "sec-revisions")
    days = [translator.day(date.fromisoformat(vintage)) for vintage in found.vintages]
    if len(days) < 2:
        paragraphs: list[Part] = [translator("revisions.one", vintage=translator.listing(days))]
    elif not context.reported_area.is_group:
        # What was revised is kept of the settings' own areas; how much is usual is of all.
        paragraphs = [
            translator("revisions.intro_area", vintages=translator.listing(days)),
            *usual_changes_table(context, found),
        ]
    else:
        paragraphs = [
            translator("revisions.intro", vintages=translator.listing(days)),
            *_revised_figures(context, found),
            *triangle_table(context, found),
            *usual_changes_table(context, found),
        ]
    return compose(title, *paragraphs, *_register_note(context), _provisional_note(context))


def _revised_figures(context: Context, found: Revisions) -> Sequence[Part]:
    translator = context.translator
    if found.revised.empty:
        return (translator("revisions.none"),)
    keys = ["why", "old_vintage", "new_vintage", "indicator", "statistic"]
    parts = [part for _, part in found.revised.groupby(keys, sort=True)]
    rows = [
        (translator(f"revisions.cause_{part['why'].iloc[0]}"), _revision_cells(context, part))
        for part in parts
    ]
    heads = [
        HeaderCell(translator("revisions.why"), number=False),
        HeaderCell(translator("revisions.vintages"), number=False),
        HeaderCell(translator("common.figure"), number=False),
        HeaderCell(translator("revisions.months"), number=False),
        HeaderCell(translator("revisions.revised")),
        HeaderCell(translator("revisions.most")),
    ]
    by_labour_force = LABOUR_FORCE in set(found.revised["why"])
    cause = translator(f"revisions.cause_{LABOUR_FORCE}")
    note = translator("revisions.labour_force", cause=cause) if by_labour_force else ""
    return (TablePart([heads], rows, "tbl-revisions", translator("revisions.caption"), note),)


def _revision_cells(context: Context, part: pd.DataFrame) -> list[Cell]:
    """The cells of revisions that have reason, vintages and figure in common."""
    translator, alike = context.translator, part.iloc[0]
    days = [translator.day(date.fromisoformat(alike[f"{side}_vintage"])) for side in ("old", "new")]
    first, last = (translator.month(month) for month in (part["month"].min(), part["month"].max()))
    return [
        Cell(" → ".join(day.replace(" ", NO_BREAK) for day in days), number=False),
        Cell(_indicator_name(context, alike["indicator"]), number=False),
        Cell(first if first == last else f"{first} – {last}", number=False),
        Cell(translator.number(len(part))),
        Cell(_largest_change(context, part)),
    ]


def _indicator_name(context: Context, indicator: str) -> str:
    every = (*context.catalogue.indicators, *context.catalogue.context)
    return next(
        definition.short[context.translator.language]
        for definition in every
        if definition.id == indicator
    )


def _largest_change(context: Context, part: pd.DataFrame) -> str:
    """The greatest change with its sign; none where a side has no number."""
    changes = part["change"].dropna()
    if changes.empty:
        return "–"
    most = float(max(changes, key=abs))
    return context.translator.number(
        most, DECIMALS_BY_UNIT.get(part["unit"].iloc[0], 0), signed=True
    )


def _register_note(context: Context) -> Sequence[str]:
    has_register = context.processed.register is not None
    return (context.translator("revisions.register"),) if has_register else ()


def _provisional_note(context: Context) -> str:
    """Which figures of the month are not final, in all tables of the report."""
    frames = (context.processed.indicators, context.processed.context, context.processed.register)
    unsure = {
        str(name)
        for frame in frames
        if frame is not None
        for name in frame.loc[
            (frame["month"] == context.month) & (frame["status"] == "provisional"), "indicator"
        ].unique()
    }
    if not unsure:
        return context.translator("revisions.provisional_none")
    order = [indicator.id for indicator in context.catalogue.indicators if indicator.id in unsure]
    names = ", ".join(_indicator_name(context, indicator) for indicator in order)
    return context.translator("revisions.provisional", indicators=names)
