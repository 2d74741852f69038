"""Files of any size into parts of the register that fit in memory, by ranges of person ids.

Each file is read once; its parsed rows are laid into one temporary file a table and part. All of a
person's rows come into the same part, in the order delivered.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import ipc

from indicators.register.schema import Persons
from indicators.sources.register import codes, parsing
from indicators.sources.register.checks import Checks
from indicators.sources.register.discovery import SourceFile
from indicators.sources.register.identity import Identifier
from indicators.sources.register.layout import PERSON, SOURCE_TABLES
from indicators.sources.register.progress import Advance
from indicators.sources.register.reading import FileBlocks
from indicators.sources.register.records import Records


@dataclass(slots=True)
class PartitionStore:
    """The parts of a register on disk.

    Attributes:
        folder: Where they are.
        bounds: First person id of each part but the first.
        identifier: Turns ids into person ids.
        broken: Rows left out by table: they have more or fewer fields than the header.
        rows_without_id: Rows left out by table: they have no person's id.
    """

    folder: Path
    bounds: Persons
    identifier: Identifier
    broken: Counter[str] = field(default_factory=Counter)
    rows_without_id: Counter[str] = field(default_factory=Counter)

    @property
    def parts(self) -> int:
        """How many parts there are."""
        return len(self.bounds) + 1

    def add(self, file: SourceFile, advance: Advance) -> Checks:
        """Read one file, of any size.

        Raises:
            DataError: It cannot be read to its end.
        """
        blocks, checks = FileBlocks(file), Checks(file)
        with ExitStack() as stack:
            writers: dict[int, ipc.RecordBatchStreamWriter] = {}
            for block in blocks:
                parsed = parsing.parse_block(block, file.table, self.identifier, checks)
                self.rows_without_id[file.table.name] += parsed.rows_without_id
                for part, rows in self._parted(parsed.rows):
                    if part not in writers:
                        writers[part] = self._writer(stack, file, part)
                    writers[part].write_batch(rows)
                advance(parsed.rows.num_rows + parsed.rows_without_id)
        checks.broken = blocks.broken
        self.broken[file.table.name] += blocks.broken
        return checks

    def read(self, table: str, part: int) -> Records:
        """Rows of a table in one part; none if it was not delivered.

        Rows of a table without persons are all in part 0.
        """
        return parsing.as_records(self.rows(table, part), SOURCE_TABLES[table])

    def rows(self, table: str, part: int) -> pa.Table:
        """The same as an Arrow table."""
        nothing = parsing.parsed_schema(SOURCE_TABLES[table]).empty_table()
        path = self._path(table, part)
        return pa.concat_tables([nothing, *_stored_tables(path)]) if path.exists() else nothing

    def has(self, table: str) -> bool:
        """Whether a table was delivered, with rows."""
        return any(self._path(table, part).exists() for part in range(self.parts))

    def _parted(self, rows: pa.RecordBatch) -> Iterator[tuple[int, pa.RecordBatch]]:
        part = np.searchsorted(self.bounds, rows.column(PERSON).to_numpy(), side="right")
        order = np.argsort(part, kind="stable")
        edges = np.searchsorted(part[order], np.arange(self.parts + 1))
        in_order = rows if self.parts == 1 else rows.take(pa.array(order))
        for number in range(self.parts):
            first, last = edges[number], edges[number + 1]
            if last > first:
                yield number, in_order.slice(first, last - first)

    def _writer(self, stack: ExitStack, file: SourceFile, part: int) -> ipc.RecordBatchStreamWriter:
        # The files of one table follow each other, each a stream of its own.
        stream = stack.enter_context(self._path(file.table.name, part).open("ab"))
        options = ipc.IpcWriteOptions(compression="lz4")
        schema = parsing.parsed_schema(file.table)
        return stack.enter_context(ipc.new_stream(stream, schema, options=options))

    def _path(self, table: str, part: int) -> Path:
        return self.folder / f"{table}-{part}.arrows"


def _stored_tables(path: Path) -> Iterator[pa.Table]:
    """All streams of a file."""
    with pa.OSFile(str(path)) as stream:
        while stream.tell() < stream.size():
            yield ipc.open_stream(stream).read_all()


@dataclass(frozen=True, slots=True)
class Lookups:
    """What rows of persons refer to.

    Attributes:
        courses: Kind of course (KTYOKOU.kurslaji) by number; None for a cancelled course.
        alternation: Vacancies for the substitute of a person on job alternation leave.
    """

    courses: Mapping[str, str | None]
    alternation: frozenset[str]


def read_lookups(partitions: PartitionStore) -> Lookups:
    """Of a register that has been read."""
    return Lookups(
        _latest_courses(partitions.read("KTYOKOU", 0)), _alternation_vacancies(partitions)
    )


def _latest_courses(rows: Records) -> dict[str, str | None]:
    """Of a course delivered several times the last row counts."""
    numbers, kinds = rows.text("course"), rows.text("code")
    off = rows.text("off").isin({"P"})
    number_of, kind_of = numbers.names.to_pylist(), [*kinds.names.to_pylist(), None]
    return {
        number_of[number]: None if cancelled else kind_of[kind]
        for number, kind, cancelled in zip(numbers.codes, kinds.codes, off, strict=True)
        if number >= 0
    }


def _alternation_vacancies(partitions: PartitionStore) -> frozenset[str]:
    if not partitions.has("YTVALIT"):
        return frozenset()
    vacancies: set[str] = set()
    for table, kinds in codes.ALTERNATION_VACANCY.items():
        for part in range(partitions.parts):
            rows = partitions.rows(table, part)
            hits = pc.is_in(rows["type"].cast(pa.string()), pa.array(sorted(kinds)))
            vacancies.update(rows["vacancy"].filter(hits).to_pylist())
    return frozenset(vacancies) - {None}
