"""How a notebook opens a month."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from indicators.errors import DataError, UsageError
from indicators.reporting.context import Context
from indicators.reporting.monthly import open_report

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def notebook_folder(open_month: Callable[..., Context], monkeypatch: pytest.MonkeyPatch) -> Context:
    """The current folder is where an executed notebook stands, some way below the project."""
    context = open_month("2022-02", "sv")
    root = context.settings.root
    shutil.copy(ROOT / "indicators.toml", root)
    folder = root / "reports" / "2022-02" / "sv"
    folder.mkdir(parents=True, exist_ok=True)
    monkeypatch.chdir(folder)
    return context


def test_the_projects_tables_are_opened(notebook_folder: Context) -> None:
    opened = open_report(month="2022-02", language="sv").context
    assert opened.month == "2022-02"
    assert opened.translator.language == "sv"
    said = repr(open_report("2022-02", "sv"))
    assert "2022-02 sv" in said
    assert "flows" in said
    assert len(said) < 500
    assert opened.processed.vintage == notebook_folder.processed.vintage


def test_a_vintage_can_be_named(notebook_folder: Context) -> None:
    vintage = notebook_folder.processed.vintage
    assert open_report("2022-02", "sv", vintage=vintage).context.processed.vintage == vintage
    with pytest.raises(DataError, match="1999-01-01"):
        open_report("2022-02", "sv", vintage="1999-01-01")


@pytest.mark.usefixtures("notebook_folder")
def test_a_month_without_tables_and_a_text_that_is_no_month() -> None:
    with pytest.raises(DataError, match="2031-01"):
        open_report("2031-01")
    with pytest.raises(UsageError, match="2022-13"):
        open_report("2022-13")
