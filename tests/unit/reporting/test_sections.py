"""The real reports of the two months: key figures, what is not published, links, labels."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from section_names import LANGUAGES, SECTIONS

from indicators.catalogue.loading import load_catalogue
from indicators.reporting.context import Context
from indicators.reporting.openings_and_method import method
from indicators.reporting.wording import keep_last_word

SectionsFactory = Callable[[str, str], Mapping[str, str]]
MONTHS = ("2022-02", "2023-06")
every_month = pytest.mark.parametrize("month", MONTHS)
every_language = pytest.mark.parametrize("language", LANGUAGES)
SPACE = "\u00a0"
# Published: unemployed of the five added up, Lahti's share of 2023-06, unemployed of 2023-06.
UNEMPLOYED = {"2022-02": 10386, "2023-06": 9266}
LAHTI_SHARE_2023_06 = {"fi": "13,2", "sv": "13,2", "en": "13.2"}


def thousands(number: int, language: str) -> str:
    return f"{number:,}".replace(",", "," if language == "en" else SPACE)


def row(markdown: str, name: str) -> list[str]:
    """The cells of a table's row."""
    [line] = [
        item
        for item in markdown.splitlines()
        if f'<th scope="row">{keep_last_word(name)}</th>' in item
    ]
    return [re.sub("<[^>]*>", "", cell) for cell in re.findall(r"<td.*?</td>", line)]


@every_month
@every_language
def test_key_figures(month_sections: SectionsFactory, month: str, language: str) -> None:
    sections = month_sections(month, language)
    text = thousands(UNEMPLOYED[month], language)
    assert text in sections["key_figures"]
    assert text in sections["headline"]
    assert text in sections["municipalities"]


@every_language
def test_lahtis_share(
    month_sections: SectionsFactory, open_month: Callable[..., Context], language: str
) -> None:
    name = open_month("2023-06", language).area_name("KU398")
    cells = row(month_sections("2023-06", language)["municipalities"], name)
    assert LAHTI_SHARE_2023_06[language] in cells


@every_language
def test_what_is_not_published_is_not_available_and_never_zero(
    month_sections: SectionsFactory, open_month: Callable[..., Context], language: str
) -> None:
    context = open_month("2023-06", language)
    word = context.formatter.status("not_available")
    sections = month_sections("2023-06", language)
    for quantity in (
        "in_services",
        "extended_unemployment",
        "activation_rate",
        "long_term",
        "youth",
        "foreign",
    ):
        assert row(sections["headline"], context.translator(f"quantities.{quantity}")) == [word] * 6
    assert context.translator("notes.not_available", word=word) in sections["headline"]
    february = context.translator.month("2022-02")
    for section in ("key_figures", "activation", "groups", "not_computed"):
        assert february in sections[section], section


@every_language
def test_all_is_there_in_february_2022(
    month_sections: SectionsFactory, open_month: Callable[..., Context], language: str
) -> None:
    word = open_month("2022-02", language).formatter.status("not_available")
    sections = month_sections("2022-02", language)
    assert all(f">{word}</td>" not in text for text in sections.values())
    assert "callout" not in sections["activation"] + sections["groups"]


@every_month
def test_nothing_reads_as_not_a_number(month_sections: SectionsFactory, month: str) -> None:
    for language in LANGUAGES:
        for name in SECTIONS:
            text = month_sections(month, language)[name]
            assert not re.search(r"\b(nan|NaN|NaT)\b|>None<", text), name
            assert "\u22120<" not in text


@every_month
@every_language
def test_references_are_defined_once_and_nothing_refers_to_nowhere(
    month_sections: SectionsFactory, month: str, language: str
) -> None:
    text = "\n".join(month_sections(month, language)[name] for name in SECTIONS)
    labels = Counter(re.findall(r"\{#([a-z-]+[a-z0-9-]*)", text))
    assert set(labels.values()) == {1}
    assert set(re.findall(r"@((?:fig|tbl|sec)-[a-z0-9-]+)", text)) <= set(labels)


@every_month
def test_all_languages_have_the_same_parts(month_sections: SectionsFactory, month: str) -> None:
    shapes = []
    for language in LANGUAGES:
        text = "\n".join(month_sections(month, language)[name] for name in SECTIONS)
        shapes.append((re.findall(r"\{#[a-z0-9-]+", text), text.count("<tr>"), text.count("<td")))
    assert shapes[0] == shapes[1] == shapes[2]


@every_language
def test_figures_are_where_the_text_says(month_sections: SectionsFactory, language: str) -> None:
    sections = month_sections("2022-02", language)
    files = re.findall(r"\]\((figures/[a-z]+\.svg)\)", "\n".join(sections.values()))
    assert len(files) == len(set(files)) == 5
    assert all((Path(sections["folder"]) / file).exists() for file in files)


@every_language
def test_the_annex_has_all_definitions(month_sections: SectionsFactory, language: str) -> None:
    text = month_sections("2022-02", language)["method"]
    for one in load_catalogue().indicators:
        assert f"### {one.number} {one.name[language]}" in text
        assert one.definition[language] in text


@every_language
def test_the_annex_prints_every_parameter_and_marks_what_differs(
    open_month: Callable[..., Context], language: str
) -> None:
    context = open_month("2022-02", language)
    chosen = {"plan_coverage": {"plan_due_days": 1}, "all": {"unemployment_gap_days": 30}}
    settings = context.settings
    parameters = replace(settings.parameters, indicators=chosen)
    changed = replace(context, settings=replace(settings, parameters=parameters))
    plain, marked = method(context).markdown, method(changed).markdown
    for one in load_catalogue().indicators:
        for parameter in one.parameters:
            assert plain.count(f"{parameter.description[language]}: ") >= 1, parameter.id
    assert "**1" not in plain
    differs = f"({load_catalogue().label('heading', 'differs', language)}, "
    assert differs not in plain
    with_gap = [
        one.id
        for one in load_catalogue().indicators
        if "unemployment_gap_days" in {parameter.id for parameter in one.parameters}
    ]
    assert len(with_gap) >= 6
    assert marked.count(differs) == len(with_gap) + 1
    assert marked.count(f"**30{SPACE}") == len(with_gap)
    assert {"fi": "vähintään 1 päivän", "sv": "minst 1 dag", "en": "at least 1 day"}[
        language
    ] in marked


@every_language
def test_register_indicators_are_named_as_not_computed(
    month_sections: SectionsFactory, language: str
) -> None:
    text = month_sections("2022-02", language)["not_computed"]
    for indicator in load_catalogue().indicators:
        named = f"- {indicator.number} {indicator.name[language]}" in text
        whole = indicator.id in ("unemployment_share", "extended_unemployment", "activation_rate")
        assert named != whole, indicator.id


@every_language
def test_sources_name_vintages_files_and_licence(
    month_sections: SectionsFactory, open_month: Callable[..., Context], language: str
) -> None:
    text = month_sections("2023-06", language)["sources"]
    context = open_month("2023-06", language)
    assert len(context.processed.sources) == 3
    for source in context.processed.sources:
        assert source.file in text
        assert source.sha256[:12] in text
    assert "CC BY 4.0" in text


@every_language
def test_links_lead_to_the_other_languages_and_forms(
    month_sections: SectionsFactory, language: str
) -> None:
    text = month_sections("2022-02", language)["opening"]
    links = re.findall(r"\]\(([^)]+)\)", text)
    others = [item for item in LANGUAGES if item != language]
    assert [link for link in links if link.startswith("../") and "index" not in link] == [
        f"../{item}/monthly-report-2022-02-{item}.html" for item in others
    ]
    assert f"monthly-report-2022-02-{language}.pdf" in links
    assert "indicators-2022-02.csv" in links


@every_month
@every_language
def test_the_front_matter_is_yaml(
    month_sections: SectionsFactory, month: str, language: str
) -> None:
    content = yaml.safe_load(month_sections(month, language)["front"])
    assert content["lang"] == f"{language}-FI"
    assert month[:4] in content["title"]
