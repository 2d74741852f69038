"""`indicators report --area` and `--draft`: reports of other areas, their links, the front page."""

from __future__ import annotations

import re
from pathlib import Path

import browser
import pytest
from pypdf import PdfReader
from reading_pages import dead_links, read

from conftest import contents, copy_tracked, in_process

MONTH = "2026-06"
AREAS = ("KU398", "TA31", "TRIAL-lahti", "TA03")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = copy_tracked(tmp_path_factory.mktemp("areas"))
    arguments = ("report", "--month", MONTH, "--area", "KU398,TA31", "--area", "TRIAL-lahti")
    called = in_process(*arguments, "--area", "TA03", "--lang", "fi", project=root)
    assert called.returncode == 0, called.stderr
    return root


def page(project: Path, area: str, language: str = "fi") -> Path:
    folder = project / "_site" / "reports" / MONTH / area / language
    return folder / f"monthly-report-{area}-{MONTH}-{language}.html"


def text_of(path: Path) -> str:
    html = path.read_text(encoding="utf-8")
    body = html[html.index("<body") :]
    return " ".join(re.sub(r"<[^>]+>", " ", body).replace("\N{SOFT HYPHEN}", "").split())


def test_each_area_has_its_page_pdf_and_figures(project: Path) -> None:
    made = {path.name for path in (project / "_site" / "reports" / MONTH).iterdir()}
    assert made == set(AREAS)
    for area in AREAS:
        assert page(project, area).with_suffix(".pdf").is_file()
        figures = page(project, area).with_name(f"indicators-{area}-{MONTH}.csv")
        assert f",{area}," in figures.read_text(encoding="utf-8")


def test_the_official_figures_of_the_month_are_told(project: Path) -> None:
    lahti = text_of(page(project, "KU398"))
    assert "Kesäkuussa 2026 Lahdessa oli 10 218 työtöntä työnhakijaa" in lahti
    assert "mikä on 17,8 % työvoimasta. Koko maassa osuus oli 12,8 %." in lahti
    around = text_of(page(project, "TA31"))
    assert "Päijät-Hämeen työllisyysalueella oli 4 311 työtöntä" in around
    pdf = "".join(
        found.extract_text() for found in PdfReader(page(project, "TA31").with_suffix(".pdf")).pages
    )
    assert "Työllisyys Päijät-Hämeen" in pdf


def test_the_trial_is_told_of_where_it_was(project: Path) -> None:
    # Names of indicators and the end of all trials in 2025 are of every area.
    elsewhere = text_of(page(project, "TA03"))
    for words in (
        "kokeilun aika(?!na)",
        "Kuntakokeilu alkaa",
        "kokeilun asiakkaat",
        "kokeilutoimiston h",
    ):
        assert not re.search(words, elsewhere)
    trial = text_of(page(project, "TRIAL-lahti"))
    assert "Kunnat olivat mukana työllisyyden kuntakokeilussa 1.3.2021 – 30.6.2023." in trial
    assert "Harmaa alue: kokeilun aika" in trial


def test_links_lead_somewhere_and_languages_find_each_other(project: Path) -> None:
    called = in_process(
        "report", "--month", MONTH, "--area", "TA31", "--lang", "fi,sv", project=project
    )
    assert called.returncode == 0, called.stderr
    for language in ("fi", "sv"):
        assert not dead_links(page(project, "TA31", language))
    assert not dead_links(project / "_site" / "index.html")
    assert "i Päijänne-Tavastlands sysselsättningsområde" in text_of(page(project, "TA31", "sv"))
    assert any(
        target.endswith(f"monthly-report-TA31-{MONTH}-fi.html")
        for target in read(page(project, "TA31", "sv")).links
    )


@pytest.mark.parametrize("width", [320, 1280])
def test_the_front_page_lists_areas_for_everybody(project: Path, width: int) -> None:
    index = project / "_site" / "index.html"
    text = text_of(index)
    for name in ("Lahti", "Päijät-Hämeen työllisyysalue", "Lahden seudun kokeilualue"):
        assert name in text
    assert not browser.axe_violations(index, width)
    assert not browser.overflows(index, width)


def test_a_report_of_an_area_is_kept_and_verified(project: Path) -> None:
    before = contents(project / "_site")
    again = in_process(
        "report", "--month", MONTH, "--area", "KU398", "--lang", "fi", "--explain-cache",
        project=project,
    )  # fmt: skip
    assert "notebook 2026-06 KU398 fi: unchanged" in again.stdout
    assert "page 2026-06 KU398 fi: unchanged" in again.stdout
    assert contents(project / "_site") == before
    verified = in_process("verify", f"_site/reports/{MONTH}/KU398", project=project)
    assert verified.returncode == 0, verified.stderr
    assert "made again, the same to the byte" in verified.stdout


@pytest.mark.parametrize(
    ("area", "told"),
    [
        ("KU39", "KU398 (Lahti)"),
        ("TRIAL-lahtis", "TRIAL-lahti (Lahden seudun kokeilualue)"),
        ("KU398,TA99", "TA99 is not an area"),
        ("KU588", "KU588 (Pertunmaa) is part of KU507 (Mäntyharju) in 2026-06"),
    ],
)
def test_an_area_that_is_not_there_is_refused(project: Path, area: str, told: str) -> None:
    called = in_process("report", "--month", MONTH, "--area", area, project=project)
    assert called.returncode == 2
    assert told in called.stderr


def test_a_draft_says_so_and_leaves_everything_else_alone(project: Path) -> None:
    before = contents(project / "_site"), contents(project / "reports")
    arguments = ("report", "--draft", "--month", MONTH, "--area", "KU398", "--lang", "sv")
    called = in_process(*arguments, project=project)
    assert called.returncode == 0, called.stderr
    assert (contents(project / "_site"), contents(project / "reports")) == before
    assert not (project / "data" / "released").exists()
    folder = project / "data" / "internal" / "drafts" / MONTH / "KU398" / "sv"
    stem = folder / f"monthly-report-KU398-{MONTH}-sv"
    assert "Utkast" in text_of(stem.with_suffix(".html"))
    pages = PdfReader(stem.with_suffix(".pdf")).pages
    assert all("Utkast" in found.extract_text() for found in pages)
    assert [path.name for path in folder.parents[2].iterdir()] == [MONTH]
