"""A source as the embedded renderer sees it: metadata, lines with their places, pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from indicators.errors import RenderingError
from indicators.rendering import frontmatter, gate, notebook, shortcodes
from indicators.rendering.frontmatter import FrontMatter, formats_of
from indicators.rendering.masking import Text
from indicators.rendering.notebook import Assembly
from indicators.rendering.places import Line, Place, numbered, stop_on
from indicators.rendering.project import Project

#: Quarto's names for the formats.
QUARTO_NAMES = {"html": "html", "pdf": "typst"}


@dataclass(frozen=True)
class Source:
    """A source that passed the gate.

    Attributes:
        name: Its path below the project's root.
        matter: Its front matter.
        text: Its body.
        images: The pictures the body names, by that name.
    """

    name: str
    front_matter: FrontMatter
    text: Text
    images: Mapping[str, bytes]

    def formats(self, requested: Sequence[str]) -> list[str]:
        """Of the formats asked for (``html``, ``pdf``), those its own ``format`` allows."""
        declared = formats_of(self.front_matter.values)
        return [name for name in requested if not declared or QUARTO_NAMES[name] in declared]


def read(project: Project, path: Path) -> Source:
    """Read a ``.qmd`` or an executed ``.ipynb`` and check it against the subset.

    Raises:
        RenderingError: The source cannot be read, or holds what the subset does not know; all
            problems at once, with their places.
    """
    name = relative_name(project.root, path)
    start = Place(name, 1 if path.suffix == ".ipynb" else 0, 0, 1)
    assembly = _assembly(path, name)
    problems = assembly.problems
    head, body = frontmatter.split(assembly.lines)
    front_matter = frontmatter.read(head, start, problems)
    values = project.options("html", front_matter.values)
    included = shortcodes.include(body, path.parent, project.root, problems, (path.resolve(),))
    lines = shortcodes.fill(included, values, problems)
    text = Text(tuple(lines) or (Line("", start),))
    numbers = bool(values.get("number-sections"))
    checked = gate.check(text, path.parent, assembly.media, number_sections=numbers)
    stop_on([*problems, *checked.problems], name)
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


def _assembly(path: Path, name: str) -> Assembly:
    try:
        if path.suffix == ".ipynb":
            return notebook.read(path, name)
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise RenderingError(f"{name}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise RenderingError(f"{name}: is not UTF-8; save it as UTF-8") from error
    return Assembly(lines=numbered(text.rstrip("\n"), Place(name)))
