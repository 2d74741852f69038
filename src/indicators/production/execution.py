"""One notebook through Papermill, and what it leaves made fit to publish."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from indicators.errors import NotebookError
from indicators.production import parameters
from indicators.production.parameters import Value

if TYPE_CHECKING:
    import nbformat

KERNEL = "python3"
# A month's notebook takes seconds; one that has not moved for so long never will.
CELL_TIMEOUT_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Execution:
    """One notebook to execute.

    Attributes:
        notebook: The source.
        output: Where the executed notebook goes; its folder is the working directory.
        parameters: Checked values by name.
        front_matter: YAML that makes the executed notebook a Quarto document, without the dashes.
    """

    notebook: Path
    output: Path
    parameters: Mapping[str, Value]
    front_matter: str


def execute(execution: Execution) -> Path:
    """Execute one notebook in a kernel of its own.

    Raises:
        NotebookError: A cell failed, hung or killed its kernel; the message names cell and line.
    """
    import nbclient.exceptions
    import papermill

    # The environment this runs in, not whichever "python3" a user once registered.
    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"
    execution.output.parent.mkdir(parents=True, exist_ok=True)
    try:
        papermill.execute_notebook(
            execution.notebook,
            execution.output,
            dict(execution.parameters),
            kernel_name=KERNEL,
            cwd=execution.output.parent,
            progress_bar=False,
            execution_timeout=CELL_TIMEOUT_SECONDS,
            config=_private(),
            # A kernel that is told to stop says so as an error; a cell's failure comes otherwise.
            extra_arguments=["--IPKernelApp.log_level=CRITICAL"],
        )
    except papermill.PapermillExecutionError as error:
        raise NotebookError(_failure(execution.notebook, error)) from error
    except (nbclient.exceptions.CellTimeoutError, nbclient.exceptions.DeadKernelError) as error:
        text = "a cell hung or its kernel died; nothing was published"
        raise NotebookError(f"{execution.notebook}: {text}") from error
    _finish(execution)
    return execution.output


def _private() -> Any:
    """Talk to the kernel through files of this user: TCP can be overheard on a shared machine."""
    from traitlets.config import Config

    return Config({"KernelManager": {"transport": "ipc"}})


def _failure(notebook: Path, error: Any) -> str:
    """What failed, in a line: cell, line, and the exception as Python names it."""
    traceback = re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(error.traceback))
    line = re.search(r"Cell In\[\d+\], line (\d+)", traceback)
    # Papermill puts a cell of its own behind the parameters, which the source does not have.
    number = error.cell_index + 1 - (error.cell_index > parameters.position(notebook))
    place = f"cell {number}" + (f", line {line[1]}" if line else "")
    told = " ".join(str(error.evalue).split()) or "no message"
    return f"{notebook}: {place} failed: {error.ename}: {told}; nothing was published"


def _finish(execution: Execution) -> None:
    """Drop what differs from run to run, and put the front matter first.

    Papermill's notes hold clock times and this machine's paths, and its cell metadata makes Quarto
    wrap each cell, which takes its headings out of the table of contents.
    """
    import nbformat

    book = nbformat.read(execution.output, as_version=4)
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
