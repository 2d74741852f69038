"""Indicator 22: where people are three months after a service has ended."""

from __future__ import annotations

import numpy as np

from indicators.measures.register import arrays
from indicators.measures.register.accounts.paths import FATES, account_after_service
from indicators.measures.register.chunk import Chunk
from indicators.measures.register.flows import cohort_status
from indicators.measures.register.interval_ops import (
    Intervals,
    Keys,
    Mask,
    day_key,
    day_of,
    has_ended,
    index_covering,
    merge,
    person_of,
)
from indicators.measures.register.measure import Measure, Rows, Totals
from indicators.measures.register.rows import percent_figures
from indicators.measures.register.services import GROUP_CATEGORIES, service_days
from indicators.register.schema import SERVICE_GROUPS
from indicators.tallies import tallies
from indicators.tallies.tallies import Tallies

ID = "after_service"
MONTHS = 3
_OPEN_MARKET = "01"


def count(chunk: Chunk) -> Tallies:
    """Services that ended so many months before, by what covers the day so many months later."""
    services = chunk.services(chunk.job.choice(ID, "renewal_gap_days"))
    end = services.intervals.stop - 1
    month = chunk.clock.month_of(day_of(end), later=MONTHS)
    kept = np.flatnonzero((month >= 0) & has_ended(services.intervals))
    end, month, group = end[kept], month[kept], services.group[kept]
    code = chunk.profile.at(end)
    fate = _fates(chunk, day_key(person_of(end), arrays.add_months(day_of(end), MONTHS)))

    of_group = group < len(SERVICE_GROUPS)
    own = tallies.OwnDimension(
        (group * len(FATES) + fate)[of_group], len(SERVICE_GROUPS) * len(FATES)
    )
    sums = {
        name: tallies.count_events(chunk.axes, month[fate == at], code[fate == at])
        for at, name in enumerate(FATES)
    }
    by_group = tallies.count_events_by(chunk.axes, month[of_group], code[of_group], own)
    return Tallies(sums | {"by_group": by_group})


def _fates(chunk: Chunk, day: Keys) -> Keys:
    """Place among :data:`FATES` of what covers each day, the first that does."""
    covered = [
        index_covering(days, day) >= 0
        for days in (open_market_days(chunk), chunk.unemployed, service_days(chunk))
    ]
    fates: Keys = np.select(covered, range(len(covered)), default=len(covered))
    return fates


def open_market_days(chunk: Chunk) -> Intervals:
    """Runs of days in open-market work, on the line of days."""
    codes = chunk.spells("employment_code")
    rows = chunk.tables["employment_code"]
    at_work: Mask = arrays.code_positions(rows["code"], {_OPEN_MARKET: 1}, 0) == 1
    return merge(codes.start[at_work], codes.stop[at_work])


def add_rows(totals: Totals, rows: Rows) -> None:
    """The share of each, in total and by service group."""
    status = cohort_status(totals.clock, MONTHS)
    by_group = totals.events_by("after_service.by_group")
    by_group = by_group.reshape(*by_group.shape[:-1], len(SERVICE_GROUPS), len(FATES))
    numbers = [
        np.concatenate([totals.events(f"after_service.{name}"), by_group[..., at]], axis=-1)
        for at, name in enumerate(FATES)
    ]
    ended = np.sum(numbers, axis=0)
    for name, number in zip(FATES, numbers, strict=True):
        figures = percent_figures(number, ended, status)
        rows.add(name, figures, categories=(*totals.categories, *GROUP_CATEGORIES))


MEASURE = Measure(
    ID,
    tables=dict.fromkeys(FATES, ("service", "employment_code")),
    count=count,
    rows=add_rows,
    account=account_after_service,
    looks_back=dict.fromkeys(FATES, MONTHS),
)
