from datetime import date

import pytest

from indicators.calendar import (
    add_months,
    age_on,
    count_day,
    last_day,
    month_range,
    parse_month,
    parse_months,
    shift_month,
)
from indicators.errors import UsageError


def test_a_month_is_given_back_as_written():
    assert parse_month("2022-02") == "2022-02"
    assert parse_month(" 2022-12\n") == "2022-12"


@pytest.mark.parametrize(
    "text",
    [
        "2022-13",
        "2022-00",
        "2022-2",
        "22-02",
        "2022",
        "202202",
        "2022-02-01",
        "2022M02",
        "0000-01",
        "٢٠٢٢-02",
        "May",
    ],
)
def test_what_is_not_a_month_is_refused(text):
    with pytest.raises(UsageError) as caught:
        parse_month(text)
    assert str(caught.value) == f"{text} is not a month; write YYYY-MM, for example 2022-02"


def test_an_empty_text_is_named():
    with pytest.raises(UsageError, match=r"^An empty text is not a month; write YYYY-MM"):
        parse_month("  ")


def test_lists_and_ranges_come_out_sorted_and_once():
    assert parse_months("2023-06") == ("2023-06",)
    assert parse_months("2023-06, 2022-02,2023-06") == ("2022-02", "2023-06")
    assert parse_months("2022-11..2023-02") == ("2022-11", "2022-12", "2023-01", "2023-02")
    assert parse_months("2022-12..2023-01,2022-11,2023-01") == ("2022-11", "2022-12", "2023-01")
    assert parse_months("2021-03..2021-03") == ("2021-03",)
    assert len(parse_months("2021-03..2023-06")) == 28


def test_a_reversed_range_is_refused_and_the_right_one_offered():
    with pytest.raises(UsageError, match=r"2023-06\.\.2021-03 ends before .* 2021-03\.\.2023-06$"):
        parse_months("2023-06..2021-03")


@pytest.mark.parametrize(
    "text", ["", ",", "2022-01,", "2022-01..", "..2022-01", "2022-01...2022-02"]
)
def test_a_gap_in_a_list_or_range_is_refused(text):
    with pytest.raises(UsageError, match="is not a month"):
        parse_months(text)


def test_all_wrong_parts_are_told_at_once():
    with pytest.raises(UsageError) as caught:
        parse_months("2022-13,2022-01,2023-02..2023-01,May")
    lines = str(caught.value).splitlines()
    assert [line.split()[0] for line in lines] == ["2022-13", "2023-02..2023-01", "May"]
    assert caught.value.exit_status == 2


def test_months_shift_over_years():
    assert shift_month("2021-01", -1) == "2020-12"
    assert shift_month("2020-12", 1) == "2021-01"
    assert shift_month("2022-02", -12) == "2021-02"
    assert shift_month("2022-02", 0) == "2022-02"
    with pytest.raises(UsageError, match=r"no month \+1 months from 9999-12"):
        shift_month("9999-12", 1)
    with pytest.raises(UsageError, match="no month -1 months from 0001-01"):
        shift_month("0001-01", -1)


def test_a_range_has_both_ends():
    assert month_range("2020-12", "2021-02") == ("2020-12", "2021-01", "2021-02")
    with pytest.raises(UsageError):
        month_range("2021-02", "2021-01")


def test_last_days():
    assert last_day("2024-02") == date(2024, 2, 29)
    assert last_day("2023-02") == date(2023, 2, 28)
    assert last_day("1900-02") == date(1900, 2, 28)
    assert last_day("2023-06") == date(2023, 6, 30)


@pytest.mark.parametrize(
    ("month", "day"),
    [
        # the contract's examples
        ("2018-03", "2018-03-29"),
        ("2024-03", "2024-03-28"),
        ("2021-05", "2021-05-31"),
        ("2022-12", "2022-12-30"),
        # Good Friday (pitkäperjantai) on the last Friday of March
        ("2002-03", "2002-03-28"),
        ("2013-03", "2013-03-28"),
        # Good Friday 28 March, Easter Monday 31 March: four days in a row are off
        ("1997-03", "1997-03-27"),
        # Easter Monday earlier than the end: the Friday after it counts
        ("2008-03", "2008-03-31"),
        ("2016-03", "2016-03-31"),
        # Ascension Day (helatorstai) on 30 May leaves the Friday, a working day
        ("2019-05", "2019-05-31"),
        # ... and on 31 May takes the day itself
        ("1962-05", "1962-05-30"),
        ("2057-05", "2057-05-30"),
        # the eve of May Day (vappuaatto) is a working day, unless it is at the weekend
        ("2021-04", "2021-04-30"),
        ("2024-04", "2024-04-30"),
        ("2022-04", "2022-04-29"),
        ("2023-04", "2023-04-28"),
        # Midsummer (juhannus) is over by the end of June: 25 June 2022, 24 June 2023
        ("2022-06", "2022-06-30"),
        ("2023-06", "2023-06-30"),
        ("2024-06", "2024-06-28"),
        # New Year's Eve is a working day; All Saints' Day is always a Saturday
        ("2021-12", "2021-12-31"),
        ("2024-12", "2024-12-31"),
        ("2020-10", "2020-10-30"),
        ("2022-02", "2022-02-28"),
    ],
)
def test_count_days_of_the_finnish_calendar(month, day):
    assert count_day(month) == date.fromisoformat(day)


def test_added_months_are_clipped_to_the_months_end():
    assert add_months(date(2021, 1, 31), 1) == date(2021, 2, 28)
    assert add_months(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert add_months(date(2024, 2, 29), -12) == date(2023, 2, 28)
    assert add_months(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert add_months(date(2022, 2, 28), -12) == date(2021, 2, 28)
    assert add_months(date(2023, 6, 30), -16) == date(2022, 2, 28)
    assert add_months(date(2022, 10, 31), 3) == date(2023, 1, 31)


def test_age_is_exact_where_the_birth_date_is_known():
    born = date(1998, 6, 30)
    assert age_on(date(2023, 6, 29), 1998, born) == 24
    assert age_on(date(2023, 6, 30), 1998, born) == 25
    assert age_on(date(2023, 1, 1), 1998) == 25


def test_born_on_29_february_a_year_older_on_1_march_in_other_years():
    born = date(2000, 2, 29)
    assert age_on(date(2023, 2, 28), 2000, born) == 22
    assert age_on(date(2023, 3, 1), 2000, born) == 23
    assert age_on(date(2024, 2, 28), 2000, born) == 23
    assert age_on(date(2024, 2, 29), 2000, born) == 24
