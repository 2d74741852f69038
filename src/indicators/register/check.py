"""Checks a canonical folder against its schema and invariants (contract, section 2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa

from indicators.errors import DataError
from indicators.problems import Problem, as_error, raise_errors
from indicators.register.figures import (
    FIGURE_TEXTS,
    figure_faults,
    figure_text,
    more_answers_than_invited,
)
from indicators.register.invariants import (
    FIRST_YEAR,
    FORMS,
    Faults,
    TablePart,
    cell_faults,
    person_faults,
)
from indicators.register.schema import TABLES
from indicators.register.store import Register, RegisterSource, open_register, table_path

_CHUNK = 2_000_000
_IMPORT_AGAIN = "import the extract again"
_CORRECT_AT_SOURCE = "correct it where it comes from and import it again"
_TEXTS = {
    "missing-table": "is missing",
    "missing-value": "is empty",
    "unknown-code": "holds a code outside the list",
    "malformed-code": "holds a code of another form",
    "identity-code": "holds a personal identity code",
    "after-extract": "lies after the extract date",
    "reversed-spell": "lies before start",
    "overlap": "begins before the person's spell before it ends",
    "same-start": "is that of another such spell of the person",
    "outside-job-search": "or end is outside the person's job searches",
    "duplicate-person": "comes again",
    "birth-year": "is not the year of birth_date",
    "implausible-year": f"lies before {FIRST_YEAR} or after the extract date",
}


def check_register(folder: Path | str) -> dict[str, int]:
    """Check a canonical folder.

    Returns:
        Rows by table, of the tables that are there.

    Raises:
        UsageError: There is no such folder.
        DataError: With every kind of fault of every table.
    """
    register = open_register(folder)
    found, errors = Faults(), dict[str, DataError]()
    rows = {name: 0 for name in TABLES if register.has(name)}
    of_persons = [name for name in rows if TABLES[name].person]
    for persons in _ranges(register):
        tables = {}
        for name in of_persons:
            try:
                tables[name] = register.read(name, persons=persons, encoded=True)
                rows[name] += tables[name].num_rows
            except DataError as error:
                errors[name] = error
        found += person_faults(tables, register.extract_date)
    others = {}
    for name in (name for name in rows if not TABLES[name].person):
        try:
            others[name] = register.read(name, encoded=True)
            rows[name] = others[name].num_rows
        except DataError as error:
            errors[name] = error
    found += aggregate_faults(others, register)
    raise_errors([*errors.values(), *failures(found, register.folder)])
    return rows


def _ranges(register: Register) -> Sequence[tuple[int, int] | None]:
    """Ranges of persons; all at once where the table of their ids cannot be read."""
    try:
        return register.person_ranges(_CHUNK)
    except DataError:
        return [None]


def aggregate_faults(tables: Mapping[str, pa.Table], register: RegisterSource) -> Faults:
    """Faults of the tables that are not of persons, and required tables that are not there.

    Args:
        tables: Whole, by name, strings as dictionaries.
        register: Says what is there.

    Returns:
        Only those with rows.
    """
    found = Faults()
    for name, table in TABLES.items():
        if not table.optional and not register.has(name):
            found[name, "missing-table", ""] += 1
    for name, rows in tables.items():
        for reason, column, count in (
            *cell_faults(TablePart(TABLES[name], rows), FORMS),
            *figure_faults(name, rows),
        ):
            found[name, reason, column] += count
    if "survey" in tables and "survey_round" in tables:
        too_many = more_answers_than_invited(tables["survey"], tables["survey_round"])
        for reason, column, count in too_many:
            found["survey_round", reason, column] += count
    return +found


def read_aggregates(register: RegisterSource) -> dict[str, pa.Table]:
    """The tables that are not of persons, as :func:`aggregate_faults` takes them.

    Raises:
        DataError: One cannot be read.
    """
    names = [name for name, table in TABLES.items() if not table.person and register.has(name)]
    return {name: register.read(name, encoded=True) for name in names}


def failures(faults: Faults, folder: Path) -> list[DataError]:
    """Faults as errors, one a table."""
    problems: dict[str, list[Problem]] = {}
    for (name, reason, column), count in faults.items():
        text = _fault_text(name, reason, count)
        problem = Problem(
            reason, table_path(folder, TABLES[name]), text, column=column, count=count
        )
        problems.setdefault(name, []).append(problem)
    return [as_error(problems[name]) for name in TABLES if name in problems]


def _fault_text(table: str, reason: str, count: int) -> str:
    if reason == "missing-table":
        return f"{_TEXTS[reason]}; {_IMPORT_AGAIN}"
    rows = f"{count} {'row' if count == 1 else 'rows'}"
    if reason in FIGURE_TEXTS:
        return f"{figure_text(reason, table)} in {rows}; {_CORRECT_AT_SOURCE}"
    return f"{_TEXTS[reason]} in {rows}; {_IMPORT_AGAIN}"
