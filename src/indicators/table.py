"""The long table: one row a figure (contract, section 3)."""

from __future__ import annotations

import mmap
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyarrow import csv, parquet

from indicators import files
from indicators.errors import DataError, UsageError
from indicators.spreadsheets import defuse_arrow, restored, write_workbook

NUMBERS = ("numerator", "denominator", "value", "low", "high")
KEY = ("indicator", "statistic", "month", "area", "population", "dimension", "category")
COLUMNS = (*KEY, *NUMBERS, "unit", "status", "series_break", "source", "vintage")

RESTRICTION = "where"
"""Column of a table that is of some persons alone: whom its rows are of."""

STATUSES = ("normal", "provisional", "incomplete", "not_available", "suppressed", "bounded")
SUFFIXES = (".parquet", ".csv")

CROSSING = "*"
"""Between the names of dimensions that are crossed, and between those of their categories."""
WORKBOOK = ".xlsx"
"""A table for people: it is written, and read by nothing here."""


def build_table(**columns: object) -> pd.DataFrame:
    """Make a long table of columns; a single text stands for every row.

    Args:
        columns: All of :data:`COLUMNS`, arrays of one length or single texts.
    """
    rows = len(np.asarray(columns["value"]))
    filled = {
        name: text_column(np.zeros(rows, np.int64), [column]) if isinstance(column, str) else column
        for name, column in columns.items()
    }
    return pd.DataFrame({name: filled[name] for name in COLUMNS})


def text_column(codes: NDArray[np.integer], names: Sequence[str]) -> pd.Categorical[str]:
    """A column of texts: for each row the position of its text among ``names``, −1 for missing."""
    return pd.Categorical.from_codes(codes, categories=pd.Index(names, dtype=str))


def concat(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Put long tables below each other, texts as categories of all of them."""
    if len(frames) == 1:
        # A country's table is large: it is not copied for nothing.
        return frames[0]
    merged = {}
    for name in COLUMNS:
        parts = [frame[name] for frame in frames]
        if name in NUMBERS:
            merged[name] = pd.concat(parts, ignore_index=True)
        else:
            merged[name] = pd.Series(pd.api.types.union_categoricals(parts))
    return pd.DataFrame(merged)


def check_path(path: Path) -> None:
    """Refuse a file that could not be written, before the work is done.

    Raises:
        UsageError: The name ends in none of ``.parquet``, ``.csv`` and ``.xlsx``, or its folder
            is not there.
    """
    if path.suffix not in (*SUFFIXES, WORKBOOK):
        raise UsageError(f"{path}: end the name in {', '.join(SUFFIXES)} or {WORKBOOK}")
    files.check_writable(path)


def write(
    table: pd.DataFrame, path: Path, *, private: bool = False, sheet: str = "indicators"
) -> None:
    """Write a long table as CSV (UTF-8, decimal point, empty for missing), Parquet or a workbook.

    The file appears whole or not at all. In CSV files and workbooks no text is a formula to a
    spreadsheet (:mod:`indicators.spreadsheets`): :func:`read` gives back what it was.

    Args:
        table: With :data:`COLUMNS`; of further columns :data:`RESTRICTION` alone is written.
        path: Ends in ``.csv``, ``.parquet`` or ``.xlsx``.
        private: Whether nobody else may read it, as with a table that is not protected.
        sheet: What the sheet of a workbook is called.

    Raises:
        UsageError: It cannot be written.
    """
    check_path(path)
    names = [*COLUMNS, *(name for name in (RESTRICTION,) if name in table.columns)]
    if path.suffix == WORKBOOK:
        with files.replacing(path, private=private) as temporary:
            write_workbook(table[names], temporary, sheet=sheet)
        return
    arrow = pa.Table.from_pandas(table[names], preserve_index=False)
    # The schema alone: pandas' own notes would tie the bytes to its version.
    arrow = arrow.replace_schema_metadata(None)
    with files.replacing(path, private=private) as temporary:
        if path.suffix == ".csv":
            _write_csv(arrow, temporary)
        else:
            parquet.write_table(arrow, temporary, compression="zstd")


def _write_csv(arrow: pa.Table, path: Path) -> None:
    plain = pa.table([_csv_column(column) for column in arrow.columns], names=arrow.column_names)
    header = (",".join(plain.column_names) + "\n").encode()
    if _needs_quotes(arrow):
        # Arrow quotes all texts or none: of these only those that must be, as everywhere else.
        fields = pa.table([_field(column) for column in plain.columns], names=plain.column_names)
        with path.open("wb") as stream:
            stream.write(header)
            for batch in fields.to_batches(max_chunksize=_ROWS_AT_ONCE):
                rows = zip(*batch.to_pydict().values(), strict=True)
                stream.write("".join(f"{','.join(row)}\n" for row in rows).encode())
        return
    options = csv.WriteOptions(include_header=False, quoting_style="none")
    with path.open("wb") as stream:
        stream.write(header)
        csv.write_csv(plain, stream, options)


def _field(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A column's fields, in quotes where they would be taken for several fields or lines."""
    texts = pc.fill_null(column.cast(pa.string()), "")
    quoted = pc.binary_join_element_wise('"', pc.replace_substring(texts, '"', '""'), '"', "")
    return pc.if_else(pc.match_substring_regex(texts, _STRUCTURAL), quoted, texts)


_ROWS_AT_ONCE = 65_536
# A survey's items are named by who asks: their names may hold anything.
_STRUCTURAL = '[,"\r\n]'


def _needs_quotes(arrow: pa.Table) -> bool:
    """Whether a text of the table would be taken for several fields or lines."""
    texts = (column for column in arrow.columns if not pa.types.is_floating(column.type))
    return any(
        pc.any(pc.match_substring_regex(part, _STRUCTURAL)).as_py()
        for column in texts
        for part in _distinct_texts(column)
    )


def _distinct_texts(column: pa.ChunkedArray) -> list[pa.Array]:
    """Each text of a column, few times."""
    if pa.types.is_dictionary(column.type):
        return [chunk.dictionary.cast(pa.string()) for chunk in column.chunks]
    return [column.cast(pa.string()).unique()]


def _csv_column(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A column as CSV has it: no dictionaries, and no text that a spreadsheet would compute."""
    if pa.types.is_floating(column.type) or pa.types.is_integer(column.type):
        return column
    if not pa.types.is_dictionary(column.type):
        column = column.cast(pa.string()).dictionary_encode()
    # A few texts stand for millions of rows.
    chunks = [
        pa.DictionaryArray.from_arrays(
            chunk.indices, defuse_arrow(chunk.dictionary.cast(pa.string()))
        ).cast(pa.string())
        for chunk in column.chunks
    ]
    return pa.chunked_array(chunks, pa.string())


def read(path: Path) -> pd.DataFrame:
    """Read a long table written by :func:`write`.

    Raises:
        DataError: It is not there, cannot be read, or lacks a column.
    """
    if path.suffix == WORKBOOK:
        raise DataError(f"{path}: a workbook is for people; name the table's .parquet or .csv")
    try:
        table = _read_parquet(path) if path.suffix == ".parquet" else _read_csv(path)
    except (OSError, ValueError) as error:
        raise DataError(f"{path}: cannot be read as a long table; make it again") from error
    missing = [name for name in COLUMNS if name not in table.columns]
    if missing:
        raise DataError(f"{path}: column {', '.join(missing)} is missing; make the table again")
    return table


def _read_parquet(path: Path) -> pd.DataFrame:
    # Without threads: kernels work side by side already, and each thread takes of the address
    # space that is a kernel's limit of memory.
    source = pa.BufferReader(path.read_bytes())
    with parquet.ParquetFile(source, pre_buffer=False) as file:
        table: pd.DataFrame = file.read(use_threads=False).to_pandas(use_threads=False)
    return table


def _has_quotes(path: Path) -> bool:
    """Whether line breaks may stand in cells, for which Arrow takes longer."""
    with path.open("rb") as stream:
        try:
            with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
                return content.find(b'"') >= 0
        except (OSError, ValueError):
            # A pipe, or nothing at all.
            return True


def _read_csv(path: Path) -> pd.DataFrame:
    # Arrow and not pandas, whose quicker ways of reading miss the last digit now and then.
    text = pa.dictionary(pa.int32(), pa.string())
    options = csv.ConvertOptions(
        column_types={name: pa.float64() if name in NUMBERS else text for name in COLUMNS},
        null_values=[""],
        strings_can_be_null=True,
    )
    parsing = csv.ParseOptions(newlines_in_values=_has_quotes(path))
    table: pd.DataFrame = csv.read_csv(
        path, parse_options=parsing, convert_options=options
    ).to_pandas()
    for name, column in table.items():
        if isinstance(column.dtype, pd.CategoricalDtype):
            table[name] = column.cat.rename_categories(restored)
    return table
