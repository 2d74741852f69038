"""A snapshot file of StatFin's table 12r5 (until 2022 numbered 1001), read fast and checked whole.

First the table's columns and what may stand in them (source: the table's own column comments,
``data/raw/statfin/README.md``), and the names of files. A file that the fast reading refuses is
read again thoroughly: :func:`snapshot_faults` finds every fault, one problem for each kind and
column with the first row and the number of rows, and never repeats what stands in a cell.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import product
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyarrow import csv as arrow_csv

from indicators.problems import Problem, as_error, raise_problems
from indicators.sources.statfin.provenance import Provenance, disagreements

AREA = "alue"
MONTH = "kuukausi"
KEY_COLUMNS = (AREA, MONTH)

# A cell with nothing, or with the dots of the web service, is a hidden count of 1–4.
HIDDEN_CELLS = frozenset({"", "..."})

ABSENT_SIGN = "."
"""A cell of a snapshot that says that there is no figure: nothing is hidden in it."""

UNEMPLOYED = "TYOTTOMATLOPUSSA"
LABOUR_FORCE = "TYOVOIMATK"
OPEN_VACANCIES = "AVPAIKATLOPUSSA"

# A share that StatFin has rounded: checked by the tests, counted from by nobody.
RATE_COLUMNS = ("TYOTOSUUS",)

COUNT_COLUMNS = (
    "HAKIJALOPUSSA",
    UNEMPLOYED,
    LABOUR_FORCE,
    "TYOTTOMATMIEHET",
    "TYOTTOMATNAISET",
    "TYOTTOMAT20",
    "TYOTTOMAT25",
    "TYOTTOMAT50",
    "TYOTTOMATSAIR",
    "TYOTTOMATULK",
    "PITKAAIKAISTYOTTOMAT",
    "KASSASSA",
    "LOMAUTETTU",
    "LYHTYOVKO",
    "TYOLLISTETTYLOP",
    "TYOHARJOITTELULOP",
    "KOKEILULOP",
    "TVKOULUTUSLOP",
    "VALMENNUSLOP",
    "MTPPALVELUTLOP",
    OPEN_VACANCIES,
    "UUDETAVP",
)

REQUIRED_COLUMNS = (*KEY_COLUMNS, UNEMPLOYED)
# What a file must hold by the scope in its name, where no provenance lists its columns.
SCOPE_COLUMNS = {
    "core": (*KEY_COLUMNS, UNEMPLOYED, LABOUR_FORCE, OPEN_VACANCIES),
    "full": (*KEY_COLUMNS, *COUNT_COLUMNS),
}

# SSS, KU398, MK07, SK071, ELY04, KUJOU, and kinds that come later, such as TA31 and EVK03: what
# looks like a code is kept as one, for a table is not to be lost for one area that is new.
_AREA = re.compile(r"[A-Z]{2,4}[0-9A-Z]{1,6}")
_MONTH = re.compile(r"(19|20)[0-9]{2}M(0[1-9]|1[0-2])")
# Nine digits are more than there are people, and few enough for every way of reading them.
_COUNT = r"[0-9]{1,9}"
_RATE = r"[0-9]{1,9}(\.[0-9]+)?"


def is_area(text: str) -> bool:
    """Whether a text has the form of StatFin's area codes."""
    return _AREA.fullmatch(text) is not None


def is_month(text: str) -> bool:
    """Whether a text is a month as StatFin writes it, ``2022M02``."""
    return _MONTH.fullmatch(text) is not None


def cell_pattern(column: str) -> str:
    """The regular expression a whole cell of a column follows, where it is not hidden."""
    return _RATE if column in RATE_COLUMNS else _COUNT


def is_cell(column: str, text: str) -> bool:
    """Whether a text can stand in a column: a count, a rate, hidden, or no figure at all."""
    signs = (*HIDDEN_CELLS, ABSENT_SIGN)
    return text in signs or re.fullmatch(cell_pattern(column), text) is not None


# --- names of snapshot files ----------------------------------------------------------------------


NAME_PATTERN = "12r5_SCOPE_vintage_YYYY-MM-DD.csv.gz"
_NAME = re.compile(r"12r5_(?P<scope>\w+?)_vintage_(?P<vintage>\d{4}-\d{2}-\d{2})\.csv(\.gz)?")
# A name that speaks of a vintage and has no day.
_LOOKS_LIKE_SNAPSHOT = re.compile(r"12r5_(.*_)?vintage_.*\.csv(\.gz)?")


@dataclass(frozen=True, slots=True)
class SnapshotName:
    """One snapshot file.

    Attributes:
        path: Where it is.
        scope: Which columns were fetched: ``full``, ``core`` or any other word.
        vintage: The day it was taken.
    """

    path: Path
    scope: str
    vintage: date


def snapshot_files(paths: Iterable[Path]) -> tuple[list[SnapshotName], list[Path], list[Problem]]:
    """Pick the snapshots among the files of a folder, by name.

    Returns:
        The snapshots, the other files, and a problem for each file that is meant to be a snapshot
        but whose name does not say so: left out in silence, it would be missed by nobody.
    """
    names, others, problems = [], [], []
    for path in sorted(paths):
        name = _parse_name(path)
        if name is not None:
            names.append(name)
        elif _LOOKS_LIKE_SNAPSHOT.fullmatch(path.name):
            text = f"the name is not {NAME_PATTERN} with a date of the calendar; rename the file"
            problems.append(Problem("file-name", path, text))
        else:
            others.append(path)
    return names, others, problems


def _parse_name(path: Path) -> SnapshotName | None:
    found = _NAME.fullmatch(path.name)
    if found is None:
        return None
    try:
        return SnapshotName(path, found["scope"], date.fromisoformat(found["vintage"]))
    except ValueError:
        return None


# --- the thorough reading: run only on a file that the fast reading refused -----------------------


_FETCH_AGAIN = "copy or fetch it again"
_TEXTS = {
    "not-an-area": "is not an area code of StatFin (such as KU398, MK07, SSS)",
    "not-a-month": "is not a month (such as 2022M02)",
    "not-a-number": "is neither a number nor hidden; restore the file",
    "not-a-count": "is neither a whole number nor hidden; restore the file",
    "fields": "has more or fewer fields than the header; restore the file",
    "duplicate-key": "repeats an area and month that came before; restore the file",
}

Row = tuple[int, list[str]]


def snapshot_faults(path: Path, content: bytes, expected: Sequence[str]) -> list[Problem]:
    """Find every fault of a snapshot; at least one, for the fast reading has refused it.

    Args:
        path: Named in the problems.
        content: The unpacked file.
        expected: Columns it must have.
    """
    unreadable = [Problem("unreadable", path, f"cannot be read as CSV; {_FETCH_AGAIN}")]
    try:
        rows = _csv_rows(content)
    except csv.Error:
        return unreadable
    if len(rows) < 2:
        return [Problem("empty", path, f"holds no rows; {_FETCH_AGAIN}")]
    (_, header), *body = rows
    found = list(_header_faults(path, header, expected))
    if set(KEY_COLUMNS) <= set(header):
        found += _row_faults(path, header, body)
    return found or unreadable


def _csv_rows(content: bytes) -> list[Row]:
    """The rows that hold anything, each with its line; the header is line 1."""
    text = io.StringIO(content.decode("utf-8-sig", errors="replace"), newline="")
    return [(line, cells) for line, cells in enumerate(csv.reader(text), start=1) if cells]


def _header_faults(path: Path, header: Sequence[str], expected: Sequence[str]) -> Iterator[Problem]:
    missing = [column for column in expected if column not in header]
    if missing:
        text = f"missing from the header; {_FETCH_AGAIN}"
        yield Problem("missing-column", path, text, column=", ".join(missing))
    # Only columns we know are named: a file without a header begins with cells.
    twice = [
        column
        for column in (*KEY_COLUMNS, *COUNT_COLUMNS, *RATE_COLUMNS)
        if header.count(column) > 1
    ]
    if twice:
        text = "comes twice in the header; restore the file"
        yield Problem("duplicate-column", path, text, column=", ".join(twice))


def _row_faults(path: Path, header: Sequence[str], body: Sequence[Row]) -> list[Problem]:
    found: dict[tuple[str, str], list[int]] = {}
    seen: set[tuple[str, str]] = set()
    for line, cells in body:
        for fault in _faults_of_row(header, cells, seen):
            found.setdefault(fault, []).append(line)
    problems = [
        Problem(reason, path, _TEXTS[reason], column=column, row=lines[0], count=len(lines))
        for (reason, column), lines in found.items()
    ]
    return problems or list(_grid_faults(path, seen))


def _faults_of_row(
    header: Sequence[str], cells: Sequence[str], seen: set[tuple[str, str]]
) -> Iterator[tuple[str, str]]:
    """Give (reason, column) of each fault of one row; remember its key in ``seen``."""
    if len(cells) != len(header):
        yield "fields", ""
        return
    row = dict(zip(header, cells, strict=True))
    key = row[AREA], row[MONTH]
    if not is_area(row[AREA]):
        yield "not-an-area", AREA
    if not is_month(row[MONTH]):
        yield "not-a-month", MONTH
    if key in seen:
        yield "duplicate-key", "+".join(KEY_COLUMNS)
    seen.add(key)
    for column in (*COUNT_COLUMNS, *RATE_COLUMNS):
        if column in row and not is_cell(column, row[column]):
            yield ("not-a-count" if column in COUNT_COLUMNS else "not-a-number"), column


def _grid_faults(path: Path, seen: set[tuple[str, str]]) -> Iterator[Problem]:
    """A table of areas by months has a row for each pair; say which is the first to miss."""
    areas, months = (sorted(set(names)) for names in zip(*seen, strict=True))
    missing = [pair for pair in product(areas, months) if pair not in seen]
    if missing:
        area, month = missing[0]
        rows = (
            "1 row is missing:" if len(missing) == 1 else f"{len(missing)} rows are missing, from"
        )
        yield Problem("missing-rows", path, f"{rows} {area} {month}; {_FETCH_AGAIN}")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The table as it stood on one day.

    Attributes:
        file: Where it was read from.
        vintage: The day it was taken.
        areas: StatFin's area codes, sorted; the first axis of every column.
        months: ``YYYY-MM``, sorted; the second axis.
        columns: Counts by StatFin's column code, shape (areas, months); NaN where the source
            hides a count of 1–4, and where ``lacking`` says that it has no cell.
        lacking: Cells that the source has not, by column code and of the same shape; only columns
            that lack any.
    """

    file: Path
    vintage: date
    areas: tuple[str, ...]
    months: tuple[str, ...]
    columns: dict[str, NDArray[np.float64]]
    lacking: dict[str, NDArray[np.bool_]] = field(default_factory=dict)


def read_snapshot(name: SnapshotName, listed: Provenance | None) -> Snapshot:
    """Read and validate one snapshot.

    Args:
        name: The file and what its name says.
        listed: Its provenance, if the folder has it.

    Raises:
        DataError: With every fault of the file: it cannot be read or is cut short, a column is
            missing, a cell is not a number, a key is malformed or comes twice, a row is missing,
            or it is not the file that its provenance describes.
    """
    raw = _read_bytes(name.path)
    content = _unpack(name.path, raw)
    expected = _expected(name.scope, listed)
    table = _parse_texts(content)
    if table is None or not _is_valid(table, expected):
        raise as_error(snapshot_faults(name.path, content, expected))
    snapshot = _as_snapshot(name, table)
    if listed is not None:
        raise_problems(disagreements(name.path, listed, _facts_of_file(raw, table, snapshot)))
    return snapshot


def _read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        text = f"cannot be read ({error.strerror}); make it readable"
        raise as_error([Problem("unreadable", path, text)]) from error


def _unpack(path: Path, raw: bytes) -> bytes:
    if path.suffix != ".gz":
        return raw
    try:
        return gzip.decompress(raw)
    except EOFError as error:
        text = "the gzip file is cut short; copy or fetch it again"
        raise as_error([Problem("truncated", path, text)]) from error
    except (gzip.BadGzipFile, zlib.error) as error:
        text = "is not a whole gzip file; copy or fetch it again"
        raise as_error([Problem("damaged", path, text)]) from error


def _expected(scope: str, listed: Provenance | None) -> list[str]:
    """Columns the file must have, each once."""
    columns = SCOPE_COLUMNS.get(scope, ()) if listed is None else listed.columns
    return list(dict.fromkeys([*REQUIRED_COLUMNS, *columns]))


def _parse_texts(content: bytes) -> pa.Table | None:
    """Read as texts, for Arrow would take ``0x10`` and `` 7`` for numbers; None if not CSV."""
    types = {column: pa.string() for column in (*KEY_COLUMNS, *COUNT_COLUMNS, *RATE_COLUMNS)}
    convert = arrow_csv.ConvertOptions(
        column_types=types, null_values=sorted(HIDDEN_CELLS), strings_can_be_null=True
    )
    try:
        return arrow_csv.read_csv(io.BytesIO(content), convert_options=convert)
    except pa.ArrowInvalid:
        return None


def _is_valid(table: pa.Table, expected: Sequence[str]) -> bool:
    """Whether columns, keys and cells are all as they must be."""
    names = table.column_names
    known = [name for name in names if name in (*COUNT_COLUMNS, *RATE_COLUMNS)]
    return (
        set(expected) <= set(names)
        and len(set(names)) == len(names)
        and table.num_rows > 0
        and _keys_are_valid(table)
        and all(_cells_are_valid(table, name) for name in known)
    )


def _keys_are_valid(table: pa.Table) -> bool:
    """Whether keys are well formed, and each area has each month once."""
    if any(table[key].null_count for key in KEY_COLUMNS):
        return False
    areas, months = _encoded(table, AREA), _encoded(table, MONTH)
    well_formed = all(map(is_area, areas.names)) and all(map(is_month, months.names))
    pairs = areas.codes.astype(np.int64) * len(months.names) + months.codes
    complete = table.num_rows == len(areas.names) * len(months.names)
    return well_formed and complete and np.unique(pairs).size == table.num_rows


def _cells_are_valid(table: pa.Table, name: str) -> bool:
    pattern = f"^({cell_pattern(name)}|{re.escape(ABSENT_SIGN)})$"
    matches = pc.match_substring_regex(table[name], pattern)
    return bool(pc.all(matches, min_count=0).as_py())


@dataclass(frozen=True, slots=True)
class _Encoded:
    """A key column: its names, and the position of each row's name among them."""

    names: list[str]
    codes: NDArray[np.int32]


def _encoded(table: pa.Table, key: str) -> _Encoded:
    column = table[key].combine_chunks().dictionary_encode()
    return _Encoded(column.dictionary.to_pylist(), column.indices.to_numpy())


def _as_snapshot(name: SnapshotName, table: pa.Table) -> Snapshot:
    rows, areas = _sorted_positions(_encoded(table, AREA))
    places, months = _sorted_positions(_encoded(table, MONTH))
    columns, lacking = {}, {}
    for column in table.column_names:
        if column in COUNT_COLUMNS:
            absent = pc.equal(table[column], ABSENT_SIGN).fill_null(False)
            counts = pc.if_else(absent, pa.scalar(None, pa.string()), table[column])
            grid = np.full((len(areas), len(months)), np.nan)
            grid[rows, places] = pc.cast(counts, pa.float64()).to_numpy()
            columns[column] = grid
            if pc.any(absent).as_py():
                lacking[column] = np.zeros(grid.shape, bool)
                lacking[column][rows, places] = absent.to_numpy()
    iso = tuple(f"{month[:4]}-{month[5:]}" for month in months)
    return Snapshot(name.path, name.vintage, tuple(areas), iso, columns, lacking)


def _sorted_positions(key: _Encoded) -> tuple[NDArray[np.intp], list[str]]:
    """Position of every row's key among the sorted names, and the sorted names."""
    order = np.argsort(key.names)
    rank = np.empty_like(order)
    rank[order] = np.arange(order.size)
    return rank[key.codes], sorted(key.names)


def _facts_of_file(raw: bytes, table: pa.Table, snapshot: Snapshot) -> dict[str, object]:
    """What the file says of itself, by key of the provenance."""
    return {
        "sha256": hashlib.sha256(raw).hexdigest(),
        "vintage": snapshot.vintage,
        "first_month": snapshot.months[0],
        "last_month": snapshot.months[-1],
        "rows": table.num_rows,
        "columns": tuple(table.column_names),
    }
