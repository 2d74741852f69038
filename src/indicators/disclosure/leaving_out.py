"""Rows that are left out of what is published, where nothing else makes a table safe.

A row that is hidden still says that there is a count of 1 to 4. Where tables that are out already
(under a laxer policy, say) would tell that count, only to leave the row out altogether helps. The
settings name such rows: ``[disclosure] leave_out = [{indicator = "…", dimension = "…"}]``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from indicators.disclosure.cells import CELL, PUBLIC_SOURCES, Flags, placed, shown_counts

Rows = Mapping[str, str]
"""Rows by columns of a long table's key, with what stands in them."""

_BY = ("indicator", "population", "area", "dimension")
_DIFFERENCE = " without "


def left_out(long: pd.DataFrame, leave_out: Sequence[Rows]) -> Flags:
    """Which rows are among some; what its source has published already never is."""
    chosen = np.zeros(len(long), bool)
    for rows in leave_out:
        inside = np.ones(len(long), bool)
        for column, wanted in rows.items():
            inside &= (long[column].astype(object) == wanted).to_numpy(bool)
        chosen |= inside
    return chosen & ~long["source"].isin(PUBLIC_SOURCES).to_numpy()


def without(long: pd.DataFrame, leave_out: Sequence[Rows]) -> pd.DataFrame:
    """A long table without some rows."""
    if not leave_out:
        return long
    return long[~left_out(long, leave_out)].reset_index(drop=True)


def rows_of(long: pd.DataFrame, cells: pd.DataFrame) -> Flags:
    """Rows that show counts, or counts of which they are the difference.

    Args:
        long: A long table.
        cells: Columns :data:`~indicators.disclosure.cells.CELL`.
    """
    counts = shown_counts(placed(long))
    listed = cells[list(CELL)].astype(object)
    for name in ("count", "population", "area"):
        listed[name] = listed[name].map(lambda text: str(text).split(_DIFFERENCE))
        listed = listed.explode(name, ignore_index=True)
    keys = pd.MultiIndex.from_frame(counts[list(CELL)].astype(object))
    found = counts["row"][keys.isin(pd.MultiIndex.from_frame(listed))]
    behind = np.zeros(len(long), bool)
    behind[found.to_numpy(np.int64)] = True
    return behind


def described(long: pd.DataFrame, rows: Flags) -> list[dict[str, str]]:
    """Rows as the settings name them: all of the same indicator, population, area and dimension."""
    alike = long.loc[rows, list(_BY)].astype(str).drop_duplicates().sort_values(list(_BY))
    return [dict(zip(_BY, values, strict=True)) for values in alike.to_numpy().tolist()]


def as_setting(rows: Rows) -> str:
    """One entry of ``leave_out`` as TOML has it."""
    return "{ " + ", ".join(f'{name} = "{value}"' for name, value in rows.items()) + " }"
