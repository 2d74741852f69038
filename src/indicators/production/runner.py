"""Months × languages: tables first, then a notebook each, published month by month."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from indicators import processed
from indicators.errors import UsageError
from indicators.production import planning
from indicators.production.means import Engine, How
from indicators.production.notebook import Execution, Task, execute_all
from indicators.production.outcome import Outcome, Report, Row, State
from indicators.production.planning import NOTEBOOK, report_path
from indicators.production.publishing import Publisher
from indicators.production.steps import Cache, NoCache, Step
from indicators.production.tabling import publish_tables
from indicators.settings import Settings

__all__ = ["Progress", "Report", "attempt", "report_path", "run"]

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class _Job:
    """What all parts of a run share."""

    settings: Settings
    register: Path | None
    run_options: How
    cache: Cache
    progress: Progress
    notify: Progress


def run(
    settings: Settings,
    months: Sequence[str],
    languages: Sequence[str],
    *,
    given: Mapping[str, str] | None = None,
    register: Path | None = None,
    run_options: How | None = None,
    cache: Cache | None = None,
    progress: Progress = lambda _: None,
) -> list[Report]:
    """As :func:`attempt`; gives the reports, one a month and language, in order.

    Raises:
        NotebookError: A cell failed: nothing of its month was published, the others are in place.
    """
    outcome = attempt(
        settings,
        months,
        languages,
        given=given,
        register=register,
        run_options=run_options,
        cache=cache,
        progress=progress,
    )
    outcome.check()
    return list(outcome.reports)


def attempt(
    settings: Settings,
    months: Sequence[str],
    languages: Sequence[str],
    *,
    given: Mapping[str, str] | None = None,
    register: Path | None = None,
    run_options: How | None = None,
    cache: Cache | None = None,
    progress: Progress = lambda _: None,
    notify: Progress = lambda _: None,
) -> Outcome:
    """Make the protected tables and the executed notebooks of some months.

    A month is published when all its notebooks are there. One that fails leaves the others whole.

    Args:
        settings: The project.
        months: ``YYYY-MM``, all held by the sources.
        languages: Of ``fi``, ``sv``, ``en``.
        given: Further notebook parameters, as written by a person.
        register: Folder of a canonical register, whose figures make the report's second part.
        run_options: By what means.
        cache: Knows what need not be made again; nothing if not given.
        progress: Told each step in a few words.
        notify: Told what was left out of the sources or is lacking in them, and how far the register
            agrees with StatFin.

    Raises:
        UsageError: A parameter is unknown or malformed, or a month is not held: nothing started.
        DataError: A source is damaged.
        DisclosureError: The register's figures cannot be protected.
    """
    job = _Job(settings, register, run_options or How(), cache or NoCache(), progress, notify)
    checked = planning.checked_parameters(settings.root, months, languages, given or {})
    if not all(report_path(settings.root, *key).exists() for key in checked):
        _warm_up(job.run_options)
    _make_tables(job, months)
    steps = [planning.notebook_step(settings.root, *key, values) for key, values in checked.items()]
    stale = _stale(job, steps)
    publisher = Publisher(stale, register, job.cache)
    publisher.states.update((step, State.UNCHANGED) for step in steps if step not in stale)
    if stale:
        _make_notebooks(job, stale, publisher)
    return _outcome(settings, steps, publisher)


def _stale(job: _Job, steps: Sequence[Step]) -> list[Step]:
    """The steps that must be made; the others are done as they are."""
    stale = []
    for step in steps:
        if job.cache.fresh(step) is None:
            job.progress(str(step))
        else:
            stale.append(step)
    return stale


def _make_tables(job: _Job, months: Sequence[str]) -> None:
    steps = [planning.tables_step(job.settings, month, job.register) for month in months]
    stale = _stale(job, steps)
    if stale:
        _warm_up(job.run_options)
    step_by_month = {step.month: step for step in stale}
    for month, folder in publish_tables(
        job.settings, list(step_by_month), job.register, job.notify
    ):
        job.cache.done(step_by_month[month])
        job.progress(f"{step_by_month[month]} ({folder.name})")


def _warm_up(run_options: How) -> None:
    """Have the libraries loaded while this process loads its own."""
    if run_options.engine is Engine.WARM:
        from indicators.production import fork_provisioner

        fork_provisioner.prepare()


def _make_notebooks(job: _Job, steps: Sequence[Step], publisher: Publisher) -> None:
    _warm_up(job.run_options)
    publisher.load()
    by_key = {(step.month, step.language): step for step in steps}
    with _work_folder(job.settings.root / "reports") as folder:
        tasks = [_task(job, step, folder) for step in steps]
        # Closed whatever happens: kernels end before their folder goes.
        with closing(execute_all(tasks, job.run_options.workers)) as executed:
            for task, result in executed:
                step = by_key[task.month, task.language]
                publisher.take(step, result)
                job.progress(str(step))


def _task(job: _Job, step: Step, folder: Path) -> Task:
    root, run_options = job.settings.root, job.run_options
    output = folder / step.target.relative_to(root / "reports")
    execution = Execution(
        root / NOTEBOOK, output, step.parameters, "", run_options.engine, run_options.limits
    )
    return Task(root, step.month, step.language, planning.vintage_of(step.parameters), execution)


@contextmanager
def _work_folder(reports: Path) -> Iterator[Path]:
    try:
        reports.mkdir(parents=True, exist_ok=True)
        folder = tempfile.TemporaryDirectory(prefix="_work-", dir=reports)
    except OSError as error:
        raise UsageError(f"{reports}: cannot be written ({error.strerror})") from error
    with folder as name:
        yield Path(name)


def _outcome(settings: Settings, steps: Sequence[Step], publisher: Publisher) -> Outcome:
    states = publisher.states
    rows = []
    for month in dict.fromkeys(step.month for step in steps):
        steps_of_month = [step for step in steps if step.month == month]
        vintage = processed.folder_of(
            settings.root, month, planning.vintage_of(steps_of_month[0].parameters)
        )
        states_of_month = {step.language: states[step] for step in steps_of_month}
        rows.append(Row(month, vintage.name, states_of_month, publisher.seconds[month]))
    reports = [
        Report(step.month, step.language, step.target)
        for step in steps
        if states[step] in (State.MADE, State.UNCHANGED)
    ]
    return Outcome(tuple(reports), tuple(rows), tuple(publisher.failures))
