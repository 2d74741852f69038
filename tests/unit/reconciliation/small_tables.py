"""Long tables of a few rows."""

from math import nan

import pandas as pd

from indicators import table

_PLAIN = {
    "indicator": "extended_unemployment",
    "statistic": "value",
    "month": "2022-02",
    "area": "KU398",
    "population": "residents",
    "dimension": "total",
    "category": "total",
    "numerator": nan,
    "denominator": nan,
    "value": nan,
    "low": nan,
    "high": nan,
    "unit": "persons",
    "status": "normal",
    "series_break": None,
    "vintage": "2023-06-30",
}


def long_table(source, *rows):
    """Rows by what is not plain; a count needs its ``value`` alone."""
    full = [_PLAIN | {"source": source} | row for row in rows]
    frame = pd.DataFrame(full, columns=list(table.COLUMNS))
    texts = [name for name in table.COLUMNS if name not in table.NUMBERS]
    return frame.astype(dict.fromkeys(texts, "category"))


def share(numerator, denominator, **more):
    """A percentage, such as the unemployment share."""
    value = 100 * numerator / denominator
    counts = {"numerator": numerator, "denominator": denominator, "value": value}
    return {"indicator": "unemployment_share", "unit": "percent", **counts, **more}
