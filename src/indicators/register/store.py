"""A canonical folder: one Parquet file a table, ``meta.json``, person-disjoint chunks.

Tables are written sorted by person, so that a chunk of persons touches few row groups. A folder
that others have written need not be sorted: it is only slower.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from indicators import files
from indicators.errors import DataError, UsageError
from indicators.register.schema import SCHEMA_VERSION, TABLES, Table, arrow_schema

META_FILE = "meta.json"
ROW_GROUP = 131_072
_LOWEST, _HIGHEST = -(2**63), 2**63 - 1

PersonRange = tuple[int, int]
"""First and last id of some persons, both included."""


class RegisterSource(Protocol):
    """What a register must offer to be checked and counted; :class:`Register` does."""

    @property
    def extract_date(self) -> date:
        """The last day the extract knows about."""

    def has(self, table: str) -> bool:
        """Whether it holds a table."""

    def read(
        self,
        table: str,
        columns: Sequence[str] | None = None,
        persons: PersonRange | None = None,
        *,
        encoded: bool = False,
    ) -> pa.Table:
        """Columns of a table, of the persons in a range of ids."""

    def person_ranges(self, chunk_rows: int) -> list[PersonRange]:
        """Ranges of ids that do not overlap and together hold every person."""


@dataclass(frozen=True, slots=True)
class Register:
    """A canonical folder, read table by table on demand.

    Attributes:
        folder: Where it is.
        extract_date: The last day the extract knows about.
        source: Where it comes from, in words.
        layout: ``register`` or ``canonical``.
    """

    folder: Path
    extract_date: date
    source: str
    layout: str

    def has(self, table: str) -> bool:
        """Whether the folder holds the table."""
        return table_path(self.folder, TABLES[table]).is_file()

    def read(
        self,
        table: str,
        columns: Sequence[str] | None = None,
        persons: PersonRange | None = None,
        *,
        encoded: bool = False,
    ) -> pa.Table:
        """Read a table, or some of it.

        Args:
            table: Its name; one that is not there gives no rows.
            columns: All of them if not given.
            persons: First and last person id, both included; all persons if not given.
            encoded: Strings as dictionaries of 32-bit indices, which is several times faster.

        Returns:
            Columns of :func:`arrow_schema`, in the order of ``columns``.

        Raises:
            DataError: The file cannot be read, or a column is missing or of a wrong type.
        """
        sys.audit("indicators.open_register", str(self.folder))
        known = TABLES[table]
        wanted = list(known.names if columns is None else columns)
        schema = pa.schema([arrow_schema(known).field(name) for name in wanted])
        if not self.has(table):
            return _as_dictionaries(schema.empty_table()) if encoded else schema.empty_table()
        return _read(table_path(self.folder, known), known, schema, persons, encoded=encoded)

    def person_ranges(self, chunk_rows: int) -> list[PersonRange]:
        """Id ranges, both ends included, that do not overlap and together hold every person.

        Args:
            chunk_rows: About so many rows of ``employment_code`` (if there are none, of
                ``persons``) fall in each; a person's rows are never parted.
        """
        table = "employment_code" if self.has("employment_code") else "persons"
        ids = self.read(table, ["person_id"])["person_id"].to_numpy()
        if (ids[1:] < ids[:-1]).any():
            ids = np.sort(ids)
        firsts = np.unique(ids[chunk_rows::chunk_rows])
        # A first that is the smallest id would leave an empty chunk before it.
        lows = [_LOWEST, *(int(first) for first in firsts if first > ids[0])]
        return list(zip(lows, [low - 1 for low in lows[1:]] + [_HIGHEST], strict=True))


def open_register(path: Path | str) -> Register:
    """Open a canonical folder.

    Raises:
        UsageError: There is no such folder.
        DataError: Its ``meta.json`` is missing or malformed, or of an unknown version.
    """
    folder = Path(path)
    # A notebook that is published may open none (production.guard): an audit hook there refuses.
    sys.audit("indicators.open_register", str(folder))
    if not folder.is_dir():
        raise UsageError(f"{folder}: no folder of a register; give one made by `indicators import`")
    meta = _read_meta(folder / META_FILE)
    return Register(folder, *meta)


def write_table(folder: Path, table: str, rows: pa.Table) -> None:
    """Write a canonical table, sorted by person; the file appears whole or not at all.

    Args:
        folder: Must be there.
        table: Name of the table.
        rows: Its columns in any order, of types that can be cast without loss.

    Raises:
        DataError: A column is missing, or of a type that cannot be cast.
    """
    known = TABLES[table]
    path = table_path(folder, known)
    cast = _cast(rows, arrow_schema(known), path)
    _refuse_missing(cast, path)
    if known.person:
        order = [(name, "ascending") for name in ("person_id", "start") if name in known.names]
        cast = cast.sort_by(order)
    with files.replacing(path) as temporary, table_writer(temporary, known) as stream:
        stream.write_table(cast, row_group_size=ROW_GROUP)


def table_writer(path: Path, table: Table) -> parquet.ParquetWriter:
    """A writer of a canonical table, for tables that come piece by piece."""
    return parquet.ParquetWriter(path, arrow_schema(table), compression="zstd")


def write_meta(folder: Path, extract_date: date, source: str, layout: str) -> None:
    """Write ``meta.json``.

    Args:
        folder: The canonical folder.
        extract_date: The last day the extract knows about.
        source: Where it comes from, in words.
        layout: ``register`` or ``canonical``.
    """
    meta = {
        "schema_version": SCHEMA_VERSION,
        "extract_date": extract_date.isoformat(),
        "source": source,
        "layout": layout,
    }
    with files.replacing(folder / META_FILE) as temporary:
        temporary.write_text(
            json.dumps(meta, ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
        )


def make_private_register(folder: Path) -> None:
    """Let nobody but its owner read a canonical folder: it is about persons."""
    files.make_private(folder)
    for path in folder.iterdir():
        path.chmod(files.PRIVATE_FILE)


def table_path(folder: Path, table: Table) -> Path:
    """Where a table is."""
    return folder / f"{table.name}.parquet"


def _read_meta(path: Path) -> tuple[date, str, str]:
    try:
        meta = json.loads(path.read_text(encoding="utf-8"))
        version, day = meta["schema_version"], date.fromisoformat(meta["extract_date"])
        source, layout = str(meta["source"]), str(meta["layout"])
    except FileNotFoundError as error:
        raise DataError(f"{path}: is missing; make the register by `indicators import`") from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        advice = "it needs schema_version, extract_date (YYYY-MM-DD), source and layout"
        raise DataError(f"{path}: is not a register's meta.json; {advice}") from error
    if version != SCHEMA_VERSION:
        advice = f"this package reads version {SCHEMA_VERSION}; import the extract again"
        raise DataError(f"{path}: is of another schema_version; {advice}")
    return day, source, layout


def _read(
    path: Path, table: Table, schema: pa.Schema, persons: PersonRange | None, *, encoded: bool
) -> pa.Table:
    present = _columns(path)
    missing = [f.name for f in schema if f.name not in present and not f.nullable]
    if missing:
        raise DataError(f"{path}, column {', '.join(missing)}: is missing; import it again")
    texts = [field.name for field in schema if pa.types.is_string(field.type)]
    wanted = [name for name in schema.names if name in present]
    try:
        rows = parquet.read_table(
            path,
            columns=wanted,
            filters=_person_filter(persons) if table.person and persons else None,
            read_dictionary=texts if encoded else None,
            partitioning=None,
        )
    except (OSError, pa.ArrowException) as error:
        raise DataError(f"{path}: cannot be read as Parquet; import it again") from error
    for field in schema:
        if field.name not in present:
            rows = rows.append_column(field, pa.nulls(rows.num_rows, field.type))
    if encoded:
        return _as_dictionaries(_cast(rows, _with_dictionaries(rows, schema), path))
    return _cast(rows, schema, path)


def _columns(path: Path) -> set[str]:
    try:
        return set(parquet.read_schema(path).names)
    except (OSError, pa.ArrowException) as error:
        raise DataError(f"{path}: cannot be read as Parquet; import it again") from error


def _person_filter(persons: PersonRange) -> pc.Expression:
    first, last = persons
    return (pc.field("person_id") >= first) & (pc.field("person_id") <= last)


def _cast(rows: pa.Table, schema: pa.Schema, path: Path) -> pa.Table:
    """Columns in the schema's order and types; other columns are left out."""
    missing = [name for name in schema.names if name not in rows.column_names]
    if missing:
        raise DataError(f"{path}, column {', '.join(missing)}: is missing; give all columns")
    columns, wrong = [], []
    for field in schema:
        try:
            columns.append(rows[field.name].cast(field.type))
        except pa.ArrowException:
            wrong.append(f"{path}, column {field.name}: is not of type {field.type}")
    if wrong:
        raise DataError(f"{wrong[0]}; store it as such", wrong[1:])
    return pa.table(columns, schema=schema)


def _refuse_missing(rows: pa.Table, path: Path) -> None:
    empty = [f.name for f in rows.schema if not f.nullable and rows[f.name].null_count]
    if empty:
        raise DataError(f"{path}, column {', '.join(empty)}: is empty in some rows; fill it")


_DICTIONARY = pa.dictionary(pa.int32(), pa.string())


def _with_dictionaries(rows: pa.Table, schema: pa.Schema) -> pa.Schema:
    """The schema, with those columns as dictionaries that are read so already."""
    for position, field in enumerate(schema):
        if rows[field.name].type == _DICTIONARY:
            schema = schema.set(position, field.with_type(_DICTIONARY))
    return schema


def _as_dictionaries(rows: pa.Table) -> pa.Table:
    """All strings as dictionaries, each column with one dictionary."""
    for position, field in enumerate(rows.schema):
        if pa.types.is_string(field.type):
            encoded = rows[field.name].dictionary_encode()
            rows = rows.set_column(position, field.with_type(_DICTIONARY), encoded)
    return rows.unify_dictionaries()
