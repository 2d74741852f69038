"""What StatFin has told of a register's counts already."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from indicators.disclosure.cells import CELL, placed, shown_counts

if TYPE_CHECKING:
    import pandas as pd

# Counts are whole numbers.
_SAME = 0.5


def told_officially(official: pd.DataFrame, internal: pd.DataFrame) -> pd.DataFrame:
    """The official rows that give away what a register's table would hide.

    A figure that the register counts otherwise tells nothing of the register's, and who believed
    that it did would be wrong; taken for known, a small count would not be guarded.

    Args:
        official: StatFin's rows, of any areas and months.
        internal: The register's, nothing of it hidden.
    """
    alike = official["area"].isin(internal["area"]) & official["month"].isin(internal["month"])
    mine = official[alike].reset_index(drop=True)
    theirs, ours = (shown_counts(placed(one)) for one in (mine, internal))
    theirs = theirs[~theirs["hidden"]]
    counted = ours.drop_duplicates(list(CELL))[[*CELL, "value"]]
    both = theirs.merge(counted, on=list(CELL), how="left", suffixes=("", "_counted"))
    differ = (both["value"] - both["value_counted"]).abs() > _SAME
    kept = np.setdiff1d(theirs["row"], both.loc[differ, "row"])
    return mine.iloc[kept].reset_index(drop=True)
