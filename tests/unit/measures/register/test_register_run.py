"""The run as a whole: columns, chunks, workers, parameters, missing tables."""

from concurrent.futures import ThreadPoolExecutor

import pandas as pd
import pytest
from small_register import (
    code,
    lives,
    measure,
    person,
    row,
    search,
    service,
    status,
    unemployed,
    value,
)

from indicators import table
from indicators.catalogue.loading import load_catalogue
from indicators.errors import UsageError

PEOPLE = [person(who, sex="12"[who % 2]) for who in range(1, 8)]
REGISTER = {
    "persons": PEOPLE,
    "residence": [lives(("398", "098")[who % 2], who=who) for who in range(1, 8)],
    "employment_code": [
        *(unemployed(f"2022-0{who}-01..", who) for who in range(1, 5)),
        code("07", "2022-01-01..", 5),
    ],
    "job_search": [search("2022-01-01..2022-05-10", "01", who) for who in (6, 7)],
    "service": [service("trial", "2022-05-02..", who=who) for who in (5, 6)],
}
MONTHS = "2022-04 2022-05"


def test_columns_and_words_are_the_contracts():
    result = measure(MONTHS, **REGISTER)
    assert list(result.columns) == list(table.COLUMNS)
    assert not result.duplicated(list(table.KEY)).any()
    assert set(result["status"]) <= set(table.STATUSES)
    assert set(result["vintage"]) == {"2024-12-31"}
    assert result["low"].isna().all()
    assert result["high"].isna().all()
    wanted = {indicator.id for indicator in load_catalogue().indicators}
    reported = {"kela_benefits", "satisfaction", "wellbeing_change"}
    assert set(result["indicator"]) >= wanted - reported


def test_units_and_breaks_are_the_catalogues():
    result = measure(MONTHS, **REGISTER)
    found = row(result, "activation_rate", month="2022-05").iloc[0]
    assert (found["unit"], found["series_break"]) == ("percent", "nordic_model_2022")
    assert row(result, "activation_rate", month="2022-04")["series_break"].isna().all()
    assert set(row(result, "unemployment_duration", "median_weeks")["unit"]) == {"weeks"}


def test_months_come_in_order_and_once():
    result = measure("2022-05 2022-04 2022-05", **REGISTER)
    pd.testing.assert_frame_equal(result, measure(MONTHS, **REGISTER))


@pytest.mark.parametrize("how", [{"chunk_rows": 1}, {"chunk_rows": 3}, {"workers": 2}])
def test_chunks_and_threads_change_nothing(how):
    pd.testing.assert_frame_equal(measure(MONTHS, how=how, **REGISTER), measure(MONTHS, **REGISTER))


def test_any_executor_serves():
    with ThreadPoolExecutor(2) as executor:
        result = measure(MONTHS, how={"executor": executor, "chunk_rows": 2}, **REGISTER)
    pd.testing.assert_frame_equal(result, measure(MONTHS, **REGISTER))


@pytest.mark.slow
def test_processes_serve():
    result = measure(MONTHS, how={"workers": 2, "chunk_rows": 4}, **REGISTER)
    pd.testing.assert_frame_equal(result, measure(MONTHS, **REGISTER))


def test_a_parameter_replaces_the_default():
    codes = [unemployed("2021-12-01..")]
    how = {"parameters": {"structural_unemployment": {"long_term_months": 5}}}
    result = measure("2022-05", how=how, employment_code=codes)
    assert value(result, "structural_unemployment", "long_term") == 1


def test_unknown_parameters_are_refused_all_at_once():
    how = {"parameters": {"caseload": {"least": 1}, "nothing": {"x": 1}}}
    with pytest.raises(UsageError, match=r"caseload\.least, nothing\.x"):
        measure("2022-05", how=how)


@pytest.mark.parametrize("group", ["KU398", "SSS"])
def test_a_group_cannot_have_the_code_of_an_area(group):
    with pytest.raises(UsageError, match=group):
        measure("2022-05", how={"groups": {group: ["KU098"]}}, **REGISTER)


def test_without_services_what_needs_them_is_not_available():
    result = measure(MONTHS, **{**REGISTER, "service": None})
    key = {"month": "2022-05"}
    lacking = [
        ("extended_unemployment", "value"),
        ("activation_rate", "value"),
        ("long_term_activation_rate", "value"),
        ("service_starts", "persons"),
        ("structural_unemployment", "returned_from_service"),
        ("structural_unemployment", "total"),
    ]
    assert {status(result, *item, **key) for item in lacking} == {"not_available"}
    assert status(result, "structural_unemployment", "recurrent", **key) == "normal"
    assert row(result, "activation_rate", sex="men").empty


def test_without_offices_nothing_is_known_of_their_customers():
    result = measure(MONTHS, **{**REGISTER, "office": None})
    key = {"month": "2022-05", "population": "trial_office"}
    assert status(result, "activation_rate", **key) == "not_available"
    assert status(result, "activation_rate", month="2022-05") == "normal"


def test_without_residence_nothing_is_known_of_areas():
    result = measure(MONTHS, **{**REGISTER, "residence": None})
    assert status(result, "activation_rate", month="2022-05", area="PAIR") == "not_available"
    assert value(result, "extended_unemployment", month="2022-05") == 6


def test_a_register_of_nobody_has_rows_all_the_same():
    result = measure("2022-05", persons=[], residence=[], employment_code=[])
    assert value(result, "job_search_exits", "total") == 0
    assert status(result, "unemployment_duration", "median_weeks") == "normal"
    assert value(result, "unemployment_duration", "median_weeks") is None


def test_a_month_not_seen_has_its_totals_only():
    result = measure("2022-05 2022-06", "2022-05-31", **REGISTER)
    unseen = result[(result["month"] == "2022-06") & (result["source"] == "register")]
    assert set(unseen["dimension"]) == {"total"}
    assert unseen["value"].isna().all()
    assert set(unseen["area"]) == {"KU098", "KU398", "PAIR", "SSS"}
