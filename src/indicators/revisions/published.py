"""What each vintage of StatFin's table changed of what the one before it had said.

Each vintage is made into the long table by itself, as if no later one existed, and held against
the newest before it that tells of the same months: so a revision is told of the indicator that
people read, with its cause. Downloads of a few months or areas are vintages like others, so the one
before need not have what a vintage has.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from math import isnan

import pandas as pd

from indicators import catalogue, table
from indicators.areas.mergers import under_all_names
from indicators.processed.revised import Revisions, Said, Usual
from indicators.revisions.comparing import COLUMNS, compare
from indicators.revisions.triangle import usual_change
from indicators.sources.statfin import Snapshots
from indicators.sources.statfin.reader import Snapshot

SHARE = "unemployment_share"
# StatFin's columns that the share is made from.
QUANTITIES = {"unemployed": "TYOTTOMATLOPUSSA", "labour_force": "TYOVOIMATK"}
MUNICIPALITY = "KU"
HIDDEN = "suppressed"


def between_vintages(
    snapshots: Snapshots, areas: Sequence[str], groups: Mapping[str, Sequence[str]], group: str
) -> Revisions:
    """Compare every vintage with what was said before.

    Args:
        snapshots: The vintages read.
        areas: Those that are told of, groups among them.
        groups: Member areas by group code.
        group: The area of the triangle.

    Returns:
        The revisions of all months, and how much the newest six of each vintage were changed,
        over all municipalities.
    """
    days = groupby(reversed(snapshots.vintages), key=lambda snapshot: snapshot.vintage.isoformat())
    by_day = {day: tuple(files) for day, files in days}
    figures = {day: _alone(files, areas, groups) for day, files in by_day.items()}
    return Revisions(
        vintages=tuple(figures),
        begins=tuple(min(snapshot.months[0] for snapshot in files) for files in by_day.values()),
        revised=_revised(figures),
        triangle=tuple(_triangle(figures, group)),
        usual=tuple(_usual(snapshots)),
    )


def _alone(
    files: Sequence[Snapshot], areas: Sequence[str], groups: Mapping[str, Sequence[str]]
) -> pd.DataFrame:
    """The public figures of one vintage, those it does not hold left out."""
    from indicators.disclosure import admit
    from indicators.measures.published import context_table, published_table

    members = (under_all_names(groups[code]) for code in groups)
    needed = {*areas, *(member for group in members for member in group)}
    # Of two files of one day the first by name comes first, as when they are read.
    restricted = Snapshots(tuple(_only(snapshot, needed) for snapshot in reversed(files)), {})
    tables = [
        make(restricted, restricted.months, groups, catalogue.load())
        for make in (published_table, context_table)
    ]
    whole = table.concat(tables)
    available = whole["area"].isin(areas) & (whole["status"] != "not_available")
    return admit(whole[available].reset_index(drop=True))


def _only(snapshot: Snapshot, areas: set[str]) -> Snapshot:
    rows = [row for row, area in enumerate(snapshot.areas) if area in areas]
    return replace(
        snapshot,
        areas=tuple(snapshot.areas[row] for row in rows),
        columns={name: cells[rows] for name, cells in snapshot.columns.items()},
        lacking={name: cells[rows] for name, cells in snapshot.lacking.items()},
    )


def _revised(figures: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    days, parts = list(figures), []
    for position, new in enumerate(days):
        left = figures[new]
        for old in reversed(days[:position]):
            # A download of a few areas takes nothing away from the others.
            before = figures[old][figures[old]["area"].isin(left["area"].unique())]
            after = left[left["area"].isin(figures[old]["area"].unique())]
            parts.append(compare(before, after).assign(old_vintage=old, new_vintage=new))
            left = left[~_scope(left).isin(_scope(figures[old]))]
    columns = ["old_vintage", "new_vintage", *COLUMNS]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def _scope(frame: pd.DataFrame) -> pd.MultiIndex:
    """Of what each row tells: the figure and the month, of whatever area."""
    return pd.MultiIndex.from_frame(frame[["indicator", "source", "month"]].astype(object))


def _triangle(figures: Mapping[str, pd.DataFrame], group: str) -> Iterator[Said]:
    """What each vintage says of the group; a month that any of them hides is hidden in all."""
    values = [
        Said(month, vintage, None if isnan(value) else float(value), status)
        for vintage, frame in figures.items()
        for rows in [frame[(frame["indicator"] == SHARE) & (frame["area"] == group)]]
        for month, value, status in zip(rows["month"], rows["value"], rows["status"], strict=True)
    ]
    hidden = {value_of_month.month for value_of_month in values if value_of_month.status == HIDDEN}
    for value_of_month in values:
        yield (
            replace(value_of_month, value=None, status=HIDDEN)
            if value_of_month.month in hidden
            else value_of_month
        )


def _usual(snapshots: Snapshots) -> Iterator[Usual]:
    municipalities = [area for area in snapshots.areas if area.startswith(MUNICIPALITY)]
    for quantity, column in QUANTITIES.items():
        found = usual_change(snapshots, column, municipalities).reset_index()
        for row in found.to_dict("records"):
            yield Usual(
                quantity,
                int(row["age"]),
                int(row["figures"]),
                int(row["revised"]),
                float(row["mean_percent"]),
                float(row["most_percent"]),
            )
