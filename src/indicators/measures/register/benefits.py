"""Indicator 18: unemployment benefits paid by Kela, as its table has them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators.measures.register.accounts.reported import account_benefits
from indicators.measures.register.measure import Measure, Rows, Totals
from indicators.measures.register.placement import (
    area_members,
    position_of,
    rename_municipalities,
    rows_by_area,
)
from indicators.measures.register.rows import NORMAL, NOT_AVAILABLE, PROVISIONAL, Block, Figures
from indicators.tallies.axes import COUNTRY

BENEFITS_ID = "kela_benefits"
_BENEFIT_SUMS = ("recipients", "euros", "days")
_BENEFIT_RATE = "euros_per_day"


def add_rows(totals: Totals, rows: Rows) -> None:
    """Sums in total, by benefit and by basis, for the areas of the table and the groups."""
    held = rename_municipalities(totals.job.register.read("kela").to_pandas())
    categories = [("total", "total")]
    for dimension in ("benefit", "basis"):
        categories += [(dimension, name) for name in sorted(held[dimension].unique())]
    # Which areas the table would have, nobody knows: those of the persons then.
    unknown = [*totals.job.axes.municipalities, COUNTRY] if totals.lacks(["kela"]) else []
    met = [*held["municipality"].unique(), *unknown]
    members = area_members(totals.job.groups, met, country_added_up=False)
    block = Block(
        totals.clock.months,
        list(members),
        totals.job.register.extract_date.isoformat(),
        populations=("residents",),
        categories=categories,
        source="kela",
    )
    status = _months_status(totals, held["month"])
    held = held.assign(month=position_of(block.months, held["month"]))
    held = rows_by_area(held[held["month"] >= 0], members, block.months)
    sums = {name: _benefit_sums(held, name, block) for name in _BENEFIT_SUMS}
    for name in _BENEFIT_SUMS:
        value = sums[name]
        nothing = np.full(value.shape, np.nan)
        rows.add(name, _benefit_figures(value, nothing, value, status), block=block)
    euros, days = sums["euros"], sums["days"]
    rate = np.full(euros.shape, np.nan)
    np.divide(euros, days, out=rate, where=days > 0)
    rows.add(_BENEFIT_RATE, _benefit_figures(euros, days, rate, status), block=block)


def _months_status(totals: Totals, held: pd.Series[str]) -> NDArray[np.int8]:
    """The last months of the table are provisional; months that it lacks are not available."""
    found = sorted(held.unique())
    last = found[-totals.job.choice(BENEFITS_ID, "provisional_months") :]
    provisional = np.isin(totals.clock.months, last)
    normal = np.isin(totals.clock.months, found)
    status = np.select([provisional, normal], [PROVISIONAL, NORMAL], default=NOT_AVAILABLE)
    return status.astype(np.int8)


def _benefit_sums(rows: pd.DataFrame, name: str, block: Block) -> NDArray[np.float64]:
    """Sums by month, area and category; NaN where an area has no row with a figure."""
    sums = np.full((len(block.months), len(block.areas), 1, len(block.categories)), np.nan)
    # In order of size, so that a sum does not depend on the order of rows.
    rows = rows[rows[name].notna()].sort_values(name)
    for at, (dimension, category) in enumerate(block.categories):
        chosen = rows if dimension == "total" else rows[rows[dimension] == category]
        found = chosen.groupby(["month", "area"])[name].sum().reset_index()
        sums[found["month"], found["area"], 0, at] = found[name]
    return sums


def _benefit_figures(
    numerator: NDArray[np.float64],
    denominator: NDArray[np.float64],
    value: NDArray[np.float64],
    status: NDArray[np.int8],
) -> Figures:
    full = np.broadcast_to(status.reshape(-1, 1, 1, 1), value.shape)
    shown = ~np.isnan(numerator)
    shown[..., 0] = True
    status = np.where(np.isnan(numerator), NOT_AVAILABLE, full).astype(np.int8)
    return Figures(numerator, denominator, value, status, shown)


MEASURE = Measure(
    BENEFITS_ID,
    tables=dict.fromkeys((*_BENEFIT_SUMS, _BENEFIT_RATE), ("kela",)),
    count=None,
    rows=add_rows,
    account=account_benefits,
)
