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
    voice = context.voice
    title = heading(voice("revisions.title"), "sec-revisions")
    days = [voice.day(date.fromisoformat(one)) for one in found.vintages]
    if len(days) < 2:
        told = [voice("revisions.one", vintage=voice.listing(days))]
    else:
        told = [
            voice("revisions.intro", vintages=voice.listing(days)),
            *_revised(context, found),
            *triangle(context, found),
            *usual(context, found),
        ]
    return join(title, *told, *_of_register(context), _provisional(context))


def _revised(context: Context, found: Revisions) -> Sequence[str]:
    voice = context.voice
    if found.revised.empty:
        return (voice("revisions.none"),)
    keys = ["why", "old_vintage", "new_vintage", "indicator", "statistic"]
    parts = [part for _, part in found.revised.groupby(keys, sort=True)]
    rows = [
        (voice(f"revisions.cause_{part['why'].iloc[0]}"), _cells(context, part)) for part in parts
    ]
    heads = [
        Head(voice("revisions.why"), number=False),
        Head(voice("revisions.vintages"), number=False),
        Head(voice("common.figure"), number=False),
        Head(voice("revisions.months"), number=False),
        Head(voice("revisions.revised")),
        Head(voice("revisions.most")),
    ]
    made = table(html.table([heads], rows), "tbl-revisions", voice("revisions.caption"))
    if LABOUR_FORCE not in set(found.revised["why"]):
        return (made,)
    cause = voice(f"revisions.cause_{LABOUR_FORCE}")
    return made, box(voice("revisions.labour_force", cause=cause), "status-note")


def _cells(context: Context, part: pd.DataFrame) -> list[Cell]:
    """Of revisions that have reason, vintages and figure in common."""
    voice, alike = context.voice, part.iloc[0]
    days = [voice.day(date.fromisoformat(alike[f"{one}_vintage"])) for one in ("old", "new")]
    first, last = (voice.month(one) for one in (part["month"].min(), part["month"].max()))
    return [
        Cell(" → ".join(one.replace(" ", NO_BREAK) for one in days), number=False),
        Cell(_name(context, alike["indicator"]), number=False),
        Cell(first if first == last else f"{first} – {last}", number=False),
        Cell(voice.number(len(part))),
        Cell(_most(context, part)),
    ]


def _name(context: Context, indicator: str) -> str:
    every = (*context.catalogue.indicators, *context.catalogue.context)
    return next(one.short[context.voice.language] for one in every if one.id == indicator)


def _most(context: Context, part: pd.DataFrame) -> str:
    """The greatest change with its sign; none where a side has no number."""
    changes = part["change"].dropna()
    if changes.empty:
        return "–"
    most = float(max(changes, key=abs))
    return context.voice.number(most, DECIMALS.get(part["unit"].iloc[0], 0), signed=True)


def _of_register(context: Context) -> Sequence[str]:
    there = context.processed.register is not None
    return (context.voice("revisions.register"),) if there else ()


def _provisional(context: Context) -> str:
    """Which figures of the month are not final, in all tables of the report."""
    held = (context.processed.indicators, context.processed.context, context.processed.register)
    unsure = {
        str(name)
        for frame in held
        if frame is not None
        for name in frame.loc[
            (frame["month"] == context.month) & (frame["status"] == "provisional"), "indicator"
        ].unique()
    }
    if not unsure:
        return context.voice("revisions.provisional_none")
    order = [one.id for one in context.catalogue.indicators if one.id in unsure]
    names = ", ".join(_name(context, one) for one in order)
    return context.voice("revisions.provisional", indicators=names)
