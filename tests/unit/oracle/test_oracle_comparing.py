"""What the comparison sees, and what it lets pass."""

import pandas as pd
import pytest

from indicators.table import COLUMNS
from oracle.comparing import differences, is_empty, key_of, records
from oracle.registers import adversarial

EXPECTED = adversarial(5).expected()


def row_where(test):
    return next(row for row in EXPECTED if test(row))


def changed(row, **columns):
    """All rows, with one of them changed."""
    return [{**one, **columns} if one is row else one for one in EXPECTED]


def without(row):
    return [one for one in EXPECTED if one is not row]


TOTAL = row_where(lambda row: row["statistic"] == "total" and row["value"])
ZERO = row_where(lambda row: row["statistic"] == "studies" and row["value"] == 0)
CATEGORY = row_where(lambda row: row["dimension"] == "sex" and row["numerator"])
NOBODY = row_where(lambda row: row["dimension"] == "sex" and row["value"] == 0)
UNSEEN = row_where(lambda row: row["status"] == "incomplete")
EMPTY_SHARE = row_where(lambda row: row["denominator"] == 0 and row["status"] == "normal")
NO_SOURCE = row_where(lambda row: row["status"] == "not_available" and is_empty(row))


@pytest.mark.parametrize("row", [TOTAL, CATEGORY, UNSEEN, ZERO])
def test_a_missing_row_is_seen(row):
    assert len(differences(without(row), EXPECTED)) == 1


@pytest.mark.parametrize("row", [NOBODY, NO_SOURCE])
def test_a_row_with_nothing_behind_may_be_missing_or_more(row):
    assert differences(without(row), EXPECTED) == []
    assert differences(EXPECTED, without(row)) == []


@pytest.mark.parametrize("row", [TOTAL, CATEGORY])
def test_a_row_too_many_is_seen(row):
    assert len(differences(EXPECTED, without(row))) == 1
    assert len(differences([*EXPECTED, row], EXPECTED)) == 1


@pytest.mark.parametrize(
    "columns",
    [
        {"value": TOTAL["value"] + 1},
        {"value": None},
        {"numerator": TOTAL["numerator"] + 1},
        {"denominator": 1.0},
        {"low": 1.0},
        {"status": "incomplete"},
        {"unit": "persons"},
        {"source": "statfin"},
        {"vintage": "2020-01-01"},
        {"series_break": "none"},
    ],
)
def test_every_column_is_compared(columns):
    assert len(differences(changed(TOTAL, **columns), EXPECTED)) == 1


def test_unknown_is_not_zero():
    assert differences(changed(UNSEEN, value=0.0), EXPECTED)
    assert differences(changed(UNSEEN, status="normal"), EXPECTED)
    assert differences(changed(EMPTY_SHARE, value=0.0), EXPECTED)


def test_nothing_over_nothing_has_no_value_under_any_status():
    for columns in ({"status": "not_available"}, {"numerator": None, "denominator": None}):
        assert differences(changed(EMPTY_SHARE, **columns), EXPECTED) == []
    assert differences(changed(EMPTY_SHARE, denominator=3), EXPECTED)


def test_the_last_digit_of_a_sum_may_differ():
    nearly = TOTAL["value"] * (1 + 1e-12)
    assert differences(changed(TOTAL, value=nearly), EXPECTED) == []


def test_a_frame_says_what_rows_say():
    frame = pd.DataFrame(EXPECTED)[list(COLUMNS)]
    found = records(frame)
    assert [key_of(row) for row in found] == [key_of(row) for row in EXPECTED]
    assert differences(found, EXPECTED) == []
