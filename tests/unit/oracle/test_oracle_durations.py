"""Indicator 5 by hand. The count day of 2022-05 is Tuesday 31 May."""

from oracle.literal import code, figures, home, person


def weeks(*codes, **how):
    people = [person(who) for who in (1, 2, 3)]
    tables = {"persons": people, "employment_code": list(codes), "residence": [home("398")]}
    return figures(tables, "unemployment_duration", "2022-05", **how)


def test_elapsed_weeks_of_ongoing_spells():
    found = weeks(code("02", "2022-05-17.."), code("03", "2022-05-31..", who=2))
    assert found["mean_weeks"] == (2.0, 2, 1.0)
    assert found["median_weeks"] == (None, 2, 1.0)


def test_the_median_of_three_is_the_middle_one():
    found = weeks(
        code("02", "2022-05-24.."), code("02", "2022-05-17..", 2), code("02", "2022-03-01..", 3)
    )
    # 7, 14 and 91 days
    assert found["mean_weeks"] == (16.0, 3, 16 / 3)
    assert found["median_weeks"] == (None, 3, 2.0)


def test_spells_that_touch_are_one_and_a_day_between_parts_them():
    touching = weeks(code("02", "2022-05-03..2022-05-16"), code("02", "2022-05-17.."))
    assert touching["mean_weeks"] == (4.0, 1, 4.0)
    apart = weeks(code("02", "2022-05-03..2022-05-15"), code("02", "2022-05-17.."))
    assert apart["mean_weeks"] == (2.0, 1, 2.0)
    # the first ended on its thirteenth day
    assert apart["ended_mean_weeks"] == (13 / 7, 1, 13 / 7)
    assert touching["ended_mean_weeks"] == (0, 0, None)


def test_a_layoff_goes_on_as_unemployment_unless_told_apart():
    codes = (code("03", "2022-05-03..2022-05-16"), code("02", "2022-05-17.."))
    assert weeks(*codes)["mean_weeks"] == (4.0, 1, 4.0)
    apart = weeks(*codes, merge_layoff=False)
    assert apart["mean_weeks"] == (2.0, 1, 2.0)
    assert apart["ended_mean_weeks"] == (2.0, 1, 2.0)


def test_rows_of_one_code_are_one_spell_even_when_layoffs_are_apart():
    codes = (code("02", "2022-05-03..2022-05-16"), code("02", "2022-05-17.."))
    assert weeks(*codes, merge_layoff=False)["mean_weeks"] == (4.0, 1, 4.0)


def test_any_other_code_ends_a_spell():
    found = weeks(
        code("02", "2022-01-01..2022-05-16"),
        code("07", "2022-05-17..2022-05-17"),
        code("02", "2022-05-18.."),
    )
    assert found["mean_weeks"] == (13 / 7, 1, 13 / 7)


def test_ended_spells_count_both_days_and_belong_where_one_lived_at_the_end():
    ended = weeks(code("02", "2022-05-01..2022-05-14"), area="KU398")
    assert ended["ended_mean_weeks"] == (2.0, 1, 2.0)


def test_a_spell_that_ends_on_the_count_day_is_ongoing_and_ended():
    found = weeks(code("02", "2022-05-25..2022-05-31"))
    assert found["mean_weeks"] == (6 / 7, 1, 6 / 7)
    assert found["ended_mean_weeks"] == (1.0, 1, 1.0)


def test_nobody_has_no_duration():
    assert weeks()["mean_weeks"] == (0, 0, None)
    assert weeks()["median_weeks"] == (None, 0, None)
