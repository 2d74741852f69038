"""A month's notebook made by a worker, which reads the month's tables once for all of them."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from indicators import settings as project_settings
from indicators.errors import NotebookError
from indicators.production.engine import processes
from indicators.production.execution import Execution, execute
from indicators.production.rehearsing import rehearse


@dataclass(frozen=True, slots=True)
class Task:
    """A notebook to make.

    Attributes:
        root: The project's folder.
        month: ``YYYY-MM``.
        language: ``fi``, ``sv`` or ``en``.
        vintage: Whose tables it reads.
        execution: How; its front matter is still to be written.
        rehearsed: Whether there is so much to make that a rehearsal pays.
    """

    root: Path
    month: str
    language: str
    vintage: str
    execution: Execution
    rehearsed: bool = False


@dataclass(frozen=True, slots=True)
class Made:
    """An executed notebook, and how long it took."""

    notebook: Path
    seconds: float


def make(task: Task) -> Made:
    """Execute a notebook.

    Raises:
        NotebookError: As :func:`indicators.production.execution.execute`.
        DataError: The month's tables cannot be read.
    """
    from indicators import processed
    from indicators.reporting.front_matter import front_matter

    begin = time.perf_counter()
    settings = project_settings.load(task.root)
    folder = processed.folder_of(task.root, task.month, task.vintage)
    tables = processed.kept(folder) or _keep(folder, task)
    if task.rehearsed:
        rehearse(settings, tables, task.language)
    matter = front_matter(settings, tables, task.language)
    notebook = execute(replace(task.execution, front_matter=matter))
    return Made(notebook, time.perf_counter() - begin)


def _keep(folder: Path, task: Task) -> Any:
    """Read tables and keep them for this process and those forked from it, in place of others."""
    from indicators import processed

    tables = processed.read(task.root, task.month, task.vintage)
    processed.keep(folder, tables)
    return tables


def apart(function: Callable[..., Any], *arguments: Any) -> Any:
    """Call a function in a forked process and give what it gives, or raise what it raises."""
    ours, theirs = multiprocessing.Pipe(duplex=False)
    process = processes.start(_call, theirs, function, arguments)
    theirs.close()
    try:
        given = ours.recv()
    except EOFError:
        given = NotebookError("its process was ended from outside, perhaps for lack of memory")
    finally:
        ours.close()
        process.join()
    if isinstance(given, BaseException):
        raise given
    return given


def _call(pipe: Connection, function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    try:
        given = function(*arguments)
    except Exception as error:
        given = error
    pipe.send(given)
