"""The steps of a run: what is made of what, with parameters that have been checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from indicators import processed
from indicators.areas.areas import TRIAL_KEYS
from indicators.catalogue import LANGUAGES
from indicators.production import parameters
from indicators.production.parameters import LATEST
from indicators.production.steps import Kind, Step
from indicators.reporting.paths import FONTS, report_name
from indicators.settings import FILE_NAME, Settings

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
    known = parameters.declared(source)
    values_by_report: dict[tuple[str, str], Values] = {}
    for month in months:
        for language in languages:
            texts = {**given, "month": month, "language": language}
            # Which languages there are, only if the notebook asks for it.
            if "languages" in known:
                texts["languages"] = ",".join(_languages_of(root, month, languages))
            values_by_report[month, language] = parameters.check(source, texts)
    return values_by_report


def _languages_of(root: Path, month: str, requested: Sequence[str]) -> list[str]:
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
    tables = processed.folder_of(root, month, vintage_of(values))
    read = (root / FILE_NAME, root / NOTEBOOK, root / FONTS, root / TRIAL_KEYS, tables)
    target = report_path(root, month, language)
    return Step(Kind.NOTEBOOK, month, target, language, read, values)


def vintage_of(values: Values) -> str:
    """Whose tables a notebook reads."""
    return str(values.get("vintage", LATEST))
