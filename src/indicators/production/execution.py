"""One notebook through Papermill, and what it leaves made fit to publish."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from indicators.errors import NotebookError, UsageError
from indicators.production import parameters
from indicators.production.engine import processes, sockets
from indicators.production.engine.limits import GIB, limited_children
from indicators.production.means import Engine, Limits
from indicators.production.parameters import Value

if TYPE_CHECKING:
    import nbformat

KERNEL = "python3"


@dataclass(frozen=True, slots=True)
class Execution:
    """One notebook to execute.

    Attributes:
        notebook: The source.
        output: Where the executed notebook goes; its folder is the working directory.
        parameters: Checked values by name.
        front_matter: YAML that makes the executed notebook a Quarto document, without the dashes.
        engine: What executes it; the executed notebook is the same.
        limits: What it may take.
    """

    notebook: Path
    output: Path
    parameters: Mapping[str, Value]
    front_matter: str
    engine: Engine = Engine.WARM
    limits: Limits = field(default_factory=Limits)


@dataclass
class _Place:
    """Which cell is at work."""

    index: int = 0

    def note(self, *, cell_index: int, **_: Any) -> None:
        self.index = cell_index


def execute(execution: Execution) -> Path:
    """Execute one notebook in a process of its own.

    Raises:
        NotebookError: A cell failed, hung or killed its process; the message names cell and line.
        UsageError: The system refuses to write it, as a full disk does.
    """
    import papermill
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

    place = _Place()
    try:
        execution.output.parent.mkdir(parents=True, exist_ok=True)
        _finish(_through_papermill(execution, place), execution)
    except papermill.PapermillExecutionError as error:
        raise NotebookError(_failure(execution.notebook, error)) from error
    except CellTimeoutError as error:
        line = getattr(error, "cell_line", None)
        took = f"did not end within {execution.limits.cell_seconds:g} seconds"
        raise NotebookError(_told(execution.notebook, place.index, line, took)) from error
    except DeadKernelError as error:
        died = "failed: its kernel died, perhaps for lack of memory"
        raise NotebookError(_told(execution.notebook, place.index, None, died)) from error
    except OSError as error:
        told = error.strerror or str(error)
        text = f"cannot be written ({told}); nothing was published"
        raise UsageError(f"{execution.output}: {text}") from error
    return execution.output


def _through_papermill(execution: Execution, place: _Place) -> nbformat.NotebookNode:
    """The executed notebook; it is written once, when it is finished."""
    import papermill

    limits = execution.limits
    how: dict[str, Any] = {
        "kernel_name": KERNEL,
        "cwd": execution.output.parent,
        "progress_bar": False,
        "execution_timeout": limits.cell_seconds,
        "on_cell_execute": place.note,
        # The whole notebook would be written at each cell's beginning and end.
        "request_save_on_cell_execute": False,
    }
    what = (execution.notebook, None, dict(execution.parameters))
    memory = int(limits.memory_gb * GIB)
    if execution.engine is Engine.WARM and processes.can_fork():
        from indicators.production.engine import warm

        warm.register()
        return cast(
            "nbformat.NotebookNode",
            papermill.execute_notebook(*what, engine_name=warm.NAME, memory=memory, **how),
        )
    # The environment this runs in, not whichever "python3" a user once registered.
    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"
    with (
        processes.one_thread(),
        limited_children(memory),
        tempfile.TemporaryDirectory(dir=sockets.folder()) as private,
    ):
        how |= _in_private(private)
        return cast("nbformat.NotebookNode", papermill.execute_notebook(*what, **how))


def _in_private(folder: str) -> dict[str, Any]:
    """Talk to the kernel through files of this user: TCP can be overheard on a shared machine."""
    from traitlets.config import Config

    return {
        "config": Config({"KernelManager": {"transport": "ipc", "ip": f"{folder}/kernel"}}),
        # A kernel that is told to stop says so as an error; a cell's failure comes otherwise.
        "extra_arguments": ["--IPKernelApp.log_level=CRITICAL"],
    }


def _failure(notebook: Path, error: Any) -> str:
    """What failed, in a line: cell, line, and the exception as Python names it."""
    traceback = re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(error.traceback))
    line = re.search(r"Cell In\[\d+\], line (\d+)", traceback)
    told = " ".join(str(error.evalue).split()) or "no message"
    what = f"failed: {error.ename}: {told}"
    return _told(notebook, error.cell_index, int(line[1]) if line else None, what)


def _told(notebook: Path, index: int, line: int | None, what: str) -> str:
    # Papermill puts a cell of its own behind the parameters, which the source does not have.
    number = index + 1 - (index > parameters.position(notebook))
    place = f"cell {number}" + (f", line {line}" if line else "")
    return f"{notebook}: {place} {what}; nothing was published"


def _finish(book: nbformat.NotebookNode, execution: Execution) -> None:
    """Drop what differs from run to run, put the front matter first, and write it.

    Papermill's notes hold clock times and this machine's paths, and its cell metadata makes Quarto
    wrap each cell, which takes its headings out of the table of contents.
    """
    import nbformat

    for number, cell in enumerate(book.cells):
        cell.id = f"cell-{number:02d}"
        cell.metadata = _lasting(cell.metadata)
        if cell.cell_type == "code":
            # Warnings are for the maker and name files of this machine: no part of a report.
            cell.outputs = [one for one in cell.outputs if one.get("name") != "stderr"]
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
