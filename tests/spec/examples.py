"""The worked examples in ``published/``: what is published, and the figures that follow from it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("published")

Lines = list[list[str]]


@dataclass(frozen=True)
class Example:
    """One worked example.

    Attributes:
        indicator: Id of the indicator.
        title: What it shows, in a line.
        why: How the figures come about.
        given: Lines of cells by vintage, the header first.
        groups: Members by group code.
        expected: Lines of cells, the header first; ``-`` is missing.
    """

    indicator: str
    title: str
    why: str
    given: Mapping[str, Lines]
    groups: Mapping[str, list[str]]
    expected: Lines


def load() -> list[Example]:
    """All examples, in order of the indicators' numbers."""
    return [
        _example(indicator["indicator"], example)
        for path in sorted(FOLDER.glob("*.toml"))
        for indicator in [tomllib.loads(path.read_text(encoding="utf-8"))]
        for example in indicator["example"]
    ]


def _example(indicator: str, example: dict[str, Any]) -> Example:
    return Example(
        indicator=indicator,
        title=example.pop("title"),
        why=example.pop("why"),
        given={vintage: _lines(text) for vintage, text in example.pop("given").items()},
        groups=example.pop("groups", {}),
        expected=_lines(example.pop("expected")),
    )


def _lines(text: str) -> Lines:
    return [line.split() for line in text.strip().splitlines()]
