"""The pages of the documentation that are written from the code, and those held against it."""

from __future__ import annotations

import doctest
import re
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

import indicators
from indicators import errors
from indicators.catalogue.loading import load_catalogue
from indicators.cli.parser import build_parser

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
CONTRACT = (DOCS / "contract.md").read_text(encoding="utf-8")
REFERENCE = "\n".join(path.read_text("utf-8") for path in sorted((DOCS / "reference").glob("*.md")))


@pytest.fixture
def page_writer(monkeypatch: pytest.MonkeyPatch):
    """Gives a module of ``docs/_ext``."""
    monkeypatch.syspath_prepend(str(DOCS / "_ext"))

    def of(name: str) -> ModuleType:
        return sys.modules.get(name) or import_module(name)

    return of


def test_the_dictionary_has_words_for_all_columns_and_codes_and_no_others(page_writer):
    dictionary = page_writer("dictionary")
    assert dictionary.missing_words() == []
    assert dictionary.superfluous_words() == []


def test_the_dictionary_notices_what_lacks_words_and_what_is_gone(page_writer, monkeypatch):
    dictionary = page_writer("dictionary")
    told = dictionary.words()
    del told["register"]["persons"]["sex"]
    del told["codes"]["persons"]["sex"]["2"]
    told["register"]["persons"]["shoe_size"] = "no such column"
    monkeypatch.setattr(dictionary, "words", lambda: told)
    assert dictionary.missing_words() == ["codes.persons.sex.2", "register.persons.sex"]
    assert dictionary.superfluous_words() == ["register.persons.shoe_size"]


@pytest.mark.parametrize("package", ["indicators", "indicators.evaluation"])
def test_every_public_name_is_in_the_reference(package: str):
    described = set(re.findall(r"\.\. auto\w+:: ([\w.]+)", REFERENCE))
    names = {f"{package}.{name}" for name in import_module(package).__all__}
    assert names - described == set()


def test_the_contract_names_every_indicator_with_its_statistics():
    rows = {}
    for line in CONTRACT.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if re.match(r"\d", cells[0]) and len(cells) == 4:
            rows |= dict.fromkeys(re.findall(r"`(\w+)`", cells[1]), cells[2])
    for indicator in load_catalogue().indicators:
        named = set(re.findall(r"`(\w+)`", rows[indicator.id]))
        # Introductions have the statistics of job offers.
        assert indicator.id == "introductions" or named == {s.id for s in indicator.statistics}


def test_the_contract_names_every_command_and_exit_status():
    commands = re.findall(r"^    (\w+) ", build_parser().format_help(), re.MULTILINE)
    assert len(commands) > 10
    named = set(re.findall(r"`(\w+)", CONTRACT.partition("## Commands")[2].partition("## ")[0]))
    assert set(commands) - named == set()
    kinds = [errors.IndicatorsError]
    for kind in kinds:
        kinds += kind.__subclasses__()
        assert re.search(rf"^\| {kind.exit_status} \|", CONTRACT, re.MULTILINE), kind


def test_links_between_files_lead_to_pages(page_writer):
    pages = page_writer("pages")
    known = {
        "glossary.md": "GLOSSARY.md",
        "decisions/0001-layout.md": "docs/decisions/0001-layout.md",
    }
    known |= {"decisions/index.md": "docs/decisions/index.md"}

    def led(text: str) -> str:
        return pages.led_links(text, "docs/architecture.md", known, ROOT)

    assert led("[words](../GLOSSARY.md#terms)") == "[words](/glossary.md#terms)"
    assert led("[`decisions/`](decisions)") == "[`decisions/`](/decisions/index.md)"
    assert led("[first](decisions/0001-layout.md)") == "[first](/decisions/0001-layout.md)"
    # What is no page is said without a link; what is nowhere is left for Sphinx to refuse.
    assert led("[the settings](../indicators.toml)") == "the settings"
    assert led("[gone](decisions/0999.md)") == "[gone](decisions/0999.md)"
    for kept in ("`[a](../GLOSSARY.md)`", "```\n[a](../GLOSSARY.md)\n```", "[a](https://x.org/b)"):
        assert led(kept) == kept


def test_every_worked_example_is_on_its_indicators_page(page_writer):
    text = (DOCS / "method-examples.md").read_text(encoding="utf-8")
    pages = [
        page_writer("catalogue_pages").indicator_page(one, ROOT)
        for one in page_writer("catalogue_pages").listed_indicators()
    ]
    shown = [line for page in pages for line in page.splitlines() if line.startswith("### ")]
    assert sorted(shown) == sorted(
        line[1:] for line in text.splitlines() if line.startswith("#### ")
    )


def test_examples_of_public_docstrings_are_true():
    tried = 0
    for package in ("indicators", "indicators.evaluation"):
        for name in import_module(package).__all__:
            thing = getattr(import_module(package), name)
            names = vars(import_module(thing.__module__))
            for example in doctest.DocTestFinder(recurse=False).find(thing, name, globs=names):
                ran = doctest.DocTestRunner().run(example)
                assert ran.failed == 0, name
                tried += ran.attempted
    assert tried


def test_public_names_are_what_the_package_offers(page_writer):
    places = page_writer("api_names").public_places()
    assert places["indicators.register.store.open_register"] == "indicators.read_register"
    assert {f"indicators.{name}" for name in indicators.__all__} <= set(places.values())
    assert places["indicators.evaluation.trial.trial_panel"] == "indicators.trial_panel"
