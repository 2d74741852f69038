"""A long table that contradicts itself in a single place is found out."""

from dataclasses import replace

import pandas as pd
import pytest

from fixtures.registers import adversarial, write_register
from indicators.calendar import month_range
from indicators.errors import DataError
from indicators.measures.register.computing import compute_register
from indicators.reconciliation.identities import check_identities
from indicators.reconciliation.report import identity_label

MADE = replace(adversarial(2, 30), months=month_range("2021-09", "2022-12"))


@pytest.fixture(scope="module")
def register(tmp_path_factory):
    return write_register(MADE, tmp_path_factory.mktemp("reconciliation") / "register")


def measured(register, **how):
    values = {"groups": MADE.groups, "trial_offices": MADE.trial_offices, **how}
    return compute_register(register, MADE.months, **values)


@pytest.fixture(scope="module")
def table(register):
    return measured(register)


def check(table, register, **how):
    return check_identities(table, register, groups=MADE.groups, **how)


def rows(table, **key):
    """Which rows have all these texts."""
    wanted = pd.Series(data=True, index=table.index)
    for column, text in key.items():
        wanted &= table[column] == text
    return wanted


def first(table, column="numerator", **key):
    """The first such row with a number above 0, by its label."""
    wanted = rows(table, **key) & (table[column] > 0)
    assert wanted.any(), key
    return wanted.idxmax()


def broken(table, register, at, column, change):
    """The lines of the error after one number was changed."""
    changed = table.copy()
    changed.loc[at, column] += change
    with pytest.raises(DataError) as caught:
        check(changed, register)
    assert caught.value.exit_status == 3
    assert "indicators check" in caught.value.message
    return caught.value.details


def test_all_identities_hold_and_each_was_compared(table, register):
    found = check(table, register)
    kinds = {"stock", "categories", "groups", "country", "statistics", "indicators", "cohorts"}
    assert set(found.counts) == kinds
    assert min(found.counts.values()) > 50


TOTAL = {"population": "residents", "dimension": "total"}


@pytest.mark.parametrize("area", ["KU398", "PAIR", "SSS"])
def test_a_stock_that_entries_and_exits_do_not_lead_to(table, register, area):
    """All rows of the unemployed are changed together, so that only the register can tell."""
    month = table.loc[first(table, "denominator", **UNEMPLOYED, **TOTAL, area=area), "month"]
    changed = table.copy()
    key = {"month": month, "area": area, **TOTAL}
    changed.loc[rows(table, **UNEMPLOYED, **key), "denominator"] += 1
    with pytest.raises(DataError) as caught:
        check(changed, register)
    lines = [line for line in caught.value.details if line.endswith(identity_label("stock"))]
    assert len(lines) == 1
    assert lines[0].startswith(f"unemployment_duration mean_weeks, {month}, {area}")


UNEMPLOYED = {"indicator": "unemployment_duration", "statistic": "mean_weeks"}


@pytest.mark.parametrize(
    ("name", "off"),
    [
        ("categories", (1, "numerator", {"indicator": "job_search_exits", "dimension": "sex"})),
        ("categories", (-1, "denominator", {"indicator": "plan_coverage", "dimension": "origin"})),
        ("categories", (0.01, "numerator", {**UNEMPLOYED, "dimension": "age_group"})),
        ("categories", (99, "numerator", {"statistic": "vacancies", "dimension": "service_line"})),
        ("groups", (99, "numerator", {"indicator": "service_starts", "area": "PAIR"})),
        ("groups", (1, "denominator", {"indicator": "flow_over_3_months", "area": "PAIR"})),
        ("country", (99, "numerator", {"indicator": "extended_unemployment", "area": "KU398"})),
        ("statistics", (1, "numerator", {"statistic": "recurrent", "area": "SSS"})),
        ("statistics", (1, "numerator", {"statistic": "debt", "dimension": "sex"})),
        ("indicators", (1, "denominator", {"indicator": "activation_rate", "area": "KU098"})),
        ("indicators", (1, "numerator", {"indicator": "foreign_unemployment_share"})),
        ("indicators", (-1, "numerator", {"indicator": "unemployment_share"})),
        ("cohorts", (99, "numerator", {"indicator": "flow_over_12_months"})),
        ("cohorts", (-1, "denominator", {"indicator": "flow_over_6_months"})),
    ],
)
def test_one_number_that_is_off_is_named(table, register, name, off):
    change, column, key = off
    at = first(table, column, **key)
    lines = broken(table, register, at, column, change)
    assert any(line.endswith(f": {identity_label(name)}") for line in lines)


def test_the_first_place_is_named_and_the_others_counted(table, register):
    key = {"indicator": "structural_unemployment", "statistic": "long_term", "area": "SSS"}
    some = rows(table, **key, **TOTAL) & table["numerator"].notna()
    changed = table.copy()
    changed.loc[some, "numerator"] += 1
    with pytest.raises(DataError) as caught:
        check(changed, register)
    text = (
        f"structural_unemployment total, 2021-09, SSS and {some.sum() - 1} more places: "
        f"does not hold: {identity_label('statistics')}"
    )
    assert text in caught.value.details


def test_flows_with_other_parameters_share_no_cohort(register):
    parameters = {"flow_over_3_months": {"line_lag_days": 300}}
    table = measured(register, parameters=parameters)
    result = check(table, register, parameters=parameters).counts["cohorts"]
    assert result < check(measured(register), register).counts["cohorts"]
    with pytest.raises(DataError, match="flow_over_6_months value"):
        check(table, register)


def test_layoffs_apart_change_no_stock(register):
    check(measured(register, merge_layoff=False), register)


def test_rows_in_any_order_and_rows_of_statfin_change_nothing(table, register):
    other = table.head(50).assign(source="statfin", numerator=-1.0)
    mixed = pd.concat([other, table.sample(frac=1, random_state=1)])
    assert check(mixed, register).counts == check(table, register).counts


def test_persons_of_whom_nothing_is_known_leave_parts_below_the_total(tmp_path):
    unknown = {row["person_id"] for row in MADE.tables["persons"][::3]}
    persons = [row for row in MADE.tables["persons"] if row["person_id"] not in unknown]
    register = write_register(MADE.with_tables(persons=persons), tmp_path / "register")
    table = measured(register)
    assert check(table, register).counts["categories"] > 0
    at = first(table, indicator="job_search_exits", statistic="total", dimension="sex")
    assert broken(table, register, at, "numerator", 99)
    at = first(table, indicator="job_search_exits", statistic="total", dimension="service_line")
    assert broken(table, register, at, "numerator", 1)


def test_an_unknown_sex_leaves_men_and_women_below_the_total(tmp_path):
    persons = [row | {"sex": None} for row in MADE.tables["persons"]]
    register = write_register(MADE.with_tables(persons=persons), tmp_path / "register")
    table = measured(register)
    check(table, register)
    at = first(table, indicator="job_search_exits", statistic="total", dimension="age_group")
    assert broken(table, register, at, "numerator", -1)


def test_what_a_register_lacks_is_not_compared(tmp_path):
    bare = {"persons", "job_search", "employment_code"}
    tables = {name: rows for name, rows in MADE.tables.items() if name in bare}
    register = write_register(replace(MADE, tables=tables), tmp_path / "register")
    counts = check(measured(register), register).counts
    assert counts["stock"] > 0
    assert counts["categories"] > 0
    assert not counts.get("country")


def test_a_table_of_nothing_has_no_identities(table, register):
    assert check(table.head(0), register).compared == 0
