"""How published figures have changed from vintage to vintage: the revision triangle.

A row a month, a column a vintage: the value of each month according to each vintage. Of the newest
months of a vintage it is measured how much the next vintage changed them.

Every vintage of StatFin's table is turned into the long table by itself, as if no later one
existed, and compared with the newest before it that has the same months: so a revision is one of
an indicator that people read, with its cause. Downloads of a few months or areas are vintages like
others, so the earlier vintage need not have all that the later has.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from math import isnan
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators import table
from indicators.areas.mergers import codes_of_all_months
from indicators.catalogue.loading import load_catalogue
from indicators.processed.reading import Revisions, UsualRevision, VintageValue
from indicators.revisions.comparing import COLUMNS, compare
from indicators.sources.statfin.snapshots import Snapshots

if TYPE_CHECKING:
    from indicators.sources.statfin.reader import Snapshot

SHARE = "unemployment_share"
# StatFin's columns that the share is computed from.
QUANTITIES = {"unemployed": "TYOTTOMATLOPUSSA", "labour_force": "TYOVOIMATK"}
MUNICIPALITY = "KU"
SUPPRESSED = "suppressed"


def triangle(snapshots: Snapshots, column: str, areas: Sequence[str]) -> pd.DataFrame:
    """The value of each month according to each vintage, summed over areas.

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
    """How much the newest months of a vintage were changed by the next vintage that has them.

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
        for then, months in _next_vintages(first, holding[position + 1 :], newest)
    ]
    changes = pd.concat([_no_changes(), *pairs])
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


def _next_vintages(
    first: Snapshot, later: Sequence[Snapshot], newest: int
) -> Iterator[tuple[Snapshot, list[str]]]:
    """The newest months of a vintage by the next vintage of a later day that has them."""
    last = first.months[-1]
    left = [month for month in first.months if _months_between(month, last) < newest]
    for then in later:
        found = [month for month in left if month in then.months]
        if found and then.vintage > first.vintage:
            yield then, found
            left = [month for month in left if month not in found]


def _months_between(month: str, later: str) -> int:
    """Calendar months from a month to a later month."""
    return 12 * (int(later[:4]) - int(month[:4])) + int(later[5:]) - int(month[5:])


def _changes(
    first: Snapshot, then: Snapshot, column: str, areas: Sequence[str], months: Sequence[str]
) -> pd.DataFrame:
    """Age and change of each figure of some months that both vintages show."""
    before, after = (_column_values(snapshot, column, areas, months) for snapshot in (first, then))
    ages = np.array([_months_between(month, first.months[-1]) for month in months], int)
    shown = ~(np.isnan(before) | np.isnan(after)) & (before != 0)
    percent = 100 * (after[shown] - before[shown]) / before[shown]
    return pd.DataFrame({"age": np.broadcast_to(ages, shown.shape)[shown], "percent": percent})


def _column_values(
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


def _no_changes() -> pd.DataFrame:
    return pd.DataFrame({"age": np.array([], int), "percent": np.array([], float)})


def compare_vintages(
    snapshots: Snapshots, areas: Sequence[str], groups: Mapping[str, Sequence[str]], group: str
) -> Revisions:
    """Compare the figures of every vintage with those of the vintages before it.

    Args:
        snapshots: The vintages read.
        areas: The areas reported, groups among them.
        groups: Member areas by group code.
        group: The area of the triangle.

    Returns:
        The revisions of all months, and how much the newest six of each vintage were changed,
        over all municipalities.
    """
    days = groupby(reversed(snapshots.vintages), key=lambda snapshot: snapshot.vintage.isoformat())
    by_day = {day: tuple(files) for day, files in days}
    figures = {day: _vintage_figures(files, areas, groups) for day, files in by_day.items()}
    return Revisions(
        vintages=tuple(figures),
        begins=tuple(min(snapshot.months[0] for snapshot in files) for files in by_day.values()),
        revised=_revisions_by_vintage(figures),
        triangle=tuple(_triangle_values(figures, group)),
        usual=tuple(_usual_revisions(snapshots)),
    )


def _vintage_figures(
    files: Sequence[Snapshot], areas: Sequence[str], groups: Mapping[str, Sequence[str]]
) -> pd.DataFrame:
    """The public figures of a vintage as a long table, those it does not hold left out."""
    from indicators.disclosure.protect import release_check
    from indicators.measures.published import context_table, published_table

    members = (codes_of_all_months(groups[code]) for code in groups)
    needed = {*areas, *(member for group in members for member in group)}
    # Of two files of one day the first by name comes first, as when they are read.
    restricted = Snapshots(
        tuple(_restrict_areas(snapshot, needed) for snapshot in reversed(files)), {}
    )
    tables = [
        make(restricted, restricted.months, groups, load_catalogue())
        for make in (published_table, context_table)
    ]
    whole = table.concat(tables)
    available = whole["area"].isin(areas) & (whole["status"] != "not_available")
    return release_check(whole[available].reset_index(drop=True))


def _restrict_areas(snapshot: Snapshot, areas: set[str]) -> Snapshot:
    rows = [row for row, area in enumerate(snapshot.areas) if area in areas]
    return replace(
        snapshot,
        areas=tuple(snapshot.areas[row] for row in rows),
        columns={name: cells[rows] for name, cells in snapshot.columns.items()},
        lacking={name: cells[rows] for name, cells in snapshot.lacking.items()},
    )


def _revisions_by_vintage(figures: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    days, parts = list(figures), []
    for position, new in enumerate(days):
        left = figures[new]
        for old in reversed(days[:position]):
            # A download of a few areas takes nothing away from the others.
            before = figures[old][figures[old]["area"].isin(left["area"].unique())]
            after = left[left["area"].isin(figures[old]["area"].unique())]
            parts.append(compare(before, after).assign(old_vintage=old, new_vintage=new))
            left = left[~_figures_and_months(left).isin(_figures_and_months(figures[old]))]
    columns = ["old_vintage", "new_vintage", *COLUMNS]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def _figures_and_months(frame: pd.DataFrame) -> pd.MultiIndex:
    """Indicator, source and month of each row, whatever its area."""
    return pd.MultiIndex.from_frame(frame[["indicator", "source", "month"]].astype(object))


def _triangle_values(figures: Mapping[str, pd.DataFrame], group: str) -> Iterator[VintageValue]:
    """The group's values by vintage; a month that any vintage hides is hidden in all."""
    values = [
        VintageValue(month, vintage, None if isnan(value) else float(value), status)
        for vintage, frame in figures.items()
        for rows in [frame[(frame["indicator"] == SHARE) & (frame["area"] == group)]]
        for month, value, status in zip(rows["month"], rows["value"], rows["status"], strict=True)
    ]
    hidden = {entry.month for entry in values if entry.status == SUPPRESSED}
    for entry in values:
        yield (replace(entry, value=None, status=SUPPRESSED) if entry.month in hidden else entry)


def _usual_revisions(snapshots: Snapshots) -> Iterator[UsualRevision]:
    municipalities = [area for area in snapshots.areas if area.startswith(MUNICIPALITY)]
    for quantity, column in QUANTITIES.items():
        found = usual_change(snapshots, column, municipalities).reset_index()
        for row in found.to_dict("records"):
            yield UsualRevision(
                quantity,
                int(row["age"]),
                int(row["figures"]),
                int(row["revised"]),
                float(row["mean_percent"]),
                float(row["most_percent"]),
            )
