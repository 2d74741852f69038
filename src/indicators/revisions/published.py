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
    days = groupby(reversed(snapshots.vintages), key=lambda one: one.vintage.isoformat())
    by_day = {day: tuple(files) for day, files in days}
    told = {day: _alone(files, areas, groups) for day, files in by_day.items()}
    return Revisions(
        vintages=tuple(told),
        begins=tuple(min(one.months[0] for one in files) for files in by_day.values()),
        revised=_revised(told),
        triangle=tuple(_triangle(told, group)),
        usual=tuple(_usual(snapshots)),
    )


def _alone(
    files: Sequence[Snapshot], areas: Sequence[str], groups: Mapping[str, Sequence[str]]
) -> pd.DataFrame:
    """The public figures of one vintage, those it does not hold left out."""
    from indicators.disclosure import admit
    from indicators.measures.published import context_table, published_table

    members = (under_all_names(groups[code]) for code in groups)
    wanted = {*areas, *(member for group in members for member in group)}
    # Of two files of one day the first by name comes first, as when they are read.
    kept = Snapshots(tuple(_only(one, wanted) for one in reversed(files)), {})
    made = [
        make(kept, kept.months, groups, catalogue.load())
        for make in (published_table, context_table)
    ]
    whole = table.concat(made)
    held = whole["area"].isin(areas) & (whole["status"] != "not_available")
    return admit(whole[held].reset_index(drop=True))


def _only(snapshot: Snapshot, areas: set[str]) -> Snapshot:
    rows = [row for row, area in enumerate(snapshot.areas) if area in areas]
    return replace(
        snapshot,
        areas=tuple(snapshot.areas[row] for row in rows),
        columns={name: cells[rows] for name, cells in snapshot.columns.items()},
        lacking={name: cells[rows] for name, cells in snapshot.lacking.items()},
    )


def _revised(told: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    days, parts = list(told), []
    for at, new in enumerate(days):
        left = told[new]
        for old in reversed(days[:at]):
            # A download of a few areas takes nothing away from the others.
            before = told[old][told[old]["area"].isin(left["area"].unique())]
            after = left[left["area"].isin(told[old]["area"].unique())]
            parts.append(compare(before, after).assign(old_vintage=old, new_vintage=new))
            left = left[~_scope(left).isin(_scope(told[old]))]
    columns = ["old_vintage", "new_vintage", *COLUMNS]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def _scope(frame: pd.DataFrame) -> pd.MultiIndex:
    """Of what each row tells: the figure and the month, of whatever area."""
    return pd.MultiIndex.from_frame(frame[["indicator", "source", "month"]].astype(object))


def _triangle(told: Mapping[str, pd.DataFrame], group: str) -> Iterator[Said]:
    """What each vintage says of the group; a month that any of them hides is hidden in all."""
    said = [
        Said(month, vintage, None if isnan(value) else float(value), status)
        for vintage, frame in told.items()
        for mine in [frame[(frame["indicator"] == SHARE) & (frame["area"] == group)]]
        for month, value, status in zip(mine["month"], mine["value"], mine["status"], strict=True)
    ]
    hidden = {one.month for one in said if one.status == HIDDEN}
    for one in said:
        yield replace(one, value=None, status=HIDDEN) if one.month in hidden else one


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
