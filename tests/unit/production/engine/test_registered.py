"""The engine as anybody's Papermill knows it, by the package's entry point."""

from __future__ import annotations

import subprocess
import sys
from importlib import metadata
from pathlib import Path

import nbformat
import pytest

from indicators.production.engine.warm import NAME, WarmEngine

from .conftest import book_of


def test_the_entry_point_is_the_engine() -> None:
    [found] = metadata.entry_points(group="papermill.engine", name=NAME)
    assert found.load() is WarmEngine


@pytest.mark.parametrize("engine", [NAME, "nbclient"])
def test_papermills_own_command_takes_it(engine: str, tmp_path: Path) -> None:
    source, made = tmp_path / "in.ipynb", tmp_path / "out.ipynb"
    nbformat.write(
        book_of(["import os\nname = open(f'/proc/{os.getppid()}/cmdline').read()\nname"]), source
    )
    command = [sys.executable, "-m", "papermill", source, made, "--engine", engine]
    called = subprocess.run(command, capture_output=True, text=True, check=False)
    assert called.returncode == 0, called.stderr
    [cell] = [one for one in nbformat.read(made, as_version=4).cells if one.cell_type == "code"]
    # A warm process is started by Python's fork server.
    assert ("forkserver" in cell.outputs[0].data["text/plain"]) == (engine == NAME)
