"""Notebooks of one's own: published, drafts, refused; what else lies in reports/ stays."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import browser
import page as page_validation
import pytest
import small_project
from pypdf import PdfReader

from conftest import in_process
from fixtures.reports import Called

MONTH = small_project.MONTH
OPEN = "import indicators\nroot = indicators.load_settings().root\n"
ORDINARY = (
    "# Työttömät kunnittain\n\nMitä sivu kertoo.",
    f"""#| label: tbl-rows
#| tbl-cap: "Työttömät, *osuus*"
import pandas as pd
{OPEN}tables = root / "data" / "processed" / month / "latest"
table = pd.read_parquet(tables / "indicators.parquet")
table.query("month == @month")[["area", "value"]].head(3)""",
    """pd.DataFrame(
    [[1, 2], [3, 4]],
    index=pd.MultiIndex.from_product([["x"], [1, 2]], names=["A", "B"]),
    columns=pd.MultiIndex.from_product([["p"], ["q", "r"]]),
)""",
    """#| label: fig-drawn
#| fig-cap: "Piirretty"
#| fig-alt: "Kaksi pylvästä, jälkimmäinen korkeampi."
import matplotlib.pyplot as plt
figure, axes = plt.subplots()
axes.bar(["a", "b"], [1, 2])
figure""",
    """#| fig-alt: "Nouseva viiva."
import seaborn as sns
sns.lineplot(x=[1, 2], y=[1, 2])""",
    """from great_tables import GT
GT(table[["area", "value"]].head(2), rowname_col="area").tab_source_note("Lähde: testi.")""",
    """import numpy as np
import statsmodels.api as sm
x = np.arange(20.0)
sm.OLS(x + np.sin(x), sm.add_constant(x)).fit().summary()""",
    """table[["area", "value"]].head(2).style.hide(axis="index").format(precision=1)""",
    "print('Pelkkää tekstiä.')",
)
DRAFT = f"{OPEN}len((root / 'data' / 'internal' / 'secret.csv').read_text())"
SWALLOWED = f"{OPEN}try:\n    open(root / 'data/internal/secret.csv')\nexcept Exception:\n    pass"
ARROW = f"{OPEN}from pyarrow import csv\ncsv.read_csv(str(root / 'data/internal/secret.csv'))"
REFUSED = {
    "swallowed": SWALLOWED,
    "arrow": ARROW,
    "shell": f"{OPEN}!cat {{root}}/data/internal/secret.csv",
    "extract": f"{OPEN}(root / 'data/raw/extract/persons.csv').read_text()",
    "register": "import indicators\nindicators.read_register('/somewhere/else')",
}
# A month is made, in a browser's sight.
pytestmark = pytest.mark.slow


def write_own(root: Path, name: str, *cells: str, front: str = "") -> Path:
    """A notebook of one's own; cells that begin with a heading are Markdown."""
    declared = f'month: str = "{MONTH}"\nlanguage: str = "fi"'
    sources = [(front, "raw")] if front else []
    sources += [(declared, "code")]
    sources += [(cell, "markdown" if cell.startswith("# ") else "code") for cell in cells]
    book_cells = [
        {
            "cell_type": kind,
            "id": f"c{number}",
            "metadata": {"tags": ["parameters"]} if source == declared else {},
            "source": source,
            **({"execution_count": None, "outputs": []} if kind == "code" else {}),
        }
        for number, (source, kind) in enumerate(sources)
    ]
    book = {"cells": book_cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    path = root / "notebooks" / "own" / f"{name}.ipynb"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(book), encoding="utf-8")
    return path


def report(root: Path, *more: str) -> Called:
    request = ("--month", MONTH, "--lang", "fi", "--renderer", "embedded", "--no-register")
    return in_process("report", *request, *more, project=root)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a published notebook and a draft, and its pages."""
    root = small_project.set_up(tmp_path_factory.mktemp("own"))
    internal = root / "data" / "internal"
    internal.mkdir()
    (internal / "secret.csv").write_text("person,days\n1,2\n", encoding="utf-8")
    (root / "data/raw/extract").mkdir()
    (root / "data/raw/extract/persons.csv").write_text("person\n1\n", encoding="utf-8")
    write_own(root, "by_area", *ORDINARY)
    write_own(root, "idea", DRAFT, front="---\ntitle: Idea\nlang: fi-FI\ndraft: true\n---")
    called = report(root)
    assert (called.returncode, called.stderr) == (0, "")
    assert "draft, not published: data/internal/drafts/" in called.stdout
    return root


def page_of(root: Path) -> Path:
    return root / "_site/reports" / MONTH / "by-area/fi" / f"by-area-{MONTH}-fi.html"


def test_its_page_and_pdf_are_accessible_and_hold_all_that_it_shows(made: Path) -> None:
    page = page_of(made)
    assert browser.axe_violations(page, 1280) == []
    assert browser.outgoing_requests(page) == []
    result = page_validation.validate_pdf(str(page.with_suffix(".pdf")), profile="ua1")
    assert "Result: no failures" in str(result)
    text = page.read_text(encoding="utf-8")
    assert "<title>Työttömät kunnittain</title>" in text
    assert re.search(r"Taulukko\W1\.</span> Työttömät, <em>osuus</em>", text)
    assert re.search(r"Kuva\W1\.</span> Piirretty", text)
    assert 'alt="Kaksi pylvästä, jälkimmäinen korkeampi."' in text
    # A figure that is a cell's value is not shown twice, nor the name of what was drawn.
    assert text.count("<img") == 2
    assert "&lt;Axes" not in text
    assert 'scope="row"' in text
    assert 'scope="colgroup"' in text
    assert "gt_" not in text
    assert "dataframe" not in text
    assert "Lähde: testi." in text
    assert "R-squared" in text
    assert "Date:" not in text
    printed = "".join(part.extract_text() for part in PdfReader(page.with_suffix(".pdf")).pages)
    assert "Pelkkää tekstiä." in printed
    assert "R-squared" in printed


def test_front_page_and_report_link_to_it_and_it_to_them(made: Path) -> None:
    index = (made / "_site/index.html").read_text(encoding="utf-8")
    assert f'href="reports/{MONTH}/by-area/fi/by-area-{MONTH}-fi.html"' in index
    monthly = made / "_site/reports" / MONTH / "fi" / f"monthly-report-{MONTH}-fi.html"
    for page in (monthly, page_of(made)):
        links = re.findall(r'href="([^"#:]+\.(?:html|pdf))"', page.read_text(encoding="utf-8"))
        assert all((page.parent / link).exists() for link in links)
    assert "by-area" in monthly.read_text(encoding="utf-8")


def test_a_draft_is_marked_on_every_page_and_not_on_the_site(made: Path) -> None:
    folder = made / "data/internal/drafts" / MONTH / "idea/fi"
    page = folder / f"idea-{MONTH}-fi.html"
    assert browser.axe_violations(page, 1280) == []
    assert '<p class="draft-mark">Luonnos</p>' in page.read_text(encoding="utf-8")
    pages = PdfReader(page.with_suffix(".pdf")).pages
    assert all("Luonnos" in part.extract_text() for part in pages)
    assert not [*(made / "_site").rglob("*idea*"), *(made / "reports").rglob("*idea*")]
    assert "Idea" not in (made / "_site/index.html").read_text(encoding="utf-8")
    assert folder.parents[2].stat().st_mode & 0o077 == 0


def test_it_is_made_again_when_its_inputs_change_and_can_be_verified(made: Path) -> None:
    again = report(made, "--explain-cache")
    assert f"notebook {MONTH} fi by-area: unchanged" in again.stdout
    assert f"page {MONTH} fi by-area: unchanged" in again.stdout
    verified = in_process("verify", MONTH, project=made)
    assert (verified.returncode, verified.stderr) == (0, "")


@pytest.fixture
def changed(made: Path) -> Callable[..., Called]:
    """Runs notebooks of one's own alone; they are gone afterwards."""

    def run(cells: dict[str, str]) -> Called:
        paths = [write_own(made, name, cell) for name, cell in cells.items()]
        chosen = [part for name in cells for part in ("--notebook", name)]
        request = ("--months", MONTH, "--lang", "fi", "--no-register", *chosen)
        try:
            return in_process("run", *request, project=made)
        finally:
            for path in paths:
                path.unlink()

    return run


def test_a_published_notebook_reaches_nothing_unprotected(
    made: Path, changed: Callable[..., Called]
) -> None:
    called = changed(REFUSED)
    assert called.returncode == 4
    for name in REFUSED:
        assert re.search(
            rf"{name}\.ipynb: cell 2 opened .*make the notebook a draft", called.stderr
        )
        assert not (made / "reports" / MONTH / name).exists()


def test_a_figure_without_words_ends_with_status_6_and_says_how_to_give_them(
    changed: Callable[..., Called],
) -> None:
    called = changed({"mute": "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()"})
    assert called.returncode == 6
    assert re.search(r"own/mute\.ipynb: cell 2, line 1: .*`#\| fig-alt: ", called.stderr)


def test_what_is_of_no_run_stays_in_reports(made: Path) -> None:
    folder = made / "reports" / MONTH / "fi"
    mine = folder / "mine.ipynb"
    mine.write_text("my own work", encoding="utf-8")
    deep = folder / "figures" / "mine.svg"
    deep.parent.mkdir(exist_ok=True)
    deep.write_text("<svg/>", encoding="utf-8")
    called = report(made, "--force")
    assert called.returncode == 0, called.stderr
    assert mine.read_text(encoding="utf-8") == "my own work"
    assert deep.exists()
    assert f"left as it is: reports/{MONTH}/fi/mine.ipynb" in called.stdout
    assert "unchanged" in report(made, "--explain-cache").stdout
