"""Small canonical registers that keep every invariant and sit on every edge.

`adversarial` draws one from a seed, `registers` is the same as a Hypothesis strategy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from random import Random
from typing import Any

from hypothesis import strategies as st

from oracle import compute
from oracle.edges import EXTRACTS, Days
from oracle.lives import Life
from oracle.reported import Reported
from oracle.rows import Row
from oracle.world import Record

# Every member of PAIR and of WIDE may have residents; nobody ever lives in the one of EMPTY.
GROUPS = {"PAIR": ("KU398", "KU098"), "WIDE": ("KU091", "KU098"), "EMPTY": ("KU016",)}
TRIAL_OFFICES = ("1530",)


@dataclass(frozen=True, repr=False)
class Made:
    """A made-up register and what is asked of it."""

    tables: Mapping[str, list[Record]]
    extract_date: date
    months: tuple[str, ...]
    groups: Mapping[str, tuple[str, ...]]
    trial_offices: tuple[str, ...]

    def __repr__(self) -> str:
        """The people alone: what is reported would fill pages."""
        people = {name: rows for name, rows in self.tables.items() if is_of_persons(rows)}
        return f"Made({self.extract_date}, {people})"

    def expected(self, **how: Any) -> list[Row]:
        """The oracle's rows; ``how`` are its further arguments."""
        return compute(
            self.tables, self.extract_date, self.months, self.groups, self.trial_offices, **how
        )

    def with_tables(self, **tables: list[Record]) -> Made:
        return replace(self, tables={**self.tables, **tables})


def under_other_names(
    made: Made, names: Mapping[str, str], groups: Mapping[str, tuple[str, ...]]
) -> Made:
    """The same register with other codes of municipalities, and other groups."""

    def renamed(row: Record) -> Record:
        code = row.get("municipality")
        return {**row, "municipality": names.get(code, code)} if code else row

    tables = {name: [renamed(row) for row in rows] for name, rows in made.tables.items()}
    return replace(made, tables=tables, groups=groups)


def is_of_persons(rows: list[Record]) -> bool:
    return bool(rows) and "person_id" in rows[0]


def adversarial(seed: int, persons: int = 12) -> Made:
    """A register of so many persons; the same seed gives the same register."""
    return _made(Random(seed), EXTRACTS[seed % len(EXTRACTS)], persons)


def registers(most: int = 4) -> st.SearchStrategy[Made]:
    """Registers of one to so many persons, drawn and shrunk by Hypothesis."""
    return st.builds(
        _made,
        st.randoms(use_true_random=False),
        st.sampled_from(EXTRACTS),
        st.integers(1, most),
    )


def _made(rng: Random, extract_date: date, persons: int) -> Made:
    days = Days(rng, extract_date)
    # Ids far apart and in no order, so that nothing leans on 1, 2, 3.
    ids = rng.sample(range(1, 100 * persons), persons)
    lives = [Life(person_id, days).tables() for person_id in ids]
    tables = {table: [row for life in lives for row in life[table]] for table in lives[0]}
    if rng.random() < 0.3:
        del tables["introduction"]
    for rows in tables.values():
        rng.shuffle(rows)
    reported = Reported(days).tables()
    return Made({**tables, **reported}, extract_date, days.months, GROUPS, TRIAL_OFFICES)
