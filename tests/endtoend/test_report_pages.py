"""The pages and PDFs that `indicators report` makes, looked at as their readers would."""

from __future__ import annotations

import itertools

import browser
import page as page_validation
import pikepdf
import pytest
from reading_pages import dead_links, figures, read

from conftest import LANGUAGES, MONTHS
from fixtures.reports import Reports

WIDTHS = (1280, 320)
FIGURES = 8
every_month = pytest.mark.parametrize("month", MONTHS)
every_language = pytest.mark.parametrize("language", LANGUAGES)


@every_month
@every_language
def test_a_page_has_its_language_one_title_and_headings_in_order(
    reports: Reports, month: str, language: str
) -> None:
    page = read(reports.page(month, language))
    assert page.language == f"{language}-FI"
    assert page.headings[0] == "h1"
    assert page.headings.count("h1") == 1
    depths = [int(item[1]) for item in page.headings]
    assert all(deeper - item <= 1 for item, deeper in itertools.pairwise(depths))
    assert len(page.ids) == len(set(page.ids))


@every_month
@every_language
def test_links_lead_to_what_is_there(reports: Reports, month: str, language: str) -> None:
    path = reports.page(month, language)
    assert dead_links(path) == []
    links = read(path).links
    others = [item for item in LANGUAGES if item != language]
    assert all(f"../{item}/{reports.page(month, item).name}" in links for item in others)
    assert reports.pdf(month, language).name in links
    assert f"indicators-{month}.csv" in links


def test_the_front_page_leads_to_every_report(reports: Reports) -> None:
    index = reports.site / "index.html"
    assert dead_links(index) == []
    links = read(index).links
    for month in MONTHS:
        for language in LANGUAGES:
            for file in (reports.page(month, language), reports.pdf(month, language)):
                assert file.relative_to(reports.site).as_posix() in links


@every_month
@every_language
def test_every_picture_has_its_words(reports: Reports, month: str, language: str) -> None:
    alts = read(reports.page(month, language)).alts
    assert len(alts) == FIGURES
    assert all(alt and len(alt) > 40 for alt in alts)


@every_month
@every_language
def test_a_page_holds_no_markdown_that_was_not_read(
    reports: Reports, month: str, language: str
) -> None:
    text = "".join(read(reports.page(month, language)).text)
    for left in (":::", "{#", "[-@", "{.", "```", "{{<", "fig-alt"):
        assert left not in text, left


@every_month
@every_language
def test_a_pdf_conforms_to_pdf_ua(reports: Reports, month: str, language: str) -> None:
    found = page_validation.validate_pdf(str(reports.pdf(month, language)), profile="ua1")
    assert found.is_compliant, str(found)


@every_month
@every_language
def test_a_pdf_has_its_language_title_and_words_for_its_pictures(
    reports: Reports, month: str, language: str
) -> None:
    with pikepdf.open(reports.pdf(month, language)) as pdf:
        assert str(pdf.Root.Lang) == f"{language}-FI"
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        with pdf.open_metadata() as metadata:
            assert month[:4] in metadata["dc:title"]
            assert metadata["pdfuaid:part"] == "1"
        alts = figures(pdf)
    on_page = read(reports.page(month, language)).alts
    assert len(alts) == FIGURES
    assert [" ".join(alt.split()) for alt in alts] == [
        " ".join(str(alt).split()) for alt in on_page
    ]


PAGES = [(month, language) for month in MONTHS for language in LANGUAGES]


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(("month", "language"), PAGES)
def test_no_wcag_violation_and_no_sideways_scrolling(
    reports: Reports, month: str, language: str, width: int
) -> None:
    browser.require_chromium()
    path = reports.page(month, language)
    assert browser.axe_violations(path, width) == []
    assert not browser.overflows(path, width)


@pytest.mark.browser
@pytest.mark.parametrize("width", WIDTHS)
def test_the_front_page_too(reports: Reports, width: int) -> None:
    browser.require_chromium()
    path = reports.site / "index.html"
    assert browser.axe_violations(path, width) == []
    assert not browser.overflows(path, width)
    assert browser.outgoing_requests(path) == []


@pytest.mark.browser
@pytest.mark.parametrize(("month", "language"), PAGES)
def test_no_request_leaves_a_page(reports: Reports, month: str, language: str) -> None:
    browser.require_chromium()
    assert browser.outgoing_requests(reports.page(month, language)) == []
