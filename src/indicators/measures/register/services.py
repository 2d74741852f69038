"""Indicator 13: who started a service in the month; renewals start nothing."""

from __future__ import annotations

import numpy as np

from indicators.measures.register.accounts.events import account_starts
from indicators.measures.register.chunk import Chunk
from indicators.measures.register.interval_ops import (
    Intervals,
    Keys,
    day_of,
    merge,
    person_of,
    sorted_keys,
)
from indicators.measures.register.measure import Measure, Rows, Totals
from indicators.measures.register.rows import count_figures, event_status
from indicators.register.schema import SERVICE_GROUPS
from indicators.tallies import tallies
from indicators.tallies.tallies import Tallies

ID = "service_starts"
GROUP_CATEGORIES = tuple(("service_group", group) for group in SERVICE_GROUPS)
"""Dimension and category of each service group, in their order."""


def recorded_starts(chunk: Chunk) -> Keys:
    """Starts of service spells as recorded, in order, on the line of days."""
    return chunk.cached(
        "recorded service starts", lambda: sorted_keys(chunk.spells("service").start)
    )


def service_days(chunk: Chunk) -> Intervals:
    """Runs of days that a service spell, as recorded, covers."""

    def make() -> Intervals:
        recorded = chunk.spells("service")
        return merge(recorded.start, recorded.stop)

    return chunk.cached("service days", make)


def count(chunk: Chunk) -> Tallies:
    """Distinct persons and spells, by the dimensions and by service group."""
    services = chunk.services(chunk.job.choice(ID, "renewal_gap_days"))
    month = chunk.clock.month_of(day_of(services.intervals.start))
    start, group = services.intervals.start[month >= 0], services.group[month >= 0]
    month = month[month >= 0]
    code = chunk.profile.at(start)

    of_group = group < len(SERVICE_GROUPS)
    groups = tallies.OwnDimension(group[of_group], len(SERVICE_GROUPS))
    sums: dict[str, tallies.Counts] = {}
    for name, unit in (("persons", person_of(start)), ("spells", np.arange(len(start)))):
        alone, several = tallies.count_distinct(chunk.axes, unit, month, code)
        by_group = tallies.count_distinct_by(
            chunk.axes, unit[of_group], month[of_group], code[of_group], groups
        )
        sums |= {f"{name}.alone": alone, f"{name}.several": several, f"{name}.by_group": by_group}
    return Tallies(sums)


def add_rows(totals: Totals, rows: Rows) -> None:
    """Persons and spells."""
    status = event_status(totals.clock)
    for name in ("persons", "spells"):
        by_group = totals.tallies.sums[f"services.{name}.by_group"]
        starts = np.concatenate([totals.distinct(f"services.{name}"), by_group], axis=-1)
        figures = count_figures(starts, status)
        rows.add(name, figures, categories=(*totals.categories, *GROUP_CATEGORIES))


MEASURE = Measure(
    ID,
    tables=dict.fromkeys(("persons", "spells"), ("service",)),
    count=count,
    rows=add_rows,
    account=account_starts,
)
