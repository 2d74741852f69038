"""Personal identity codes: found, read, made pseudonyms. The codes are made up (900–999)."""

from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fixtures.examples import examples
from indicators.register.hetu import (
    CONTROL_CHARACTERS,
    birth_of,
    canonical_code,
    code_of_digits,
    days_of_codes,
    holds_code,
    possible_codes,
    pseudonym,
    pseudonymous_number,
    sex_of,
)


@pytest.mark.parametrize(
    ("code", "born"),
    [
        ("010190-950A", date(1990, 1, 1)),
        ("010190Y950A", date(1990, 1, 1)),
        ("310805A9507", date(2005, 8, 31)),
        ("310805b9507", date(2005, 8, 31)),
        ("290296+950X", date(1896, 2, 29)),
        ("310290-950A", None),
        ("010190*950A", None),
        ("010190-95A", None),
        ("010190-950AA", None),
        ("12345678901", None),
    ],
)
def test_the_day_of_birth_stands_in_the_code(code, born):
    assert birth_of(code) == born


def test_an_even_number_is_a_womans():
    assert sex_of("010190-950A") == "2"
    assert sex_of("010190-951A") == "1"


@pytest.mark.parametrize("text", ["010190-950A", "hetu: 010190-950a.", "x 311299V9501"])
def test_a_code_is_found_in_a_text(text):
    assert holds_code(text)


@pytest.mark.parametrize("text", ["", "1010190-950A", "010190-950AB", "320190-950A", "2022-01-01"])
def test_other_texts_hold_none(text):
    assert not holds_code(text)


VALID = "010190-900P"
DIGITS = "010190900"


@pytest.mark.parametrize(
    "spelling",
    [
        "010190-900p",
        "010190900P",
        "010190\u2013900P",
        "010190\u2212900P",
        "010190 - 900P",
        "010190_900P",
        "01.01.90-900P",
        "010190-900-P",
        "\uff10\uff11\uff10\uff11\uff19\uff10\uff0d\uff19\uff10\uff10P",
        "010190\u00ad900P",
        "010190-900P\u200b",
        '="010190-900P"',
        "'010190-900P",
        "FI010190-900P",
        "hetu: 010190900P",
    ],
)
def test_any_spelling_is_of_the_same_code(spelling):
    assert canonical_code(spelling) == VALID
    assert holds_code(f"asiakas {spelling} soitti")
    assert len(possible_codes(pa.array([spelling]))) == 1


def test_a_slip_counts_only_where_the_sign_of_the_century_stands():
    assert canonical_code("010190-900X") == "010190-900X"
    assert canonical_code("010190900X") is None
    assert canonical_code(f"{VALID} 010190-901R") is None


@pytest.mark.parametrize(
    "text", ["+358 40 123 4567", "2022-02-27T22:00:00Z", "010190 9000", "26190002", "5T", "9a" * 32]
)
def test_numbers_and_times_are_no_codes(text):
    assert not holds_code(text)


def test_a_code_in_digits_gets_back_what_it_has_lost():
    assert CONTROL_CHARACTERS[int(DIGITS) % 31] == "P"
    assert code_of_digits(int(DIGITS)) == VALID
    assert code_of_digits(int("1510059002")) == "151005A9002"
    assert code_of_digits(310_290_900) is None
    assert code_of_digits(12) is None


@settings(max_examples=examples(300))
@given(numbers=st.lists(st.integers(0, 2 * 10**10), max_size=50))
def test_a_column_of_digits_is_seen_as_each_of_them_is(numbers):
    fast = days_of_codes(np.array(numbers, np.int64))
    codes = map(code_of_digits, numbers)
    assert fast.tolist() == [int(code[:2]) if code else 0 for code in codes]


def test_a_pseudonym_is_keyed():
    item = pseudonym("010190-950A", b"key")
    assert item != pseudonym("010190-950A", b"another key")
    assert item != pseudonym("010190-951A", b"key")
    assert 0 <= item < 2**63
    assert pseudonymous_number("abc") == pseudonymous_number("abc") != pseudonymous_number("abd")
