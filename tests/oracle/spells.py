"""Spells: what covers a day, what is one unemployment spell, what is one service spell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from oracle.world import Record, World

DAY = timedelta(days=1)

# "*unemployed* on *d*: code `02` or `03` covers *d*"
UNEMPLOYED = ("02", "03")


@dataclass(frozen=True)
class Spell:
    """A closed interval of days; ``group`` and ``kind`` are those of a service."""

    start: date
    end: date | None
    group: str = ""
    kind: str = ""


def covers(start: date, end: date | None, day: date) -> bool:
    # "A spell covers day *d* if `start <= d` and (`end` missing or `end >= d`)."
    return start <= day and (end is None or end >= day)


def row_covers(row: Record, day: date) -> bool:
    return covers(row["start"], row["end"], day)


def spell_covers(spell: Spell, day: date) -> bool:
    return covers(spell.start, spell.end, day)


def is_unemployed(world: World, person_id: int, day: date) -> bool:
    return any(
        row["code"] in UNEMPLOYED and row_covers(row, day)
        for row in world.of(person_id, "employment_code")
    )


def unemployment_spells(world: World, person_id: int) -> list[Spell]:
    rows = world.of(person_id, "employment_code")
    if world.merge_layoff:
        return _chains(row for row in rows if row["code"] in UNEMPLOYED)
    # "(`compute --no-merge-layoff`: `02` and `03` apart)"
    return [spell for code in UNEMPLOYED for spell in _chains(r for r in rows if r["code"] == code)]


def _chains(rows: Iterable[Record]) -> list[Spell]:
    # "an **unemployment spell**: a longest chain of one person's `02`/`03` spells in which each
    # starts at most one day after the one before ends"
    chains: list[Spell] = []
    for row in sorted(rows, key=lambda row: row["start"]):
        before = chains[-1] if chains else None
        if before and (before.end is None or row["start"] <= before.end + DAY):
            chains[-1] = Spell(before.start, row["end"])
        else:
            chains.append(Spell(row["start"], row["end"]))
    return chains


def current_unemployment(world: World, person_id: int, day: date) -> Spell | None:
    """The unemployment spell that covers the day."""
    covering = [s for s in unemployment_spells(world, person_id) if spell_covers(s, day)]
    return covering[0] if covering else None


def service_spells(world: World, person_id: int, renewal_gap_days: int) -> list[Spell]:
    # "A service spell and its **renewals** (same person, group and kind, starting at most 7 days
    # after the latest end of that person's earlier spells of the group and kind) are one service
    # spell in 7, 12 and 13: their *s* and ends are those of the joined spell."
    joined: list[Spell] = []
    rows = world.of(person_id, "service")
    for group, kind in sorted({(row["group"], row["kind"]) for row in rows}):
        same = [row for row in rows if (row["group"], row["kind"]) == (group, kind)]
        joined += _joined(same, timedelta(days=renewal_gap_days))
    return joined


def _joined(rows: list[Record], gap: timedelta) -> list[Spell]:
    spells: list[Spell] = []
    for row in sorted(rows, key=lambda row: row["start"]):
        before = spells[-1] if spells else None
        if before and (before.end is None or row["start"] <= before.end + gap):
            spells[-1] = Spell(before.start, _later(before.end, row["end"]), *_type(row))
        else:
            spells.append(Spell(row["start"], row["end"], *_type(row)))
    return spells


def _type(row: Record) -> tuple[str, str]:
    return row["group"], row["kind"]


def _later(one: date | None, other: date | None) -> date | None:
    """The later of two ends; an open one is the latest."""
    return None if one is None or other is None else max(one, other)


def is_in_service(world: World, person_id: int, day: date) -> bool:
    # "*In service* on *d*: a service spell as recorded (not the gap before a renewal) covers *d*
    # and the person is not unemployed on *d*; a person in several is counted once"
    return not is_unemployed(world, person_id, day) and any(
        row_covers(row, day) for row in world.of(person_id, "service")
    )


def latest_service_start(
    world: World, person_id: int, day: date, renewal_gap_days: int
) -> date | None:
    """ "of the spells covering *d* take the latest start *s*" (7 and 12; renewals joined)."""
    spells = service_spells(world, person_id, renewal_gap_days)
    return max((s.start for s in spells if spell_covers(s, day)), default=None)
