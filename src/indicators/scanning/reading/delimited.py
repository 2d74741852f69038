"""CSV and TSV: cells by column, for names that say id; the text itself is read beside it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import BinaryIO

from indicators.scanning.pieces import Cells, Piece
from indicators.scanning.reading.plain import encoding_of

_DELIMITERS = ",;\t|"
_BLOCK = 8 << 20


def read_delimited(stream: BinaryIO) -> Iterator[Piece]:
    """Columns of a delimited file; nothing of one that is not in columns throughout.

    Whatever stands in it is found in its text as well, so that a broken row hides nothing but
    the name of its column.
    """
    import pyarrow as pa
    from pyarrow import csv as arrow

    head = stream.read(1 << 16)
    stream.seek(0)
    encoding = _encoding(head)
    first = next(iter(head.decode(encoding, errors="replace").splitlines()), "")
    delimiter = max(_DELIMITERS, key=first.count)
    names = next(csv.reader(io.StringIO(first), delimiter=delimiter), [])
    if len(set(names)) < len(names) or not names:
        return
    try:
        batches = arrow.open_csv(
            stream,
            arrow.ReadOptions(encoding=encoding, block_size=_BLOCK, use_threads=False),
            arrow.ParseOptions(
                delimiter=delimiter,
                newlines_in_values=True,
                # A row of another length is left to the text.
                invalid_row_handler=lambda _: "skip",
            ),
            arrow.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
            ),
        )
        row = 2
        for batch in batches:
            for name, values in zip(batch.schema.names, batch.columns, strict=True):
                yield Cells("", name, values, row)
            row += len(batch)
    except (pa.ArrowException, UnicodeError):
        return


def _encoding(head: bytes) -> str:
    encoding = encoding_of(head[:8192]) or "utf-8"
    if encoding != "utf-8":
        return encoding
    try:
        # A letter cut in two at the end is no fault.
        head[:-4].decode("utf-8")
    except UnicodeDecodeError:
        return "latin-1"
    return encoding
