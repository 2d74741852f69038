"""Which renderer serves: a Quarto that is new enough, or the embedded one."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass

from indicators.errors import RenderingError

#: The first Quarto that writes PDF/UA-1 through typst.
OLDEST_QUARTO = (1, 9)
NAMES = ("auto", "quarto", "embedded")


@dataclass(frozen=True)
class RendererChoice:
    """The renderer that will be used.

    Attributes:
        name: ``embedded`` or ``quarto``.
        version: Quarto's version, or those of pandoc and typst.
        reason: One sentence why this one was chosen.
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
        RenderingError: The name is unknown, or Quarto was asked for and there is no suitable one.
    """
    if preferred not in NAMES:
        raise RenderingError(f"unknown renderer `{preferred}`; choose one of {', '.join(NAMES)}")
    if preferred == "embedded":
        return RendererChoice(
            "embedded", _embedded_version(), "The embedded renderer was asked for."
        )
    version, lack = _quarto()
    oldest = ".".join(map(str, OLDEST_QUARTO))
    if lack and preferred == "quarto":
        raise RenderingError(
            f"{lack}; install Quarto {oldest} or newer, or use the embedded renderer"
        )
    if lack:
        return RendererChoice("embedded", _embedded_version(), f"{lack}.")
    why = "asked for" if preferred == "quarto" else f"found on the search path, {oldest} or newer"
    return RendererChoice("quarto", version, f"Quarto {version} was {why}.")


def _quarto() -> tuple[str, str]:
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
