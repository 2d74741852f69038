"""The key files of areas: CSV rows with their problems, municipalities, and areas above them.

The municipality key has names, from when until when, and what a merged municipality became; the
other key has the names of the country, regions, ELY centres and sub-regions.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from indicators.errors import DataError

Text = Mapping[str, str]
"""A text in every language."""

MUNICIPALITY_COLUMNS = ("code", "name_fi", "name_sv", "valid_from", "valid_to", "successor")
REGION_COLUMNS = ("code", "name_fi", "name_sv", "name_en")

is_municipality_code = re.compile(r"[0-9]{3}").fullmatch
"""Whether a text has the form of a municipality code of Statistics Finland."""
_is_region_code = re.compile(r"SSS|MK[0-9]{2}|ELY[0-9]{2}|SK[0-9]{3}").fullmatch


@dataclass(frozen=True)
class KeyRow:
    """One line of a key file; its readers note what is wrong under its row number.

    Attributes:
        path: The file.
        number: Row in the file, the header being row 1.
        values: The cells by column.
        problems: Where problems are noted; one list for all key files.
    """

    path: Path
    number: int
    values: dict[str, str]
    problems: list[str]

    def report_problem(self, column: str, problem: str) -> None:
        """Notes a problem of one cell."""
        self.problems.append(f"{self.path}, row {self.number}, column {column}: {problem}")

    def text(self, column: str, fits: Callable[[str], object] = bool, what: str = "a text") -> str:
        """A cell that ``fits``; ``what`` says in words what is wanted."""
        value = self.values[column]
        if not fits(value):
            self.report_problem(column, f'must be {what}, not "{value}"')
        return value

    def day(self, column: str) -> date | None:
        """A date, or None where the cell is empty."""
        value = self.values[column]
        try:
            return date.fromisoformat(value) if value else None
        except ValueError:
            self.report_problem(column, f'must be a date such as 2021-03-01, not "{value}"')
            return None


def read_key_rows(path: Path, columns: Sequence[str], problems: list[str]) -> Iterator[KeyRow]:
    """The rows of a UTF-8 CSV file with exactly these columns, in this order.

    A file that is missing, cannot be read or has other columns is noted as one problem and gives
    no rows.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            lines = list(csv.reader(file, strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        problems.append(
            f"{path}: cannot be read as UTF-8 CSV ({_decoding_reason(error)}); restore the file"
        )
        return
    if not lines or lines[0] != list(columns):
        problems.append(f"{path}, row 1: the columns must be {','.join(columns)}")
        return
    for number, line in enumerate(lines[1:], start=2):
        if len(line) == len(columns):
            yield KeyRow(path, number, dict(zip(columns, line, strict=True)), problems)
        else:
            problems.append(f"{path}, row {number}: {len(line)} cells instead of {len(columns)}")


def _decoding_reason(error: Exception) -> str:
    return error.strerror or "" if isinstance(error, OSError) else type(error).__name__


def raise_key_problems(problems: Sequence[str]) -> None:
    """Raises all problems of the key files at once, if there are any.

    Raises:
        DataError: There is at least one.
    """
    if problems:
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        raise DataError(f"{count} in the area keys:", problems)


@dataclass(frozen=True)
class Municipality:
    """One municipality (kunta).

    Attributes:
        code: Statistics Finland's code, three digits.
        name_fi: Finnish name.
        name_sv: Swedish name; the Finnish one where there is no other.
        valid_from: Its first day; None if it existed before 2004.
        valid_to: Its last day; None if it exists still.
        successor: Code of the municipality it became part of.
    """

    code: str
    name_fi: str
    name_sv: str
    valid_from: date | None
    valid_to: date | None
    successor: str

    def exists_on(self, day: date) -> bool:
        """Whether the municipality exists on a day."""
        begun = self.valid_from is None or self.valid_from <= day
        return begun and (self.valid_to is None or day <= self.valid_to)


def read_municipalities(path: Path, problems: list[str]) -> Mapping[str, Municipality]:
    """Reads the key by code; what is wrong with it is added to ``problems``."""
    found: dict[str, Municipality] = {}
    rows: dict[str, KeyRow] = {}
    for row in read_key_rows(path, MUNICIPALITY_COLUMNS, problems):
        municipality = Municipality(
            code=row.text("code", is_municipality_code, "three digits, such as 398"),
            name_fi=row.text("name_fi"),
            name_sv=row.text("name_sv"),
            valid_from=row.day("valid_from"),
            valid_to=row.day("valid_to"),
            successor=row.values["successor"],
        )
        if municipality.code in found:
            row.report_problem("code", f"{municipality.code} is there twice; delete one row")
        found[municipality.code] = municipality
        rows[municipality.code] = row
    for code, municipality in found.items():
        _check_dates(municipality, found, rows[code])
    return found


def _check_dates(municipality: Municipality, key: Mapping[str, Municipality], row: KeyRow) -> None:
    first, last = municipality.valid_from, municipality.valid_to
    if first and last and last < first:
        row.report_problem("valid_to", f"{last} is before valid_from {first}")
    if bool(row.values["valid_to"]) != bool(municipality.successor):
        row.report_problem(
            "successor", "a municipality has both a last day and a successor, or neither"
        )
    elif last and municipality.successor not in key:
        row.report_problem(
            "successor", f'"{municipality.successor}" is not in the key; add its row'
        )
    elif last and not _outlives(key[municipality.successor], last):
        row.report_problem("successor", f"{municipality.successor} does not exist after {last}")


def _outlives(successor: Municipality, last: date) -> bool:
    """Whether the successor is there later; chains of such successors cannot run in a ring."""
    return successor.valid_to is None or successor.valid_to > last


def read_regions(path: Path, problems: list[str]) -> Mapping[str, Text]:
    """Reads names by area code; what is wrong with the key is added to ``problems``."""
    found: dict[str, Text] = {}
    for row in read_key_rows(path, REGION_COLUMNS, problems):
        code = row.text("code", _is_region_code, "an area code such as MK07")
        if code in found:
            row.report_problem("code", f"{code} is there twice; delete one row")
        found[code] = {lang: row.text(f"name_{lang}") for lang in ("fi", "sv", "en")}
    return found
