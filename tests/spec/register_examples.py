"""The worked examples in ``register/``: records, and the figures that follow from them.

A file is an indicator's (or a family's). In an example ``given`` are tables, a line a record:

- a column that is not there has its usual value (`USUAL`): person 1, an open end, …;
- everybody who occurs is a Finnish man born in 1980 in an unemployment fund, unless
  ``given.persons`` says otherwise, and lives nowhere, unless ``given.residence`` does;
- ``-`` is missing; ``{name}`` is filled in from the column ``name`` of the expected figures.

``expected`` has a line a figure. Key columns that are not there are those of the total of all
residents of the whole register; ``extract`` is the last day the register knows about, and a column
with the name of a parameter changes it. ``-`` is no number; ``no_row`` as status is no row.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa

from indicators.catalogue.loading import load_catalogue
from indicators.register.schema import TABLES, arrow_schema

FOLDER = Path(__file__).with_name("register")
GROUPS = {"PAIR": ("KU398", "KU098")}
TRIAL_OFFICES = ("1530",)
MONTH = "2022-05"
EXTRACT = "2024-12-31"
KEY = {
    "statistic": "value",
    "month": MONTH,
    "area": "SSS",
    "population": None,
    "category": "total.total",
}
NUMBERS = ("numerator", "denominator", "value", "status")

Lines = list[list[str]]
Record = dict[str, Any]

USUAL: Mapping[str, Mapping[str, str]] = {
    "persons": {
        "birth_year": "1980",
        "sex": "1",
        "citizenship": "246",
        "language": "fi",
        "fund_member": "yes",
    },
    "residence": {"start": "2000-01-01", "municipality": "398"},
    "office": {"start": "2000-01-01", "office": "1530"},
    "service_line": {"start": "2000-01-01"},
    "employment_code": {"code": "02"},
    "service": {"group": "trial", "kind": "20"},
    "plan": {"kind": "employment"},
    "labour_force": {"group": "total", "year": "2022", "vintage": "2022-03-01"},
    "caseload": {"month": MONTH, "office": "1530", "fte": "1"},
    "kela": {
        "month": MONTH,
        "municipality": "398",
        "benefit": "A",
        "basis": "x",
        "recipients": "5",
        "days": "10",
    },
    "survey": {"month": MONTH, "municipality": "398", "item": "q1", "wave": "1"},
    "survey_round": {"month": MONTH, "municipality": "398"},
    "service_price": {"group": "trial", "year": "2022"},
}
_WORDS = {"yes": True, "no": False}


@dataclass(frozen=True)
class Figure:
    """An expected figure: its key, and its numbers and status as they are written."""

    key: Mapping[str, str]
    written: Mapping[str, str]


@dataclass(frozen=True)
class Case:
    """A register and the figures that follow from it.

    Attributes:
        tables: As the package reads them.
        extract_date: The last day known.
        parameters: Those that are not the catalogue's.
        figures: What follows.
    """

    tables: Mapping[str, pa.Table]
    extract_date: date
    parameters: Mapping[str, Any]
    figures: list[Figure]

    def has(self, table: str) -> bool:
        return table in self.tables

    def read(
        self, table: str, columns: Any = None, persons: Any = None, *, encoded: bool = False
    ) -> pa.Table:
        del persons, encoded
        rows = self.tables.get(table, arrow_schema(table).empty_table())
        return rows.select(columns or rows.column_names)

    def person_ranges(self, chunk_rows: int) -> list[tuple[int, int]]:
        del chunk_rows
        return [(-(2**63), 2**63 - 1)]


@dataclass(frozen=True)
class Example:
    """One worked example.

    Attributes:
        indicator: Id of the indicator.
        title: What it shows, in a line.
        why: How the figures come about.
        given: Lines of cells by table, the header first.
        lacking: Tables that were not delivered; others that are not given have no rows.
        expected: Lines of cells, the header first.
    """

    indicator: str
    title: str
    why: str
    given: Mapping[str, Lines]
    expected: Lines
    lacking: tuple[str, ...] = field(default=())

    @cached_property
    def cases(self) -> list[Case]:
        """A register for each different filling of the given tables."""
        header, *lines = self.expected
        rows = [dict(zip(header, line, strict=True)) for line in lines]
        settings = [name for name in header if name not in (*KEY, *NUMBERS)]
        groups: dict[tuple[str, ...], list[dict[str, str]]] = {}
        for row in rows:
            groups.setdefault(tuple(row[name] for name in settings), []).append(row)
        return [self._case(of[0], of) for of in groups.values()]

    def _case(self, filling: Mapping[str, str], rows: list[dict[str, str]]) -> Case:
        indicator = load_catalogue().indicator(self.indicator)
        defaults = {one.id: one.default for one in indicator.parameters}
        parameters = {
            name: _parameter(filling[name], defaults[name]) for name in filling if name in defaults
        }
        key = {**KEY, "population": indicator.populations[0]}
        figures = [
            Figure(
                {name: row.get(name, usual) for name, usual in key.items()},
                {name: row[name] for name in NUMBERS if name in row},
            )
            for row in rows
        ]
        extract = date.fromisoformat(filling.get("extract", EXTRACT))
        return Case(self._tables(filling), extract, parameters, figures)

    def _tables(self, filling: Mapping[str, str]) -> dict[str, pa.Table]:
        found = {name: self._records(name, filling) for name in TABLES if name not in self.lacking}
        if "persons" in found:
            named = {row["person_id"] for row in found["persons"]}
            met = {
                row["person_id"] for rows in found.values() for row in rows if "person_id" in row
            }
            found["persons"] += [_record("persons", {"person": str(who)}) for who in met - named]
        return {
            name: pa.Table.from_pylist(rows, schema=arrow_schema(name))
            for name, rows in found.items()
        }

    def _records(self, table: str, filling: Mapping[str, str]) -> list[Record]:
        header, *lines = self.given.get(table, [[]])
        filled = ([cell.format(**filling) for cell in line] for line in lines)
        usual = {}
        if table.startswith("survey"):
            usual["instrument"] = self.indicator.partition("_")[0]
        return [_record(table, usual | dict(zip(header, line, strict=True))) for line in filled]


def _parameter(text: str, default: Any) -> Any:
    return _WORDS[text] if isinstance(default, bool) else type(default)(text)


def _record(table: str, cells: Mapping[str, str]) -> Record:
    """A record of the table, usual values where nothing is said."""
    said = {"person_id": cells.get("person", "1"), **USUAL.get(table, {}), **cells}
    if table == "statement":
        said.setdefault("start", said["given"])
    if said.get("birth_date", "-") != "-":
        said["birth_year"] = said["birth_date"][:4]
    return {
        column.name: _value(said.get(column.name, "-"), column.type)
        for column in TABLES[table].columns
    }


def _value(text: str, kind: pa.DataType) -> Any:
    if text == "-":
        return None
    if pa.types.is_date(kind):
        return date.fromisoformat(text)
    if pa.types.is_boolean(kind):
        return _WORDS[text]
    if pa.types.is_integer(kind):
        return int(text)
    return float(text) if pa.types.is_floating(kind) else text


def load() -> list[Example]:
    """All examples, in order of the indicators' numbers."""
    number = {one.id: one.number for one in load_catalogue().indicators}
    return sorted(_read(), key=lambda example: number[example.indicator])


def _read() -> Iterator[Example]:
    for path in sorted(FOLDER.glob("*.toml")):
        of = tomllib.loads(path.read_text(encoding="utf-8"))
        for example in of["example"]:
            yield Example(
                example.get("indicator", of["indicator"]),
                example["title"],
                example.get("why", ""),
                {name: _lines(text) for name, text in example.get("given", {}).items()},
                _lines(example["expected"]),
                tuple(example.get("lacking", ())),
            )


def _lines(text: str) -> Lines:
    return [line.split() for line in text.strip().splitlines()]
