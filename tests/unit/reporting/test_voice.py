"""Numbers, months and days as each language writes them."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.calendar import month_range
from indicators.reporting.wording import Translator, capitalised

SPACE, MINUS = "\u00a0", "\u2212"
LANGUAGES = ("fi", "sv", "en")


@pytest.mark.parametrize(
    ("value", "decimals", "said"),
    [
        (12650, 0, f"12{SPACE}650"),
        (1234567, 0, f"1{SPACE}234{SPACE}567"),
        (999, 0, "999"),
        (12.3, 1, "12,3"),
        (13.0, 1, "13,0"),
        (-1234.5, 1, f"{MINUS}1{SPACE}234,5"),
        (0, 1, "0,0"),
    ],
)
@pytest.mark.parametrize("language", ["fi", "sv"])
def test_numbers_in_finnish_and_swedish(
    language: str, value: float, decimals: int, said: str
) -> None:
    assert Translator(language).number(value, decimals) == said


def test_numbers_in_english() -> None:
    voice = Translator("en")
    assert voice.number(12650) == "12,650"
    assert voice.number(12.3, 1) == "12.3"
    assert voice.number(-1234.5, 1) == f"{MINUS}1,234.5"


@pytest.mark.parametrize(
    ("value", "decimals", "said"),
    [
        (0.05, 1, "0.1"),
        (2.5, 0, "3"),
        (-2.5, 0, f"{MINUS}3"),
        (0.15, 1, "0.2"),  # in floats a little below
        (2.675, 2, "2.68"),  # likewise
        (1.005, 2, "1.01"),  # likewise
        (2.4999, 0, "2"),
        (-0.04, 1, "0.0"),
        (-0.0, 0, "0"),
        (-0.4, 0, "0"),
    ],
)
def test_halves_go_away_from_zero_and_zero_has_no_sign(
    value: float, decimals: int, said: str
) -> None:
    assert Translator("en").number(value, decimals) == said


def test_signs_of_changes() -> None:
    voice = Translator("fi")
    assert voice.number(5, signed=True) == "+5"
    assert voice.number(-5, signed=True) == f"{MINUS}5"
    assert voice.number(0.04, 1, signed=True) == "0,0"


@given(
    value=st.decimals(min_value=-(10**7), max_value=10**7, places=3),
    decimals=st.integers(0, 2),
    language=st.sampled_from(LANGUAGES),
)
def test_what_is_written_is_the_number_rounded(
    value: Decimal, decimals: int, language: str
) -> None:
    text = Translator(language).number(float(value), decimals)
    marks = {"en": (",", "."), "fi": (SPACE, ","), "sv": (SPACE, ",")}[language]
    read = Decimal(text.replace(marks[0], "").replace(marks[1], ".").replace(MINUS, "-"))
    assert read == value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    assert not (read == 0 and text.startswith((MINUS, "+", "-")))
    assert len(text.partition(marks[1])[2]) == decimals


def test_percent_signs() -> None:
    assert Translator("fi").percent(13.15) == f"13,2{SPACE}%"
    assert Translator("sv").percent(13.15) == f"13,2{SPACE}%"
    assert Translator("en").percent(13.15) == "13.2%"


@pytest.mark.parametrize(
    ("language", "named", "inessive", "elative"),
    [
        ("fi", "helmikuu 2022", "helmikuussa 2022", "helmikuusta 2022"),
        ("sv", "februari 2022", "i februari 2022", "från februari 2022"),
        ("en", "February 2022", "in February 2022", "from February 2022"),
    ],
)
def test_months(language: str, named: str, inessive: str, elative: str) -> None:
    voice = Translator(language)
    assert voice.month("2022-02") == named
    assert voice.in_month("2022-02") == inessive
    assert voice.from_month("2022-02") == elative


def test_every_finnish_month_takes_the_same_endings() -> None:
    voice = Translator("fi")
    for month in month_range("2022-01", "2022-12"):
        assert voice.month(month).split()[0].endswith("kuu")
        assert voice.in_month(month).split()[0].endswith("kuussa")
        assert voice.from_month(month).split()[0].endswith("kuusta")


def test_days() -> None:
    day = date(2022, 2, 8)
    assert Translator("fi").day(day) == "8.2.2022"
    assert Translator("sv").day(day) == "8.2.2022"
    assert Translator("en").day(day) == "8 February 2022"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fi", "Lahti, Hollola ja Asikkala"),
        ("sv", "Lahti, Hollola och Asikkala"),
        ("en", "Lahti, Hollola and Asikkala"),
    ],
)
def test_listing(language: str, said: str) -> None:
    voice = Translator(language)
    assert voice.listing(["Lahti", "Hollola", "Asikkala"]) == said
    assert voice.listing(["Lahti"]) == "Lahti"
    assert voice.listing([]) == ""


def test_only_the_first_letter_is_made_large() -> None:
    assert capitalised("i Lahtisregionen") == "I Lahtisregionen"
    assert capitalised("") == ""


def test_a_text_that_wants_more_than_is_given_stops() -> None:
    with pytest.raises(KeyError):
        Translator("fi")("front.title")
    with pytest.raises(KeyError):
        Translator("fi")("front.no_such_text")
