"""A report with a second part from a made-up register, as the commands make it in one month."""

from __future__ import annotations

import re
from pathlib import Path
from zipfile import ZipFile

import browser
import page as page_validation
import pikepdf
import pytest
from reading_pages import dead_links, figures, read

from conftest import copy_tracked, indicators
from fixtures.reports import Reports

MONTH, LANGUAGE = "2022-02", "fi"
MARK = "Keksitty aineisto"
FIGURES, REGISTER_FIGURES = 8, 16
WIDTHS = (1280, 320)
# A whole report is made for them.
pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Reports:
    """The report of a month beside a small made-up register."""
    root = copy_tracked(tmp_path_factory.mktemp("with-register"))
    # Where the settings look for it: the command need not be told.
    register = "data/synthetic/register"
    (root / "data" / "synthetic").mkdir()
    people = ("--persons", "3000", "--seed", "7", "--layout", "canonical")
    called = indicators("synthesise", register, *people, project=root)
    assert called.returncode == 0, called.stderr
    request = ("--month", MONTH, "--lang", LANGUAGE, "--renderer", "embedded")
    return Reports(root, indicators("report", *request, project=root))


@pytest.fixture
def path(made: Reports) -> Path:
    assert made.called.returncode == 0, made.called.stderr
    assert made.called.stderr == ""
    return made.page(MONTH, LANGUAGE)


def test_the_second_part_is_there_and_says_that_it_is_made_up(path: Path) -> None:
    page = path.read_text(encoding="utf-8")
    before, part = page.split('id="sec-register"', maxsplit=1)
    assert "synthetic-notice" in part
    assert len(re.findall(rf"<figcaption[^>]*>.*?{MARK}: ", part, re.DOTALL)) >= REGISTER_FIGURES
    alts = read(path).alts
    assert len(alts) == FIGURES + REGISTER_FIGURES
    assert [str(alt).startswith(f"{MARK}: ") for alt in alts] == (
        [False] * FIGURES + [True] * REGISTER_FIGURES
    )
    assert f"{MARK}: " not in before.split("<main", maxsplit=1)[-1]


def test_its_figures_can_be_taken_home_under_a_name_that_says_so(path: Path) -> None:
    name = f"register-made-up-{MONTH}.zip"
    assert f'href="../{name}"' in path.read_text(encoding="utf-8")
    with ZipFile(path.parents[1] / name) as packed:
        assert packed.namelist() == ["README.txt", f"register-made-up-{MONTH}.csv"]
    front = path.parents[3].joinpath("index.html").read_text(encoding="utf-8")
    assert "keksitystä rekisteristä" in front


def test_published_figures_are_the_same_as_without_a_register(reports: Reports, path: Path) -> None:
    beside, plain = path, reports.page(MONTH, LANGUAGE)
    csv = f"indicators-{MONTH}.csv"
    assert beside.with_name(csv).read_bytes() == plain.with_name(csv).read_bytes()
    tables = [
        re.findall(r"<table>.*?</table>", item.read_text(encoding="utf-8"), re.DOTALL)
        for item in (beside, plain)
    ]
    published = len(tables[1])
    assert published > 5
    assert [item for item in tables[0] if item in tables[1]] == tables[1]
    assert len(tables[0]) > published


def test_links_lead_to_what_is_there_and_no_markdown_is_left(path: Path) -> None:
    # The other languages' reports of this copy are not made, and not linked to.
    assert dead_links(path) == []
    text = "".join(read(path).text)
    for left in (":::", "{#", "[-@", "{.", "```", "{{<", "fig-alt"):
        assert left not in text, left


def test_the_pdf_conforms_and_has_the_words_of_its_pictures(made: Reports, path: Path) -> None:
    pdf_path = made.pdf(MONTH, LANGUAGE)
    found = page_validation.validate_pdf(str(pdf_path), profile="ua1")
    assert found.is_compliant, str(found)
    with pikepdf.open(pdf_path) as pdf:
        alts = figures(pdf)
    assert [" ".join(alt.split()) for alt in alts] == [
        " ".join(str(alt).split()) for alt in read(path).alts
    ]


@pytest.mark.browser
@pytest.mark.parametrize("width", WIDTHS)
def test_no_wcag_violation_and_no_sideways_scrolling(path: Path, width: int) -> None:
    browser.require_chromium()
    assert browser.axe_violations(path, width) == []
    assert not browser.overflows(path, width)


@pytest.mark.browser
def test_no_request_leaves_the_page(path: Path) -> None:
    browser.require_chromium()
    assert browser.outgoing_requests(path) == []
