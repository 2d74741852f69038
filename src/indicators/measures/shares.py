"""Refuses shares of a labour force above 100 %: more unemployed than there are people."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from indicators.catalogue.loading import load_catalogue
from indicators.errors import DataError

_MUNICIPALITY = "KU"
_WHOLE = 100
_CHANCE = 4
"""So many foreign or young unemployed more than the labour force of a day long before are chance:
a small place has few of them."""
_MAX_NAMED = 20


def refuse_impossible_shares(table: pd.DataFrame) -> None:
    """Refuse a long table with a share of a labour force above 100 %.

    A labour force in thousands, or of another area, gives such shares. The message holds no count
    of persons but the labour force.

    Args:
        table: A long table of any sources.

    Raises:
        DataError: With one line a labour force: its area, year, group and number.
    """
    groups = load_catalogue().labour_force_groups()
    shares = table["indicator"].isin(list(groups)) & (table["denominator"] >= 0)
    rows = table[shares]
    more = rows["numerator"] - rows["denominator"]
    group = rows["indicator"].astype(str).map(groups)
    of_all = group == "total"
    wrong = rows[(rows["value"] > _WHOLE) & of_all | (more > np.where(of_all, 0, _CHANCE))]
    if wrong.empty:
        return
    found = pd.DataFrame(
        {
            "source": wrong["source"].astype(str),
            "group": group[wrong.index],
            "area": wrong["area"].astype(str),
            "year": wrong["month"].astype(str).str[:4],
            "month": wrong["month"].astype(str),
            "number": wrong["denominator"],
        }
    )
    inside = found["area"].str.startswith(_MUNICIPALITY)
    # A group is wrong because a member is.
    found = found[inside] if inside.any() else found
    found = found.drop_duplicates(["source", "group", "area", "year", "number"])
    lines = [_row_message(row) for row in found.head(_MAX_NAMED).to_dict("records")]
    unnamed = len(found) - len(lines)
    first, *others = lines
    raise DataError(first, [*others, *([f"and {unnamed} more"] if unnamed else [])])


def _row_message(row: Mapping[Hashable, Any]) -> str:
    number = f"{row['number']:,.0f}"
    advice = "the share of the unemployed would be over 100 %"
    if row["source"] == "statfin":
        place = f"StatFin's labour force of {row['area']} {row['month']}"
        return f"{place}: {number}, so that {advice}; fetch the table again"
    return (
        f"labour_force ({row['group']}) of {row['area']} {row['year']}: {number}, so that "
        f"{advice}: "
        "is it in thousands, or of another area? Correct it and import it again"
    )
