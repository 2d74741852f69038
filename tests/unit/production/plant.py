"""A project small enough for a test: the repository's settings and data, a notebook of its own."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
DECLARED = 'month: str = "2022-02"\nlanguage: str = "fi"\nvintage: str = "latest"'
SETTINGS = "indicators.toml"


def notebook(cells: Sequence[str], *, tagged: bool = True) -> str:
    """The JSON of a notebook; the first cell declares the parameters."""
    code_cells = [
        {
            "cell_type": "code",
            "execution_count": None,
            "id": f"c{number}",
            "metadata": {"tags": ["parameters"]} if tagged and number == 0 else {},
            "outputs": [],
            "source": source,
        }
        for number, source in enumerate(cells)
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return json.dumps(
        {
            "cells": code_cells,
            "metadata": {"kernelspec": kernel},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
    )


def set_up(root: Path, cells: Sequence[str] = ("print(month, language)",)) -> Path:
    """Lay out a project whose notebook has these cells behind its parameters."""
    (root / "data").mkdir(parents=True)
    (root / "data" / "raw").symlink_to(ROOT / "data" / "raw")
    (root / SETTINGS).write_text((ROOT / SETTINGS).read_text(encoding="utf-8"), encoding="utf-8")
    (root / "notebooks").mkdir()
    write_notebook(root, cells)
    return root


def write_notebook(root: Path, cells: Sequence[str]) -> Path:
    """Give a project another notebook."""
    path = root / "notebooks" / "monthly_report.ipynb"
    path.write_text(notebook([DECLARED, *cells]), encoding="utf-8")
    return path


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, hidden ones too, to the byte."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def outputs(path: Path) -> list[str]:
    """What the cells of an executed notebook printed, as it is or as Markdown."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [
        block
        for cell in cells
        for output in cell.get("outputs", [])
        for block in (["".join(output["text"])] if "text" in output else _blocks(output["data"]))
    ]


def _blocks(data: dict[str, list[str]]) -> list[str]:
    text = "".join(data.get("text/markdown", []))
    return re.findall(r"``` {.cell-output}\n(.*?\n)```", text, re.DOTALL)
