"""The steps of a run, the cache's interface to them, and the outcome of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from indicators.areas.areas import TRIAL_KEYS
from indicators.catalogue.model import LANGUAGES
from indicators.errors import DisclosureError, IndicatorsError
from indicators.processed.vintages import vintage_folder
from indicators.production import parameters
from indicators.production.parameters import LATEST, Value
from indicators.reporting.files import FONTS, report_name
from indicators.settings.loading import FILE_NAME
from indicators.settings.model import Settings
from indicators.sources.statfin.provenance import table_files
from indicators.text_table import align_columns

NOTEBOOK = Path("notebooks") / "monthly_report.ipynb"

Values = Mapping[str, Value]


class Kind(StrEnum):
    """What a step produces; a month's steps are done in this order."""

    TABLES = "tables"
    NOTEBOOK = "notebook"
    PAGE = "page"
    DOWNLOAD = "download"


@dataclass(frozen=True, slots=True)
class Step:
    """A unit of work, with all of its inputs named.

    Attributes:
        kind: What it produces.
        month: ``YYYY-MM``; empty for the site's front page.
        target: What stands there when it is done: the folder of the month's vintages, the
            executed notebook, the page (its PDF stands beside it), or the download.
        language: ``fi``, ``sv`` or ``en``; empty for tables, downloads and the front page.
        inputs: Files and folders it reads, other than the package itself.
        parameters: Checked notebook parameters, or those of the renderer.
    """

    kind: Kind
    month: str
    target: Path
    language: str = ""
    inputs: tuple[Path, ...] = ()
    parameters: Mapping[str, Value] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        return " ".join(part for part in (self.kind, self.month, self.language) if part)


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

    def record(self, step: Step) -> None:
        """Record that the step has run and its output stands under its target."""


def report_path(root: Path, month: str, language: str) -> Path:
    """Where a month's executed notebook stands: one folder a month and language."""
    return root / "reports" / month / language / f"{report_name(month, language)}.ipynb"


def checked_parameters(
    root: Path, months: Sequence[str], languages: Sequence[str], given: Mapping[str, str]
) -> dict[tuple[str, str], Values]:
    """The parameters of every notebook, by month and language.

    Raises:
        UsageError: A parameter is unknown or malformed.
        NotebookError: The notebook does not declare its parameters.
    """
    source = root / NOTEBOOK
    known = parameters.declared_parameters(source)
    values_by_report: dict[tuple[str, str], Values] = {}
    for month in months:
        for language in languages:
            texts = {**given, "month": month, "language": language}
            # Which languages there are, only if the notebook asks for it.
            if "languages" in known:
                texts["languages"] = ",".join(_report_languages(root, month, languages))
            values_by_report[month, language] = parameters.check_parameters(source, texts)
    return values_by_report


def _report_languages(root: Path, month: str, requested: Sequence[str]) -> list[str]:
    """The languages a month will have a report in: a page links to no other."""
    return [
        language
        for language in LANGUAGES
        if language in requested or report_path(root, month, language).exists()
    ]


def tables_step(settings: Settings, month: str, register: Path | None) -> Step:
    """The step that computes the protected tables of a month."""
    sources = [settings.root / FILE_NAME, *table_files(settings.statfin.directory)]
    target = settings.root / "data" / "processed" / month
    read = tuple(sources if register is None else [*sources, register])
    return Step(Kind.TABLES, month, target, inputs=read)


def notebook_step(root: Path, month: str, language: str, values: Values) -> Step:
    """The step that executes a month's notebook in one language; its tables are in place.

    Raises:
        DataError: The requested vintage is not there.
    """
    tables = vintage_folder(root, month, vintage_parameter(values))
    read = (root / FILE_NAME, root / NOTEBOOK, root / FONTS, root / TRIAL_KEYS, tables)
    target = report_path(root, month, language)
    return Step(Kind.NOTEBOOK, month, target, language, read, values)


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
    """

    month: str
    language: str
    notebook: Path


@dataclass(frozen=True, slots=True)
class MonthRow:
    """One month of a run.

    Attributes:
        month: ``YYYY-MM``.
        vintage: The vintage of its tables.
        states: How its notebooks ended, by language.
        seconds: The time its notebooks took, added up.
    """

    month: str
    vintage: str
    states: Mapping[str, NotebookState]
    seconds: float


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """The outcome of a run, whole or in part.

    Attributes:
        reports: Those in place, new or unchanged, in order.
        rows: A row a month.
        failures: The error of each notebook or month that failed.
    """

    reports: tuple[Report, ...]
    rows: tuple[MonthRow, ...]
    failures: tuple[IndicatorsError, ...] = ()

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
    head = ["month", "tables", *languages, "seconds"]
    body = [
        [
            row.month,
            row.vintage,
            *(row.states[language] for language in languages),
            f"{row.seconds:.1f}",
        ]
        for row in rows
    ]
    return "\n".join(align_columns([head, *body]))
