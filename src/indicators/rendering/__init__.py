"""Quarto sources and executed notebooks → one self-contained HTML page and one PDF each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from indicators.errors import RenderingError
from indicators.rendering.choice import RendererChoice, detect

__all__ = ["Rendered", "RendererChoice", "detect", "render"]

FORMATS = ("html", "pdf")


@dataclass(frozen=True)
class Rendered:
    """The files of one source; ``pdf`` is None where the source is a page only."""

    html: Path
    pdf: Path | None


def render(
    project: Path,
    source: Path,
    destination: Path,
    choice: RendererChoice,
    *,
    formats: Sequence[str] = FORMATS,
) -> Rendered:
    """Render one source to a page and a PDF.

    Args:
        project: The project's root, where ``_quarto.yml`` stands.
        source: A ``.qmd``, or an ``.ipynb`` that has been executed; it stands in the project.
        destination: The output folder (``_site``). The files stand below it at the source's own
            path below the root: ``reports/2022-02/fi/x.ipynb`` gives
            ``<destination>/reports/2022-02/fi/x.html`` and ``x.pdf``.
        choice: The renderer, from :func:`detect`.
        formats: ``html``, or ``html`` and ``pdf``. A source whose front matter says
            ``format: html`` gets no PDF.

    Returns:
        The paths of the files.

    Raises:
        RenderingError: The source holds what the subset of Quarto's syntax does not know (all
            problems at once, with file and line), a renderer failed, or the destination cannot be
            written. Nothing has been written then.
    """
    from indicators.rendering import course

    if "html" not in formats or not set(formats) <= set(FORMATS):
        raise RenderingError(f"formats are {', '.join(formats)}; ask for html, or html and pdf")
    paths = course.run(project, source, destination, choice.name, formats)
    return Rendered(paths["html"], paths.get("pdf"))
