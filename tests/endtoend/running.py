"""A small project to run and to stop, and the processes of a run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from conftest import ROOT

MARK = "INDICATORS_TEST_RUN"
DECLARED = 'month: str = "2022-02"\nlanguage: str = "fi"\nvintage: str = "latest"'
ENDING_SECONDS = 30


def project(root: Path, *cells: str) -> Path:
    """The repository's settings and data, and a notebook of these cells."""
    (root / "data").mkdir(parents=True)
    (root / "data" / "raw").symlink_to(ROOT / "data" / "raw")
    (root / "notebooks").mkdir()
    settings = (ROOT / "indicators.toml").read_text(encoding="utf-8")
    (root / "indicators.toml").write_text(settings, encoding="utf-8")
    write_notebook(root, *cells)
    return root


def write_notebook(root: Path, *cells: str) -> None:
    code_cells = [
        {
            "cell_type": "code",
            "execution_count": None,
            "id": f"c{number}",
            "metadata": {} if number else {"tags": ["parameters"]},
            "outputs": [],
            "source": source,
        }
        for number, source in enumerate([DECLARED, *cells])
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    book = {
        "cells": code_cells,
        "metadata": {"kernelspec": kernel},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    (root / "notebooks" / "monthly_report.ipynb").write_text(json.dumps(book), encoding="utf-8")


@dataclass(frozen=True)
class Run:
    """``indicators run`` under way, its processes marked."""

    process: subprocess.Popen[str]
    mark: str

    def processes(self) -> list[int]:
        """All its processes, the command's own first."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                environment = (folder / "environ").read_bytes()
                state = (folder / "stat").read_text().rpartition(")")[2].split()[0]
            except OSError:
                continue
            if f"{MARK}={self.mark}".encode() in environment and state != "Z":
                found.append(int(folder.name))
        return sorted(found, key=lambda process_id: (process_id != self.process.pid, process_id))

    def left(self) -> list[int]:
        """The processes still there after some time to end."""
        end = time.monotonic() + ENDING_SECONDS
        while self.processes() and time.monotonic() < end:
            time.sleep(0.1)
        return self.processes()


def begin(root: Path, months: Sequence[str], languages: Sequence[str], *more: str) -> Run:
    """Start a run in a process group of its own, as a shell does."""
    mark = uuid.uuid4().hex
    results = ["--months", ",".join(months), "--lang", ",".join(languages), *more]
    process = subprocess.Popen(
        [sys.executable, "-m", "indicators", "run", *results],
        cwd=root,
        env={**os.environ, MARK: mark},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    return Run(process, mark)
