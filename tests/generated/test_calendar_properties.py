from datetime import date, timedelta

import holidays
from hypothesis import given, settings
from hypothesis import strategies as st

from fixtures.examples import examples
from indicators.calendar import (
    add_months,
    age_on,
    count_day,
    last_day,
    month_range,
    parse_months,
    shift_month,
)

days = st.dates(date(1950, 1, 1), date(2050, 12, 31))
months = days.map(lambda day: f"{day:%Y-%m}")
steps = st.integers(-300, 300)

# A calendar day by day, so that nothing of `count_day` is repeated here.
FINLAND = holidays.country_holidays("FI", years=range(1950, 2051))


@given(months, steps, steps)
def test_shifts_add_up(month, n, m):
    assert shift_month(shift_month(month, n), m) == shift_month(month, n + m)


@given(months, st.integers(0, 300))
def test_a_range_is_every_month_between(first, n):
    last = shift_month(first, n)
    found = month_range(first, last)
    assert found == parse_months(f"{first}..{last}") == tuple(sorted(set(found)))
    assert (found[0], found[-1], len(found)) == (first, last, n + 1)


@given(st.lists(months, min_size=1, max_size=6))
def test_a_list_is_a_set_in_order(some):
    assert parse_months(",".join(some)) == tuple(sorted(set(some)))


@given(months)
def test_a_month_ends_where_the_next_begins(month):
    assert f"{last_day(month):%Y-%m}" == month
    assert f"{last_day(month) + timedelta(days=1):%Y-%m-%d}" == f"{shift_month(month, 1)}-01"


@settings(max_examples=examples(200))
@given(months)
def test_after_the_count_day_the_month_has_no_working_day(month):
    day = count_day(month)
    assert f"{day:%Y-%m}" == month
    assert day.isoweekday() <= 5
    assert day not in FINLAND
    rest = [day + timedelta(days=n) for n in range(1, (last_day(month) - day).days + 1)]
    assert all(other.isoweekday() > 5 or other in FINLAND for other in rest)


@given(days, steps)
def test_added_months_keep_the_day_or_the_months_end(day, n):
    later = add_months(day, n)
    assert f"{later:%Y-%m}" == shift_month(f"{day:%Y-%m}", n)
    assert later.day == day.day or (later == last_day(f"{later:%Y-%m}") and later.day < day.day)


@given(days, days)
def test_age_grows_by_one_each_year_and_meets_the_year_rule_at_its_end(born, day):
    age = age_on(day, born.year, born)
    assert age_on(day, born.year) - age in (0, 1)
    assert age_on(date(day.year, 12, 31), born.year, born) == age_on(day, born.year)
    anniversary = date(day.year, born.month, 1) + timedelta(days=born.day - 1)
    assert (day >= anniversary) == (age == day.year - born.year)
