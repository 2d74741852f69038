"""The second part of two months, from a small made-up register: marked, whole, and right."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import svg
from section_names import LANGUAGES, REGISTER_SECTIONS

from indicators.reporting.context import Context, RegisterFigure
from indicators.reporting.monthly import MonthlyReport
from indicators.reporting.resource_sections import municipality_shares
from indicators.reporting.section_parts import category_label
from indicators.reporting.wording import keep_last_word

SectionsFactory = Callable[[str, str], Mapping[str, str]]
Open = Callable[..., Context]
# Each month and each language once: the sections of one take their time.
MADE = (("2022-02", "fi"), ("2023-06", "sv"), ("2023-06", "en"))
every_made = pytest.mark.parametrize(("month", "language"), MADE)
TABLES, FIGURES = 19, 16
EXTRACT = date(2023, 6, 30)


def part(case: Mapping[str, str]) -> str:
    return "\n".join(case[name] for name in REGISTER_SECTIONS)


def row(markdown: str, name: str) -> list[str]:
    """The cells of a table's row."""
    [line] = [
        item
        for item in markdown.splitlines()
        if f'<th scope="row">{keep_last_word(name)}</th>' in item
    ]
    return [re.sub("<[^>]*>", "", cell) for cell in re.findall(r"<td.*?</td>", line)]


def captions(markdown: str) -> list[str]:
    """Of figures and of tables."""
    figures = re.findall(r"!\[(.*?)\]\(figures/", markdown)
    tables = re.findall(r"</table>\n```\n\n(.*?)\n\n:::", markdown)
    return figures + tables


@every_made
def test_everything_is_marked_as_made_up(
    register_sections: SectionsFactory, open_with_register: Open, month: str, language: str
) -> None:
    sections, voice = (
        register_sections(month, language),
        open_with_register(month, language).translator,
    )
    mark = voice("register.mark")
    text = part(sections)
    assert len(captions(text)) == TABLES + FIGURES
    assert all(item.startswith(f"{mark}: ") for item in captions(text))
    alts = re.findall(r'fig-alt="(.*?)"', text)
    assert len(alts) == FIGURES
    assert all(item.startswith(f"{mark}: ") for item in alts)
    pictures = sorted(Path(sections["folder"], "figures").glob("register-*.svg"))
    assert len(pictures) == FIGURES
    assert all(mark in svg.texts(item) for item in pictures)
    assert text.count(voice("register.source_made_up", extract=voice.day(EXTRACT))) == (
        TABLES + FIGURES
    )
    assert ".synthetic-notice" in sections["register_opening"]
    assert mark.lower() in sections["register_opening"].splitlines()[0]
    assert voice("register.ahead") in sections["opening"]


@every_made
def test_no_published_source_is_named_in_it(
    register_sections: SectionsFactory, month: str, language: str
) -> None:
    text = part(register_sections(month, language))
    assert "12r5" not in text
    assert "StatFin" not in text


@every_made
def test_nothing_reads_as_not_a_number(
    register_sections: SectionsFactory, month: str, language: str
) -> None:
    sections = register_sections(month, language)
    assert not re.search(r"\b(nan|NaN|NaT|None)\b", part(sections))
    for picture in Path(sections["folder"], "figures").glob("register-*.svg"):
        assert not any(re.search(r"\bnan\b", text.lower()) for text in svg.texts(picture))


@every_made
def test_labels_are_one_each_and_what_is_referred_to_is_there(
    register_sections: SectionsFactory, month: str, language: str
) -> None:
    text = part(register_sections(month, language))
    labels = re.findall(r"\{#([a-z0-9-]+)", text)
    assert len(labels) == len(set(labels))
    referred = re.findall(r"\[-@([a-z0-9-]+)\]", text) + re.findall(r"\]\(#([a-z0-9-]+)\)", text)
    assert set(referred) <= set(labels)
    numbered = [item for item in labels if item.startswith(("fig-", "tbl-"))]
    assert set(numbered) <= set(referred)


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_register_there_is_no_second_part(
    open_month: Callable[..., Context], month_sections: SectionsFactory, language: str
) -> None:
    report = MonthlyReport(open_month("2022-02", language))
    assert {getattr(report, name)().markdown for name in REGISTER_SECTIONS} == {""}
    ahead = report.context.translator("register.ahead")
    assert ahead not in month_sections("2022-02", language)["opening"]


def test_flows_stand_beside_their_cohorts(
    register_sections: SectionsFactory, open_with_register: Open
) -> None:
    context = open_with_register("2022-02", "fi")
    sections = register_sections("2022-02", "fi")["flows"]

    def said(figure: RegisterFigure, decimals: int) -> str:
        reading = context.register.reading(figure, "LAHTI5", "2022-02")
        assert reading.known or reading.status == "suppressed"
        return context.translator.number(reading.value, decimals) if reading.known else "salattu"

    result = set()
    for kind in (("total", "total"), ("sex", "women"), ("origin", "foreign")):
        expected = []
        for months in (3, 6, 12):
            share = RegisterFigure(f"flow_over_{months}_months").by(*kind)
            expected += [said(share, 1), said(replace(share, field="denominator"), 0)]
        assert row(sections, category_label(context, *kind)) == expected
        result |= set(expected)
    assert "salattu" in result
    assert len(result) > 3


def test_customers_and_person_years_by_municipality(open_with_register: Open) -> None:
    context = open_with_register("2022-02", "fi")
    *members, together = municipality_shares(context)
    assert {member.area: member.person_years for member in members} == {
        "KU398": 41.2, "KU098": 4.0, "KU016": 1.2, "KU316": 1.1, "KU560": 3.1,
    }  # fmt: skip
    assert together.person_years == pytest.approx(50.6)
    assert sum(member.customers.value for member in members) == together.customers.value
    assert sum(member.share.value for member in members) == pytest.approx(100)
    table = context.processed.register
    assert table is not None
    lahti = table[
        (table["indicator"] == "extended_unemployment")
        & (table["population"] == "trial_office")
        & (table["dimension"] == "total")
        & (table["area"] == "KU398")
        & (table["month"] == "2022-02")
    ]
    assert members[0].per_year.value == pytest.approx(float(lahti["value"].iloc[0]) / 41.2)


def test_what_is_not_yet_seen_is_said_and_explained(
    register_sections: SectionsFactory, open_with_register: Open
) -> None:
    context = open_with_register("2023-06", "en")
    sections = register_sections("2023-06", "en")
    for section, status in (
        ("exits", "provisional"),
        ("kela", "provisional"),
        ("offers", "incomplete"),
    ):
        word = context.formatter.status(status)
        assert word in sections[section]
        meaning = context.catalogue.explanation("status", status, "en")
        assert (
            context.translator("register.status", word=word, meaning=meaning) in sections[section]
        )


def test_the_newest_round_of_the_survey_is_named(register_sections: SectionsFactory) -> None:
    sections = register_sections("2022-02", "fi")["surveys"]
    assert "tammikuu 2022" in sections
    assert "Tiedon saanti" in sections


def test_populations_are_side_by_side_and_explained(
    register_sections: SectionsFactory, open_with_register: Open
) -> None:
    context = open_with_register("2022-02", "fi")
    sections = register_sections("2022-02", "fi")["populations"]
    expected = [
        context.translator.number(context.register.reading(figure, "LAHTI5", "2022-02").value)
        for population in ("residents", "target_group", "trial_office")
        for figure in [RegisterFigure("extended_unemployment", population=population)]
    ]
    assert row(sections, "Laajennettu työttömyys") == expected
    assert len(set(expected)) == 3
    assert context.catalogue.explanation("population", "target_group", "fi") in sections
