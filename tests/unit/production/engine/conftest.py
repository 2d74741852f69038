"""Notebooks executed by both engines."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import nbformat
import papermill
import pytest

from indicators.production.engine import processes, warm

# Clock times, and what Papermill makes up anew each time.
PASSING = ("papermill", "execution")


def book_of(cells: Sequence[str]) -> nbformat.NotebookNode:
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    book.metadata["kernelspec"] = {"display_name": "P", "language": "python", "name": "python3"}
    return book


def normalised(path: Path) -> str:
    """An executed notebook without clock times, ids made up and the names of temporary files."""
    book = nbformat.read(path, as_version=4)
    for number, cell in enumerate(book.cells):
        cell.id = f"cell-{number}"
        for name in PASSING:
            cell.metadata.pop(name, None)
    book.metadata.pop("papermill")
    # Some tracebacks name the file a cell was compiled under, which holds the process's number.
    return re.sub(r"ipykernel_\d+", "ipykernel_0", nbformat.writes(book))


@pytest.fixture
def executed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, str]]:
    """Executes a notebook in a kernel and in a warm process."""
    warm.register()
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "1")

    def execute(book: Any, parameters: dict[str, str] | None = None) -> dict[str, str]:
        # A kernel looks at no descriptors when it finds this in its environment.
        monkeypatch.delenv("PYTEST_CURRENT_TEST", raising=False)
        source = tmp_path / "book.ipynb"
        nbformat.write(book, source)
        made = {}
        for name in ("nbclient", warm.NAME):
            folder = tmp_path / name
            folder.mkdir()
            how: dict[str, Any] = {"progress_bar": False, "kernel_name": "python3"}
            if name == "nbclient":
                how["extra_arguments"] = ["--IPKernelApp.log_level=CRITICAL"]
                how |= {"config": _private()}
            # A failure stands in the notebook.
            with processes.one_thread(), suppress(papermill.PapermillExecutionError):
                papermill.execute_notebook(
                    source, folder / "out.ipynb", parameters, name, cwd=folder, **how
                )
            made[name] = normalised(folder / "out.ipynb")
        return made

    return execute


@pytest.fixture
def said(tmp_path: Path) -> Callable[[str], str]:
    """Executes a cell in a warm process and gives what it printed."""
    warm.register()

    def execute(cell: str) -> str:
        source = tmp_path / "book.ipynb"
        nbformat.write(book_of([cell]), source)
        book = papermill.execute_notebook(
            source, None, engine_name=warm.NAME, cwd=tmp_path, progress_bar=False
        )
        return "".join(one.text for one in book.cells[0].outputs).strip()

    return execute


def _private() -> Any:
    from traitlets.config import Config

    return Config({"KernelManager": {"transport": "ipc"}})
