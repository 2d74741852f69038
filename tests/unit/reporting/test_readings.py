"""What is read out of the tables: numerators, bounds, changes, months."""

from __future__ import annotations

from math import isnan, nan

import pandas as pd
import pytest
from made_tables import processed, row

from indicators.reporting.readings import NOT_AVAILABLE, Reading, Readings

MONTH = "2022-02"
GROUPS = {"G": ("KU001", "KU002", "KU003")}


def readings(rows: list[dict[str, object]], month: str = MONTH) -> Readings:
    return Readings(processed(month, rows), GROUPS)


def youth(area: str, numerator: float, status: str = "not_available") -> dict[str, object]:
    """A numerator without its denominator, as StatFin gives it."""
    return row("youth_unemployment_share", area, MONTH, numerator=numerator, status=status)


def test_a_numerator_is_known_though_its_share_is_not() -> None:
    assert readings([youth("KU001", 40)]).reading("youth", "KU001") == Reading(40)


def test_a_hidden_numerator_is_not_known_and_says_so() -> None:
    read = readings([youth("KU001", nan, "suppressed")]).reading("youth", "KU001")
    assert not read.known
    assert read.status == "suppressed"


def test_a_sum_with_hidden_members_has_bounds() -> None:
    rows = [
        youth("KU001", 40),
        youth("KU002", nan, "suppressed"),
        youth("KU003", nan, "suppressed"),
        youth("G", 45),
    ]
    assert readings(rows).reading("youth", "G") == Reading(45, 42, 48, "bounded")


def test_the_order_of_rows_does_not_matter_for_bounds() -> None:
    rows = [youth("G", 42.5), youth("KU001", 40), youth("KU002", nan, "suppressed")]
    for given in (rows, rows[::-1]):
        assert readings(given).reading("youth", "G") == Reading(42.5, 41, 44, "bounded")


def test_a_sum_without_hidden_members_is_exact() -> None:
    rows = [youth("KU001", 40), youth("KU002", 2), youth("G", 42)]
    assert readings(rows).reading("youth", "G") == Reading(42)


def test_a_members_hidden_figure_of_another_month_does_not_matter() -> None:
    earlier = {**youth("KU001", nan, "suppressed"), "month": "2022-01"}
    rows = [earlier, youth("KU001", 40), youth("G", 42)]
    assert readings(rows).reading("youth", "G") == Reading(42)


def services(numerator: float, **extended: object) -> list[dict[str, object]]:
    return [
        row("activation_rate", "KU001", MONTH, numerator=numerator, value=20, status="bounded",
            low=19.9, high=20.1),
        row("extended_unemployment", "KU001", MONTH, **extended),
    ]  # fmt: skip


def test_services_are_extended_unemployment_less_the_unemployed() -> None:
    rows = services(52.5, value=152.5, low=151, high=154, status="bounded")
    assert readings(rows).reading("in_services", "KU001") == Reading(52.5, 51, 54, "bounded")


def test_services_without_hidden_cells_are_exact() -> None:
    assert readings(services(50, value=150)).reading("in_services", "KU001") == Reading(50)


def test_hidden_services_are_not_known() -> None:
    rows = services(nan, value=nan, status="suppressed")
    rows[0].update(value=nan, low=nan, high=nan, status="suppressed")
    assert readings(rows).reading("in_services", "KU001").status == "suppressed"


def vacancies(values: dict[str, tuple[float, str]]) -> Readings:
    rows = [
        row("open_vacancies", "KU001", month, value=value, status=status)
        for month, (value, status) in values.items()
    ]
    return Readings(processed(MONTH, [], rows), GROUPS)


def test_context_series_are_read_too() -> None:
    read = vacancies({MONTH: (7, "normal")}).reading("open_vacancies", "KU001")
    assert (read.value, read.status) == (7, "normal")


@pytest.mark.parametrize(
    ("was", "now", "value", "status"),
    [
        ((5, "normal"), (8, "normal"), 3, "normal"),
        ((5, "bounded"), (8, "normal"), 3, "bounded"),
        ((5, "normal"), (8, "bounded"), 3, "bounded"),
        ((nan, "suppressed"), (8, "normal"), nan, "suppressed"),
        ((5, "normal"), (nan, "not_available"), nan, "not_available"),
        ((nan, "suppressed"), (nan, "not_available"), nan, "not_available"),
    ],
)
def test_change(was: object, now: object, value: float, status: str) -> None:
    change = vacancies({"2021-02": was, MONTH: now}).change("open_vacancies", "KU001", 12)  # type: ignore[dict-item]
    assert change.status == status
    assert change.value == value or (isnan(change.value) and isnan(value))


def test_a_change_from_a_month_that_is_not_there_is_not_known() -> None:
    change = vacancies({MONTH: (8, "normal")}).change("open_vacancies", "KU001", 12)
    assert not change.known
    assert change.status == "not_available"


def test_what_is_not_there_is_not_available_and_never_zero() -> None:
    empty = vacancies({MONTH: (8, "normal")})
    assert empty.reading("open_vacancies", "KU999") is NOT_AVAILABLE
    assert empty.reading("long_term", "KU001") is NOT_AVAILABLE
    assert empty.reading("open_vacancies", "KU001", "2020-01") is NOT_AVAILABLE
    assert isnan(NOT_AVAILABLE.value)


def test_a_series_has_every_month_and_gaps_are_not_known() -> None:
    read = vacancies(
        {"2021-11": (5, "normal"), "2022-01": (nan, "suppressed"), MONTH: (0, "normal")}
    )
    series = read.series("open_vacancies", "KU001")
    assert list(series.index) == list(pd.date_range("2021-11-01", "2022-02-01", freq="MS"))
    assert series.to_list()[0::3] == [5, 0]
    assert series.isna().to_list() == [False, True, True, False]


def test_last_known() -> None:
    read = vacancies({"2021-11": (5, "normal"), MONTH: (nan, "not_available")})
    assert read.last_known("open_vacancies", "KU001") == "2021-11"
    assert read.last_known("open_vacancies", "KU002") is None
    unknown = vacancies({MONTH: (nan, "not_available")})
    assert unknown.last_known("open_vacancies", "KU001") is None


def test_rows_of_other_categories_are_not_read() -> None:
    rows = [
        row("extended_unemployment", "KU001", MONTH, value=100),
        row("extended_unemployment", "KU001", MONTH, value=60, dimension="sex", category="men"),
        row("structural_unemployment", "KU001", MONTH, value=9, statistic="total"),
    ]
    read = readings(rows)
    assert read.reading("extended_unemployment", "KU001").value == 100
    assert read.reading("long_term", "KU001") is NOT_AVAILABLE
