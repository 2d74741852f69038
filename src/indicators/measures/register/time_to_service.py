"""Indicator 21: who of the newly unemployed starts a service within three months, and how soon."""

from __future__ import annotations

import numpy as np

from indicators.measures.register import arrays
from indicators.measures.register.accounts.paths import account_time_to_service
from indicators.measures.register.chunk import Chunk
from indicators.measures.register.flows import cohort_starts, cohort_status
from indicators.measures.register.interval_ops import (
    END_OF_LINE,
    Keys,
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
    return count_first(chunk, ID, recorded_starts(chunk))


def count_first(chunk: Chunk, indicator: str, events: Keys) -> Tallies:
    """Spells that started so many months before, those with an event, and the days until it.

    Args:
        chunk: The persons.
        indicator: Whose parameters say how spells are made.
        events: In order, on the line of days.
    """
    spells, month, code = cohort_starts(chunk, indicator, MONTHS)
    first = np.append(events, END_OF_LINE)[np.searchsorted(events, spells.start, side="left")]
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


def add_rows(totals: Totals, rows: Rows, module: str = ID) -> None:
    """The share of those with a service, and the median of their weeks until it.

    Args:
        totals: What was counted.
        rows: Takes the rows.
        module: Under whose name it was counted.
    """
    status = cohort_status(totals.clock, MONTHS)
    started, served = (totals.events(f"{module}.{name}") for name in ("started", "served"))
    rows.add("within_3_months", percent_figures(served, started, status))
    days = medians(Ongoing.from_columns(totals.tallies.lists[f"{module}.days"]), totals.job.axes)
    rows.add("median_weeks", median_figures(days / _WEEK, served, status))


STATISTICS = ("within_3_months", "median_weeks")

MEASURE = Measure(
    ID,
    tables=dict.fromkeys(STATISTICS, ("employment_code", "service")),
    count=count,
    rows=add_rows,
    account=account_time_to_service,
    looks_back=dict.fromkeys(STATISTICS, MONTHS),
)
