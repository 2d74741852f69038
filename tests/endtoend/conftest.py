"""The reports made once, as a newcomer makes them: the command in a copy of the repository."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from fixtures import sharing
from fixtures.reports import Called, Reports

ROOT = Path(__file__).parents[2]
MONTHS = ("2022-02", "2023-06")
LANGUAGES = ("fi", "sv", "en")


def indicators(*arguments: str, project: Path) -> Called:
    """Run the command of this environment as a person in the project's folder would."""
    program = Path(sys.executable).with_name("indicators")
    line = [str(program)] if program.exists() else [sys.executable, "-m", "indicators"]
    return subprocess.run(
        [*line, *arguments], cwd=project, capture_output=True, text=True, encoding="utf-8",
        timeout=900, check=False,
    )  # fmt: skip


def in_process(*arguments: str, project: Path) -> Called:
    """The same without a process of its own, which takes a second to begin.

    For what a command says and writes; how its process begins and ends others look at.
    """
    from indicators.cli.main import main

    out, err = io.StringIO(), io.StringIO()
    with chdir(project), redirect_stdout(out), redirect_stderr(err):
        try:
            status = main([*arguments])
        except SystemExit as leaving:
            status = int(leaving.code or 0)
    return Called([*arguments], status, out.getvalue(), err.getvalue())


def copy_tracked(target: Path) -> Path:
    """A copy of what git knows of the repository, as a fresh clone would have it."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).exists():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    return target


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, to the byte; not what a run notes for the next one."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.relative_to(folder).parts[0] != ".indicators"
    }


@pytest.fixture(scope="session")
def reports() -> Reports:
    """The reports of both months in three languages."""

    def made() -> Reports:
        root = copy_tracked(sharing.folder("clone"))
        return Reports(root, indicators("report", "--renderer", "embedded", project=root))

    return sharing.once("reports", made)


@pytest.fixture
def fresh(tmp_path: Path) -> Callable[[], Path]:
    """Makes a fresh copy of the repository."""
    return lambda: copy_tracked(tmp_path / "clone")
