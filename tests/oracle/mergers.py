"""Municipalities that merged: a register as it reads in one month (contract, section 1).

"A municipality that has merged counts as what it had become by the month". So a month's rows are
those of a register in which every code is written as it was called in that month.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from importlib import resources

from oracle.world import Record


@cache
def key() -> dict[str, tuple[str, str]]:
    """First month without each abolished municipality, and what it became part of."""
    text = resources.files("indicators.areas").joinpath("municipalities.csv").read_text("utf-8")
    found = {}
    for row in csv.DictReader(text.splitlines()):
        if row["valid_to"]:
            begins = date.fromisoformat(row["valid_to"]) + timedelta(days=1)
            found[row["code"]] = (f"{begins:%Y-%m}", row["successor"])
    return found


def called(code: str, month: str) -> str:
    while code in key() and key()[code][0] <= month:
        code = key()[code][1]
    return code


def groups_in(groups: Mapping[str, Sequence[str]], month: str) -> dict[str, tuple[str, ...]]:
    """Members of each group, one that is listed under two names once."""
    return {
        group: tuple(dict.fromkeys(f"KU{called(one.removeprefix('KU'), month)}" for one in members))
        for group, members in groups.items()
    }


def tables_in(tables: Mapping[str, list[Record]], month: str) -> dict[str, list[Record]]:
    return {
        name: (
            labour_force(rows) if name == "labour_force" else [renamed(row, month) for row in rows]
        )
        for name, rows in tables.items()
    }


def renamed(row: Record, month: str) -> Record:
    if row.get("municipality") is None:
        return row
    return {**row, "municipality": called(row["municipality"], month)}


def labour_force(rows: list[Record]) -> list[Record]:
    """Of a calendar year, as its January calls it; what is one by then is added up a vintage."""
    each = {
        (row["municipality"], row["group"], row["year"], row["vintage"]): row["value"]
        for row in sorted(rows, key=lambda row: row["value"])
    }
    sums: dict[tuple[str, str, int, date], float] = {}
    for (code, group, year, vintage), value in each.items():
        place = (called(code, f"{year}-01"), group, year, vintage)
        sums[place] = sums.get(place, 0) + value
    names = ("municipality", "group", "year", "vintage", "value")
    return [dict(zip(names, (*place, value), strict=True)) for place, value in sums.items()]
