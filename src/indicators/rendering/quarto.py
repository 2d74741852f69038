"""Real Quarto as a subprocess: one source, rendered aside."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from indicators.errors import RenderingError
from indicators.rendering import paper
from indicators.rendering.pandoc import UTF8_PATHS
from indicators.rendering.project import Project
from indicators.rendering.source import QUARTO_NAMES, Source

#: Lines of Quarto's output that tell what went wrong.
TELLING = ("ERROR", "error:", "Error")


def render(project: Project, source: Source, formats: Sequence[str]) -> dict[str, bytes]:
    """Render one source with the ``quarto`` on the search path.

    The source has passed the same gate as for the embedded renderer: what one of them would not
    understand is refused by both.

    Raises:
        RenderingError: Quarto fails; its error is in the message.
    """
    program = shutil.which("quarto")
    if program is None:
        raise RenderingError("no quarto on the search path; use the embedded renderer")
    moment = paper.moment_of(source.front_matter.values)
    environment = {**os.environ, **UTF8_PATHS}
    if moment is not None:
        environment["SOURCE_DATE_EPOCH"] = str(int(moment.timestamp()))
    contents: dict[str, bytes] = {}
    for name in formats:
        with tempfile.TemporaryDirectory(prefix="indicators-") as folder:
            command = [program, "render", source.name, "--to", QUARTO_NAMES[name]]
            command += ["--output-dir", folder]
            _run(command, project.root, source.name, environment)
            target = Path(folder) / Path(source.name).with_suffix(f".{name}")
            if not target.is_file():
                raise RenderingError(f"{source.name}: Quarto wrote no {name}")
            contents[name] = target.read_bytes()
    return contents


def _run(command: list[str], root: Path, name: str, environment: dict[str, str]) -> None:
    done = subprocess.run(
        command, cwd=root, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RenderingError(f"{name}: Quarto failed: {essence(done.stderr)}")


def essence(stderr: str) -> str:
    """The lines that tell what went wrong, else the last one."""
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    telling = [line for line in lines if any(word in line for word in TELLING)]
    return "; ".join(telling[:3]) or (lines[-1] if lines else "it said nothing")
