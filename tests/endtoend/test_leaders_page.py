"""The leaders' page end to end: one sheet in every language and of every area, readable, valid."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import browser
import page as page_validation
import pytest
import small_project
from pypdf import PdfReader

from conftest import ROOT, in_process
from indicators.rendering.quarto import detect
from indicators.rendering.render import render

MONTH = small_project.MONTH
LANGUAGES = ("fi", "sv", "en")
# The whole country, the municipality and the employment area with the longest names, a trial area.
AREAS = ("SSS", "KU287", "TA15", "TRIAL-vantaa-kerava")
# Of this one the monthly report is made too.
REPORTED = "KU398"
LEAST_POINTS = 9.0
# A month is made, in a browser's sight.
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with the pages of some areas, and a monthly report of one of them."""
    root = small_project.set_up(tmp_path_factory.mktemp("leaders"))
    for name in ("monthly_report.ipynb", "leaders_page.ipynb"):
        shutil.copy(ROOT / "notebooks" / name, root / "notebooks")
    request = ("report", "--month", MONTH, "--renderer", "embedded", "--no-register")
    alone = ("--lang", ",".join(LANGUAGES), "--notebook", "leaders_page.ipynb")
    calls = (("--lang", "sv", "--area", REPORTED), alone, (*alone, "--area", ",".join(AREAS)))
    for call in calls:
        called = in_process(*request, *call, project=root)
        assert (called.returncode, called.stderr) == (0, "")
    return root


def page_of(root: Path, area: str, language: str) -> Path:
    stem = "-".join(part for part in ("leaders-page", area, MONTH, language) if part)
    return root / "_site/reports" / MONTH / area / "leaders-page" / language / f"{stem}.html"


def letter_sizes(path: Path) -> set[float]:
    """Sizes of all letters of a PDF, in points."""
    sizes: set[float] = set()

    def note(text: str, cm: Any, tm: Any, _: Any, size: float) -> None:
        if text.strip():
            sizes.add(round(size * abs(tm[3]) * abs(cm[3]), 2))

    for sheet in PdfReader(path).pages:
        sheet.extract_text(visitor_text=note)
    return sizes


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("area", ["", *AREAS])
def test_it_is_one_readable_sheet(made: Path, area: str, language: str) -> None:
    pdf = page_of(made, area, language).with_suffix(".pdf")
    assert len(PdfReader(pdf).pages) == 1
    assert min(letter_sizes(pdf)) >= LEAST_POINTS
    result = page_validation.validate_pdf(str(pdf), profile="ua1")
    assert "Result: no failures" in str(result)


def test_the_page_is_accessible_and_no_wider_than_a_phone(made: Path) -> None:
    page = page_of(made, "TA15", "fi")
    for width in (1280, 320):
        assert browser.axe_violations(page, width) == []
        assert not browser.overflows(page, width)
    assert browser.outgoing_requests(page) == []


def test_its_links_lead_to_rows_of_the_report(made: Path) -> None:
    page = page_of(made, REPORTED, "sv")
    text = page.read_text(encoding="utf-8")
    links = set(re.findall(r'href="(\.\./\.\./sv/[^"#]+)#([a-z-]+)"', text))
    assert links
    for file, label in links:
        report = (page.parent / file).resolve()
        assert f'id="{label}"' in report.read_text(encoding="utf-8")


def test_the_table_behind_the_picture_is_on_the_page_and_not_on_the_sheet(made: Path) -> None:
    page = page_of(made, "", "en")
    key = "unemployment_share.denominator"
    assert key in page.read_text(encoding="utf-8")
    sheet = PdfReader(page.with_suffix(".pdf")).pages[0].extract_text()
    assert key not in sheet
    assert "What is uncertain" in sheet


def test_a_compact_draft_says_so_on_its_single_sheet(made: Path) -> None:
    paragraphs = "\n\n".join(
        f"Kappale {number}. {'Sana toisensa jälkeen. ' * 9}" for number in range(30)
    )
    source = made / "reports" / "sheet.qmd"
    head = "title: Arkki\nlang: fi-FI\ntoc: false\ncompact: true\ndraft: true\n"
    source.write_text(f"---\n{head}---\n\n{paragraphs}\n", encoding="utf-8")
    pdf = render(made, source, made / "sheets", detect("embedded")).pdf
    assert pdf is not None
    [sheet] = PdfReader(pdf).pages
    assert "Luonnos" in sheet.extract_text()
    sizes = letter_sizes(pdf)
    assert min(sizes) >= LEAST_POINTS
    # At ten points the text would not end on the page.
    assert 10.0 not in sizes
