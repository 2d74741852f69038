"""The reports as pages and PDFs under ``_site/``."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from indicators import files, processed
from indicators.errors import RenderingError
from indicators.production import runner
from indicators.production.parameters import LATEST
from indicators.production.runner import Progress
from indicators.rendering import Rendered, RendererChoice, render
from indicators.reporting.index import index_markdown
from indicators.reporting.paths import data_name
from indicators.settings import Settings

SITE = "_site"
INDEX_SOURCE = "index.qmd"


@dataclass(frozen=True, slots=True)
class Site:
    """What was made.

    Attributes:
        pages: A page and a PDF for each month and language, in order.
        index: The front page.
    """

    pages: tuple[Rendered, ...]
    index: Path


def make(
    settings: Settings,
    months: Sequence[str],
    languages: Sequence[str],
    choice: RendererChoice,
    *,
    given: Mapping[str, str] | None = None,
    register: Path | None = None,
    workers: int | None = None,
    progress: Progress = lambda _: None,
) -> Site:
    """Execute the notebooks of some months and render them all.

    Args:
        settings: The project.
        months: ``YYYY-MM``.
        languages: Of ``fi``, ``sv``, ``en``.
        choice: The renderer.
        given: Further notebook parameters, as written by a person.
        register: Folder of a canonical register, whose figures make the report's second part.
        workers: Processes at work on the notebooks.
        progress: Told each step in a few words.

    Raises:
        UsageError, DataError, DisclosureError, NotebookError: As
            :func:`indicators.production.runner.run`.
        RenderingError: The site cannot be written: nothing has begun. Or a report could not be
            rendered: those before it are in place.
    """
    _check_place(settings.root / SITE)
    reports = runner.run(
        settings,
        months,
        languages,
        given=given,
        register=register,
        workers=workers,
        progress=progress,
    )
    vintage = (given or {}).get("vintage", LATEST)
    pages = []
    for report in reports:
        made = render(settings.root, report.notebook, settings.root / SITE, choice)
        _copy_data(settings, report.month, vintage, made.html.parent)
        progress(f"page {report.month} {report.language}")
        pages.append(made)
    return Site(tuple(pages), _index(settings, choice))


def _check_place(site: Path) -> None:
    """Refuse a site that could not be written, before the notebooks take their time."""
    place = site if site.exists() else site.parent
    if not place.is_dir():
        raise RenderingError(f"{place}: is a file and not a folder; move it away")
    if not os.access(place, os.W_OK):
        raise RenderingError(f"{place}: nothing can be written there; make it writable")


def _copy_data(settings: Settings, month: str, vintage: str, folder: Path) -> None:
    """Put the month's protected figures beside the page that links to them."""
    source = processed.folder_of(settings.root, month, vintage) / processed.INDICATORS
    with files.replacing(folder / data_name(month)) as aside:
        shutil.copyfile(source.with_suffix(".csv"), aside)


def _index(settings: Settings, choice: RendererChoice) -> Path:
    """The front page of all reports there are, not only those just made."""
    site = settings.root / SITE
    with files.replacing(settings.root / "reports" / "_index.md") as aside:
        aside.write_text(index_markdown(settings, site / "reports"), encoding="utf-8")
    return render(settings.root, settings.root / INDEX_SOURCE, site, choice, formats=("html",)).html
