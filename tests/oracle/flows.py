"""Indicators 8–10: the flow into unemployment of over 3, 6 and 12 months."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from indicators.calendar import add_months, last_day, shift_month
from oracle.cells import Case
from oracle.rows import Figure, Row, Topic, is_in, percent, tabulate
from oracle.spells import unemployment_spells
from oracle.world import World

# "with N = 3, 6, 12"
FLOWS = {"flow_over_3_months": 3, "flow_over_6_months": 6, "flow_over_12_months": 12}
INDICATORS = tuple(FLOWS)


def rows(world: World) -> Iterator[Row]:
    for indicator, n in FLOWS.items():
        for month in world.months:
            statuses = {"value": status(world, month, n)}
            cases = cohort(world, indicator, month, n)
            yield from tabulate(Topic(world, indicator, month), cases, passed, statuses)


def status(world: World, month: str, n: int) -> str:
    # "The row is `normal` if add_months(last day of month − N, N) ≤ extract date, else
    # `incomplete`"
    seen = add_months(last_day(shift_month(month, -n)), n) <= world.extract_date
    return "normal" if seen else "incomplete"


def cohort(world: World, indicator: str, month: str, n: int) -> Iterator[Case]:
    # "of the unemployment spells that started in month − N (denominator), those open or with end ≥
    # add_months(start, N) (numerator). By `service_line`: the line in force 14 days after the
    # start."
    lag = timedelta(days=world.parameters[indicator]["line_lag_days"])
    for person_id in world.person_ids:
        for spell in unemployment_spells(world, person_id):
            if is_in(shift_month(month, -n), spell.start):
                long = spell.end is None or spell.end >= add_months(spell.start, n)
                yield Case(person_id, spell.start, {"passed": long}, line_day=spell.start + lag)


def passed(cases: list[Case]) -> dict[str, Figure]:
    return {"value": percent(sum(case.facts["passed"] for case in cases), len(cases))}
