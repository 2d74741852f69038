"""What `_quarto.yml` says, merged with a source's front matter: one truth for both renderers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from indicators.errors import RenderingError
from indicators.rendering.frontmatter import formats_of

FILE = "_quarto.yml"
#: Keys of `_quarto.yml` the embedded renderer reads, or may leave to Quarto because they say what
#: it does anyway. Any other key would make the two renderers differ, so it is refused.
CONTENTS = frozenset({"toc", "toc-depth", "number-sections"})
TOP = CONTENTS | {"project", "lang", "execute", "crossref", "language", "filters", "format"}
HTML = CONTENTS | {"embed-resources", "theme", "minimal", "css", "template", "html-math-method"}
TYPST = CONTENTS | {"papersize", "pdf-standard", "mainfont", "font-paths", "template-partials"}


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
        """The options of one format for one source; the nearer the source, the stronger."""
        top = {k: v for k, v in self.values.items() if k not in ("format", "project")}
        document = {k: v for k, v in front_matter.items() if k != "format"}
        project_format, document_format = (
            formats_of(self.values).get(fmt, {}),
            formats_of(front_matter).get(fmt, {}),
        )
        return {**top, **project_format, **document, **document_format}

    def files(self, fmt: str, key: str) -> list[Path]:
        """The files a format's option names, below the root.

        Raises:
            RenderingError: One of them is not there.
        """
        named = formats_of(self.values).get(fmt, {}).get(key, [])
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
            raise RenderingError(f"{FILE}: names `{name}`, which is not there")
        return path


def read(root: Path) -> Project:
    """Read the project's `_quarto.yml`.

    Raises:
        RenderingError: It is missing, is not YAML, or holds keys that are not understood.
    """
    try:
        values = yaml.safe_load((root / FILE).read_text(encoding="utf-8"))
    except OSError as error:
        raise RenderingError(f"{root / FILE}: cannot be read ({error.strerror})") from error
    except yaml.YAMLError as error:
        raise RenderingError(
            f"{root / FILE}: is not YAML ({' '.join(str(error).split())})"
        ) from error
    if not isinstance(values, dict):
        raise RenderingError(f"{root / FILE}: holds no keys")
    formats = formats_of(values)
    unknown = [
        *_beyond(values, TOP, ""),
        *_beyond(formats, frozenset({"html", "typst"}), "format."),
    ]
    unknown += _beyond(formats.get("html", {}), HTML, "format.html.")
    unknown += _beyond(formats.get("typst", {}), TYPST, "format.typst.")
    if unknown:
        raise RenderingError(
            f"{root / FILE}: the embedded renderer does not know {', '.join(unknown)}; "
            "leave them out, or teach it (docs/rendering.md)"
        )
    return Project(root, values)


def _beyond(values: Mapping[str, Any], known: frozenset[str], prefix: str) -> list[str]:
    return [f"`{prefix}{key}`" for key in values if key not in known]
