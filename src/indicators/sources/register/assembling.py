"""A part of the register: the delivered rows of some persons in, their canonical rows out.

:class:`TableWriters` writes the canonical tables part by part.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyarrow import parquet

from indicators.register.schema import TABLES, Persons, arrow_schema
from indicators.register.store import ROW_GROUP, table_writer
from indicators.sources.register import codes
from indicators.sources.register.losses import PersonCoverage
from indicators.sources.register.parsing import BIRTH
from indicators.sources.register.partitioning import Lookups, PartitionStore
from indicators.sources.register.records import Records, arrow_days, order_by, person_ranks
from indicators.sources.register.report import TableMade
from indicators.sources.register.tables import services
from indicators.sources.register.tables.people import (
    Cleaning,
    Years,
    clean_office,
    clean_persons,
    clean_residence,
    clean_service_lines,
    is_member,
)
from indicators.sources.register.tables.searches import (
    clean_employment_codes,
    clean_job_searches,
    clean_offers,
    clean_plans,
)
from indicators.sources.register.tables.services import clean_statements

# What a canonical column is called among the register's rows, where the two differ.
_ROLES: dict[str, dict[str, str]] = {
    "residence": {"municipality": "code"},
    "office": {"office": "code"},
    "service_line": {"line": "code"},
    "job_search": {"end_reason": "reason"},
    "employment_code": {"end_reason": "reason"},
    "service": {"kind": "code", "end_reason": "reason"},
    "plan": {"kind": "code"},
    "job_offer": {"vacancy_id": "vacancy"},
    "introduction": {"vacancy_id": "vacancy"},
}

SOURCES: dict[str, tuple[str, ...]] = {
    "persons": ("YHENK",),
    "residence": ("YHKUNTA",),
    "office": ("YHTSTO",),
    "service_line": ("YASSEGMENTTI", "Palvelulinja"),
    "job_search": ("YTHAKU",),
    "employment_code": ("YTYOLL",),
    "service": services.SERVICE_SOURCES,
    "plan": ("YTHAKSU", "Suunnitelmat"),
    "job_offer": ("Tyotarjoukset", "Palkkatukipaikat"),
    "introduction": ("esittelyt",),
    "statement": ("YTVPOLL",),
}
"""Which of the register's tables go into each canonical one."""

NEEDED: dict[str, tuple[str, ...]] = {
    **SOURCES,
    "service": (*services.SERVICE_SOURCES, "KTYOKOU", "YPAIKKA"),
}
"""Which of them it needs: without any one its figures would be wrong, and it is not written."""


def assemble_part(
    partitions: PartitionStore,
    part: int,
    cleaning: Cleaning,
    lookups: Lookups,
    coverage: PersonCoverage,
) -> Iterator[tuple[str, pa.Table]]:
    """Give the canonical tables of one part, sorted by person, one after the other."""
    everybody = partitions.read("YHENK", part)
    ids = np.unique(everybody.person)
    counted: set[str] = set()

    def rows(table: str) -> Records:
        read = partitions.read(table, part)
        if table not in counted:
            coverage.add(table, read.person, ids)
            counted.add(table)
        return read

    people, years = clean_persons(cleaning, everybody)
    yield "persons", _person_columns(people, years)
    yield (
        "residence",
        _canonical_table("residence", clean_residence(cleaning, rows("YHKUNTA"))),
    )
    yield "office", _canonical_table("office", clean_office(cleaning, rows("YHTSTO")))
    lines = clean_service_lines(cleaning, rows("YASSEGMENTTI"), rows("Palvelulinja"))
    yield "service_line", _canonical_table("service_line", lines)
    searches = clean_job_searches(cleaning, rows("YTHAKU"))
    yield "job_search", _canonical_table("job_search", searches.rows)
    employment = clean_employment_codes(cleaning, rows("YTYOLL"), searches.cover)
    _report_unknown_persons(cleaning, employment, people.person)
    yield "employment_code", _canonical_table("employment_code", employment)
    sources = {table: rows(table) for table in services.SERVICE_SOURCES}
    yield (
        "service",
        _canonical_table(
            "service", services.clean_services(cleaning, sources, lookups, searches.cover)
        ),
    )
    plan = clean_plans(cleaning, rows("YTHAKSU"), rows("Suunnitelmat"))
    yield "plan", _canonical_table("plan", plan)
    for table in ("job_offer", "introduction"):
        cleaned = clean_offers(cleaning, table, [rows(name) for name in SOURCES[table]])
        yield table, _canonical_table(table, cleaned)
    yield (
        "statement",
        _canonical_table("statement", clean_statements(cleaning, rows("YTVPOLL"))),
    )


def _report_unknown_persons(cleaning: Cleaning, rows: Records, known: Persons) -> None:
    """Report employment codes of people who are not in the persons' table."""
    stranger = ~np.isin(rows.person, known)
    cleaning.log.mend("employment_code", "no_person", rows, stranger)


def _canonical_table(name: str, rows: Records) -> pa.Table:
    """Rows in the canonical columns of a table, sorted by person and then by all columns.

    So the same records give the same bytes, in whatever order they were delivered.
    """
    schema = arrow_schema(name)
    roles = [_ROLES.get(name, {}).get(column, column) for column in schema.names[1:]]
    rows = _sorted_records(rows, roles)
    columns = [
        arrow_days(rows.days[role]) if role in rows.days else rows.text(role).arrow()
        for role in roles
    ]
    return pa.table([pa.array(rows.person), *columns], schema=schema)


def _sorted_records(rows: Records, roles: Sequence[str]) -> Records:
    day = next(rows.days[name] for name in ("start", "signed", "date") if name in rows.days)
    later = (rows.person[1:] > rows.person[:-1]) | (day[1:] > day[:-1])
    if later.all() and (rows.person[1:] >= rows.person[:-1]).all():
        return rows
    keys = [_sort_values(rows, role) for role in roles]
    return rows.take(order_by(person_ranks(rows.person), day, *keys))


def _sort_values(rows: Records, role: str) -> NDArray[np.int64]:
    column = rows.days[role] if role in rows.days else rows.text(role).in_order().codes
    return column.astype(np.int64)


def _person_columns(rows: Records, years: Years) -> pa.Table:
    columns = {
        "person_id": pa.array(rows.person),
        "birth_year": pa.array(years),
        "birth_date": arrow_days(rows.days[BIRTH]),
        "sex": rows.text("sex").arrow(),
        "citizenship": rows.text("citizenship").filled(codes.FINLAND).arrow(),
        "language": rows.text("language").filled("fi").arrow(),
        "fund_member": pa.array(is_member(rows.text("fund"))),
    }
    return pa.table(columns, schema=arrow_schema("persons"))


class TableWriters:
    """Open files of canonical tables; parts must come in the order of person ids."""

    def __init__(self, folder: Path, tables: Iterable[str]) -> None:
        self._made = {name: TableMade(name, 0, 0) for name in TABLES if name in set(tables)}
        self._waiting: dict[str, list[pa.Table]] = {name: [] for name in self._made}
        self._files: dict[str, parquet.ParquetWriter] = {
            name: table_writer(folder / f"{name}.parquet", TABLES[name]) for name in self._made
        }

    def __enter__(self) -> TableWriters:
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
        """Write whole row groups, so that a file does not depend on the number of parts."""
        rows = pa.concat_tables(self._waiting[name] or [arrow_schema(name).empty_table()])
        while rows.num_rows and rows.num_rows >= least:
            self._files[name].write_table(rows.slice(0, ROW_GROUP))
            rows = rows.slice(ROW_GROUP)
        self._waiting[name] = [rows]

    @property
    def made(self) -> tuple[TableMade, ...]:
        """What has been written."""
        return tuple(self._made.values())
