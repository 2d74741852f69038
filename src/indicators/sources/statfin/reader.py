"""One snapshot file, read fast and checked whole."""

from __future__ import annotations

import gzip
import hashlib
import io
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyarrow import csv

from indicators.problems import Problem, failure, refuse
from indicators.sources.statfin import diagnosis
from indicators.sources.statfin.layout import (
    AREA,
    COUNTS,
    HIDDEN,
    KEYS,
    MONTH,
    RATES,
    REQUIRED,
    SCOPES,
    cell_pattern,
    is_area,
    is_month,
)
from indicators.sources.statfin.naming import SnapshotName
from indicators.sources.statfin.provenance import Provenance, disagreements


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
        name: The file and what its name tells.
        listed: Its provenance, if the folder has it.

    Raises:
        DataError: With every fault of the file: it cannot be read or is cut short, a column is
            missing, a cell is not a number, a key is malformed or comes twice, a row is missing,
            or it is not the file that its provenance describes.
    """
    raw = _bytes(name.path)
    content = _unpacked(name.path, raw)
    expected = _expected(name.scope, listed)
    table = _parsed(content)
    if table is None or not _holds(table, expected):
        raise failure(diagnosis.faults(name.path, content, expected))
    snapshot = _snapshot(name, table)
    if listed is not None:
        refuse(disagreements(name.path, listed, _facts(raw, table, snapshot)))
    return snapshot


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        text = f"cannot be read ({error.strerror}); make it readable"
        raise failure([Problem("unreadable", path, text)]) from error


def _unpacked(path: Path, raw: bytes) -> bytes:
    if path.suffix != ".gz":
        return raw
    try:
        return gzip.decompress(raw)
    except EOFError as error:
        text = "the gzip file is cut short; copy or fetch it again"
        raise failure([Problem("truncated", path, text)]) from error
    except (gzip.BadGzipFile, zlib.error) as error:
        text = "is not a whole gzip file; copy or fetch it again"
        raise failure([Problem("damaged", path, text)]) from error


def _expected(scope: str, listed: Provenance | None) -> list[str]:
    """Columns the file must have, each once."""
    columns = SCOPES.get(scope, ()) if listed is None else listed.columns
    return list(dict.fromkeys([*REQUIRED, *columns]))


def _parsed(content: bytes) -> pa.Table | None:
    """Read as texts, for Arrow would take ``0x10`` and `` 7`` for numbers; None if not CSV."""
    types = {column: pa.string() for column in (*KEYS, *COUNTS, *RATES)}
    convert = csv.ConvertOptions(
        column_types=types, null_values=sorted(HIDDEN), strings_can_be_null=True
    )
    try:
        return csv.read_csv(io.BytesIO(content), convert_options=convert)
    except pa.ArrowInvalid:
        return None


def _holds(table: pa.Table, expected: Sequence[str]) -> bool:
    """Whether columns, keys and cells are all as they must be."""
    names = table.column_names
    known = [name for name in names if name in (*COUNTS, *RATES)]
    return (
        set(expected) <= set(names)
        and len(set(names)) == len(names)
        and table.num_rows > 0
        and _keys_hold(table)
        and all(_cells_hold(table, name) for name in known)
    )


def _keys_hold(table: pa.Table) -> bool:
    """Whether keys are well formed, and each area has each month once."""
    if any(table[key].null_count for key in KEYS):
        return False
    areas, months = _encoded(table, AREA), _encoded(table, MONTH)
    well_formed = all(map(is_area, areas.names)) and all(map(is_month, months.names))
    pairs = areas.codes.astype(np.int64) * len(months.names) + months.codes
    complete = table.num_rows == len(areas.names) * len(months.names)
    return well_formed and complete and np.unique(pairs).size == table.num_rows


def _cells_hold(table: pa.Table, name: str) -> bool:
    matches = pc.match_substring_regex(table[name], f"^({cell_pattern(name)})$")
    return bool(pc.all(matches, min_count=0).as_py())


@dataclass(frozen=True, slots=True)
class _Encoded:
    """A key column: its names, and the position of each row's name among them."""

    names: list[str]
    codes: NDArray[np.int32]


def _encoded(table: pa.Table, key: str) -> _Encoded:
    column = table[key].combine_chunks().dictionary_encode()
    return _Encoded(column.dictionary.to_pylist(), column.indices.to_numpy())


def _snapshot(name: SnapshotName, table: pa.Table) -> Snapshot:
    rows, areas = _sorted_positions(_encoded(table, AREA))
    places, months = _sorted_positions(_encoded(table, MONTH))
    columns = {}
    for column in table.column_names:
        if column in COUNTS:
            grid = np.full((len(areas), len(months)), np.nan)
            grid[rows, places] = pc.cast(table[column], pa.float64()).to_numpy()
            columns[column] = grid
    iso = tuple(f"{month[:4]}-{month[5:]}" for month in months)
    return Snapshot(name.path, name.vintage, tuple(areas), iso, columns)


def _sorted_positions(key: _Encoded) -> tuple[NDArray[np.intp], list[str]]:
    """Position of every row's key among the sorted names, and the sorted names."""
    order = np.argsort(key.names)
    rank = np.empty_like(order)
    rank[order] = np.arange(order.size)
    return rank[key.codes], sorted(key.names)


def _facts(raw: bytes, table: pa.Table, snapshot: Snapshot) -> dict[str, object]:
    """What the file itself tells of itself, by key of the provenance."""
    return {
        "sha256": hashlib.sha256(raw).hexdigest(),
        "vintage": snapshot.vintage,
        "first_month": snapshot.months[0],
        "last_month": snapshot.months[-1],
        "rows": table.num_rows,
        "columns": tuple(table.column_names),
    }
