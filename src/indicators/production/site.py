"""The reports as pages and PDFs under ``_site/``."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path

from indicators import files
from indicators.areas.areas import load_areas
from indicators.errors import IndicatorsError, RenderingError, os_reason
from indicators.processed import reading
from indicators.processed.reading import INDICATORS, REGISTER
from indicators.processed.vintages import MANIFEST, vintage_folder
from indicators.production import runner
from indicators.production.drafting import draft_project, take_drafts
from indicators.production.explorer_site import build_explorer
from indicators.production.options import Progress, RunRequest
from indicators.production.parameters import LATEST
from indicators.production.publishing import prefixed_error, recorded_outputs
from indicators.production.report_notebooks import further_notebooks
from indicators.production.steps import Cache, Kind, Report, RunOutcome, Step
from indicators.rendering.quarto import RendererChoice, detect
from indicators.rendering.render import Rendered, render
from indicators.reporting.files import data_name, register_name
from indicators.reporting.index import index_markdown, pack_download
from indicators.reporting.reported_area import ReportedArea, rows_of_areas
from indicators.settings.model import Settings

SITE = "_site"
INDEX_SOURCE = "index.qmd"
INDEX_LISTING = Path("reports") / "_index.md"
# What every page is rendered with, beside its own source.
THEME = (Path("_quarto.yml"), Path("reports") / "_theme")
# Each renders a page and its PDF side by side.
MOST_RENDERING = 2


@dataclass(frozen=True, slots=True)
class Site:
    """The pages that a run built.

    Attributes:
        pages: A page and a PDF for each month and language, in order.
        index: The front page.
        outcome: The outcome of the notebooks; a month that failed has no new pages.
        drafts: Pages of drafts, which are not on the site.
    """

    pages: tuple[Rendered, ...]
    index: Path
    outcome: RunOutcome
    drafts: tuple[Rendered, ...] = ()


@dataclass(frozen=True, slots=True)
class _Page:
    """One report to be rendered: the executed notebook, the month's tables, where it goes.

    Of an area that is not the settings' own also the areas that it shows.
    """

    report: Report
    tables: Path
    folder: Path
    shown: tuple[str, ...] = ()

    @property
    def html(self) -> Path:
        return self.folder / self.report.notebook.with_suffix(".html").name

    @property
    def data(self) -> tuple[Path, ...]:
        """The month's figures as CSV, and a register's where there are any.

        They stand beside the monthly report alone.
        """
        if self.report.name:
            return ()
        if self.shown:
            return (self.tables / INDICATORS,)
        indicators, register = (
            (self.tables / name).with_suffix(".csv") for name in (INDICATORS, REGISTER)
        )
        return (indicators, register) if register.exists() else (indicators,)

    def step(self, root: Path, choice: RendererChoice) -> Step:
        folder = self.report.notebook.parent
        made = recorded_outputs(folder)
        names = [path.name for path in folder.glob("*")] if made is None else made
        notebook_files = [folder / name for name in names if name != MANIFEST]
        return Step(
            Kind.PAGE,
            self.report.month,
            self.html,
            self.report.language,
            (*sorted(notebook_files), *self.data, *(root / path for path in THEME)),
            _renderer_parameters(choice),
            self.report.name,
            self.report.area,
        )


def build_site(
    request: RunRequest,
    choice: RendererChoice,
    *,
    cache: Cache | None = None,
    progress: Progress = lambda _: None,
    notify: Progress = lambda _: None,
) -> Site:
    """Execute the notebooks of some months and render them all.

    Args:
        request: Months, languages and parameters of a project.
        choice: The renderer.
        cache: Decides which steps need not run again; all run if not given.
        progress: Called with each step when it is done, in a few words.
        notify: As for :func:`indicators.production.runner.run`.

    Raises:
        UsageError, DataError, DisclosureError: As :func:`indicators.production.runner.run`.
        RenderingError: The site cannot be written: nothing has begun. Or a report could not be
            rendered: those before it are in place.
    """
    settings = request.settings
    if request.draft:
        return _build_drafts(request, progress, notify)
    cache = cache or Cache()
    _check_site_writable(settings.root / SITE)
    outcome = runner.run(request, cache=cache, progress=progress, notify=notify)
    if not outcome.reports and not outcome.drafts:
        outcome.check()
    vintage = request.given.get("vintage", LATEST)
    pages = [_page(settings, report, vintage) for report in outcome.reports]
    rendered = _render_all(settings, pages, choice, cache, progress)
    own = [page for page in pages if page.data and not page.shown]
    for page in {page.report.month: page for page in own}.values():
        _publish_download(page, cache)
    if outcome.reports:
        build_explorer(settings, settings.root / SITE, cache)
    index = render_front_page(settings, choice, cache)
    drafts, failures = _render_drafts(settings, outcome.drafts)
    outcome = replace(outcome, failures=(*outcome.failures, *failures))
    return Site(rendered, index, outcome, drafts)


def _build_drafts(request: RunRequest, progress: Progress, notify: Progress) -> Site:
    """Drafts of all notebooks, in a project aside: nothing is released, published or recorded.

    The front page is not touched.
    """
    settings = request.settings
    with draft_project(settings, request.months) as aside:
        outcome = runner.run(
            replace(request, settings=aside), cache=Cache(), progress=progress, notify=notify
        )
        rendered, failures = _render_drafts(aside, outcome.drafts)
        made = tuple(take_drafts(aside.root, settings.root, rendered))
    outcome = replace(outcome, failures=(*outcome.failures, *failures), drafts=())
    if not made:
        outcome.check()
    return Site((), settings.root / SITE / "index.html", outcome, made)


def _render_drafts(
    settings: Settings, drafts: Sequence[Report]
) -> tuple[tuple[Rendered, ...], list[IndicatorsError]]:
    """Pages of drafts, beside their executed notebooks and never on the site.

    Always by the embedded renderer: Quarto puts whatever it renders in a project on its site.
    """
    choice = detect("embedded") if drafts else None
    made: list[Rendered] = []
    failures: list[IndicatorsError] = []
    for draft in drafts:
        assert choice is not None
        folder = draft.notebook.parent
        try:
            with files.temporary_folder(folder) as aside:
                rendered = render(settings.root, draft.notebook, aside, choice)
                paths = [path for path in (rendered.html, rendered.pdf) if path]
                html, *pdf = [path.replace(folder / path.name) for path in paths]
        except IndicatorsError as error:
            where = (draft.month, draft.area, draft.language)
            failures.append(prefixed_error(error, " ".join(filter(None, where))))
        else:
            made.append(Rendered(html, pdf[0] if pdf else None))
    return tuple(made), failures


def _check_site_writable(site: Path) -> None:
    """Refuse a site that could not be written, before the notebooks take their time."""
    place = site if site.exists() else site.parent
    if not place.is_dir():
        raise RenderingError(f"{place}: is a file and not a folder; move it away")
    if not os.access(place, os.W_OK):
        raise RenderingError(f"{place}: nothing can be written there; make it writable")


def _page(settings: Settings, report: Report, vintage: str) -> _Page:
    tables = vintage_folder(settings.root, report.month, vintage)
    below = report.notebook.parent.relative_to(settings.root)
    shown: tuple[str, ...] = ()
    if report.area:
        shown = ReportedArea(settings, load_areas(settings), report.month, report.area).shown
    return _Page(report, tables, settings.root / SITE / below, shown)


def _render_all(
    settings: Settings,
    pages: Sequence[_Page],
    choice: RendererChoice,
    cache: Cache,
    progress: Progress,
) -> tuple[Rendered, ...]:
    """Render side by side what is not fresh; the first failure stops what has not begun."""
    with ThreadPoolExecutor(MOST_RENDERING) as pool:
        futures = {}
        for page in pages:
            step = page.step(settings.root, choice)
            if cache.reason_to_run(step) is None:
                progress(str(step))
            else:
                futures[pool.submit(_render, settings, page, choice)] = step
        try:
            for future in as_completed(futures):
                future.result()
                cache.record(futures[future])
                progress(str(futures[future]))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return tuple(_rendered_files(page) for page in pages)


def _render(settings: Settings, page: _Page, choice: RendererChoice) -> None:
    """A page, its PDF, and beside them the figures that the page links to."""
    _create_folder(page.folder)
    if not page.data:
        render(settings.root, page.report.notebook, settings.root / SITE, choice)
        return
    with files.replacing(page.folder / data_name(page.report.month, page.report.area)) as aside:
        # First, for it is the largest: a disk that it fills leaves the page as it was.
        if page.shown:
            from indicators import table

            figures = table.read(page.tables / INDICATORS)
            table.write(rows_of_areas(figures, page.shown), aside)
        else:
            shutil.copyfile(page.data[0], aside)
        render(settings.root, page.report.notebook, settings.root / SITE, choice)


def _create_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RenderingError(
            f"{folder}: cannot be written ({os_reason(error)}); choose another place"
        ) from error


def _publish_download(page: _Page, cache: Cache) -> None:
    """A register's figures, once for all languages of a month; gone when no page offers them."""
    month, offered = page.folder.parent, set()
    for csv in page.data[1:]:
        made_up = reading.is_made_up(page.tables)
        target = month / register_name(page.report.month, made_up=made_up)
        offered.add(target)
        step = Step(Kind.DOWNLOAD, page.report.month, target, "", (csv,), {"made_up": made_up})
        if cache.reason_to_run(step) is not None:
            with files.replacing(target) as aside:
                pack_download(csv, aside, made_up=made_up)
            cache.record(step)
    for old in {*month.glob(register_name("*", made_up=False))} - offered:
        pages = [*month.glob("*/*.html"), *month.glob("*/*/*.html")]
        if not any(old.name in page_file.read_text(encoding="utf-8") for page_file in pages):
            old.unlink()


def _rendered_files(page: _Page) -> Rendered:
    pdf = page.html.with_suffix(".pdf")
    return Rendered(page.html, pdf if pdf.exists() else None)


def _renderer_parameters(choice: RendererChoice) -> dict[str, str | int | float | bool]:
    return {"renderer": choice.name, "version": choice.version}


def render_front_page(settings: Settings, choice: RendererChoice, cache: Cache) -> Path:
    """Render the front page of all reports there are, not only those of this run."""
    root, site = settings.root, settings.root / SITE
    with files.replacing(root / INDEX_LISTING) as aside:
        further = further_notebooks(settings)
        aside.write_text(index_markdown(settings, site / "reports", further), encoding="utf-8")
    target = site / Path(INDEX_SOURCE).with_suffix(".html")
    inputs = tuple(root / name for name in (INDEX_SOURCE, INDEX_LISTING, *THEME))
    step = Step(Kind.PAGE, "", target, "", inputs, _renderer_parameters(choice))
    if cache.reason_to_run(step) is not None:
        render(root, root / INDEX_SOURCE, site, choice, formats=("html",))
        cache.record(step)
    return target
