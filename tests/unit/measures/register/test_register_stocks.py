"""Indicators 1–3, 6 and 11 on registers of a few persons."""

from datetime import date

import pytest
from small_register import (
    TOTAL,
    code,
    figure,
    lives,
    measure,
    person,
    row,
    service,
    spell,
    status,
    unemployed,
    value,
)

SHARE = "unemployment_share"


def force(municipality, number, group="total", year=2022, vintage="2023-01-15"):
    return {
        "municipality": municipality,
        "group": group,
        "year": year,
        "vintage": date.fromisoformat(vintage),
        "value": number,
    }


@pytest.mark.parametrize(
    ("month", "span", "counted"),
    [
        ("2018-03", "2018-03-29..2018-03-29", True),  # Maundy Thursday; then Good Friday
        ("2018-03", "2018-03-30..", False),
        ("2024-03", "2024-03-28..2024-03-28", True),
        ("2024-03", "2024-03-29..2024-03-31", False),
        ("2022-04", "2022-04-29..2022-04-29", True),  # a Friday
        ("2022-04", "2022-04-30..", False),
        ("2022-05", "2022-04-30..2022-05-30", False),
        ("2022-05", "2022-05-31..", True),
    ],
)
def test_a_spell_counts_if_it_covers_the_count_day(month, span, counted):
    table = measure(month, employment_code=[unemployed(span)])
    assert value(table, "extended_unemployment") == counted


@pytest.mark.parametrize(("name", "counted"), [("02", 1), ("03", 1), ("04", 0), ("07", 0)])
def test_the_unemployed_are_those_of_codes_02_and_03(name, counted):
    table = measure("2022-05", employment_code=[code(name, "2022-01-01..")])
    assert value(table, "extended_unemployment") == counted


def test_shares_of_the_labour_force():
    table = measure(
        "2022-05",
        persons=[person(), person(2, citizenship="643", birth_year=2000), person(3)],
        residence=[lives("398"), lives("098", who=2), lives("398", who=3)],
        employment_code=[unemployed("2022-05-01..", who) for who in (1, 2, 3)],
        labour_force=[
            force("398", 50),
            force("398", 40, vintage="2022-02-01"),
            force("098", 30),
            force("398", 60, year=2021),
            force("098", 4, "foreign"),
            force("098", 8, "under25"),
            force("398", 5, "under25"),
        ],
    )
    assert figure(table, SHARE, area="KU398") == (2, 50, 4)
    assert figure(table, SHARE, area="PAIR") == (3, 80, 3.75)
    assert figure(table, "foreign_unemployment_share", area="KU098") == (1, 4, 25)
    assert figure(table, "youth_unemployment_share", area="KU098") == (1, 8, 12.5)
    assert figure(table, "youth_unemployment_share", area="PAIR")[:2] == (1, 13)
    assert len(row(table, SHARE)) == 0, "the country has no labour force"


def test_without_its_labour_force_a_share_has_no_numerator_either():
    table = measure(
        "2022-05",
        residence=[lives("398")],
        employment_code=[unemployed("2022-05-01..")],
        labour_force=[force("398", 50), force("SSS", 2700)],
    )
    assert figure(table, SHARE, area="PAIR") == (None, None, None)
    assert status(table, SHARE, area="PAIR") == "not_available"
    assert figure(table, SHARE)[:2] == (1, 2700)


@pytest.mark.parametrize(("extract", "expected"), [("2022-05-31", "normal"), ("2022-05-30", "")])
def test_a_stock_after_the_extract_date_is_incomplete(extract, expected):
    table = measure(
        "2022-05",
        extract,
        residence=[lives("398")],
        employment_code=[unemployed("2022-01-01..")],
        labour_force=[],
    )
    for indicator in (SHARE, "extended_unemployment", "activation_rate"):
        found = row(table, indicator, area="KU398", month="2022-05")
        wanted = expected or "incomplete"
        if indicator == SHARE and expected:
            wanted = "not_available"
        assert set(found["status"]) == {wanted}
        assert found["numerator"].isna().all() == (wanted != "normal")


def test_in_service_is_who_is_not_unemployed():
    table = measure(
        "2022-05",
        persons=[person(who) for who in (1, 2, 3)],
        employment_code=[unemployed("2022-01-01..", 1), code("07", "2022-01-01..", 2)],
        service=[
            service("trial", "2022-05-01..", who=1),
            service("trial", "2022-05-01..", who=2),
            service("training", "2022-05-31..2022-05-31", who=2),
            service("coaching", "2022-05-01..2022-05-30", who=3),
            service("coaching", "2022-06-01..", who=3),
        ],
    )
    assert figure(table, "activation_rate") == (1, 2, 50)
    assert figure(table, "extended_unemployment") == (2, None, 2)


def test_where_one_lives_is_looked_up_on_the_count_day():
    table = measure(
        "2022-04 2022-05 2022-06",
        residence=[lives("398", "2000-01-01..2022-04-29"), lives("098", "2022-05-31..2022-06-29")],
        employment_code=[unemployed("2022-01-01..")],
    )

    def where(month):
        areas = ("KU398", "KU098", "PAIR", "SSS")
        return [value(table, "extended_unemployment", area=a, month=month) for a in areas]

    assert where("2022-04") == [1, 0, 1, 1]
    assert where("2022-05") == [0, 1, 1, 1]
    assert where("2022-06") == [0, 0, 0, 1], "no residence on record: in SSS alone"


def test_populations_on_the_count_day():
    table = measure(
        "2022-04 2022-05",
        persons=[
            person(1, birth_year=1992, birth_date=date(1992, 5, 31)),
            person(2, language="other"),
            person(3, fund_member=False),
            person(4),
        ],
        office=[
            spell("2022-05-31..2022-05-31", 4, office="1530"),
            spell("2000-01-01..", 3, office="1599"),
        ],
        employment_code=[unemployed("2022-01-01..", who) for who in (1, 2, 3, 4)],
    )

    def size(population, month):
        return value(table, "extended_unemployment", population=population, month=month)

    assert [size("target_group", month) for month in ("2022-04", "2022-05")] == [3, 2]
    assert [size("trial_office", month) for month in ("2022-04", "2022-05")] == [0, 1]


@pytest.mark.parametrize(
    ("month", "group"), [("2021-01", "15-24"), ("2021-02", "15-24"), ("2021-03", "25-29")]
)
def test_who_is_born_on_leap_day_turns_25_on_the_first_of_march(month, group):
    table = measure(
        month,
        persons=[person(birth_year=1996, birth_date=date(1996, 2, 29))],
        employment_code=[unemployed("2021-01-01..")],
    )
    assert value(table, "extended_unemployment", age_group=group) == 1


def test_only_the_year_of_birth_known():
    table = measure(
        "2021-12 2022-01",
        persons=[person(birth_year=1972)],
        employment_code=[unemployed("2021-01-01..")],
    )
    assert value(table, "extended_unemployment", age_group="30-49", month="2021-12") == 1
    assert value(table, "extended_unemployment", age_group="50-", month="2022-01") == 1


def test_categories_with_nobody_are_left_out_and_totals_are_zero():
    table = measure("2022-05", residence=[lives("398")])
    found = table[table["indicator"] == "extended_unemployment"]
    assert set(zip(found["dimension"], found["category"], strict=True)) == {TOTAL}
    assert set(found["value"]) == {0}
    assert figure(table, "activation_rate") == (0, 0, None), "nothing is no share of nothing"


def test_a_person_without_a_row_counts_in_total_alone():
    table = measure("2022-05", employment_code=[unemployed("2022-01-01..", who=9)])
    assert value(table, "extended_unemployment") == 1
    assert value(table, "extended_unemployment", population="target_group") == 0
    assert value(table, "extended_unemployment", service_line="undefined") == 1
    found = table[(table["indicator"] == "extended_unemployment") & (table["area"] == "SSS")]
    assert set(found["dimension"]) == {"total", "service_line"}
