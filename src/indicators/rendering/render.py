"""A source read, checked, rendered to a page and a PDF, and put in its place."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from indicators.errors import RenderingError, os_reason
from indicators.rendering import embedded, quarto
from indicators.rendering.quarto import RendererChoice
from indicators.rendering.source import read_project, read_source

FORMATS = ("html", "pdf")
RENDERERS = {"embedded": embedded.render, "quarto": quarto.render}


@dataclass(frozen=True)
class Rendered:
    """The files of a source; ``pdf`` is None where the source is a page only."""

    html: Path
    pdf: Path | None


def publish_files(files: Mapping[Path, bytes]) -> None:
    """Write all files aside, then give them their names.

    Raises:
        RenderingError: A file cannot be written; no name has been given then.
    """
    aside: dict[Path, Path] = {}
    target = Path()
    try:
        for target, content in files.items():
            target.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
            aside[target] = Path(name)
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
            aside[target].chmod(0o644)
        for target, path in aside.items():
            path.replace(target)
    except OSError as error:
        raise RenderingError(
            f"{target}: cannot be written ({os_reason(error)}); choose another place"
        ) from error
    finally:
        for path in aside.values():
            path.unlink(missing_ok=True)


def render_source(
    root: Path, path: Path, destination: Path, renderer: str, formats: Sequence[str]
) -> dict[str, Path]:
    """Render a source; see :func:`render`.

    Returns:
        The files' paths by format.
    """
    project = read_project(root)
    text = read_source(project, path)
    contents = RENDERERS[renderer](project, text, text.formats(formats))
    target = destination / text.name
    paths = {name: target.with_suffix(f".{name}") for name in contents}
    publish_files({paths[name]: content for name, content in contents.items()})
    return paths


def render(
    project: Path,
    source: Path,
    destination: Path,
    choice: RendererChoice,
    *,
    formats: Sequence[str] = FORMATS,
) -> Rendered:
    """Render a source to a self-contained page and a PDF.

    Args:
        project: The project's root, where ``_quarto.yml`` stands.
        source: A ``.qmd``, or an ``.ipynb`` that has been executed; it stands in the project.
        destination: The output folder (``_site``). The files stand below it at the source's own
            path below the root: ``reports/2022-02/fi/x.ipynb`` gives
            ``<destination>/reports/2022-02/fi/x.html`` and ``x.pdf``.
        choice: The renderer, from :func:`indicators.rendering.quarto.detect`.
        formats: ``html``, or ``html`` and ``pdf``. A source whose front matter says
            ``format: html`` gets no PDF.

    Returns:
        The paths of the files.

    Raises:
        RenderingError: The source holds what the subset of Quarto's syntax does not know (all
            problems at once, with file and line), a renderer failed, or the destination cannot be
            written. Nothing has been written then.
    """
    if "html" not in formats or not set(formats) <= set(FORMATS):
        raise RenderingError(f"formats are {', '.join(formats)}; ask for html, or html and pdf")
    paths = render_source(project, source, destination, choice.name, formats)
    return Rendered(paths["html"], paths.get("pdf"))
