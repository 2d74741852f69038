"""How published figures have changed from vintage to vintage: the revision triangle.

A row a month, a column a vintage: what each vintage said of each month. The newest months of a
vintage are those whose later change is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

if TYPE_CHECKING:
    from indicators.sources.statfin import Snapshots
    from indicators.sources.statfin.reader import Snapshot


def triangle(snapshots: Snapshots, column: str, areas: Sequence[str]) -> pd.DataFrame:
    """What each vintage says of each month, summed over areas.

    Args:
        snapshots: The vintages read.
        column: StatFin's column, such as ``TYOTTOMATLOPUSSA``.
        areas: StatFin's area codes.

    Returns:
        Floats indexed by month, a column a vintage (``YYYY-MM-DD``), oldest first; NaN where a
        vintage lacks the month, or hides a cell of it.
    """
    holding = [vintage for vintage in reversed(snapshots.vintages) if column in vintage.columns]
    columns: dict[str, pd.Series] = {}
    for snapshot in holding:
        rows = [snapshot.areas.index(area) for area in areas if area in snapshot.areas]
        cells = snapshot.columns[column][rows]
        total = cells.sum(axis=0) if len(rows) == len(areas) else np.full(cells.shape[1], np.nan)
        values, day = pd.Series(total, index=list(snapshot.months)), snapshot.vintage.isoformat()
        columns[day] = values.combine_first(columns[day]) if day in columns else values
    return pd.DataFrame(columns).sort_index()


def usual_change(
    snapshots: Snapshots, column: str, areas: Sequence[str], newest: int = 6
) -> pd.DataFrame:
    """How much the newest months of a vintage were changed by the next one that has them.

    Args:
        snapshots: The vintages read.
        column: StatFin's column.
        areas: Areas that are each followed by themselves.
        newest: So many months of each vintage, its last among them.

    Returns:
        Indexed by ``age`` (0 is a vintage's last month): ``figures`` (pairs that could be
        compared), ``revised`` (those that were changed), ``mean_percent`` and ``most_percent``
        (mean and greatest size of the change, % of the first figure).
    """
    holding = [vintage for vintage in reversed(snapshots.vintages) if column in vintage.columns]
    pairs = [
        _changes(first, then, column, areas, months)
        for position, first in enumerate(holding)
        for then, months in _next(first, holding[position + 1 :], newest)
    ]
    changes = pd.concat([_none(), *pairs])
    sizes = changes["percent"].abs()
    grouped = changes.assign(size=sizes, revised=sizes > 0).groupby("age")
    return pd.DataFrame(
        {
            "figures": grouped["size"].size(),
            "revised": grouped["revised"].sum().astype(int),
            "mean_percent": grouped["size"].mean(),
            "most_percent": grouped["size"].max(),
        }
    )


def _next(
    first: Snapshot, later: Sequence[Snapshot], newest: int
) -> Iterator[tuple[Snapshot, list[str]]]:
    """The newest months of a vintage by the next vintage of a later day that has them."""
    last = first.months[-1]
    left = [month for month in first.months if _between(month, last) < newest]
    for then in later:
        found = [month for month in left if month in then.months]
        if found and then.vintage > first.vintage:
            yield then, found
            left = [month for month in left if month not in found]


def _between(month: str, later: str) -> int:
    """Calendar months from one to a later one."""
    return 12 * (int(later[:4]) - int(month[:4])) + int(later[5:]) - int(month[5:])


def _changes(
    first: Snapshot, then: Snapshot, column: str, areas: Sequence[str], months: Sequence[str]
) -> pd.DataFrame:
    """Age and change of each figure of some months that both vintages show."""
    before, after = (_cells(snapshot, column, areas, months) for snapshot in (first, then))
    ages = np.array([_between(month, first.months[-1]) for month in months], int)
    shown = ~(np.isnan(before) | np.isnan(after)) & (before != 0)
    percent = 100 * (after[shown] - before[shown]) / before[shown]
    return pd.DataFrame({"age": np.broadcast_to(ages, shown.shape)[shown], "percent": percent})


def _cells(
    snapshot: Snapshot, column: str, areas: Sequence[str], months: Sequence[str]
) -> NDArray[np.float64]:
    """A column's cells, shape (areas, months); NaN for an area the vintage does not know."""
    cells = snapshot.columns[column]
    positions = [snapshot.months.index(month) for month in months]
    row_of = {area: row for row, area in enumerate(snapshot.areas)}
    none = np.full(len(months), np.nan)
    return np.array(
        [cells[row_of[area]][positions] if area in row_of else none for area in areas]
    ).reshape(len(areas), len(months))


def _none() -> pd.DataFrame:
    return pd.DataFrame({"age": np.array([], int), "percent": np.array([], float)})
