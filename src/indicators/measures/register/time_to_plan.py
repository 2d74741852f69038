"""Indicator 26: who of the newly unemployed gets a plan within three months, and how soon."""

from __future__ import annotations

from functools import partial

from indicators.measures.register import arrays
from indicators.measures.register.accounts.paths import account_time_to_plan
from indicators.measures.register.chunk import Chunk
from indicators.measures.register.interval_ops import day_key, sorted_keys
from indicators.measures.register.measure import Measure
from indicators.measures.register.time_to_service import MONTHS, STATISTICS, add_rows, count_first
from indicators.tallies.tallies import Tallies

ID = "time_to_plan"


def count(chunk: Chunk) -> Tallies:
    """Spells that started so many months before, those with a plan, and the days until it."""
    signed = arrays.day_numbers(chunk.tables["plan"]["signed"])
    return count_first(chunk, ID, sorted_keys(day_key(chunk.person("plan"), signed)))


MEASURE = Measure(
    ID,
    tables=dict.fromkeys(STATISTICS, ("employment_code", "plan")),
    count=count,
    rows=partial(add_rows, module=ID),
    account=account_time_to_plan,
    looks_back=dict.fromkeys(STATISTICS, MONTHS),
)
