"""The long table: one row a figure (contract, section 3)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from indicators import files
from indicators.errors import DataError, UsageError

TEXTS_BEFORE = ("indicator", "statistic", "month", "area", "population", "dimension", "category")
NUMBERS = ("numerator", "denominator", "value", "low", "high")
TEXTS_AFTER = ("unit", "status", "series_break", "source", "vintage")
COLUMNS = (*TEXTS_BEFORE, *NUMBERS, *TEXTS_AFTER)
KEY = ("indicator", "statistic", "month", "area", "population", "dimension", "category")

STATUSES = ("normal", "provisional", "incomplete", "not_available", "suppressed", "bounded")
SUFFIXES = (".parquet", ".csv")


def frame(**columns: Any) -> pd.DataFrame:
    """Make a long table of columns; a single text stands for every row.

    Args:
        columns: All of :data:`COLUMNS`, arrays of one length or single texts.
    """
    rows = len(columns["value"])
    filled = {
        name: pd.Categorical.from_codes([0] * rows, categories=[column])
        if isinstance(column, str)
        else column
        for name, column in columns.items()
    }
    return pd.DataFrame({name: filled[name] for name in COLUMNS})


def concat(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Put long tables below each other, texts as categories of all of them."""
    merged = {}
    for name in COLUMNS:
        parts = [one[name] for one in frames]
        if name in NUMBERS:
            merged[name] = pd.concat(parts, ignore_index=True)
        else:
            merged[name] = pd.Series(pd.api.types.union_categoricals(parts))
    return pd.DataFrame(merged)


def check_path(path: Path) -> None:
    """Refuse a file that could not be written, before the work is done.

    Raises:
        UsageError: The name ends in neither ``.parquet`` nor ``.csv``, or its folder is not there.
    """
    if path.suffix not in SUFFIXES:
        raise UsageError(f"{path}: end the name in {' or '.join(SUFFIXES)}")
    files.check_writable(path)


def write(table: pd.DataFrame, path: Path) -> None:
    """Write a long table as CSV (UTF-8, decimal point, empty for missing) or Parquet.

    The file appears whole or not at all.

    Args:
        table: With :data:`COLUMNS`.
        path: Ends in ``.csv`` or ``.parquet``.

    Raises:
        UsageError: It cannot be written.
    """
    import pyarrow as pa
    from pyarrow import csv, parquet

    check_path(path)
    arrow = pa.Table.from_pandas(table[list(COLUMNS)], preserve_index=False)
    # The schema alone: pandas' own notes would tie the bytes to its version.
    arrow = arrow.replace_schema_metadata(None)
    with files.replacing(path) as aside:
        if path.suffix == ".csv":
            plain = pa.table([_plain(column) for column in arrow.columns], names=arrow.column_names)
            csv.write_csv(plain, aside, csv.WriteOptions(quoting_style="needed"))
        else:
            parquet.write_table(arrow, aside, compression="zstd")


def read(path: Path) -> pd.DataFrame:
    """Read a long table written by :func:`write`.

    Raises:
        DataError: It is not there, cannot be read, or lacks a column.
    """
    try:
        table = pd.read_parquet(path) if path.suffix == ".parquet" else _read_csv(path)
    except (OSError, ValueError) as error:
        raise DataError(f"{path}: cannot be read as a long table; make it again") from error
    missing = [name for name in COLUMNS if name not in table.columns]
    if missing:
        raise DataError(f"{path}: column {', '.join(missing)} is missing; make the table again")
    return table


def _read_csv(path: Path) -> pd.DataFrame:
    types = {name: "float64" if name in NUMBERS else "category" for name in COLUMNS}
    return pd.read_csv(path, dtype=types, keep_default_na=False, na_values=[""])  # type: ignore[arg-type]


def _plain(column: Any) -> Any:
    """A column as CSV has it: no dictionaries."""
    import pyarrow as pa

    is_dictionary = pa.types.is_dictionary(column.type)
    return column.cast(pa.string()) if is_dictionary else column
