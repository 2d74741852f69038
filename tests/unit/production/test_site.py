"""The site around the pages: the figures beside each report, the front page of all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import plant
import pytest

from indicators.computing import Computed
from indicators.errors import RenderingError
from indicators.processed import publishing
from indicators.processed.vintages import vintage_folder
from indicators.production import runner, site
from indicators.production.options import RunRequest
from indicators.production.steps import RunOutcome, report_path
from indicators.rendering.quarto import RendererChoice
from indicators.rendering.render import Rendered
from indicators.settings.model import Settings

MONTH = "2022-02"
CHOICE = RendererChoice("embedded", "0", "for the test")


@pytest.fixture
def made(
    project: Callable[..., Settings], computed: Computed, monkeypatch: pytest.MonkeyPatch
) -> Settings:
    """A project with tables, whose notebooks and pages are made in no time."""
    settings = project()
    publishing.publish(settings, MONTH, computed)

    def run(request: RunRequest, **_: object) -> RunOutcome:
        reports = [
            runner.Report(month, language, report_path(settings.root, month, language))
            for month in request.months
            for language in request.languages
        ]
        return RunOutcome(tuple(reports), ())

    def render(
        root: Path, source: Path, destination: Path, _: object, *, formats: Sequence[str] = ()
    ) -> Rendered:
        page = destination / source.relative_to(root).with_suffix(".html")
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(f"{source.name} {','.join(formats)}")
        return Rendered(page, None if formats else page.with_suffix(".pdf"))

    monkeypatch.setattr(site.runner, "run", run)
    monkeypatch.setattr(site, "render", render)
    (settings.root / "reports").mkdir()
    return settings


def test_a_page_a_month_and_language_and_a_front_page(made: Settings) -> None:
    messages: list[str] = []
    result = site.build_site(
        RunRequest(made, [MONTH], ["fi", "sv"]), CHOICE, progress=messages.append
    )
    folder = made.root / "_site" / "reports" / MONTH
    assert [page.html for page in result.pages] == [
        folder / language / f"monthly-report-{MONTH}-{language}.html" for language in ("fi", "sv")
    ]
    assert result.index == made.root / "_site" / "index.html"
    assert result.index.read_text() == "index.qmd html"
    assert sorted(messages) == [f"page {MONTH} fi", f"page {MONTH} sv"]


def test_the_figures_stand_beside_each_page(made: Settings) -> None:
    site.build_site(RunRequest(made, [MONTH], ["fi", "sv"]), CHOICE)
    source = vintage_folder(made.root, MONTH) / "indicators.csv"
    for language in ("fi", "sv"):
        copy = made.root / "_site" / "reports" / MONTH / language / f"indicators-{MONTH}.csv"
        assert copy.read_bytes() == source.read_bytes()


def test_a_page_that_has_no_place_is_told(made: Settings) -> None:
    (made.root / "_site").mkdir()
    (made.root / "_site" / "reports").write_text("a file in the way")
    with pytest.raises(RenderingError, match=f"reports/{MONTH}/fi: cannot be written"):
        site.build_site(RunRequest(made, [MONTH], ["fi"]), CHOICE)


def test_a_page_that_fails_leaves_its_figures_as_they_were(
    made: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.build_site(RunRequest(made, [MONTH], ["fi"]), CHOICE)
    [figures] = (made.root / "_site" / "reports" / MONTH / "fi").glob("*.csv")
    figures.write_text("before")

    def fails(*_: Any, **__: Any) -> None:
        raise RenderingError("no ink")

    monkeypatch.setattr(site, "render", fails)
    with pytest.raises(RenderingError, match="no ink"):
        site.build_site(RunRequest(made, [MONTH], ["fi"]), CHOICE)
    assert figures.read_text() == "before"


def test_a_register_stands_beside_them_packed_and_named_as_made_up(made: Settings) -> None:
    newest = vintage_folder(made.root, MONTH)
    older = newest.with_name("2022-05-01")
    older.mkdir()
    (older / "indicators.csv").write_text("older")
    (older / "register.csv").write_text("indicator,value\n")
    (older / "register.json").write_text('{"made_up": true}')
    folder = made.root / "_site" / "reports" / MONTH
    name = f"register-made-up-{MONTH}.zip"

    plain = site.render

    def links(root: Path, source: Path, *more: Any, **formats: Any) -> Rendered:
        made = plain(root, source, *more, **formats)
        made.html.write_text(name if source.suffix == ".ipynb" else "")
        return made

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(site, "render", links)
        site.build_site(
            RunRequest(made, [MONTH], ["fi", "sv"], given={"vintage": "2022-05-01"}), CHOICE
        )
    with ZipFile(folder / name) as packed:
        assert packed.read(f"register-made-up-{MONTH}.csv") == b"indicator,value\n"
    # It stays while a page offers it, and no longer.
    site.build_site(RunRequest(made, [MONTH], ["fi"]), CHOICE)
    assert (folder / name).exists()
    site.build_site(RunRequest(made, [MONTH], ["sv"]), CHOICE)
    assert not (folder / name).exists()


def test_the_figures_are_of_the_vintage_asked_for(made: Settings) -> None:
    newest = vintage_folder(made.root, MONTH)
    older = newest.with_name("2022-05-01")
    older.mkdir()
    (older / "indicators.csv").write_text("older")
    site.build_site(RunRequest(made, [MONTH], ["fi"], given={"vintage": "2022-05-01"}), CHOICE)
    copy = made.root / "_site" / "reports" / MONTH / "fi" / f"indicators-{MONTH}.csv"
    assert copy.read_text() == "older"


def test_the_front_page_lists_reports_made_earlier_too(made: Settings) -> None:
    site.build_site(RunRequest(made, [MONTH], ["fi"]), CHOICE)
    site.build_site(RunRequest(made, [MONTH], ["sv"]), CHOICE)
    listing = (made.root / "reports" / "_index.md").read_text(encoding="utf-8")
    assert f"monthly-report-{MONTH}-fi.html" in listing
    assert f"monthly-report-{MONTH}-sv.html" in listing
    assert f"monthly-report-{MONTH}-en.html" not in listing
    assert list(plant.contents(made.root / "reports")) == ["_index.md"]


def test_a_site_that_cannot_be_written_stops_before_anything_begins(
    project: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = project()
    monkeypatch.setattr(site.os, "access", lambda *_: False)
    with pytest.raises(RenderingError, match="make it writable"):
        site.build_site(RunRequest(settings, [MONTH], ["fi"]), CHOICE)
    (settings.root / "_site").write_text("a file in the way")
    with pytest.raises(RenderingError, match="_site: is a file"):
        site.build_site(RunRequest(settings, [MONTH], ["fi"]), CHOICE)
    assert (settings.root / "_site").read_text() == "a file in the way"
    assert not (settings.root / "reports").exists()
