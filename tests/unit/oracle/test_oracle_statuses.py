"""Partly seen months by hand (contract, section 3). 2022-12-30 is a Friday and the count day."""

import pytest

from oracle.literal import code, figures, home, rows, search, service, statuses

TABLES = {
    "residence": [home("398")],
    "employment_code": [code("02", "2022-01-01..2022-12-10"), code("02", "2022-12-20..")],
    "job_search": [search("2022-01-01..2022-12-10", "01")],
    "service": [service("trial", "2022-12-05..2022-12-06")],
}


@pytest.mark.parametrize(
    ("extract", "stock", "event", "exits"),
    [
        ("2022-11-30", "incomplete", "incomplete", "incomplete"),
        ("2022-12-01", "incomplete", "provisional", "provisional"),
        ("2022-12-29", "incomplete", "provisional", "provisional"),
        ("2022-12-30", "normal", "provisional", "provisional"),
        ("2022-12-31", "normal", "normal", "provisional"),
        ("2023-01-30", "normal", "normal", "provisional"),
        ("2023-01-31", "normal", "normal", "normal"),
    ],
)
def test_stocks_events_and_exits(extract, stock, event, exits):
    found = {
        indicator: statuses(TABLES, indicator, "2022-12", extract)
        for indicator in (
            "unemployment_duration",
            "extended_unemployment",
            "structural_unemployment",
            "activation_rate",
            "long_term_activation_rate",
            "plan_coverage",
            "service_starts",
            "job_search_exits",
        )
    }
    ended = found["unemployment_duration"].pop("ended_mean_weeks")
    assert {ended, *found.pop("service_starts").values()} == {event}
    assert set(found.pop("job_search_exits").values()) == {exits}
    assert {status for one in found.values() for status in one.values()} == {stock}


def test_a_month_not_seen_has_the_total_row_of_each_area_and_no_number():
    from datetime import date

    found = rows(TABLES, "service_starts", "2022-12", extract=date(2022, 11, 30))
    assert {row["area"] for row in found} == {"KU398", "PAIR", "SSS"}
    assert {row["dimension"] for row in found} == {"total"}
    assert {row["value"] for row in found} == {row["numerator"] for row in found} == {None}


def test_a_month_partly_seen_tells_what_is_seen():
    from datetime import date

    found = figures(TABLES, "service_starts", "2022-12", extract=date(2022, 12, 15))
    assert found["spells"] == (1, None, 1)


def test_break_unit_source_and_vintage():
    row = rows(TABLES, "extended_unemployment", "2022-05")[0]
    assert (row["unit"], row["source"], row["vintage"]) == ("persons", "register", "2024-12-31")
    assert row["series_break"] == "nordic_model_2022"
    assert rows(TABLES, "extended_unemployment", "2022-06")[0]["series_break"] is None
