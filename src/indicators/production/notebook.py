"""Execution of notebooks through Papermill, in parallel, as documents fit to be published."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import re
import tempfile
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed, wait
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from indicators.catalogue.model import LANGUAGES
from indicators.errors import (
    DisclosureError,
    IndicatorsError,
    NotebookError,
    UsageError,
    os_reason,
)
from indicators.production import parameters
from indicators.production.guard import Guard, is_refused_by_system, refusal, refused
from indicators.production.options import DisplayOptions, Engine, Limits
from indicators.production.parameters import Value
from indicators.production.report_notebooks import ReportNotebook
from indicators.settings.loading import load_settings

if TYPE_CHECKING:
    import nbformat

# The kernel that an executed notebook names: whoever opens it has a kernel of that name.
KERNEL = "python3"

MOST_WORKERS = 4
# The minor version of the notebook format from which on cells have ids.
_FIRST_WITH_IDS = 5

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Execution:
    """A notebook to execute.

    Attributes:
        notebook: The source.
        output: Where the executed notebook goes; its folder is the working directory.
        parameters: Checked values by name.
        front_matter: YAML that makes the executed notebook a Quarto document, without the dashes.
        engine: How its kernel is started; the executed notebook is the same.
        limits: What it may take.
        is_whole: Whether it is a report of its own, so that references to what it does not show
            lead nowhere; a chapter refers to others.
        display: How what it shows becomes part of a report; None leaves it as it is.
        guard: What it may not read; None for a notebook that may read everything.
    """

    notebook: Path
    output: Path
    parameters: Mapping[str, Value]
    front_matter: str
    engine: Engine = Engine.WARM
    limits: Limits = field(default_factory=Limits)
    is_whole: bool = True
    display: DisplayOptions | None = None
    guard: Guard | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """A month's notebook to execute.

    Attributes:
        root: The project's folder.
        month: ``YYYY-MM``.
        language: ``fi``, ``sv`` or ``en``.
        vintage: Whose tables it reads.
        execution: How; its front matter and display are still to be written.
        notebook: What it is.
        further_pages: Markdown with links to the month's other pages; empty for none.
        area: Code of the area that it is about; empty for the settings' own.
    """

    root: Path
    month: str
    language: str
    vintage: str
    execution: Execution
    notebook: ReportNotebook
    further_pages: str = ""
    area: str = ""


@dataclass(frozen=True, slots=True)
class Executed:
    """An executed notebook, and how long it took."""

    notebook: Path
    seconds: float


def execute_all(
    tasks: Sequence[Task], workers: int | None = None
) -> Generator[tuple[Task, Executed | IndicatorsError], None, None]:
    """Execute months' notebooks in parallel; a notebook that fails does not stop the others.

    Args:
        tasks: What to execute.
        workers: Kernels at work; by default the cores, at most four.

    Yields:
        Each task with its executed notebook, or why it failed, as soon as it is done.
    """
    yield from _side_by_side(_execute_task, tasks, workers)


def execute(execution: Execution) -> Path:
    """Execute a notebook in a kernel of its own.

    Raises:
        NotebookError: A cell failed, hung or killed its kernel; the message names the cell.
        UsageError: The system refuses to write it, as a full disk does.
    """
    [(_, result)] = _side_by_side(_execute, [execution], 1)
    if isinstance(result, IndicatorsError):
        raise result
    return result


def _side_by_side(
    work: Callable[[Item], Result], items: Sequence[Item], workers: int | None
) -> Iterator[tuple[Item, Result | IndicatorsError]]:
    """Work on items in threads, which wait for kernels; all kernels end when this does.

    Never in the calling thread: Ctrl-C, which reaches a main thread alone, must find it waiting.
    """
    from indicators.production.fork_provisioner import end_kernels

    most = min(workers or min(os.cpu_count() or 1, MOST_WORKERS), len(items))
    pool = ThreadPoolExecutor(max(most, 1), "notebook")
    futures = {pool.submit(work, item): item for item in items}
    try:
        for future in as_completed(futures):
            try:
                result: Result | IndicatorsError = future.result()
            except IndicatorsError as error:
                result = error
            yield futures[future], result
    finally:
        # Something may be left if Ctrl-C or a defect led here: a thread ends with its kernel.
        pool.shutdown(wait=False, cancel_futures=True)
        while wait(futures, timeout=0.1).not_done:
            end_kernels()


def _execute_task(task: Task) -> Executed:
    from indicators.processed.reading import read_month
    from indicators.reporting.reported_area import tables_of_area

    begin = time.perf_counter()
    settings = load_settings(task.root)
    area = task.area
    tables = tables_of_area(read_month(task.root, task.month, task.vintage), settings, area or None)
    matter = task.notebook.front_matter(settings, tables, task.language, area)
    display = task.notebook.display(tables, task.language, task.further_pages, area)
    notebook = _execute(replace(task.execution, front_matter=matter, display=display))
    return Executed(notebook, time.perf_counter() - begin)


@dataclass
class _Place:
    """The cell at work."""

    index: int = 0
    executed: list[int] = field(default_factory=list)

    def note(self, *, cell_index: int, **_: Any) -> None:
        self.index = cell_index
        self.executed.append(cell_index)

    def of_execution(self, number: int) -> int:
        """The cell that the kernel executed as its so-manieth, from 1."""
        return self.executed[number - 1] if 0 < number <= len(self.executed) else self.index


def _execute(execution: Execution) -> Path:
    """As :func:`execute`, in a thread where no event loop runs."""
    place = _Place()
    with _scratch_folder() as scratch:
        try:
            _run(execution, place, scratch)
        finally:
            # Also where a cell caught the error: what was tried is said, and nothing is published.
            _raise_refused(execution, place, scratch)
    return execution.output


def _run(execution: Execution, place: _Place, scratch: Path) -> None:
    import nbformat
    import papermill
    from nbclient.exceptions import CellTimeoutError

    try:
        execution.output.parent.mkdir(parents=True, exist_ok=True)
        _finish(_through_papermill(execution, place, scratch), execution)
    except papermill.PapermillExecutionError as error:
        _raise_refused_by_system(execution, error)
        raise NotebookError(_failure(execution.notebook, error)) from error
    except CellTimeoutError as error:
        took = f"did not end within {execution.limits.cell_seconds:g} seconds"
        raise NotebookError(_failure_text(execution.notebook, place.index, None, took)) from error
    except nbformat.ValidationError as error:
        shown = f"showed what no notebook can hold: {_reason(error)}"
        raise NotebookError(_failure_text(execution.notebook, place.index, None, shown)) from error
    except RuntimeError as error:
        # What nbclient and jupyter_client raise when a kernel is no more, or never was.
        died = "failed: its kernel died, perhaps for lack of memory"
        raise NotebookError(_failure_text(execution.notebook, place.index, None, died)) from error
    except OSError as error:
        text = f"cannot be written ({os_reason(error)}); nothing was published"
        raise UsageError(f"{execution.output}: {text}") from error


@contextmanager
def _scratch_folder() -> Iterator[Path]:
    from indicators.production import fork_server

    # Talk to the kernel through files of this user: TCP can be overheard on a shared machine.
    folder = fork_server.socket_folder()
    with tempfile.TemporaryDirectory(prefix="indicators-", dir=folder) as scratch:
        yield Path(scratch)


def _raise_refused(execution: Execution, place: _Place, scratch: Path) -> None:
    """Say what a guarded notebook tried to open.

    Raises:
        DisclosureError: It tried to open something.
    """
    from indicators.production.fork_provisioner import NOTES

    if found := list(dict.fromkeys(refused(scratch / NOTES))):
        (number, first), *further = found
        index = place.index if number is None else place.of_execution(number)
        text = _failure_text(execution.notebook, index, None, f"opened {first}")
        raise DisclosureError(text, [text for _, text in further])


def _raise_refused_by_system(execution: Execution, error: Any) -> None:
    guard = execution.guard
    if guard is None:
        return
    path = is_refused_by_system(guard, str(error.evalue), execution.output.parent)
    if path is not None:
        what = f"opened {refusal(path)}"
        text = _failure_text(execution.notebook, error.cell_index, None, what)
        raise DisclosureError(text) from error


def _through_papermill(execution: Execution, place: _Place, scratch: Path) -> nbformat.NotebookNode:
    """The executed notebook; it is written once, when it is finished."""
    import papermill
    from jupyter_core.utils import ensure_event_loop
    from traitlets.config import Config

    from indicators.production import fork_server
    from indicators.production.fork_provisioner import NotebookKernelManager

    arguments = [f"--memory-gb={execution.limits.memory_gb}", f"--scratch={scratch}"]
    if execution.guard is not None:
        specification = scratch / "guard.json"
        specification.write_text(execution.guard.as_json(), encoding="utf-8")
        arguments.append(f"--guard={specification}")
    # What they log of a failure is in our own error already.
    for name in ("papermill", "traitlets"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    forked = execution.engine is Engine.WARM
    limits = execution.limits
    # The thread's loop, as jupyter_client will find it: it closes none.
    with asyncio.Runner(loop_factory=ensure_event_loop) as runner:
        runner.get_loop()
        manager = {
            "transport": "ipc",
            "ip": f"{scratch}/kernel",
            "connection_file": f"{scratch}/kernel.json",
        }
        book = papermill.execute_notebook(
            read_source(execution.notebook),
            None,
            dict(execution.parameters),
            kernel_name=fork_server.FORKED if forked else fork_server.FRESH,
            # Of a notebook that does not say, and of no other: the kernel is Python's.
            language="python",
            progress_bar=False,
            execution_timeout=limits.cell_seconds,
            # The whole notebook would be written at each cell's beginning and end.
            request_save_on_cell_execute=False,
            # The rest is nbclient's. No `cwd`: Papermill's is that of all threads of a process.
            resources={"metadata": {"path": str(execution.output.parent)}},
            on_cell_execute=place.note,
            kernel_manager_class=NotebookKernelManager,
            config=Config({"KernelManager": manager}),
            extra_arguments=arguments,
            shutdown_kernel="immediate",
        )
    return cast("nbformat.NotebookNode", book)


def read_source(notebook: Path) -> nbformat.NotebookNode:
    """Read a notebook to be executed.

    Raises:
        NotebookError: It is none as Jupyter writes them.
    """
    import nbformat

    try:
        book = nbformat.from_dict(json.loads(notebook.read_text(encoding="utf-8")))
        book.setdefault("metadata", nbformat.from_dict({}))
        for number, cell in enumerate(book.cells):
            # What other programs leave out; ids are asked for by later versions of the format.
            cell.setdefault("metadata", nbformat.from_dict({}))
            if cell.cell_type == "code":
                cell.setdefault("outputs", [])
                cell.setdefault("execution_count", None)
            if book.nbformat_minor >= _FIRST_WITH_IDS:
                cell.setdefault("id", f"cell-{number:02d}")
        nbformat.validate(book)
    except (nbformat.ValidationError, OSError, ValueError, KeyError, AttributeError) as error:
        raise NotebookError(
            f"{notebook}: is no notebook as Jupyter writes them ({_reason(error)}); "
            "open it in JupyterLab and save it again"
        ) from error
    return cast("nbformat.NotebookNode", book)


def _reason(error: Exception) -> str:
    text = str(getattr(error, "message", None) or error or type(error).__name__)
    return " ".join(text.split())[:200]


def _failure(notebook: Path, error: Any) -> str:
    """What failed, in a line: cell, line, and the exception as Python names it."""
    traceback = re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(error.traceback))
    line = re.search(r"Cell In\[\d+\], line (\d+)", traceback)
    message = " ".join(str(error.evalue).split()) or "no message"
    what = f"failed: {error.ename}: {message}"
    return _failure_text(notebook, error.cell_index, int(line[1]) if line else None, what)


def _failure_text(notebook: Path, index: int, line: int | None, what: str) -> str:
    # Papermill puts a cell of its own behind the parameters, which the source does not have.
    number = index + 1 - (index > parameters.parameters_cell(notebook))
    place = f"cell {number}" + (f", line {line}" if line else "")
    return f"{notebook}: {place} {what}; nothing was published"


def _finish(book: nbformat.NotebookNode, execution: Execution) -> None:
    """Drop what differs from run to run, put the front matter first, and write it.

    Papermill's notes hold clock times and this machine's paths, and its cell metadata makes Quarto
    wrap each cell, which takes its headings out of the table of contents.
    """
    import nbformat

    from indicators.reporting.references import mend_references

    _report_outputs(book, execution)
    for number, cell in enumerate(book.cells):
        cell.id = f"cell-{number:02d}"
        cell.metadata = _lasting(cell.metadata)
        if cell.cell_type == "code":
            # Warnings are for the maker and name files of this machine: no part of a report.
            cell.outputs = [output for output in cell.outputs if output.get("name") != "stderr"]
    if execution.is_whole:
        mend_references(book.cells, str(execution.parameters.get("language", LANGUAGES[0])))
    book.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": KERNEL},
            "language_info": {"name": "python"},
            "papermill": {"parameters": dict(execution.parameters)},
        }
    )
    front = nbformat.v4.new_raw_cell(f"---\n{execution.front_matter.strip()}\n---", id="front")
    display = execution.display or DisplayOptions("fi")
    if display.opening:
        book.cells.insert(0, nbformat.v4.new_markdown_cell(display.opening, id="opening"))
    if display.closing:
        book.cells.append(nbformat.v4.new_markdown_cell(display.closing, id="closing"))
    book.cells.insert(0, front)
    nbformat.write(book, execution.output)


def _report_outputs(book: nbformat.NotebookNode, execution: Execution) -> None:
    """Make Markdown of figures, tables and texts, with their pictures beside the notebook.

    So both renderers see the same, and each figure has its words and its mark.

    Raises:
        RenderingError: Something cannot be shown; all that is wrong, each with its cell.
    """
    display = execution.display
    if display is None:
        return
    from indicators.rendering.notebook import cell_as_markdown
    from indicators.rendering.places import Place, Problem, raise_problems

    added = parameters.parameters_cell(execution.notebook)
    problems: list[Problem] = []
    for index, cell in enumerate(book.cells):
        if cell.cell_type != "code" or not _needs_markdown(cell):
            continue
        cell.outputs = [output for output in cell.outputs if output.get("name") != "stderr"]
        place = Place(str(execution.notebook), index + 1 - (index > added), 0, 1)
        shown = cell_as_markdown(
            cell, place, execution.output.stem, display.language, display.made_up
        )
        problems += shown.problems
        for picture, content in shown.media.items():
            target = execution.output.parent / picture
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(content)
        _show_markdown(cell, "\n".join(line.text for line in shown.lines).strip("\n"))
    raise_problems(problems, str(execution.notebook))
    _drop_source_front(book, display)


def _needs_markdown(cell: nbformat.NotebookNode) -> bool:
    """Whether a cell shows something else than Markdown of its own."""
    from indicators.rendering.notebook import SILENT_TAGS, read_cell_options
    from indicators.rendering.places import Place

    if SILENT_TAGS & set(cell.metadata.get("tags", [])):
        return False
    options = read_cell_options(cell.source, Place(""), [])
    if not options.include or options.output == "false":
        cell.outputs = []
        return False
    return bool(cell.outputs) and options.output != "asis"


def _show_markdown(cell: nbformat.NotebookNode, text: str) -> None:
    import nbformat

    from indicators.rendering.notebook import without_options

    cell.source = f"#| output: asis\n{without_options(cell.source)}"
    data = {"text/markdown": text}
    cell.outputs = [nbformat.v4.new_output("display_data", data)] if text else []


def _drop_source_front(book: nbformat.NotebookNode, display: DisplayOptions) -> None:
    """Drop the source's front matter and title, which the run's own front matter has."""
    from indicators.production.report_notebooks import TITLE_HEADING, is_front_matter

    if book.cells and is_front_matter(book.cells[0].cell_type, book.cells[0].source):
        book.cells.pop(0)
    for cell in book.cells:
        found = TITLE_HEADING.match(cell.source) if cell.cell_type == "markdown" else None
        if found:
            if found["title"].strip() == display.title:
                cell.source = cell.source[found.end() :].lstrip("\n")
            return


def _lasting(metadata: Mapping[str, Any]) -> nbformat.NotebookNode:
    import nbformat

    tags = [tag for tag in metadata.get("tags", []) if tag.endswith("parameters")]
    kept: nbformat.NotebookNode = nbformat.from_dict({"tags": tags} if tags else {})
    return kept
