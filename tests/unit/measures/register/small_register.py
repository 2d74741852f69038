"""Registers small enough to be worked out by hand, kept in memory.

What a test asks of a long table is asked of the account of the figure too: both must agree.
"""

from dataclasses import dataclass
from datetime import date
from math import isnan

import pyarrow as pa
import pyarrow.compute as pc

from indicators.catalogue.loading import load_catalogue
from indicators.measures.register.accounts.answering import account_agrees, account_for
from indicators.measures.register.accounts.model import Question, Records
from indicators.measures.register.computing import compute_register
from indicators.register.schema import TABLES, arrow_schema

GROUPS = {"PAIR": ("KU398", "KU098")}
TOTAL = ("total", "total")


@dataclass(frozen=True)
class Small:
    """A register in memory; it reads like the one on disk."""

    tables: dict[str, pa.Table]
    extract_date: date

    def has(self, table):
        return table in self.tables

    def read(self, table, columns=None, persons=None, *, encoded=False):
        del encoded  # plain strings are read as well
        rows = self.tables.get(table, arrow_schema(table).empty_table())
        if persons and TABLES[table].person:
            first, last = persons
            ids = rows["person_id"]
            rows = rows.filter(pc.and_(pc.greater_equal(ids, first), pc.less_equal(ids, last)))
        return rows.select(columns or rows.column_names)

    def person_ranges(self, chunk_rows):
        ids = sorted(set(self.tables["persons"]["person_id"].to_pylist()))
        lows = [-(2**63), *ids[chunk_rows::chunk_rows]]
        return list(zip(lows, [low - 1 for low in lows[1:]] + [2**63 - 1], strict=True))


def day(text):
    return date.fromisoformat(text) if text else None


def spell(span, who=1, **more):
    start, _, end = span.partition("..")
    return {"person_id": who, "start": day(start), "end": day(end), **more}


def person(who=1, **changed):
    """A Finnish man born in 1980 who is in an unemployment fund: not of the target group."""
    plain = {"birth_year": 1980, "birth_date": None, "sex": "1", "citizenship": "246"}
    plain |= {"language": "fi", "fund_member": True}
    return {"person_id": who, **plain, **changed}


def code(name, span, who=1):
    return spell(span, who, code=name, end_reason=None)


def unemployed(span, who=1):
    return code("02", span, who)


def lives(municipality, span="2000-01-01..", who=1):
    return spell(span, who, municipality=municipality)


def service(group, span, kind="1", who=1):
    return spell(span, who, group=group, kind=kind, end_reason=None)


def search(span, reason=None, who=1):
    return spell(span, who, end_reason=reason)


def register(extract="2024-12-31", **tables):
    """A register of the tables given; person 1 is there, and what is needed stands empty."""
    rows = {"persons": [person()], "residence": [], "office": [], "service_line": []}
    rows |= {"job_search": [], "employment_code": [], "service": [], "statement": []}
    values = {
        name: pa.Table.from_pylist(item, schema=arrow_schema(name))
        for name, item in {**rows, **tables}.items()
        if item is not None
    }
    return Small(values, day(extract))


def measure(months, extract="2024-12-31", *, how=None, **tables):
    """The long table of some months."""
    how = {"groups": GROUPS, "trial_offices": ["1530"], **(how or {})}
    made = register(extract, **tables)
    table = compute_register(made, months.split(), **how)
    _MEASURED[id(table)] = Measured(table, made, how)
    return table


@dataclass(frozen=True)
class Measured:
    """A long table and what it was counted from."""

    table: object
    register: Small
    how: dict


_MEASURED = {}


def refuse_another_account(table, found):
    """Hold rows of a long table against their accounts."""
    measured = _MEASURED.get(id(table))
    if measured is None:
        return
    how, defaults = measured.how, load_catalogue().defaults()
    for row in found.to_dict("records"):
        choices = {**defaults[row["indicator"]]}
        choices |= how.get("parameters", {}).get(row["indicator"], {})
        if not how.get("merge_layoff", True):
            choices |= {"merge_layoff": False} if "merge_layoff" in choices else {}
        key = ("indicator", "month", "area", "population", "dimension", "category")
        question = Question(
            Records(measured.register),
            members=how["groups"].get(row["area"], (row["area"],)),
            trial_offices=frozenset(how["trial_offices"]),
            choices=choices,
            **{name: row[name] for name in key},
        )
        account = account_for(question).figures[row["statistic"]]
        assert account_agrees(account, row), (account, row)


def row(table, indicator, statistic="value", *, area="SSS", population="residents", **key):
    """The only row of a key; a category is given by its dimension: ``sex="men"``."""
    month = key.pop("month", None)
    dimension, category = next(iter(key.items())) if key else TOTAL
    found = table[
        (table["indicator"] == indicator)
        & (table["statistic"] == statistic)
        & (table["area"] == area)
        & (table["population"] == population)
        & (table["dimension"] == dimension)
        & (table["category"] == category)
    ]
    if month:
        found = found[found["month"] == month]
    refuse_another_account(table, found)
    return found


def figure(table, indicator, statistic="value", **key):
    """Numerator, denominator and value of a key; None if there is no such row."""
    found = row(table, indicator, statistic, **key)
    if len(found) == 0:
        return None
    assert len(found) == 1, "ask for one month"
    numbers = found.iloc[0][["numerator", "denominator", "value"]]
    return tuple(None if isnan(number) else number for number in numbers)


def value(table, indicator, statistic="value", **key):
    found = figure(table, indicator, statistic, **key)
    return found if found is None else found[2]


def status(table, indicator, statistic="value", **key):
    (found,) = row(table, indicator, statistic, **key)["status"]
    return found
