"""What README.md shows can be run as it stands."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from fixtures.reports import Reports

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PYTHON = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
COMMANDS = re.findall(r"^\.venv/bin/indicators (.*?)(?: +#.*)?$", README, flags=re.MULTILINE)
# These take long, a large input, a network or tables made before: other tests run them.
LONG = (
    "report",
    "run",
    "diff",
    "verify",
    "synthesise",
    "import",
    "protect",
    "attack",
    "scan",
    "fetch",
)
MADE = "data/synthetic"


@pytest.mark.parametrize("code", PYTHON)
def test_python_examples_run(code: str, reports: Reports):
    """In a project whose reports are made: an example opens one."""
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=reports.root, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (ran.returncode, ran.stderr) == (0, "")


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_are_understood(command: str, tmp_path: Path):
    name, *arguments = shlex.split(command)
    if name in LONG or MADE in command:
        arguments = ["--help"]
    arguments = [
        str(tmp_path / argument) if argument == "table.csv" else argument for argument in arguments
    ]
    ran = subprocess.run(
        [sys.executable, "-m", "indicators", name, *arguments],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (ran.returncode, ran.stderr) == (0, "")


def test_there_are_examples():
    assert PYTHON
    assert len(COMMANDS) >= 5
