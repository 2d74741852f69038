"""Whether a release says what would be said now, and which releases came out together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from indicators import table
from indicators.disclosure.memberships import with_groups
from indicators.disclosure.rounding import rounded
from indicators.releases.shelf import Release, below, read_rows

if TYPE_CHECKING:
    import pandas as pd

_TEXTS = tuple(name for name in table.COLUMNS if name not in table.NUMBERS and name != "status")
# Sums of the same numbers in another order differ by less.
_CLOSE = 1e-9


def says(released: pd.DataFrame, internal: pd.DataFrame) -> bool:
    """Whether a release has the rows of an internal table, and the numbers of those it shows.

    What it hides stays hidden whatever the number has become.

    Args:
        released: A month's released rows.
        internal: The month's rows as they are counted now.
    """
    if len(released) != len(internal) or not _same_texts(released, internal):
        return False
    shown = (released["status"] != "suppressed").to_numpy()
    released_side, internal_side = (_said(frame, shown) for frame in (released, rounded(internal)))
    return released_side[0] == internal_side[0] and np.allclose(
        released_side[1], internal_side[1], rtol=_CLOSE, atol=0, equal_nan=True
    )


def _said(frame: pd.DataFrame, shown: np.ndarray) -> tuple[list[str], np.ndarray]:
    """Statuses and numbers of the rows that are shown."""
    rows = frame[shown]
    return rows["status"].astype(str).tolist(), rows[list(table.NUMBERS)].to_numpy(float)


def _same_texts(released: pd.DataFrame, internal: pd.DataFrame) -> bool:
    def filled(frame: pd.DataFrame, name: str) -> np.ndarray:
        return frame[name].astype(object).fillna("").to_numpy()

    return all(
        np.array_equal(filled(released, column), filled(internal, column)) for column in _TEXTS
    )


def layers(releases: Iterable[Release]) -> list[pd.DataFrame]:
    """Released rows as tables that came out one after the other.

    Releases of one extract never contradict each other: a run of them is one table as long as no
    month comes twice. The fewer tables, the quicker they are protected and attacked.

    Args:
        releases: Oldest first.
    """
    runs: list[list[Release]] = []
    for release in releases:
        last = runs[-1] if runs else []
        fits = (
            last and last[-1].extract == release.extract and _groups(last[-1]) == _groups(release)
        )
        if fits and release.month not in {other.month for other in last}:
            last.append(release)
        else:
            runs.append([release])
    return [
        with_groups(below([read_rows(release.file) for release in run]), _groups(run[0]))
        for run in runs
    ]


def _groups(release: Release) -> dict[str, list[str]]:
    """Members of groups as they were when a month was released."""
    return {code: list(members) for code, members in release.terms["groups"].items()}
