"""Indicator 17 by hand. The count day of 2022-05 is Tuesday 31 May."""

import pytest

from oracle.literal import code, figures, plan, search


def told(*plans, codes=None, searches=None):
    tables = {
        "employment_code": codes or [code("02", "2022-01-10..")],
        "job_search": searches or [search("2022-01-10..")],
        "plan": list(plans),
    }
    found = figures(tables, "plan_coverage", "2022-05")
    never, expired, debt = (found[one][2] for one in ("debt_never", "debt_expired", "debt"))
    assert debt == never + expired
    valid, due, _ = found["valid_share"]
    assert valid + debt == due
    return (valid, never, expired) if due else None


VALID, NEVER, EXPIRED = (1, 0, 0), (0, 1, 0), (0, 0, 1)


def test_nobody_to_count_is_no_debt():
    assert told(codes=[code("01", "2022-01-10..")]) is None


@pytest.mark.parametrize(("start", "expected"), [("2022-05-17", NEVER), ("2022-05-18", None)])
def test_a_plan_is_due_14_days_into_the_job_search(start, expected):
    found = told(codes=[code("02", "2022-05-18..")], searches=[search(f"{start}..")])
    assert found == expected


def test_the_job_search_covers_the_day():
    assert told(searches=[search("2022-01-10..2022-05-30")]) is None
    assert told(searches=[search("2022-01-10..2022-05-31")]) == NEVER


@pytest.mark.parametrize(
    ("signed", "review", "expected"),
    [
        ("2022-05-31", "", VALID),
        ("2022-06-01", "", NEVER),
        ("2022-03-01", "", VALID),
        ("2022-02-28", "", EXPIRED),
        ("2021-01-01", "2022-05-31", VALID),
        ("2022-05-20", "2022-05-30", EXPIRED),
    ],
)
def test_a_plan_is_valid_until_its_review_or_for_three_months(signed, review, expected):
    assert told(plan(signed, review)) == expected


def test_the_latest_plan_decides():
    old, new = plan("2022-01-01", "2023-01-01"), plan("2022-02-01")
    assert told(old, new) == EXPIRED
    assert told(old, plan("2022-06-01")) == VALID


def test_of_plans_of_one_day_one_valid_is_enough():
    plans = (plan("2022-01-01"), plan("2022-01-01", "2022-06-30", kind="activation"))
    assert told(*plans) == told(*reversed(plans)) == VALID
