"""What each vintage of StatFin's table changed of what the one before it had said.

Each vintage is made into the long table by itself, as if no later one existed, and held against
the next: so a revision is told of the indicator that people read, with its cause.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
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
    """Compare every vintage with the next.

    Args:
        snapshots: The vintages read.
        areas: Those that are told of, groups among them.
        groups: Member areas by group code.
        group: The area of the triangle.

    Returns:
        The revisions of all months, and how much the newest six of each vintage were changed,
        over all municipalities.
    """
    told = {
        one.vintage.isoformat(): _alone(one, areas, groups) for one in reversed(snapshots.vintages)
    }
    return Revisions(
        vintages=tuple(told),
        revised=_revised(told),
        triangle=tuple(_triangle(told, group)),
        usual=tuple(_usual(snapshots)),
    )


def _alone(
    snapshot: Snapshot, areas: Sequence[str], groups: Mapping[str, Sequence[str]]
) -> pd.DataFrame:
    """The public figures of one vintage, those it does not hold left out."""
    from indicators.disclosure import admit
    from indicators.measures.published import context_table, published_table

    wanted = {*areas, *(one for members in groups.values() for one in under_all_names(members))}
    rows = [row for row, area in enumerate(snapshot.areas) if area in wanted]
    columns = {name: cells[rows] for name, cells in snapshot.columns.items()}
    kept = replace(snapshot, areas=tuple(snapshot.areas[row] for row in rows), columns=columns)
    made = [
        make(Snapshots((kept,), {}), kept.months, groups, catalogue.load())
        for make in (published_table, context_table)
    ]
    whole = table.concat(made)
    held = whole["area"].isin(areas) & (whole["status"] != "not_available")
    return admit(whole[held].reset_index(drop=True))


def _revised(told: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    parts = [
        compare(told[old], told[new]).assign(old_vintage=old, new_vintage=new)
        for old, new in pairwise(told)
    ]
    columns = ["old_vintage", "new_vintage", *COLUMNS]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


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
