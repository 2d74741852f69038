"""Which files of a folder are which tables, and what of them is read."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import groupby, repeat
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet

from indicators.errors import UsageError, os_reason
from indicators.problems import Problem
from indicators.register.hetu import holds_code
from indicators.sources.register.csv_dialect import Dialect, read_dialect
from indicators.sources.register.formats import (
    Format,
    Head,
    NotReadableError,
    detect_format,
    read_head,
)
from indicators.sources.register.layout import (
    FROM_IDENTITY_CODE,
    NEEDED_ALTERNATIVES,
    SOURCE_TABLES,
    Field,
    SourceTable,
)
from indicators.sources.register.progress import Advance, no_advance

_TEXT_SUFFIXES = frozenset({".csv", ".txt", ".tsv", ".tab", ".dat"})
_SUFFIXES = _TEXT_SUFFIXES | {".parquet", ".xlsx", ".xlsm", ".xls", ".sas7bdat", ".dta", ".sav"}
# What is written about a table, not the table.
_DOCUMENTS = frozenset({".md", ".pdf", ".doc", ".docx", ".rtf", ".html", ".png", ".jpg"})
# Deliveries of several years lie beside each other: YTYOLL_2022.csv, YTYOLL_2023.csv.
_PART = re.compile(r"(?P<name>.+)_(?P<number>[0-9]+)")
# What the import reads of a folder beside tables.
_IGNORED_FILES = frozenset({"meta.json"})
_SURE_COLUMNS = 2
_WORKERS = 2


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of a table.

    Attributes:
        path: Where it is.
        table: What it holds.
        positions: Position in the header of each field that is there.
        header: All columns as they stand.
        rows: About how many rows there are.
        format: ``text``, ``parquet``, ``workbook``, ``sas``, ``stata`` or ``spss``.
        dialect: How a text is written; None for the others.
        head: Where the rows of a workbook or a statistical program's file are.
    """

    path: Path
    table: SourceTable
    positions: Mapping[str, int]
    header: tuple[str, ...]
    rows: int
    format: Format = "text"
    dialect: Dialect | None = None
    head: Head | None = None

    @property
    def left_out(self) -> tuple[str, ...]:
        """Columns that are not read; one whose name could reveal a person is only counted."""
        read = set(self.positions.values())
        names = [name for place, name in enumerate(self.header) if place not in read]
        return tuple("(unnamed)" if not name or holds_code(name) else name for name in names)

    @property
    def header_row(self) -> int | None:
        """The row of the header, if rows below it can be found by counting."""
        if self.dialect is not None:
            return self.dialect.line if self.dialect.even and not self.dialect.quoted else None
        return self.head.skip if self.head is not None else 0

    def column(self, field: str) -> str:
        """What the file calls a field."""
        return self.header[self.positions[field]]


@dataclass(frozen=True, slots=True)
class DiscoveredFiles:
    """What a folder holds.

    Attributes:
        files: Files of tables that are read, by table and name.
        unknown: Files that are left out unread.
        problems: Why the folder cannot be imported.
    """

    files: tuple[SourceFile, ...]
    unknown: tuple[str, ...]
    problems: tuple[Problem, ...]


def discover_tables(
    source: Path,
    tables: Mapping[str, SourceTable] = SOURCE_TABLES,
    advance: Advance = no_advance,
) -> DiscoveredFiles:
    """Find the tables of a folder.

    Args:
        source: Holds ``NAME.csv``, ``NAME.parquet`` or any other format that is read, names in any
            case; a table may lie in several files, ``NAME_2022.csv`` and ``NAME_2023.csv``.
        tables: Tables to look for.
        advance: Called with the number of further rows that were looked through.

    Raises:
        UsageError: There is no such folder.
    """
    names = _Names(tables.values())
    files: list[SourceFile] = []
    unknown: list[str] = []
    problems: list[Problem] = []
    tables_of: dict[Path, SourceTable] = {}
    for path in _list_folder(source):
        if holds_code(path.name):
            text = "a file's name holds a personal identity code; rename it"
            problems.append(Problem("identity-code", source, text))
        elif (table := names.table(path)) is not None:
            tables_of[path] = table
        else:
            problems += _stray_file_problem(path, names)
            unknown.append(path.name + ("/" if path.is_dir() else ""))
    with ThreadPoolExecutor(_WORKERS) as pool:
        read = pool.map(_read_header, tables_of, tables_of.values(), repeat(advance))
        for file, found in read:
            problems += found
            files += [file] if file else []
    order = {name: place for place, name in enumerate(tables)}
    files.sort(key=lambda file: (order[file.table.name], file.path.name))
    problems += _duplicate_file_problems(files, names)
    problems += _missing_tables(source, files, problems, tables.values())
    return DiscoveredFiles(tuple(files), tuple(unknown), tuple(problems))


class _Names:
    """What files of tables are called."""

    def __init__(self, tables: Iterable[SourceTable]) -> None:
        self._by_name = {
            name.casefold(): table for table in tables for name in (table.name, *table.aliases)
        }

    def table(self, path: Path) -> SourceTable | None:
        """The table that a file is called after, whatever it is; of documents there is none."""
        if path.suffix.casefold() in _DOCUMENTS or path.is_dir():
            return None
        stem = _name_stem(path)
        match = _PART.fullmatch(stem)
        return self._by_name.get(stem) or (self._by_name.get(match["name"]) if match else None)

    def number(self, path: Path) -> int | None:
        """The number that distinguishes a file of a table in several files."""
        stem = _name_stem(path)
        match = _PART.fullmatch(stem)
        return int(match["number"]) if match and stem not in self._by_name else None

    def alike(self, path: Path) -> SourceTable | None:
        """The table that a file is nearly called after: ``YTYOLL (1).csv``, ``YTYOLL_old.csv``."""
        stem = _name_stem(path)
        known = [
            name
            for name in self._by_name
            if stem.startswith(name) and not stem[len(name) : len(name) + 1].isalpha()
        ]
        return self._by_name[max(known, key=len)] if known else None


def _name_stem(path: Path) -> str:
    """A file's name up to its first dot: what is packed has two endings."""
    return path.name.partition(".")[0].casefold()


def _stray_file_problem(path: Path, names: _Names) -> list[Problem]:
    """A table under a name that is not quite one would be missed by nobody."""
    if path.suffix.casefold() not in _SUFFIXES or path.is_dir():
        return []
    table = names.alike(path)
    if table is None:
        return []
    file, _ = _read_header(path, table, no_advance)
    if file is not None and len(file.positions) < _SURE_COLUMNS:
        return []
    text = (
        f"looks like table {table.name} but is not called so; name it {table.name}_1 (and another "
        f"file of the table {table.name}_2), or take it away"
    )
    return [Problem("file-name", path, text)]


def _duplicate_file_problems(files: Sequence[SourceFile], names: _Names) -> list[Problem]:
    """Several files of a table that nothing distinguishes: what they hold would count twice."""
    problems = []
    for table, group in groupby(files, key=lambda file: file.table.name):
        members = list(group)
        numbers = [names.number(file.path) for file in members]
        if len(members) > 1 and (None in numbers or len(set(numbers)) < len(numbers)):
            text = f"is one of several files of {table}: leave one, or call them {table}_1, …_2"
            problems += [Problem("delivered-twice", file.path, text) for file in members]
        elif len(members) > 1:
            text = f"is the same file as another of {table}; leave one"
            problems += [
                Problem("delivered-twice", path, text) for path in _identical_files(members)
            ]
    return problems


def _identical_files(files: Sequence[SourceFile]) -> list[Path]:
    """Files that repeat an earlier one byte by byte."""
    seen: dict[tuple[int, bytes], Path] = {}
    sizes = Counter(file.path.stat().st_size for file in files)
    repeated = []
    for path in (file.path for file in files if sizes[file.path.stat().st_size] > 1):
        with path.open("rb") as stream:
            key = path.stat().st_size, hashlib.file_digest(stream, "sha256").digest()
        if key in seen:
            repeated.append(path)
        seen[key] = path
    return repeated


def _list_folder(source: Path) -> list[Path]:
    try:
        paths = sorted(source.iterdir())
    except OSError as error:
        text = f"{source}: no folder of an extract to read ({error.strerror}); give another"
        raise UsageError(text) from error
    return [
        path for path in paths if path.name not in _IGNORED_FILES and not path.name.startswith(".")
    ]


def _read_header(
    path: Path, table: SourceTable, advance: Advance
) -> tuple[SourceFile | None, list[Problem]]:
    again = "deliver it again"
    try:
        file, problems = _open_file(path, table, advance)
    except OSError as error:
        reason = os_reason(error) if error.errno else "not a whole file"
        text = f"cannot be read ({reason}); {again}"
        return None, [Problem("unreadable", path, text)]
    except (pa.ArrowException, NotReadableError):
        return None, [Problem("unreadable", path, f"cannot be read as what it is; {again}")]
    if file is None:
        text = "is of a kind that is not read; deliver it unpacked, as CSV, Parquet or a workbook"
        return None, [Problem("unknown-format", path, text)]
    if problems:
        return None, problems
    if not any(file.header):
        return None, [Problem("empty", path, f"holds nothing; {again}")]
    positions, problems = _positions(path, table, file.header)
    return replace(file, positions=positions), problems


def _open_file(
    path: Path, table: SourceTable, advance: Advance
) -> tuple[SourceFile | None, list[Problem]]:
    """A file by its own kind, whatever its name says; None if it is of none that is read."""
    form = detect_format(path)
    if form == "parquet":
        metadata = parquet.read_metadata(path)
        names = tuple(metadata.schema.to_arrow_schema().names)
        return SourceFile(path, table, {}, names, metadata.num_rows, form), []
    if form in ("workbook", "sas", "stata", "spss"):
        head = read_head(path, form, table.column_names)
        file = SourceFile(path, table, {}, head.header, head.rows, form, head=head)
        return file, _sheet_problem(path, head)
    if form != "text" or (path.suffix.casefold() not in _SUFFIXES):
        return None, []
    dialect, problems = read_dialect(path, table.column_names, advance)
    return SourceFile(path, table, {}, dialect.header, dialect.rows, form, dialect), problems


def _sheet_problem(path: Path, head: Head) -> list[Problem]:
    if head.other_sheets:
        text = "has several sheets with the table's columns; leave one"
        return [Problem("several-sheets", path, text)]
    if head.is_full:
        text = "is as long as a sheet can be: rows may have been cut off; deliver it as CSV"
        return [Problem("cut-off", path, text)]
    return []


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
    choice = NEEDED_ALTERNATIVES.get(table.name)
    if choice and not set(choice) & set(positions):
        problems.append(_missing(path, " or ".join(_columns_of(table, choice))))
    return positions, problems


def without_identity_codes(file: SourceFile) -> list[Problem]:
    """Columns that must be there, since no identity code stands for them."""
    from_code = FROM_IDENTITY_CODE.get(file.table.name, ())
    absent = [name for name in from_code if name not in file.positions]
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
    found = {file.table.name for file in files}
    reported = {problem.file.stem.casefold() for problem in problems}
    return [
        Problem("missing-table", source, f"has no {table.name}.csv or .parquet; deliver it too")
        for table in tables
        if table.needed and table.name not in found and table.name.casefold() not in reported
    ]
