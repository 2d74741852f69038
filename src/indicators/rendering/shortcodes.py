"""The two shortcodes of the subset: ``include`` and ``meta``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from indicators.rendering.places import Line, Place, Problem, numbered

SHORTCODE = re.compile(r"\{\{<\s*(?P<name>/?[\w-]*)\s*(?P<rest>.*?)\s*>\}\}")
INCLUDE = re.compile(r"^\s*\{\{<\s*include\s+(?P<path>\S+)\s*>\}\}\s*$")


def include(
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
            inner = numbered(
                target.read_text(encoding="utf-8").rstrip("\n"), Place(_name(target, project))
            )
            result += include(inner, target.parent, project, problems, (*above, target.resolve()))
    return result


def fill(lines: list[Line], values: Mapping[str, Any], problems: list[Problem]) -> list[Line]:
    """Put metadata in the place of ``{{< meta key >}}``; refuse every other shortcode."""
    return [
        Line(_filled(line, values, problems), line.place) if "{{<" in line.text else line
        for line in lines
    ]


def _filled(line: Line, values: Mapping[str, Any], problems: list[Problem]) -> str:
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


def _name(path: Path, project: Path) -> str:
    try:
        return path.resolve().relative_to(project.resolve()).as_posix()
    except ValueError:
        return path.as_posix()
