"""The embedded renderer: pandoc → HTML, and pandoc → typst → PDF."""

from __future__ import annotations

import base64
import html
import json
import os
import re
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from indicators.errors import RenderingError
from indicators.rendering.places import Place, Problem, raise_problems
from indicators.rendering.source import Project, Source

FILTERS = Path(__file__).parent / "filters"
OWN_FILTERS = ("normalise.lua", "crossref.lua", "emit.lua")
# With a plain C locale pandoc cannot open a file whose path is not ASCII.
UTF8_PATHS = {"LC_ALL": "C.UTF-8"}
#: Keys that are for Quarto alone.
NO_METADATA = frozenset({"filters", "language", "execute", "format"})
#: The typst document around the partials, beside the first of them.
DOCUMENT = "document.typ"
MEDIA_TYPES = {
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".woff2": "font/woff2",
}
URL = re.compile(r"""url\(\s*["']?(?P<path>[^"')]+)["']?\s*\)""")
STYLESHEET = re.compile(r'<link rel="stylesheet" href="(?P<number>\d+)" />')
IMAGE_SOURCE = re.compile(r'(?P<start><img\b[^>]*?\bsrc=")(?P<path>[^"]*)"', re.DOTALL)


# Pandoc: Markdown with the project's filters → HTML or typst. Its warnings are errors.


@dataclass(frozen=True)
class PandocResult:
    """What pandoc wrote, and what its filters found wrong: a word of the source, a message."""

    text: str
    problems: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class PandocOptions:
    """How a text is written.

    Attributes:
        to: ``html5`` or ``typst``.
        template: Pandoc's template.
        before: The project's Lua filters that run before the renderer's own.
        after: Those that run after them.
        arguments: Further arguments.
    """

    to: str
    template: Path
    before: Sequence[Path]
    after: Sequence[Path]
    arguments: Sequence[str] = ()


def convert(text: str, metadata: Mapping[str, Any], writing: PandocOptions) -> PandocResult:
    """Convert Markdown without front matter, with the document's metadata beside it.

    Raises:
        RenderingError: Pandoc fails or warns.
    """
    import pypandoc

    chain = [*writing.before, *(FILTERS / name for name in OWN_FILTERS), *writing.after]
    with tempfile.TemporaryDirectory(prefix="indicators-") as folder:
        meta = Path(folder) / "metadata.json"
        meta.write_text(json.dumps(dict(metadata), default=str), encoding="utf-8")
        arguments = [
            pypandoc.get_pandoc_path(),
            "--from=markdown",
            f"--to={writing.to}",
            "--standalone",
            "--wrap=none",
            "--fail-if-warnings",
            f"--template={writing.template}",
            f"--metadata-file={meta}",
            *(f"--lua-filter={path}" for path in chain),
            *writing.arguments,
        ]
        done = subprocess.run(
            arguments,
            input=text,
            capture_output=True,
            encoding="utf-8",
            cwd=folder,
            env={**os.environ, **UTF8_PATHS},
            check=False,
        )
    problems, complaints = _split_messages(done.stderr)
    if not problems and (done.returncode or complaints):
        raise RenderingError(f"pandoc: {complaints or f'failed with status {done.returncode}'}")
    return PandocResult(done.stdout, problems)


def _split_messages(stderr: str) -> tuple[tuple[tuple[str, str], ...], str]:
    """The filters' problems, and the rest of pandoc's messages."""
    problems, rest = [], []
    for line in stderr.splitlines():
        parts = line.split("\t")
        if parts[0] == "PROBLEM" and len(parts) == 3:
            problems.append((parts[1], parts[2]))
        elif line.strip():
            rest.append(line.strip())
    return tuple(problems), " ".join(rest)


# The page: an HTML file with its style, fonts and pictures inside.


def embed_resources(text: str, images: Mapping[str, bytes], sheets: Sequence[Path]) -> str:
    """Put style sheets and pictures into a page.

    Args:
        text: The page; it names its style sheets by their number in ``sheets``.
        images: The pictures by the names the page gives them.
        sheets: The style sheets.

    Raises:
        RenderingError: A file a style sheet names is missing.
    """

    def style(match: re.Match[str]) -> str:
        return f"<style>\n{_read_style_sheet(sheets[int(match['number'])])}</style>"

    def picture(match: re.Match[str]) -> str:
        name = html.unescape(match["path"])
        return f'{match["start"]}{data_uri(name, images[name])}"'

    return IMAGE_SOURCE.sub(picture, STYLESHEET.sub(style, text))


def data_uri(name: str, content: bytes) -> str:
    """A file's content as a ``data:`` address, which needs no request."""
    kind = MEDIA_TYPES[PurePosixPath(name).suffix.lower()]
    return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"


def _read_style_sheet(path: Path) -> str:
    def inlined(match: re.Match[str]) -> str:
        name = match["path"]
        try:
            return f"url({data_uri(name, (path.parent / name).read_bytes())})"
        except OSError as error:
            message = f"{path.name}: names `{name}`, which cannot be read ({error.strerror})"
            raise RenderingError(message) from error

    return URL.sub(inlined, path.read_text(encoding="utf-8"))


# The PDF: typst compiles what pandoc wrote, to PDF/UA-1, the same bytes every time.


def compile_pdf(
    text: str,
    images: Mapping[str, bytes],
    fonts: Sequence[Path],
    standards: Sequence[str],
    moment: datetime | None,
) -> bytes:
    """Compile typst to PDF.

    Args:
        text: The typst source.
        images: The pictures by the names the source gives them.
        fonts: Folders of fonts; the system's are not looked at.
        standards: What the PDF must conform to, such as ``ua-1``; typst refuses what does not.
        moment: The PDF's time stamp.

    Raises:
        RenderingError: Typst refuses or warns.
    """
    import typst

    with tempfile.TemporaryDirectory(prefix="indicators-") as folder:
        root = Path(folder)
        for name, content in images.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_bytes(content)
        main = root / "main.typ"
        main.write_text(text, encoding="utf-8")
        try:
            compiler: Any = typst.compile_with_warnings
            pdf, warnings = compiler(
                main,
                root=root,
                font_paths=[str(path) for path in fonts],
                ignore_system_fonts=True,
                pdf_standards=list(standards),
                timestamp=moment or datetime.fromtimestamp(0, UTC),
            )
        except typst.TypstError as error:
            raise RenderingError(
                f"typst: {_message_with_hints(error.message, error.hints)}"
            ) from error
    if warnings:
        raise RenderingError(
            f"typst: {_message_with_hints(warnings[0].message, warnings[0].hints)}"
        )
    return bytes(pdf)


def pdf_timestamp(front_matter: Mapping[str, Any]) -> datetime | None:
    """The time stamp of a PDF: the front matter's day, else ``SOURCE_DATE_EPOCH``, no clock.

    Args:
        front_matter: Front matter that has been checked: ``date-modified`` or ``date`` as
            ``YYYY-MM-DD``.
    """
    modified = front_matter.get("date-modified") or front_matter.get("date")
    if modified:
        day = date.fromisoformat(str(modified))
        return datetime(day.year, day.month, day.day, tzinfo=UTC)
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    return datetime.fromtimestamp(int(epoch), UTC) if epoch.isdecimal() else None


def _message_with_hints(message: str, hints: Sequence[str]) -> str:
    return "; ".join([message, *hints])


# A source rendered.


def render(project: Project, source: Source, formats: Sequence[str]) -> dict[str, bytes]:
    """Render a source.

    Args:
        project: The project.
        source: The source.
        formats: ``html``, ``pdf`` or both.

    Returns:
        The files' contents by format.

    Raises:
        RenderingError: Something in the source or the theme is wrong.
    """
    tasks = {"html": _render_html, "pdf": _render_pdf}
    with ThreadPoolExecutor(max_workers=2) as pool:
        running = {name: pool.submit(tasks[name], project, source) for name in formats}
    return {name: task.result() for name, task in running.items()}


def _render_html(project: Project, source: Source) -> bytes:
    options = project.options("html", source.front_matter.values)
    sheets = project.files("html", "css")
    # Numbers, for a path in the metadata would be read as Markdown.
    options["css"] = [str(number) for number in range(len(sheets))]
    [template] = project.files("html", "template")
    arguments = ["--mathml", "--section-divs"]
    if options.get("toc"):
        arguments += ["--toc", f"--toc-depth={options.get('toc-depth', 3)}"]
    done = _convert(source, options, _pandoc_options(project, "html5", template, arguments))
    return embed_resources(done, source.images, sheets).encode("utf-8")


def _render_pdf(project: Project, source: Source) -> bytes:
    options = project.options("typst", source.front_matter.values)
    moment = pdf_timestamp(source.front_matter.values)
    language, _, region = str(options.get("lang", "")).partition("-")
    options |= {"text-lang": language, "region": region, "undated": moment is None}
    options.setdefault("toc-depth", 2)
    template = project.files("typst", "template-partials")[0].parent / DOCUMENT
    writing = _pandoc_options(project, "typst", template, ["--shift-heading-level-by=-1"])
    typst = _convert(source, options, writing)
    named = options.get("pdf-standard", [])
    standards = [named] if isinstance(named, str) else list(named)
    fonts = project.files("typst", "font-paths")
    with _naming_source(source):
        return compile_pdf(typst, source.images, fonts, standards, moment)


def _pandoc_options(
    project: Project, to: str, template: Path, arguments: list[str]
) -> PandocOptions:
    return PandocOptions(
        to, template, project.filters("pre-ast"), project.filters("post-quarto"), arguments
    )


def _convert(text: Source, options: dict[str, Any], writing: PandocOptions) -> str:
    metadata = {key: value for key, value in options.items() if key not in NO_METADATA}
    with _naming_source(text):
        done = convert(text.text.raw, metadata, writing)
    raise_problems(
        (_problem_with_place(text, token, message) for token, message in done.problems), text.name
    )
    return done.text


@contextmanager
def _naming_source(text: Source) -> Iterator[None]:
    """Name the source in what goes wrong with it."""
    try:
        yield
    except RenderingError as error:
        raise RenderingError(f"{text.name}: {error.message}", error.details) from error


def _problem_with_place(text: Source, token: str, message: str) -> Problem:
    """A filter's problem at the first line that holds its word."""
    for line in text.text.lines:
        if token in line.text:
            return Problem(line.place, f"`{token}` {message}")
    return Problem(Place(text.name), f"`{token}` {message}")
