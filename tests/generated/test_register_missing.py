"""A table that was not delivered: what needs it is not available, and nothing else changes."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from fixtures.registers import adversarial, write_register
from fixtures.registers.twins import Row, key_of, records
from indicators.measures.register.computing import compute_register

EXITS, STRUCTURAL = "job_search_exits", "structural_unemployment"
OF_SERVICE = ("extended_unemployment", "activation_rate", "long_term_activation_rate")
SHARES = ("unemployment_share", "foreign_unemployment_share", "youth_unemployment_share")
PATHS = (
    "time_to_service",
    "after_service",
    "service_paths",
    "service_sequences",
    "path_costs",
)
FLOWS = tuple(f"flow_over_{months}_months" for months in (3, 6, 12))
SURVEYS = ("satisfaction", "wellbeing_change")


def of_persons(row: Row) -> bool:
    return row["source"] == "register"


def is_statistic(row: Row, indicator: str, *statistics: str) -> bool:
    return row["indicator"] == indicator and row["statistic"] in statistics


# Which figures need a table (contract, section 4), said once more for each table.
NEEDED = {
    "service": lambda row: (
        row["indicator"] in (*OF_SERVICE, *PATHS, "service_starts", "service_costs")
        or is_statistic(row, STRUCTURAL, "returned_from_service", "service_to_service", "total")
        or is_statistic(row, EXITS, "entrepreneurship", "subsidised")
    ),
    # Entrepreneurship takes from the reasons 00, 01, 03, 05 and 06 by a statement.
    "statement": lambda row: is_statistic(
        row, EXITS, "entrepreneurship", "subsidised", "open_market", "other", "unknown"
    ),
    "plan": lambda row: row["indicator"] in ("plan_coverage", "time_to_plan"),
    "job_offer": lambda row: row["indicator"] == "job_offers",
    "introduction": lambda row: row["indicator"] == "introductions",
    "caseload": lambda row: row["indicator"] == "caseload",
    "labour_force": lambda row: row["indicator"] in SHARES,
    "kela": lambda row: row["indicator"] == "kela_benefits",
    "survey": lambda row: row["indicator"] in SURVEYS,
    "survey_round": lambda row: is_statistic(row, "satisfaction", "response_rate"),
    "service_price": lambda row: (
        row["indicator"] == "service_costs"
        or is_statistic(row, "path_costs", "euros_per_person", "euros_per_open_market_month")
    ),
    "office": lambda row: row["population"] == "trial_office",
    "service_line": lambda row: row["dimension"] == "service_line",
    "residence": lambda row: of_persons(row) and row["area"] != "SSS",
    "job_search": lambda row: row["indicator"] in (EXITS, "plan_coverage"),
    "employment_code": lambda row: (
        row["indicator"]
        in (
            *SHARES,
            *OF_SERVICE,
            *PATHS,
            STRUCTURAL,
            *FLOWS,
            "unemployment_duration",
            "plan_coverage",
            "time_to_plan",
        )
        or row["statistic"] in ("employed_30_days", "employed_90_days")
    ),
}


def measured(case) -> dict[tuple[str, ...], Row]:
    with TemporaryDirectory() as folder:
        register = write_register(case, Path(folder) / "register")
        values = {"groups": case.groups, "trial_offices": case.trial_offices}
        rows = records(compute_register(register, case.months, **values))
    return {key_of(row): row for row in rows}


@pytest.fixture(scope="module")
def whole():
    """A register that has every table."""
    result = next(
        number for number in map(adversarial, range(30)) if not set(NEEDED) - set(number.tables)
    )
    return result, measured(result)


@pytest.mark.parametrize("table", NEEDED)
def test_what_needs_a_missing_table_is_not_available(whole, table):
    result, before = whole
    tables = {name: rows for name, rows in result.tables.items() if name != table}
    after = measured(replace(result, tables=tables))
    for key, row in before.items():
        if not NEEDED[table](row):
            # A category of nobody may be left out, and what is behind it is not known whole.
            assert after.get(key, row) == row
            assert key in after or (row["dimension"] != "total" and not row["numerator"]), key
        elif row["dimension"] == "total" or table == "service_line":
            found = after[key]
            assert found["status"] == "not_available", key
            assert not any(
                found[name] is not None for name in ("numerator", "denominator", "value")
            )
        else:
            assert key not in after or after[key]["status"] == "not_available", key
    more = [row for key, row in after.items() if key not in before]
    assert all(row["status"] == "not_available" and row["value"] is None for row in more)


@pytest.mark.parametrize("table", ["service", "plan", "job_offer", "statement"])
def test_a_table_without_rows_is_a_true_zero(whole, table):
    result, _ = whole
    nothing = measured(replace(result, tables={**result.tables, table: []}))
    of_table = [row for row in nothing.values() if NEEDED[table](row)]
    assert all(row["status"] != "not_available" for row in of_table)
    lines = [row for row in of_table if row["status"] == "normal" and row["dimension"] == "total"]
    # What is nothing divided by nothing has no value; a count of nothing is 0.
    assert all(row["value"] is not None or not row["denominator"] for row in lines)
    assert any(row["value"] == 0 for row in lines)
