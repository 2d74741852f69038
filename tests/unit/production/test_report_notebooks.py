"""Which notebooks there are, and what each says of itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from indicators.cli.catalogue_commands import write_notebook
from indicators.errors import NotebookError, UsageError
from indicators.production.notebook import read_source
from indicators.production.report_notebooks import report_notebooks
from indicators.settings.loading import load_settings
from indicators.settings.model import Settings

Project = Callable[..., Settings]


def add(settings: Settings, name: str, *cells: tuple[str, str]) -> None:
    book = {"cells": [{"cell_type": kind, "metadata": {}, "source": text} for kind, text in cells]}
    path = settings.root / "notebooks" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(book), encoding="utf-8")


@pytest.mark.parametrize(
    ("cells", "titles"),
    [
        ([("markdown", "# One\n\ntext")], {"fi": "One", "sv": "One", "en": "One"}),
        ([("raw", "---\ntitle: Two\nlang: sv-FI\n---")], {"sv": "Two"}),
        (
            [("raw", "---\nreport:\n  title: {fi: Kolme, en: Three}\n---")],
            {"fi": "Kolme", "en": "Three"},
        ),
        ([("raw", "---\ntitle: Four\nreport: {languages: [en]}\n---")], {"en": "Four"}),
        ([("code", "1")], {"fi": "my page", "sv": "my page", "en": "my page"}),
    ],
)
def test_title_and_languages(
    project: Project, cells: list[tuple[str, str]], titles: dict[str, str]
) -> None:
    settings = project()
    add(settings, "own/my_page.ipynb", *cells)
    monthly, own = report_notebooks(settings)
    assert (monthly.name, own.name) == ("", "my-page")
    assert (own.languages, own.titles) == (tuple(titles), titles)
    assert not own.draft


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("---\ndraft: perhaps\n---", "draft: write true or false"),
        ("---\ntitel: x\n---", "titel: unknown"),
        ("---\nlang: de-DE\n---", "lang: write fi-FI"),
        ("---\nreport: {title: {de: x}}\n---", "report.title: write a title a language"),
        ("---\ntitle: [\n---", "is not YAML"),
    ],
)
def test_what_is_wrong_in_front_matter_is_said(project: Project, text: str, said: str) -> None:
    settings = project()
    add(settings, "own/x.ipynb", ("raw", text))
    with pytest.raises(NotebookError) as caught:
        report_notebooks(settings)
    assert said in str(caught.value)
    assert "own/x.ipynb" in str(caught.value)


def test_a_named_notebook_that_is_not_there_is_said_with_its_place(project: Project) -> None:
    settings = project()
    report = replace(settings.report, notebooks=("monthly_report.ipynb", "own/gone.ipynb"))
    with pytest.raises(UsageError) as caught:
        report_notebooks(replace(settings, report=report))
    assert "report.notebooks[1]: there is no notebooks/own/gone.ipynb" in str(caught.value)


def test_two_pages_of_a_name_are_refused(project: Project) -> None:
    settings = project()
    for name in ("own/My page.ipynb", "own/my-page.ipynb"):
        add(settings, name, ("code", "1"))
    with pytest.raises(UsageError, match="same name"):
        report_notebooks(settings)


def test_a_place_outside_the_notebooks_is_refused_in_the_settings(tmp_path: Path) -> None:
    text = (Path(__file__).parents[3] / "indicators.toml").read_text(encoding="utf-8")
    text = text.replace('"own/*.ipynb"', '"../elsewhere/*.ipynb", "own/x.py"')
    (tmp_path / "indicators.toml").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        load_settings(tmp_path)
    assert "report.notebooks[1]" in str(caught.value)
    assert "report.notebooks[2]" in str(caught.value)


def test_a_new_notebook_is_a_notebook_and_overwrites_nothing(project: Project) -> None:
    settings = project()
    path = write_notebook("my_idea", settings.root, draft=True)
    [_, own] = report_notebooks(settings)
    assert (own.source, own.draft) == (path, True)
    assert own.titles["sv"] == "My idea"
    with pytest.raises(UsageError, match="is there already"):
        write_notebook("my_idea", settings.root, draft=False)


def test_a_page_of_made_up_data_says_so_at_its_head(project: Project) -> None:
    settings = project()
    add(settings, "own/x.ipynb", ("code", "1"))
    [_, own] = report_notebooks(settings)
    tables: Any = SimpleNamespace(month="2022-02", made_up=True, any_made_up=True)
    shown = own.display(tables, "sv", "")
    assert shown.made_up == "påhittad"
    assert ".synthetic-notice" in shown.opening
    tables.made_up = tables.any_made_up = False
    assert own.display(tables, "sv", "").made_up == ""


def test_a_notebook_of_another_program_is_read_and_a_broken_one_named(project: Project) -> None:
    settings = project()
    path = settings.root / "notebooks" / "own.ipynb"
    cell = {"cell_type": "code", "source": "1"}
    book = {"cells": [cell], "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(book), encoding="utf-8")
    assert read_source(path).cells[0].source == "1"
    path.write_text(json.dumps({**book, "nbformat": 3}), encoding="utf-8")
    with pytest.raises(NotebookError, match=r"own\.ipynb: is no notebook as Jupyter writes them"):
        read_source(path)
