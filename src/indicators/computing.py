"""From sources to the long table, unprotected: for the data holder's eyes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from indicators import catalogue, settings
from indicators.calendar import parse_month, parse_months
from indicators.errors import UsageError
from indicators.measures.published import context_table, published_table
from indicators.sources.statfin import Snapshots, read_snapshots

Groups = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Computed:
    """What one reading of the sources gives.

    Attributes:
        indicators: The long table of the twenty indicators' published part.
        context: The series told beside them, in the same columns.
        snapshots: What they were made from.
    """

    indicators: pd.DataFrame
    context: pd.DataFrame
    snapshots: Snapshots


def compute(
    months: str | Sequence[str], *, statfin: Path | str, groups: Groups | None = None
) -> pd.DataFrame:
    """The long table of some months from StatFin's snapshots.

    Args:
        months: ``YYYY-MM``, or a text such as ``2021-03..2023-06``.
        statfin: Folder of snapshots.
        groups: Member areas by group code; the settings' groups if not given.

    Returns:
        One row a figure (contract, section 3), for every area of the snapshots and every group.

    Raises:
        UsageError: A month is malformed, the snapshots hold none of the months, or there is no
            such folder.
        DataError: A snapshot is damaged.
    """
    asked = _months(months)
    snapshots = read_snapshots(Path(statfin))
    check_held(asked, snapshots)
    return published_table(snapshots, asked, _groups(groups), catalogue.load())


def compute_all(months: Sequence[str], *, statfin: Path, groups: Groups | None = None) -> Computed:
    """As :func:`compute`, for every month the snapshots hold, with the context series.

    Args:
        months: Must be held by the snapshots, all of them.
        statfin: Folder of snapshots.
        groups: Member areas by group code; the settings' groups if not given.

    Raises:
        UsageError: A month is not held, or there is no such folder.
        DataError: A snapshot is damaged.
    """
    snapshots = read_snapshots(statfin)
    for month in months:
        check_held([month], snapshots)
    members, definitions = _groups(groups), catalogue.load()
    return Computed(
        published_table(snapshots, snapshots.months, members, definitions),
        context_table(snapshots, snapshots.months, members, definitions),
        snapshots,
    )


def _months(months: str | Sequence[str]) -> tuple[str, ...]:
    """The months in order, each once."""
    if isinstance(months, str):
        return parse_months(months)
    if not months:
        raise UsageError("no month is asked for; give at least one")
    return tuple(sorted({parse_month(month) for month in months}))


def check_held(months: Sequence[str], snapshots: Snapshots) -> None:
    """Refuse months of which the snapshots know nothing."""
    held = snapshots.months
    if not set(months) & set(held):
        asked = months[0] if len(months) == 1 else f"{months[0]}..{months[-1]}"
        raise UsageError(
            f"no figures of {asked}: the snapshots hold {held[0]}..{held[-1]}; ask for these"
        )


def _groups(groups: Groups | None) -> Groups:
    if groups is not None:
        return groups
    return {code: group.members for code, group in settings.load().groups.items()}
