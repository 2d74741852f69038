"""Processes find a place for their sockets, whatever the folder of temporary files is called."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
import pytest

from indicators.errors import UsageError
from indicators.production.engine import sockets
from indicators.production.means import Engine

from .conftest import book_of

EXECUTES = """
import sys
from pathlib import Path
from indicators.production.execution import Engine, Execution, execute
if __name__ == "__main__":
    source, made, engine = sys.argv[1:]
    execute(Execution(Path(source), Path(made), {}, "title: A report", Engine(engine)))
"""


@pytest.mark.parametrize("engine", list(Engine))
@pytest.mark.parametrize("name", ["t" * 90, "ö" * 120], ids=["long", "not-ascii"])
def test_a_notebook_is_executed_with_a_long_temporary_folder(
    tmp_path: Path, engine: Engine, name: str
) -> None:
    temporary, script, source = tmp_path / name, tmp_path / "executes.py", tmp_path / "book.ipynb"
    temporary.mkdir()
    script.write_text(EXECUTES)
    nbformat.write(book_of(["print(6 * 7)"]), source)
    environment = {**os.environ, "TMPDIR": str(temporary), "JUPYTER_RUNTIME_DIR": str(temporary)}
    subprocess.run(
        [sys.executable, script, source, tmp_path / "made" / "out.ipynb", engine.value],
        env=environment,
        check=True,
    )
    [output] = nbformat.read(tmp_path / "made" / "out.ipynb", as_version=4).cells[-1].outputs
    assert output.text == "42\n"
    assert list(temporary.iterdir()) == []


def test_the_folder_of_temporary_files_is_taken_where_it_fits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fits = Path(tempfile.gettempdir()) / ("f" * 20)
    monkeypatch.setattr(tempfile, "tempdir", str(fits))
    fits.mkdir(exist_ok=True)
    try:
        assert sockets.folder() == str(fits)
    finally:
        fits.rmdir()
    long = tmp_path / ("t" * 90)
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(long))
    assert len(sockets.folder()) <= sockets.LONGEST_FOLDER
    monkeypatch.setattr(os, "access", lambda _path, _mode: False)
    with pytest.raises(UsageError, match="set TMPDIR"):
        sockets.folder()
