"""The explorer and the data tree on the site: of what is published, made when that changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from indicators.computing import Computed
from indicators.explorer.figures import OFFICIAL, REGISTER, read_figures, read_folders
from indicators.processed import publishing
from indicators.processed.reading import RegisterTables, read_month
from indicators.production import cache, steps
from indicators.production.cache import StepCache
from indicators.production.explorer_site import build_explorer
from indicators.reporting.explorer_link import explorer_paragraphs
from indicators.reporting.wording import Translator
from indicators.settings.model import Settings

MONTH, LATER = "2022-02", "2023-06"


def build(settings: Settings) -> list[str | None]:
    """Build both; gives why each had to be built."""
    step_cache = StepCache(settings.root)
    build_explorer(settings, settings.root / "_site", step_cache)
    return [verdict.reason for verdict in step_cache.verdicts]


@pytest.fixture
def settings(project: Callable[..., Settings]) -> Settings:
    return project()


@pytest.fixture
def published(settings: Settings, computed: Computed) -> Settings:
    publishing.publish(settings, MONTH, computed)
    return settings


def test_nothing_is_built_of_nothing(settings: Settings) -> None:
    assert build(settings) == []
    assert not (settings.root / "_site").exists()
    assert explorer_paragraphs(Translator("fi"), settings.root / "_site", ("fi",)) == []


def test_they_are_built_once_and_again_with_a_newer_month(
    published: Settings, computed: Computed
) -> None:
    site = published.root / "_site"
    assert build(published) == ["no record of it"] * 2
    pages = sorted(path.relative_to(site).as_posix() for path in site.rglob("index.html"))
    assert pages == ["explorer/en/index.html", "explorer/index.html", "explorer/sv/index.html"]
    assert build(published) == [None, None]
    (site / "explorer" / "sv" / "index.html").write_text("other", encoding="utf-8")
    (site / "data" / "indicator" / "left.json").write_text("{}", encoding="utf-8")
    assert all(build(published))
    assert not (site / "data" / "indicator" / "left.json").exists()
    publishing.publish(published, LATER, computed)
    assert all(build(published))
    index = json.loads((site / "data" / "index.json").read_text(encoding="utf-8"))
    assert index["month"] == LATER
    schema = json.loads((Path(steps.__file__).with_name("step.schema.json")).read_text("utf-8"))
    for folder in ("explorer", "data"):
        path = site / folder / "manifest.json"
        jsonschema.validate(json.loads(path.read_text(encoding="utf-8")), schema)
        names = {file.path for file in cache.read_record(path).outputs}
        there = {each for each in (site / folder).rglob("*") if each.is_file() and each != path}
        assert names == {each.relative_to(published.root).as_posix() for each in there}
    for language, page in (("fi", "explorer/index.html"), ("sv", "explorer/sv/index.html")):
        [text] = explorer_paragraphs(Translator(language), site, published.report.languages)
        assert f"]({page})" in text
        assert "](data/index.json)" in text


def test_figures_are_those_of_the_protected_tables(
    published: Settings, computed: Computed, counted: RegisterTables
) -> None:
    publishing.publish(published, MONTH, computed, counted)
    publishing.publish(published, LATER, computed)
    newest, before = read_folders(published.root)
    assert (newest.parent.name, before.parent.name) == (LATER, MONTH)
    figures = read_figures(published.root)
    months = [read_month(published.root, month) for month in (LATER, MONTH)]
    assert len(figures.tables[OFFICIAL]) == len(months[0].indicators)
    assert len(figures.tables[REGISTER]) == len(months[1].register)
    assert figures.is_made_up(REGISTER) == counted.made_up
    assert not figures.is_made_up(OFFICIAL)
    hidden = figures.tables[REGISTER].query("status == 'suppressed'")
    assert hidden[["numerator", "value", "low", "high"]].isna().all(axis=None)
