"""Kela's open data on unemployment benefits.

The published sets hold totals beside their parts, other periods than months, and benefits that
unemployment funds pay. What is kept adds up: each euro stands in one row.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from indicators.register.arrays import Mask
from indicators.register.schema import arrow_schema
from indicators.sources.register.records import Coded, Records, coded_as
from indicators.sources.register.tables.common import Cleaning
from indicators.sources.register.tables.figures import month, municipality, numbers, superseded
from indicators.sources.register.trail import Fault

TABLE = "kela"
_FIGURES = ("recipients", "euros", "days")
_KEY = ("municipality", "month", "benefit", "basis")
_UNKNOWN_MUNICIPALITY = "199"
"""Where persons are put whose municipality is not known, or who are fewer than four in it."""


def kela(cleaning: Cleaning, rows: Records) -> pa.Table:
    """Monthly rows of Kela's own benefits by municipality, benefit and basis."""
    log = cleaning.log
    rows = cleaning.delivered(TABLE, rows)
    rows = log.drop(TABLE, "not_monthly", rows, _not_monthly(rows.text("period")))
    rows = rows.replace(month=_months(rows.text("year"), rows.text("month")))
    for name, meaning in (("municipality", municipality), ("month", month)):
        rows = cleaning.known(TABLE, rows, name, meaning)
    nowhere = rows.text("municipality").isin({_UNKNOWN_MUNICIPALITY})
    rows = log.drop(TABLE, "unknown_municipality", rows, nowhere)
    rows = log.drop(TABLE, "paid_by_funds", rows, _matches(rows.text("benefit"), "ansio"))
    for name in ("sex", "age", "compensation"):
        rows = log.drop(TABLE, "part_of_total", rows, _parts(rows.text(name)))
    for name in ("benefit", "basis"):
        rows = cleaning.known(TABLE, rows, name, lambda text: text)
        rows = log.drop(TABLE, "total_of_parts", rows, _totals(rows.text(name)))
    repeated = int(np.count_nonzero(superseded(rows, (*_KEY, "sex", "age", "compensation"))))
    if repeated:
        text = (
            "the same municipality, month, benefit, basis, sex and age come twice: figures would "
            "count double; leave one file or one kind of rows"
        )
        log.faults.append(Fault(TABLE, "duplicate-key", text, "benefit", repeated))
    return _added_up(rows)


def _not_monthly(period: Coded) -> Mask:
    """Rows of years and other periods; without the column all rows are monthly."""
    return ~period.missing & (~_matches(period, "kuukau", "kk") | _matches(period, "kertym"))


def _months(year: Coded, number: Coded) -> Coded:
    """The month, of a column of months or of year and number."""
    years, numbers_ = year.names.to_pylist(), number.names.to_pylist()
    if not years or any(month(name) for name in numbers_):
        return number
    pairs = year.codes.astype(np.int64) * (len(numbers_) + 1) + number.codes
    distinct, place = np.unique(pairs, return_inverse=True)
    texts = []
    for pair in distinct.tolist():
        of_year, of_number = divmod(pair, len(numbers_) + 1)
        known = of_year >= 0 and of_number < len(numbers_)
        texts.append(f"{numbers_[of_number]}/{years[of_year]}" if known else "?")
    return coded_as(place, texts)


def _matches(column: Coded, *parts: str) -> Mask:
    return column.isin(
        {n for n in column.names.to_pylist() if any(p in n.casefold() for p in parts)}
    )


def _total(column: Coded) -> Mask:
    return _matches(column, "yhteensä")


def _parts(column: Coded) -> Mask:
    """Rows of a part, where the total stands in other rows."""
    total = _total(column)
    return ~total & total.any()


def _totals(column: Coded) -> Mask:
    """Rows of the total, where its parts stand in other rows."""
    total = _total(column)
    return total & ~total.all()


def _added_up(rows: Records) -> pa.Table:
    """Sums by key; a figure not published in any of the rows is missing."""
    table = pa.table(
        {
            **{name: rows.text(name).arrow() for name in _KEY},
            **{name: pa.array(numbers(rows.text(name)), from_pandas=True) for name in _FIGURES},
        }
    )
    options = pc.ScalarAggregateOptions(min_count=1)
    sums = table.group_by(list(_KEY), use_threads=False).aggregate(
        [(name, "sum", options) for name in _FIGURES]
    )
    sums = sums.rename_columns([name.removesuffix("_sum") for name in sums.column_names])
    made = sums.select(arrow_schema(TABLE).names).cast(arrow_schema(TABLE))
    return made.sort_by([(name, "ascending") for name in _KEY])
