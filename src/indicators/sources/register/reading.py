"""Pieces of a file, each needed column as a dictionary of texts; nothing else is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pyarrow as pa
from pyarrow import csv, parquet

from indicators.problems import Problem, failure
from indicators.sources.register.finding import SourceFile

_BLOCK = 1 << 24
_ROWS = 1 << 18
_TEXTS = pa.dictionary(pa.int32(), pa.string())

Piece = Mapping[str, pa.DictionaryArray]


@dataclass(slots=True)
class Pieces:
    """The pieces of one file, to be gone through once.

    Attributes:
        file: What is read.
        broken: Rows left out so far because they have more or fewer fields than the header.
    """

    file: SourceFile
    broken: int = field(default=0)

    def __iter__(self) -> Iterator[Piece]:
        """Give pieces of bounded size, in the order of the file.

        Raises:
            DataError: The file cannot be read to its end.
        """
        batches = self._csv() if self.file.dialect else self._parquet()
        try:
            for batch in batches:
                yield {
                    name: _texts(batch.column(place))
                    for place, name in enumerate(self.file.positions)
                }
        except (OSError, pa.ArrowException):
            # What Arrow says of it quotes the row: a person's values.
            text = "cannot be read to its end; deliver it again"
            raise failure([Problem("damaged", self.file.path, text)]) from None

    def _csv(self) -> Iterator[pa.RecordBatch]:
        dialect = self.file.dialect
        assert dialect is not None
        if dialect.rows == 0:
            return
        names = [str(place) for place in range(len(self.file.header))]
        wanted = [str(place) for place in self.file.positions.values()]
        reader = csv.open_csv(
            self.file.path,
            csv.ReadOptions(
                block_size=_BLOCK, column_names=names, skip_rows=1, encoding=dialect.encoding
            ),
            csv.ParseOptions(delimiter=dialect.separator, invalid_row_handler=self._skip),
            csv.ConvertOptions(
                column_types=dict.fromkeys(wanted, _TEXTS),
                include_columns=wanted,
                strings_can_be_null=True,
                null_values=[""],
            ),
        )
        yield from reader

    def _skip(self, _row: csv.InvalidRow) -> str:
        self.broken += 1
        return "skip"

    def _parquet(self) -> Iterator[pa.RecordBatch]:
        columns = [self.file.header[place] for place in self.file.positions.values()]
        with parquet.ParquetFile(self.file.path) as stream:
            for batch in stream.iter_batches(_ROWS, columns=columns):
                # Arrow gives columns in the file's order.
                yield pa.record_batch([batch.column(name) for name in columns], names=columns)


def _texts(column: pa.Array) -> pa.DictionaryArray:
    """Whatever a column holds as a dictionary of texts."""
    if column.type == _TEXTS:
        return column
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    encoded = column.dictionary_encode()
    return pa.DictionaryArray.from_arrays(
        encoded.indices.cast(pa.int32()), _as_texts(encoded.dictionary)
    )


def _as_texts(values: pa.Array) -> pa.Array:
    """Numbers without needless decimals, days as ``2021-03-01``."""
    if pa.types.is_floating(values.type):
        try:
            return values.cast(pa.int64()).cast(pa.string())
        except pa.ArrowInvalid:
            return values.cast(pa.string())
    return values.cast(pa.string())
