"""The register's own layout into a canonical folder (contract, section 2)."""

from __future__ import annotations

import sys
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from indicators import files
from indicators.errors import DataError, UsageError
from indicators.problems import Problem, as_error, raise_errors, raise_problems
from indicators.register.figures import (
    figure_faults,
    figure_text,
    more_answers_than_invited,
)
from indicators.register.schema import TABLES, Persons, day_number
from indicators.register.store import make_private_register, write_meta
from indicators.settings.model import Limits
from indicators.sources.register.assembling import NEEDED, SOURCES, TableWriters, assemble_part
from indicators.sources.register.checks import (
    META_FILE,
    Checks,
    DeliveryMetadata,
    latest_day,
    read_delivery_metadata,
)
from indicators.sources.register.discovery import (
    SourceFile,
    discover_tables,
    without_identity_codes,
)
from indicators.sources.register.identity import Identifier, IdKinds
from indicators.sources.register.layout import FIGURE_TABLES, PERSON, SOURCE_TABLES
from indicators.sources.register.losses import DELIVER_AGAIN, PersonCoverage, loss_problems
from indicators.sources.register.partitioning import PartitionStore, read_lookups
from indicators.sources.register.progress import Advance, Progress, advance_of_step, no_progress
from indicators.sources.register.reading import FileBlocks
from indicators.sources.register.records import (
    NAMELESS_RULES,
    CleaningLog,
    Fault,
    Origin,
    Records,
)
from indicators.sources.register.report import (
    ATTRITION_CSV,
    REPORT_JSON,
    REPORT_TEXT,
    FileRead,
    ImportReport,
    write_report,
)
from indicators.sources.register.tables.aggregates import (
    clean_figures,
    clean_kela,
    clean_prices,
)
from indicators.sources.register.tables.people import Cleaning

PART_BYTES = 64 * 2**20
"""About so much of CSV is cleaned at a time by each worker, which takes a few times the memory."""
_WORKERS = 2
"""Tables read, and parts cleaned, side by side. More would take more memory than a laptop has."""
_COMPRESSION_RATIO = 6
_LIMITS = Limits()
_SAMPLE = 16
_PERSON_TABLE = "YHENK"
# A delivery has a meta.json as well: a register is known by holding nothing but its own files.
_OWN_FILES = {
    META_FILE,
    REPORT_JSON,
    REPORT_TEXT,
    ATTRITION_CSV,
    *(f"{table}.parquet" for table in TABLES),
}


def import_register(
    source: Path | str,
    out: Path | str,
    *,
    extract_date: date | None = None,
    end_dates: str = "inclusive",
    ids: str = "register",
    key: bytes | None = None,
    limits: Limits = _LIMITS,
    progress: Progress = no_progress,
    part_bytes: int = PART_BYTES,
) -> ImportReport:
    """Import a delivery of the register's own tables, of any size.

    Args:
        source: Folder of the tables: CSV, Parquet, workbooks, files of SAS, Stata and SPSS.
        out: Canonical folder to write, for its owner alone; an earlier one is replaced when all
            went well.
        extract_date: The last day the extract knows about. If not given, what ``meta.json`` of
            the delivery says, else the latest day recorded in job searches, employment codes
            and updates of persons.
        end_dates: ``inclusive`` or ``exclusive``: whether an end date is the last day in.
        ids: ``pseudonymous`` if ids that are no whole numbers are pseudonyms already; else
            (``register``) they are turned into pseudonyms with the key, whatever they are.
        key: Key of the pseudonyms, needed if ids are not all whole numbers.
        limits: How much may be lost before the delivery is refused.
        progress: Called as the import goes on: see
            :data:`indicators.sources.register.progress.Progress`.
        part_bytes: How much is cleaned at a time.

    Returns:
        What was read, written, dropped and mended; it is written to ``out`` too.

    Raises:
        UsageError: There is no such folder, or ``out`` is no place for a register.
        DataError: The delivery cannot be used: all its problems.
    """
    source, out = Path(source), Path(out)
    sys.audit("indicators.import_register", str(source))
    _check_use(source, out, end_dates, ids)
    found = discover_tables(source, advance=advance_of_step(progress, "look"))
    metadata = read_delivery_metadata(source)
    raise_problems(found.problems)
    with files.replacing_folder(out) as folder:
        parts = folder.with_name("parts")
        parts.mkdir()
        identifier = _identifier(found.files, key or None, pseudonymous=ids == "pseudonymous")
        partitions = PartitionStore(
            parts, _part_bounds(found.files, part_bytes, identifier, progress), identifier
        )
        checks = _read_delivery(found.files, partitions, limits, progress)
        sources = Sources.of(found.files, checks, metadata)
        raise_problems(sources.problems(source))
        exclusive = end_dates == "exclusive"
        day, origin = _extract_date(source, extract_date, metadata, checks, exclusive=exclusive)
        cleaning = Cleaning(CleaningLog(), day_number(day), exclusive)
        with TableWriters(folder, sources.made) as writers:
            coverage = _clean_parts(found.files, partitions, cleaning, writers, progress)
        raise_problems(loss_problems(cleaning.log, coverage, found.files, limits))
        report = ImportReport(
            metadata.source,
            day,
            origin,
            end_dates,
            any(check.ids.codes for check in checks),
            any(check.ids.keyed for check in checks),
            tuple(_file_summary(check) for check in checks),
            found.unknown,
            sources.absent,
            sources.empty,
            sources.not_made,
            writers.made,
            tuple(cleaning.log.by_table(table.name for table in writers.made)),
        )
        _write(report, folder)
        make_private_register(folder)
    return report


def _write(report: ImportReport, folder: Path) -> None:
    write_meta(folder, report.extract_date, report.source, "register")
    write_report(report, folder)


def _check_use(source: Path, out: Path, end_dates: str, ids: str) -> None:
    if end_dates not in {"inclusive", "exclusive"}:
        raise UsageError(f"end dates {end_dates}: write inclusive or exclusive")
    if ids not in {"register", "pseudonymous"}:
        raise UsageError(f"ids {ids}: write register or pseudonymous")
    _check_place(source, out)


def _check_place(source: Path, out: Path) -> None:
    """Refuse to write over anything but an earlier register."""
    origin, target = source.resolve(), out.resolve()
    if origin == target or origin in target.parents or target in origin.parents:
        raise UsageError(f"{out}: lies in the delivery or around it; give a folder of its own")
    if out.exists() and not out.is_dir():
        raise UsageError(f"{out}: is a file; give a folder")
    if out.is_dir() and not {path.name for path in out.iterdir()} <= _OWN_FILES:
        raise UsageError(f"{out}: holds something else than a register; give another folder")


def _identifier(
    sources: Sequence[SourceFile], key: bytes | None, *, pseudonymous: bool
) -> Identifier:
    """What turns ids into person ids, as those of the persons' table need it."""
    identifier = Identifier(key, pseudonymous)
    identifier.decide(column.dictionary for column in _ids_of_persons(sources))
    return identifier


def _part_bounds(
    sources: Sequence[SourceFile], part_bytes: int, identifier: Identifier, progress: Progress
) -> Persons:
    """First person id of each part but the first: parts of about as many persons."""
    size = sum(
        file.path.stat().st_size * (1 if file.dialect else _COMPRESSION_RATIO) for file in sources
    )
    parts = -(-size // part_bytes)
    if parts <= 1:
        return np.empty(0, np.int64)
    ids = [np.empty(0, np.int64)]
    rows = sum(file.rows for file in sources if file.table.name == _PERSON_TABLE)
    advance = advance_of_step(progress, "split", rows)
    for column in _ids_of_persons(sources):
        ids.append(identifier.identify(column, IdKinds()).person[::_SAMPLE])
        advance(len(column))
    sample = np.sort(np.concatenate(ids))
    if not len(sample):
        return sample
    return np.unique(sample[[len(sample) * part // parts for part in range(1, parts)]])


def _ids_of_persons(sources: Sequence[SourceFile]) -> Iterator[pa.DictionaryArray]:
    for file in sources:
        if file.table.name == _PERSON_TABLE:
            only_ids = replace(file, positions={PERSON: file.positions[PERSON]})
            yield from (block[PERSON] for block in FileBlocks(only_ids))


def _read_delivery(
    sources: Sequence[SourceFile], partitions: PartitionStore, limits: Limits, progress: Progress
) -> list[Checks]:
    """Read all files, tables side by side, and then raise all that is wrong with any."""
    advance = advance_of_step(progress, "read", sum(file.rows for file in sources))
    tables = [list(group) for _, group in groupby(sources, key=lambda file: file.table.name)]
    with ThreadPoolExecutor(_WORKERS) as pool:
        read = list(pool.map(lambda group: _read_table(group, partitions, advance), tables))
    errors = [error for _, of_table in read for error in of_table]
    checks = [check for of_table, _ in read for check in of_table]
    for check in checks:
        problems = check.problems(limits, ids_are_keyed=partitions.identifier.digits_are_codes)
        if not check.ids.codes:
            problems += without_identity_codes(check.file)
        errors += [as_error(problems)] if problems else []
    keyless = [check.file for check in checks if check.ids.keyless]
    if keyless:
        # The same is to be done for all of them.
        errors.insert(0, as_error([_keyless_problem(keyless[0], len(keyless) - 1)]))
    raise_errors(errors)
    return checks


def _read_table(
    sources: Sequence[SourceFile], partitions: PartitionStore, advance: Advance
) -> tuple[list[Checks], list[DataError]]:
    """Read the files of a table in turn."""
    checks, errors = [], []
    for file in sources:
        try:
            checks.append(partitions.add(file, advance))
        except DataError as error:
            errors.append(error)
    return checks, errors


def _keyless_problem(file: SourceFile, others: int) -> Problem:
    more = f", as those of {others} tables more," if others else ""
    text = (
        f"its ids{more} are not all whole numbers, and there is no key to make pseudonyms of them; "
        "set INDICATORS_PSEUDONYM_KEY or give a key file (or, if they are pseudonyms already and "
        "no personal identity codes, say --ids pseudonymous)"
    )
    return Problem("no-key", file.path, text, column=file.column(PERSON))


@dataclass(frozen=True, slots=True)
class Sources:
    """Which of the register's tables there are, and which canonical tables they give.

    Attributes:
        absent: Tables that were not delivered, and are not declared whole without rows.
        empty: Tables that hold a header alone, likewise.
    """

    absent: tuple[str, ...]
    empty: tuple[str, ...]

    @classmethod
    def of(
        cls, sources: Sequence[SourceFile], checks: Sequence[Checks], metadata: DeliveryMetadata
    ) -> Sources:
        """From which tables hold rows, or are declared whole without any."""
        rows: Counter[str] = Counter()
        for check in checks:
            rows[check.file.table.name] += check.rows
        delivered = {file.table.name for file in sources}
        lacking = [
            name for name in SOURCE_TABLES if not rows[name] and name not in metadata.complete
        ]
        return cls(
            tuple(name for name in lacking if name not in delivered),
            tuple(name for name in lacking if name in delivered and not metadata.all_complete),
        )

    @property
    def made(self) -> set[str]:
        """Canonical tables of which all sources are there."""
        return {name for name in (*NEEDED, *FIGURE_TABLES) if not self._lacking(name)}

    @property
    def not_made(self) -> dict[str, tuple[str, ...]]:
        """Canonical tables that are not written, each with the tables that it lacks."""
        names = (*NEEDED, *FIGURE_TABLES)
        return {name: self._lacking(name) for name in names if self._lacking(name)}

    def problems(self, source: Path) -> list[Problem]:
        """Tables without which there is no register."""
        text = (
            "holds no rows; deliver it whole (or, if it has none, name it under complete in the "
            f"delivery's {META_FILE})"
        )
        return [
            Problem("empty", source / f"{name}", text)
            for name in self.empty
            if SOURCE_TABLES[name].needed
        ]

    def _lacking(self, name: str) -> tuple[str, ...]:
        needed = NEEDED.get(name, (name,))
        return tuple(table for table in needed if table in (*self.absent, *self.empty))


def _extract_date(
    source: Path,
    given: date | None,
    metadata: DeliveryMetadata,
    checks: Sequence[Checks],
    *,
    exclusive: bool,
) -> tuple[date, str]:
    """The extract date, and where it is from."""
    if given is not None:
        return given, "given"
    if metadata.extract_date is not None:
        return metadata.extract_date, META_FILE
    return latest_day(source, checks, exclusive=exclusive, today=date.today()), "records"


def _clean_parts(
    sources: Sequence[SourceFile],
    partitions: PartitionStore,
    cleaning: Cleaning,
    writers: TableWriters,
    progress: Progress,
) -> PersonCoverage:
    """Clean all parts, some side by side, and write them in the order of person ids."""
    total = sum(file.rows for file in sources)
    _count_nameless(partitions, cleaning.log)
    lookups, coverage = read_lookups(partitions), PersonCoverage()

    def clean(part: int) -> _CleanedPart:
        own = replace(cleaning, log=CleaningLog())
        known = PersonCoverage()
        return _CleanedPart(
            list(assemble_part(partitions, part, own, lookups, known)), own.log, known
        )

    with ThreadPoolExecutor(_WORKERS) as pool:
        for number, part in enumerate(_map_in_order(pool, clean, range(partitions.parts))):
            progress("clean", total * number // partitions.parts, total)
            for table, rows in part.tables:
                writers.write(table, rows)
            cleaning.log.add(part.log)
            coverage.join(part.coverage)
    figures: dict[str, pa.Table] = {}
    for table in sorted({file.table.name for file in sources} & set(FIGURE_TABLES)):
        figures[table] = _clean_figures(cleaning, table, partitions.read(table, 0))
        writers.write(table, figures[table])
    cleaning.log.faults += _implausible_problems(figures)
    progress("clean", total, total)
    return coverage


def _clean_figures(cleaning: Cleaning, table: str, rows: Records) -> pa.Table:
    clean_own = {"kela": clean_kela, "service_price": clean_prices}.get(table)
    return clean_own(cleaning, rows) if clean_own else clean_figures(cleaning, table, rows)


def _implausible_problems(figures: Mapping[str, pa.Table]) -> Iterator[Fault]:
    """Figures that cannot be, by the rules that ``check`` has too."""
    found = [
        (table, fault) for table, rows in figures.items() for fault in figure_faults(table, rows)
    ]
    if {"survey", "survey_round"} <= figures.keys():
        too_many = more_answers_than_invited(figures["survey"], figures["survey_round"])
        found += [("survey_round", fault) for fault in too_many]
    for table, (reason, column, count) in found:
        if count:
            yield Fault(
                table, reason, f"{figure_text(reason, table)}; {DELIVER_AGAIN}", column, count
            )


class _CleanedPart(NamedTuple):
    """Canonical tables of some persons, and what became of their rows."""

    tables: list[tuple[str, pa.Table]]
    log: CleaningLog
    coverage: PersonCoverage


def _map_in_order(
    pool: ThreadPoolExecutor, work: Callable[[int], _CleanedPart], numbers: Iterable[int]
) -> Iterator[_CleanedPart]:
    """Results in order, worked at no further ahead than there are workers: parts take memory."""
    waiting: deque[Future[_CleanedPart]] = deque()
    for number in numbers:
        if len(waiting) >= _WORKERS:
            yield waiting.popleft().result()
        waiting.append(pool.submit(work, number))
    while waiting:
        yield waiting.popleft().result()


def _count_nameless(partitions: PartitionStore, log: CleaningLog) -> None:
    """Rows that never became records: no person's id, or not the header's number of fields."""
    table_of = {source: table for table, names in reversed(SOURCES.items()) for source in names}
    table_of |= {"KTYOKOU": "service", "YPAIKKA": "service"}
    for name in ("KTYOKOU", "YPAIKKA"):
        log.rows[Origin("service", name)] += partitions.rows(name, 0).num_rows
    for rule, counts in zip(
        NAMELESS_RULES, (partitions.broken, partitions.rows_without_id), strict=True
    ):
        for source, records in counts.items():
            log.drop_without_id(table_of.get(source, source), source, rule, records)


def _file_summary(check: Checks) -> FileRead:
    file = check.file
    return FileRead(file.path.name, file.table.name, check.rows, file.left_out)
