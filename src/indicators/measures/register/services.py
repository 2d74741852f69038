"""Indicator 13: who started a service in the month; renewals start nothing."""

from __future__ import annotations

import numpy as np

from indicators.measures.register.accounts.events import account_starts
from indicators.measures.register.chunk import Chunk
from indicators.measures.register.interval_ops import day_of, person_of
from indicators.measures.register.measure import Measure, Rows, Totals
from indicators.measures.register.rows import count_figures, event_status
from indicators.register.schema import SERVICE_GROUPS
from indicators.tallies import tallies
from indicators.tallies.tallies import Tallies

ID = "service_starts"
_OWN_CATEGORIES = tuple(("service_group", group) for group in SERVICE_GROUPS)


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
        rows.add(name, figures, categories=(*totals.categories, *_OWN_CATEGORIES))


MEASURE = Measure(
    ID,
    tables=dict.fromkeys(("persons", "spells"), ("service",)),
    count=count,
    rows=add_rows,
    account=account_starts,
)
