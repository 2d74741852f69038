"""Months × languages: tables first, then a notebook each, published month by month."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from indicators import files
from indicators.areas.areas import Areas, load_areas
from indicators.errors import IndicatorsError, UsageError, os_reason
from indicators.processed import publishing
from indicators.processed.reading import reported_areas
from indicators.processed.vintages import vintage_folder
from indicators.production import steps as planning
from indicators.production.guard import project_guard
from indicators.production.notebook import Execution, Task, execute_all
from indicators.production.options import Engine, Progress, RunOptions, RunRequest
from indicators.production.publishing import Publisher, prefixed_error, put_in_place
from indicators.production.report_notebooks import ReportNotebook, report_notebooks
from indicators.production.steps import (
    Cache,
    MonthRow,
    NotebookRun,
    NotebookState,
    Report,
    RunOutcome,
    Step,
    notebook_path,
)
from indicators.settings.model import Settings

# Where executed drafts and their pages go: they may show what is not protected.
DRAFTS = Path("data") / "internal" / "drafts"


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
    from indicators.areas.areas import load_areas
    from indicators.computing import compute_all, missing_members, published_groups
    from indicators.production.register_tables import compute_from_register, holds_group
    from indicators.revisions.triangle import compare_vintages

    groups = {code: group.members for code, group in settings.groups.items()}
    computed = compute_all(
        months,
        statfin=settings.statfin.directory,
        groups=published_groups(settings),
        kela=settings.kela.directory,
        keys=load_areas(settings),
        parameters=settings.parameters.indicators,
    )
    # Which columns are lacking stands in the reports themselves.
    for note in (
        *computed.snapshots.notes,
        *missing_members(computed.snapshots, months, groups),
        *computed.notes,
    ):
        notify(note)
    for note in computed.benefits.notes if computed.benefits else ():
        notify(note)
    register_tables = None
    if register and not holds_group(settings, register):
        notify(
            f"register: holds no residents of {settings.report.group}, or of a part of it alone; "
            "it has no part in the reports"
        )
        register = None
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
    known = report_notebooks(request.settings)
    chosen = report_notebooks(request.settings, request.only) if request.only else known
    if request.draft:
        chosen = tuple(replace(notebook, draft=True) for notebook in chosen)
    runs = planning.notebook_runs(root, chosen, request)
    published = [run for run in runs if not run.notebook.draft]
    if not all(
        notebook_path(root, run.notebook, run.month, run.language, run.area).exists()
        for run in runs
    ):
        _warm_up(request.run_options)
    _publish_stale_tables(state)
    areas = load_areas(request.settings)
    by_step = {_step(request, run, known, areas): run for run in published}
    steps = list(by_step)
    stale = _stale_steps(state, steps)
    publisher = Publisher(stale, request.register, state.cache)
    publisher.states.update((step, NotebookState.UNCHANGED) for step in steps if step not in stale)
    if stale:
        _execute_notebooks(state, {step: by_step[step] for step in stale}, publisher)
    for path in publisher.left:
        notify(
            f"left as it is: {path.relative_to(root)} is of no run; notebooks to be published go "
            "to notebooks/own/"
        )
    outcome = _outcome(root, steps, publisher)
    drafts = [run for run in runs if run.notebook.draft]
    return _with_drafts(state, drafts, outcome) if drafts else outcome


def _step(
    request: RunRequest, run: NotebookRun, known: Sequence[ReportNotebook], areas: Areas
) -> Step:
    key = (run.notebook.name, run.language)
    locative = partial(areas.locative, run.area)
    links = (
        planning.further_pages(request.settings.root, run, known, request.languages, locative)
        if request.links is None
        else request.links.get(key, "")
    )
    return planning.notebook_step(request.settings, run, links)


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
        from indicators.production import fork_server

        fork_server.prepare()


def _execute_notebooks(
    state: _RunState, runs: Mapping[Step, NotebookRun], publisher: Publisher
) -> None:
    request = state.request
    _warm_up(request.run_options)
    publisher.load()
    by_key = {(step.month, step.area, step.language, step.name): step for step in runs}
    with _work_folder(request.settings.root / "reports") as folder:
        tasks = [_notebook_task(request, step, run, folder) for step, run in runs.items()]
        # Closed whatever happens: kernels end before their folder goes.
        with closing(execute_all(tasks, request.run_options.workers)) as executed:
            for task, result in executed:
                step = by_key[task.month, task.area, task.language, task.notebook.name]
                publisher.take(step, result)
                state.progress(str(step))


def _notebook_task(request: RunRequest, step: Step, run: NotebookRun, folder: Path) -> Task:
    root, run_options = request.settings.root, request.run_options
    execution = Execution(
        run.notebook.source,
        folder / step.target.relative_to(root / "reports"),
        run.parameters,
        "",
        guard=project_guard(request.settings, request.register),
        engine=run_options.engine,
        limits=run_options.limits,
    )
    links = str(step.parameters.get(planning.FURTHER_PAGES, ""))
    vintage = planning.vintage_parameter(run.parameters)
    return Task(root, run.month, run.language, vintage, execution, run.notebook, links, run.area)


# Drafts: executed each time, as nobody knows what they read, and put where internal tables are.


def _with_drafts(state: _RunState, runs: Sequence[NotebookRun], outcome: RunOutcome) -> RunOutcome:
    """The outcome with that of the drafts: one that fails leaves all others in place."""
    request = state.request
    root = request.settings.root
    _warm_up(request.run_options)
    made: list[Report] = []
    failures: list[IndicatorsError] = []
    with _draft_work_folder(root) as folder:
        tasks = [_draft_task(request, run, folder) for run in runs]
        with closing(execute_all(tasks, request.run_options.workers)) as executed:
            for task, result in executed:
                if isinstance(result, IndicatorsError):
                    where = (task.month, task.area, task.language)
                    failures.append(prefixed_error(result, " ".join(filter(None, where))))
                else:
                    made.append(_place_draft(task, result.notebook, folder))
                state.progress(f"draft {task.month} {task.language} {task.notebook.name}")
    of_one_s_own = [run for run in runs if run.notebook.name]
    for place in dict.fromkeys(Path(run.month, run.notebook.name) for run in of_one_s_own):
        if (root / "_site" / "reports" / place).exists():
            state.notify(
                f"still on the site: _site/reports/{place.as_posix()}, from before {place.name} "
                "was a draft; remove it if it should go"
            )
    order = {
        (run.notebook.name, run.month, run.area, run.language): n for n, run in enumerate(runs)
    }
    made.sort(key=lambda report: order[report.name, report.month, report.area, report.language])
    return replace(outcome, drafts=tuple(made), failures=(*outcome.failures, *failures))


def _draft_task(request: RunRequest, run: NotebookRun, folder: Path) -> Task:
    notebook = run.notebook
    stem = notebook.file_stem(run.month, run.language, run.area)
    output = folder / notebook.folder(run.month, run.language, run.area) / f"{stem}.ipynb"
    options = request.run_options
    execution = Execution(
        notebook.source,
        output,
        run.parameters,
        "",
        engine=options.engine,
        limits=options.limits,
    )
    vintage = planning.vintage_parameter(run.parameters)
    root = request.settings.root
    return Task(root, run.month, run.language, vintage, execution, notebook, area=run.area)


def _place_draft(task: Task, executed: Path, folder: Path) -> Report:
    target = task.root / DRAFTS / executed.parent.relative_to(folder)
    put_in_place(executed.parent, target, None)
    notebook = target / executed.name
    return Report(task.month, task.language, notebook, task.notebook.name, task.area)


@contextmanager
def _draft_work_folder(root: Path) -> Iterator[Path]:
    drafts = root / DRAFTS
    try:
        drafts.parent.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{drafts}: cannot be written ({os_reason(error)})") from error
    files.make_private(drafts.parent)
    files.make_private(drafts)
    with files.temporary_folder(drafts) as folder:
        yield folder


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
    for month, area in dict.fromkeys((step.month, step.area) for step in steps):
        of_month = [step for step in steps if (step.month, step.area) == (month, area)]
        for number, name in enumerate(dict.fromkeys(step.name for step in of_month)):
            of_name = [step for step in of_month if step.name == name]
            named = planning.vintage_parameter(of_name[0].parameters)
            vintage = vintage_folder(root, month, named)
            states_by_language = {step.language: states[step] for step in of_name}
            seconds = None if number else publisher.seconds[month, area]
            rows.append(MonthRow(month, vintage.name, states_by_language, seconds, name, area))
    reports = [
        Report(step.month, step.language, step.target, step.name, step.area)
        for step in steps
        if states[step] in (NotebookState.MADE, NotebookState.UNCHANGED)
    ]
    return RunOutcome(tuple(reports), tuple(rows), tuple(publisher.failures))
