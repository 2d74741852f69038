"""How one published figure came about: which cells of which vintage it is made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from indicators.catalogue import StatfinRecipe
from indicators.sources.statfin import Snapshots


@dataclass(frozen=True, slots=True)
class Part:
    """One column's share in a sum over the areas.

    Attributes:
        column: StatFin's column code.
        shown: Sum of the cells that are shown.
        hidden: Number of cells that the source hides.
    """

    column: str
    shown: float
    hidden: int


@dataclass(frozen=True, slots=True)
class Account:
    """What a figure is made from.

    Attributes:
        vintage: The day of the vintage that serves it.
        numerator: Its columns; for a share of a whole these are in the denominator too.
        denominator: Its columns; none for a count.
    """

    vintage: date
    numerator: tuple[Part, ...]
    denominator: tuple[Part, ...]


def account(
    snapshots: Snapshots, areas: Sequence[str], recipe: StatfinRecipe, month: str
) -> Account | None:
    """Account for the figure of an area, or of several added up.

    Args:
        snapshots: The vintages read.
        areas: Published area codes.
        recipe: Which columns make the figure.
        month: ``YYYY-MM``.

    Returns:
        None if no vintage holds all the columns for all the areas.
    """
    if not set(areas) <= set(snapshots.areas):
        return None
    rows = [snapshots.areas.index(area) for area in areas]
    columns = [*recipe.numerator, *recipe.denominator]
    held = snapshots.holding(columns, [month])[:, rows, 0].all(axis=1)
    if not held.any():
        return None
    vintage = int(held.argmax())

    def part(column: str) -> Part:
        total = snapshots.total(vintage, [column], [month])
        return Part(column, float(total.shown[rows].sum()), int(total.hidden[rows].sum()))

    return Account(
        snapshots.vintages[vintage].vintage,
        tuple(map(part, recipe.numerator)),
        tuple(map(part, recipe.denominator)),
    )
