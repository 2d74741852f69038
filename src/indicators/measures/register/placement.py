"""Municipalities and groups over the months computed: who counts where under which name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators.areas import mergers
from indicators.areas.mergers import BEFORE_ALL_MERGERS, MUNICIPALITY_PREFIX
from indicators.measures.register import arrays
from indicators.tallies.axes import COUNTRY, PLAIN, Axes, AxisMerger, Breakdown

Members = Mapping[str, Mapping[str, str]]
"""Area code, and each municipality of a table that it adds up with the month from which on."""

NOWHERE = ""
"""The municipality of a row that has none: it counts in the country alone."""


@dataclass(frozen=True, slots=True)
class Municipalities:
    """Where a code of residence counts during the months computed.

    Attributes:
        places: Place among the municipalities of the axes, by three-digit code; codes that had
            merged by the first month have the place of what they had become.
        renamed: Of the place of each municipality that merges later, the first day without it
            and the place of the one it becomes part of.
    """

    places: Mapping[str, int]
    renamed: Mapping[int, tuple[int, int]]


def build_axes(
    codes: Iterable[str],
    groups: Mapping[str, Mapping[str, str]],
    months: Sequence[str],
    breakdown: Breakdown = PLAIN,
) -> tuple[Axes, Municipalities]:
    """Axes for some codes of residence.

    Args:
        codes: Three digits, as residence has them.
        groups: Municipalities of each group and the month from which on each belongs to it, as
            :meth:`~indicators.areas.mergers.Mergers.members` gives them.
        months: In order.
        breakdown: The categories that persons are counted by.

    Returns:
        The axes, whose municipalities are those there are in some of the months; and where a
        code counts.
    """
    known = mergers.load_mergers()
    now = {code: known.current(code, months[0]) if months else code for code in codes}
    codes_now = set(now.values())
    merging: dict[str, mergers.Merger] = {}
    for step in sorted(codes_now):
        code = step
        while (
            (merger := known.by_code.get(code)) is not None
            and months
            and merger.month <= months[-1]
        ):
            merging[code] = merger
            code = merger.successor
            codes_now.add(code)
    municipalities = tuple(sorted(codes_now))
    place = {code: at for at, code in enumerate(municipalities)}
    first = {code: int(np.searchsorted(months, step.month)) for code, step in merging.items()}
    ordered = sorted(merging, key=lambda code: (first[code], code))
    joined = tuple(_later_members(since, place, months) for since in groups.values())
    axes = Axes(
        len(months),
        municipalities,
        tuple(
            (group, _first_month_members(since, place, months)) for group, since in groups.items()
        ),
        tuple(AxisMerger(place[c], first[c], place[merging[c].successor]) for c in ordered),
        joined if any(joined) else (),
        breakdown,
    )
    renamed = {
        place[code]: (arrays.month_first_day(step.month), place[step.successor])
        for code, step in merging.items()
    }
    return axes, Municipalities({code: place[step] for code, step in now.items()} | place, renamed)


def _first_month_members(
    member_since: Mapping[str, str], place: Mapping[str, int], months: Sequence[str]
) -> tuple[int, ...]:
    """Places of who is a member in the first month, and of listed ones in all."""
    begun = [code for code, since in member_since.items() if not months or since <= months[0]]
    return tuple(place[code] for code in begun if code in place)


def _later_members(
    member_since: Mapping[str, str], place: Mapping[str, int], months: Sequence[str]
) -> tuple[tuple[int, int], ...]:
    """Places of who becomes a member during the months, and the place of the first month."""
    later = [
        (code, since)
        for code, since in member_since.items()
        if months and months[0] < since <= months[-1] and code in place
    ]
    return tuple((place[code], int(np.searchsorted(months, since))) for code, since in later)


def areas_in_months(months: Sequence[str], areas: Sequence[str]) -> NDArray[np.bool_]:
    """Which areas there are in which months: a municipality that has merged is no more.

    Returns:
        Shape (months, areas).
    """
    known, exists = mergers.load_mergers(), np.ones((len(months), len(areas)), bool)
    for at, area in enumerate(areas):
        code = area.removeprefix(MUNICIPALITY_PREFIX)
        if area.startswith(MUNICIPALITY_PREFIX) and code in known.by_code:
            exists[:, at] = [known.exists(code, month) for month in months]
    return exists


def rename_municipalities(rows: pd.DataFrame) -> pd.DataFrame:
    """A table of figures with each municipality as it was called in the row's month.

    Args:
        rows: With the columns ``municipality``, missing for who has none, and ``month``.

    Returns:
        ``municipality`` as plain texts, :data:`NOWHERE` where it was missing.
    """
    codes = rows["municipality"].astype(object).fillna(NOWHERE).astype("str")
    known = mergers.load_mergers()
    old = codes.isin(list(known.by_code))
    if old.any():
        months = rows.loc[old, "month"].astype("str")
        called = [known.current(*pair) for pair in zip(codes[old], months, strict=True)]
        codes = codes.mask(old, pd.Series(called, codes.index[old], dtype="str"))
    return rows.assign(municipality=codes)


def current_municipalities(codes: pd.Series[str], months: Sequence[str]) -> set[str]:
    """What municipalities are called in any of some months, and :data:`NOWHERE` for none."""
    known = mergers.load_mergers()
    found = set(codes.astype(object).fillna(NOWHERE))
    old = found & set(known.by_code)
    return (found - old) | {known.current(code, month) for code in old for month in months}


def area_members(
    groups: Members, municipalities: Iterable[str], *, country_added_up: bool
) -> Members:
    """Which municipalities make each area of a table.

    Args:
        groups: As of :class:`Municipalities`.
        municipalities: Of the table's rows, repeated as they come.
        country_added_up: Whether ``SSS`` is all of them; else it is a municipality of its own
            code, if the table has one.
    """
    found = sorted(set(municipalities))
    own = [code for code in found if code not in (COUNTRY, NOWHERE)]
    members: dict[str, Mapping[str, str]] = {
        f"{MUNICIPALITY_PREFIX}{code}": {code: BEFORE_ALL_MERGERS} for code in own
    }
    members |= groups
    if country_added_up:
        members[COUNTRY] = dict.fromkeys(found, BEFORE_ALL_MERGERS)
    elif COUNTRY in found:
        members[COUNTRY] = {COUNTRY: BEFORE_ALL_MERGERS}
    return members


def rows_by_area(rows: pd.DataFrame, members: Members, months: Sequence[str]) -> pd.DataFrame:
    """Rows once for every area they count in.

    Args:
        rows: With a column ``municipality``, as :func:`rename_municipalities` gives it, and
            ``month``, the place of the month.
        members: As :func:`area_members` gives them.
        months: The months.

    Returns:
        The columns but for ``municipality``, and ``area``: the place among the members.
    """
    rows = _with_areas(rows, members, months)
    return rows[rows["month"] >= rows["member_since"]].drop(
        columns=["municipality", "member_since"]
    )


def lasting_rows_by_area(
    rows: pd.DataFrame, members: Members, months: Sequence[str]
) -> pd.DataFrame:
    """As :func:`rows_by_area`, of rows that hold for several months.

    Args:
        rows: With ``municipality``, ``entry`` and ``leave``: the places of the first month that
            a row holds in, and of the first one after it.
        members: As :func:`area_members` gives them.
        months: The months.
    """
    rows = _with_areas(_lasting_rows_renamed(rows, months), members, months)
    rows["entry"] = rows[["entry", "member_since"]].max(axis=1)
    return rows[rows["entry"] < rows["leave"]].drop(columns=["municipality", "member_since"])


def _with_areas(rows: pd.DataFrame, members: Members, months: Sequence[str]) -> pd.DataFrame:
    triples = [
        (code, area, int(np.searchsorted(months, since)))
        for area, member_since in enumerate(members.values())
        for code, since in member_since.items()
    ]
    areas = pd.DataFrame(triples, columns=["municipality", "area", "member_since"])
    rows = rows.astype({"municipality": "str"})
    return rows.merge(areas.astype({"municipality": "str"}), on="municipality")


def _lasting_rows_renamed(rows: pd.DataFrame, months: Sequence[str]) -> pd.DataFrame:
    """Lasting rows under what their municipality is called in each month."""
    known, found = mergers.load_mergers(), []
    while (old := rows["municipality"].isin(list(known.by_code))).any():
        found.append(rows[~old])
        rows = rows[old]
        ends = [known.by_code[code].month for code in rows["municipality"]]
        end = np.searchsorted(months, ends)
        found.append(rows.assign(leave=np.minimum(rows["leave"], end)))
        successors = [known.by_code[code].successor for code in rows["municipality"]]
        rows = rows.assign(municipality=successors, entry=np.maximum(rows["entry"], end))
    merged = pd.concat([*found, rows], ignore_index=True) if found else rows
    return merged[merged["entry"] < merged["leave"]] if found else merged


def position_of(names: Sequence[str], labels: pd.Series[str]) -> NDArray[np.intp]:
    """Place of each label among names, −1 if it is none of them."""
    place = {name: at for at, name in enumerate(names)}
    code, distinct_labels = pd.factorize(labels)
    return np.array([*(place.get(str(label), -1) for label in distinct_labels), -1], np.intp)[code]
