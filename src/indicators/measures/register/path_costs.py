"""Indicator 27: what the services of the long-term unemployed cost over two years, by path."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indicators.calendar import count_day, shift_month
from indicators.catalogue.sequences import SEQUENCES
from indicators.measures.register import arrays
from indicators.measures.register.accounts.path_costs import (
    DAYS_A_MONTH,
    MONTHS,
    account_path_costs,
)
from indicators.measures.register.after_service import open_market_days
from indicators.measures.register.arrays import Clock, Days
from indicators.measures.register.chunk import Chunk
from indicators.measures.register.interval_ops import (
    Intervals,
    Keys,
    day_key,
    day_of,
    person_of,
)
from indicators.measures.register.measure import Measure, Rows, Totals, blank_missing
from indicators.measures.register.rows import (
    INCOMPLETE,
    NORMAL,
    Status,
    mean_figures,
    median_figures,
    percent_figures,
)
from indicators.measures.register.service_costs import UNPRICED, Lanes
from indicators.measures.register.service_sequences import sequence_places
from indicators.register.prices import MICRO, micro_prices
from indicators.register.schema import SERVICE_GROUPS
from indicators.tallies import tallies
from indicators.tallies.tallies import Tallies

ID = "path_costs"
_CATEGORIES = tuple(("following_sequence", sequence) for sequence in SEQUENCES)
_TALLIES = ("persons", "worked", "work_days", "euros", "unpriced")


@dataclass(frozen=True, slots=True)
class _Windows:
    """Two years after a count day on which somebody was long-term unemployed.

    Attributes:
        month: Place of the month computed, in which the window ends.
        after: The count day, the last one before the window, on the line of days.
        until: The last day of the window.
    """

    month: NDArray[np.int64]
    after: Keys
    until: Keys


@dataclass(frozen=True, slots=True)
class _Rates:
    """Pieces of services, each of one price.

    Attributes:
        days: On the line of days; a person's may overlap.
        price: Millionths of a euro a day; :data:`UNPRICED` where there is none.
    """

    days: Intervals
    price: NDArray[np.int64]


def count(chunk: Chunk) -> Tallies:
    """Persons, those who worked, their days in work, euros in millionths, days without a price."""
    windows = _windows(chunk)
    code = chunk.profile.at(windows.after)
    services = chunk.services(chunk.job.choice(ID, "renewal_gap_days"))
    known = services.group < len(SERVICE_GROUPS)
    sequence = sequence_places(
        services.intervals.start[known], services.group[known], windows.after, windows.until
    )
    work = open_market_days(chunk)
    work_days = _within(work, np.ones(len(work), np.int64), windows)
    rates = _rates(chunk, windows)
    weights = {
        "persons": None,
        "worked": (work_days > 0).astype(np.int64),
        "work_days": work_days,
        "euros": _within(rates.days, np.maximum(rates.price, 0), windows),
        "unpriced": _within(rates.days, (rates.price == UNPRICED).astype(np.int64), windows),
    }
    own = tallies.OwnDimension(sequence, len(SEQUENCES))
    sums = {}
    for name, weight in weights.items():
        sums[name] = tallies.count_events(chunk.axes, windows.month, code, weight)
        sums[f"{name}.by_sequence"] = tallies.count_events_by(
            chunk.axes, windows.month, code, own, weight
        )
    return Tallies(sums)


def _cohort_days(clock: Clock) -> Days:
    """The count day of the month so many months before each."""
    days = [count_day(shift_month(month, -MONTHS)) for month in clock.months]
    return np.array([arrays.day_number(day) for day in days], np.int64)


def _windows(chunk: Chunk) -> _Windows:
    """One of each month and person who was long-term unemployed so many months before."""
    unemployment, cohort = chunk.unemployment(ID), _cohort_days(chunk.clock)
    began = day_of(unemployment.spells.start)[unemployment.spell]
    ripe = arrays.add_months(cohort, -chunk.job.choice(ID, "long_term_months"))
    first = np.maximum(
        np.searchsorted(cohort, day_of(unemployment.days.start)), np.searchsorted(ripe, began)
    )
    number = np.maximum(np.searchsorted(cohort, day_of(unemployment.days.stop)) - first, 0)
    piece = np.repeat(np.arange(len(number)), number)
    month = first[piece] + (np.arange(len(piece)) - (np.cumsum(number) - number)[piece])
    person = person_of(unemployment.days.start)[piece]
    until = arrays.add_months(cohort, MONTHS)[month]
    return _Windows(month, day_key(person, cohort[month]), day_key(person, until))


def _rates(chunk: Chunk, windows: _Windows) -> _Rates:
    """Service spells as recorded, cut where a year and with it the price ends."""
    spells, lanes = chunk.spells("service"), Lanes.of(chunk)
    if not len(windows.month) or not len(spells):
        nothing = np.empty(0, np.int64)
        return _Rates(Intervals(nothing, nothing), nothing)
    person = person_of(spells.start)
    bounds = np.array([day_of(windows.after).min(), day_of(windows.until).max()])
    first, last = (arrays.month_number(bounds) // 12).tolist()
    years = range(first, last + 1)
    prices = lanes.prices(
        micro_prices(chunk.job.register.read("service_price")), [1970 + year for year in years]
    )
    parts = []
    for year, price in zip(years, prices, strict=True):
        begin, end = arrays.month_start(np.array([12 * year, 12 * (year + 1)]))
        start = np.maximum(spells.start, day_key(person, begin))
        stop = np.minimum(spells.stop, day_key(person, end))
        runs = np.flatnonzero(start < stop)
        parts.append((start[runs], stop[runs], price[lanes.lane[runs]]))
    start, stop, price = (np.concatenate(column) for column in zip(*parts, strict=True))
    return _Rates(Intervals(start, stop), price)


def _within(days: Intervals, rate: NDArray[np.int64], windows: _Windows) -> NDArray[np.int64]:
    """The days of each window that intervals cover, each times its rate, added up.

    Args:
        days: On the line of days, in any order; they may overlap.
        rate: Of each interval.
        windows: Of persons.
    """
    until, after = (_up_to(days, rate, key) for key in (windows.until, windows.after))
    return until - after


def _up_to(days: Intervals, rate: NDArray[np.int64], key: Keys) -> NDArray[np.int64]:
    """Covered days up to each key, itself included, of this person and all persons before.

    Sums of 64 bits may go round, and come right again in the difference of two of one person.
    """
    total = np.zeros(len(key), np.int64)
    for bound, sign in ((days.start, 1), (days.stop, -1)):
        order = np.argsort(bound, kind="stable")
        rates, day = rate[order], day_of(bound)[order]
        at = np.searchsorted(bound[order], key, side="right")
        so_far = np.append(0, np.cumsum(rates))[at]
        begun = np.append(0, np.cumsum(rates * day))[at]
        total += sign * ((day_of(key) + 1) * so_far - begun)
    return total


def _status(clock: Clock) -> Status:
    """Whether all of a month's windows are seen."""
    until = arrays.add_months(_cohort_days(clock), MONTHS)
    return np.where(until > clock.extract, INCOMPLETE, NORMAL).astype(np.int8)


def add_rows(totals: Totals, rows: Rows) -> None:
    """Euros a person, the share of those who worked, and euros a month of their work."""
    persons, worked, work_days, micro_euros, unpriced = (
        np.concatenate(
            [
                totals.events(f"path_costs.{name}"),
                totals.events_by(f"path_costs.{name}.by_sequence"),
            ],
            axis=-1,
        )
        for name in _TALLIES
    )
    status, euros = _status(totals.clock), micro_euros / MICRO
    a_month = np.full(euros.shape, np.nan)
    np.divide(euros * DAYS_A_MONTH, work_days, out=a_month, where=work_days > 0)
    missing = (unpriced > 0) & (status != INCOMPLETE)[:, None, None, None]
    categories = (*totals.categories, *_CATEGORIES)
    each = mean_figures(euros, persons, status)
    rows.add("euros_per_person", blank_missing(each, missing, shown=True), categories=categories)
    rows.add("open_market_share", percent_figures(worked, persons, status), categories=categories)
    of_work = median_figures(a_month, worked, status)
    rows.add(
        "euros_per_open_market_month",
        blank_missing(of_work, missing & (worked > 0), shown=True),
        categories=categories,
    )


_PRICED = ("employment_code", "service", "service_price")
_TABLES = {
    "euros_per_person": _PRICED,
    "open_market_share": _PRICED[:2],
    "euros_per_open_market_month": _PRICED,
}

MEASURE = Measure(
    ID,
    tables=_TABLES,
    count=count,
    rows=add_rows,
    account=account_path_costs,
    looks_back=dict.fromkeys(_TABLES, MONTHS),
)
