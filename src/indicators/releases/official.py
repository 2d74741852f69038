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
    comparable = official[alike].reset_index(drop=True)
    published, own_counts = (shown_counts(placed(frame)) for frame in (comparable, internal))
    published = published[~published["hidden"]]
    counted = own_counts.drop_duplicates(list(CELL))[[*CELL, "value"]]
    both = published.merge(counted, on=list(CELL), how="left", suffixes=("", "_counted"))
    differ = (both["value"] - both["value_counted"]).abs() > _SAME
    agreeing = np.setdiff1d(published["row"], both.loc[differ, "row"])
    return comparable.iloc[agreeing].reset_index(drop=True)
