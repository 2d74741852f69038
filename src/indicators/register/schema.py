"""The tables of the canonical register (contract, section 2): columns, Arrow types, code lists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Codes = frozenset[str]

SCHEMA_VERSION = 1

SEXES: Codes = frozenset({"1", "2"})
LANGUAGES: Codes = frozenset({"fi", "sv", "se", "other"})
LINES: Codes = frozenset({"00", "01", "02", "03", "05"})
EMPLOYMENT_CODES: Codes = frozenset(f"{code:02}" for code in range(10))
END_REASONS: Codes = frozenset(f"{code:02}" for code in range(17))
SERVICE_GROUPS = (
    "training",
    "coaching",
    "subsidised",
    "trial",
    "alternation",
    "rehabilitative",
    "study",
)
"""In the order in which a person in several is counted once (contract, section 4)."""
PLAN_KINDS: Codes = frozenset({"employment", "integration", "activation", "multisector"})
RESULTS: Codes = frozenset({*(f"{code:02}" for code in range(1, 14)), "51", "52"})
LABOUR_FORCE_GROUPS: Codes = frozenset({"total", "under25", "foreign"})
INSTRUMENTS: Codes = frozenset({"satisfaction", "wellbeing"})


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a canonical table.

    Attributes:
        name: As in the contract.
        type: Its Arrow type; codes are strings (what dictionary they have on disk is free).
        nullable: Whether a value may be missing.
        codes: The values it may have, where the list is closed.
    """

    name: str
    type: pa.DataType
    nullable: bool = False
    codes: Codes | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """One canonical table.

    Attributes:
        name: As in the contract; the file is ``NAME.parquet``.
        columns: In the order in which they are written.
        optional: Whether a register is whole without it.
        person: Whether it has a ``person_id``; such a table is sorted by it.
    """

    name: str
    columns: tuple[Column, ...]
    optional: bool = True
    person: bool = True

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(column.name for column in self.columns)

    @property
    def is_spells(self) -> bool:
        """Whether its rows are closed day intervals ``[start, end]``."""
        return {"start", "end"} <= set(self.names)

    def column(self, name: str) -> Column:
        """One of its columns."""
        return next(column for column in self.columns if column.name == name)


def arrow_schema(table: str | Table) -> pa.Schema:
    """Arrow schema of a canonical table, without metadata."""
    known = TABLES[table] if isinstance(table, str) else table
    return pa.schema(
        [pa.field(column.name, column.type, column.nullable) for column in known.columns]
    )


_TEXT, _DAY, _WHOLE, _NUMBER = pa.string(), pa.date32(), pa.int64(), pa.float64()
_PERSON = Column("person_id", _WHOLE)
_SPELL = (Column("start", _DAY), Column("end", _DAY, nullable=True))


def _code(name: str, codes: Codes | None = None, *, nullable: bool = False) -> Column:
    return Column(name, _TEXT, nullable, codes)


def _spells(name: str, *middle: Column, reason: Column | None = None, optional: bool) -> Table:
    last = (reason,) if reason else ()
    return Table(name, (_PERSON, *middle, *_SPELL, *last), optional)


def _offers(name: str) -> Table:
    result = _code("result", RESULTS, nullable=True)
    return Table(name, (_PERSON, _code("vacancy_id", nullable=True), Column("date", _DAY), result))


def _figures(name: str, *columns: Column) -> Table:
    return Table(name, columns, person=False)


_REASON = _code("end_reason", END_REASONS, nullable=True)
_MUNICIPALITY, _MONTH = _code("municipality"), _code("month")

_ALL = (
    Table(
        "persons",
        (
            _PERSON,
            Column("birth_year", pa.int32()),
            Column("birth_date", _DAY, nullable=True),
            _code("sex", SEXES, nullable=True),
            _code("citizenship"),
            _code("language", LANGUAGES),
            Column("fund_member", pa.bool_()),
        ),
        optional=False,
    ),
    _spells("residence", _MUNICIPALITY, optional=True),
    _spells("office", _code("office"), optional=True),
    _spells("service_line", _code("line", LINES), optional=True),
    _spells("job_search", reason=_REASON, optional=False),
    _spells("employment_code", _code("code", EMPLOYMENT_CODES), reason=_REASON, optional=False),
    _spells(
        "service",
        _code("group", frozenset(SERVICE_GROUPS)),
        _code("kind"),
        reason=_code("end_reason", nullable=True),
        optional=True,
    ),
    Table(
        "plan",
        (
            _PERSON,
            _code("kind", PLAN_KINDS),
            Column("signed", _DAY),
            Column("review", _DAY, nullable=True),
        ),
    ),
    _offers("job_offer"),
    _offers("introduction"),
    Table(
        "statement",
        (
            _PERSON,
            _code("code"),
            Column("given", _DAY, nullable=True),
            Column("start", _DAY, nullable=True),
            Column("end", _DAY, nullable=True),
        ),
    ),
    _figures(
        "caseload",
        _MONTH,
        _code("office"),
        _code("specialist_id"),
        Column("customers", _WHOLE),
        Column("fte", _NUMBER),
    ),
    _figures(
        "labour_force",
        _MUNICIPALITY,
        _code("group", LABOUR_FORCE_GROUPS),
        Column("year", pa.int32()),
        Column("vintage", _DAY),
        Column("value", _NUMBER),
    ),
    _figures(
        "kela",
        _MUNICIPALITY,
        _MONTH,
        _code("benefit"),
        _code("basis"),
        *(Column(name, _NUMBER, nullable=True) for name in ("recipients", "euros", "days")),
    ),
    _figures(
        "survey",
        _code("respondent_id"),
        # Who has none counts in the whole extract alone.
        _code("municipality", nullable=True),
        _MONTH,
        _code("instrument", INSTRUMENTS),
        _code("item"),
        Column("score", _NUMBER),
        Column("wave", _WHOLE),
    ),
    _figures(
        "survey_round",
        _MUNICIPALITY,
        _MONTH,
        _code("instrument", INSTRUMENTS),
        Column("invited", _WHOLE),
    ),
    _figures(
        "service_price",
        _code("group", frozenset(SERVICE_GROUPS)),
        # A price without a kind is that of every kind of the group that has none of its own.
        _code("kind", nullable=True),
        Column("year", pa.int32()),
        Column("euros_per_day", _NUMBER),
    ),
)

TABLES: dict[str, Table] = {table.name: table for table in _ALL}


# --- days and persons as NumPy arrays -------------------------------------------------------------


Days = NDArray[np.int32]
Persons = NDArray[np.int64]
Mask = NDArray[np.bool_]

MISSING = int(np.iinfo(np.int32).max)
"""A day that is not known; as an end it is later than any day, which is what an open end is."""

_EPOCH = date(1970, 1, 1).toordinal()


def day_number(day: date) -> int:
    """Days since 1.1.1970, as Arrow's ``date32`` counts them."""
    return day.toordinal() - _EPOCH


def day_of(number: int) -> date:
    """The day of a number."""
    return date.fromordinal(number + _EPOCH)
