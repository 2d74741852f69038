"""Indicator 21: who of the newly unemployed starts a service within three months, and how soon."""

from __future__ import annotations

import numpy as np

from indicators.measures.register import arrays
from indicators.measures.register.accounts.paths import account_time_to_service
from indicators.measures.register.chunk import Chunk
from indicators.measures.register.flows import cohort_starts, cohort_status
from indicators.measures.register.interval_ops import (
    END_OF_LINE,
    day_key,
    day_of,
    person_of,
)
from indicators.measures.register.measure import Measure, Rows, Totals
from indicators.measures.register.medians import Ongoing, medians
from indicators.measures.register.rows import median_figures, percent_figures
from indicators.measures.register.services import recorded_starts
from indicators.tallies import tallies
from indicators.tallies.tallies import Tallies

ID = "time_to_service"
MONTHS = 3
_WEEK = 7


def count(chunk: Chunk) -> Tallies:
    """Spells that started so many months before, those with a service, and the days until it."""
    spells, month, code = cohort_starts(chunk, ID, MONTHS)
    first = _first_service(chunk, spells.start)
    limit = day_key(person_of(spells.start), arrays.add_months(day_of(spells.start), MONTHS))
    # Beyond the limit lie those of other persons too.
    served = np.flatnonzero(first <= limit)
    days = (first - spells.start)[served]
    month_served, code_served = month[served], code[served]
    cell = chunk.axes.in_month(month_served, code_served)
    return Tallies(
        {
            "started": tallies.count_events(chunk.axes, month, code),
            "served": tallies.count_events(chunk.axes, month_served, code_served),
        },
        {"days": Ongoing.in_one_month(cell, days, month_served).columns},
    )


def _first_service(chunk: Chunk, starts: arrays.Days) -> arrays.Days:
    """Start of the first service, as recorded, on each day of a person or later."""
    services = recorded_starts(chunk)
    at = np.searchsorted(services, starts, side="left")
    return np.append(services, END_OF_LINE)[at]


def add_rows(totals: Totals, rows: Rows) -> None:
    """The share of those with a service, and the median of their weeks until it."""
    status = cohort_status(totals.clock, MONTHS)
    started, served = (totals.events(f"time_to_service.{name}") for name in ("started", "served"))
    rows.add("within_3_months", percent_figures(served, started, status))
    days = medians(
        Ongoing.from_columns(totals.tallies.lists["time_to_service.days"]), totals.job.axes
    )
    rows.add("median_weeks", median_figures(days / _WEEK, served, status))


_STATISTICS = ("within_3_months", "median_weeks")

MEASURE = Measure(
    ID,
    tables=dict.fromkeys(_STATISTICS, ("employment_code", "service")),
    count=count,
    rows=add_rows,
    account=account_time_to_service,
    looks_back=dict.fromkeys(_STATISTICS, MONTHS),
)
