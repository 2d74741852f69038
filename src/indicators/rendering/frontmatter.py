"""The YAML at the head of a source: which keys are understood, and what they say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from indicators.rendering.places import Line, Place, Problem

#: Keys of a source's front matter. Free values for ``{{< meta report.x >}}`` stand under `report`.
KEYS = frozenset(
    {"title", "subtitle", "author", "published", "date", "date-modified", "lang", "description"}
    | {"keywords", "toc", "toc-depth", "number-sections", "format", "report"}
    | {"jupyter", "kernelspec"}
)
FORMAT_KEYS = frozenset({"toc", "toc-depth", "number-sections"})
FORMATS = ("html", "typst")
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
LANGUAGE_TAG = re.compile(r"(fi|sv|en)-[A-Z]{2}")


@dataclass(frozen=True)
class FrontMatter:
    """What a source says about itself, and on which line each top key stands."""

    values: Mapping[str, Any] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)


def split(lines: list[Line]) -> tuple[list[Line], list[Line]]:
    """Part the front matter's lines (without the ``---`` fences) from the body's."""
    if not lines or lines[0].text.rstrip() != "---":
        return [], lines
    for number, line in enumerate(lines[1:], start=1):
        if line.text.rstrip() in ("---", "..."):
            return lines[1:number], lines[number + 1 :]
    return [], lines


def read(lines: list[Line], start: Place, problems: list[Problem]) -> FrontMatter:
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
    problems.extend(_problems(front_matter, start))
    return front_matter


def _problems(front_matter: FrontMatter, start: Place) -> list[Problem]:
    found = [
        Problem(
            front_matter.places[key], f"unknown front matter key `{key}`; known are {_listed(KEYS)}"
        )
        for key in front_matter.values
        if key not in KEYS
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
    place, formats = front_matter.places["format"], formats_of(front_matter.values)
    found = []
    for name, options in formats.items():
        if name not in FORMATS:
            found.append(Problem(place, f"unknown format `{name}`; known are html and typst"))
            continue
        found.extend(
            Problem(
                place, f"unknown option `{key}` of format {name}; known are {_listed(FORMAT_KEYS)}"
            )
            for key in options
            if key not in FORMAT_KEYS
        )
    return found


def formats_of(values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The ``format`` key as a mapping of format to its options (``html: default`` has none)."""
    chosen = values.get("format")
    if isinstance(chosen, str):
        return {chosen: {}}
    if not isinstance(chosen, dict):
        return {}
    return {str(k): v if isinstance(v, dict) else {} for k, v in chosen.items()}


def _listed(keys: frozenset[str]) -> str:
    return ", ".join(sorted(keys))


def _first_line(error: Exception) -> str:
    return " ".join(str(getattr(error, "problem", None) or error).split())
