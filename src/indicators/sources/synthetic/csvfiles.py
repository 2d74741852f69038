"""The register's CSV files: ``;`` between columns, written block after block."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa
from pyarrow import csv

from indicators.sources.synthetic.days import NO_DAY, Array, Frame
from indicators.sources.synthetic.register_layout import DAYS

UNREADABLE = ("31.2.2020", "0.13.2019", "ei tiedossa", "2021-02-30")
"""Texts that are no dates, as day numbers from ``NO_DAY + 1`` on."""

ISO_TABLES = frozenset(
    {"Tyotarjoukset", "Palkkatukipaikat", "Suunnitelmat", "Palvelulinja", "esittelyt"}
)
"""Tables of URA, whose dates are written the other way."""

_FIRST = date(1900, 1, 1)
_OFFSET = (_FIRST - date(1970, 1, 1)).days


class CsvFolder:
    """Open CSV files of a folder, each with its header once.

    Args:
        folder: Must be there.
        latin: Tables written in Latin-1 instead of UTF-8.
    """

    def __init__(self, folder: Path, latin: Iterable[str] = ()) -> None:
        self._folder = folder
        self._latin = frozenset(latin)
        self._files: dict[str, BinaryIO] = {}
        self._stack = ExitStack()

    def __enter__(self) -> CsvFolder:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def write(self, table: str, frame: Frame) -> None:
        """Append the rows of a frame; its columns are those of the first one."""
        rows = io.BytesIO()
        options = csv.WriteOptions(include_header=False, delimiter=";", quoting_style="none")
        csv.write_csv(as_text(frame, iso=table in ISO_TABLES), rows, options)
        self._file(table, frame).write(self._encoded(table, rows.getvalue()))

    def _file(self, table: str, columns: Mapping[str, Array]) -> BinaryIO:
        if table not in self._files:
            opened = self._stack.enter_context((self._folder / f"{table}.csv").open("wb"))
            opened.write((";".join(columns) + "\n").encode("ascii"))
            self._files[table] = opened
        return self._files[table]

    def _encoded(self, table: str, rows: bytes) -> bytes:
        return rows.decode().encode("latin-1") if table in self._latin else rows


def as_text(frame: Frame, *, iso: bool) -> pa.Table:
    """A frame as the texts of a file; what is missing is empty."""
    columns = {
        name: _days(column, iso) if name in DAYS else _texts(column)
        for name, column in frame.items()
    }
    return pa.table(columns)


def _days(numbers: Array, iso: bool) -> pa.Array:
    indices = pa.array((numbers - _OFFSET).astype(np.int32))
    return pa.DictionaryArray.from_arrays(indices, _day_texts(iso)).dictionary_decode()


@cache
def _day_texts(iso: bool) -> pa.Array:
    """Texts of all days from 1900 to the sentinel, of none, and of the unreadable ones."""
    days = [_FIRST + timedelta(n) for n in range(NO_DAY - _OFFSET)]
    texts = [day.isoformat() if iso else f"{day.day}.{day.month}.{day.year}" for day in days]
    return pa.array([*texts, "", *UNREADABLE])


def _texts(column: Array) -> pa.Array:
    if column.dtype.kind != "U" or column.dtype.itemsize > 4 * 4:
        return pa.array(column).cast(pa.string())
    codes, rows = np.unique(column, return_inverse=True)
    indices = pa.array(rows.astype(np.int32))
    return pa.DictionaryArray.from_arrays(indices, pa.array(codes, pa.string())).dictionary_decode()
