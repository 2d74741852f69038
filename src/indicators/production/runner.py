"""Months × languages: tables first, then a notebook each, published month by month."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from indicators.errors import UsageError, os_reason
from indicators.processed import publishing
from indicators.processed.reading import reported_areas
from indicators.processed.vintages import vintage_folder
from indicators.production import steps as planning
from indicators.production.notebook import Execution, Task, execute_all
from indicators.production.options import Engine, Progress, RunOptions, RunRequest
from indicators.production.publishing import Publisher
from indicators.production.steps import (
    NOTEBOOK,
    Cache,
    MonthRow,
    NotebookState,
    Report,
    RunOutcome,
    Step,
    report_path,
)
from indicators.settings.model import Settings


def publish_tables(
    settings: Settings,
    months: Sequence[str],
    register: Path | None,
    notify: Progress = lambda _: None,
) -> Iterator[tuple[str, Path]]:
    """Compute the protected tables of some months in one pass, and publish them month by month.

    Args:
        settings: The project.
        months: ``YYYY-MM``; nothing is read for none.
        register: Folder of a canonical register, or None.
        notify: Called with a text on what was left out of the sources or is lacking in them, and
            on how far the register agrees with StatFin.

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
    # Which columns are lacking stands in the reports themselves.
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


@dataclass(frozen=True, slots=True)
class _RunState:
    """What all parts of a run share."""

    request: RunRequest
    cache: Cache
    progress: Progress
    notify: Progress


def run(
    request: RunRequest,
    *,
    cache: Cache | None = None,
    progress: Progress = lambda _: None,
    notify: Progress = lambda _: None,
) -> RunOutcome:
    """Publish the protected tables and the executed notebooks of some months.

    A month is published when all its notebooks are there. One that fails leaves the others whole:
    the outcome has the error (:meth:`RunOutcome.check` raises it).

    Args:
        request: Months, languages and parameters of a project.
        cache: Decides which steps need not run again; all run if not given.
        progress: Called with each step when it is done, in a few words.
        notify: Called with a text on what was left out of the sources or is lacking in them, and
            on how far the register agrees with StatFin.

    Raises:
        UsageError: A parameter is unknown or malformed, or a month is not held: nothing started.
        DataError: A source is damaged.
        DisclosureError: The register's figures cannot be protected.
    """
    state = _RunState(request, cache or Cache(), progress, notify)
    root = request.settings.root
    checked = planning.checked_parameters(root, request.months, request.languages, request.given)
    if not all(report_path(root, *key).exists() for key in checked):
        _warm_up(request.run_options)
    _publish_stale_tables(state)
    steps = [planning.notebook_step(root, *key, values) for key, values in checked.items()]
    stale = _stale_steps(state, steps)
    publisher = Publisher(stale, request.register, state.cache)
    publisher.states.update((step, NotebookState.UNCHANGED) for step in steps if step not in stale)
    if stale:
        _execute_notebooks(state, stale, publisher)
    return _outcome(root, steps, publisher)


def _stale_steps(state: _RunState, steps: Sequence[Step]) -> list[Step]:
    """The steps that must run; progress is reported for the others."""
    stale = []
    for step in steps:
        if state.cache.reason_to_run(step) is None:
            state.progress(str(step))
        else:
            stale.append(step)
    return stale


def _publish_stale_tables(state: _RunState) -> None:
    settings, register = state.request.settings, state.request.register
    steps = [planning.tables_step(settings, month, register) for month in state.request.months]
    stale = {step.month: step for step in _stale_steps(state, steps)}
    if stale:
        _warm_up(state.request.run_options)
    for month, folder in publish_tables(settings, list(stale), register, state.notify):
        state.cache.record(stale[month])
        state.progress(f"{stale[month]} ({folder.name})")


def _warm_up(run_options: RunOptions) -> None:
    """Load the libraries in the process that kernels fork from, while this one loads its own."""
    if run_options.engine is Engine.WARM:
        from indicators.production import fork_provisioner

        fork_provisioner.prepare()


def _execute_notebooks(state: _RunState, steps: Sequence[Step], publisher: Publisher) -> None:
    request = state.request
    _warm_up(request.run_options)
    publisher.load()
    by_key = {(step.month, step.language): step for step in steps}
    with _work_folder(request.settings.root / "reports") as folder:
        tasks = [_notebook_task(request, step, folder) for step in steps]
        # Closed whatever happens: kernels end before their folder goes.
        with closing(execute_all(tasks, request.run_options.workers)) as executed:
            for task, result in executed:
                step = by_key[task.month, task.language]
                publisher.take(step, result)
                state.progress(str(step))


def _notebook_task(request: RunRequest, step: Step, folder: Path) -> Task:
    root, run_options = request.settings.root, request.run_options
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
        raise UsageError(f"{reports}: cannot be written ({os_reason(error)})") from error
    with folder as name:
        yield Path(name)


def _outcome(root: Path, steps: Sequence[Step], publisher: Publisher) -> RunOutcome:
    states = publisher.states
    rows = []
    for month in dict.fromkeys(step.month for step in steps):
        steps_of_month = [step for step in steps if step.month == month]
        named = planning.vintage_parameter(steps_of_month[0].parameters)
        vintage = vintage_folder(root, month, named)
        states_of_month = {step.language: states[step] for step in steps_of_month}
        rows.append(MonthRow(month, vintage.name, states_of_month, publisher.seconds[month]))
    reports = [
        Report(step.month, step.language, step.target)
        for step in steps
        if states[step] in (NotebookState.MADE, NotebookState.UNCHANGED)
    ]
    return RunOutcome(tuple(reports), tuple(rows), tuple(publisher.failures))
