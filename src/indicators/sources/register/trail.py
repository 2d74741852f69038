"""What was dropped, cut and mended: each step with its records and persons, never a value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from indicators.register.arrays import Mask, Persons
from indicators.register.schema import TABLES
from indicators.sources.register.records import Index, Records, count_persons

DELIVERED = "delivered"
NAMELESS = ("broken_row", "no_id")
"""Rules that rows fall under before they are anybody's records."""


@dataclass(slots=True)
class Step:
    """One rule applied to one table.

    Attributes:
        table: Canonical table.
        rule: Id of the rule; its texts are in ``rules.toml``.
        records: How many records it touched.
        persons: Of how many persons.
        records_left: How many records there are after it.
        persons_left: Of how many persons.
    """

    table: str
    rule: str
    records: int = 0
    persons: int = 0
    records_left: int = 0
    persons_left: int = 0


class Origin(NamedTuple):
    """Rows of one of the register's tables in one canonical table."""

    table: str
    source: str


class Touched(NamedTuple):
    """Rows of an origin that one rule touched, by the field that it looked at (if any)."""

    origin: Origin
    rule: str
    field: str


class Fault(NamedTuple):
    """What ends an import whatever its share: rows of a source that cannot be."""

    source: str
    rule: str
    text: str
    field: str
    records: int


@dataclass(slots=True)
class Trail:
    """All steps of an import. Parts of the register with different persons add up.

    Attributes:
        steps: By canonical table and rule.
        rows: Rows that came from each of the register's tables.
        touched: How many of them each rule touched.
        faults: What cannot be.
    """

    steps: dict[tuple[str, str], Step] = field(default_factory=dict)
    rows: Counter[Origin] = field(default_factory=Counter)
    touched: Counter[Touched] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)

    def add(self, other: Trail) -> None:
        """Add the steps of a part with other persons."""
        for (table, rule), step in other.steps.items():
            own_step = self._step(table, rule)
            own_step.records += step.records
            own_step.persons += step.persons
            own_step.records_left += step.records_left
            own_step.persons_left += step.persons_left
        self.rows += other.rows
        self.touched += other.touched
        self.faults += other.faults

    def delivered(self, table: str, rows: Records) -> None:
        """The rows that a table starts with: what nameless records have left."""
        self.rows.update({Origin(table, name): n for name, n in rows.by_source().items()})
        for rule in NAMELESS:
            if (table, rule) in self.steps:
                self._add(table, rule, rows.person[:0], rows)
        self._add(table, DELIVERED, rows.person, rows)

    def drop(self, table: str, rule: str, rows: Records, dropped: Mask, field: str = "") -> Records:
        """Leave rows out, and count them; the field is the one for which they are left out."""
        left = rows.take(~dropped) if dropped.any() else rows
        self._touch(table, rule, rows, dropped, field)
        self._add(table, rule, rows.person[dropped], left)
        return left

    def keep(self, table: str, rule: str, rows: Records, kept: Index) -> Records:
        """Keep rows by position, and count the others."""
        left = rows.take(kept)
        dropped = rows_without(rows, kept)
        self._add(table, rule, dropped, left)
        return left

    def mend(self, table: str, rule: str, rows: Records, touched: Mask, field: str = "") -> None:
        """Count rows that were changed, or are only reported."""
        self._touch(table, rule, rows, touched, field)
        self._add(table, rule, rows.person[touched], rows)

    def mend_into(self, table: str, rule: str, rows: Records, touched: Mask, new: Records) -> None:
        """The same where rows have become others, such as parts of spells."""
        self._add(table, rule, rows.person[touched], new)

    def drop_without_id(self, table: str, source: str, rule: str, records: int) -> None:
        """Count records that could not be told to be anybody's."""
        if records:
            self._step(table, rule).records += records
            self.rows[Origin(table, source)] += records
            self.touched[Touched(Origin(table, source), rule, "")] += records

    def _touch(self, table: str, rule: str, rows: Records, touched: Mask, field: str) -> None:
        if touched.any():
            for source, count in rows.by_source(touched).items():
                self.touched[Touched(Origin(table, source), rule, field)] += count

    def _add(self, table: str, rule: str, touched: Persons, left: Records) -> None:
        step = self._step(table, rule)
        step.records += len(touched)
        step.records_left += len(left)
        if TABLES[table].person:
            step.persons += count_persons(touched)
            step.persons_left += count_persons(left.person)

    def _step(self, table: str, rule: str) -> Step:
        return self.steps.setdefault((table, rule), Step(table, rule))

    def by_table(self, tables: Iterable[str]) -> list[Step]:
        """Steps of some tables, in their order and then as they were taken."""
        order = {table: position for position, table in enumerate(tables)}
        steps = [step for step in self.steps.values() if step.table in order]
        return sorted(steps, key=lambda step: order[step.table])


def rows_without(rows: Records, kept: Index) -> Persons:
    """Persons of the rows that are not kept."""
    dropped = np.ones(len(rows), bool)
    dropped[kept] = False
    return rows.person[dropped]
