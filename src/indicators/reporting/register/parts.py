"""Small things that several sections of the second part need."""

from __future__ import annotations

from collections.abc import Sequence
from math import nan

from indicators.calendar import shift_month
from indicators.reporting.context import Context
from indicators.reporting.readings import NOT_AVAILABLE, Reading
from indicators.reporting.register import telling
from indicators.reporting.register.readings import SUPPRESSED, Figure
from indicators.reporting.tables.html import Cell, Head, Row

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


def area_rows(context: Context, figures: Sequence[Figure]) -> list[Row]:
    """A row for each municipality and for all of them together."""
    return [
        (context.area_name(area), [telling.cell(context, figure, area) for figure in figures])
        for area in (*context.members, context.group)
    ]


def area_heads(context: Context, names: Sequence[str]) -> list[list[Head]]:
    """The head of a table by area."""
    return [[Head(context.translator("common.area"), number=False), *map(Head, names)]]


def year_cells(context: Context, figure: Figure, area: str | None = None) -> list[Cell]:
    """A figure of the month and of a year before, and the change; of the group if no area."""
    before = shift_month(context.month, -12)
    was, latest = (
        context.register.reading(figure, area or context.group, month)
        for month in (before, context.month)
    )
    return [
        telling.told(context, latest, figure.decimals),
        telling.told(context, was, figure.decimals),
        _change(context, was, latest, figure.decimals),
    ]


def _change(context: Context, was: Reading, now: Reading, decimals: int) -> Cell:
    """The change, as sure as the less sure of the two."""
    if not (was.known and now.known):
        hidden = SUPPRESSED in (was.status, now.status)
        unknown = Reading(nan, status=SUPPRESSED) if hidden else NOT_AVAILABLE
        return telling.told(context, unknown, decimals)
    unsure = now if now.status != "normal" else was
    change = Reading(now.value - was.value, status=unsure.status)
    return telling.told(context, change, decimals, signed=True)


def year_heads(context: Context, first: str) -> list[list[Head]]:
    """The head of a table of :func:`year_cells`."""
    translator = context.translator
    return [
        [
            Head(first, number=False),
            Head(translator.month(context.month)),
            Head(translator.month(shift_month(context.month, -12))),
            Head(translator("common.change")),
        ]
    ]


def period(context: Context, first: str, last: str) -> dict[str, str]:
    """The first and the last month of a figure, to be put into its caption."""
    return {"first": context.translator.month(first), "last": context.translator.month(last)}
