"""What rows of persons refer to: courses by number, vacancies for job alternation substitutes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from indicators.sources.register import codes
from indicators.sources.register.records import Records
from indicators.sources.register.spilling import Spill


@dataclass(frozen=True, slots=True)
class Lookups:
    """What rows refer to.

    Attributes:
        courses: Kind of course (KTYOKOU.kurslaji) by number; None for a cancelled course.
        alternation: Vacancies for the substitute of a person on job alternation leave.
    """

    courses: Mapping[str, str | None]
    alternation: frozenset[str]


def read_lookups(spill: Spill) -> Lookups:
    """Of a register that has been read."""
    vacancies: set[str] = set()
    for table, wanted in codes.ALTERNATION_VACANCY.items():
        for part in range(spill.parts):
            rows = spill.read(table, part)
            hits = rows.text("type").translate(codes.kind).isin({wanted, codes.kind(wanted)})
            vacancies.update(rows.text("vacancy").take(hits).used())
    return Lookups(_courses(spill.read("KTYOKOU", 0)), frozenset(vacancies))


def _courses(rows: Records) -> dict[str, str | None]:
    """Of a course delivered several times the last row counts."""
    numbers, kinds = rows.text("course"), rows.text("code")
    off = rows.text("off").isin({"P"})
    return {
        numbers.names[number]: None if cancelled or kind < 0 else kinds.names[kind]
        for number, kind, cancelled in zip(
            numbers.codes.tolist(), kinds.codes.tolist(), off.tolist(), strict=True
        )
        if number >= 0
    }
