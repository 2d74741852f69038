"""Figures of a register's long table: what is there, what is left out, what cannot be known."""

from __future__ import annotations

from math import isnan, nan
from typing import Any

import pytest
from made_register import EXTRACT, LAST, every_month, register_row
from made_tables import frame

from indicators.reporting.context import RegisterFigure, RegisterReadings

GROUP = "LAHTI5"
COUNT, SHARE = (
    RegisterFigure("service_starts", "spells"),
    RegisterFigure("flow_over_3_months", decimals=1),
)


def readings(*rows: dict[str, Any]) -> RegisterReadings:
    return RegisterReadings(frame(rows), GROUP)


def test_a_figure_is_found_by_all_that_names_it() -> None:
    like = {"statistic": "spells", "dimension": "sex"}
    register_readings = readings(
        register_row("service_starts", 1, statistic="spells"),
        register_row("service_starts", 2, statistic="persons"),
        register_row("service_starts", 3, category="men", **like),
        register_row("service_starts", 4, category="women", **like),
        register_row("service_starts", 5, statistic="spells", population="trial_office"),
        register_row("service_starts", 6, statistic="spells", area="KU398"),
        register_row("service_starts", 7, statistic="spells", month="2022-01"),
    )
    office = RegisterFigure("service_starts", "spells", "trial_office")
    assert register_readings.reading(COUNT, GROUP, LAST).value == 1
    assert register_readings.reading(COUNT.by("sex", "women"), GROUP, LAST).value == 4
    assert register_readings.reading(office, GROUP, LAST).value == 5
    assert register_readings.reading(COUNT, "KU398", LAST).value == 6
    assert register_readings.reading(COUNT, GROUP, "2022-01").value == 7
    assert register_readings.reading(COUNT, "KU098", LAST).status == "not_available"


def test_numerator_and_denominator_are_read_as_well() -> None:
    register_readings = readings(
        register_row("flow_over_3_months", 40.0, numerator=4.0, denominator=10.0)
    )
    read = [
        register_readings.reading(
            RegisterFigure("flow_over_3_months", field=name), GROUP, LAST
        ).value
        for name in ("value", "numerator", "denominator")
    ]
    assert read == [40.0, 4.0, 10.0]


def test_a_category_left_out_counts_zero_but_has_no_share() -> None:
    register_readings = readings(
        register_row("service_starts", 3, statistic="spells"),
        register_row("flow_over_3_months", 40.0),
    )
    count = register_readings.reading(COUNT.by("service_group", "study"), GROUP, LAST)
    assert (count.value, count.status) == (0.0, "normal")
    share = register_readings.reading(SHARE.by("service_line", "05"), GROUP, LAST)
    assert isnan(share.value)
    assert share.status == "normal"


def test_what_the_settings_leave_out_is_neither_zero_nor_without_a_source() -> None:
    selectors = ({"indicator": "service_starts", "dimension": "service_group"},)
    rows = [register_row("service_starts", 3, statistic="spells")]
    register_readings = RegisterReadings(frame(rows), GROUP, selectors)
    left_out, other = COUNT.by("service_group", "study"), COUNT.by("sex", "men")
    assert register_readings.reading(left_out, GROUP, LAST).status == "not_available"
    assert isnan(register_readings.reading(left_out, GROUP, LAST).value)
    assert register_readings.is_left_out(left_out, GROUP)
    assert not register_readings.is_left_out(COUNT, GROUP)
    assert register_readings.reading(other, GROUP, LAST).value == 0


@pytest.mark.parametrize("status", ["incomplete", "not_available"])
def test_a_category_of_what_is_not_known_is_not_zero(status: str) -> None:
    register_readings = readings(
        register_row("service_starts", nan, statistic="spells", status=status)
    )
    read = register_readings.reading(COUNT.by("service_group", "study"), GROUP, LAST)
    assert isnan(read.value)
    assert read.status == status


def test_a_category_left_out_is_as_provisional_as_the_whole() -> None:
    register_readings = readings(
        register_row("service_starts", 9, statistic="spells", status="provisional")
    )
    read = register_readings.reading(COUNT.by("service_group", "study"), GROUP, LAST)
    assert (read.value, read.status) == (0.0, "provisional")


def test_a_series_has_every_month_and_gaps_where_it_is_not_known() -> None:
    rows = every_month("flow_over_3_months", {"2021-06": nan})
    series = readings(*rows).series(SHARE, GROUP)
    assert len(series) == 25
    assert f"{series.index[0]:%Y-%m}" == "2020-02"
    assert f"{series.index[-1]:%Y-%m}" == LAST
    assert series.isna().sum() == 1
    assert series.iloc[-1] == 25


def test_a_hidden_month_is_there_though_nothing_of_it_is_known() -> None:
    hidden = {"value": nan, "status": "suppressed"}
    rows = every_month("flow_over_3_months", {})
    register_readings = readings(*rows[:-1], {**rows[-1], **hidden})
    assert register_readings.last_month_with_figure(SHARE, GROUP) == LAST
    assert register_readings.covers(LAST)
    assert not register_readings.has_known(["flow_over_3_months"], LAST)
    assert register_readings.has_hidden(["flow_over_3_months"], LAST)
    assert register_readings.has_hidden(["flow_over_3_months"])
    assert not register_readings.has_hidden(["flow_over_3_months"], rows[-2]["month"])
    assert not register_readings.has_hidden(["flow_over_6_months"])


def test_the_newest_known_month_categories_and_the_extract_date() -> None:
    rows = every_month("satisfaction", {LAST: nan, "2022-01": nan}, population="target_group")
    rows += [
        register_row(
            "satisfaction", 3.0, population="target_group", dimension="item", category=name
        )
        for name in ("respect", "information")
    ]
    register_readings, mean = (
        readings(*rows),
        RegisterFigure("satisfaction", population="target_group", decimals=2),
    )
    assert register_readings.last_month_with_figure(mean, GROUP) == "2021-12"
    assert register_readings.last_month_with_figure(mean, "KU398") is None
    assert register_readings.categories(mean, "item", GROUP) == ("information", "respect")
    assert register_readings.categories(mean, "sex", GROUP) == ()
    assert register_readings.extract_date == EXTRACT
