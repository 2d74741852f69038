"""Indicator 4: job searches that ended, by end reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from oracle.cells import Case
from oracle.rows import Figure, Row, Topic, count, event_status, is_in, tabulate
from oracle.world import Record, World

INDICATOR = "job_search_exits"
INDICATORS = (INDICATOR,)

# "by end reason: `01 03 16` open_market; `02` layoff_return; `00` subsidised; `04 08 13` studies;
# `09` abroad; `05 07 11 12 14 15` other; `06 10` and missing unknown."
REASONS = {
    "open_market": ("01", "03", "16"),
    "layoff_return": ("02",),
    "subsidised": ("00",),
    "studies": ("04", "08", "13"),
    "abroad": ("09",),
    "other": ("05", "07", "11", "12", "14", "15"),
    "unknown": ("06", "10", None),
}
STATISTICS = (*REASONS, "entrepreneurship")


def rows(world: World) -> Iterator[Row]:
    for month in world.months:
        # "31 days later in 4"
        wait = world.parameters[INDICATOR]["statement_window_days"]
        status = event_status(world, month, wait)
        statuses = dict.fromkeys([*STATISTICS, "total"], status)
        # "job searches whose end lies in the month"
        cases = [
            Case(row["person_id"], row["end"], {"group": exit_group(world, row)})
            for row in world.table("job_search")
            if is_in(month, row["end"])
        ]
        yield from tabulate(Topic(world, INDICATOR, month), cases, figures, statuses)


def figures(cases: list[Case]) -> dict[str, Figure]:
    number = Counter(case.facts["group"] for case in cases)
    return {one: count(number[one]) for one in STATISTICS} | {"total": count(len(cases))}


def exit_group(world: World, search: Record) -> str:
    # "Entrepreneurship takes precedence"
    if is_entrepreneurship(world, search):
        return "entrepreneurship"
    return next(group for group, reasons in REASONS.items() if search["end_reason"] in reasons)


def is_entrepreneurship(world: World, search: Record) -> bool:
    person_id, end, reason = search["person_id"], search["end"], search["end_reason"]
    windows = world.parameters[INDICATOR]
    # "reason `00` with a `service` of kind `61 62 65` starting within 14 days either side of the
    # end"
    if reason == "00" and any(
        row["kind"] in ("61", "62", "65")
        and abs((row["start"] - end).days) <= windows["startup_window_days"]
        for row in world.of(person_id, "service")
    ):
        return True
    # "or reason `00 01 03 05 06` with a statement `M4 Y2 Y8 Y005 Y006 Y008` given within 31 days
    # either side"
    return reason in ("00", "01", "03", "05", "06") and any(
        row["code"] in ("M4", "Y2", "Y8", "Y005", "Y006", "Y008")
        and row["given"] is not None
        and abs((row["given"] - end).days) <= windows["statement_window_days"]
        for row in world.of(person_id, "statement")
    )
