"""The embedded renderer: pandoc → HTML, and pandoc → typst → PDF."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from indicators.errors import RenderingError
from indicators.rendering import page, pandoc, paper
from indicators.rendering.places import Place, Problem, stop_on
from indicators.rendering.project import Project
from indicators.rendering.source import Source

#: The typst document around the partials, beside the first of them.
DOCUMENT = "document.typ"


def render(frame: Project, text: Source, formats: Sequence[str]) -> dict[str, bytes]:
    """Render one source.

    Args:
        frame: The project.
        text: The source.
        formats: ``html``, ``pdf`` or both.

    Returns:
        The files' contents by format.

    Raises:
        RenderingError: Something in the source or the theme is wrong.
    """
    tasks = {"html": _html, "pdf": _pdf}
    with ThreadPoolExecutor(max_workers=2) as pool:
        running = {name: pool.submit(tasks[name], frame, text) for name in formats}
    return {name: task.result() for name, task in running.items()}


def _html(frame: Project, text: Source) -> bytes:
    options = frame.options("html", text.matter.values)
    options["css"] = [str(path) for path in frame.files("html", "css")]
    [template] = frame.files("html", "template")
    extra = ["--mathml", "--section-divs"]
    if options.get("toc"):
        extra += ["--toc", f"--toc-depth={options.get('toc-depth', 3)}"]
    done = _converted(frame, text, "html5", options, template, extra)
    return page.self_contained(done, text.images).encode("utf-8")


def _pdf(frame: Project, text: Source) -> bytes:
    options = frame.options("typst", text.matter.values)
    moment = paper.moment_of(options.get("date-modified"), text.name)
    language, _, region = str(options.get("lang", "")).partition("-")
    options |= {"text-lang": language, "region": region, "undated": moment is None}
    options.setdefault("toc-depth", 2)
    template = frame.files("typst", "template-partials")[0].parent / DOCUMENT
    extra = ["--shift-heading-level-by=-1"]
    typst = _converted(frame, text, "typst", options, template, extra)
    standards = options.get("pdf-standard", [])
    try:
        return paper.compile_pdf(
            typst,
            text.images,
            frame.files("typst", "font-paths"),
            [standards] if isinstance(standards, str) else standards,
            moment,
        )
    except RenderingError as error:
        raise RenderingError(f"{text.name}: {error.message}") from error


def _converted(
    frame: Project, text: Source, to: str, options: dict[str, Any], template: Path, extra: list[str]
) -> str:
    filters = (frame.filters("pre-ast"), frame.filters("post-quarto"))
    hidden = ("filters", "language", "execute", "format", "css") if to == "typst" else ("filters", "language", "execute", "format")
    metadata = {key: value for key, value in options.items() if key not in hidden}
    try:
        done = pandoc.convert(text.text.raw, to, metadata, template, filters, extra)
    except RenderingError as error:
        raise RenderingError(f"{text.name}: {error.message}") from error
    stop_on((_placed(text, token, message) for token, message in done.problems), text.name)
    return done.text


def _placed(text: Source, token: str, message: str) -> Problem:
    """A filter's problem at the first line that holds its word."""
    for line in text.text.lines:
        if token in line.text:
            return Problem(line.place, f"`{token}` {message}")
    return Problem(Place(text.name), f"`{token}` {message}")
