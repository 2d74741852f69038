"""Areas, populations and categories by hand. The count day of 2022-05 is Tuesday 31 May."""

from datetime import date

import pytest

from oracle.literal import code, figures, home, line, office, person, rows

UNEMPLOYED = [code("02", "2022-01-01..")]
MANY = "extended_unemployment"


def counted(month="2022-05", *, who=None, **tables):
    """Where the one unemployed person is counted: (area, population, dimension, category)."""
    given = {"persons": [who or person()], "employment_code": UNEMPLOYED, **tables}
    return {
        (row["area"], row["population"], row["dimension"], row["category"])
        for row in rows(given, MANY, month)
        if row["value"]
    }


def areas(**tables):
    return {area for area, *_ in counted(**tables)}


def populations(who=None, **tables):
    return {population for _, population, *_ in counted(who=who, **tables)}


def categories(dimension, who=None, **tables):
    return {found for _, _, its, found in counted(who=who, **tables) if its == dimension}


def test_residence_counts_in_municipality_group_and_all():
    assert areas(residence=[home("398")]) == {"KU398", "PAIR", "SSS"}
    assert areas(residence=[home("091")]) == {"KU091", "SSS"}


def test_no_residence_counts_in_all_alone():
    assert areas() == {"SSS"}
    assert areas(
        residence=[home("398", "2022-06-01.."), home("091", "2020-01-01..2022-05-30")]
    ) == {"SSS"}


def test_a_municipality_that_the_register_knows_has_its_zero():
    tables = {"employment_code": UNEMPLOYED, "residence": [home("398", "2022-06-01..")]}
    assert figures(tables, MANY, "2022-05", area="KU398")["value"] == (0, None, 0)
    assert figures(tables, MANY, "2022-05", area="PAIR")["value"] == (0, None, 0)


@pytest.mark.parametrize(
    "columns",
    [
        {"fund_member": False},
        {"birth_year": 1993},
        {"birth_year": 1993, "birth_date": date(1992, 6, 1)},
        {"citizenship": "643"},
        {"language": "other"},
    ],
)
def test_the_target_group(columns):
    assert populations(person(**columns)) == {"residents", "target_group"}


@pytest.mark.parametrize(
    "columns",
    [
        {},
        {"birth_year": 1992},
        {"birth_year": 1993, "birth_date": date(1992, 5, 31)},
        {"language": "sv"},
        {"language": "se"},
    ],
)
def test_not_the_target_group(columns):
    assert populations(person(**columns)) == {"residents"}


@pytest.mark.parametrize(
    ("row", "inside"),
    [
        (office("1530", "2022-05-31.."), True),
        (office("1530", "2021-01-01..2022-05-31"), True),
        (office("1530", "2022-06-01.."), False),
        (office("1599"), False),
    ],
)
def test_the_trial_office_covers_the_day(row, inside):
    assert ("trial_office" in populations(office=[row])) == inside


@pytest.mark.parametrize(
    ("birth_date", "category"),
    [
        (date(1997, 6, 1), "15-24"),
        (date(1997, 5, 31), "25-29"),
        (date(1992, 6, 1), "25-29"),
        (date(1992, 5, 31), "30-49"),
        (date(1972, 6, 1), "30-49"),
        (date(1972, 5, 31), "50-"),
    ],
)
def test_age_groups(birth_date, category):
    who = person(birth_year=birth_date.year, birth_date=birth_date)
    assert categories("age_group", who) == {category}


def test_born_on_a_leap_day_is_older_on_1_march():
    # 28 February 2023 is a Tuesday and the count day of the month
    who = person(birth_year=1998, birth_date=date(1998, 2, 28))
    assert ("SSS", "residents", "age_group", "25-29") in counted("2023-02", who=who)
    leap = person(birth_year=1996, birth_date=date(1996, 2, 29))
    # turns 25 on 1 March 2021; the count day of February 2021 is Friday the 26th
    codes = [code("02", "2020-01-01..")]
    given = {"persons": [leap], "employment_code": codes}
    born_1996 = figures(given, MANY, "2021-02", category=("age_group", "15-24"))
    assert born_1996["value"] == (1, None, 1)


def test_the_year_alone_makes_the_age():
    assert categories("age_group", person(birth_year=1997)) == {"25-29"}


def test_sex_and_origin():
    assert categories("sex", person(sex="2")) == {"women"}
    assert categories("sex", person(sex=None)) == set()
    assert categories("origin", person(citizenship="752")) == {"foreign"}
    assert categories("origin") == {"finnish"}


def test_the_line_covers_the_day_or_is_undefined():
    assert categories("service_line", service_line=[line("02", "2022-05-31..")]) == {"02"}
    assert categories("service_line", service_line=[line("02", "2022-06-01..")]) == {"undefined"}
