"""The municipality key: names, from when until when, and what a merged one became."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from indicators.areas.keyfile import Row, read_rows

COLUMNS = ("code", "name_fi", "name_sv", "valid_from", "valid_to", "successor")

is_code = re.compile(r"[0-9]{3}").fullmatch
"""Whether a text has the form of a municipality code of Statistics Finland."""


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
    rows: dict[str, Row] = {}
    for row in read_rows(path, COLUMNS, problems):
        municipality = Municipality(
            code=row.text("code", is_code, "three digits, such as 398"),
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


def _check_dates(municipality: Municipality, key: Mapping[str, Municipality], row: Row) -> None:
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
