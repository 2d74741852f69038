"""Indicator 7: structural unemployment, four groups of which a person is in the first that fits."""

from __future__ import annotations

import numpy as np

from indicators.measures.register import arrays
from indicators.measures.register.accounts.stocks import account_structural
from indicators.measures.register.activation import (
    latest_services,
    long_term_stays,
)
from indicators.measures.register.chunk import Chunk, days_at
from indicators.measures.register.interval_ops import (
    Intervals,
    Keys,
    Mask,
    any_within,
    covered_before,
    day_key,
    day_of,
    expand,
    index_key,
    intersect,
    merge,
    person_of,
    sorted_keys,
    subtract,
)
from indicators.measures.register.measure import Measure, Rows, Totals
from indicators.measures.register.rows import count_figures, stock_status
from indicators.measures.register.stocks import stock_of, unemployed_stays
from indicators.tallies.tallies import Tallies

ID = "structural_unemployment"
GROUPS = ("long_term", "recurrent", "returned_from_service", "service_to_service")

_LONGEST_MONTH = 31


def count(chunk: Chunk) -> Tallies:
    """Stocks of the four groups."""
    long_term = long_term_stays(chunk, ID)
    rest = subtract(unemployed_stays(chunk), long_term).intervals
    recurrent = _recurrent(chunk, rest)
    returned = intersect(subtract(rest, recurrent).intervals, _after_service(chunk)).intervals
    groups = (long_term, recurrent, returned, _service_to_service(chunk))
    return Tallies(
        {name: stock_of(chunk, stays) for name, stays in zip(GROUPS, groups, strict=True)}
    )


def _recurrent(chunk: Chunk, stays: Intervals) -> Intervals:
    """Of stays in unemployment, the count days with enough unemployed days in the window."""
    least = chunk.job.choice(ID, "recurrent_days")
    months = chunk.job.choice(ID, "recurrent_window_months")
    unemployment = chunk.unemployed

    def unemployed_days(person: Keys, before: Keys, last: Keys) -> Keys:
        """Days in (before, last]."""
        until = covered_before(unemployment, day_key(person, last + 1))
        return until - covered_before(unemployment, day_key(person, before + 1))

    # A stay can only hold such a day if a wider window up to its last day has enough: few do.
    person = person_of(stays.start)
    first, last = (days_at(keys, chunk.clock) for keys in (stays.start, stays.stop - 1))
    before = np.maximum(first - _LONGEST_MONTH * months - 1, arrays.EARLIEST)
    stays = stays.where(unemployed_days(person, before, last) >= least)
    key, _ = expand(stays)
    day = days_at(key, chunk.clock)
    enough = unemployed_days(person_of(key), arrays.add_months(day, -months), day) >= least
    return merge(key[enough], key[enough] + 1)


def _after_service(chunk: Chunk) -> Intervals:
    """Count days on which a service (renewals joined) ended within the window before."""
    months = chunk.job.choice(ID, "returned_window_months")
    ended = chunk.services(chunk.job.choice(ID, "renewal_gap_days")).ended
    person, end = person_of(ended.start), day_of(ended.stop) - 1
    start = index_key(person, chunk.clock.first_from(end))
    stop = index_key(person, chunk.clock.first_with_back(months, end))
    some = start < stop
    return merge(start[some], stop[some])


def _service_to_service(chunk: Chunk) -> Intervals:
    """In service, the latest begun recently and soon after a previous one had ended."""
    gap = chunk.job.choice(ID, "renewal_gap_days")
    months = chunk.job.choice(ID, "service_window_months")
    services = chunk.services(gap)
    stays, service = latest_services(chunk, gap)
    person, start = person_of(stays.start), day_of(services.intervals.start)[service]
    until = index_key(person, chunk.clock.first_with_back(months, start))
    stop = np.minimum(stays.stop, until)
    fits = _follows_another(chunk, gap)[service] & (stays.start < stop)
    return Intervals(stays.start, stop).where(fits)


def _follows_another(chunk: Chunk, gap: int) -> Mask:
    """Whether an earlier service ended shortly before each starts.

    Such a spell is never the same service: its renewals are part of it.
    """
    services = chunk.services(gap)
    ends = sorted_keys(services.ended.stop - 1)
    start = services.intervals.start
    months = chunk.job.choice(ID, "service_gap_months")
    low = day_key(person_of(start), arrays.add_months(day_of(start), -months))
    return any_within(ends, low, start)


def add_rows(totals: Totals, rows: Rows) -> None:
    """The four groups and their sum."""
    status = stock_status(totals.clock)
    stocks = {name: totals.stock(f"structural.{name}") for name in GROUPS}
    stocks["total"] = np.sum(list(stocks.values()), axis=0)
    behind = stocks["total"] > 0
    for name, stock in stocks.items():
        rows.add(name, count_figures(stock, status, behind))


MEASURE = Measure(
    ID,
    tables=dict.fromkeys(("long_term", "recurrent"), ("employment_code",))
    | dict.fromkeys(
        ("returned_from_service", "service_to_service", "total"), ("employment_code", "service")
    ),
    count=count,
    rows=add_rows,
    account=account_structural,
    # What a definition's parameters make of it by default.
    looks_back={
        "recurrent": 16,
        "returned_from_service": 3,
        "service_to_service": 15,
        "total": 16,
    },
)
