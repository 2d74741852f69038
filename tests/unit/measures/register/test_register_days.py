"""Arithmetic on arrays of days is the calendar's own."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.calendar import add_months, age_on, last_day
from indicators.measures.register import arrays
from indicators.measures.register.arrays import Clock

DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))


def numbers(*found):
    return np.array([arrays.day_number(day) for day in found], np.int64)


@given(DAYS, st.integers(-200, 200))
def test_months_are_added_as_the_calendar_does(day, n):
    assert arrays.add_months(numbers(day), n)[0] == arrays.day_number(add_months(day, n))


@given(DAYS, st.integers(15, 70))
def test_a_birthday_is_the_first_day_of_an_age(birth, years):
    (birthday,) = arrays.birthday(numbers(birth), years)
    on = date(1970, 1, 1) + timedelta(days=int(birthday))
    assert age_on(on, birth.year, birth) == years
    assert age_on(on - timedelta(days=1), birth.year, birth) == years - 1


def test_born_on_leap_day_is_older_on_the_first_of_march():
    assert arrays.birthday(numbers(date(1996, 2, 29)), 25)[0] == arrays.day_number(date(2021, 3, 1))
    assert arrays.birthday(numbers(date(1996, 2, 29)), 24)[0] == arrays.day_number(
        date(2020, 2, 29)
    )


def clock(extract="2024-04-10"):
    return Clock.of(["2024-03", "2024-05", "2024-02"], date.fromisoformat(extract))


def test_months_stand_in_order_and_the_unseen_behind():
    assert clock().months == ("2024-02", "2024-03", "2024-05")
    assert clock().seen == 2


def test_good_friday_is_no_count_day():
    # In 2024 the last three days of March were Good Friday, Saturday and Easter Sunday.
    assert clock().first_from(numbers(date(2024, 3, 28), date(2024, 3, 29))).tolist() == [1, 2]


def test_a_count_day_back_some_months_is_kept_to_the_month():
    # 2024-02-29 less three months is 2023-11-29.
    request = numbers(date(2023, 11, 29), date(2023, 11, 30), date(2023, 12, 28))
    assert clock().first_with_back(3, request).tolist() == [0, 1, 1]


def test_months_not_asked_for_have_no_place():
    request = numbers(date(2024, 1, 31), date(2024, 2, 1), date(2024, 4, 30), date(2024, 5, 31))
    assert clock().month_of(request).tolist() == [-1, 0, -1, 2]
    assert clock().month_of(request, later=1).tolist() == [0, 1, 2, -1]


@pytest.mark.parametrize("later", [0, 3])
def test_many_days_are_looked_up_as_few_are(later):
    every = np.arange(arrays.day_number(date(2023, 6, 1)), arrays.day_number(date(2024, 9, 1)))
    many = np.tile(every, 1200)
    assert len(many) > 2 * (arrays.OPEN - arrays.EARLIEST)
    few = clock().month_of(every, later)
    assert (clock().month_of(many, later) == np.tile(few, 1200)).all()
    few = clock().first_from(every)
    assert (clock().first_from(many) == np.tile(few, 1200)).all()


def test_the_end_of_a_month_is_its_last_day():
    assert clock().lasts.tolist() == [
        arrays.day_number(last_day(month)) for month in ("2024-02", "2024-03", "2024-05")
    ]
