"""The revision table: a row for every figure that two vintages do not tell alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators import table
from indicators.revisions.causes import Changed, cause

# Two sources may tell of the same figure, so the source belongs to a figure's key.
KEY = (*table.KEY, "source")
COLUMNS = (
    *table.KEY,
    "source",
    "unit",
    "old",
    "new",
    "change",
    "old_status",
    "new_status",
    "why",
)
# Sums of the same counts in another order differ by less, a count by more.
TOLERANCE = 1e-9
_COMPARED = ("value", "low", "high")


def compare(old: pd.DataFrame, new: pd.DataFrame, changed: Changed | None = None) -> pd.DataFrame:
    """What was revised from one long table to another.

    A figure that either of them hides is told without a number on both sides: what was hidden
    stays hidden, and what is hidden now is not repeated from an older table. Months that only
    one of the tables tells of are no revision.

    Args:
        old: A long table (contract, section 3).
        new: Likewise.
        changed: What is known of how the two were made; None if nothing is.

    Returns:
        One row a revised figure, in the order of the key, with :data:`COLUMNS`: ``old`` and
        ``new`` in ``unit`` units (NaN where there is no value), ``change`` their difference,
        ``why`` one of :data:`indicators.revisions.causes.CAUSES`.
    """
    both = _joined(_in_both_months(old, new), _in_both_months(new, old))
    revised = both[_differs(both)]
    hidden = (revised["status_old"] == "suppressed") | (revised["status_new"] == "suppressed")
    table_of_revisions = revised[list(KEY)].copy()
    table_of_revisions["unit"] = revised["unit_new"].fillna(revised["unit_old"])
    for side in ("old", "new"):
        table_of_revisions[side] = revised[f"value_{side}"].mask(hidden)
        table_of_revisions[f"{side}_status"] = revised[f"status_{side}"].fillna("")
    table_of_revisions["change"] = table_of_revisions["new"] - table_of_revisions["old"]
    rows = cast("list[dict[str, Any]]", revised.to_dict("records"))
    table_of_revisions["why"] = [cause(row, changed) for row in rows]
    return table_of_revisions[list(COLUMNS)].sort_values(list(KEY)).reset_index(drop=True)


def _in_both_months(frame: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """A table's rows of indicators, sources and months that the other has any rows of."""
    scope = ["indicator", "source", "month"]
    plain = frame.astype({name: object for name in frame.columns if name not in table.NUMBERS})
    known = pd.MultiIndex.from_frame(other[scope].astype(object).drop_duplicates())
    return plain[pd.MultiIndex.from_frame(plain[scope]).isin(known)]


def _joined(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    return old.merge(
        new, how="outer", on=list(KEY), suffixes=("_old", "_new"), validate="one_to_one"
    )


def _differs(both: pd.DataFrame) -> NDArray[np.bool_]:
    """Whether status, value or bounds of a row are not the same; shape (rows,)."""
    same = [alike(both[f"{name}_old"], both[f"{name}_new"]) for name in _COMPARED]
    status = (both["status_old"].fillna("") == both["status_new"].fillna("")).to_numpy()
    return np.asarray(~np.logical_and.reduce([status, *same]))


def alike(old: pd.Series, new: pd.Series) -> NDArray[np.bool_]:
    """Where two columns hold the same numbers, or neither holds one."""
    left, right = (column.to_numpy(dtype=float) for column in (old, new))
    return np.asarray(np.isclose(left, right, rtol=TOLERANCE, atol=TOLERANCE, equal_nan=True))


def by_cause(revisions: pd.DataFrame) -> Mapping[str, int]:
    """How many figures were revised for each cause, most first."""
    counted = revisions["why"].value_counts()
    return {str(name): int(count) for name, count in counted.items()}
