"""Indicator 16: customers per full-time equivalent and per specialist."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators.measures.register.accounts.reported import account_caseload
from indicators.measures.register.measure import Measure, Rows, Totals
from indicators.measures.register.rows import INCOMPLETE, NORMAL, NOT_AVAILABLE, Block, Figures
from indicators.tallies.axes import COUNTRY

CASELOAD_ID = "caseload"
_CASELOAD_STATISTICS = (
    "customers_per_fte",
    "customers_per_specialist_median",
    "customers_per_specialist_max",
)


def add_rows(totals: Totals, rows: Rows) -> None:
    """Rows for the offices of the trial and for all, for each month computed."""
    held = totals.job.register.read("caseload").to_pandas()
    trial = held[held["office"].isin(totals.job.trial_offices)]
    least = totals.job.choice(CASELOAD_ID, "min_specialists")
    months = totals.clock.months
    figures_of = {
        (month, place): _caseload_of_month(rows_[rows_["month"] == month], least)
        for place, rows_ in enumerate([held, trial])
        for month in months
    }
    block = Block(
        months,
        (COUNTRY,),
        totals.job.register.extract_date.isoformat(),
        populations=("residents", "trial_office"),
        categories=(("total", "total"),),
        source="administrative",
    )
    for at, statistic in enumerate(_CASELOAD_STATISTICS):
        cells = [[figures_of[month, place][at] for place in (0, 1)] for month in months]
        figures = _caseload_figures(np.array(cells, np.float64), totals)
        rows.add(statistic, figures, block=block)


_Cell = tuple[float, float, float]
_NOTHING: _Cell = (np.nan, np.nan, np.nan)


def _caseload_of_month(rows: pd.DataFrame, least: int) -> tuple[_Cell, _Cell, _Cell]:
    """Numerator, denominator and value of each statistic, NaN where it cannot be given."""
    if rows.empty:
        return _NOTHING, _NOTHING, _NOTHING
    # Sorted, so that a sum does not depend on the order of rows.
    customers, fte = float(rows["customers"].sum()), float(np.sort(rows["fte"]).sum())
    each = rows.groupby("specialist_id")["customers"].sum()
    per_fte, many = (customers, fte, customers / fte) if fte > 0 else _NOTHING, len(each)
    if many < least:
        return per_fte, _NOTHING, _NOTHING
    return per_fte, (np.nan, many, float(each.median())), (np.nan, many, float(each.max()))


def _caseload_figures(cells: NDArray[np.float64], totals: Totals) -> Figures:
    """Figures of shape (months, one area, populations, one category)."""
    numerator, denominator, value = (
        cells[:, None, :, at, None].copy() for at in range(len(_CASELOAD_STATISTICS))
    )
    unseen = (totals.clock.firsts > totals.clock.extract).reshape(-1, 1, 1, 1)
    nothing = np.where(unseen, INCOMPLETE, NOT_AVAILABLE)
    status = np.where(np.isnan(value), nothing, NORMAL).astype(np.int8)
    return Figures(numerator, denominator, value, status, np.ones(value.shape, bool))


MEASURE = Measure(
    CASELOAD_ID,
    tables=dict.fromkeys(_CASELOAD_STATISTICS, ("caseload",)),
    count=None,
    rows=add_rows,
    account=account_caseload,
)
