"""What is one unemployment spell, what is one service spell, and who is in one on a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from indicators.calendar import add_months
from indicators.measures.register.accounts.model import Question
from indicators.measures.register.accounts.records import Person, Record, covers

DAY = timedelta(days=1)
UNEMPLOYED = ("02", "03")


@dataclass(frozen=True, slots=True)
class Spell:
    """Records that make one spell, in order.

    Attributes:
        records: At least one.
    """

    records: list[Record]

    @property
    def start(self) -> date:
        """The first day."""
        start: date = self.records[0]["start"]
        return start

    @property
    def end(self) -> date | None:
        """The last day; None if any of the records is open."""
        ends = [row["end"] for row in self.records]
        return None if None in ends else max(ends)

    def covers(self, day: date) -> bool:
        """Whether a day lies in the spell."""
        return self.start <= day and (self.end is None or self.end >= day)

    def lasts_until(self, day: date) -> bool:
        """Whether the spell is open or ended on the day or later."""
        return self.end is None or self.end >= day


def joined(rows: Iterable[Record], gap: int) -> list[Spell]:
    """Spells of records, each starting at most so many days after the latest end before it."""
    spells: list[Spell] = []
    for row in sorted(rows, key=lambda row: (row["start"], row["end"] or date.max)):
        before = spells[-1] if spells else None
        if before and (before.end is None or row["start"] <= before.end + gap * DAY):
            before.records.append(row)
        else:
            spells.append(Spell([row]))
    return spells


def unemployed_rows(person: Person) -> list[Record]:
    """Records of the codes 02 and 03."""
    return [row for row in person.rows("employment_code") if row["code"] in UNEMPLOYED]


def unemployment_spells(person: Person, question: Question) -> list[Spell]:
    """Longest chains of codes 02 and 03, each soon after the one before; apart if so wanted."""
    rows, gap = unemployed_rows(person), question.choice("unemployment_gap_days")
    if question.merges_layoff:
        return joined(rows, gap)
    return [
        spell
        for code in UNEMPLOYED
        for spell in joined((row for row in rows if row["code"] == code), gap)
    ]


def spell_on(person: Person, day: date, question: Question) -> Spell | None:
    """The unemployment spell of the code of a day; in a gap that a spell bridges there is none."""
    spells = unemployment_spells(person, question)
    return next((spell for spell in spells if any(covers(row, day) for row in spell.records)), None)


def service_spells(person: Person, gap: int) -> list[Spell]:
    """Services, with the renewals of the same group and kind joined to them."""
    rows = person.rows("service")
    kinds = dict.fromkeys((row["group"], row["kind"]) for row in rows)
    return [
        spell
        for kind in kinds
        for spell in joined((row for row in rows if (row["group"], row["kind"]) == kind), gap)
    ]


def is_unemployed(person: Person, day: date) -> bool:
    """Whether a code 02 or 03 covers the day."""
    return any(covers(row, day) for row in unemployed_rows(person))


def has_been_unemployed_for_long(person: Person, day: date, question: Question) -> bool:
    """Whether somebody is unemployed on a day in a spell that is long-term by then."""
    spell = spell_on(person, day, question)
    since = add_months(day, -question.choice("long_term_months"))
    return spell is not None and spell.start <= since


def latest_service_start(person: Person, day: date, gap: int) -> date:
    """The latest start among the services (renewals joined) that cover a day on which one does."""
    return max(spell.start for spell in service_spells(person, gap) if spell.covers(day))
