"""Canonical tables written part by part."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from types import TracebackType

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from indicators.register.schema import TABLES, arrow_schema
from indicators.register.store import ROW_GROUP, writer
from indicators.sources.register.report import TableMade


class Writers:
    """Open files of canonical tables; parts must come in the order of person ids."""

    def __init__(self, folder: Path, tables: Iterable[str]) -> None:
        self._made = {name: TableMade(name, 0, 0) for name in TABLES if name in set(tables)}
        self._waiting: dict[str, list[pa.Table]] = {name: [] for name in self._made}
        self._files: dict[str, parquet.ParquetWriter] = {
            name: writer(folder / f"{name}.parquet", TABLES[name]) for name in self._made
        }

    def __enter__(self) -> Writers:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for name, file in self._files.items():
            if error is None:
                self._flush(name, least=0)
            file.close()

    def write(self, name: str, rows: pa.Table) -> None:
        """Write a part's rows; a table that is not wanted is let go."""
        if name not in self._files:
            return
        self._waiting[name].append(rows)
        self._flush(name, least=ROW_GROUP)
        persons = pc.count_distinct(rows["person_id"]).as_py() if TABLES[name].person else 0
        made = self._made[name]
        self._made[name] = TableMade(name, made.records + rows.num_rows, made.persons + persons)

    def _flush(self, name: str, *, least: int) -> None:
        """Write whole row groups, so that a file does not tell how many parts it was made in."""
        rows = pa.concat_tables(self._waiting[name] or [arrow_schema(name).empty_table()])
        while rows.num_rows and rows.num_rows >= least:
            self._files[name].write_table(rows.slice(0, ROW_GROUP))
            rows = rows.slice(ROW_GROUP)
        self._waiting[name] = [rows]

    @property
    def made(self) -> tuple[TableMade, ...]:
        """What has been written."""
        return tuple(self._made.values())
