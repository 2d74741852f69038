"""Indicators 7 and 12 by hand. The count day of 2022-05 is Tuesday 31 May."""

import pytest

from oracle.literal import code, figures, service


def group(codes, services=(), month="2022-05", **how):
    """The structural group that the one person is in."""
    tables = {"employment_code": list(codes), "service": list(services)}
    found = figures(tables, "structural_unemployment", month, **how)
    groups = [one for one, (_, _, value) in found.items() if value and one != "total"]
    assert found["total"] == (len(groups), None, len(groups))
    return groups[0] if groups else None


def sides(codes, services=(), month="2022-05"):
    """B and A + B of indicator 12."""
    tables = {"employment_code": list(codes), "service": list(services)}
    return figures(tables, "long_term_activation_rate", month)["value"][:2]


def test_long_term_is_a_year_without_a_break():
    assert group([code("02", "2021-05-31..")]) == "long_term"
    assert group([code("02", "2021-06-02..")]) is None
    assert group([code("03", "2021-05-31..2022-01-31"), code("02", "2022-02-01..")]) == "long_term"


def test_a_year_back_from_a_leap_day_is_28_february():
    # 29 February 2024 is a Thursday and the count day
    assert group([code("02", "2023-02-28..")], month="2024-02") == "long_term"
    # ... and from 1 March 2023 they are 366 days, but not twelve months
    assert group([code("02", "2023-03-01..")], month="2024-02") == "recurrent"
    # from 3 March they are 364
    assert group([code("02", "2023-03-03..")], month="2024-02") is None


def test_layoffs_told_apart_start_the_clock_anew():
    codes = [code("03", "2021-05-01..2022-03-31"), code("02", "2022-04-01..")]
    assert group(codes) == "long_term"
    # ... but they are 396 unemployed days
    assert group(codes, merge_layoff=False) == "recurrent"


def test_recurrent_is_365_days_in_16_months():
    # The window is 1 February 2021 (the day after add_months(31 May, −16) = 31 January) to 31 May.
    # 1 February–31 December 2021 is 334 days; 1–31 May is 31 days: 365.
    codes = [code("02", "2020-01-01..2021-12-31"), code("02", "2022-05-01..")]
    assert group(codes) == "recurrent"
    codes = [code("02", "2020-01-01..2021-12-31"), code("02", "2022-05-02..")]
    assert group(codes) is None


def test_the_window_of_16_months_is_open_at_its_start():
    # 1 February 2021 – 30 December 2021 is 333 days, 1–31 May is 31: 364. 31 January is outside.
    codes = [code("02", "2021-01-31..2021-12-30"), code("02", "2022-05-01..")]
    assert group(codes) is None


def test_the_recurrent_are_unemployed_on_the_day():
    assert group([code("02", "2021-02-01..2022-05-30")]) is None


def test_a_year_without_a_break_is_long_term_before_it_is_recurrent():
    assert group([code("02", "2021-03-01..")]) == "long_term"


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        ("2022-02-28", None),
        ("2022-03-01", "returned_from_service"),
        ("2022-05-31", "returned_from_service"),
        ("2022-06-01", None),
    ],
)
def test_returned_within_three_months(end, expected):
    # add_months(31 May, −3) is 28 February, and the window is open there
    services = [service("training", f"2022-01-01..{end}")]
    assert group([code("02", "2022-02-01..")], services) == expected


def test_a_renewal_moves_the_end_of_a_service():
    # It goes on until 10 June, so nothing ended by the end of May.
    within = [
        service("trial", "2022-01-01..2022-05-25"),
        service("trial", "2022-06-01..2022-06-10"),
    ]
    assert group([code("02", "2022-05-26..2022-05-31")], within) is None
    beyond = [
        service("trial", "2022-01-01..2022-05-24"),
        service("trial", "2022-06-01..2022-06-10"),
    ]
    assert group([code("02", "2022-05-26..2022-05-31")], beyond) == "returned_from_service"


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        ("2022-01-09", None),
        ("2022-01-10", "service_to_service"),
        ("2022-04-09", "service_to_service"),
        ("2022-04-10", None),
    ],
)
def test_from_service_to_service_within_three_months(end, expected):
    services = [
        service("coaching", f"2021-11-01..{end}"),
        service("trial", "2022-04-10.."),
    ]
    assert group([], services) == expected


def test_a_renewal_is_not_another_service():
    renewed = [service("trial", "2022-01-01..2022-03-31"), service("trial", "2022-04-07..")]
    assert group([], renewed) is None
    begun_again = [service("trial", "2022-01-01..2022-03-31"), service("trial", "2022-04-08..")]
    assert group([], begun_again) == "service_to_service"


def test_the_start_is_that_of_the_first_of_renewed_services():
    # s is 1 January, and coaching had ended more than three months before.
    services = [
        service("coaching", "2021-06-01..2021-09-30"),
        service("trial", "2022-01-01..2022-03-31"),
        service("trial", "2022-04-07.."),
    ]
    assert group([], services) is None
    services[0] = service("coaching", "2021-06-01..2021-10-01")
    assert group([], services) == "service_to_service"


def test_the_latest_of_several_services_decides():
    services = [
        service("coaching", "2021-11-01..2022-01-31"),
        service("study", "2022-03-01.."),
        service("trial", "2022-05-02.."),
    ]
    # From 31 January to 2 May is more than three months; to 1 March it would not be.
    assert group([], services) is None


@pytest.mark.parametrize(
    ("start", "expected"), [("2021-05-31", None), ("2021-06-01", "service_to_service")]
)
def test_the_present_service_began_within_a_year(start, expected):
    services = [service("coaching", "2021-04-01..2021-05-15"), service("study", f"{start}..")]
    assert group([], services) == expected


def test_the_unemployed_are_not_in_service_but_may_have_returned():
    services = [service("coaching", "2022-01-01..2022-04-15"), service("study", "2022-05-01..")]
    assert group([code("02", "2022-05-20..")], services) == "returned_from_service"


def test_activated_after_a_year_of_unemployment():
    # s − 1 is 30 April 2022
    assert sides([code("02", "2021-04-30..2022-04-30")], [service("trial", "2022-05-01..")]) == (
        1,
        1,
    )
    assert sides([code("02", "2021-05-01..2022-04-30")], [service("trial", "2022-05-01..")]) == (
        0,
        0,
    )
    assert sides([code("02", "2021-04-01..2022-04-29")], [service("trial", "2022-05-01..")]) == (
        0,
        0,
    )


def test_still_unemployed_in_service_is_on_the_other_side():
    assert sides([code("02", "2021-04-30..")], [service("trial", "2022-05-01..")]) == (0, 1)


def test_unemployment_may_go_on_for_a_while_beside_the_service():
    assert sides([code("02", "2021-04-30..2022-05-30")], [service("trial", "2022-05-01..")]) == (
        1,
        1,
    )


def test_a_renewed_service_counts_from_its_first_day():
    codes = [code("02", "2021-01-01..2022-02-28")]
    renewed = [service("trial", "2022-03-01..2022-03-31"), service("trial", "2022-04-07..")]
    assert sides(codes, renewed) == (1, 1)
    begun_again = [service("trial", "2022-03-01..2022-03-31"), service("trial", "2022-04-08..")]
    assert sides(codes, begun_again) == (0, 0)
