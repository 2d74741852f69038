"""Small long tables to compare."""

from __future__ import annotations

from typing import Any

import pandas as pd

from indicators import table

LIKE: dict[str, Any] = {
    "indicator": "unemployment_share",
    "statistic": "value",
    "month": "2022-02",
    "area": "KU398",
    "population": "residents",
    "dimension": "total",
    "category": "total",
    "numerator": 50.0,
    "denominator": 400.0,
    "value": 12.5,
    "low": None,
    "high": None,
    "unit": "percent",
    "status": "normal",
    "series_break": None,
    "source": "statfin",
    "vintage": "2022-05-01",
}


def row(**other: Any) -> dict[str, Any]:
    return {**LIKE, **other}


def long(*rows: dict[str, Any]) -> pd.DataFrame:
    """A long table of some rows, types as a file gives them."""
    frame = pd.DataFrame(rows, columns=list(table.COLUMNS))
    for name in table.COLUMNS:
        frame[name] = frame[name].astype("float64" if name in table.NUMBERS else "category")
    return frame


def hidden(**other: Any) -> dict[str, Any]:
    empty = {"numerator": None, "denominator": None, "value": None}
    return row(**{**empty, "status": "suppressed", **other})
