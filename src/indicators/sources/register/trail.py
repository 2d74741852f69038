"""What was dropped, cut and mended: each step with its records and persons, never a value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

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


@dataclass(slots=True)
class Trail:
    """All steps of an import. Parts of the register with different persons add up."""

    steps: dict[tuple[str, str], Step] = field(default_factory=dict)

    def delivered(self, table: str, rows: Records) -> None:
        """The rows that a table starts with: what nameless records have left."""
        for rule in NAMELESS:
            if (table, rule) in self.steps:
                self._add(table, rule, rows.person[:0], rows)
        self._add(table, DELIVERED, rows.person, rows)

    def drop(self, table: str, rule: str, rows: Records, dropped: Mask) -> Records:
        """Leave rows out, and count them."""
        left = rows.take(~dropped) if dropped.any() else rows
        self._add(table, rule, rows.person[dropped], left)
        return left

    def keep(self, table: str, rule: str, rows: Records, kept: Index) -> Records:
        """Keep rows by position, and count the others."""
        left = rows.take(kept)
        dropped = rows_without(rows, kept)
        self._add(table, rule, dropped, left)
        return left

    def mend(self, table: str, rule: str, rows: Records, touched: Mask) -> None:
        """Count rows that were changed, or are only reported."""
        self._add(table, rule, rows.person[touched], rows)

    def mend_into(self, table: str, rule: str, rows: Records, touched: Mask, new: Records) -> None:
        """The same where rows have become others, such as parts of spells."""
        self._add(table, rule, rows.person[touched], new)

    def nameless(self, table: str, rule: str, records: int) -> None:
        """Count records that could not be told to be anybody's."""
        if records:
            self._step(table, rule).records += records

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
