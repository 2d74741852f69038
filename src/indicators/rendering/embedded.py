"""The embedded renderer: pandoc → HTML, and pandoc → typst → PDF."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from indicators.errors import RenderingError
from indicators.rendering import page, pandoc, paper
from indicators.rendering.pandoc import Writing
from indicators.rendering.places import Place, Problem, stop_on
from indicators.rendering.project import Project
from indicators.rendering.source import Source

#: Keys that are for Quarto alone.
NO_METADATA = frozenset({"filters", "language", "execute", "format"})
#: The typst document around the partials, beside the first of them.
DOCUMENT = "document.typ"


def render(project: Project, source: Source, formats: Sequence[str]) -> dict[str, bytes]:
    """Render one source.

    Args:
        project: The project.
        source: The source.
        formats: ``html``, ``pdf`` or both.

    Returns:
        The files' contents by format.

    Raises:
        RenderingError: Something in the source or the theme is wrong.
    """
    tasks = {"html": _html, "pdf": _pdf}
    with ThreadPoolExecutor(max_workers=2) as pool:
        running = {name: pool.submit(tasks[name], project, source) for name in formats}
    return {name: task.result() for name, task in running.items()}


def _html(project: Project, source: Source) -> bytes:
    options = project.options("html", source.front_matter.values)
    sheets = project.files("html", "css")
    # Numbers, for a path in the metadata would be read as Markdown.
    options["css"] = [str(number) for number in range(len(sheets))]
    [template] = project.files("html", "template")
    arguments = ["--mathml", "--section-divs"]
    if options.get("toc"):
        arguments += ["--toc", f"--toc-depth={options.get('toc-depth', 3)}"]
    done = _converted(source, options, _writing(project, "html5", template, arguments))
    return page.self_contained(done, source.images, sheets).encode("utf-8")


def _pdf(project: Project, source: Source) -> bytes:
    options = project.options("typst", source.front_matter.values)
    moment = paper.moment_of(source.front_matter.values)
    language, _, region = str(options.get("lang", "")).partition("-")
    options |= {"text-lang": language, "region": region, "undated": moment is None}
    options.setdefault("toc-depth", 2)
    template = project.files("typst", "template-partials")[0].parent / DOCUMENT
    writing = _writing(project, "typst", template, ["--shift-heading-level-by=-1"])
    typst = _converted(source, options, writing)
    named = options.get("pdf-standard", [])
    standards = [named] if isinstance(named, str) else list(named)
    fonts = project.files("typst", "font-paths")
    with _told_of(source):
        return paper.compile_pdf(typst, source.images, fonts, standards, moment)


def _writing(project: Project, to: str, template: Path, arguments: list[str]) -> Writing:
    return Writing(
        to, template, project.filters("pre-ast"), project.filters("post-quarto"), arguments
    )


def _converted(text: Source, options: dict[str, Any], writing: Writing) -> str:
    metadata = {key: value for key, value in options.items() if key not in NO_METADATA}
    with _told_of(text):
        done = pandoc.convert(text.text.raw, metadata, writing)
    stop_on((_placed(text, token, message) for token, message in done.problems), text.name)
    return done.text


@contextmanager
def _told_of(text: Source) -> Iterator[None]:
    """Name the source in what goes wrong with it."""
    try:
        yield
    except RenderingError as error:
        raise RenderingError(f"{text.name}: {error.message}", error.details) from error


def _placed(text: Source, token: str, message: str) -> Problem:
    """A filter's problem at the first line that holds its word."""
    for line in text.text.lines:
        if token in line.text:
            return Problem(line.place, f"`{token}` {message}")
    return Problem(Place(text.name), f"`{token}` {message}")
