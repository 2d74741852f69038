"""Indicators 6, 11 and 12: who is in a service on the count day (contract, section 4)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from indicators.measures.register import days
from indicators.measures.register.chunk import Chunk, days_at
from indicators.measures.register.figures import count as counts
from indicators.measures.register.figures import percent, stock_status
from indicators.measures.register.needs import Needs
from indicators.measures.register.runs import (
    Mask,
    Runs,
    covering,
    day_key,
    day_of,
    distinct,
    intersect,
    latest_covering,
    merge,
    person_of,
    subtract,
    tiles,
)
from indicators.measures.register.sheet import Sheet
from indicators.measures.register.stocks import unemployed_stays
from indicators.measures.register.totals import Totals
from indicators.tallies import Tallies, counting

LONG_TERM = "long_term_activation_rate"
NEEDS: Needs = {
    one: {"value": ("employment_code", "service")}
    for one in ("extended_unemployment", "activation_rate", LONG_TERM)
}


def service_stays(chunk: Chunk) -> Runs:
    """Who is in service on which count days, on the line of count days.

    A service spell as recorded covers the day and the person is not unemployed on it.
    """

    def make() -> Runs:
        recorded = chunk.stays(chunk.spells("service"))[0]
        services = merge(recorded.start, recorded.stop)
        unemployed = unemployed_stays(chunk)
        return subtract(services, merge(unemployed.start, unemployed.stop)).runs

    return chunk.once("in service", make)


def latest_services(chunk: Chunk, gap: int) -> tuple[Runs, NDArray[np.intp]]:
    """For who is in service, which spell (renewals joined) is the one that began last.

    Args:
        chunk: The persons.
        gap: As in :meth:`Chunk.services`.

    Returns:
        Stays on the line of count days, and each one's position in ``chunk.services(gap)``.
    """

    def make() -> tuple[Runs, NDArray[np.intp]]:
        spells = chunk.services(gap).runs
        bounds = chunk.stays(spells)[0]
        cuts = distinct(np.concatenate([bounds.start, bounds.stop]))
        stays = intersect(service_stays(chunk), tiles(cuts)).runs
        day = day_key(person_of(stays.start), days_at(stays.start, chunk.clock))
        return stays, latest_covering(spells, day)

    return chunk.once(("latest services", gap), make)


def long_term_stays(chunk: Chunk, months: int, *, merge_layoff: bool) -> Runs:
    """Who has been unemployed for at least some months, on the line of count days."""
    spells = chunk.unemployment(merge_layoff=merge_layoff)
    stays, spell = chunk.stays(spells)
    start = day_of(spells.start)[spell]
    person = person_of(stays.start)
    ripe = (person << 18) + chunk.clock.first_with_back(months, start)
    begin = np.maximum(stays.start, ripe)
    return Runs(begin, stays.stop).where(begin < stays.stop)


def count(chunk: Chunk) -> Tallies:
    """Stocks in service, long-term unemployed, and in service after long-term unemployment."""
    job = chunk.job
    months, merges = job.choice(LONG_TERM, "long_term_months"), job.merges_layoff(LONG_TERM)
    return Tallies(
        {
            "in_service": stock_of(chunk, service_stays(chunk)),
            "long_term": stock_of(chunk, long_term_stays(chunk, months, merge_layoff=merges)),
            "activated": stock_of(chunk, _activated(chunk, months, merge_layoff=merges)),
        }
    )


def stock_of(chunk: Chunk, stays: Runs) -> NDArray[np.int64]:
    """Tally of stays on the line of count days."""
    stock = chunk.stock(stays)
    return counting.stock(chunk.axes, stock.entry, stock.leave, stock.code)


def _activated(chunk: Chunk, months: int, *, merge_layoff: bool) -> Runs:
    gap = chunk.job.choice(LONG_TERM, "renewal_gap_days")
    stays, service = latest_services(chunk, gap)
    unemployment = chunk.unemployment(merge_layoff=merge_layoff)
    before = _long_term_before(chunk.services(gap).runs, unemployment, months)
    return stays.where(before[service])


def _long_term_before(services: Runs, unemployment: Runs, months: int) -> Mask:
    """Whether the day before each service lies in an unemployment spell of so many months."""
    eve = services.start - 1
    spell = covering(unemployment, eve)
    limit = day_key(person_of(eve), days.add_months(day_of(eve), -months))
    start = np.append(unemployment.start, 0)[spell]
    long: Mask = (spell >= 0) & (start <= limit)
    return long


def tell(totals: Totals, sheet: Sheet) -> None:
    """Extended unemployment and the two activation rates."""
    unemployed = totals.stock("stocks.unemployed")
    services = totals.stock("activation.in_service")
    status, extended = stock_status(totals.clock), unemployed + services
    told = counts(extended, status)
    totals.tell(sheet, "extended_unemployment", "value", told, needs=NEEDS)
    told = percent(services, extended, status)
    totals.tell(sheet, "activation_rate", "value", told, needs=NEEDS)
    activated = totals.stock("activation.activated")
    told = percent(activated, activated + totals.stock("activation.long_term"), status)
    totals.tell(sheet, LONG_TERM, "value", told, needs=NEEDS)
