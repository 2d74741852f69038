"""Months × languages: tables first, then a notebook each, then all of it in place at once."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from indicators import files, processed
from indicators.catalogue import LANGUAGES
from indicators.errors import NotebookError, UsageError
from indicators.production import parameters
from indicators.production.execution import Execution, execute
from indicators.production.parameters import LATEST
from indicators.reporting.paths import report_name
from indicators.settings import Settings

NOTEBOOK = Path("notebooks") / "monthly_report.ipynb"
MOST_WORKERS = 4

Progress = Callable[[str], None]


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


def report_path(settings: Settings, month: str, language: str) -> Path:
    """Where a month's executed notebook stands: one folder a month and language."""
    return settings.root / "reports" / month / language / f"{report_name(month, language)}.ipynb"


def run(
    settings: Settings,
    months: Sequence[str],
    languages: Sequence[str],
    *,
    given: Mapping[str, str] | None = None,
    register: Path | None = None,
    workers: int | None = None,
    progress: Progress = lambda _: None,
) -> list[Report]:
    """Make the protected tables and the executed notebooks of some months.

    Args:
        settings: The project.
        months: ``YYYY-MM``, all held by the sources.
        languages: Of ``fi``, ``sv``, ``en``.
        given: Further notebook parameters, as written by a person.
        register: Folder of a canonical register, whose figures make the report's second part.
        workers: Processes at work; by default the cores, at most four.
        progress: Told each step in a few words.

    Returns:
        One a month and language, in order.

    Raises:
        UsageError: A parameter is unknown or malformed, or a month is not held: nothing started.
        DataError: A source is damaged.
        DisclosureError: The register is a real one: its figures cannot be protected yet. Or a
            notebook or figure tells of a person: the run stopped and published none of them.
        NotebookError: A cell failed: the run stopped and published nothing.
    """
    source = settings.root / NOTEBOOK
    checked = {
        (month, language): _parameters(settings, source, (month, language), languages, given or {})
        for month in months
        for language in languages
    }
    _make_tables(settings, months, register, progress)
    with _work_folder(settings.root / "reports") as folder:
        executions = [
            Execution(
                source,
                folder / report_path(settings, *key).relative_to(settings.root / "reports"),
                values,
                _front_matter(settings, *key, str(values.get("vintage", LATEST))),
            )
            for key, values in checked.items()
        ]
        _execute_all(executions, workers, progress)
        for execution in executions:
            target = settings.root / "reports" / execution.output.relative_to(folder)
            _publish(execution.output.parent, target.parent, register)
    return [Report(*key, report_path(settings, *key)) for key in checked]


def _parameters(
    settings: Settings,
    source: Path,
    key: tuple[str, str],
    languages: Sequence[str],
    given: Mapping[str, str],
) -> dict[str, parameters.Value]:
    """What one notebook gets; which languages there are only if it asks for it."""
    month, language = key
    told = {**given, "month": month, "language": language}
    if "languages" in parameters.declared(source):
        told["languages"] = ",".join(_languages_of(settings, month, languages))
    return parameters.check(source, told)


def _languages_of(settings: Settings, month: str, asked: Sequence[str]) -> list[str]:
    """The languages a month will have a report in: a page links to no other."""
    return [one for one in LANGUAGES if one in asked or report_path(settings, month, one).exists()]


def _make_tables(
    settings: Settings, months: Sequence[str], register: Path | None, progress: Progress
) -> None:
    from indicators.computing import compute_all
    from indicators.production.from_register import compute_from_register

    groups = {code: group.members for code, group in settings.groups.items()}
    computed = compute_all(months, statfin=settings.statfin.directory, groups=groups)
    counted = compute_from_register(settings, months, register) if register else None
    for month in months:
        folder = processed.publish(settings, month, computed, counted)
        progress(f"tables {month} ({folder.name})")


def _front_matter(settings: Settings, month: str, language: str, vintage: str) -> str:
    from indicators.reporting.front_matter import front_matter

    return front_matter(settings, processed.read(settings.root, month, vintage), language)


@contextmanager
def _work_folder(reports: Path) -> Iterator[Path]:
    try:
        reports.mkdir(parents=True, exist_ok=True)
        folder = tempfile.TemporaryDirectory(prefix="_work-", dir=reports)
    except OSError as error:
        raise UsageError(f"{reports}: cannot be written ({error.strerror})") from error
    with folder as name:
        yield Path(name)


def _publish(made: Path, target: Path, register: Path | None) -> None:
    from indicators.scanning import refuse

    refuse([made], register)
    with files.replacing_folder(target) as aside:
        made.replace(aside)


def _execute_all(executions: Sequence[Execution], workers: int | None, progress: Progress) -> None:
    """Execute side by side; the first failure stops what has not begun."""
    at_work = min(workers or min(os.cpu_count() or 1, MOST_WORKERS), len(executions))
    # Fresh processes: a forked one would inherit this one's threads in an unknown state.
    with ProcessPoolExecutor(at_work, mp_context=get_context("spawn")) as pool:
        futures = {pool.submit(execute, execution): execution for execution in executions}
        try:
            for future in as_completed(futures):
                future.result()
                progress(f"notebook {_name(futures[future])}")
        except BrokenProcessPool as error:
            told = "a process was ended from outside, perhaps for lack of memory"
            raise NotebookError(f"{executions[0].notebook}: {told}; try --workers 1") from error
        except BaseException:
            _cancel(futures)
            raise


def _cancel(futures: Iterable[Future[Path]]) -> None:
    for future in futures:
        future.cancel()


def _name(execution: Execution) -> str:
    return f"{execution.parameters['month']} {execution.parameters['language']}"
