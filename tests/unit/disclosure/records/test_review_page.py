"""The reviewer's page: whole in three languages, and readable without eyes."""

from __future__ import annotations

import re
import string
from html.parser import HTMLParser

import pytest
from recorded import ATTACK, facts, hidden, protected

from indicators.disclosure.policy import RULES
from indicators.disclosure.record import build_record
from indicators.disclosure.record_page import page_texts, review_page

LANGUAGES = ("fi", "sv", "en")


def page(language: str, **more) -> str:
    record = build_record(protected(), hidden(), facts(**more))
    return review_page([record], language, {"KU316": "Kärkölä & co"})


def names(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("key", page_texts())
def test_every_text_is_there_in_three_languages_with_the_same_names(key: str) -> None:
    texts = page_texts()[key]
    assert tuple(texts) == LANGUAGES
    assert all(text.strip() for text in texts.values())
    assert len({frozenset(names(text)) for text in texts.values()}) == 1


def test_every_rule_has_its_text() -> None:
    assert {f"rule_{rule.replace(' ', '_')}" for rule in RULES} <= set(page_texts())


class Outline(HTMLParser):
    """Headings, tables and what is open, as a reader's software goes through them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.headings: list[int] = []
        self.cells: dict[str, int] = {}
        self.addresses: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list) -> None:
        if tag not in {"meta", "br"}:
            self.open.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag in {"th", "caption", "table"}:
            self.cells[tag] = self.cells.get(tag, 0) + (tag != "th" or "scope" in dict(attrs))
        self.addresses += [value for name, value in attrs if name in {"src", "href"}]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_whole_and_stands_alone(language: str) -> None:
    text = page(language)
    found = Outline(text)
    assert found.open == []
    assert found.addresses == []
    assert text.startswith(f'<!doctype html>\n<html lang="{language}">')
    assert found.headings[0] == 1
    assert all(b - a <= 1 for a, b in zip(found.headings, found.headings[1:], strict=False))
    assert found.cells["table"] == found.cells["caption"] == 2
    assert found.cells["th"] == text.count("<th ")
    assert "Kärkölä &amp; co" in text
    assert "{" not in text.split("</style>")[1]


def test_what_is_most_hidden_stands_first_and_is_marked_in_words() -> None:
    shares = page("fi").rsplit("<table>", 1)[1]
    rows = re.findall(r"<tr><th scope=\"row\">.*?</tr>", shares)
    assert len(rows) == 3
    assert "66,7 (yli puolet)" in rows[0]
    assert "50,0<" in rows[1]
    assert "0,0<" in rows[2]


def test_reasons_are_told_with_their_counts() -> None:
    text = page("en")
    assert "more than half the rows are hidden: 1. Consider" in text
    assert "a count just above the threshold: 1<" in text
    assert "recovered 0" in text
    assert "It must not be published" not in text


def test_a_table_without_attack_must_not_be_published() -> None:
    assert page("fi", attack=None).count("Taulukkoa ei saa julkaista") == 2


def test_numbers_are_written_as_the_language_does() -> None:
    attack = type(ATTACK)(hidden=1234, recovered=0, problems=9)
    assert "1\u00a0234 salattua lukua" in page("fi", attack=attack)
    assert "1,234 hidden counts" in page("en", attack=attack)
    assert "1,2 s" in page("sv")


def test_a_quiet_table_says_so() -> None:
    table = protected()
    quiet = table[(table["indicator"] == "plan_coverage") & (table["category"] == "women")]
    record = build_record(quiet, hidden().iloc[:0], facts())
    assert "Nothing asks for special attention" in review_page([record], "en")
