"""Reads a small CSV key and gathers what is wrong with it."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from indicators.errors import DataError


@dataclass(frozen=True)
class Row:
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


def read_rows(path: Path, columns: Sequence[str], problems: list[str]) -> Iterator[Row]:
    """The rows of a UTF-8 CSV file with exactly these columns, in this order.

    A file that is missing, cannot be read or has other columns is noted as one problem and gives
    no rows.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            lines = list(csv.reader(file, strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        problems.append(f"{path}: cannot be read as UTF-8 CSV ({_reason(error)}); restore the file")
        return
    if not lines or lines[0] != list(columns):
        problems.append(f"{path}, row 1: the columns must be {','.join(columns)}")
        return
    for number, line in enumerate(lines[1:], start=2):
        if len(line) == len(columns):
            yield Row(path, number, dict(zip(columns, line, strict=True)), problems)
        else:
            problems.append(f"{path}, row {number}: {len(line)} cells instead of {len(columns)}")


def _reason(error: Exception) -> str:
    return error.strerror or "" if isinstance(error, OSError) else type(error).__name__


def refuse(problems: Sequence[str]) -> None:
    """Raises all problems of the key files at once, if there are any.

    Raises:
        DataError: There is at least one.
    """
    if problems:
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        raise DataError(f"{count} in the area keys:", problems)
