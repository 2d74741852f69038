"""Real Quarto as a subprocess, and the choice between it and the embedded renderer."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from indicators.errors import RenderingError
from indicators.rendering import embedded
from indicators.rendering.embedded import UTF8_PATHS
from indicators.rendering.source import QUARTO_NAMES, Project, Source

#: What marks the lines of Quarto's output that say what went wrong.
ERROR_MARKERS = ("ERROR", "error:", "Error")
#: The first Quarto that writes PDF/UA-1 through typst.
OLDEST_QUARTO = (1, 9)
RENDERER_NAMES = ("auto", "quarto", "embedded")


def render(project: Project, source: Source, formats: Sequence[str]) -> dict[str, bytes]:
    """Render a source with the ``quarto`` on the search path.

    The source has passed the same gate as for the embedded renderer: what either of them would not
    understand is refused by both.

    Returns:
        The files' contents by format.

    Raises:
        RenderingError: Quarto fails; its error is in the message.
    """
    program = shutil.which("quarto")
    if program is None:
        raise RenderingError("no quarto on the search path; use the embedded renderer")
    moment = embedded.pdf_timestamp(source.front_matter.values)
    environment = {**os.environ, **UTF8_PATHS}
    if moment is not None:
        environment["SOURCE_DATE_EPOCH"] = str(int(moment.timestamp()))
    contents: dict[str, bytes] = {}
    for name in formats:
        with tempfile.TemporaryDirectory(prefix="indicators-") as folder:
            command = [program, "render", source.name, "--to", QUARTO_NAMES[name]]
            command += ["--output-dir", folder]
            _run_quarto(command, project.root, source.name, environment)
            target = Path(folder) / Path(source.name).with_suffix(f".{name}")
            if not target.is_file():
                raise RenderingError(f"{source.name}: Quarto wrote no {name}")
            contents[name] = target.read_bytes()
    return contents


def _run_quarto(command: list[str], root: Path, name: str, environment: dict[str, str]) -> None:
    done = subprocess.run(
        command, cwd=root, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RenderingError(f"{name}: Quarto failed: {error_lines(done.stderr)}")


def error_lines(stderr: str) -> str:
    """The first three lines that say what went wrong, else the last line."""
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    errors = [line for line in lines if any(word in line for word in ERROR_MARKERS)]
    return "; ".join(errors[:3]) or (lines[-1] if lines else "it said nothing")


# The choice of the renderer: a Quarto that is new enough, or the embedded one.


@dataclass(frozen=True)
class RendererChoice:
    """The renderer that will be used.

    Attributes:
        name: ``embedded`` or ``quarto``.
        version: Quarto's version, or those of pandoc and typst.
        reason: Why it was chosen, in a sentence.
    """

    name: str
    version: str
    reason: str


def detect(preferred: str = "auto") -> RendererChoice:
    """Choose the renderer.

    Args:
        preferred: ``auto`` takes Quarto where a suitable one is on the search path, else the
            embedded renderer; ``quarto`` and ``embedded`` ask for one of them.

    Raises:
        RenderingError: The name is unknown, or Quarto is required and there is no suitable one.
    """
    if preferred not in RENDERER_NAMES:
        raise RenderingError(
            f"unknown renderer `{preferred}`; choose one of {', '.join(RENDERER_NAMES)}"
        )
    if preferred == "embedded":
        return RendererChoice(
            "embedded", _embedded_version(), "The embedded renderer was asked for."
        )
    version, lack = _quarto_version()
    oldest = ".".join(map(str, OLDEST_QUARTO))
    if lack and preferred == "quarto":
        raise RenderingError(
            f"{lack}; install Quarto {oldest} or newer, or use the embedded renderer"
        )
    if lack:
        return RendererChoice("embedded", _embedded_version(), f"{lack}.")
    why = "asked for" if preferred == "quarto" else f"found on the search path, {oldest} or newer"
    return RendererChoice("quarto", version, f"Quarto {version} was {why}.")


def _quarto_version() -> tuple[str, str]:
    """Quarto's version, and what is lacking (empty if it is suitable)."""
    program = shutil.which("quarto")
    if program is None:
        return "", "No quarto on the search path"
    try:
        answer = subprocess.run(
            [program, "--version"], capture_output=True, text=True, timeout=60, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return "", "The quarto on the search path does not run"
    version = answer.stdout.strip()
    parts = re.match(r"(\d+)\.(\d+)", version)
    if parts is None:
        return "", "The quarto on the search path does not tell its version"
    if (int(parts[1]), int(parts[2])) < OLDEST_QUARTO:
        oldest = ".".join(map(str, OLDEST_QUARTO))
        return version, f"Found Quarto {version}, which is older than {oldest}"
    return version, ""


def _embedded_version() -> str:
    from importlib.metadata import version

    import pypandoc

    return f"pandoc {pypandoc.get_pandoc_version()}, typst {version('typst')}"
