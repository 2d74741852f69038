"""Months × languages: tables first, then a notebook each, published month by month."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from indicators.errors import UsageError
from indicators.processed import publishing
from indicators.processed.reading import reported_areas
from indicators.processed.vintages import vintage_folder
from indicators.production import steps as planning
from indicators.production.notebook import Execution, Task, execute_all
from indicators.production.options import Engine, RunOptions
from indicators.production.publishing import Publisher
from indicators.production.steps import (
    NOTEBOOK,
    Cache,
    MonthRow,
    NoCache,
    NotebookState,
    Report,
    RunOutcome,
    Step,
    report_path,
)
from indicators.settings.model import Settings

# The protected tables of some months: computed in one pass, published month by month.


def publish_tables(
    settings: Settings,
    months: Sequence[str],
    register: Path | None,
    notify: Callable[[str], None] = lambda _: None,
) -> Iterator[tuple[str, Path]]:
    """Compute and publish.

    Args:
        settings: The project.
        months: ``YYYY-MM``; nothing is read for none.
        register: Folder of a canonical register, or None.
        notify: Told what was left out of the sources or is lacking in them, and how far the
            register
            agrees with StatFin.

    Yields:
        Each month and its vintage's folder, once it is there.

    Raises:
        UsageError: A month is not held by the sources.
        DataError: A source is damaged, or the register lies too far from StatFin's figures.
        DisclosureError: The register's figures cannot be protected, or may not be published.
    """
    if not months:
        return
    from indicators.computing import compute_all, missing_members
    from indicators.production.register_tables import compute_from_register
    from indicators.revisions.triangle import compare_vintages

    groups = {code: group.members for code, group in settings.groups.items()}
    computed = compute_all(months, statfin=settings.statfin.directory, groups=groups)
    # What columns are lacking is told by the reports themselves.
    for note in (*computed.snapshots.notes, *missing_members(computed.snapshots, months, groups)):
        notify(note)
    register_tables = None
    if register:
        official = computed.indicators
        register_tables = compute_from_register(settings, months, register, official, notify)
    revisions = compare_vintages(
        computed.snapshots, reported_areas(settings), groups, settings.report.group
    )
    for month in months:
        yield month, publishing.publish(settings, month, computed, register_tables, revisions)


Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class _RunState:
    """What all parts of a run share."""

    settings: Settings
    register: Path | None
    run_options: RunOptions
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
    run_options: RunOptions | None = None,
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
    run_options: RunOptions | None = None,
    cache: Cache | None = None,
    progress: Progress = lambda _: None,
    notify: Progress = lambda _: None,
) -> RunOutcome:
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
        notify: Told what was left out of the sources or is lacking in them, and how far the
            register
            agrees with StatFin.

    Raises:
        UsageError: A parameter is unknown or malformed, or a month is not held: nothing started.
        DataError: A source is damaged.
        DisclosureError: The register's figures cannot be protected.
    """
    job = _RunState(
        settings, register, run_options or RunOptions(), cache or NoCache(), progress, notify
    )
    checked = planning.checked_parameters(settings.root, months, languages, given or {})
    if not all(report_path(settings.root, *key).exists() for key in checked):
        _warm_up(job.run_options)
    _make_tables(job, months)
    steps = [planning.notebook_step(settings.root, *key, values) for key, values in checked.items()]
    stale = _stale_steps(job, steps)
    publisher = Publisher(stale, register, job.cache)
    publisher.states.update((step, NotebookState.UNCHANGED) for step in steps if step not in stale)
    if stale:
        _make_notebooks(job, stale, publisher)
    return _outcome(settings, steps, publisher)


def _stale_steps(job: _RunState, steps: Sequence[Step]) -> list[Step]:
    """The steps that must be made; the others are done as they are."""
    stale = []
    for step in steps:
        if job.cache.fresh(step) is None:
            job.progress(str(step))
        else:
            stale.append(step)
    return stale


def _make_tables(job: _RunState, months: Sequence[str]) -> None:
    steps = [planning.tables_step(job.settings, month, job.register) for month in months]
    stale = _stale_steps(job, steps)
    if stale:
        _warm_up(job.run_options)
    step_by_month = {step.month: step for step in stale}
    for month, folder in publish_tables(
        job.settings, list(step_by_month), job.register, job.notify
    ):
        job.cache.done(step_by_month[month])
        job.progress(f"{step_by_month[month]} ({folder.name})")


def _warm_up(run_options: RunOptions) -> None:
    """Have the libraries loaded while this process loads its own."""
    if run_options.engine is Engine.WARM:
        from indicators.production import fork_provisioner

        fork_provisioner.prepare()


def _make_notebooks(job: _RunState, steps: Sequence[Step], publisher: Publisher) -> None:
    _warm_up(job.run_options)
    publisher.load()
    by_key = {(step.month, step.language): step for step in steps}
    with _work_folder(job.settings.root / "reports") as folder:
        tasks = [_notebook_task(job, step, folder) for step in steps]
        # Closed whatever happens: kernels end before their folder goes.
        with closing(execute_all(tasks, job.run_options.workers)) as executed:
            for task, result in executed:
                step = by_key[task.month, task.language]
                publisher.take(step, result)
                job.progress(str(step))


def _notebook_task(job: _RunState, step: Step, folder: Path) -> Task:
    root, run_options = job.settings.root, job.run_options
    output = folder / step.target.relative_to(root / "reports")
    execution = Execution(
        root / NOTEBOOK, output, step.parameters, "", run_options.engine, run_options.limits
    )
    return Task(
        root, step.month, step.language, planning.vintage_parameter(step.parameters), execution
    )


@contextmanager
def _work_folder(reports: Path) -> Iterator[Path]:
    try:
        reports.mkdir(parents=True, exist_ok=True)
        folder = tempfile.TemporaryDirectory(prefix="_work-", dir=reports)
    except OSError as error:
        raise UsageError(f"{reports}: cannot be written ({error.strerror})") from error
    with folder as name:
        yield Path(name)


def _outcome(settings: Settings, steps: Sequence[Step], publisher: Publisher) -> RunOutcome:
    states = publisher.states
    rows = []
    for month in dict.fromkeys(step.month for step in steps):
        steps_of_month = [step for step in steps if step.month == month]
        vintage = vintage_folder(
            settings.root, month, planning.vintage_parameter(steps_of_month[0].parameters)
        )
        states_of_month = {step.language: states[step] for step in steps_of_month}
        rows.append(MonthRow(month, vintage.name, states_of_month, publisher.seconds[month]))
    reports = [
        Report(step.month, step.language, step.target)
        for step in steps
        if states[step] in (NotebookState.MADE, NotebookState.UNCHANGED)
    ]
    return RunOutcome(tuple(reports), tuple(rows), tuple(publisher.failures))
