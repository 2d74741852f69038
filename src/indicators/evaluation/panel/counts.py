"""Published counts of each municipality and month, additive over municipalities."""

from __future__ import annotations

import numpy as np
import pandas as pd

from indicators.measures.figures import LEAST, MIDDLE, MOST

#: Columns of counts; some cells of services and some counts of long-term unemployed are hidden.
COUNTS = ("labour_force", "unemployed", "services", "long_term")
HIDEABLE = ("services", "long_term")
BOUNDS = tuple(f"{name}_{end}" for name in HIDEABLE for end in ("low", "high"))
KEY = ("unit", "month")


def counts(table: pd.DataFrame) -> pd.DataFrame:
    """The long table of municipalities, turned to one row a municipality and month.

    Args:
        table: Of ``indicators.compute`` from StatFin: one row a figure.

    Returns:
        Columns ``unit``, ``month``, those of :data:`COUNTS` and :data:`BOUNDS`, in persons. What
        no vintage holds is missing. A hidden cell (1–4) counts as 2.5, with its bounds beside,
        for a region is the sum of municipalities of which some hide a few persons.
    """
    kept = table[table["area"].astype(str).str.startswith("KU")]
    share = _figures(kept, "unemployment_share", "value", ("numerator", "denominator"))
    extended = _figures(kept, "extended_unemployment", "value", ("value", "low", "high"))
    unemployed = share["numerator"]
    found = {
        "labour_force": share["denominator"],
        "unemployed": unemployed,
        "services": extended["value"] - unemployed,
        "services_low": extended["low"].fillna(extended["value"]) - unemployed,
        "services_high": extended["high"].fillna(extended["value"]) - unemployed,
    }
    return pd.DataFrame(found | _long_term(kept)).reset_index()


def _long_term(table: pd.DataFrame) -> dict[str, pd.Series]:
    found = _figures(table, "structural_unemployment", "long_term", ("value", "status"))
    hidden = found["status"].astype(str) == "suppressed"
    counted = {"long_term_low": LEAST, "long_term": MIDDLE, "long_term_high": MOST}
    return {name: found["value"].mask(hidden, count) for name, count in counted.items()}


def _figures(
    table: pd.DataFrame, indicator: str, statistic: str, columns: tuple[str, ...]
) -> pd.DataFrame:
    chosen = table[(table["indicator"] == indicator) & (table["statistic"] == statistic)]
    keys = [chosen["area"].astype(str).rename("unit"), chosen["month"].astype(str)]
    return chosen[list(columns)].set_index(keys).sort_index()


def add_up(counts: pd.DataFrame, groups: dict[str, tuple[str, ...]]) -> pd.DataFrame:
    """Counts of groups of municipalities, each as one unit.

    Args:
        counts: Of :func:`counts`.
        groups: Members by the group's own code; at least one.

    Returns:
        The same columns, one row a group and month; missing where a member's count is.
    """
    names = [*COUNTS, *BOUNDS]
    wide = counts.pivot(index="month", columns="unit", values=names)
    months = wide.index
    frames = []
    for code, members in groups.items():
        sums = {name: wide[name][list(members)].to_numpy(float).sum(axis=1) for name in names}
        frames.append(pd.DataFrame({"unit": code, "month": months, **sums}))
    return pd.concat(frames, ignore_index=True)


def bounds_width(counts: pd.DataFrame) -> pd.Series:
    """How much hidden cells leave open in services, in percentage points of the labour force."""
    open_ = counts["services_high"] - counts["services_low"]
    return pd.Series(100 * np.divide(open_, counts["labour_force"]), counts.index)
