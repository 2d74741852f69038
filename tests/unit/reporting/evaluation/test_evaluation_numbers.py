"""Estimates as the evaluation writes them."""

from math import nan

import pytest

from indicators.reporting import evaluation_source
from indicators.reporting.evaluation_source import ENGLISH


@pytest.mark.parametrize(
    ("value", "told"), [(-0.126, "−0,13"), (0.126, "+0,13"), (0.001, "0,00"), (nan, "–")]
)
def test_a_change_has_its_sign(value, told):
    assert evaluation_source.format_change(value) == told


def test_an_interval_is_no_subtraction():
    result = evaluation_source.format_interval(-1.0, 0.5)
    assert result.replace("\N{WORD JOINER}", "") == "−1,00…+0,50"
    assert evaluation_source.format_interval(nan, 0.5) == "–"
    assert "1.00" in evaluation_source.format_interval(-1.0, 0.5, translator=ENGLISH)


@pytest.mark.parametrize(
    ("value", "told"),
    [(0.0004, "p < 0,001"), (0.001, "p = 0,001"), (0.0714, "p = 0,071"), (1.0, "p = 1,000")],
)
def test_a_p_value_is_never_zero(value, told):
    assert evaluation_source.format_p_equals(value).replace("\N{NO-BREAK SPACE}", " ") == told


def test_what_is_not_known_is_a_dash():
    assert [
        evaluation_source.format_p_value(nan),
        evaluation_source.format_number(nan),
        evaluation_source.format_share(nan),
    ] == ["–", "–", "–"]
    assert evaluation_source.format_share(12.34) == "12,3\N{NO-BREAK SPACE}%"
    assert evaluation_source.format_count(12345.0) == "12\N{NO-BREAK SPACE}345"
