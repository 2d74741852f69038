"""The made-up registers keep the contract's invariants and reach what they are made for."""

from collections import Counter
from datetime import timedelta
from functools import cache
from itertools import pairwise

import pytest

from fixtures.registers import EXTRACTS, adversarial
from fixtures.registers.twins import accounted, in_memory
from indicators.calendar import add_months, count_day
from indicators.catalogue.loading import load_catalogue
from indicators.measures.register.accounts.cases import (
    is_unemployed,
    joined,
    unemployed_rows,
)
from indicators.register.schema import TABLES

DAY = timedelta(days=1)
SEEDS = range(28)
MADE = [adversarial(seed) for seed in SEEDS]


@cache
def expected(seed, indicator):
    return accounted(MADE[seed], indicator)


def of_each_person(rows):
    found = {}
    for row in sorted(rows, key=lambda row: row["start"]):
        found.setdefault(row["person_id"], []).append(row)
    return found.values()


@pytest.mark.parametrize("made", MADE[: len(EXTRACTS)])
def test_rows_fit_the_schema(made):
    for name, rows in made.tables.items():
        columns = TABLES[name].columns
        for row in rows:
            assert set(row) == {column.name for column in columns}
            for column in columns:
                assert row[column.name] is not None or column.nullable
                known = column.codes is None or row[column.name] is None
                assert known or row[column.name] in column.codes


@pytest.mark.parametrize("made", MADE)
def test_spells_are_known_and_not_reversed(made):
    for rows in made.tables.values():
        for row in rows:
            start, end = row.get("start"), row.get("end")
            assert start is None or start <= made.extract_date
            assert end is None or start <= end <= made.extract_date
            for day in ("given", "signed", "date"):
                assert row.get(day) is None or row[day] <= made.extract_date


@pytest.mark.parametrize("table", ["employment_code", "residence", "office", "service_line"])
def test_one_code_place_and_line_a_day(table):
    for made in MADE:
        for rows in of_each_person(made.tables[table]):
            for row, after in pairwise(rows):
                assert row["end"] is not None
                assert row["end"] < after["start"]


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ("persons", ("person_id",)),
        ("job_search", ("person_id", "start")),
        ("service", ("person_id", "kind", "start")),
        ("statement", ("person_id", "code", "start")),
        ("plan", ("person_id", "kind", "signed")),
    ],
)
def test_nothing_is_there_twice(table, key):
    for made in MADE:
        keys = [tuple(row[name] for name in key) for row in made.tables[table]]
        assert len(keys) == len(set(keys))


def test_codes_lie_inside_job_searches():
    for made in MADE[:14]:
        for code in made.tables["employment_code"]:
            last = code["end"] or made.extract_date
            mine = [
                row for row in made.tables["job_search"] if row["person_id"] == code["person_id"]
            ]
            for n in range((last - code["start"]).days + 1):
                day = code["start"] + n * DAY
                assert any(row["start"] <= day <= (row["end"] or day) for row in mine)
            assert code["end"] or any(row["end"] is None for row in mine)


def test_same_seed_same_register():
    assert adversarial(3) == adversarial(3) != adversarial(10)


@pytest.mark.slow
def test_every_statistic_is_reached():
    missing = {
        (indicator.id, statistic.id, population)
        for indicator in load_catalogue().indicators
        for statistic in indicator.statistics
        for population in indicator.populations
    }
    for seed in SEEDS:
        for indicator in {indicator for indicator, _, _ in missing}:
            missing -= {
                (indicator, statistic, cell["population"])
                for cell, figures in expected(seed, indicator)
                for statistic, figure in figures.items()
                if figure.value
            }
    assert not missing


def test_the_edges_are_reached():
    """Each on several registers: what is a day apart, exactly on a limit, or beside it."""
    seen = Counter(edge for made in MADE for edge in set(edges(made)))
    missing = [edge for edge in WANTED if seen[edge] < 3]
    assert not missing, seen


WANTED = [
    *(("unemployment gap", days) for days in (1, 2, 3)),
    *(("renewal gap", days) for days in (1, 7, 8)),
    *(("past limit", n, days) for n in (3, 6, 12) for days in (-1, 0, 1)),
    *(("statement", days) for days in (-32, -31, 31, 32)),
    *(("grant", days) for days in (-15, -14, 14, 15)),
    *(("offer", days) for days in (0, 1, 30, 31, 90, 91)),
    *(("search before count day", days) for days in (13, 14)),
    *((table, "on count day") for table in ("residence", "office", "service_line")),
    "several services",
    "plan tie",
    "started on the 31st",
    "started on 29 February",
    "no residence",
    "no result",
    "born on 29 February",
]


def edges(made):
    yield from _spell_edges(made)
    yield from _event_edges(made)
    tables, days = made.tables, {count_day(month) for month in made.months}
    for table in ("residence", "office", "service_line"):
        if any(row["start"] in days for row in tables[table]):
            yield table, "on count day"
    for search in tables["job_search"]:
        for day in days:
            yield "search before count day", (day - search["start"]).days
    signed = Counter((row["person_id"], row["signed"]) for row in tables["plan"])
    if max(signed.values(), default=0) > 1:
        yield "plan tie"
    if {row["person_id"] for row in tables["residence"]} < {
        row["person_id"] for row in tables["persons"]
    }:
        yield "no residence"
    for person in tables["persons"]:
        if person["birth_date"] and (person["birth_date"].month, person["birth_date"].day) == (
            2,
            29,
        ):
            yield "born on 29 February"


def _spell_edges(made):
    register = in_memory(made)
    for person in register.people("employment_code"):
        codes = sorted(unemployed_rows(person), key=lambda row: row["start"])
        for row, after in pairwise(codes):
            yield "unemployment gap", (after["start"] - row["end"]).days
        for spell in joined(codes, 1):
            yield f"started on the {spell.start.day}st"
            yield f"started on {spell.start.day} {spell.start:%B}"
            for n in (3, 6, 12):
                if spell.end:
                    yield "past limit", n, (spell.end - add_months(spell.start, n)).days
    for person in register.people("service"):
        services = sorted(person.rows("service"), key=lambda row: row["start"])
        for row, after in pairwise(services):
            same = (row["group"], row["kind"]) == (after["group"], after["kind"])
            if same and row["end"]:
                yield "renewal gap", (after["start"] - row["end"]).days
            overlap = row["end"] is None or row["end"] >= after["start"]
            if overlap and not is_unemployed(person, after["start"]):
                yield "several services"


def _event_edges(made):
    tables = made.tables
    for search in tables["job_search"]:
        for row in tables["statement"]:
            if search["end"] and row["person_id"] == search["person_id"]:
                yield "statement", (row["given"] - search["end"]).days
        for row in tables["service"]:
            mine = row["person_id"] == search["person_id"] and row["kind"] in ("61", "62", "65")
            if search["end"] and mine:
                yield "grant", (row["start"] - search["end"]).days
    for offer in tables["job_offer"]:
        if offer["result"] is None:
            yield "no result"
        for code in tables["employment_code"]:
            work = code["code"] in ("00", "01", "09")
            if work and code["person_id"] == offer["person_id"]:
                yield "offer", (code["start"] - offer["date"]).days


# Nothing of a register hangs on the first; renewals of a service are the same step of a sequence as
# the service itself; and the made-up persons' services all begin within two years.
NOT_OF_A_REGISTER = {
    ("youth_unemployment_share", "labour_force_lag_years"),
    ("service_sequences", "renewal_gap_days"),
}
BEYOND_THE_MADE_UP = {("service_sequences", "sequence_window_months", 25)}
LIMITS = [
    (indicator.id, parameter.id, parameter.default + step)
    for indicator in load_catalogue().indicators
    for parameter in indicator.parameters
    for step in (-1, 1)
    if not isinstance(parameter.default, bool)
    and (indicator.id, parameter.id) not in NOT_OF_A_REGISTER
    and (indicator.id, parameter.id, parameter.default + step) not in BEYOND_THE_MADE_UP
]


@pytest.mark.parametrize(("indicator", "parameter", "other"), LIMITS)
def test_a_limit_moved_by_one_shows(indicator, parameter, other):
    """Someone stands exactly on every limit, and someone beside it."""
    changed = {indicator: {parameter: other}}
    assert any(
        expected(seed, indicator) != accounted(MADE[seed], indicator, changed) for seed in SEEDS
    )
