"""Pieces of a file, each needed column as a dictionary of texts; nothing else is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv, parquet

from indicators.problems import Problem, as_error
from indicators.sources.register import formats
from indicators.sources.register.csv_dialect import (
    Dialect,
    open_text,
    parse_rows,
    rows_below_header,
)
from indicators.sources.register.discovery import SourceFile
from indicators.sources.register.formats import LARGEST_EXACT, NotReadableError, as_texts

_BLOCK_BYTES = 1 << 24
_BLOCK_ROWS = 1 << 18
_TEXTS = pa.dictionary(pa.int32(), pa.string())

TableBlock = Mapping[str, pa.DictionaryArray]


@dataclass(slots=True)
class FileBlocks:
    """The pieces of one file, to be gone through once.

    Attributes:
        file: What is read.
        broken: Rows left out so far because they have more fields than the header.
    """

    file: SourceFile
    broken: int = 0
    _short: list[str] = field(default_factory=list)

    def __iter__(self) -> Iterator[TableBlock]:
        """Give pieces of bounded size, in the order of the file.

        Raises:
            DataError: The file cannot be read to its end.
        """
        try:
            for columns in self._columns():
                yield dict(zip(self.file.positions, map(_text_dictionary, columns), strict=True))
        except (OSError, pa.ArrowException, NotReadableError):
            # What a library says of it quotes the row: a person's values.
            text = "cannot be read to its end; deliver it again"
            raise as_error([Problem("damaged", self.file.path, text)]) from None

    def _columns(self) -> Iterator[list[pa.Array]]:
        dialect, positions = self.file.dialect, list(self.file.positions.values())
        if self.file.format == "parquet":
            yield from self._parquet()
        elif dialect is None:
            assert self.file.head is not None
            yield from formats.read_blocks(
                self.file.path, self.file.format, self.file.head, positions
            )
        elif dialect.rows and dialect.even:
            yield from self._csv(dialect)
        elif dialect.rows:
            yield from self._row_by_row(dialect)

    def _csv(self, dialect: Dialect) -> Iterator[list[pa.Array]]:
        names = [str(place) for place in range(len(self.file.header))]
        wanted = [str(place) for place in self.file.positions.values()]
        options = (
            csv.ReadOptions(block_size=max(_BLOCK_BYTES, 2 * dialect.longest), column_names=names),
            csv.ParseOptions(
                delimiter=dialect.separator,
                newlines_in_values=dialect.quoted,
                invalid_row_handler=self._skip,
            ),
            csv.ConvertOptions(
                column_types=dict.fromkeys(wanted, _TEXTS),
                include_columns=wanted,
                strings_can_be_null=True,
                null_values=[""],
            ),
        )
        with self._stream(dialect) as stream:
            for batch in csv.open_csv(stream, *options):
                yield batch.columns
        if self._short:
            # As many fields too few as others have too many, by chance: no count shows it.
            yield self._filled_up([*parse_rows(self._short, dialect.separator)])

    def _stream(self, dialect: Dialect) -> pa.NativeFile:
        if dialect.encoding != "utf-8":
            text = open_text(self.file.path, dialect.encoding, dialect.start)
            return pa.PythonFile(text, mode="r")
        stream = pa.OSFile(str(self.file.path))
        stream.seek(dialect.start)
        return stream

    def _skip(self, row: csv.InvalidRow) -> str:
        if row.actual_columns < row.expected_columns:
            self._short.append(row.text)
        else:
            self.broken += 1
        return "skip"

    def _row_by_row(self, dialect: Dialect) -> Iterator[list[pa.Array]]:
        """Rows of which some are shorter than the header: what they lack is empty."""
        rows = self._whole_rows(dialect)
        while block := list(islice(rows, formats.BLOCK_ROWS)):
            yield self._filled_up(block)

    def _filled_up(self, rows: Sequence[Sequence[str]]) -> list[pa.Array]:
        positions = self.file.positions.values()
        columns = [
            [row[place] if place < len(row) else None for row in rows] for place in positions
        ]
        return [as_texts(column, LARGEST_EXACT) for column in columns]

    def _whole_rows(self, dialect: Dialect) -> Iterator[list[str]]:
        width = len(self.file.header)
        for row in rows_below_header(self.file.path, dialect):
            if any(cell.strip() for cell in row[width:]):
                self.broken += 1
            elif row:
                yield row

    def _parquet(self) -> Iterator[list[pa.Array]]:
        columns = [self.file.header[place] for place in self.file.positions.values()]
        # Days behind the year 2262, as which some write an open end, are beyond nanoseconds.
        with parquet.ParquetFile(self.file.path, coerce_int96_timestamp_unit="us") as stream:
            for batch in stream.iter_batches(_BLOCK_ROWS, columns=columns):
                # Arrow gives columns in the file's order.
                yield [batch.column(name) for name in columns]


def _text_dictionary(column: pa.Array) -> pa.DictionaryArray:
    """Whatever a column holds as a dictionary of texts."""
    if column.type == _TEXTS:
        return column
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_null(column.type):
        column = column.cast(pa.string())
    encoded = column.dictionary_encode()
    return pa.DictionaryArray.from_arrays(
        encoded.indices.cast(pa.int32()), _distinct_as_texts(encoded.dictionary)
    )


def _distinct_as_texts(values: pa.Array) -> pa.Array:
    """Distinct values as texts: days as ``2021-03-01``, moments of a zone by the clock of UTC."""
    kind = values.type
    if pa.types.is_floating(kind):
        most = LARGEST_EXACT if kind == pa.float64() else 2**24
        wide = values.cast(pa.float64()).to_numpy(zero_copy_only=False)
        return as_texts(np.asarray(wide).tolist(), most).dictionary_decode()
    if pa.types.is_timestamp(kind) and kind.tz is not None:
        naive = values.cast(pa.timestamp(kind.unit, "UTC")).cast(pa.timestamp(kind.unit))
        return pc.binary_join_element_wise(naive.cast(pa.string()), "Z", "")
    if pa.types.is_boolean(kind):
        values = values.cast(pa.int8())
    return values.cast(pa.string())
