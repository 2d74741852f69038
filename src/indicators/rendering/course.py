"""A source's course: read, checked, rendered, put in its place."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from indicators.rendering import embedded, project, publish, quarto, source

RENDERERS = {"embedded": embedded.render, "quarto": quarto.render}


def run(
    root: Path, path: Path, destination: Path, renderer: str, formats: Sequence[str]
) -> dict[str, Path]:
    """Render one source; see :func:`indicators.rendering.render`.

    Returns:
        The files' paths by format.
    """
    quarto_project = project.read(root)
    text = source.read(quarto_project, path)
    contents = RENDERERS[renderer](quarto_project, text, text.formats(formats))
    target = destination / text.name
    paths = {name: target.with_suffix(f".{name}") for name in contents}
    publish.publish({paths[name]: content for name, content in contents.items()})
    return paths
