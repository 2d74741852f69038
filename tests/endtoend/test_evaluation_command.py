"""`indicators evaluation` as a newcomer runs it, and what it makes as its readers see it."""

from __future__ import annotations

import itertools
import json
import re
import subprocess
import sys
from pathlib import Path

import browser
import page as page_validation
import pandas as pd
import pikepdf
import pytest
from reading_pages import dead_links, figures, read

from conftest import copy_tracked
from fixtures.reports import Called
from indicators.evaluation.study.made_up import MadeUpPlan

VOLUMES = ("arviointi", "rekisterikoe")
PICTURES = {"arviointi": 15, "rekisterikoe": 0}
WIDTHS = (1280, 320)
COMMAND = ("evaluation", "--draws", "100", "--renderer", "embedded")
# The study and the made-up people take a minute of a processor, more on a busy machine.
LONGEST = 1200
each_volume = pytest.mark.parametrize("name", VOLUMES)
pytestmark = pytest.mark.slow


def indicators(*arguments: str, project: Path) -> Called:
    """Run the command as :func:`conftest.indicators` does, and wait longer for it."""
    return subprocess.run(
        [sys.executable, "-m", "indicators", *arguments], cwd=project, capture_output=True,
        text=True, encoding="utf-8", timeout=LONGEST, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_tracked(tmp_path_factory.mktemp("clone"))


@pytest.fixture(scope="module")
def called(root: Path) -> Called:
    return indicators(*COMMAND, project=root)


@pytest.fixture
def site(root: Path, called: Called) -> Path:
    assert called.returncode == 0, called.stderr
    return root / "_site" / "reports" / "evaluation"


def test_it_says_where_everything_is(called: Called, site: Path) -> None:
    assert called.stderr == ""
    assert "results: data/processed/evaluation/2023-12-05" in called.stdout
    for name in VOLUMES:
        paths = [f"_site/reports/evaluation/{name}.{kind}" for kind in ("html", "pdf")]
        assert f"made: {' '.join(paths)}" in called.stdout
        assert all((site / Path(path).name).is_file() for path in paths)


def test_a_second_run_leaves_all_as_it_is(root: Path, site: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in site.rglob("*")}
    again = indicators(*COMMAND, project=root)
    assert again.stdout.count("unchanged: ") == 2
    assert {path: path.stat().st_mtime_ns for path in site.rglob("*")} == before


@each_volume
def test_a_page_has_its_language_one_title_and_headings_in_order(site: Path, name: str) -> None:
    page = read(site / f"{name}.html")
    assert page.language == "fi-FI"
    assert page.headings[0] == "h1"
    assert page.headings.count("h1") == 1
    depths = [int(item[1]) for item in page.headings]
    assert all(deeper - item <= 1 for item, deeper in itertools.pairwise(depths))
    assert len(page.ids) == len(set(page.ids))


@each_volume
def test_links_lead_to_what_is_there(site: Path, name: str) -> None:
    assert dead_links(site / f"{name}.html") == []
    assert len(read(site / f"{name}.html").links) > 20


@each_volume
def test_a_page_holds_no_markdown_that_was_not_read(site: Path, name: str) -> None:
    text = "".join(read(site / f"{name}.html").text)
    for left in (":::", "{#", "[-@", "{.", "```", "{{<", "fig-alt"):
        assert left not in text, left
    assert not re.search(r"\bnan\b", text)


@each_volume
def test_pictures_have_the_same_words_on_page_and_paper(site: Path, name: str) -> None:
    alts = read(site / f"{name}.html").alts
    assert len(alts) == PICTURES[name]
    with pikepdf.open(site / f"{name}.pdf") as pdf:
        assert str(pdf.Root.Lang) == "fi-FI"
        on_paper = figures(pdf)
    assert [" ".join(str(alt).split()) for alt in alts] == [
        " ".join(alt.split()) for alt in on_paper
    ]


@each_volume
def test_a_pdf_conforms_to_pdf_ua(site: Path, name: str) -> None:
    found = page_validation.validate_pdf(str(site / f"{name}.pdf"), profile="ua1")
    assert found.is_compliant, str(found)


def test_made_up_figures_are_in_the_made_up_volume_alone(site: Path) -> None:
    made_up = json.loads((site / "results-made-up" / "manifest.json").read_text())
    report = json.loads((site / "results" / "manifest.json").read_text())
    names = {item["name"] for item in made_up["frames"]}
    assert names
    assert not names & {item["name"] for item in report["frames"]}
    text = "".join(read(site / "arviointi.html").text)
    assert not [item for item in names if item in text]
    assert "Keksitty aineisto" in "".join(read(site / "rekisterikoe.html").text)


def test_what_was_planted_is_found_and_nothing_else(site: Path) -> None:
    hazards = pd.read_csv(site / "results-made-up" / "made_up_hazards.csv")
    assert set(hazards["model"]) == {"areas", "cox"}
    assert (hazards["truth"] > 1).sum() == 2
    work = hazards[(hazards["model"] == "areas") & (hazards["cause"] == "open_market")]
    assert ((work["ci_low"] < work["truth"]) & (work["truth"] < work["ci_high"])).all()
    assert ((work["ci_low"] > 1) == (work["truth"] > 1)).all()
    # One area was treated: no error of Cox's model is a measure of chance.
    cox = hazards[hazards["model"] == "cox"]
    assert cox["ci_low"].isna().all()
    triple = pd.read_csv(site / "results-made-up" / "made_up_triple.csv")
    # Where nothing is planted a register in twenty shows an effect: no seed is chosen to hide it.
    [found] = triple[triple["version"] == "planted"].to_dict("records")
    assert found["ci_low"] < found["truth"] < found["ci_high"]
    # The same people but for what was planted: ratios and estimates differ by it.
    for model, own in hazards[hazards["cause"] == "open_market"].groupby("model"):
        planted, nothing = own.set_index("version").loc[["planted", "nothing"], "ratio"]
        assert planted / nothing == pytest.approx(own["truth"].max(), rel=0.1), model
    planted, nothing = triple.set_index("version").loc[["planted", "nothing"], "estimate"]
    assert planted - nothing == pytest.approx(triple["truth"].max(), rel=0.2)
    many = pd.read_csv(site / "results-made-up" / "made_up_monte_carlo.csv")
    assert many["size"].between(0, 1).all()


def test_shares_that_left_are_shares_and_no_few_people_stand_behind_them(site: Path) -> None:
    shares = pd.read_csv(site / "results-made-up" / "made_up_incidence.csv")
    assert shares["share"].isna().equals(shares["events"].isna())
    assert shares["share"].dropna().between(0, 1).all()
    assert (shares["events"].dropna() >= MadeUpPlan().least_events).all()


def test_a_number_of_the_summary_is_the_results(site: Path) -> None:
    frame = pd.read_csv(site / "specifications.csv")
    chosen = (frame["design"] == "region") & (frame["window"] == "first_year") & frame["headline"]
    first = frame[chosen].set_index("outcome")["estimate"]
    text = "".join(read(site / "arviointi.html").text)
    for outcome in ("unemployment_share", "extended_share", "activation_rate"):
        finnish = f"{first[outcome]:+.2f}".replace(".", ",").replace("-", "\N{MINUS SIGN}")
        assert text.count(finnish) >= 3


@pytest.mark.browser
@each_volume
@pytest.mark.parametrize("width", WIDTHS)
def test_no_wcag_violation_and_no_sideways_scrolling(site: Path, name: str, width: int) -> None:
    browser.require_chromium()
    path = site / f"{name}.html"
    assert browser.axe_violations(path, width) == []
    assert not browser.overflows(path, width)
    assert browser.outgoing_requests(path) == []


def test_wrong_use_and_a_failing_cell_have_their_statuses(root: Path, site: Path) -> None:
    few = indicators("evaluation", "--draws", "5", project=root)
    assert (few.returncode, few.stdout) == (2, "")
    assert "draws 5" in few.stderr
    path = root / "notebooks" / "evaluation_8_annex.ipynb"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("book.methods()", "book.nothing()"), encoding="utf-8")
    page = (site / "arviointi.html").read_bytes()
    failed = indicators(*COMMAND, project=root)
    path.write_text(text, encoding="utf-8")
    assert failed.returncode == 5
    assert "evaluation_8_annex.ipynb: cell 5, line 2 failed: UnknownSectionError" in failed.stderr
    assert (site / "arviointi.html").read_bytes() == page
