"""From which month on a register holds everybody, and what it cannot tell of earlier ones.

An extract holds the job searches that were in force on some day or later. Whoever had left before
is not in it, so counts of earlier months are too small and flows of the first months too large;
nothing in the extract says so.
"""

from __future__ import annotations

from math import nan
from typing import TYPE_CHECKING

import numpy as np

from indicators.calendar import shift_month

if TYPE_CHECKING:
    import pandas as pd

    from indicators.register.store import Register

# So small a share of ended searches may lie before the beginning: slips of the pen, strays.
STRAYS = 0.001


def first_month(register: Register) -> str | None:
    """The month from which on a register holds everybody: that of the first ended job searches.

    Args:
        register: A canonical register.

    Returns:
        ``YYYY-MM``; None where no search has ended, so that nothing can be said.
    """
    ends = register.read("job_search", ["end"])["end"].drop_null().to_numpy()
    if not len(ends):
        return None
    first = np.partition(ends, int(STRAYS * len(ends)))[int(STRAYS * len(ends))]
    return str(first.astype("datetime64[M]"))


def without_earlier_months(table: pd.DataFrame, begin: str) -> pd.DataFrame:
    """Take away what a register cannot tell of the months before it and just behind its beginning.

    Args:
        table: A long table.
        begin: The first month that the register holds everybody of.

    Returns:
        The table, where totals of such months are ``not_available`` and their categories gone. What
        has a source of its own (Kela, surveys) stays.
    """
    early = _early(table, begin)
    rows = table[~early | (table["dimension"] == "total")].reset_index(drop=True)
    uncovered = early[~early | (table["dimension"] == "total")].to_numpy()
    statuses = rows["status"].astype(object)
    statuses[uncovered] = "not_available"
    numbers = {
        name: rows[name].mask(uncovered, nan)
        for name in ("numerator", "denominator", "value", "low", "high")
    }
    return rows.assign(status=statuses.astype("category"), **numbers)


def _early(table: pd.DataFrame, begin: str) -> pd.Series:
    from indicators.measures.register.registry import measures

    month = table["month"].astype(str)
    early = month < begin
    for measure in measures().values():
        for statistic, months in measure.looks_back.items():
            of_statistic = (table["indicator"] == measure.id) & (table["statistic"] == statistic)
            early |= of_statistic & (month < shift_month(begin, months))
    return early & (table["source"] == "register")
