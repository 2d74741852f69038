"""From a table back to the notebook's cell that made it and the file that it was made from."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from indicators.errors import NotebookError
from indicators.reporting.evaluation.volumes import Volume
from indicators.reporting.evaluation.wording import say

_CALL = re.compile(r"^book\.(?P<method>\w+)\(", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a notebook.

    Attributes:
        notebook: File name.
        number: Counted from one, as editors do.
        source: Its code, without the options.
        method: What it calls of the book; empty if nothing.
    """

    notebook: str
    number: int
    source: str
    method: str

    @property
    def anchor(self) -> str:
        """Where the cell is shown in the report."""
        return f"solu-{self.notebook.removesuffix('.ipynb').replace('_', '-')}-{self.number}"


@cache
def cells(root: Path, volume: Volume) -> tuple[Cell, ...]:
    """The code cells of a volume's notebooks, in their order.

    Args:
        root: The project's folder.
        volume: Which document.

    Raises:
        NotebookError: There is none, or one cannot be read.
    """
    found = [cell for path in volume.notebooks(root) for cell in _cells(path)]
    if not found:
        raise NotebookError(f"{root / 'notebooks'}: no notebook {volume.pattern}; restore them")
    return tuple(found)


def cell_of(root: Path, volume: Volume, method: str) -> Cell:
    """The cell of a volume that calls a method of the book.

    Raises:
        NotebookError: No cell calls it.
    """
    for cell in cells(root, volume):
        if cell.method == method:
            return cell
    raise NotebookError(f"{root / 'notebooks'}: no cell of {volume.pattern} calls book.{method}()")


def trace(cell: Cell, *frames: str) -> str:
    """The note below a table: its cell, and the files of results it was made from.

    Args:
        cell: Which made the table.
        frames: Names of frames.
    """
    files = ", ".join(f"[`{name}`](#{file_anchor(name)})" for name in frames)
    return say(
        "common.trace" if frames else "common.trace_manifest",
        notebook=cell.notebook,
        number=str(cell.number),
        anchor=cell.anchor,
        **({"files": files} if frames else {}),
    )


def file_anchor(name: str) -> str:
    """Where a file of results stands in the report's manifest."""
    return f"tiedosto-{name.replace('_', '-')}"


def _cells(path: Path) -> list[Cell]:
    try:
        book = json.loads(path.read_text(encoding="utf-8"))["cells"]
    except (OSError, ValueError, KeyError) as error:
        raise NotebookError(f"{path}: cannot be read as a notebook; restore it") from error
    return [
        _cell(path.name, number, "".join(cell["source"]))
        for number, cell in enumerate(book, start=1)
        if cell["cell_type"] == "code"
    ]


def _cell(notebook: str, number: int, source: str) -> Cell:
    code = "\n".join(line for line in source.split("\n") if not line.startswith("#|")).strip()
    call = _CALL.search(code)
    return Cell(notebook, number, code, call["method"] if call else "")
