"""What rows of persons refer to: courses by number, vacancies for job alternation substitutes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

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


def read_lookups(partitions: Spill) -> Lookups:
    """Of a register that has been read."""
    return Lookups(_courses(partitions.read("KTYOKOU", 0)), _alternation(partitions))


def _courses(rows: Records) -> dict[str, str | None]:
    """Of a course delivered several times the last row counts."""
    numbers, kinds = rows.text("course"), rows.text("code")
    off = rows.text("off").isin({"P"})
    number_of, kind_of = numbers.names.to_pylist(), [*kinds.names.to_pylist(), None]
    return {
        number_of[number]: None if cancelled else kind_of[kind]
        for number, kind, cancelled in zip(numbers.codes, kinds.codes, off, strict=True)
        if number >= 0
    }


def _alternation(partitions: Spill) -> frozenset[str]:
    if not partitions.has("YTVALIT"):
        return frozenset()
    vacancies: set[str] = set()
    for table, kinds in codes.ALTERNATION_VACANCY.items():
        for part in range(partitions.parts):
            rows = partitions.rows(table, part)
            hits = pc.is_in(rows["type"].cast(pa.string()), pa.array(sorted(kinds)))
            vacancies.update(rows["vacancy"].filter(hits).to_pylist())
    return frozenset(vacancies) - {None}
