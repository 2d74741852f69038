"""What cells mean."""

import math
from datetime import date

import pytest

from indicators.register.schema import MISSING, day_number, day_of
from indicators.sources.register.codes import (
    UNREADABLE,
    is_no_number,
    padded,
    parse_code,
    parse_day,
    parse_days,
    parse_number,
    parse_text,
)


@pytest.mark.parametrize(
    "text",
    [
        "2021-03-01",
        " 2021-03-01 ",
        "2021-03-01 00:00:00",
        "2021-03-01T12:30:00.000",
        "20210301",
        "1.3.2021",
        "01.03.2021",
        "1.3.2021 0:00",
    ],
)
def test_a_day_is_written_in_several_ways(text):
    assert day_of(parse_day(text)) == date(2021, 3, 1)


@pytest.mark.parametrize(
    "text", [None, "", "  ", ".", "NULL", "NaT", "11.11.2222", "2222-11-11", "22221111"]
)
def test_empty_cells_and_the_open_end_are_no_day(text):
    assert parse_day(text) == MISSING


@pytest.mark.parametrize("text", ["31.2.2021", "2021-13-01", "1.3.21", "3/1/2021", "soon", "0"])
def test_anything_else_cannot_be_read(text):
    assert parse_day(text) == UNREADABLE


def test_days_are_numbers_as_arrow_counts_them():
    assert day_number(date(1970, 1, 2)) == 1
    assert parse_days(["1970-01-01", None, "x"]).tolist() == [0, MISSING, UNREADABLE]


def test_codes_are_trimmed_and_in_capitals():
    assert parse_code(" be ") == "BE"
    assert parse_code("3.0") == "3"
    assert parse_code("-") is None
    assert parse_text(" Työmarkkinatuki ") == "Työmarkkinatuki"
    assert parse_text("12.50") == "12.50"


def test_codes_of_figures_are_brought_to_a_width():
    assert padded(3)("98") == "098"
    assert padded(3)("1098") is None
    assert padded(2)("z") is None


def test_numbers_have_a_point_or_a_comma():
    assert parse_number("1 234,5") == 1234.5
    assert parse_number("-2.5e3") == -2500
    assert parse_number("NA") is None
    assert math.isnan(parse_number("many"))
    assert [is_no_number(text) for text in ("x", "1", "", None)] == [True, False, False, False]
