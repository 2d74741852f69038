"""What an import did: counts by table and rule, in words and as data."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from indicators.sources.register.records import DELIVERED_RULE, Step

REPORT_JSON, REPORT_TEXT, ATTRITION_CSV = "import_report.json", "import_report.txt", "attrition.csv"
_ATTRITION = ("table", "rule", "effect", "records", "persons", "records_left", "persons_left")


@dataclass(frozen=True, slots=True)
class FileRead:
    """One file that was read.

    Attributes:
        name: Of the file.
        table: What it holds.
        rows: Rows read.
        left_out: Columns that were left out unread.
    """

    name: str
    table: str
    rows: int
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TableMade:
    """One canonical table.

    Attributes:
        name: Of the table.
        records: Rows written.
        persons: Persons they belong to; 0 in a table that is not of persons.
    """

    name: str
    records: int
    persons: int


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did. Counts alone: no value of a person.

    Attributes:
        source: Where the extract comes from, in words.
        extract_date: The last day the extract knows about.
        extract_date_from: ``given``, ``meta.json`` or ``records`` (the latest day in them).
        end_dates: ``inclusive`` or ``exclusive``.
        pseudonymised: Whether ids were identity codes that a key has turned into pseudonyms.
        keyed: Whether other ids that are no whole numbers have been turned likewise.
        files: What was read.
        unread: Files that were left out unread.
        absent: The register's tables that the extract lacks.
        empty: Those of which it has the header alone.
        not_made: Canonical tables that are not written, each with the tables that it lacks.
        tables: What was written.
        steps: What was dropped, cut, mended and only reported, in the order done.
    """

    source: str
    extract_date: date
    extract_date_from: str
    end_dates: str
    pseudonymised: bool
    keyed: bool
    files: tuple[FileRead, ...]
    unread: tuple[str, ...]
    absent: tuple[str, ...]
    empty: tuple[str, ...]
    not_made: Mapping[str, tuple[str, ...]]
    tables: tuple[TableMade, ...]
    steps: tuple[Step, ...]

    @property
    def mends(self) -> tuple[Step, ...]:
        """Steps that touched a record."""
        return tuple(s for s in self.steps if s.records and s.rule != DELIVERED_RULE)

    @property
    def attrition(self) -> tuple[dict[str, str | int], ...]:
        """A row a step: what it touched and what was left after it (columns of the CSV file)."""
        return tuple(
            {**asdict(step), "effect": rule_effect(step.rule)}
            for step in self.steps
            if step.records or step.rule == DELIVERED_RULE
        )

    def as_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        plain = asdict(self) | {"extract_date": self.extract_date.isoformat()}
        del plain["steps"]
        mends = [
            {name: row[name] for name in ("table", "rule", "effect", "records", "persons")}
            for row in self.attrition
            if row["rule"] != DELIVERED_RULE
        ]
        return plain | {"mends": mends, "attrition": list(self.attrition)}

    def text(self, language: str = "en") -> str:
        """In words, for a terminal."""
        texts = _report_texts()["text"]
        lines = [
            texts["head"][language].format(
                source=self.source, date=_format_day(self.extract_date, language)
            ),
            texts[f"date_from_{self.extract_date_from.removesuffix('.json')}"][language],
        ]
        if self.pseudonymised:
            lines.append(texts["pseudonymised"][language])
        if self.keyed:
            lines.append(texts["keyed"][language])
        lines += ["", *_aligned_columns(texts["made"][language], self._made())]
        lines += ["", *_aligned_columns(texts["mended"][language], self._mended(language))]
        lines += ["", *self._not_read(language)]
        return "\n".join(lines).rstrip() + "\n"

    def _made(self) -> list[tuple[str, ...]]:
        return [(table.name, str(table.records), str(table.persons or "")) for table in self.tables]

    def _mended(self, language: str) -> list[tuple[str, ...]]:
        return [
            (step.table, str(step.records), str(step.persons or ""), rule_text(step.rule, language))
            for step in self.mends
        ]

    def _not_read(self, language: str) -> list[str]:
        texts = _report_texts()["text"]
        lines = [
            f"{file.name}: {texts['left_out'][language]} {', '.join(file.left_out)}"
            for file in self.files
            if file.left_out
        ]
        if self.unread:
            lines.append(f"{texts['unread'][language]} {', '.join(self.unread)}")
        if self.absent:
            lines.append(f"{texts['absent'][language]} {', '.join(self.absent)}")
        if self.empty:
            lines.append(f"{texts['empty'][language]} {', '.join(self.empty)}")
        lines += [
            texts["not_made"][language].format(table=table, lacking=", ".join(lacking))
            for table, lacking in self.not_made.items()
        ]
        return lines


def rule_effect(rule_id: str) -> str:
    """What a rule does: ``delivered``, ``dropped``, ``mended`` or ``reported``."""
    return str(_report_texts()["rule"][rule_id]["effect"])


def rule_text(rule_id: str, language: str) -> str:
    """A rule in words."""
    return str(_report_texts()["rule"][rule_id][language])


def write_report(report: ImportReport, folder: Path) -> None:
    """Write ``import_report.json``, ``import_report.txt`` and ``attrition.csv``."""
    text = json.dumps(report.as_dict(), ensure_ascii=False, indent=2)
    (folder / REPORT_JSON).write_text(text + "\n", encoding="utf-8")
    (folder / REPORT_TEXT).write_text(report.text(), encoding="utf-8")
    rows = [",".join(str(row[name]) for name in _ATTRITION) for row in report.attrition]
    (folder / ATTRITION_CSV).write_text(
        "\n".join([",".join(_ATTRITION), *rows, ""]), encoding="utf-8"
    )


def _aligned_columns(head: str, rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Columns below their heads; columns of figures end flush."""
    table = [tuple(head.split("|")), *rows]
    widths = [max(len(row[place]) for row in table) for place in range(len(table[0]))]
    return [
        "  ".join(
            cell.rjust(width) if place in (1, 2) else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in table
    ]


def _format_day(day: date, language: str) -> str:
    return day.isoformat() if language == "en" else f"{day.day}.{day.month}.{day.year}"


@cache
def _report_texts() -> dict[str, Any]:
    text = resources.files(__package__).joinpath("rules.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
