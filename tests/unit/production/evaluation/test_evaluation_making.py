"""Both volumes made: what is left as it is, what is made anew, what a failure leaves behind."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import plant
import pytest

from indicators import computing
from indicators.errors import DisclosureError, NotebookError, UsageError
from indicators.evaluation.study import made_up, storing
from indicators.evaluation.study import study as running
from indicators.evaluation.study.plan import Matching
from indicators.production import evaluation_report
from indicators.production.evaluation_report import EvaluationOptions, build_evaluation
from indicators.rendering.quarto import RendererChoice
from indicators.rendering.render import Rendered
from indicators.reporting.evaluation_volumes import MADE_UP, REPORT
from indicators.settings.model import Settings

CHOICE = RendererChoice("embedded", "0", "for the test")
DECLARED = 'vintage: str = "latest"'
FRAME = pd.DataFrame({"a": [1.5]})
# Volumes are made, with their notebooks.
pytestmark = pytest.mark.slow


def write_notebook(root: Path, name: str, cell: str, declared: str = DECLARED) -> None:
    path = root / "notebooks" / name
    path.write_text(plant.notebook([declared, cell]), encoding="utf-8")


@pytest.fixture
def computed() -> list[str]:
    """Which studies have run, in order."""
    return []


@pytest.fixture
def small(
    project: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch, computed: list[str]
) -> Settings:
    """A project whose studies take no time, and whose pages are their sources' names."""
    settings = project()
    root = settings.root
    write_notebook(root, "evaluation_1_first.ipynb", "print(vintage)")
    write_notebook(root, "evaluation_2_second.ipynb", "print('second')")
    write_notebook(root, "evaluation_made_up.ipynb", "print('made up', vintage)")
    (root / "_quarto.yml").write_text("")
    (root / "reports" / "_theme").mkdir(parents=True)

    def study(*_: object) -> dict[str, pd.DataFrame]:
        computed.append("published")
        return {"few": FRAME}

    def people(*_: object) -> dict[str, pd.DataFrame]:
        computed.append("made up")
        return {"people": FRAME}

    def render(root: Path, source: Path, destination: Path, _: object) -> Rendered:
        page = destination / source.relative_to(root).with_suffix(".html")
        page.parent.mkdir(parents=True)
        page.write_text(source.read_text())
        pdf = page.with_suffix(".pdf")
        pdf.write_bytes(b"%PDF-1.7\n%%EOF\n")
        return Rendered(page, None if (root / "no-pdf").exists() else pdf)

    monkeypatch.setattr(computing, "compute_all", lambda *_, **__: None)
    monkeypatch.setattr(running, "run_study", study)
    monkeypatch.setattr(made_up, "evaluate_made_up", people)
    monkeypatch.setattr(evaluation_report, "render", render)
    monkeypatch.setattr("indicators.scanning.scanner.refuse_personal_data", lambda _: 0)
    return settings


def site(settings: Settings) -> Path:
    return settings.root / evaluation_report.SITE


def test_two_volumes_with_all_that_they_were_made_from(small: Settings) -> None:
    messages: list[str] = []
    result = build_evaluation(small, CHOICE, progress=messages.append)
    assert result.renewed
    assert [page.name for page, _ in result.pages] == ["arviointi.html", "rekisterikoe.html"]
    assert all(item.is_file() for pair in result.pages for item in pair)
    names = {item.relative_to(site(small)).as_posix() for item in site(small).rglob("*.*")}
    assert names >= {
        "notebooks/evaluation_1_first.ipynb",
        "notebooks/evaluation_made_up.ipynb",
        "results/manifest.json",
        "results/few.csv",
        "results-made-up/manifest.json",
        "results-made-up/people.csv",
    }
    assert {"evaluation_1_first", "arviointi.html, arviointi.pdf"} <= set(messages)


def test_another_area_has_the_report_alone_in_folders_of_its_own(small: Settings) -> None:
    for name in ("evaluation_1_first.ipynb", "evaluation_2_second.ipynb"):
        write_notebook(small.root, name, "print(area)", f'{DECLARED}\narea: str = ""')
    build_evaluation(small, CHOICE)
    before = {path: path.read_bytes() for path in site(small).rglob("*") if path.is_file()}
    turku = EvaluationOptions(area="TRIAL-turku")
    result = build_evaluation(small, CHOICE, turku)
    assert [pair[0].relative_to(site(small)).as_posix() for pair in result.pages] == [
        "TRIAL-turku/arviointi.html"
    ]
    assert "TRIAL-turku" in result.pages[0][0].read_text()
    [folder] = result.results
    assert folder.parent.name == "TRIAL-turku"
    plan = storing.read_results(folder).manifest["plan"]
    assert plan["group"] == "TRIAL-turku"
    assert "KU853" in plan["members"]
    # The settings' own report is as it was, and stays found as the newest.
    assert all(path.read_bytes() == content for path, content in before.items())
    assert storing.newest_results(small.root) == folder.parents[1] / folder.name
    assert not build_evaluation(small, CHOICE).renewed
    assert not build_evaluation(small, CHOICE, turku).renewed


def test_volumes_share_no_result(small: Settings) -> None:
    result = build_evaluation(small, CHOICE)
    report, people = (storing.read_results(folder) for folder in result.results)
    assert set(report.frames) == {"few"}
    assert set(people.frames) == {"people"}
    assert people.manifest["sources"] == []
    assert report.manifest["sources"]
    assert report.manifest["plan"]["members"] == list(small.groups["LAHTI5"].members)
    assert people.vintage == "2023-06-30"


def test_a_bound_volume_is_its_chapters_under_one_front_matter(small: Settings) -> None:
    build_evaluation(small, CHOICE)
    book = json.loads((small.root / evaluation_report.SOURCES / "arviointi.ipynb").read_text())
    kinds = [item["cell_type"] for item in book["cells"]]
    assert kinds == ["raw", "markdown", "code", "code"]
    ids = [item["id"] for item in book["cells"]]
    assert len(ids) == len(set(ids))
    texts = ["".join(c["outputs"][0]["data"]["text/markdown"]) for c in book["cells"][2:]]
    assert [re.findall(r"^[\w-]+$", text, re.MULTILINE) for text in texts] == [
        ["2023-12-05"],
        ["second"],
    ]
    assert "vintage:" not in json.dumps(book)


def test_a_figure_of_ones_own_is_shown_with_its_words_and_its_mark(small: Settings) -> None:
    figure = (
        "#| fig-cap: Oma kuva\n#| fig-alt: Tyhjä kuva.\n"
        "from matplotlib.figure import Figure\nFigure()"
    )
    for name in ("evaluation_2_second.ipynb", "evaluation_made_up.ipynb"):
        write_notebook(small.root, name, figure)
    build_evaluation(small, CHOICE)
    folder = small.root / evaluation_report.SOURCES
    for name, caption in {"arviointi": "Oma kuva", "rekisterikoe": "Oma kuva (keksitty)"}.items():
        assert f"![{caption}](" in (folder / f"{name}.ipynb").read_text()


def test_chapters_refer_to_each_other_and_what_was_dropped_becomes_words(small: Settings) -> None:
    show = "from IPython.display import Markdown\nMarkdown({!r})"
    first = "See [-@fig-there] and [-@tbl-gone]."
    write_notebook(small.root, "evaluation_1_first.ipynb", show.format(first))
    write_notebook(small.root, "evaluation_2_second.ipynb", show.format("![x](x.svg){#fig-there}"))
    build_evaluation(small, CHOICE)
    book = (small.root / evaluation_report.SOURCES / "arviointi.ipynb").read_text()
    assert "See [-@fig-there] and (jätetty pois)." in book


def test_nothing_is_made_twice(small: Settings, computed: list[str]) -> None:
    build_evaluation(small, CHOICE)
    again = build_evaluation(small, CHOICE)
    assert not again.renewed
    assert computed == ["published", "made up"]
    assert build_evaluation(small, CHOICE, EvaluationOptions(force=True)).renewed
    assert computed == ["published", "made up"] * 2


def test_a_changed_notebook_is_executed_and_nothing_computed(
    small: Settings, computed: list[str]
) -> None:
    build_evaluation(small, CHOICE)
    write_notebook(small.root, "evaluation_2_second.ipynb", "print('third')")
    assert build_evaluation(small, CHOICE).renewed
    assert computed == ["published", "made up"]
    executed = site(small) / "notebooks" / "evaluation_2_second.ipynb"
    assert plant.outputs(executed) == ["third\n"]


def test_other_draws_are_other_results(small: Settings, computed: list[str]) -> None:
    build_evaluation(small, CHOICE)
    fewer = EvaluationOptions(matching=replace(Matching(), draws=200))
    assert build_evaluation(small, CHOICE, fewer).renewed
    assert computed == ["published", "made up", "published"]


@pytest.mark.parametrize("harm", ["page", "record", "result"])
def test_what_was_harmed_is_made_again(small: Settings, harm: str, computed: list[str]) -> None:
    result = build_evaluation(small, CHOICE)
    place = {
        "page": result.pages[0][0],
        "record": site(small) / evaluation_report.BUILD_RECORD,
        "result": result.results[1] / "people.parquet",
    }[harm]
    place.write_text("[]")
    again = build_evaluation(small, CHOICE)
    assert again.renewed == (harm != "result")
    assert computed[2:] == (["made up"] if harm == "result" else [])


def test_a_cell_that_fails_leaves_all_as_it_was(small: Settings) -> None:
    build_evaluation(small, CHOICE)
    before = plant.contents(site(small)), plant.contents(small.root / evaluation_report.SOURCES)
    write_notebook(small.root, "evaluation_2_second.ipynb", "1 / 0")
    with pytest.raises(NotebookError, match=r"evaluation_2_second.*ZeroDivisionError"):
        build_evaluation(small, CHOICE)
    assert (
        plant.contents(site(small)),
        plant.contents(small.root / evaluation_report.SOURCES),
    ) == before


def test_a_volume_without_notebooks_is_refused(small: Settings) -> None:
    (small.root / "notebooks" / MADE_UP.pattern).unlink()
    with pytest.raises(NotebookError, match="no notebook evaluation_made_up"):
        build_evaluation(small, CHOICE)
    assert not site(small).exists()


def test_what_tells_of_a_person_is_not_published(
    small: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: object) -> int:
        raise DisclosureError("one finding")

    monkeypatch.setattr("indicators.scanning.scanner.refuse_personal_data", refuse)
    with pytest.raises(DisclosureError):
        build_evaluation(small, CHOICE)
    assert not site(small).exists()
    assert not (small.root / evaluation_report.SOURCES).exists()


def test_a_volume_without_a_pdf_is_published_without(small: Settings) -> None:
    (small.root / "no-pdf").touch()
    build_evaluation(small, CHOICE)
    assert (site(small) / REPORT.page).is_file()
    assert not (site(small) / REPORT.pdf).exists()


def test_too_few_draws_are_refused() -> None:
    with pytest.raises(UsageError, match="draws 99: give 100 or more"):
        EvaluationOptions(matching=Matching(draws=99))
