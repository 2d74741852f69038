"""Indicators 8–10: the share of unemployment spells that pass 3, 6 and 12 months."""

from __future__ import annotations

import numpy as np

from indicators.measures.register import days
from indicators.measures.register.chunk import Chunk
from indicators.measures.register.figures import INCOMPLETE, NORMAL, percent
from indicators.measures.register.needs import Needs
from indicators.measures.register.runs import Mask, Runs, day_key, day_of, person_of
from indicators.measures.register.sheet import Sheet
from indicators.measures.register.totals import Totals
from indicators.tallies import Tallies, counting
from indicators.tallies.axes import with_line_of

LIMITS = (3, 6, 12)


def _id(months: int) -> str:
    return f"flow_over_{months}_months"


NEEDS: Needs = {_id(months): {"value": ("employment_code",)} for months in LIMITS}


def count(chunk: Chunk) -> Tallies:
    """Spells that started so many months before, and those of them that lasted so long."""
    sums: dict[str, counting.Counts] = {}
    for months in LIMITS:
        started, passed = _cohort(chunk, months)
        sums |= {f"started_{months}": started, f"passed_{months}": passed}
    return Tallies(sums)


def _cohort(chunk: Chunk, months: int) -> tuple[counting.Counts, counting.Counts]:
    spells = chunk.unemployment(merge_layoff=chunk.job.merges_layoff(_id(months)))
    month = chunk.clock.month_of(day_of(spells.start), later=months)
    spells, month = spells.where(month >= 0), month[month >= 0]
    code = chunk.profile.at(spells.start)
    lag = chunk.job.choice(_id(months), "line_lag_days")
    code = with_line_of(code, chunk.profile.at(spells.start + lag))
    passed = _passes(spells, months)
    return (
        counting.events(chunk.axes, month, code),
        counting.events(chunk.axes, month[passed], code[passed]),
    )


def _passes(spells: Runs, months: int) -> Mask:
    """Open, or ended on the limit or later."""
    limit = days.add_months(day_of(spells.start), months)
    passes: Mask = spells.stop > day_key(person_of(spells.start), limit)
    return passes


def tell(totals: Totals, sheet: Sheet) -> None:
    """The three shares; the cohort must have been seen to the limit."""
    clock = totals.clock
    for months in LIMITS:
        cohort_end = days.month_start(days.month_number(clock.lasts) - months + 1) - 1
        limit = days.add_months(cohort_end, months)
        status = np.where(limit > clock.extract, INCOMPLETE, NORMAL).astype(np.int8)
        started = totals.events(f"flows.started_{months}")
        passed = totals.events(f"flows.passed_{months}")
        totals.tell(sheet, _id(months), "value", percent(passed, started, status), needs=NEEDS)
