"""Parquet and Arrow files: columns, and what stands in the footer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO

from indicators.scanning.pieces import Cells, Piece, Text, Trouble

if TYPE_CHECKING:
    import pyarrow as pa

_ROWS = 65_536


def read_parquet(stream: BinaryIO) -> Iterator[Piece]:
    """The cells of a Parquet file."""
    import pyarrow as pa
    from pyarrow import parquet

    try:
        yield from _batches(parquet.ParquetFile(stream).iter_batches(batch_size=_ROWS))
    except (OSError, pa.ArrowException) as error:
        yield _trouble(error)


def read_parquet_footer(stream: BinaryIO) -> Iterator[Piece]:
    """Names, metadata of file and schema, and the least and greatest value of each part."""
    import pyarrow as pa
    from pyarrow import parquet

    try:
        file = parquet.ParquetFile(stream)
    except (OSError, pa.ArrowException):
        # Told by the reading of the cells.
        return
    yield from _schema(file.schema_arrow)
    notes = file.metadata.metadata or {}
    # The schema once more, packed.
    yield from _notes("metadata", {key: notes[key] for key in notes if key != b"ARROW:schema"})
    yield from _statistics(file.metadata)


def read_ipc(stream: BinaryIO) -> Iterator[Piece]:
    """An Arrow (Feather) file."""
    import pyarrow as pa

    try:
        file = pa.ipc.open_file(stream)
        yield from _schema(file.schema)
        yield from _batches(file.get_batch(batch) for batch in range(file.num_record_batches))
    except (OSError, pa.ArrowException) as error:
        yield _trouble(error)


def _schema(schema: pa.Schema) -> Iterator[Piece]:
    yield Text("names of the columns", "\0".join(schema.names))
    yield from _notes("metadata", schema.metadata)
    for field in schema:
        yield from _notes(f"metadata of {field.name}", field.metadata)


def _notes(place: str, notes: dict[bytes, bytes] | None) -> Iterator[Piece]:
    if notes:
        parts = [part.decode("utf-8", errors="replace") for pair in notes.items() for part in pair]
        yield Text(place, "\0".join(parts))


def _statistics(metadata: Any) -> Iterator[Piece]:
    """The least and greatest texts that a reader of the footer sees."""
    seen: list[str] = []
    for group in range(metadata.num_row_groups):
        for number in range(metadata.num_columns):
            column = metadata.row_group(group).column(number)
            if column.is_stats_set and column.statistics.has_min_max:
                limits = (column.statistics.min, column.statistics.max)
                seen += [
                    limit.decode("utf-8", "replace") if isinstance(limit, bytes) else str(limit)
                    for limit in limits
                ]
    yield Text("statistics", "\0".join(dict.fromkeys(seen)))


def _batches(batches: Iterator[Any]) -> Iterator[Piece]:
    row = 1
    for batch in batches:
        for name, values in zip(batch.schema.names, batch.columns, strict=True):
            yield from _column(name, values, row)
        row += len(batch)


def _column(name: str, values: pa.Array, row: int) -> Iterator[Piece]:
    """A column, and what a nested one holds."""
    import pyarrow as pa

    kind = values.type
    if pa.types.is_dictionary(kind):
        yield from _column(name, values.dictionary_decode(), row)
    elif pa.types.is_struct(kind):
        for number, field in enumerate(kind):
            yield from _column(f"{name}.{field.name}", values.field(number), row)
    elif pa.types.is_map(kind):
        yield from _column(name, values.keys, row)
        yield from _column(name, values.items, row)
    elif (
        pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind)
    ):
        yield from _column(name, values.flatten(), row)
    elif pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        texts = [
            None if value is None else value.decode("utf-8", "replace")
            for value in values.to_pylist()
        ]
        yield Cells("", name, pa.array(texts, pa.string()), row)
    else:
        yield Cells("", name.rpartition(".")[2], values, row)


def _trouble(error: Exception) -> Trouble:
    # The kind of the fault alone: its words may hold what stands in the data.
    return Trouble("", f"damaged ({type(error).__name__}); make it again")
