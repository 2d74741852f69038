"""Execution of notebooks through Papermill, in parallel, as documents fit to be published."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import tempfile
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed, wait
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from indicators.catalogue.model import LANGUAGES
from indicators.errors import IndicatorsError, NotebookError, UsageError, os_reason
from indicators.production import parameters
from indicators.production.options import Engine, Limits
from indicators.production.parameters import Value
from indicators.settings.loading import load_settings

if TYPE_CHECKING:
    import nbformat

# The kernel that an executed notebook names: whoever opens it has a kernel of that name.
KERNEL = "python3"

MOST_WORKERS = 4

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
    """

    notebook: Path
    output: Path
    parameters: Mapping[str, Value]
    front_matter: str
    engine: Engine = Engine.WARM
    limits: Limits = field(default_factory=Limits)
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class Task:
    """A month's notebook to execute.

    Attributes:
        root: The project's folder.
        month: ``YYYY-MM``.
        language: ``fi``, ``sv`` or ``en``.
        vintage: Whose tables it reads.
        execution: How; its front matter is still to be written.
    """

    root: Path
    month: str
    language: str
    vintage: str
    execution: Execution


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
    from indicators.reporting.files import front_matter

    begin = time.perf_counter()
    settings = load_settings(task.root)
    tables = read_month(task.root, task.month, task.vintage)
    matter = front_matter(settings, tables, task.language)
    notebook = _execute(replace(task.execution, front_matter=matter))
    return Executed(notebook, time.perf_counter() - begin)


@dataclass
class _Place:
    """The cell at work."""

    index: int = 0

    def note(self, *, cell_index: int, **_: Any) -> None:
        self.index = cell_index


def _execute(execution: Execution) -> Path:
    """As :func:`execute`, in a thread where no event loop runs."""
    import papermill
    from nbclient.exceptions import CellTimeoutError

    place = _Place()
    try:
        execution.output.parent.mkdir(parents=True, exist_ok=True)
        _finish(_through_papermill(execution, place), execution)
    except papermill.PapermillExecutionError as error:
        raise NotebookError(_failure(execution.notebook, error)) from error
    except CellTimeoutError as error:
        took = f"did not end within {execution.limits.cell_seconds:g} seconds"
        raise NotebookError(_failure_text(execution.notebook, place.index, None, took)) from error
    except RuntimeError as error:
        # What nbclient and jupyter_client raise when a kernel is no more, or never was.
        died = "failed: its kernel died, perhaps for lack of memory"
        raise NotebookError(_failure_text(execution.notebook, place.index, None, died)) from error
    except OSError as error:
        text = f"cannot be written ({os_reason(error)}); nothing was published"
        raise UsageError(f"{execution.output}: {text}") from error
    return execution.output


def _through_papermill(execution: Execution, place: _Place) -> nbformat.NotebookNode:
    """The executed notebook; it is written once, when it is finished."""
    import papermill
    from jupyter_core.utils import ensure_event_loop
    from traitlets.config import Config

    from indicators.production import fork_server
    from indicators.production.fork_provisioner import NotebookKernelManager

    # What they log of a failure is in our own error already.
    for name in ("papermill", "traitlets"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    forked = execution.engine is Engine.WARM
    limits = execution.limits
    with (
        # The thread's loop, as jupyter_client will find it: it closes none.
        asyncio.Runner(loop_factory=ensure_event_loop) as runner,
        # Talk to the kernel through files of this user: TCP can be overheard on a shared machine.
        tempfile.TemporaryDirectory(
            prefix="indicators-", dir=fork_server.socket_folder()
        ) as scratch,
    ):
        runner.get_loop()
        manager = {
            "transport": "ipc",
            "ip": f"{scratch}/kernel",
            "connection_file": f"{scratch}/kernel.json",
        }
        book = papermill.execute_notebook(
            execution.notebook,
            None,
            dict(execution.parameters),
            kernel_name=fork_server.FORKED if forked else fork_server.FRESH,
            progress_bar=False,
            execution_timeout=limits.cell_seconds,
            # The whole notebook would be written at each cell's beginning and end.
            request_save_on_cell_execute=False,
            # The rest is nbclient's. No `cwd`: Papermill's is that of all threads of a process.
            resources={"metadata": {"path": str(execution.output.parent)}},
            on_cell_execute=place.note,
            kernel_manager_class=NotebookKernelManager,
            config=Config({"KernelManager": manager}),
            extra_arguments=[f"--memory-gb={limits.memory_gb}", f"--scratch={scratch}"],
            shutdown_kernel="immediate",
        )
    return cast("nbformat.NotebookNode", book)


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
    book.cells.insert(0, front)
    nbformat.write(book, execution.output)


def _lasting(metadata: Mapping[str, Any]) -> nbformat.NotebookNode:
    import nbformat

    tags = [tag for tag in metadata.get("tags", []) if tag.endswith("parameters")]
    kept: nbformat.NotebookNode = nbformat.from_dict({"tags": tags} if tags else {})
    return kept
