"""Areas of the tables that are not of persons: municipalities of the table, and groups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators.measures.register.job import Job
from indicators.tallies.axes import COUNTRY

Members = Mapping[str, Sequence[str]]
"""Area code and the municipalities of the table that it adds up."""


def area_members(job: Job, municipalities: Iterable[str], *, country_added_up: bool) -> Members:
    """Which municipalities make each area of a table.

    Args:
        job: The run.
        municipalities: Of the table's rows, repeated as they come.
        country_added_up: Whether ``SSS`` is all of them; else it is a municipality of its own
            code, if the table has one.
    """
    found = sorted(set(municipalities))
    own = [code for code in found if code != COUNTRY]
    members: dict[str, Sequence[str]] = {f"KU{code}": (code,) for code in own}
    members |= dict(job.groups)
    if country_added_up:
        members[COUNTRY] = found
    elif COUNTRY in found:
        members[COUNTRY] = (COUNTRY,)
    return members


def spread(rows: pd.DataFrame, members: Members) -> pd.DataFrame:
    """Rows once for every area they count in.

    Args:
        rows: With a column ``municipality``.
        members: As :func:`area_members` gives them.

    Returns:
        The columns but for ``municipality``, and ``area``: the place among the members.
    """
    pairs = [(code, area) for area, codes in enumerate(members.values()) for code in codes]
    areas = pd.DataFrame(pairs, columns=["municipality", "area"]).astype({"municipality": "str"})
    rows = rows.astype({"municipality": "str"}).merge(areas, on="municipality")
    return rows.drop(columns="municipality")


def place_of(names: Sequence[str], labels: pd.Series[str]) -> NDArray[np.intp]:
    """Place of each label among names, −1 if it is none of them."""
    place = {name: at for at, name in enumerate(names)}
    code, met = pd.factorize(labels)
    return np.array([*(place.get(str(label), -1) for label in met), -1], np.intp)[code]
