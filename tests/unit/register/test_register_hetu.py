"""Personal identity codes: found, read, made pseudonyms. The codes are made up (900–999)."""

from datetime import date

import pytest

from indicators.register.hetu import birth_of, holds_code, number_of, pseudonym, sex_of


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


def test_a_pseudonym_is_keyed_and_takes_no_notice_of_case():
    one = pseudonym("010190-950A", b"key")
    assert one == pseudonym("010190-950a", b"key")
    assert one != pseudonym("010190-950A", b"another key")
    assert one != pseudonym("010190-951A", b"key")
    assert 0 <= one < 2**63
    assert number_of("abc") == number_of("abc") != number_of("abd")
