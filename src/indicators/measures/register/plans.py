"""Indicator 17: whether the unemployed have a plan that is up to date."""

from __future__ import annotations

import numpy as np

from indicators.measures.register import arrays
from indicators.measures.register.accounts.stocks import account_plans
from indicators.measures.register.chunk import Chunk
from indicators.measures.register.interval_ops import (
    END_OF_LINE,
    Intervals,
    Keys,
    day_key,
    day_of,
    index_key,
    intersect,
    merge,
    person_of,
    sorted_keys,
)
from indicators.measures.register.measure import Measure, Rows, Totals
from indicators.measures.register.rows import count_figures, percent_figures, stock_status
from indicators.measures.register.stocks import stock_of, unemployed_stays
from indicators.tallies.tallies import Tallies

ID = "plan_coverage"


def count(chunk: Chunk) -> Tallies:
    """For whom a plan is due, who has one, and whose is valid."""
    due = _due(chunk)
    planned, valid = _planned(chunk)
    return Tallies(
        {
            "due": stock_of(chunk, due),
            "planned": stock_of(chunk, intersect(due, planned).intervals),
            "valid": stock_of(chunk, intersect(due, valid).intervals),
        }
    )


def _due(chunk: Chunk) -> Intervals:
    """Unemployed, and a job search under way for long enough; on the line of count days."""
    lag = chunk.job.choice(ID, "plan_due_days")
    search = chunk.spells("job_search")
    ripe = Intervals(search.start + lag, search.stop)
    stays = chunk.stays(ripe.where(ripe.start < ripe.stop))[0]
    searching = merge(stays.start, stays.stop)
    return intersect(unemployed_stays(chunk), searching).intervals


def _planned(chunk: Chunk) -> tuple[Intervals, Intervals]:
    """Count days with a plan, and those on which the latest is valid."""
    seen = chunk.clock.seen
    signed = arrays.day_numbers(chunk.tables["plan"]["signed"])
    # Of a person's plans in order of signing; of one day's the one that is valid longest.
    key, limit = np.divmod(
        sorted_keys(day_key(chunk.person("plan"), signed) * (seen + 1) + _expiry_position(chunk)),
        seen + 1,
    )
    person = person_of(key)
    start = index_key(person, chunk.clock.first_from(day_of(key)))
    # Each holds until the next one of the person; the last one until the end.
    end = index_key(person, np.full_like(person, seen))
    stop = np.minimum(end, np.append(start[1:], END_OF_LINE)[: len(start)])
    still = np.minimum(stop, index_key(person, limit))
    return _union(start, stop), _union(start, still)


def _union(start: Keys, stop: Keys) -> Intervals:
    """The union of intervals, some of them empty."""
    some = start < stop
    return merge(start[some], stop[some])


def _expiry_position(chunk: Chunk) -> Keys:
    """Place of the first count day on which each plan is no longer valid."""
    rows, clock = chunk.tables["plan"], chunk.clock
    signed, review = arrays.day_numbers(rows["signed"]), arrays.day_numbers(rows["review"])
    months = chunk.job.choice(ID, "plan_validity_months")
    reviewed = review != arrays.MISSING
    until_review = clock.first_from(np.where(reviewed, review + 1, arrays.EARLIEST))
    return np.where(reviewed, until_review, clock.first_with_back(months, signed))


def add_rows(totals: Totals, rows: Rows) -> None:
    """The share of valid plans, and the debt in its two parts."""
    due, planned, valid = (totals.stock(f"plans.{name}") for name in ("due", "planned", "valid"))
    status, behind = stock_status(totals.clock), due > 0
    rows.add("valid_share", percent_figures(valid, due, status))
    debts = {"debt_never": due - planned, "debt_expired": planned - valid, "debt": due - valid}
    for name, debt in debts.items():
        rows.add(name, count_figures(debt, status, behind))


MEASURE = Measure(
    ID,
    tables=dict.fromkeys(
        ("valid_share", "debt_never", "debt_expired", "debt"),
        ("employment_code", "job_search", "plan"),
    ),
    count=count,
    rows=add_rows,
    account=account_plans,
)
