"""Indicators 8–10 by hand."""

import pytest

from oracle.literal import code, figures, home, line, person, statuses


def flow(months, month, *codes, **how):
    tables = {
        "persons": [person(who) for who in (1, 2, 3)],
        "employment_code": list(codes),
        "residence": [home("398", "2000-01-01..2022-02-14"), home("098", "2022-02-15..")],
        "service_line": [line("02", "2022-01-01..2022-02-27"), line("03", "2022-02-28..")],
    }
    return figures(tables, f"flow_over_{months}_months", month, **how).get("value")


@pytest.mark.parametrize(
    ("end", "passed"), [("2022-05-13", 0), ("2022-05-14", 1), ("2022-12-31", 1), ("", 1)]
)
def test_the_last_day_is_at_least_three_months_after_the_first(end, passed):
    assert flow(3, "2022-05", code("02", f"2022-02-14..{end}")) == (passed, 1, 100.0 * passed)


@pytest.mark.parametrize(("end", "passed"), [("2022-04-29", 0), ("2022-04-30", 1)])
def test_three_months_from_31_january_are_30_april(end, passed):
    assert flow(3, "2022-04", code("02", f"2022-01-31..{end}")) == (passed, 1, 100.0 * passed)


@pytest.mark.parametrize(("end", "passed"), [("2021-02-27", 0), ("2021-02-28", 1)])
def test_twelve_months_from_a_leap_day_are_28_february(end, passed):
    assert flow(12, "2021-02", code("03", f"2020-02-29..{end}")) == (passed, 1, 100.0 * passed)


def test_the_cohort_is_the_spells_that_began_in_that_month():
    codes = [
        code("02", "2022-01-31..", 1),
        code("02", "2022-02-01..2022-02-03", 2),
        code("02", "2022-02-05..", 2),
        code("02", "2022-02-28..2022-03-01", 3),
        code("02", "2022-03-02..", 3),
    ]
    # Of person 2 two spells, of person 3 one that goes on.
    assert flow(3, "2022-05", *codes) == (2, 3, 100 * 2 / 3)
    assert flow(6, "2022-08", *codes) == (2, 3, 100 * 2 / 3)


def test_a_layoff_that_turns_into_unemployment_is_no_new_spell():
    codes = [code("03", "2022-01-15..2022-02-09"), code("02", "2022-02-10..")]
    assert flow(3, "2022-05", *codes) == (0, 0, None)
    assert flow(3, "2022-04", *codes) == (1, 1, 100.0)
    assert flow(3, "2022-05", *codes, merge_layoff=False) == (1, 1, 100.0)
    assert flow(3, "2022-04", *codes, merge_layoff=False) == (0, 1, 0.0)


def test_residence_is_that_of_the_start():
    codes = [code("02", "2022-02-14..")]
    assert flow(3, "2022-05", *codes, area="KU398") == (1, 1, 100.0)
    assert flow(3, "2022-05", *codes, area="KU098") == (0, 0, None)


def test_the_line_is_that_of_14_days_after_the_start():
    codes = [code("02", "2022-02-14..")]
    assert flow(3, "2022-05", *codes, category=("service_line", "03")) == (1, 1, 100.0)
    codes = [code("02", "2022-02-13..")]
    assert flow(3, "2022-05", *codes, category=("service_line", "02")) == (1, 1, 100.0)


@pytest.mark.parametrize(
    ("month", "extract", "expected"),
    [
        ("2022-05", "2022-05-28", "normal"),
        ("2022-05", "2022-05-27", "incomplete"),
        ("2022-04", "2022-04-30", "normal"),
        ("2022-04", "2022-04-29", "incomplete"),
    ],
)
def test_a_cohort_is_followed_to_the_end_or_not_told(month, extract, expected):
    # 28 February + 3 months is 28 May, 31 January + 3 months 30 April.
    tables = {"employment_code": [code("02", "2022-01-10..")]}
    assert statuses(tables, "flow_over_3_months", month, extract) == {"value": expected}
