"""A made-up report and the front page, rendered and looked at as their readers would."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import browser
import page as page_validation
import pikepdf
import pytest

from indicators.rendering.quarto import detect
from indicators.rendering.render import Rendered, render

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "tests" / "fixtures" / "rendering"
WIDTHS = (1280, 320)
ALT = "Viivakuva: osuus nousi keväällä 2020 yli 20 prosentin"


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> dict[str, Rendered]:
    """The report and the front page of a project with the real theme."""
    root = tmp_path_factory.mktemp("project")
    shutil.copy(ROOT / "_quarto.yml", root)
    shutil.copy(ROOT / "index.qmd", root)
    folder = root / "reports" / "2022-02" / "fi"
    shutil.copytree(FIXTURES / "figures", folder / "figures")
    shutil.copy(FIXTURES / "report.ipynb", folder)
    shutil.copy(FIXTURES / "index.md", root / "reports" / "_index.md")
    (root / "reports" / "_theme").symlink_to(ROOT / "reports" / "_theme")
    choice = detect("embedded")
    return {
        "report": render(root, folder / "report.ipynb", root / "_site", choice),
        "index": render(root, root / "index.qmd", root / "_site", choice),
    }


def test_the_files_stand_where_quarto_would_put_them(site):
    report = site["report"]
    assert report.html.parts[-5:] == ("_site", "reports", "2022-02", "fi", "report.html")
    assert report.pdf == report.html.with_suffix(".pdf")
    assert site["index"].html.parts[-2:] == ("_site", "index.html")
    assert site["index"].pdf is None


@pytest.mark.browser
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ["report", "index"])
def test_no_wcag_violation_and_no_sideways_scrolling(site, name, width):
    browser.require_chromium()
    assert browser.axe_violations(site[name].html, width) == []
    assert not browser.overflows(site[name].html, width)


@pytest.mark.browser
@pytest.mark.parametrize("name", ["report", "index"])
def test_no_request_leaves_the_page(site, name):
    browser.require_chromium()
    assert browser.outgoing_requests(site[name].html) == []


@pytest.mark.browser
def test_the_checks_find_what_they_look_for(tmp_path):
    browser.require_chromium()
    bad = tmp_path / "bad.html"
    bad.write_text(
        '<!DOCTYPE html><html><title>x</title><img src="no.png"><p style="width:2000px">x',
        encoding="utf-8",
    )
    found = browser.axe_violations(bad, 1280)
    assert {rule.split(":")[0] for rule in found} == {"html-has-lang", "image-alt"}
    assert browser.outgoing_requests(bad) == [(tmp_path / "no.png").as_uri()]
    assert browser.overflows(bad, 320)


@pytest.mark.browser
def test_landmarks_headings_and_fonts(site):
    browser.require_chromium()
    with browser.opened(site["report"].html) as (page, _):
        assert page.locator("h1").count() == 1
        for landmark in ("header", "nav#TOC", "main", "footer"):
            assert page.locator(landmark).count() == 1
        assert page.evaluate("document.fonts.check('16px Inter')")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip-link"


def test_the_pdf_conforms_to_pdf_ua(site):
    report = page_validation.validate_pdf(str(site["report"].pdf), profile="ua1")
    assert report.is_compliant, str(report)


def test_the_pdf_tells_language_title_and_alternative_texts(site):
    with pikepdf.open(site["report"].pdf) as pdf:
        assert str(pdf.Root["/Lang"]) == "fi-FI"
        text = [
            str(o["/Alt"]) for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and "/Alt" in o
        ]
        with pdf.open_metadata() as metadata:
            assert metadata["dc:title"] == "Työllisyyden kuntakokeilun seuranta"
            assert metadata["pdfuaid:part"] == "1"
    assert any(alt.startswith(ALT) for alt in text)
    assert "Viiva laskee." in text
    assert "L on T plus seitsemän palveluryhmän P summa." in text


def test_the_pages_fonts_are_the_shipped_ones(site):
    with pikepdf.open(site["report"].pdf) as pdf:
        names = {
            str(o["/BaseFont"])
            for o in pdf.objects
            if isinstance(o, pikepdf.Dictionary) and o.get("/Type") == "/Font"
        }
    assert any("Inter-Regular" in name for name in names)


def test_the_fixture_is_what_its_generator_writes():
    sys.path.insert(0, str(FIXTURES))
    try:
        import make_notebook
    finally:
        sys.path.remove(str(FIXTURES))
    assert (FIXTURES / "report.ipynb").read_text("utf-8") == make_notebook.notebook()
    assert (FIXTURES / "figures" / "share.svg").read_text("utf-8") == make_notebook.SVG
