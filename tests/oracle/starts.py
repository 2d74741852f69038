"""Indicator 13: services started."""

from __future__ import annotations

from collections.abc import Iterator

from oracle.cells import Case
from oracle.rows import Figure, Row, Topic, count, event_status, is_in, tabulate
from oracle.spells import service_spells
from oracle.world import World

INDICATOR = "service_starts"
INDICATORS = (INDICATOR,)


def rows(world: World) -> Iterator[Row]:
    for month in world.months:
        statuses = dict.fromkeys(["persons", "spells"], event_status(world, month))
        yield from tabulate(
            Topic(world, INDICATOR, month), started(world, month), figures, statuses
        )


def started(world: World, month: str) -> Iterator[Case]:
    # "service spells (renewals joined) starting in the month. Dimension `service_group` too"
    gap = world.parameters[INDICATOR]["renewal_gap_days"]
    for person_id in world.person_ids:
        for spell in service_spells(world, person_id, gap):
            if is_in(month, spell.start):
                yield Case(person_id, spell.start, more=(("service_group", spell.group),))


def figures(cases: list[Case]) -> dict[str, Figure]:
    persons = {case.person_id for case in cases}
    return {"persons": count(len(persons)), "spells": count(len(cases))}
