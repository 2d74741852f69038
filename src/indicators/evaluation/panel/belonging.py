"""Which region and sub-region a municipality is in, read off the published sums.

A region's figures are the sums of its municipalities' figures, month after month. With hundreds
of months the sums leave one answer open, so no key of borders has to be kept, and the answer is
that of the very division the figures are published in.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators.errors import DataError
from indicators.sources.statfin import Snapshots
from indicators.sources.statfin.reader import Snapshot

#: Never hidden, so it decides whether an answer is right.
EXACT = "TYOVOIMATK"
#: Counts of jobseekers; a hidden one of a tiny municipality is off by 1.5 at most.
TELLING = ("TYOTTOMATLOPUSSA", "HAKIJALOPUSSA", "KASSASSA")
KINDS = {"region": "MK", "subregion": "SK"}
MIDDLE = 2.5


def belonging(snapshots: Snapshots) -> pd.DataFrame:
    """The region and the sub-region of each municipality.

    Args:
        snapshots: StatFin's vintages; of those that have all the counts the longest is read, of
            several the newest.

    Returns:
        Index ``unit`` (``KU398`` …), columns ``region`` (``MK07``) and ``subregion`` (``SK071``).

    Raises:
        DataError: No vintage has the counts of enough months, or the published sums do not add up.
    """
    snapshot = _telling(snapshots)
    units = _units(snapshot)
    found = {kind: _parents(snapshot, units, prefix) for kind, prefix in KINDS.items()}
    return pd.DataFrame(found, index=pd.Index(units, name="unit"))


def _telling(snapshots: Snapshots) -> Snapshot:
    wanted = (EXACT, *TELLING)
    whole = [
        vintage
        for vintage in snapshots.vintages
        if set(wanted) <= set(vintage.columns) and not set(wanted) & set(vintage.lacking)
    ]
    longest = max(whole, key=lambda vintage: len(vintage.months), default=None)
    # With fewer figures than municipalities the sums leave many answers open.
    if longest is not None and len(wanted) * len(longest.months) >= len(_units(longest)):
        return longest
    raise DataError(
        f"{snapshots.vintages[0].file.parent}: no vintage holds {', '.join(wanted)} of enough "
        "months, which tell the region of a municipality; add a full snapshot of table 12r5"
    )


def _units(snapshot: Snapshot) -> list[str]:
    return [area for area in snapshot.areas if area.startswith("KU")]


def _parents(snapshot: Snapshot, units: Sequence[str], prefix: str) -> list[str]:
    parents = [area for area in snapshot.areas if area.startswith(prefix)]
    row = {area: number for number, area in enumerate(snapshot.areas)}
    below, above = [row[unit] for unit in units], [row[parent] for parent in parents]
    columns = [np.nan_to_num(snapshot.columns[name], nan=MIDDLE) for name in (EXACT, *TELLING)]
    position = assign(
        np.hstack([column[below] for column in columns]),
        np.hstack([column[above] for column in columns]),
    )
    exact = snapshot.columns[EXACT]
    sums = np.zeros((len(parents), exact.shape[1]))
    np.add.at(sums, position, exact[below])
    wrong = (sums != exact[above]).any(axis=1)
    if wrong.any():
        named = ", ".join(np.array(parents)[wrong])
        raise DataError(
            f"{snapshot.file}: {EXACT} of {named} is not the sum of municipalities; restore it"
        )
    return [parents[number] for number in position]


def assign(parts: NDArray[np.float64], wholes: NDArray[np.float64]) -> NDArray[np.intp]:
    """Which whole each part goes into.

    Args:
        parts: Figures of the parts, shape (parts, figures).
        wholes: Figures of the wholes, shape (wholes, figures); each the sum of its parts, nearly.

    Returns:
        Shape (parts,): position among the wholes of the largest least-squares weight.
    """
    weights = np.linalg.lstsq(parts.T, wholes.T, rcond=None)[0]
    position: NDArray[np.intp] = weights.argmax(axis=1)
    return position
