"""What is hidden: the named policies, as data."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import pandas as pd

from indicators.disclosure.counts import (
    CELL_COLUMNS,
    PUBLIC_SOURCES,
    Flags,
    numbered_rows,
    table_counts,
)
from indicators.errors import UsageError

DEFAULT_POLICY = "tyonv5"


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy.

    Attributes:
        name: What it is asked for by.
        hidden_up_to: Counts of 1 up to this are hidden; 0 is shown always.
        minimum_mean: Fewest behind a mean or an interval that is shown.
        minimum_median: Fewest behind a median or a maximum that is shown.
        minimum_rate: Smallest denominator of a share that is shown.
    """

    name: str
    hidden_up_to: int
    minimum_mean: int
    minimum_median: int
    minimum_rate: int


@cache
def all_policies() -> dict[str, Policy]:
    """All policies by name."""
    text = files("indicators.disclosure").joinpath("policies.toml").read_text(encoding="utf-8")
    return {name: Policy(name, **limits) for name, limits in tomllib.loads(text).items()}


def find_policy(name: str) -> Policy:
    """The policy of a name.

    Raises:
        UsageError: There is none.
    """
    known = all_policies()
    if name not in known:
        raise UsageError(f"{name} is not a disclosure policy; choose {', '.join(known)}")
    return known[name]


# Why a row is hidden.


PRIMARY_NUMERATOR = "primary numerator"
PRIMARY_DENOMINATOR = "primary denominator"
MINIMUM = "minimum"
PUBLISHED_BEFORE = "published before"
SECONDARY = "secondary"

RULES = (PRIMARY_NUMERATOR, PRIMARY_DENOMINATOR, MINIMUM, PUBLISHED_BEFORE, SECONDARY)
"""A row has one rule, the first of them that applies."""


# Rows that are left out of what is published, where nothing else makes a table safe.
#
# A row that is hidden still says that there is a count of 1 to 4. Where tables that are out already
# (under a laxer policy, say) would tell that count, only to leave the row out altogether helps. The
# settings name such rows: ``[disclosure] leave_out = [{indicator = "…", dimension = "…"}]``.


RowSelector = Mapping[str, str]
"""Rows by columns of a long table's key, with what stands in them."""

_SELECTOR_KEYS = ("indicator", "population", "area", "dimension")
_DIFFERENCE = " without "


def matches_any(long: pd.DataFrame, leave_out: Sequence[RowSelector]) -> Flags:
    """Which rows are among some; what its source has published already never is."""
    chosen = np.zeros(len(long), bool)
    for rows in leave_out:
        inside = np.ones(len(long), bool)
        for column, wanted in rows.items():
            inside &= (long[column].astype(object) == wanted).to_numpy(bool)
        chosen |= inside
    return chosen & ~long["source"].isin(PUBLIC_SOURCES).to_numpy()


def drop_rows(long: pd.DataFrame, leave_out: Sequence[RowSelector]) -> pd.DataFrame:
    """A long table without some rows."""
    if not leave_out:
        return long
    return long[~matches_any(long, leave_out)].reset_index(drop=True)


def rows_behind(long: pd.DataFrame, cells: pd.DataFrame) -> Flags:
    """Rows that show counts, or counts of which they are the difference.

    Args:
        long: A long table.
        cells: Columns :data:`~indicators.disclosure.counts.CELL_COLUMNS`.
    """
    counts = table_counts(numbered_rows(long))
    listed = cells[list(CELL_COLUMNS)].astype(object)
    for name in ("count", "population", "area"):
        listed[name] = listed[name].map(lambda text: str(text).split(_DIFFERENCE))
        listed = listed.explode(name, ignore_index=True)
    keys = pd.MultiIndex.from_frame(counts[list(CELL_COLUMNS)].astype(object))
    found = counts["row"][keys.isin(pd.MultiIndex.from_frame(listed))]
    behind = np.zeros(len(long), bool)
    behind[found.to_numpy(np.int64)] = True
    return behind


def selectors_of(long: pd.DataFrame, rows: Flags) -> list[dict[str, str]]:
    """Rows as the settings name them: all of the same indicator, population, area and dimension."""
    alike = (
        long.loc[rows, list(_SELECTOR_KEYS)]
        .astype(str)
        .drop_duplicates()
        .sort_values(list(_SELECTOR_KEYS))
    )
    return [dict(zip(_SELECTOR_KEYS, values, strict=True)) for values in alike.to_numpy().tolist()]


def selector_as_toml(rows: RowSelector) -> str:
    """One entry of ``leave_out`` as TOML has it."""
    return "{ " + ", ".join(f'{name} = "{value}"' for name, value in rows.items()) + " }"
