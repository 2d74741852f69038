"""Indicator 4 by hand."""

import pytest

from oracle.literal import figures, person, search, service, statement


def groups(*searches, month="2022-05", **tables):
    """The groups of job searches that ended, with their numbers."""
    found = figures({"job_search": list(searches), **tables}, "job_search_exits", month)
    return {one: value for one, (_, _, value) in found.items() if value}


def ended(reason, day="2022-05-15"):
    return search(f"2022-01-01..{day}", reason)


@pytest.mark.parametrize(
    ("reasons", "group"),
    [
        (("01", "03", "16"), "open_market"),
        (("02",), "layoff_return"),
        (("00",), "subsidised"),
        (("04", "08", "13"), "studies"),
        (("09",), "abroad"),
        (("05", "07", "11", "12", "14", "15"), "other"),
        (("06", "10", None), "unknown"),
    ],
)
def test_end_reasons(reasons, group):
    found = groups(*(ended(reason) for reason in reasons))
    assert found == {group: len(reasons), "total": len(reasons)}


def test_both_ends_of_the_month_belong_to_it_and_open_searches_do_not():
    days = ("2022-04-30", "2022-05-01", "2022-05-31", "2022-06-01")
    found = groups(*(ended("09", day) for day in days), search("2022-01-01.."))
    assert found == {"abroad": 2, "total": 2}


@pytest.mark.parametrize(
    ("start", "group"),
    [
        ("2022-04-30", "subsidised"),
        ("2022-05-01", "entrepreneurship"),
        ("2022-05-29", "entrepreneurship"),
        ("2022-05-30", "subsidised"),
    ],
)
def test_a_startup_grant_within_14_days_of_the_end(start, group):
    grant = [service("subsidised", f"{start}..", "61")]
    assert groups(ended("00"), service=grant) == {group: 1, "total": 1}


def test_a_startup_grant_counts_for_reason_00_only():
    grant = [service("subsidised", "2022-05-16..", "62")]
    assert groups(ended("01"), service=grant) == {"open_market": 1, "total": 1}


def test_another_subsidy_is_no_startup_grant():
    wage = [service("subsidised", "2022-05-16..", "6T")]
    assert groups(ended("00"), service=wage) == {"subsidised": 1, "total": 1}


@pytest.mark.parametrize(
    ("given", "group"),
    [
        ("2022-04-13", "unknown"),
        ("2022-04-14", "entrepreneurship"),
        ("2022-06-15", "entrepreneurship"),
        ("2022-06-16", "unknown"),
    ],
)
def test_a_statement_given_within_31_days_of_the_end(given, group):
    statements = [statement("Y005", given)]
    assert groups(ended("06"), statement=statements) == {group: 1, "total": 1}


@pytest.mark.parametrize("reason", ["02", "04", "10", "16", None])
def test_a_statement_says_nothing_about_other_reasons(reason):
    found = groups(ended(reason), statement=[statement("M4", "2022-05-15")])
    assert "entrepreneurship" not in found


def test_a_statement_of_another_person_or_of_something_else_counts_for_nothing():
    statements = [statement("Y8", "2022-05-15", who=2), statement("KT01", "2022-05-15")]
    two = [person(1), person(2)]
    found = groups(ended("05"), statement=statements, persons=two)
    assert found == {"other": 1, "total": 1}
