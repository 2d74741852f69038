"""Indicator 23: how many services the long-term unemployed have begun within a year."""

from __future__ import annotations

import numpy as np

from indicators.measures.register.accounts.paths import account_service_paths
from indicators.measures.register.activation import long_term_stays
from indicators.measures.register.chunk import Chunk
from indicators.measures.register.interval_ops import (
    Intervals,
    day_of,
    index_key,
    intersect,
    merge,
    person_of,
)
from indicators.measures.register.measure import Measure, Rows, Totals
from indicators.measures.register.rows import count_figures, mean_figures, stock_status
from indicators.measures.register.stocks import stock_of
from indicators.tallies.tallies import Tallies

ID = "service_paths"
_SEVERAL = 2


def count(chunk: Chunk) -> Tallies:
    """The long-term unemployed, those of them with services, and the services."""
    stays, windows = long_term_stays(chunk, ID), _windows(chunk)
    return Tallies(
        {
            "long_term": stock_of(chunk, stays),
            "some": stock_of(chunk, intersect(merge(windows.start, windows.stop), stays).intervals),
            "several": stock_of(chunk, intersect(_overlaps(windows), stays).intervals),
            "services": stock_of(chunk, intersect(windows, stays).intervals),
        }
    )


def _windows(chunk: Chunk) -> Intervals:
    """Of each service (renewals joined) the count days that look back on its start."""
    services = chunk.services(chunk.job.choice(ID, "renewal_gap_days")).intervals
    person, start = person_of(services.start), day_of(services.start)
    entry = index_key(person, chunk.clock.first_from(start))
    months = chunk.job.choice(ID, "path_window_months")
    leave = index_key(person, chunk.clock.first_with_back(months, start))
    return Intervals(entry, leave).where(entry < leave)


def _overlaps(windows: Intervals) -> Intervals:
    """Runs that at least two of the windows cover."""
    bound = np.concatenate([windows.start, windows.stop])
    change = np.repeat([1, -1], len(windows))
    order = np.argsort(bound, kind="stable")
    bound, depth = bound[order], np.cumsum(change[order])
    deep = np.flatnonzero((depth[:-1] >= _SEVERAL) & (bound[:-1] < bound[1:]))
    return merge(bound[deep], bound[deep + 1])


def add_rows(totals: Totals, rows: Rows) -> None:
    """Persons by how many services, and the mean."""
    long_term, some, several, services = (
        totals.stock(f"service_paths.{name}")
        for name in ("long_term", "some", "several", "services")
    )
    status = stock_status(totals.clock)
    numbers = {"none": long_term - some, "one": some - several, "several": several}
    for name, number in numbers.items():
        rows.add(name, count_figures(number, status, long_term > 0))
    rows.add("mean_services", mean_figures(services, long_term, status))


_STATISTICS = ("none", "one", "several", "mean_services")

MEASURE = Measure(
    ID,
    tables=dict.fromkeys(_STATISTICS, ("employment_code", "service")),
    count=count,
    rows=add_rows,
    account=account_service_paths,
    # What a definition's parameters make of it by default.
    looks_back=dict.fromkeys(_STATISTICS, 12),
)
