"""Indicators 4, 13, 14, 15 and 17: events of a month, and plans."""

import pytest
from small_register import (
    code,
    day,
    figure,
    lives,
    measure,
    person,
    search,
    service,
    spell,
    status,
    unemployed,
    value,
)

EXITS, STARTS, PLANS = "job_search_exits", "service_starts", "plan_coverage"
REASONS = {
    "open_market": "01 03 16",
    "layoff_return": "02",
    "subsidised": "00",
    "studies": "04 08 13",
    "abroad": "09",
    "other": "05 07 11 12 14 15",
    "unknown": "06 10",
}


@pytest.mark.parametrize(
    ("reason", "expected"),
    [*((reason, name) for name, of in REASONS.items() for reason in of.split()), (None, "unknown")],
)
def test_exits_by_end_reason(reason, expected):
    table = measure("2022-05", job_search=[search("2022-01-01..2022-05-31", reason)])
    found = {name: value(table, EXITS, name) for name in [*REASONS, "entrepreneurship", "total"]}
    assert {name for name, number in found.items() if number} == {expected, "total"}
    assert found["total"] == 1


def test_a_search_that_goes_on_is_no_exit():
    table = measure(
        "2022-05", job_search=[search("2022-01-01.."), search("2022-06-01..2022-06-02")]
    )
    assert value(table, EXITS, "total") == 0


@pytest.mark.parametrize(
    ("reason", "kind", "start", "counted"),
    [
        ("00", "61", "2022-05-29", 1),
        ("00", "62", "2022-05-30", 0),
        ("00", "65", "2022-05-01", 1),
        ("00", "65", "2022-04-30", 0),
        ("00", "5T", "2022-05-15", 0),
        ("01", "62", "2022-05-15", 0),
    ],
)
def test_a_start_up_grant_makes_entrepreneurs(reason, kind, start, counted):
    table = measure(
        "2022-05",
        job_search=[search("2022-01-01..2022-05-15", reason)],
        service=[
            service("subsidised", f"{start}..", kind),
            service("trial", "2022-05-15..", who=2),
        ],
    )
    assert value(table, EXITS, "entrepreneurship") == counted
    assert value(table, EXITS, "total") == 1


@pytest.mark.parametrize(
    ("reason", "name", "given", "counted"),
    [
        ("05", "Y2", "2022-06-15", 1),
        ("06", "M4", "2022-06-16", 0),
        ("03", "Y008", "2022-04-14", 1),
        ("00", "Y8", "2022-04-13", 0),
        ("01", "KT01", "2022-05-15", 0),
        ("02", "Y005", "2022-05-15", 0),
        ("01", "Y006", "", 0),
    ],
)
def test_a_statement_makes_entrepreneurs(reason, name, given, counted):
    given_ = {"person_id": 1, "code": name, "given": day(given), "start": None, "end": None}
    table = measure(
        "2022-05", job_search=[search("2022-01-01..2022-05-15", reason)], statement=[given_]
    )
    assert value(table, EXITS, "entrepreneurship") == counted


@pytest.mark.parametrize(
    ("extract", "expected"),
    [("2022-07-01", "normal"), ("2022-06-30", "provisional"), ("2022-04-30", "incomplete")],
)
def test_exits_may_change_while_statements_come(extract, expected):
    assert status(measure("2022-05", extract), EXITS, "total") == expected


def test_an_exit_counts_where_one_lived_at_its_end():
    table = measure(
        "2022-05",
        residence=[lives("398", "2000-01-01..2022-05-14"), lives("098", "2022-05-15..")],
        job_search=[search("2022-01-01..2022-05-15", "01")],
    )
    areas = ("KU398", "KU098", "PAIR", "SSS")
    assert [value(table, EXITS, "total", area=area) for area in areas] == [0, 1, 1, 1]


def starts(table, **key):
    return value(table, STARTS, "persons", **key), value(table, STARTS, "spells", **key)


@pytest.mark.parametrize(
    ("start", "kind", "spells"),
    [("2022-05-17", "1", 0), ("2022-05-18", "1", 1), ("2022-05-17", "2", 1)],
)
def test_a_renewal_starts_nothing(start, kind, spells):
    # The earlier of two ends does not count: the latest was 10 May.
    services = [
        service("trial", "2022-04-01..2022-05-10"),
        service("trial", "2022-04-02..2022-04-03"),
        service("trial", f"{start}..", kind),
    ]
    assert starts(measure("2022-05", service=services)) == (spells, spells)


def test_a_person_counts_once_in_each_cell_and_spells_each():
    services = [
        service("trial", "2022-05-02..2022-05-03"),
        service("coaching", "2022-05-20.."),
        service("coaching", "2022-05-25..", "2"),
    ]
    table = measure(
        "2022-05",
        service=services,
        residence=[lives("398", "2000-01-01..2022-05-10"), lives("098", "2022-05-11..")],
        service_line=[spell("2022-05-01..2022-05-22", line="01")],
    )
    assert starts(table) == starts(table, area="PAIR") == (1, 3)
    assert starts(table, area="KU398") == (1, 1)
    assert starts(table, area="KU098") == (1, 2)
    assert starts(table, service_group="trial") == (1, 1)
    assert starts(table, service_group="coaching") == (1, 2)
    assert starts(table, service_line="01") == (1, 2)
    assert starts(table, service_line="undefined") == (1, 1)
    assert starts(table, service_group="study") == (None, None)


def offer(when, result=None, vacancy="a", who=1):
    return {"person_id": who, "vacancy_id": vacancy, "date": day(when), "result": result}


@pytest.mark.parametrize(
    ("indicator", "source"), [("job_offers", "job_offer"), ("introductions", "introduction")]
)
def test_offers_and_what_came_of_them(indicator, source):
    offers = [
        offer("2022-05-01", "01"),
        offer("2022-05-02", "52", "b" * 12),
        offer("2022-05-31", "03"),
        offer("2022-05-31", None, None, who=2),
        offer("2022-05-31", "12", "c", who=2),
        offer("2022-06-01", "01", "d"),
        *(offer("2022-05-10", result) for result in ("07", "13", "51")),
    ]
    codes = [code("01", "2022-05-31..2022-06-01"), code("09", "2022-08-29..", who=2)]
    table = measure(
        "2022-05", persons=[person(), person(2)], employment_code=codes, **{source: offers}
    )
    assert value(table, indicator, "offers") == 8
    assert value(table, indicator, "persons") == 2
    assert value(table, indicator, "vacancies") == 3
    assert figure(table, indicator, "filled_share") == (2, 4, 50)
    # 31 May is 30 days after 1 May and no day after itself; 29 August is 90 days after 31 May.
    assert figure(table, indicator, "employed_30_days")[:2] == (5, 8)
    assert figure(table, indicator, "employed_90_days")[:2] == (7, 8)


def test_vacancies_are_the_same_for_all_persons_and_chunks():
    offers = [offer("2022-05-02", None, "a", who) for who in (1, 2, 3)]
    offers += [offer("2022-05-02", None, "long name of a vacancy", who) for who in (1, 3)]
    homes = [lives("398"), lives("098", who=2), lives("398", who=3)]
    people = [person(who) for who in (1, 2, 3)]
    for rows in (1, 3):
        how = {"chunk_rows": rows}
        table = measure("2022-05", persons=people, residence=homes, job_offer=offers, how=how)
        found = [value(table, "job_offers", "vacancies", area=a) for a in ("KU398", "KU098")]
        assert found == [2, 1]
        assert value(table, "job_offers", "vacancies") == 2


@pytest.mark.parametrize(
    ("extract", "first", "second"),
    [
        ("2022-05-30", "incomplete", "incomplete"),
        ("2022-06-10", "provisional", "incomplete"),
        ("2022-06-30", "normal", "incomplete"),
        ("2022-08-29", "normal", "normal"),
    ],
)
def test_what_follows_an_offer_takes_time_to_be_seen(extract, first, second):
    offers = [offer("2022-05-05"), offer("2022-05-20")]
    table = measure("2022-05", extract, job_offer=offers)
    assert status(table, "job_offers", "employed_30_days") == first
    assert status(table, "job_offers", "employed_90_days") == second
    if first == "provisional":
        assert figure(table, "job_offers", "employed_30_days") == (0, 1, 0)


def test_without_its_table_an_indicator_is_not_available():
    table = measure("2022-05", job_offer=[offer("2022-05-01")])
    assert status(table, "introductions", "offers") == "not_available"
    assert value(table, "introductions", "offers") is None
    assert status(table, "job_offers", "offers") == "normal"
    assert status(table, PLANS, "debt") == "not_available"


def plan(signed, review="", who=1, kind="employment"):
    return {"person_id": who, "kind": kind, "signed": day(signed), "review": day(review)}


def plans(table, **key):
    names = ("valid_share", "debt_never", "debt_expired", "debt")
    return [value(table, PLANS, name, **key) for name in names]


VALID, NEVER, EXPIRED = [100, 0, 0, 0], [0, 1, 0, 1], [0, 0, 1, 1]


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        ([], NEVER),
        ([plan("2022-06-01", "2022-12-01")], NEVER),
        ([plan("2022-05-31", "2022-05-31")], VALID),
        ([plan("2022-01-01", "2022-05-30")], EXPIRED),
        ([plan("2022-03-01")], VALID),
        ([plan("2022-02-28")], EXPIRED),
        ([plan("2022-01-01", "2022-12-31"), plan("2022-02-01", "2022-03-01")], EXPIRED),
        ([plan("2022-02-01", "2022-03-01"), plan("2022-02-01", "2022-06-01")], VALID),
        ([plan("2022-02-01", "2022-06-01"), plan("2022-02-01")], VALID),
    ],
)
def test_the_latest_plan_decides(of, expected):
    table = measure(
        "2022-05",
        job_search=[search("2022-01-01..")],
        employment_code=[unemployed("2022-01-01..")],
        plan=of,
    )
    assert plans(table) == expected


@pytest.mark.parametrize(
    ("searches", "due"),
    [
        ([search("2022-05-17..")], 1),
        ([search("2022-05-18..")], 0),
        ([search("2022-01-01..2022-05-30")], 0),
        ([search("2022-01-01..2022-05-31"), search("2022-05-30..")], 1),
        ([search("2022-05-17..2022-05-20")], 0),
    ],
)
def test_a_plan_is_due_after_14_days_of_job_search(searches, due):
    table = measure(
        "2022-05", job_search=searches, employment_code=[unemployed("2022-01-01..")], plan=[]
    )
    assert figure(table, PLANS, "valid_share")[:2] == (0, due)
