"""A source as the embedded renderer sees it: metadata, lines with their places, pictures."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from indicators.errors import RenderingError
from indicators.rendering import gate, notebook
from indicators.rendering.gate import SourceText
from indicators.rendering.notebook import NotebookSource
from indicators.rendering.places import Line, Place, Problem, numbered_lines, raise_problems

# The two shortcodes of the subset: ``include`` and ``meta``.


SHORTCODE = re.compile(r"\{\{<\s*(?P<name>/?[\w-]*)\s*(?P<rest>.*?)\s*>\}\}")
INCLUDE = re.compile(r"^\s*\{\{<\s*include\s+(?P<path>\S+)\s*>\}\}\s*$")


def expand_includes(
    lines: list[Line],
    folder: Path,
    project: Path,
    problems: list[Problem],
    above: tuple[Path, ...] = (),
) -> list[Line]:
    """Put the included files in the place of the lines that call them.

    Args:
        lines: The lines of a file.
        folder: The folder that file stands in; paths are relative to it, ``/`` is the project.
        project: The project's root.
        problems: Missing files and circles are added here.
        above: The files that are being included.
    """
    result: list[Line] = []
    for line in lines:
        call = INCLUDE.match(line.text)
        if call is None:
            result.append(line)
            continue
        path = call["path"].strip("\"'")
        target = project / path[1:] if path.startswith("/") else folder / path
        if target.resolve() in above:
            problems.append(Problem(line.place, f"`{path}` includes itself"))
        elif not target.is_file():
            problems.append(Problem(line.place, f"no file `{path}` to include"))
        else:
            inner = numbered_lines(
                target.read_text(encoding="utf-8").rstrip("\n"),
                Place(_name_in_project(target, project)),
            )
            result += expand_includes(
                inner, target.parent, project, problems, (*above, target.resolve())
            )
    return result


def fill_metadata(
    lines: list[Line], values: Mapping[str, Any], problems: list[Problem]
) -> list[Line]:
    """Put metadata in the place of ``{{< meta key >}}``; refuse every other shortcode."""
    return [
        Line(_fill_line(line, values, problems), line.place) if "{{<" in line.text else line
        for line in lines
    ]


def _fill_line(line: Line, values: Mapping[str, Any], problems: list[Problem]) -> str:
    def value(match: re.Match[str]) -> str:
        if match["name"] != "meta" or line.text[match.start() - 1 : match.start()] == "{":
            message = f"shortcode `{match['name']}` not supported here; known are meta, and include"
            problems.append(Problem(line.place, f"{message} on a line of its own"))
            return ""
        found: Any = values
        for part in match["rest"].split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
        if found is None or isinstance(found, Mapping | list):
            problems.append(
                Problem(line.place, f"`meta {match['rest']}`: no such value in the metadata")
            )
            return ""
        return str(found)

    return SHORTCODE.sub(value, line.text)


def _name_in_project(path: Path, project: Path) -> str:
    try:
        return path.resolve().relative_to(project.resolve()).as_posix()
    except ValueError:
        return path.as_posix()


# The YAML at the head of a source.


#: Keys of a source's front matter. Free values for ``{{< meta report.x >}}`` stand under `report`.
FRONT_MATTER_KEYS = frozenset(
    {"title", "subtitle", "author", "published", "date", "date-modified", "lang", "description"}
    | {"keywords", "toc", "toc-depth", "number-sections", "format", "report"}
    | {"jupyter", "kernelspec", "draft", "compact"}
)
FORMAT_KEYS = frozenset({"toc", "toc-depth", "number-sections"})
FRONT_MATTER_FORMATS = ("html", "typst")
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
LANGUAGE_TAG = re.compile(r"(fi|sv|en)-[A-Z]{2}")


@dataclass(frozen=True)
class FrontMatter:
    """The front matter of a source, and the place of each top key."""

    values: Mapping[str, Any] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)


def split_front_matter(lines: list[Line]) -> tuple[list[Line], list[Line]]:
    """Part the front matter's lines (without the ``---`` fences) from the body's."""
    if not lines or lines[0].text.rstrip() != "---":
        return [], lines
    for number, line in enumerate(lines[1:], start=1):
        if line.text.rstrip() in ("---", "..."):
            return lines[1:number], lines[number + 1 :]
    return [], lines


def read_front_matter(lines: list[Line], start: Place, problems: list[Problem]) -> FrontMatter:
    """Read and check front matter; what is wrong is added to ``problems``."""
    text = "\n".join(line.text for line in lines)
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        values = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = lines[min(mark.line, len(lines) - 1)].place if mark and lines else start
        problems.append(Problem(place, f"the front matter is not YAML ({_first_line(error)})"))
        return FrontMatter()
    if not isinstance(node, yaml.MappingNode) or not isinstance(values, dict):
        problems.append(Problem(start, "no front matter; begin with `---`, title: and lang:"))
        return FrontMatter()
    places = {str(key.value): lines[key.start_mark.line].place for key, _ in node.value}
    front_matter = FrontMatter({str(key): value for key, value in values.items()}, places)
    problems.extend(_front_matter_problems(front_matter, start))
    return front_matter


def _front_matter_problems(front_matter: FrontMatter, start: Place) -> list[Problem]:
    found = [
        Problem(
            front_matter.places[key],
            f"unknown front matter key `{key}`; known are {_key_list(FRONT_MATTER_KEYS)}",
        )
        for key in front_matter.values
        if key not in FRONT_MATTER_KEYS
    ]
    if not str(front_matter.values.get("title") or "").strip():
        found.append(Problem(start, "no title; a page and a PDF need one in the front matter"))
    lang = front_matter.values.get("lang")
    if lang is not None and not LANGUAGE_TAG.fullmatch(str(lang)):
        message = (
            f"lang is `{lang}`; write fi-FI, sv-FI or en-FI (a language alone loses its region)"
        )
        found.append(Problem(front_matter.places["lang"], message))
    for key in ("date", "date-modified"):
        day = front_matter.values.get(key)
        if day is not None and not ISO_DATE.fullmatch(str(day)):
            message = f"{key} is `{day}`, which Quarto does not read; write YYYY-MM-DD"
            advice = ", and a date in words under `published`" if key == "date" else ""
            found.append(Problem(front_matter.places[key], message + advice))
    if "format" in front_matter.values:
        found.extend(_format_problems(front_matter))
    return found


def _format_problems(front_matter: FrontMatter) -> list[Problem]:
    place, formats = front_matter.places["format"], format_options(front_matter.values)
    found = []
    for name, options in formats.items():
        if name not in FRONT_MATTER_FORMATS:
            found.append(Problem(place, f"unknown format `{name}`; known are html and typst"))
            continue
        found.extend(
            Problem(
                place,
                f"unknown option `{key}` of format {name}; known are {_key_list(FORMAT_KEYS)}",
            )
            for key in options
            if key not in FORMAT_KEYS
        )
    return found


def format_options(values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The ``format`` key as a mapping of format to its options (``html: default`` has none)."""
    chosen = values.get("format")
    if isinstance(chosen, str):
        return {chosen: {}}
    if not isinstance(chosen, dict):
        return {}
    return {str(k): v if isinstance(v, dict) else {} for k, v in chosen.items()}


def _key_list(keys: frozenset[str]) -> str:
    return ", ".join(sorted(keys))


def _first_line(error: Exception) -> str:
    return " ".join(str(getattr(error, "problem", None) or error).split())


# `_quarto.yml`, merged with a source's front matter: the same options for both renderers.


PROJECT_FILE = "_quarto.yml"
#: Keys of `_quarto.yml` the embedded renderer reads, or may leave to Quarto because they say what
#: it does anyway. Any other key would make the two renderers differ, so it is refused.
CONTENT_KEYS = frozenset({"toc", "toc-depth", "number-sections"})
PROJECT_KEYS = CONTENT_KEYS | {
    "project",
    "lang",
    "execute",
    "crossref",
    "language",
    "filters",
    "format",
}
HTML_KEYS = CONTENT_KEYS | {
    "embed-resources",
    "theme",
    "minimal",
    "css",
    "template",
    "html-math-method",
}
TYPST_KEYS = CONTENT_KEYS | {
    "papersize",
    "pdf-standard",
    "mainfont",
    "font-paths",
    "template-partials",
}


@dataclass(frozen=True)
class Project:
    """A Quarto project.

    Attributes:
        root: The folder of `_quarto.yml`.
        values: Its content.
    """

    root: Path
    values: Mapping[str, Any]

    def options(self, fmt: str, front_matter: Mapping[str, Any]) -> dict[str, Any]:
        """The options of a format for a source; the nearer the source, the stronger."""
        top = {k: v for k, v in self.values.items() if k not in ("format", "project")}
        document = {k: v for k, v in front_matter.items() if k != "format"}
        project_format, document_format = (
            format_options(self.values).get(fmt, {}),
            format_options(front_matter).get(fmt, {}),
        )
        return {**top, **project_format, **document, **document_format}

    def files(self, fmt: str, key: str) -> list[Path]:
        """The files a format's option names, below the root.

        Raises:
            RenderingError: One of them is not there.
        """
        named = format_options(self.values).get(fmt, {}).get(key, [])
        paths = [self.root / name for name in ([named] if isinstance(named, str) else named)]
        return [self._there(path) for path in paths]

    def filters(self, moment: str) -> list[Path]:
        """The Lua filters that run at ``pre-ast`` or ``post-quarto``.

        Raises:
            RenderingError: One of them is not there.
        """
        chosen = [f for f in self.values.get("filters", []) if f.get("at") == moment]
        return [self._there(self.root / f["path"]) for f in chosen]

    def _there(self, path: Path) -> Path:
        if not path.exists():
            name = path.relative_to(self.root).as_posix()
            raise RenderingError(f"{PROJECT_FILE}: names `{name}`, which is not there")
        return path


def read_project(root: Path) -> Project:
    """Read the project's `_quarto.yml`.

    Raises:
        RenderingError: It is missing, is not YAML, or holds keys that are not understood.
    """
    try:
        values = yaml.safe_load((root / PROJECT_FILE).read_text(encoding="utf-8"))
    except OSError as error:
        raise RenderingError(f"{root / PROJECT_FILE}: cannot be read ({error.strerror})") from error
    except yaml.YAMLError as error:
        raise RenderingError(
            f"{root / PROJECT_FILE}: is not YAML ({' '.join(str(error).split())})"
        ) from error
    if not isinstance(values, dict):
        raise RenderingError(f"{root / PROJECT_FILE}: holds no keys")
    formats = format_options(values)
    unknown = [
        *_unknown_keys(values, PROJECT_KEYS, ""),
        *_unknown_keys(formats, frozenset({"html", "typst"}), "format."),
    ]
    unknown += _unknown_keys(formats.get("html", {}), HTML_KEYS, "format.html.")
    unknown += _unknown_keys(formats.get("typst", {}), TYPST_KEYS, "format.typst.")
    if unknown:
        raise RenderingError(
            f"{root / PROJECT_FILE}: the embedded renderer does not know {', '.join(unknown)}; "
            "leave them out, or teach it (docs/rendering.md)"
        )
    return Project(root, values)


def _unknown_keys(values: Mapping[str, Any], known: frozenset[str], prefix: str) -> list[str]:
    return [f"`{prefix}{key}`" for key in values if key not in known]


#: Quarto's names for the formats.
QUARTO_NAMES = {"html": "html", "pdf": "typst"}


@dataclass(frozen=True)
class Source:
    """A source that passed the gate.

    Attributes:
        name: Its path below the project's root.
        front_matter: Its front matter.
        text: Its body.
        images: The pictures the body names, by that name.
    """

    name: str
    front_matter: FrontMatter
    text: SourceText
    images: Mapping[str, bytes]

    def formats(self, requested: Sequence[str]) -> list[str]:
        """Of the formats requested (``html``, ``pdf``), those its own ``format`` allows."""
        declared = format_options(self.front_matter.values)
        return [name for name in requested if not declared or QUARTO_NAMES[name] in declared]


def read_source(project: Project, path: Path) -> Source:
    """Read a ``.qmd`` or an executed ``.ipynb`` and check it against the subset.

    Raises:
        RenderingError: The source cannot be read, or holds what the subset does not know; all
            problems at once, with their places.
    """
    name = relative_name(project.root, path)
    start = Place(name, 1 if path.suffix == ".ipynb" else 0, 0, 1)
    assembly = _read_lines(path, name)
    problems = assembly.problems
    head, body = split_front_matter(assembly.lines)
    front_matter = read_front_matter(head, start, problems)
    values = project.options("html", front_matter.values)
    included = expand_includes(body, path.parent, project.root, problems, (path.resolve(),))
    lines = fill_metadata(included, values, problems)
    text = SourceText(tuple(lines) or (Line("", start),))
    numbers = bool(values.get("number-sections"))
    checked = gate.check(text, path.parent, assembly.media, number_sections=numbers)
    raise_problems([*problems, *checked.problems], name)
    return Source(name, front_matter, text, checked.images)


def relative_name(root: Path, path: Path) -> str:
    """The source's path below the project's root.

    Raises:
        RenderingError: It is no source, or stands outside the project.
    """
    if path.suffix not in (".qmd", ".ipynb"):
        raise RenderingError(f"{path}: not a source; render a .qmd or an executed .ipynb")
    try:
        return path.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        raise RenderingError(f"{path}: stands outside the project {root}") from None


def _read_lines(path: Path, name: str) -> NotebookSource:
    try:
        if path.suffix == ".ipynb":
            return notebook.read_notebook(path, name)
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise RenderingError(f"{name}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise RenderingError(f"{name}: is not UTF-8; save it as UTF-8") from error
    return NotebookSource(lines=numbered_lines(text.rstrip("\n"), Place(name)))
