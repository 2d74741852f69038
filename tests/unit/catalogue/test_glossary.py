"""The glossary: whole, in order, and of one mind with the catalogue."""

from __future__ import annotations

from pathlib import Path

from indicators.catalogue.loading import load_catalogue

GLOSSARY = Path(__file__).parents[3] / "GLOSSARY.md"


def _rows() -> list[list[str]]:
    lines = GLOSSARY.read_text(encoding="utf-8").splitlines()
    table = [line.strip("|").split("|") for line in lines if line.startswith("|")]
    return [[cell.strip() for cell in row] for row in table if "---" not in row[0]]


def test_it_is_whole_and_in_order_of_the_english_terms() -> None:
    head, *rows = _rows()
    assert head == ["fi", "sv", "en", "meaning", "source"]
    assert all(len(row) == 5 and all(row) for row in rows)
    terms = [row[2].casefold() for row in rows]
    assert terms == sorted(set(terms))


def test_it_says_what_the_catalogue_says() -> None:
    words = {(row[0].casefold(), row[1].casefold(), row[2].casefold()) for row in _rows()}
    lines = [
        load_catalogue().indicator(name).short
        for name in ("extended_unemployment", "activation_rate")
    ]
    lines += [
        load_catalogue().labels["category"][f"service_group.{name}"].label
        for name in ("training", "coaching", "rehabilitative", "study", "trial")
    ]
    for text in lines:
        assert (text.fi.casefold(), text.sv.casefold(), text.en.casefold()) in words
