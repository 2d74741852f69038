"""What the oracle is asked about: tables, the day they end, areas, offices, parameters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from indicators import catalogue

Record = dict[str, Any]


@dataclass(frozen=True)
class World:
    """A register and what is asked of it.

    ``parameters`` holds every parameter of every indicator, by indicator id and parameter id.
    """

    tables: Mapping[str, list[Record]]
    extract_date: date
    months: tuple[str, ...]
    groups: Mapping[str, tuple[str, ...]]
    trial_offices: frozenset[str]
    parameters: Mapping[str, Mapping[str, Any]]
    merge_layoff: bool

    def has(self, table: str) -> bool:
        return table in self.tables

    def table(self, name: str) -> list[Record]:
        return self.tables.get(name, [])

    def of(self, person_id: int, table: str) -> list[Record]:
        """One person's rows of a table."""
        return self._by_person[table][person_id]

    def person(self, person_id: int) -> Record:
        return self.of(person_id, "persons")[0]

    @property
    def person_ids(self) -> Iterator[int]:
        return (person["person_id"] for person in self.table("persons"))

    @cached_property
    def _by_person(self) -> dict[str, dict[int, list[Record]]]:
        found: dict[str, dict[int, list[Record]]] = defaultdict(lambda: defaultdict(list))
        for name, rows in self.tables.items():
            for row in rows:
                if "person_id" in row:
                    found[name][row["person_id"]].append(row)
        return found


def all_parameters(changed: Mapping[str, Mapping[str, object]]) -> dict[str, dict[str, object]]:
    """The catalogue's parameters with some of them changed."""
    known = catalogue.load().defaults()
    return {one: {**known[one], **changed.get(one, {})} for one in known}
