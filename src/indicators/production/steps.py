"""The steps of a run, the cache's interface to them, and the outcome of a run."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import product
from pathlib import Path

from indicators.areas.areas import TRIAL_KEYS
from indicators.catalogue.model import LANGUAGES
from indicators.errors import DisclosureError, IndicatorsError, NotebookError
from indicators.processed import vintages
from indicators.processed.vintages import vintage_folder
from indicators.production import parameters
from indicators.production.options import RunRequest
from indicators.production.parameters import LATEST, Value
from indicators.production.report_notebooks import ReportNotebook
from indicators.reporting.files import FONTS, report_name
from indicators.reporting.wording import TAGS, Translator
from indicators.settings.loading import FILE_NAME
from indicators.settings.model import Settings
from indicators.sources.kela.listing import kela_files
from indicators.sources.statfin.provenance import table_files
from indicators.text_table import align_columns

Values = Mapping[str, Value]
# Recorded beside a notebook's parameters, as its page depends on it.
FURTHER_PAGES = "further_pages"
# Parameters of a notebook that the run sets if the notebook asks for them.
AREA, DRAFT = "area", "draft"
# Endings of files beside a notebook of one's own that it may read.
HELPERS = frozenset({".py", ".csv", ".tsv", ".json", ".toml", ".parquet", ".xlsx", ".mplstyle"})


class Kind(StrEnum):
    """What a step produces; a month's steps are done in this order."""

    TABLES = "tables"
    NOTEBOOK = "notebook"
    PAGE = "page"
    DOWNLOAD = "download"
    EXPLORER = "explorer"
    DATA = "data"


FOLDER_KINDS = (Kind.NOTEBOOK, Kind.EXPLORER, Kind.DATA)
"""Kinds of steps whose output is all of a folder."""


@dataclass(frozen=True, slots=True)
class Step:
    """A unit of work, with all of its inputs named.

    Attributes:
        kind: What it produces.
        month: ``YYYY-MM``; empty for the site's front page.
        target: What stands there when it is done: the folder of the month's vintages, the
            executed notebook, the page (its PDF stands beside it), the download, or the first
            file of the explorer or the data tree.
        language: ``fi``, ``sv`` or ``en``; empty for what is of all languages.
        name: Of the notebook that it belongs to; empty for the monthly report.
        area: Code of the area that it is about; empty for the settings' own.
        inputs: Files and folders it reads, other than the package itself.
        parameters: Checked notebook parameters, or those of the renderer.
    """

    kind: Kind
    month: str
    target: Path
    language: str = ""
    inputs: tuple[Path, ...] = ()
    parameters: Mapping[str, Value] = field(default_factory=dict, hash=False)
    name: str = ""
    area: str = ""

    def __str__(self) -> str:
        parts = (self.kind, self.month, self.area, self.language, self.name)
        return " ".join(part for part in parts if part)


class Cache:
    """Decides which steps need not run again: by default none.

    :class:`indicators.production.cache.StepCache` overrides both methods. They are called in the
    process that the run began in, from a single thread, and for a kind of steps only when those
    before it are in place, so that ``inputs`` can be read.
    """

    def reason_to_run(self, step: Step) -> str | None:
        """Why the step must run; None if what stands under its target is still right."""
        del step
        return "there is no cache"

    def record(self, step: Step, outputs: Sequence[Path] | None = None) -> None:
        """Record that the step has run and its output stands under its target.

        Args:
            step: The step.
            outputs: The files that it made; those that belong there by their names if not given.
        """


def report_path(root: Path, month: str, language: str, area: str = "") -> Path:
    """Where a month's executed notebook stands: one folder a month, area and language."""
    folder = root / "reports" / month / area / language
    return folder / f"{report_name(month, language, area)}.ipynb"


def notebook_path(
    root: Path, notebook: ReportNotebook, month: str, language: str, area: str = ""
) -> Path:
    """Where a notebook of a month stands when it is executed: a folder a month and language."""
    folder = root / "reports" / notebook.folder(month, language, area)
    return folder / f"{notebook.file_stem(month, language, area)}.ipynb"


@dataclass(frozen=True, slots=True)
class NotebookRun:
    """A notebook, to be executed for a month in a language with checked parameters."""

    notebook: ReportNotebook
    month: str
    language: str
    parameters: Values = field(hash=False)
    area: str = ""


def notebook_runs(
    root: Path, notebooks: Sequence[ReportNotebook], request: RunRequest
) -> list[NotebookRun]:
    """Each notebook for each month and area, in those of the languages that it has words in.

    Of an area that is not the settings' own only notebooks that take the parameter ``area``.

    Raises:
        UsageError: A parameter is unknown to all notebooks, or malformed.
        NotebookError: A notebook does not declare its parameters.
    """
    known = {notebook: _declared(notebook) for notebook in notebooks}
    anywhere = {name for names in known.values() for name in names}
    runs = []
    every = product(notebooks, request.months, request.areas, request.languages)
    for notebook, month, area, language in every:
        names = known[notebook]
        if language not in notebook.languages or (area and AREA not in names):
            continue
        # What another notebook takes is not meant for this one; what none takes is refused.
        texts = {
            name: text
            for name, text in request.given.items()
            if name in names or name not in anywhere
        }
        texts |= {"month": month, "language": language}
        # Which languages there are, only if the notebook asks for it.
        if "languages" in names:
            texts["languages"] = ",".join(_report_languages(root, month, request, area))
        if area:
            texts[AREA] = area
        if request.draft and DRAFT in names:
            texts[DRAFT] = "true"
        values = parameters.check_parameters(notebook.source, texts)
        runs.append(NotebookRun(notebook, month, language, values, area))
    return runs


def _declared(notebook: ReportNotebook) -> Collection[str]:
    names = parameters.declared_parameters(notebook.source)
    if lacking := [name for name in ("month", "language") if name not in names]:
        raise NotebookError(
            f"{notebook.source}: does not declare {' and '.join(lacking)}; its cell tagged "
            '`parameters` must have `month: str = "2022-02"` and `language: str = "fi"`'
        )
    return names


def _report_languages(root: Path, month: str, request: RunRequest, area: str) -> list[str]:
    """The languages a month will have a report in: a page links to no other."""
    return [
        language
        for language in LANGUAGES
        if language in request.languages
        or (not request.draft and report_path(root, month, language, area).exists())
    ]


def further_pages(
    root: Path,
    run: NotebookRun,
    others: Sequence[ReportNotebook],
    made: Collection[str],
    locative: Callable[[str], str] = lambda _: "",
) -> str:
    """Links to the other pages of a month, as Markdown for the page alone; empty for none.

    Args:
        root: The project's folder.
        run: Whose page links to them.
        others: All notebooks of the project.
        made: The languages of this run.
        locative: Where the area of the run is, in a language.
    """
    links = []
    month, area = run.month, run.area
    here = run.notebook.folder(month, run.language, area)
    for notebook in others:
        if notebook.draft or notebook == run.notebook:
            continue
        if area and AREA not in _declared(notebook):
            continue
        languages = [
            language
            for language in notebook.languages
            if language in made or notebook_path(root, notebook, month, language, area).exists()
        ]
        for language in [run.language] if run.language in languages else languages:
            stem = notebook.file_stem(month, language, area)
            there = notebook.folder(month, language, area) / stem
            address = Path(os.path.relpath(there, here)).as_posix()
            tag = TAGS[language]
            title = notebook.title(month, language, locative(language) if area else "")
            links.append(f'- [{title}]({address}.html){{lang="{tag}" hreflang="{tag}"}}')
    if not links:
        return ""
    heading = Translator(run.language)("own_notebooks.further")
    text = "\n".join(links)
    return (
        f'::::: {{.content-visible when-format="html"}}\n\n## {heading} {{.unnumbered}}\n\n'
        f":::: {{.month-list}}\n\n{text}\n\n::::\n\n:::::"
    )


def tables_step(settings: Settings, month: str, register: Path | None) -> Step:
    """The step that computes the protected tables of a month."""
    keys = settings.root / TRIAL_KEYS
    public = (*table_files(settings.statfin.directory), *kela_files(settings.kela.directory))
    sources = [settings.root / FILE_NAME, keys, *public]
    target = settings.root / "data" / "processed" / month
    read = tuple(sources if register is None else [*sources, register])
    return Step(Kind.TABLES, month, target, inputs=read)


def notebook_step(settings: Settings, run: NotebookRun, links: str = "") -> Step:
    """The step that executes a month's notebook in one language; its tables are in place.

    Args:
        settings: The project.
        run: What is executed.
        links: Markdown with links to the month's other pages; empty for none.

    Raises:
        DataError: The requested vintage is not there.
    """
    root, source = settings.root, run.notebook.source
    tables = vintage_folder(root, run.month, vintage_parameter(run.parameters))
    read: tuple[Path, ...] = (root / FILE_NAME, source, root / FONTS, root / TRIAL_KEYS, tables)
    if run.notebook.name:
        read += _inputs_of_own(settings, run)
    values = {**run.parameters, FURTHER_PAGES: links} if links else run.parameters
    target = notebook_path(root, run.notebook, run.month, run.language, run.area)
    name = run.notebook.name
    return Step(Kind.NOTEBOOK, run.month, target, run.language, read, values, name, run.area)


def _inputs_of_own(settings: Settings, run: NotebookRun) -> tuple[Path, ...]:
    """What else a notebook of one's own may read: nobody knows beforehand what it will.

    The published figures, the tables of earlier months, and files beside it that are no notebooks.
    """
    root = settings.root
    earlier = sorted(
        folder.name
        for folder in (root / "data" / "processed").glob("????-??")
        if folder.name < run.month and (folder / vintages.LATEST).exists()
    )
    months = [vintage_folder(root, month) for month in earlier]
    beside = [
        path
        for path in sorted(run.notebook.source.parent.glob("*"))
        if path.is_file() and path.suffix in HELPERS
    ]
    public = (*table_files(settings.statfin.directory), *kela_files(settings.kela.directory))
    return (*months, *beside, *public)


def vintage_parameter(values: Values) -> str:
    """The vintage whose tables a notebook reads."""
    return str(values.get("vintage", LATEST))


# The outcome of a run.


class NotebookState(StrEnum):
    """How a notebook of a run ended."""

    MADE = "made"
    UNCHANGED = "unchanged"
    FAILED = "failed"
    # It was executed, but a notebook in another language of its month failed.
    HELD_BACK = "held back"


@dataclass(frozen=True, slots=True)
class Report:
    """One month's report in one language.

    Attributes:
        month: ``YYYY-MM``.
        language: ``fi``, ``sv`` or ``en``.
        notebook: The executed notebook: a Quarto document with its figures beside it.
        name: Of the notebook; empty for the monthly report.
        area: Code of the area; empty for the settings' own.
    """

    month: str
    language: str
    notebook: Path
    name: str = ""
    area: str = ""


@dataclass(frozen=True, slots=True)
class MonthRow:
    """One month of a run.

    Attributes:
        month: ``YYYY-MM``.
        vintage: The vintage of its tables.
        states: How its notebooks ended, by language.
        seconds: The time the month's notebooks took, added up; of a further notebook, None.
        name: Of the notebook; empty for the monthly report.
        area: Code of the area; empty for the settings' own.
    """

    month: str
    vintage: str
    states: Mapping[str, NotebookState]
    seconds: float | None
    name: str = ""
    area: str = ""


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """The outcome of a run, whole or in part.

    Attributes:
        reports: Those in place, new or unchanged, in order.
        rows: A row a month.
        failures: The error of each notebook or month that failed.
        drafts: Drafts in place; they are not published.
    """

    reports: tuple[Report, ...]
    rows: tuple[MonthRow, ...]
    failures: tuple[IndicatorsError, ...] = ()
    drafts: tuple[Report, ...] = ()

    def check(self) -> None:
        """Raise all failures as a single error, of the gravest kind among them.

        Raises:
            IndicatorsError: Something failed; a disclosure error comes before all others.
        """
        if self.failures:
            order = sorted(self.failures, key=lambda error: not isinstance(error, DisclosureError))
            first, *further = order
            details = [text for error in further for text in (error.message, *error.details)]
            raise type(first)(first.message, [*first.details, *details])


def summary_table(rows: Sequence[MonthRow]) -> str:
    """The rows of a run as an aligned text table with a heading, for a terminal."""
    languages = list(dict.fromkeys(language for row in rows for language in row.states))
    named = ["notebook"] if any(row.name for row in rows) else []
    placed = ["area"] if any(row.area for row in rows) else []
    head = ["month", *placed, "tables", *named, *languages, "seconds"]
    body = [
        [
            row.month,
            *([row.area] if placed else []),
            row.vintage,
            *([row.name or "monthly-report"] if named else []),
            *(row.states.get(language, "") for language in languages),
            "" if row.seconds is None else f"{row.seconds:.1f}",
        ]
        for row in rows
    ]
    return "\n".join(align_columns([head, *body]))
