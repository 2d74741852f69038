"""Indicators 5, 7, 8–10 and 12: spells, and what came before them."""

import pytest
from small_register import (
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

DURATION, STRUCTURAL = "unemployment_duration", "structural_unemployment"
APART = {"merge_layoff": False}


@pytest.mark.parametrize(
    ("second", "weeks"),
    [
        ("2022-05-11..", 4),  # starts the day after: one spell from 3 May
        ("2022-05-12..", 19 / 7),  # a day apart: a spell of its own
    ],
)
def test_spells_that_touch_are_one(second, weeks):
    table = measure(
        "2022-05", employment_code=[unemployed("2022-05-03..2022-05-10"), unemployed(second)]
    )
    assert value(table, DURATION, "mean_weeks") == pytest.approx(weeks)


def test_layoff_and_unemployment_are_one_spell_unless_kept_apart():
    codes = [code("03", "2022-05-03..2022-05-16"), code("02", "2022-05-17..")]
    assert value(measure("2022-05", employment_code=codes), DURATION, "mean_weeks") == 4
    apart = measure("2022-05", employment_code=codes, how=APART)
    assert value(apart, DURATION, "mean_weeks") == 2
    assert figure(apart, DURATION, "ended_mean_weeks") == (2, 1, 2)
    assert value(apart, "extended_unemployment") == 1


def test_mean_and_median_of_the_ongoing_and_mean_of_the_ended():
    starts = ["2022-05-24", "2022-05-17", "2022-04-05", "2022-05-10"]  # 1, 2, 8, 3 weeks
    codes = [unemployed(f"{start}..", who) for who, start in enumerate(starts, 1)]
    codes += [unemployed("2022-05-01..2022-05-07", 5), unemployed("2022-04-20..2022-05-31", 6)]
    table = measure("2022-05", persons=[person(n) for n in range(1, 7)], employment_code=codes)
    days = 7 + 14 + 56 + 21 + 41
    assert figure(table, DURATION, "mean_weeks") == pytest.approx((days / 7, 5, days / 35))
    assert figure(table, DURATION, "median_weeks") == (None, 5, 3)
    assert figure(table, DURATION, "ended_mean_weeks") == (7, 2, 3.5)


def test_a_median_of_two_is_between_them():
    codes = [unemployed("2022-05-24..", 1), unemployed("2022-05-17..", 2)]
    table = measure("2022-05", persons=[person(), person(2)], employment_code=codes)
    assert value(table, DURATION, "median_weeks") == 1.5


def test_an_ended_spell_counts_where_one_lived_at_its_end():
    table = measure(
        "2022-05",
        residence=[lives("398", "2000-01-01..2022-05-10"), lives("098", "2022-05-11..")],
        employment_code=[unemployed("2022-05-01..2022-05-11")],
    )
    assert value(table, DURATION, "ended_mean_weeks", area="KU398") is None
    assert value(table, DURATION, "ended_mean_weeks", area="KU098") == 11 / 7


@pytest.mark.parametrize(
    ("extract", "expected"),
    [("2022-05-31", "normal"), ("2022-05-30", "provisional"), ("2022-04-30", "incomplete")],
)
def test_ended_spells_of_a_month_partly_seen(extract, expected):
    ended = [unemployed("2022-04-01..2022-05-02")] if extract > "2022-05" else []
    table = measure("2022-05", extract, employment_code=ended)
    assert status(table, DURATION, "ended_mean_weeks") == expected
    assert (value(table, DURATION, "ended_mean_weeks") is None) == (expected == "incomplete")


def test_nothing_seen_yet_of_a_month_partly_seen():
    table = measure("2022-05", "2022-05-10")
    assert status(table, DURATION, "ended_mean_weeks") == "incomplete"
    assert status(table, "service_starts", "spells") == "provisional"
    assert value(table, "service_starts", "spells") == 0


def groups(table, **key):
    names = ("long_term", "recurrent", "returned_from_service", "service_to_service", "total")
    return [value(table, STRUCTURAL, name, **key) for name in names]


@pytest.mark.parametrize(("start", "long"), [("2021-05-31", 1), ("2021-06-01", 0)])
def test_long_term_is_a_year_to_the_day(start, long):
    table = measure("2022-05", employment_code=[unemployed(f"{start}..")])
    # A spell a day shorter has not 365 days in the window either: 1 June to 31 May is 365.
    assert groups(table) == [long, 1 - long, 0, 0, 1]


def test_a_year_before_leap_day_is_the_last_of_february():
    for start, long in (("2023-02-28", 1), ("2023-03-01", 0)):
        table = measure("2024-02", employment_code=[unemployed(f"{start}..")])
        assert value(table, STRUCTURAL, "long_term") == long


@pytest.mark.parametrize(("last", "counted"), [("2021-06-29", 1), ("2021-06-28", 0)])
def test_recurrent_is_365_days_in_the_last_16_months(last, counted):
    # 31 May 2022 less 16 months is 31 January 2021; from 1 February to 29 June are 149 days,
    # from 28 October to 31 May 216.
    codes = [unemployed(f"2020-01-01..{last}"), unemployed("2021-10-28..")]
    table = measure("2022-05", employment_code=codes)
    assert groups(table) == [0, counted, 0, 0, counted]


@pytest.mark.parametrize(
    ("end", "counted"), [("2022-02-28", 0), ("2022-03-01", 1), ("2022-05-31", 1)]
)
def test_returned_from_a_service_that_ended_within_three_months(end, counted):
    # 31 May less three months is 28 February, and the window is open there.
    table = measure(
        "2022-05",
        employment_code=[unemployed("2022-05-31..")],
        service=[service("trial", f"2022-01-01..{end}")],
    )
    assert groups(table)[2] == counted


def test_a_service_renewed_after_the_count_day_has_not_ended():
    table = measure(
        "2022-05",
        employment_code=[unemployed("2022-05-27..2022-06-01")],
        service=[
            service("trial", "2022-01-01..2022-05-26"),
            service("trial", "2022-06-02..2022-07-31"),
        ],
    )
    assert groups(table)[2] == 0


@pytest.mark.parametrize(
    ("end", "kind", "counted"),
    [
        ("2022-01-31", "2", 1),  # three months before 30 April is 30 January: within
        ("2022-01-30", "2", 1),
        ("2022-01-29", "2", 0),
        ("2022-04-23", "1", 0),  # seven days before: the same spell, renewed
        ("2022-04-22", "1", 1),
    ],
)
def test_from_service_to_service(end, kind, counted):
    table = measure(
        "2022-05",
        service=[
            service("trial", f"2022-01-01..{end}", kind),
            service("trial", "2022-04-30.."),
        ],
    )
    assert groups(table) == [0, 0, 0, counted, counted]


def test_the_service_begun_last_decides():
    # The coaching follows the trial; the training under way has begun before that ended.
    services = [
        service("training", "2022-01-01.."),
        service("trial", "2022-01-01..2022-03-31", "2"),
        service("coaching", "2022-04-01..2022-05-31"),
    ]
    table = measure("2022-05 2022-06", service=services)
    assert value(table, STRUCTURAL, "service_to_service", month="2022-05") == 1
    assert value(table, STRUCTURAL, "service_to_service", month="2022-06") == 0


def test_a_present_service_must_have_begun_within_a_year():
    services = [service("trial", "2021-01-01..2021-05-30"), service("coaching", "2021-05-31..")]
    table = measure("2022-04 2022-05", service=services)
    assert value(table, STRUCTURAL, "service_to_service", month="2022-04") == 1
    assert value(table, STRUCTURAL, "service_to_service", month="2022-05") == 0


@pytest.mark.parametrize(("start", "counted"), [("2021-04-30", 1), ("2021-05-01", 0)])
def test_activated_is_who_was_long_term_unemployed_on_the_eve(start, counted):
    table = measure(
        "2022-05",
        employment_code=[unemployed(f"{start}..2022-04-30"), code("07", "2022-05-01..")],
        service=[service("trial", "2022-05-01..")],
    )
    expected = (counted, counted, 100 if counted else None)
    assert figure(table, "long_term_activation_rate") == expected


def test_a_renewal_keeps_the_start_of_the_first():
    table = measure(
        "2022-05",
        persons=[person(), person(2)],
        employment_code=[
            unemployed("2021-01-01..2022-01-09"),
            code("07", "2022-01-10.."),
            unemployed("2021-01-01..", 2),
        ],
        service=[service("trial", "2022-01-10..2022-04-30"), service("trial", "2022-05-07..")],
    )
    assert figure(table, "long_term_activation_rate") == (1, 2, 50)


@pytest.mark.parametrize(
    ("months", "end", "passed"),
    [
        (3, "2022-05-27", 0),
        (3, "2022-05-28", 1),
        (6, "2022-08-27", 0),
        (6, "2022-08-28", 1),
        (12, "2023-02-27", 0),
        (12, "2023-02-28", 1),
        (12, "", 1),
    ],
)
def test_a_spell_passes_if_it_ends_on_the_limit_or_later(months, end, passed):
    month = {3: "2022-05", 6: "2022-08", 12: "2023-02"}[months]
    table = measure(month, employment_code=[unemployed(f"2022-02-28..{end}")])
    assert figure(table, f"flow_over_{months}_months") == (passed, 1, 100 * passed)


@pytest.mark.parametrize(("end", "passed"), [("2022-02-27", 0), ("2022-02-28", 1)])
def test_the_limit_is_kept_to_the_month(end, passed):
    # Three months from 30 November 2021 is 28 February.
    table = measure("2022-02", employment_code=[unemployed(f"2021-11-30..{end}")])
    assert figure(table, "flow_over_3_months")[:2] == (passed, 1)


def test_the_line_of_a_cohort_is_that_of_the_fourteenth_day():
    lines = [
        spell("2022-02-01..2022-02-14", line="01"),
        spell("2022-02-15..2022-02-15", line="02"),
        spell("2022-02-16..", line="03"),
    ]
    codes = [unemployed("2022-02-01..")]
    table = measure("2022-05", employment_code=codes, service_line=lines)
    found = table[(table["indicator"] == "flow_over_3_months") & (table["area"] == "SSS")]
    found = found[(found["dimension"] == "service_line") & (found["population"] == "residents")]
    assert found["category"].tolist() == ["02"]


@pytest.mark.parametrize(
    ("extract", "expected"), [("2022-05-28", "normal"), ("2022-05-27", "incomplete")]
)
def test_a_flow_is_there_when_the_whole_cohort_was_followed(extract, expected):
    table = measure("2022-05", extract, employment_code=[unemployed("2022-02-01..")])
    assert status(table, "flow_over_3_months") == expected
    assert set(row(table, "flow_over_3_months")["numerator"].isna()) == {expected != "normal"}
