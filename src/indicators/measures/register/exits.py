"""Indicator 4: job searches that ended in the month, by end reason."""

from __future__ import annotations

import numpy as np

from indicators.measures.register import arrays
from indicators.measures.register.accounts.events import account_exits
from indicators.measures.register.chunk import Chunk
from indicators.measures.register.interval_ops import (
    Keys,
    Mask,
    any_within,
    day_key,
    day_of,
    has_ended,
    sorted_keys,
)
from indicators.measures.register.measure import Measure, Rows, Totals
from indicators.measures.register.rows import count_figures, event_status
from indicators.tallies import tallies
from indicators.tallies.tallies import Tallies

ID = "job_search_exits"

REASONS = {
    "open_market": ("01", "03", "16"),
    "layoff_return": ("02",),
    "subsidised": ("00",),
    "entrepreneurship": (),
    "studies": ("04", "08", "13"),
    "abroad": ("09",),
    "other": ("05", "07", "11", "12", "14", "15"),
    "unknown": ("06", "10"),
}
"""End reasons of each statistic (contract, section 4); a missing one is unknown."""

_EXITS = tuple(REASONS)
_EXIT_OF_REASON = {reason: at for at, reasons in enumerate(REASONS.values()) for reason in reasons}
_GRANT_KINDS = ("61", "62", "65")
_GRANT_REASONS = ("00",)
_STATEMENTS = ("M4", "Y2", "Y8", "Y005", "Y006", "Y008")
_STATEMENT_REASONS = ("00", "01", "03", "05", "06")
_OBSERVED_LATER = "statement_window_days"


def _tables(statistic: str) -> tuple[str, ...]:
    """Entrepreneurship takes from the statistics of some end reasons, and these need it too."""
    taken = {
        "service": {
            "entrepreneurship",
            *(_EXITS[_EXIT_OF_REASON[reason]] for reason in _GRANT_REASONS),
        },
        "statement": {
            "entrepreneurship",
            *(_EXITS[_EXIT_OF_REASON[reason]] for reason in _STATEMENT_REASONS),
        },
    }
    return (
        "job_search",
        *(table for table, statistics in taken.items() if statistic in statistics),
    )


def count(chunk: Chunk) -> Tallies:
    """Exits by statistic, on the day the job search ends."""
    rows, spells = chunk.tables["job_search"], chunk.spells("job_search")
    end = spells.stop - 1
    month = np.where(has_ended(spells), chunk.clock.month_of(day_of(end)), -1)
    unknown = _EXITS.index("unknown")
    exit_ = arrays.code_positions(rows["end_reason"], _EXIT_OF_REASON, unknown)
    exit_[_entrepreneurs(chunk, end)] = _EXITS.index("entrepreneurship")
    exit_, end, month = exit_[month >= 0], end[month >= 0], month[month >= 0]
    code = chunk.profile.at(end)
    return Tallies(
        {
            name: tallies.count_events(chunk.axes, month[exit_ == at], code[exit_ == at])
            for at, name in enumerate(_EXITS)
        }
    )


def _entrepreneurs(chunk: Chunk, end: Keys) -> Mask:
    reason = chunk.tables["job_search"]["end_reason"]

    def has(reasons: tuple[str, ...]) -> Mask:
        of: Mask = arrays.code_positions(reason, dict.fromkeys(reasons, 1), 0) == 1
        return of

    grants = _has_event_near(_grants(chunk), end, chunk.job.choice(ID, "startup_window_days"))
    statements = _has_event_near(
        _statements(chunk), end, chunk.job.choice(ID, "statement_window_days")
    )
    entrepreneurs: Mask = has(_GRANT_REASONS) & grants | has(_STATEMENT_REASONS) & statements
    return entrepreneurs


def _has_event_near(points: Keys, key: Keys, window: int) -> Mask:
    """Whether the person has a point at most so many days before or after."""
    return any_within(sorted_keys(points), key - window, key + window + 1)


def _grants(chunk: Chunk) -> Keys:
    """Days on which start-up grants begin."""
    kind = arrays.code_positions(chunk.tables["service"]["kind"], dict.fromkeys(_GRANT_KINDS, 1), 0)
    grants: Keys = chunk.spells("service").start[kind == 1]
    return grants


def _statements(chunk: Chunk) -> Keys:
    """Days on which statements on business activity were given."""
    rows = chunk.tables["statement"]
    given = arrays.day_numbers(rows["given"])
    wanted = arrays.code_positions(rows["code"], dict.fromkeys(_STATEMENTS, 1), 0) == 1
    wanted &= given != arrays.MISSING
    return day_key(chunk.person("statement")[wanted], given[wanted])


def add_rows(totals: Totals, rows: Rows) -> None:
    """Each kind of exit and all together; a statement may still come for a while."""
    exits = {name: totals.events(f"exits.{name}") for name in _EXITS}
    exits["total"] = np.sum(list(exits.values()), axis=0)
    status = event_status(totals.clock, later=totals.job.choice(ID, _OBSERVED_LATER))
    for name, exit_ in exits.items():
        rows.add(name, count_figures(exit_, status, exits["total"] > 0))


MEASURE = Measure(
    ID,
    tables={statistic: _tables(statistic) for statistic in (*_EXITS, "total")},
    count=count,
    rows=add_rows,
    account=account_exits,
)
