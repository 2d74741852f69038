"""Indicators 6, 11 and 12: who is in a service on the count day (contract, section 4)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from indicators.measures.register import arrays
from indicators.measures.register.accounts.model import Question, RegisterAccount
from indicators.measures.register.accounts.stocks import (
    account_activation,
    account_extended,
    account_long_term,
)
from indicators.measures.register.chunk import Chunk, days_at
from indicators.measures.register.interval_ops import (
    Intervals,
    Mask,
    Unemployment,
    day_key,
    day_of,
    distinct_keys,
    index_covering,
    intersect,
    latest_index_covering,
    merge,
    person_of,
    subtract,
    tiles,
)
from indicators.measures.register.measure import Counts, Measure, Rows, Totals
from indicators.measures.register.rows import count_figures, percent_figures, stock_status
from indicators.measures.register.stocks import stock_of, unemployed_stays
from indicators.tallies.tallies import Tallies

LONG_TERM = "long_term_activation_rate"


def service_stays(chunk: Chunk) -> Intervals:
    """Who is in service on which count days, on the line of count days.

    A service spell as recorded covers the day and the person is not unemployed on it.
    """

    def make() -> Intervals:
        recorded = chunk.stays(chunk.spells("service"))[0]
        services = merge(recorded.start, recorded.stop)
        unemployed = unemployed_stays(chunk)
        return subtract(services, merge(unemployed.start, unemployed.stop)).intervals

    return chunk.cached("in service", make)


def latest_services(chunk: Chunk, gap: int) -> tuple[Intervals, NDArray[np.intp]]:
    """For who is in service, which spell (renewals joined) is the one that began last.

    Args:
        chunk: The persons.
        gap: As in :meth:`Chunk.services`.

    Returns:
        Stays on the line of count days, and each one's position in ``chunk.services(gap)``.
    """

    def make() -> tuple[Intervals, NDArray[np.intp]]:
        spells = chunk.services(gap).intervals
        bounds = chunk.stays(spells)[0]
        cuts = distinct_keys(np.concatenate([bounds.start, bounds.stop]))
        stays = intersect(service_stays(chunk), tiles(cuts)).intervals
        day = day_key(person_of(stays.start), days_at(stays.start, chunk.clock))
        return stays, latest_index_covering(spells, day)

    return chunk.cached(("latest services", gap), make)


def long_term_stays(chunk: Chunk, indicator: str) -> Intervals:
    """Who is unemployed in a spell that is long-term, on the line of count days.

    Args:
        chunk: The persons.
        indicator: Whose parameters say how spells are made and how long they must have lasted.
    """
    months = chunk.job.choice(indicator, "long_term_months")
    unemployment = chunk.unemployment(indicator)
    stays, piece = chunk.stays(unemployment.days)
    start = day_of(unemployment.spells.start)[unemployment.spell[piece]]
    person = person_of(stays.start)
    ripe = (person << 18) + chunk.clock.first_with_back(months, start)
    begin = np.maximum(stays.start, ripe)
    return Intervals(begin, stays.stop).where(begin < stays.stop)


def count(chunk: Chunk) -> Tallies:
    """Stocks in service, long-term unemployed, and in service after long-term unemployment."""
    return Tallies(
        {
            "in_service": stock_of(chunk, service_stays(chunk)),
            "long_term": stock_of(chunk, long_term_stays(chunk, LONG_TERM)),
            "activated": stock_of(chunk, _activated(chunk)),
        }
    )


def _activated(chunk: Chunk) -> Intervals:
    months = chunk.job.choice(LONG_TERM, "long_term_months")
    gap = chunk.job.choice(LONG_TERM, "renewal_gap_days")
    stays, service = latest_services(chunk, gap)
    unemployment = chunk.unemployment(LONG_TERM)
    before = _long_term_before(chunk.services(gap).intervals, unemployment, months)
    return stays.where(before[service])


def _long_term_before(services: Intervals, unemployment: Unemployment, months: int) -> Mask:
    """Whether on the day before each service an unemployment spell had lasted so many months."""
    eve = services.start - 1
    piece = index_covering(unemployment.days, eve)
    limit = day_key(person_of(eve), arrays.add_months(day_of(eve), -months))
    start = np.append(unemployment.spells.start[unemployment.spell], 0)[piece]
    long: Mask = (piece >= 0) & (start <= limit)
    return long


def _add_extended(totals: Totals, rows: Rows) -> None:
    """The unemployed and those in service together."""
    _, extended = _stocks(totals)
    rows.add("value", count_figures(extended, stock_status(totals.clock)))


def _add_activation(totals: Totals, rows: Rows) -> None:
    """Those in service as a share of both."""
    services, extended = _stocks(totals)
    rows.add("value", percent_figures(services, extended, stock_status(totals.clock)))


def _stocks(totals: Totals) -> tuple[Counts, Counts]:
    """In service, and in service or unemployed."""
    services = totals.stock("activation.in_service")
    return services, totals.stock("stocks.unemployed") + services


def _add_long_term(totals: Totals, rows: Rows) -> None:
    """Those activated as a share of them and of the long-term unemployed."""
    activated = totals.stock("activation.activated")
    all_ = activated + totals.stock("activation.long_term")
    rows.add("value", percent_figures(activated, all_, stock_status(totals.clock)))


def _measure(
    indicator: str,
    rows: Callable[[Totals, Rows], None],
    account: Callable[[Question], RegisterAccount],
) -> Measure:
    tables = {"value": ("employment_code", "service")}
    return Measure(indicator, tables, count=count, rows=rows, account=account)


MEASURES = (
    _measure("extended_unemployment", _add_extended, account_extended),
    _measure("activation_rate", _add_activation, account_activation),
    _measure(LONG_TERM, _add_long_term, account_long_term),
)
