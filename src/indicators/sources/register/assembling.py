"""One part of the register: the delivered rows of some persons in, their canonical rows out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from indicators.register.arrays import Persons
from indicators.register.schema import arrow_schema
from indicators.sources.register import codes
from indicators.sources.register.lookups import Lookups
from indicators.sources.register.losses import Acquaintance
from indicators.sources.register.parsing import BIRTH
from indicators.sources.register.records import Records, arrow_days, order_by, person_ranks
from indicators.sources.register.spilling import Spill
from indicators.sources.register.tables import offers, plans, services, statements, stays
from indicators.sources.register.tables.common import Cleaning
from indicators.sources.register.tables.persons import Years, is_member, persons
from indicators.sources.register.tables.searches import employment_code, job_search

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
    "service": services.SOURCES,
    "plan": ("YTHAKSU", "Suunnitelmat"),
    "job_offer": ("Tyotarjoukset", "Palkkatukipaikat"),
    "introduction": ("esittelyt",),
    "statement": ("YTVPOLL",),
}
"""Which of the register's tables make each canonical one."""

NEEDED: dict[str, tuple[str, ...]] = {
    **SOURCES,
    "service": (*services.SOURCES, "KTYOKOU", "YPAIKKA"),
}
"""Which of them it needs: without any one its figures would be wrong, and it is not written."""


def assemble(
    partitions: Spill, part: int, cleaning: Cleaning, lookups: Lookups, coverage: Acquaintance
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

    people, years = persons(cleaning, everybody)
    yield "persons", _persons(people, years)
    yield "residence", _table("residence", stays.residence(cleaning, rows("YHKUNTA")))
    yield "office", _table("office", stays.office(cleaning, rows("YHTSTO")))
    lines = stays.service_line(cleaning, rows("YASSEGMENTTI"), rows("Palvelulinja"))
    yield "service_line", _table("service_line", lines)
    searches = job_search(cleaning, rows("YTHAKU"))
    yield "job_search", _table("job_search", searches.rows)
    employment = employment_code(cleaning, rows("YTYOLL"), searches.cover)
    _strangers(cleaning, employment, people.person)
    yield "employment_code", _table("employment_code", employment)
    sources = {table: rows(table) for table in services.SOURCES}
    yield "service", _table("service", services.service(cleaning, sources, lookups, searches.cover))
    plan = plans.plan(cleaning, rows("YTHAKSU"), rows("Suunnitelmat"))
    yield "plan", _table("plan", plan)
    for table in ("job_offer", "introduction"):
        made = offers.offers(cleaning, table, [rows(name) for name in SOURCES[table]])
        yield table, _table(table, made)
    yield "statement", _table("statement", statements.statement(cleaning, rows("YTVPOLL")))


def _strangers(cleaning: Cleaning, rows: Records, known: Persons) -> None:
    """Report employment codes of people who are not in the persons' table."""
    stranger = ~np.isin(rows.person, known)
    cleaning.log.mend("employment_code", "no_person", rows, stranger)


def _table(name: str, rows: Records) -> pa.Table:
    """Rows in the canonical columns of a table, sorted by person and then by all columns.

    So the same records give the same bytes, in whatever order they were delivered.
    """
    schema = arrow_schema(name)
    roles = [_ROLES.get(name, {}).get(column, column) for column in schema.names[1:]]
    rows = _in_order(rows, roles)
    columns = [
        arrow_days(rows.days[role]) if role in rows.days else rows.text(role).arrow()
        for role in roles
    ]
    return pa.table([pa.array(rows.person), *columns], schema=schema)


def _in_order(rows: Records, roles: Sequence[str]) -> Records:
    day = next(rows.days[name] for name in ("start", "signed", "date") if name in rows.days)
    later = (rows.person[1:] > rows.person[:-1]) | (day[1:] > day[:-1])
    if later.all() and (rows.person[1:] >= rows.person[:-1]).all():
        return rows
    keys = [_sorting(rows, role) for role in roles]
    return rows.take(order_by(person_ranks(rows.person), day, *keys))


def _sorting(rows: Records, role: str) -> NDArray[np.int64]:
    column = rows.days[role] if role in rows.days else rows.text(role).in_order().codes
    return column.astype(np.int64)


def _persons(rows: Records, years: Years) -> pa.Table:
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
