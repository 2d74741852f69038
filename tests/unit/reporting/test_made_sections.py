"""Situations that the two reported months do not have, on small made data."""

from __future__ import annotations

from collections.abc import Callable
from math import nan
from typing import Any

import pytest

from indicators.reporting.context import Context
from indicators.reporting.openings_and_method import not_computed
from indicators.reporting.published_sections import (
    activation,
    groups,
    headline,
    key_figures,
    municipalities,
    vacancies,
)

pytestmark = pytest.mark.usefixtures("in_tmp")
Small = Callable[..., Context]
GROUP, MONTH = "LAHTI5", "2022-02"
HIDDEN: dict[str, Any] = {
    "numerator": nan,
    "denominator": nan,
    "value": nan,
    "status": "suppressed",
}
EXTENDED = ("extended_unemployment", "activation_rate")
every_language = pytest.mark.parametrize("language", ["fi", "sv", "en"])


def unemployed(count: float) -> dict[tuple[str, str, str], dict[str, Any]]:
    return {("unemployment_share", GROUP, MONTH): {"numerator": count}}


@every_language
@pytest.mark.parametrize(("change", "key"), [(30, "more"), (0, "same"), (-30, "fewer")])
def test_more_fewer_or_as_many_as_a_year_before(
    change: float, key: str, language: str, small: Small
) -> None:
    before = small(language).readings.reading("unemployed", GROUP, "2021-02").value
    context = small(language, changed=unemployed(before + change))
    text = {} if key == "same" else {"change": "30"}
    assert context.translator(f"key_figures.{key}", **text) in key_figures(context).markdown


@every_language
def test_without_a_year_before_no_change_is_told(language: str, small: Small) -> None:
    context = small(language, first="2021-06")
    text = key_figures(context).markdown
    assert "{.change}" not in text
    assert "{.value}" in text


def test_a_hidden_figure_is_told_in_words_with_a_note(small: Small) -> None:
    changed = {("unemployment_share", "KU316", MONTH): HIDDEN}
    context = small("fi", changed=changed)
    text = municipalities(context).markdown
    word = context.formatter.status("suppressed")
    assert context.translator("notes.suppressed", word=word) in text
    [line] = [item for item in text.splitlines() if "Kärkölä</th>" in item]
    assert line.count(f">{word}</td>") == 5
    assert ">0<" not in line


def test_a_table_without_hidden_figures_has_no_note_of_them(small: Small) -> None:
    context = small("fi")
    word = context.formatter.status("suppressed")
    text = municipalities(context).markdown
    assert context.translator("notes.suppressed", word=word) not in text
    assert "≈" not in text


@every_language
def test_a_bounded_figure_has_its_range_and_its_note(language: str, small: Small) -> None:
    bounded = {"value": 7540.5, "low": 7539, "high": 7542, "status": "bounded"}
    context = small(language, changed={("extended_unemployment", GROUP, MONTH): bounded})
    text = activation(context).markdown
    voice = context.translator
    assert f"({voice.number(7539)}\u2060–\u2060{voice.number(7542)})" in text
    assert context.translator("notes.bounded") in text
    assert voice.number(7542) in key_figures(context).markdown


@every_language
def test_figures_that_were_never_published_are_not_drawn(language: str, small: Small) -> None:
    missing = dict.fromkeys((*EXTENDED, "structural_unemployment"), "2019-01")
    context = small(language, missing_from=missing)
    none = context.translator("extended.none")
    for section in (activation, groups):
        text = section(context).markdown
        assert none in text
        assert "<table>" not in text
        assert "![" not in text
    word = context.formatter.status("not_available")
    assert (
        context.translator("key_figures.extended_missing", last=word)
        in key_figures(context).markdown
    )


@every_language
def test_figures_of_an_earlier_month_are_told_as_such(language: str, small: Small) -> None:
    missing = dict.fromkeys(EXTENDED, "2021-12")
    context = small(language, missing_from=missing)
    last = context.translator.month("2021-11")
    text = activation(context).markdown
    assert "{.callout-important" in text
    assert context.translator("extended.ended", last=last) in text
    assert context.translator("extended.table_caption", month=last) in text
    assert last in key_figures(context).markdown
    ended = context.translator("not_computed.ended", last=last)
    assert ended in not_computed(context).markdown


def test_figures_up_to_the_month_have_no_warning(small: Small) -> None:
    assert "callout" not in activation(small()).markdown


def test_zero_is_told_as_zero_and_the_unknown_is_not(small: Small) -> None:
    changed = {("structural_unemployment", GROUP, MONTH): {"value": 0.0, "numerator": 0.0}}
    context = small("en", changed=changed)
    [line] = [item for item in headline(context).markdown.splitlines() if "Long-term" in item]
    assert ">0</td>" in line
    context = small("en", missing_from={"structural_unemployment": "2022-02"})
    [line] = [item for item in headline(context).markdown.splitlines() if "Long-term" in item]
    assert ">0</td>" not in line
    assert line.count(">not available</td>") == 6


@every_language
@pytest.mark.parametrize("value", [0.0, nan])
def test_without_vacancies_there_is_no_ratio(value: float, language: str, small: Small) -> None:
    cells = {"value": value, "status": "normal" if value == 0 else "not_available"}
    context = small(language, changed={("open_vacancies", GROUP, MONTH): cells})
    text = vacancies(context).markdown
    assert context.formatter.status("not_available") in text
    assert "nan" not in text.lower()
    assert "inf" not in text.lower().replace("inform", "")
