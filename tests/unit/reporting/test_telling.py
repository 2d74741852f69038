"""How readings are told in cells and in sentences."""

from __future__ import annotations

from math import nan

import pytest

from indicators.catalogue.loading import load_catalogue
from indicators.reporting.readings import Reading, ReadingFormatter
from indicators.reporting.tables import Cell
from indicators.reporting.wording import Translator

ABOUT, SPACE, JOINER = "≈\u00a0", "\u00a0", "\u2060"
LANGUAGES = ("fi", "sv", "en")


def reading_formatter(language: str = "fi") -> ReadingFormatter:
    return ReadingFormatter(Translator(language), load_catalogue())


def test_an_exact_figure() -> None:
    assert reading_formatter().cell(Reading(12650), "unemployed") == Cell(f"12{SPACE}650")
    assert reading_formatter().cell(Reading(13.15), "unemployment_share") == Cell("13,2")


def test_zero_is_told_as_zero() -> None:
    assert reading_formatter().cell(Reading(0), "open_vacancies") == Cell("0")


def test_a_bounded_figure_has_its_range_below() -> None:
    cell = reading_formatter().cell(Reading(52.5, 51, 54, "bounded"), "in_services")
    assert cell == Cell(f"{ABOUT}53", f"(51{JOINER}–{JOINER}54)")


def test_bounds_that_look_alike_are_not_shown() -> None:
    reading = Reading(20.42, 20.41, 20.44, "bounded")
    assert reading_formatter().cell(reading, "activation_rate") == Cell("20,4")
    assert reading_formatter().inline(reading, "activation_rate") == f"20,4{SPACE}%"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("status", ["suppressed", "not_available", "incomplete"])
def test_what_is_not_known_is_said_in_words_and_never_as_a_number(
    language: str, status: str
) -> None:
    tell = reading_formatter(language)
    unknown = Reading(nan, status=status)
    word = load_catalogue().label("status", status, language)
    assert tell.cell(unknown, "unemployed") == Cell(word)
    assert tell.change_cell(unknown, "unemployed") == Cell(word)
    assert tell.inline(unknown, "unemployed") == word
    assert not any(sign.isdigit() for sign in word)


def test_changes_have_their_sign() -> None:
    tell = reading_formatter("en")
    assert tell.change_cell(Reading(1234), "unemployed") == Cell("+1,234")
    assert tell.change_cell(Reading(-0.25), "unemployment_share") == Cell("\u22120.3")
    assert tell.change_cell(Reading(-2, status="bounded"), "in_services") == Cell(f"{ABOUT}\u22122")


def test_in_a_sentence() -> None:
    assert reading_formatter("en").inline(Reading(12650), "unemployed") == "12,650"
    assert reading_formatter("en").inline(Reading(13.2), "unemployment_share") == "13.2%"
    assert reading_formatter("fi").inline(Reading(13.2), "unemployment_share") == f"13,2{SPACE}%"


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_uncertain_figure_in_a_sentence_says_its_range(language: str) -> None:
    text = reading_formatter(language).inline(Reading(52.5, 51, 54, "bounded"), "in_services")
    assert "53" in text
    assert f"51{JOINER}–{JOINER}54" in text
