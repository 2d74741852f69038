"""SQLite databases, table by table; rows that were deleted are found in the bytes."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import BinaryIO

from indicators.scanning.pieces import Cells, Piece, Text, Trouble

_ROWS = 10_000


def read_sqlite(stream: BinaryIO) -> Iterator[Piece]:
    """Definitions and cells of every table, of a copy that nobody else sees."""
    with tempfile.NamedTemporaryFile(suffix=".sqlite") as copy:
        shutil.copyfileobj(stream, copy)
        copy.flush()
        address = f"{Path(copy.name).as_uri()}?mode=ro&immutable=1"
        try:
            with closing(sqlite3.connect(address, uri=True)) as base:
                base.text_factory = lambda data: data.decode("utf-8", errors="replace")
                yield from _tables(base)
        except sqlite3.Error as error:
            yield Trouble("", f"damaged ({type(error).__name__}); make it again")


def _tables(base: sqlite3.Connection) -> Iterator[Piece]:
    listed = base.execute("SELECT name, type, sql FROM sqlite_master").fetchall()
    yield Text("definitions", "\0".join(str(part) for row in listed for part in row))
    for name, kind, _ in listed:
        if kind == "table":
            yield from _cells(base, name)


def _cells(base: sqlite3.Connection, table: str) -> Iterator[Piece]:
    import pyarrow as pa

    quoted = '"' + table.replace('"', '""') + '"'
    rows = base.execute(f"SELECT * FROM {quoted}")
    names = [column[0] for column in rows.description]
    first = 1
    while batch := rows.fetchmany(_ROWS):
        for name, values in zip(names, zip(*batch, strict=True), strict=True):
            yield Cells(f"table {table}", name, pa.array(map(_text, values), pa.string()), first)
        first += len(batch)


def _text(value: object) -> str | None:
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace")
    return None if value is None else str(value)
