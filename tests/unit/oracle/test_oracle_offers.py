"""Indicators 14 and 15 by hand."""

import pytest

from oracle.literal import code, figures, offer, person, statuses

PEOPLE = [person(1), person(2)]


def told(*offers, codes=(), extract="2024-12-31", month="2022-05"):
    from datetime import date

    tables = {"persons": PEOPLE, "job_offer": list(offers), "employment_code": list(codes)}
    return figures(tables, "job_offers", month, extract=date.fromisoformat(extract))


def test_offers_persons_and_vacancies():
    found = told(
        offer("2022-05-01", vacancy="a"),
        offer("2022-05-31", vacancy="b"),
        offer("2022-05-31", vacancy="b", who=2),
        offer("2022-05-02", vacancy=None, who=2),
        offer("2022-04-30", vacancy="c"),
        offer("2022-06-01", vacancy="c"),
    )
    assert found["offers"] == (4, None, 4)
    assert found["persons"] == (2, None, 2)
    assert found["vacancies"] == (2, None, 2)


def test_filled_of_those_that_could_be():
    results = ["01", "52", "02", None, "12", "03", "07", "13", "51"]
    found = told(*(offer("2022-05-10", result) for result in results))
    assert found["offers"] == (9, None, 9)
    assert found["filled_share"] == (2, 5, 40.0)


@pytest.mark.parametrize(
    ("start", "short", "long"),
    [
        ("2022-05-10", 0, 0),
        ("2022-05-11", 1, 1),
        ("2022-06-09", 1, 1),
        ("2022-06-10", 0, 1),
        ("2022-08-08", 0, 1),
        ("2022-08-09", 0, 0),
    ],
)
def test_employed_from_1_to_30_or_90_days_after(start, short, long):
    found = told(offer("2022-05-10"), codes=[code("01", f"{start}..")])
    assert found["employed_30_days"] == (short, 1, 100.0 * short)
    assert found["employed_90_days"] == (long, 1, 100.0 * long)


@pytest.mark.parametrize(("work", "employed"), [("00", 1), ("09", 1), ("02", 0), ("07", 0)])
def test_work_is_code_00_01_or_09(work, employed):
    found = told(offer("2022-05-10"), codes=[code(work, "2022-05-20..")])
    assert found["employed_30_days"][0] == employed


def test_only_offers_whose_days_have_passed_are_followed():
    offers = (offer("2022-05-10"), offer("2022-05-11"))
    codes = [code("01", "2022-05-12..")]
    assert told(*offers, codes=codes, extract="2022-06-09")["employed_30_days"] == (1, 1, 100.0)
    assert told(*offers, codes=codes, extract="2022-06-10")["employed_30_days"] == (2, 2, 100.0)


@pytest.mark.parametrize(
    ("extract", "offers", "short", "long"),
    [
        ("2022-04-30", "incomplete", "incomplete", "incomplete"),
        ("2022-05-01", "provisional", "incomplete", "incomplete"),
        ("2022-05-30", "provisional", "incomplete", "incomplete"),
        ("2022-05-31", "normal", "provisional", "incomplete"),
        ("2022-06-29", "normal", "provisional", "incomplete"),
        ("2022-06-30", "normal", "normal", "incomplete"),
        ("2022-07-30", "normal", "normal", "provisional"),
        ("2022-08-28", "normal", "normal", "provisional"),
        ("2022-08-29", "normal", "normal", "normal"),
    ],
)
def test_the_follow_up_ends_later_than_the_month(extract, offers, short, long):
    tables = {"job_offer": [offer("2022-05-01")]}
    found = statuses(tables, "job_offers", "2022-05", extract)
    assert found["offers"] == found["filled_share"] == offers
    assert (found["employed_30_days"], found["employed_90_days"]) == (short, long)


def test_introductions_are_told_as_offers_are():
    tables = {"introduction": [offer("2022-05-10", "01")], "job_offer": []}
    found = figures(tables, "introductions", "2022-05")
    assert found["offers"] == (1, None, 1)
    assert found["filled_share"] == (1, 1, 100.0)


def test_no_table_is_not_none():
    found = statuses({"job_offer": []}, "introductions", "2022-05", "2024-12-31")
    assert set(found.values()) == {"not_available"}
    assert figures({"job_offer": []}, "job_offers", "2022-05")["offers"] == (0, None, 0)
