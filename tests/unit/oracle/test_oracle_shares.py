"""Indicators 1–3 by hand. The count day of 2022-05 is Tuesday 31 May."""

from datetime import date

from oracle.literal import code, figures, home, person, rows, spell


def labour_force(municipality, value, group="total", year=2022, vintage=date(2022, 3, 1)):
    return {
        "municipality": municipality,
        "group": group,
        "year": year,
        "vintage": vintage,
        "value": value,
    }


# 1 and 2 live in Lahti (398), 3 in Hollola (098); 1 and 3 are unemployed, 4 works.
TABLES = {
    "persons": [
        person(1, citizenship="643"),
        person(2, birth_year=1998, birth_date=date(1997, 5, 31)),
        person(3, birth_year=1997, birth_date=date(1997, 6, 1)),
        person(4),
    ],
    "residence": [home("398"), home("398", who=2), home("098", who=3), home("398", who=4)],
    "employment_code": [
        code("02", "2022-05-31.."),
        code("03", "2021-01-01..2022-05-30", who=2),
        code("03", "2022-01-01..2022-05-31", who=3),
        code("01", "2022-01-01..", who=4),
    ],
    "labour_force": [
        labour_force("398", 200),
        labour_force("398", 50, vintage=date(2023, 3, 1)),
        labour_force("398", 999, year=2021, vintage=date(2024, 3, 1)),
        labour_force("098", 30),
        labour_force("398", 8, group="foreign"),
        labour_force("098", 10, group="under25"),
    ],
}


def share(indicator, area, tables=TABLES):
    return figures(tables, indicator, "2022-05", area=area).get("value")


def test_the_unemployed_of_the_area_over_its_latest_labour_force():
    assert share("unemployment_share", "KU398") == (1, 50, 2.0)
    assert share("unemployment_share", "KU098") == (1, 30, 100 / 30)


def test_a_group_adds_up_before_it_divides():
    assert share("unemployment_share", "PAIR") == (2, 80, 2.5)


def test_foreigners_are_told_by_citizenship():
    assert share("foreign_unemployment_share", "KU398") == (1, 8, 12.5)
    assert share("foreign_unemployment_share", "KU098") == (0, None, None)


def test_a_group_needs_the_denominator_of_every_member():
    assert share("foreign_unemployment_share", "PAIR") == (1, None, None)


def test_the_young_have_not_turned_25_on_the_count_day():
    assert share("youth_unemployment_share", "KU098") == (1, 10, 10.0)


def test_the_country_is_given_only_if_the_labour_force_has_it():
    assert share("unemployment_share", "SSS") is None
    more = TABLES | {"labour_force": [*TABLES["labour_force"], labour_force("SSS", 1000)]}
    assert share("unemployment_share", "SSS", more) == (2, 1000, 0.2)


def test_the_labour_force_of_a_residence_that_nobody_has_is_not_told():
    homeless = {"residence": [], "employment_code": [code("02", "2022-01-01..")]}
    assert {row["area"] for row in rows(homeless, "unemployment_share", "2022-05")} == {"PAIR"}


def test_residence_is_that_of_the_count_day():
    moving = TABLES | {
        "residence": [
            spell("2000-01-01..2022-05-30", person_id=1, municipality="398"),
            spell("2022-05-31..", person_id=1, municipality="098"),
        ]
    }
    assert share("unemployment_share", "KU398", moving) == (0, 50, 0.0)
    assert share("unemployment_share", "KU098", moving) == (1, 30, 100 / 30)
