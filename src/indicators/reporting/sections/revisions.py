"""What later vintages of the published source changed, and how much newest months usually change.

Register figures come from one extract: of them only is told what is provisional.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from indicators.processed import Revisions
from indicators.reporting.context import Context
from indicators.reporting.fragments import Fragment, box, heading, join, table
from indicators.reporting.sections.revised_months import triangle, usual
from indicators.reporting.tables import html
from indicators.reporting.tables.html import Cell, Head
from indicators.reporting.voice import NO_BREAK

if TYPE_CHECKING:
    import pandas as pd

LABOUR_FORCE = "labour_force"
DECIMALS = {"percent": 2}


def revisions(context: Context) -> Fragment:
    """The revised figures by reason, the triangle, the usual changes, what is provisional."""
    found = context.processed.revisions
    if found is None:
        return join()
    translator = context.translator
    title = heading(translator("revisions.title"), "sec-revisions")
    days = [translator.day(date.fromisoformat(vintage)) for vintage in found.vintages]
    if len(days) < 2:
        paragraphs = [translator("revisions.one", vintage=translator.listing(days))]
    else:
        paragraphs = [
            translator("revisions.intro", vintages=translator.listing(days)),
            *_revised(context, found),
            *triangle(context, found),
            *usual(context, found),
        ]
    return join(title, *paragraphs, *_of_register(context), _provisional(context))


def _revised(context: Context, found: Revisions) -> Sequence[str]:
    translator = context.translator
    if found.revised.empty:
        return (translator("revisions.none"),)
    keys = ["why", "old_vintage", "new_vintage", "indicator", "statistic"]
    parts = [part for _, part in found.revised.groupby(keys, sort=True)]
    rows = [
        (translator(f"revisions.cause_{part['why'].iloc[0]}"), _cells(context, part))
        for part in parts
    ]
    heads = [
        Head(translator("revisions.why"), number=False),
        Head(translator("revisions.vintages"), number=False),
        Head(translator("common.figure"), number=False),
        Head(translator("revisions.months"), number=False),
        Head(translator("revisions.revised")),
        Head(translator("revisions.most")),
    ]
    block = table(html.table([heads], rows), "tbl-revisions", translator("revisions.caption"))
    if LABOUR_FORCE not in set(found.revised["why"]):
        return (block,)
    cause = translator(f"revisions.cause_{LABOUR_FORCE}")
    return block, box(translator("revisions.labour_force", cause=cause), "status-note")


def _cells(context: Context, part: pd.DataFrame) -> list[Cell]:
    """Of revisions that have reason, vintages and figure in common."""
    translator, alike = context.translator, part.iloc[0]
    days = [translator.day(date.fromisoformat(alike[f"{item}_vintage"])) for item in ("old", "new")]
    first, last = (translator.month(item) for item in (part["month"].min(), part["month"].max()))
    return [
        Cell(" → ".join(item.replace(" ", NO_BREAK) for item in days), number=False),
        Cell(_name(context, alike["indicator"]), number=False),
        Cell(first if first == last else f"{first} – {last}", number=False),
        Cell(translator.number(len(part))),
        Cell(_most(context, part)),
    ]


def _name(context: Context, indicator: str) -> str:
    every = (*context.catalogue.indicators, *context.catalogue.context)
    return next(
        definition.short[context.translator.language]
        for definition in every
        if definition.id == indicator
    )


def _most(context: Context, part: pd.DataFrame) -> str:
    """The greatest change with its sign; none where a side has no number."""
    changes = part["change"].dropna()
    if changes.empty:
        return "–"
    most = float(max(changes, key=abs))
    return context.translator.number(most, DECIMALS.get(part["unit"].iloc[0], 0), signed=True)


def _of_register(context: Context) -> Sequence[str]:
    has_register = context.processed.register is not None
    return (context.translator("revisions.register"),) if has_register else ()


def _provisional(context: Context) -> str:
    """Which figures of the month are not final, in all tables of the report."""
    tables = (context.processed.indicators, context.processed.context, context.processed.register)
    unsure = {
        str(name)
        for frame in tables
        if frame is not None
        for name in frame.loc[
            (frame["month"] == context.month) & (frame["status"] == "provisional"), "indicator"
        ].unique()
    }
    if not unsure:
        return context.translator("revisions.provisional_none")
    order = [indicator.id for indicator in context.catalogue.indicators if indicator.id in unsure]
    names = ", ".join(_name(context, indicator) for indicator in order)
    return context.translator("revisions.provisional", indicators=names)
