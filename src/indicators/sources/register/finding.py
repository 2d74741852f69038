"""Which files of a folder are which tables, and what of them is read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet

from indicators.errors import UsageError
from indicators.problems import Problem
from indicators.register.hetu import holds_code
from indicators.sources.register.dialect import Dialect, read_dialect
from indicators.sources.register.layout import (
    FROM_IDENTITY_CODE,
    ONE_OF,
    SOURCE_TABLES,
    Field,
    SourceTable,
)
from indicators.sources.register.progress import Advance, unheard

_SUFFIXES = frozenset({".csv", ".parquet"})
# Deliveries of several years lie beside each other: YTYOLL_2022.csv, YTYOLL_2023.csv.
_PART = re.compile(r"(?P<name>.+?)(?:[-_. ]?[0-9]+)*")
# What the import reads of a folder beside tables.
_ASIDE = frozenset({"meta.json"})


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of a table.

    Attributes:
        path: Where it is.
        table: What it holds.
        positions: Position in the header of each field that is there.
        header: All columns as they stand.
        rows: About how many rows there are.
        dialect: How a CSV file is written; None for Parquet.
    """

    path: Path
    table: SourceTable
    positions: Mapping[str, int]
    header: tuple[str, ...]
    rows: int
    dialect: Dialect | None

    @property
    def left_out(self) -> tuple[str, ...]:
        """Columns that are not read; one whose name could tell of a person is only counted."""
        read = set(self.positions.values())
        names = [name for place, name in enumerate(self.header) if place not in read]
        return tuple("(unnamed)" if not name or holds_code(name) else name for name in names)

    def column(self, field: str) -> str:
        """What the file calls a field."""
        return self.header[self.positions[field]]


@dataclass(frozen=True, slots=True)
class Found:
    """What a folder holds.

    Attributes:
        files: Files of tables that are read, by table and name.
        unknown: Files that are left out unread.
        problems: Why the folder cannot be imported.
    """

    files: tuple[SourceFile, ...]
    unknown: tuple[str, ...]
    problems: tuple[Problem, ...]


def find(
    source: Path,
    tables: Mapping[str, SourceTable] = SOURCE_TABLES,
    advance: Advance = unheard,
) -> Found:
    """Find the tables of a folder.

    Args:
        source: Holds ``NAME.csv`` or ``NAME.parquet``, names in any case; a table may lie in
            several files, ``NAME_2022.csv`` and ``NAME_2023.csv``.
        tables: Tables to look for.
        advance: Is told how many rows more were looked through.

    Raises:
        UsageError: There is no such folder.
    """
    by_name = {
        name.casefold(): table for table in tables.values() for name in (table.name, *table.aliases)
    }
    files: list[SourceFile] = []
    unknown: list[str] = []
    problems: list[Problem] = []
    for path in _listing(source):
        table = by_name.get(_table_name(path, by_name))
        if table is None:
            unknown.append(path.name)
        else:
            file, found = _read_header(path, table, advance)
            problems += found
            files += [file] if file else []
    order = {name: place for place, name in enumerate(tables)}
    files.sort(key=lambda file: (order[file.table.name], file.path.name))
    problems += _twice(files)
    problems += _missing_tables(source, files, problems, tables.values())
    return Found(tuple(files), tuple(unknown), tuple(problems))


def _twice(files: Iterable[SourceFile]) -> list[Problem]:
    """Files of the same name in two formats: what they hold would count twice."""
    stems = Counter(file.path.stem.casefold() for file in files)
    return [
        Problem("delivered-twice", file.path, "lies there in two formats; leave one")
        for file in files
        if stems[file.path.stem.casefold()] > 1
    ]


def _listing(source: Path) -> list[Path]:
    try:
        paths = sorted(path for path in source.iterdir() if path.is_file())
    except OSError as error:
        text = f"{source}: no folder of an extract to read ({error.strerror}); give another"
        raise UsageError(text) from error
    return [path for path in paths if path.name not in _ASIDE and not path.name.startswith(".")]


def _table_name(path: Path, known: Iterable[str]) -> str:
    """The table's name in a file's name, an empty text if the file is of another kind."""
    if path.suffix.casefold() not in _SUFFIXES:
        return ""
    stem = path.stem.casefold()
    match = _PART.fullmatch(stem)
    return stem if stem in known or match is None else match["name"]


def _read_header(
    path: Path, table: SourceTable, advance: Advance
) -> tuple[SourceFile | None, list[Problem]]:
    again = "deliver it again"
    try:
        if path.suffix.casefold() == ".csv":
            dialect = read_dialect(path, advance)
            header, rows = dialect.header, dialect.rows
        else:
            dialect, metadata = None, parquet.read_metadata(path)
            header, rows = tuple(metadata.schema.to_arrow_schema().names), metadata.num_rows
    except OSError as error:
        text = f"cannot be read ({error.strerror or 'not a whole file'}); {again}"
        return None, [Problem("unreadable", path, text)]
    except pa.ArrowException:
        return None, [Problem("unreadable", path, f"cannot be read as Parquet; {again}")]
    if not any(header):
        return None, [Problem("empty", path, f"holds nothing; {again}")]
    positions, problems = _positions(path, table, header)
    return SourceFile(path, table, positions, header, rows, dialect), problems


def _positions(
    path: Path, table: SourceTable, header: Sequence[str]
) -> tuple[dict[str, int], list[Problem]]:
    names = [name.casefold() for name in header]
    positions: dict[str, int] = {}
    problems = []
    for field in table.fields:
        column = next((name for name in field.columns if name in names), None)
        if column is None:
            problems += [_missing(path, field.columns[0])] if field.needed else []
            continue
        positions[field.name] = names.index(column)
        if names.count(column) > 1:
            text = "comes twice in the header; leave one"
            problems.append(Problem("duplicate-column", path, text, column=column))
    choice = ONE_OF.get(table.name)
    if choice and not set(choice) & set(positions):
        problems.append(_missing(path, " or ".join(_columns_of(table, choice))))
    return positions, problems


def without_identity_codes(file: SourceFile) -> list[Problem]:
    """Columns that must be there, since no identity code stands for them."""
    told = FROM_IDENTITY_CODE.get(file.table.name, ())
    absent = [name for name in told if name not in file.positions]
    return [_missing(file.path, column) for column in _columns_of(file.table, absent)]


def _columns_of(table: SourceTable, fields: Iterable[str]) -> list[str]:
    by_name: dict[str, Field] = {field.name: field for field in table.fields}
    return [by_name[name].columns[0] for name in fields]


def _missing(path: Path, column: str) -> Problem:
    text = "is missing; deliver the table with this column"
    return Problem("missing-column", path, text, column=column)


def _missing_tables(
    source: Path,
    files: Iterable[SourceFile],
    problems: Iterable[Problem],
    tables: Iterable[SourceTable],
) -> list[Problem]:
    there = {file.table.name for file in files}
    told = {problem.file.stem.casefold() for problem in problems}
    return [
        Problem("missing-table", source, f"has no {table.name}.csv or .parquet; deliver it too")
        for table in tables
        if table.needed and table.name not in there and table.name.casefold() not in told
    ]
