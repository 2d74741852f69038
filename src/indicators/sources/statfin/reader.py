"""One snapshot file, read fast and checked whole."""

from __future__ import annotations

import gzip
import io
import re
import zlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from indicators.sources.problems import Problem, refuse
from indicators.sources.statfin import diagnosis
from indicators.sources.statfin.layout import (
    AREA,
    COUNTS,
    HIDDEN,
    KEYS,
    MONTH,
    NUMBERS,
    REQUIRED,
    SCOPES,
    is_area,
    is_month,
)
from indicators.sources.statfin.provenance import Provenance, disagreement

if TYPE_CHECKING:
    import pyarrow as pa

FILE_NAME = re.compile(r"12r5_(?P<scope>\w+?)_vintage_(?P<vintage>\d{4}-\d{2}-\d{2})\.csv(\.gz)?")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The table as it stood on one day.

    Attributes:
        file: Where it was read from.
        vintage: The day it was taken.
        areas: StatFin's area codes, sorted; the first axis of every column.
        months: ``YYYY-MM``, consecutive; the second axis.
        columns: Counts by StatFin's column code, shape (areas, months); NaN where the source
            hides a count of 1–4.
    """

    file: Path
    vintage: date
    areas: tuple[str, ...]
    months: tuple[str, ...]
    columns: dict[str, NDArray[np.float64]]


def read_snapshot(path: Path, listed: Provenance | None) -> Snapshot:
    """Read and validate one snapshot.

    Args:
        path: A file named ``12r5_SCOPE_vintage_YYYY-MM-DD.csv`` or ``.csv.gz``.
        listed: Its provenance, if the folder has it.

    Raises:
        DataError: With every fault of the file: it cannot be read or is cut short, a column is
            missing, a cell is not a number, a key is malformed or comes twice, a row is missing.
    """
    named = FILE_NAME.fullmatch(path.name)
    assert named is not None, "the caller picks files by FILE_NAME"
    raw = _bytes(path)
    content = _unpacked(path, raw)
    expected = listed.columns if listed else SCOPES.get(named["scope"], REQUIRED)
    header = content.split(b"\n", 1)[0].decode("utf-8", errors="replace").strip().split(",")
    refuse(diagnosis.header_faults(path, header, expected))
    table = _parsed(content, header)
    if table is None or not _keys_hold(table):
        refuse(diagnosis.row_faults(path, content, header))
    refuse(disagreement(path, raw, listed) if listed else [])
    assert table is not None, "what the fast reading refuses, the diagnosis names"
    return _snapshot(path, _vintage(path, named["vintage"]), table)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        refuse([Problem("unreadable", path, f"cannot be read ({error.strerror})")])
        raise


def _unpacked(path: Path, raw: bytes) -> bytes:
    if path.suffix != ".gz":
        return raw
    try:
        return gzip.decompress(raw)
    except EOFError:
        fault = Problem("truncated", path, "the gzip file is cut short; copy or fetch it again")
    except (gzip.BadGzipFile, zlib.error):
        fault = Problem("damaged", path, "is not a whole gzip file; copy or fetch it again")
    refuse([fault])
    raise AssertionError


def _vintage(path: Path, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        refuse([Problem("file-name", path, "the vintage in the file's name is not a date")])
        raise


def _parsed(content: bytes, header: list[str]) -> pa.Table | None:
    """Read all columns with their types, or None if any cell does not have its type."""
    import pyarrow as pa
    from pyarrow import csv

    types = {column: pa.int64() for column in COUNTS} | {column: pa.float64() for column in NUMBERS}
    keys = {key: pa.dictionary(pa.int32(), pa.string()) for key in KEYS}
    try:
        return csv.read_csv(
            io.BytesIO(content),
            convert_options=csv.ConvertOptions(
                column_types=types | keys,
                include_columns=[column for column in header if column in types | keys],
                null_values=sorted(HIDDEN),
                strings_can_be_null=True,
            ),
        )
    except pa.ArrowInvalid:
        return None


def _keys_hold(table: pa.Table) -> bool:
    """Whether keys are well formed, unique and complete, and no count is negative."""
    import pyarrow.compute as pc

    if table.num_rows == 0 or any(table[key].null_count for key in KEYS):
        return False
    areas, months = (_dictionary(table, key) for key in KEYS)
    well_formed = all(map(is_area, areas.names)) and all(map(is_month, months.names))
    cells = areas.codes.astype(np.int64) * len(months.names) + months.codes
    unique = np.unique(cells).size == table.num_rows
    complete = table.num_rows == len(areas.names) * len(months.names)
    numbers = [column for column in table.column_names if column not in KEYS]
    positive = all((pc.min(table[column]).as_py() or 0) >= 0 for column in numbers)
    return well_formed and unique and complete and positive


@dataclass(frozen=True, slots=True)
class _Dictionary:
    names: list[str]
    codes: NDArray[np.int32]


def _dictionary(table: pa.Table, key: str) -> _Dictionary:
    column = table[key].unify_dictionaries().combine_chunks()
    return _Dictionary(column.dictionary.to_pylist(), column.indices.to_numpy())


def _snapshot(path: Path, vintage: date, table: pa.Table) -> Snapshot:
    areas, months = _dictionary(table, AREA), _dictionary(table, MONTH)
    row, area_names = _sorted_positions(areas)
    column, month_names = _sorted_positions(months)
    columns = {}
    for name in table.column_names:
        if name in COUNTS:
            grid = np.full((len(area_names), len(month_names)), np.nan)
            grid[row, column] = table[name].to_numpy()
            columns[name] = grid
    iso = tuple(f"{month[:4]}-{month[5:]}" for month in month_names)
    return Snapshot(path, vintage, tuple(area_names), iso, columns)


def _sorted_positions(key: _Dictionary) -> tuple[NDArray[np.intp], list[str]]:
    """Position of every row's key among the sorted names, and the sorted names."""
    order = np.argsort(key.names)
    rank = np.empty_like(order)
    rank[order] = np.arange(order.size)
    return rank[key.codes], sorted(key.names)
