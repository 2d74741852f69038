"""Why a figure was revised, as far as the figure and the manifests tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isnan
from typing import Any

from indicators import catalogue

CAUSES: Mapping[str, str] = {
    "newly_hidden": "newly hidden",
    "newly_shown": "newly shown",
    "labour_force": "labour force re-based",
    "data": "data",
    "definition": "definition",
    "code": "code",
    "row_added": "row added",
    "row_removed": "row removed",
    "not_known": "not known",
}
# Statuses of a figure that has a value.
SHOWN = frozenset({"normal", "provisional", "bounded"})


@dataclass(frozen=True, slots=True)
class Changed:
    """What the manifests of two vintages say about how differently they were made.

    Attributes:
        sources: Names of the sources (column ``source``) whose files are not the same.
        days: Days of files that are not the same in both; a figure of an unchanged file of a
            changed source has none of them.
        definition: Whether the catalogue or a parameter changed.
        code: Whether the package changed.
    """

    sources: frozenset[str] = field(default_factory=frozenset)
    days: frozenset[str] = field(default_factory=frozenset)
    definition: bool = False
    code: bool = False


def cause(row: Mapping[str, Any], changed: Changed | None) -> str:
    """The cause of one revision.

    Args:
        row: The figure in both tables: columns of the long table with ``_old`` and ``_new``.
        changed: None if the tables have no manifests.

    Returns:
        A key of :data:`CAUSES`.
    """
    if at_the_edge := _hidden_or_absent(row):
        return at_the_edge
    if _re_based(row):
        return "labour_force"
    if _text(row["vintage_old"]) != _text(row["vintage_new"]):
        return "data"
    if changed is None:
        return "not_known"
    if row["source"] in changed.sources and _text(row["vintage_new"]) in changed.days:
        return "data"
    return "definition" if changed.definition else "code" if changed.code else "not_known"


def _hidden_or_absent(row: Mapping[str, Any]) -> str | None:
    old, new = (_text(row[f"status_{side}"]) for side in ("old", "new"))
    if not old:
        return "row_added"
    if not new:
        return "row_removed"
    if new == "suppressed" and old in SHOWN:
        return "newly_hidden"
    return "newly_shown" if old == "suppressed" and new in SHOWN else None


def _re_based(row: Mapping[str, Any]) -> bool:
    """The same people, held against another labour force."""
    old, new = (float(row[f"denominator_{side}"]) for side in ("old", "new"))
    same = row["numerator_old"] == row["numerator_new"]
    known = not (isnan(old) or isnan(new))
    return bool(
        row["indicator"] in catalogue.load().labour_force_groups() and same and known and old != new
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
