"""Indicator 5: how long unemployment has lasted, and how long ended spells did."""

from __future__ import annotations

import numpy as np

from indicators.measures.register.accounts.stocks import account_durations
from indicators.measures.register.arrays import EARLIEST
from indicators.measures.register.chunk import Chunk
from indicators.measures.register.interval_ops import Intervals, day_of, has_ended
from indicators.measures.register.measure import Measure, Rows, Totals
from indicators.measures.register.medians import Ongoing, medians
from indicators.measures.register.rows import (
    event_status,
    mean_figures,
    median_figures,
    stock_status,
)
from indicators.tallies import tallies
from indicators.tallies.tallies import Tallies

ID = "unemployment_duration"
_WEEK = 7


def count(chunk: Chunk) -> Tallies:
    """Starts of the ongoing spells on each count day, and days of the ended ones."""
    unemployment = chunk.unemployment(ID)
    spells = unemployment.spells
    stays, piece = chunk.stays(unemployment.days)
    stock = chunk.stock(stays)
    start = (day_of(spells.start) - EARLIEST)[unemployment.spell[piece]][stock.stay]
    sums = {"starts": tallies.count_stock(chunk.axes, stock.entry, stock.leave, stock.code, start)}
    ongoing = Ongoing.of(stock, start)
    return Tallies(sums | _ended(chunk, spells), {"ongoing": ongoing.columns})


def _ended(chunk: Chunk, spells: Intervals) -> dict[str, tallies.Counts]:
    spells = spells.where(has_ended(spells))
    month = chunk.clock.month_of(day_of(spells.stop) - 1)
    spells, month = spells.where(month >= 0), month[month >= 0]
    code = chunk.profile.at(spells.stop - 1)
    length = spells.stop - spells.start
    return {
        "ended": tallies.count_events(chunk.axes, month, code),
        "ended_days": tallies.count_events(chunk.axes, month, code, length),
    }


def add_rows(totals: Totals, rows: Rows) -> None:
    """Mean and median of ongoing spells, mean of those ended in the month, in weeks."""
    unemployed = totals.stock("stocks.unemployed")
    count_day = (totals.clock.count_days - EARLIEST).reshape(-1, 1, 1, 1)
    elapsed = unemployed * count_day - totals.stock("durations.starts")
    status = stock_status(totals.clock)
    rows.add("mean_weeks", mean_figures(elapsed / _WEEK, unemployed, status))

    start = medians(
        Ongoing.from_columns(totals.tallies.lists["durations.ongoing"]), totals.job.axes
    )
    median = median_figures((count_day - start) / _WEEK, unemployed, status)
    rows.add("median_weeks", median)

    ended, days = totals.events("durations.ended"), totals.events("durations.ended_days")
    means = mean_figures(days / np.float64(_WEEK), ended, event_status(totals.clock))
    rows.add("ended_mean_weeks", means)


MEASURE = Measure(
    ID,
    tables=dict.fromkeys(("mean_weeks", "median_weeks", "ended_mean_weeks"), ("employment_code",)),
    count=count,
    rows=add_rows,
    account=account_durations,
)
