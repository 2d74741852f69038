"""Indicators 8–10: the share of unemployment spells that pass 3, 6 and 12 months."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray

from indicators.measures.register import arrays
from indicators.measures.register.accounts.events import account_flows
from indicators.measures.register.arrays import Clock
from indicators.measures.register.chunk import Chunk
from indicators.measures.register.interval_ops import Intervals, Mask, day_key, day_of, person_of
from indicators.measures.register.measure import Measure, Rows, Totals
from indicators.measures.register.rows import INCOMPLETE, NORMAL, Status, percent_figures
from indicators.tallies import tallies
from indicators.tallies.axes import Codes, replace_service_line
from indicators.tallies.tallies import Tallies

LIMITS = (3, 6, 12)


def cohort_starts(
    chunk: Chunk, indicator: str, months: int
) -> tuple[Intervals, NDArray[np.int64], Codes]:
    """The unemployment spells that started so many months before a month computed.

    Args:
        chunk: The persons.
        indicator: Whose parameters say how spells are made and when the service line is read.
        months: How many months before.

    Returns:
        The spells, the place of the month of each, and its cell code on its first day, with the
        service line of some days later.
    """
    spells = chunk.unemployment(indicator).spells
    month = chunk.clock.month_of(day_of(spells.start), later=months)
    spells, month = spells.where(month >= 0), month[month >= 0]
    code = chunk.profile.at(spells.start)
    lag = chunk.job.choice(indicator, "line_lag_days")
    code = replace_service_line(code, chunk.profile.at(spells.start + lag))
    return spells, month, code


def cohort_status(clock: Clock, months: int) -> Status:
    """Of a cohort of so many months before: whether all of it is seen so many months on."""
    cohort_end = arrays.month_start(arrays.month_number(clock.lasts) - months + 1) - 1
    limit = arrays.add_months(cohort_end, months)
    return np.where(limit > clock.extract, INCOMPLETE, NORMAL).astype(np.int8)


def _count(indicator: str, months: int, chunk: Chunk) -> Tallies:
    """Spells that started so many months before, and those of them that lasted so long."""
    spells, month, code = cohort_starts(chunk, indicator, months)
    passed = _passes_limit(spells, months)
    return Tallies(
        {
            f"started_{months}": tallies.count_events(chunk.axes, month, code),
            f"passed_{months}": tallies.count_events(chunk.axes, month[passed], code[passed]),
        }
    )


def _passes_limit(spells: Intervals, months: int) -> Mask:
    """Open, or ended on the limit or later."""
    limit = arrays.add_months(day_of(spells.start), months)
    passes: Mask = spells.stop > day_key(person_of(spells.start), limit)
    return passes


def _add_rows(months: int, totals: Totals, rows: Rows) -> None:
    """The share; the cohort must have been seen to the limit."""
    status = cohort_status(totals.clock, months)
    started = totals.events(f"flows.started_{months}")
    passed = totals.events(f"flows.passed_{months}")
    rows.add("value", percent_figures(passed, started, status))


def _measure(months: int) -> Measure:
    indicator = f"flow_over_{months}_months"
    return Measure(
        indicator,
        tables={"value": ("employment_code",)},
        count=partial(_count, indicator, months),
        rows=partial(_add_rows, months),
        account=partial(account_flows, months=months),
        looks_back={"value": months},
    )


MEASURES = tuple(_measure(months) for months in LIMITS)
