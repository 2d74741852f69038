"""What a run is made of: steps, and what is asked before and told after each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from indicators.areas.areas import TRIAL_KEYS
from indicators.catalogue.model import LANGUAGES
from indicators.errors import DisclosureError, IndicatorsError
from indicators.processed.vintages import vintage_folder
from indicators.production import parameters
from indicators.production.parameters import LATEST, Value
from indicators.reporting.files import FONTS, report_name
from indicators.settings.loading import FILE_NAME
from indicators.settings.model import Settings


class Kind(StrEnum):
    """What a step makes; a month's steps are done in this order."""

    TABLES = "tables"
    NOTEBOOK = "notebook"
    PAGE = "page"
    DOWNLOAD = "download"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to make, from inputs that are all named here.

    Attributes:
        kind: What it makes.
        month: ``YYYY-MM``.
        language: ``fi``, ``sv`` or ``en``; empty for tables, which have none.
        target: What stands there when it is done: the folder of the month's vintages, the
            executed notebook, or the page (its PDF stands beside it).
        inputs: Files and folders it reads, other than the package itself.
        parameters: Checked notebook parameters; empty for other kinds.
    """

    kind: Kind
    month: str
    target: Path
    language: str = ""
    inputs: tuple[Path, ...] = ()
    parameters: Mapping[str, Value] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        return " ".join(part for part in (self.kind, self.month, self.language) if part)


class Cache(Protocol):
    """Knows which steps need not run again.

    It is asked and told in the process that the run began in, by one thread. A kind of steps is
    asked of once those before it are in place, so that ``inputs`` can be read.
    """

    def fresh(self, step: Step) -> str | None:
        """None if what stands under the step's target is still right, else why it is made anew."""

    def done(self, step: Step) -> None:
        """What the step makes stands under its target now."""


class NoCache:
    """Every step runs, every time."""

    def fresh(self, step: Step) -> str | None:
        """There is always a reason."""
        del step
        return "there is no cache"

    def done(self, step: Step) -> None:
        """Nothing is remembered."""


# The steps of a run: what is made of what, with parameters that have been checked.


NOTEBOOK = Path("notebooks") / "monthly_report.ipynb"

Values = Mapping[str, parameters.Value]


def report_path(root: Path, month: str, language: str) -> Path:
    """Where a month's executed notebook stands: one folder a month and language."""
    return root / "reports" / month / language / f"{report_name(month, language)}.ipynb"


def checked_parameters(
    root: Path, months: Sequence[str], languages: Sequence[str], given: Mapping[str, str]
) -> dict[tuple[str, str], Values]:
    """The parameters of every notebook, by month and language.

    Raises:
        UsageError: One is unknown or malformed.
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
    """The protected tables of a month."""
    sources = [settings.root / FILE_NAME, settings.statfin.directory]
    target = settings.root / "data" / "processed" / month
    read = tuple(sources if register is None else [*sources, register])
    return Step(Kind.TABLES, month, target, inputs=read)


def notebook_step(root: Path, month: str, language: str, values: Values) -> Step:
    """A month's notebook in one language; its tables are in place.

    Raises:
        DataError: The vintage asked for is not there.
    """
    tables = vintage_folder(root, month, vintage_parameter(values))
    read = (root / FILE_NAME, root / NOTEBOOK, root / FONTS, root / TRIAL_KEYS, tables)
    target = report_path(root, month, language)
    return Step(Kind.NOTEBOOK, month, target, language, read, values)


def vintage_parameter(values: Values) -> str:
    """Whose tables a notebook reads."""
    return str(values.get("vintage", LATEST))


# What became of a run: what is in place, what failed, and a table of it all.


class NotebookState(StrEnum):
    """What became of a notebook."""

    MADE = "made"
    UNCHANGED = "unchanged"
    FAILED = "failed"
    # It was executed, but another of its month failed.
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
        vintage: Of its tables.
        states: Of its notebooks by language.
        seconds: What its notebooks took, added up.
    """

    month: str
    vintage: str
    states: Mapping[str, NotebookState]
    seconds: float


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """What became of a run.

    Attributes:
        reports: Those in place, made now or unchanged, in order.
        rows: One a month.
        failures: What failed; each is of another month.
    """

    reports: tuple[Report, ...]
    rows: tuple[MonthRow, ...]
    failures: tuple[IndicatorsError, ...] = ()

    def check(self) -> None:
        """Raise what failed, all in one; what must not be published comes before all else.

        Raises:
            IndicatorsError: Something failed.
        """
        if self.failures:
            order = sorted(self.failures, key=lambda error: not isinstance(error, DisclosureError))
            first, *further = order
            details = [text for error in further for text in (error.message, *error.details)]
            raise type(first)(first.message, [*first.details, *details])


def summary_table(rows: Sequence[MonthRow]) -> str:
    """A table of a run, for a terminal."""
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
    widths = [max(map(len, column)) for column in zip(head, *body, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in (head, *body)
    )
