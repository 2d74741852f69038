"""Indicator 17: up-to-date plans and the plan debt."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from indicators.calendar import add_months, count_day
from oracle.cells import Case
from oracle.rows import Figure, Row, Topic, count, percent, stock_status, tabulate
from oracle.spells import is_unemployed, row_covers
from oracle.world import Record, World

INDICATOR = "plan_coverage"
INDICATORS = (INDICATOR,)
STATISTICS = ("valid_share", "debt_never", "debt_expired", "debt")


def rows(world: World) -> Iterator[Row]:
    for month in world.months:
        day = count_day(month)
        statuses = dict.fromkeys(STATISTICS, stock_status(world, day))
        cases = [
            Case(person_id, day, {"plan": plan_state(world, person_id, day)})
            for person_id in world.person_ids
            if is_due(world, person_id, day)
        ]
        yield from tabulate(Topic(world, INDICATOR, month), cases, figures, statuses)


def is_due(world: World, person_id: int, day: date) -> bool:
    # "of the unemployed on *d* with a job search that covers *d* and started ≤ *d* − 14 days"
    latest = day - timedelta(days=world.parameters[INDICATOR]["plan_due_days"])
    return is_unemployed(world, person_id, day) and any(
        row_covers(row, day) and row["start"] <= latest for row in world.of(person_id, "job_search")
    )


def plan_state(world: World, person_id: int, day: date) -> str:
    # "the latest plan signed ≤ *d* (on a tie any of them) is valid […]; debt: no plan at all, or
    # none valid"
    signed = [row for row in world.of(person_id, "plan") if row["signed"] <= day]
    if not signed:
        return "never"
    latest = max(row["signed"] for row in signed)
    of_that_day = [row for row in signed if row["signed"] == latest]
    return "valid" if any(is_valid(world, row, day) for row in of_that_day) else "expired"


def is_valid(world: World, plan: Record, day: date) -> bool:
    # "valid if review ≥ *d*, or no review and signed > add_months(*d*, −3)"
    if plan["review"] is not None:
        return bool(plan["review"] >= day)
    months = world.parameters[INDICATOR]["plan_validity_months"]
    return bool(plan["signed"] > add_months(day, -months))


def figures(cases: list[Case]) -> dict[str, Figure]:
    states = [case.facts["plan"] for case in cases]
    return {
        "valid_share": percent(states.count("valid"), len(states)),
        "debt_never": count(states.count("never")),
        "debt_expired": count(states.count("expired")),
        "debt": count(states.count("never") + states.count("expired")),
    }
