"""All counts of a new table and of what is published, each once: the unknowns of an attack."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from indicators.disclosure.cells import (
    CELL,
    Flags,
    Floats,
    Ints,
    key_of,
    layers,
    month_number,
    placed,
    shown_counts,
)
from indicators.disclosure.naming import lags

OFFICIAL = -1
"""Layer of the counts that only official figures tell."""


@dataclass(frozen=True, slots=True, eq=False)
class Ledger:
    """The counts behind one or several long tables.

    Attributes:
        cells: One row a count, columns :data:`CELL`.
        value: What the count is, by cell; missing where no table at hand tells it.
        public: Whether it is published already and shown, by cell.
        official: Whether official figures show it, by cell.
        withheld: Whether a published table hides it and none shows it, by cell; likewise what the
            new one comes with hidden, because too few answered.
        appearances: ``layer``, ``row``, ``side`` and ``cell`` of every place a count stands in.
    """

    cells: pd.DataFrame
    value: Floats
    public: Flags
    official: Flags
    withheld: Flags
    appearances: pd.DataFrame

    @property
    def not_zero(self) -> Flags:
        """Counts that would be shown if they were 0, by cell."""
        not_zero_cells = np.zeros(len(self.cells), bool)
        places = self.appearances
        not_zero_cells[places["cell"][places["not_zero"]].to_numpy(np.int64)] = True
        return not_zero_cells

    def of_layer(self, layer: int) -> pd.DataFrame:
        """Columns ``row``, ``side`` and ``cell`` of one table."""
        return self.appearances[self.appearances["layer"] == layer]


def make_ledger(
    new: pd.DataFrame | None,
    published: Sequence[pd.DataFrame],
    *,
    about: pd.DataFrame | None = None,
) -> Ledger:
    """Put together the counts of a table that is not published yet, and of those that are.

    Two rows that show the same count are one cell. Where they contradict each other (a figure was
    revised, or one of them is not fully observed), each value is a cell of its own, and a hidden
    one goes with the newest: someone who does not know of a revision would think so.

    Args:
        new: The internal table, nothing of it hidden; None where only published ones are attacked.
        published: What is out already, oldest first.
        about: A table: counts of months of which it counts nothing are left out. No identity ties
            counts of different months.
    """
    frame = _counted(list(layers(new, published)), about)
    key = frame.groupby(list(CELL), sort=False).ngroup().to_numpy(np.int64)
    frame["key"] = key
    official = frame[frame["public"] & ~frame["hidden"]]
    own = _with_official(frame[~frame["public"]], official)
    value = _assigned(own, official)
    cell = pd.DataFrame({"key": own["key"], "value": value}).groupby(
        ["key", "value"], sort=False, dropna=False
    )
    own = own.assign(cell=cell.ngroup().to_numpy(np.int64))
    first = own.drop_duplicates("cell").sort_values("cell")
    shown_before = own[(own["layer"] > 0) & ~own["hidden"]]["cell"]
    hidden_before = own[own["hidden"]]["cell"]
    places = np.arange(len(first))
    public = np.isin(places, shown_before) | np.isin(first["key"], official["key"])
    return Ledger(
        cells=first[list(CELL)].reset_index(drop=True),
        value=np.asarray(value.loc[first.index], np.float64),
        public=public,
        official=np.isin(first["key"], official["key"]),
        withheld=np.isin(places, hidden_before) & ~public,
        appearances=own[["layer", "row", "side", "cell", "not_zero"]].reset_index(drop=True),
    )


def _counted(
    together: Sequence[tuple[int, pd.DataFrame]], about: pd.DataFrame | None
) -> pd.DataFrame:
    """What :func:`shown_counts` tells of all tables, or of the months that one of them counts."""
    tables = [placed(table, layer) for layer, table in together]
    if about is None:
        return shown_counts(pd.concat(tables))
    near = _near(about)
    counts = shown_counts(pd.concat([_of_months(table, near) for table in tables]))
    own = [layer for layer, table in together if table is about]
    months = counts["month"][counts["layer"].isin(own)]
    return counts[counts["month"].isin(months)].reset_index(drop=True)


def _near(about: pd.DataFrame) -> set[int]:
    """Months whose figures may count what some figures count."""
    months = {month_number(text) for text in about["month"].unique()}
    return {month - before + lag for month in months for before in lags() for lag in lags()}


def _of_months(long: pd.DataFrame, months: set[int]) -> pd.DataFrame:
    kept = [month for month in long["month"].unique() if month_number(month) in months]
    return long[long["month"].isin(kept)]


def _with_official(own: pd.DataFrame, official: pd.DataFrame) -> pd.DataFrame:
    """Add the counts that official figures alone tell: everybody knows them."""
    alone = official[~official["key"].isin(own["key"])].drop_duplicates("key", keep="last")
    return pd.concat([own, alone.assign(layer=OFFICIAL)], ignore_index=True)


def _assigned(own: pd.DataFrame, official: pd.DataFrame) -> pd.Series[float]:
    """The value each place stands for: its own, or for a hidden one what is told elsewhere."""
    ranked = own.assign(newest=newness(own["layer"])).sort_values(
        ["settled", "newest"], ascending=False, kind="stable"
    )
    shown = ranked[~ranked["hidden"]].drop_duplicates("key").set_index("key")["value"]
    officially = official.drop_duplicates("key", keep="last").set_index("key")["value"]
    elsewhere = own["key"].map(shown).fillna(own["key"].map(officially))
    return own["value"].where(~own["hidden"], elsewhere)


def newness(layer: pd.Series[int]) -> pd.Series[float]:
    """Rank of tables: the new one tells best, then the newest published one."""
    return layer.astype(float).mask(layer == 0, np.inf)


def rows_withheld(new: pd.DataFrame, published: Sequence[pd.DataFrame]) -> Flags:
    """Rows of a new table that an earlier one holds and hides."""
    months, key = new["month"].unique(), key_of(new)
    found = np.zeros(len(new), bool)
    for earlier in published:
        hidden = earlier[(earlier["status"] == "suppressed") & earlier["month"].isin(months)]
        if len(hidden):
            found |= key.isin(key_of(hidden))
    return found


def rows_by_cell(registry: Ledger) -> tuple[Ints, Ints]:
    """Pairs of row and cell of the new table, rows in order."""
    new = registry.of_layer(0).sort_values("row", kind="stable")
    return new["row"].to_numpy(np.int64), new["cell"].to_numpy(np.int64)
