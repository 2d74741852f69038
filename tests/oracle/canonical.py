"""Writes a made-up register as the canonical folder that measures read (contract, section 2)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from random import Random

import pyarrow as pa
from pyarrow import parquet

from indicators.register.schema import arrow_schema
from indicators.register.store import Register, open_register, write_meta, write_table
from oracle.registers import Made, is_of_persons
from oracle.world import Record


def write_register(made: Made, folder: Path) -> Register:
    """Writes all tables, sorted by person as import leaves them."""
    folder.mkdir()
    for name, rows in made.tables.items():
        write_table(folder, name, as_arrow(name, rows))
    write_meta(folder, made.extract_date, "made up for a test", "canonical")
    return open_register(folder)


def write_unsorted(made: Made, folder: Path, rng: Random) -> Register:
    """Writes all tables with their rows in any order, in several row groups."""
    folder.mkdir()
    for name, rows in made.tables.items():
        shuffled = rng.sample(rows, len(rows))
        parquet.write_table(as_arrow(name, shuffled), folder / f"{name}.parquet", row_group_size=7)
    write_meta(folder, made.extract_date, "made up for a test", "canonical")
    return open_register(folder)


def as_arrow(name: str, rows: list[Record]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=arrow_schema(name))


def renumbered(made: Made, ids: Mapping[int, int]) -> Made:
    """The same people under other ids."""
    return made.with_tables(
        **{
            name: [{**row, "person_id": ids[row["person_id"]]} for row in rows]
            for name, rows in made.tables.items()
            if is_of_persons(rows)
        }
    )
