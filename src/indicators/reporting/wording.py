"""Everything the reports say, as data in three languages (``words/*.toml``).

A text has ``{name}`` where a number, a month or a name is put in; all three languages must have
the same names, so that no language tells less.
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

from indicators.catalogue import LANGUAGES
from indicators.errors import DataError

Words = Mapping[str, Mapping[str, str]]


@cache
def load() -> Words:
    """All texts by ``topic.key`` and language.

    Raises:
        DataError: A text lacks a language or a name to put in; all problems at once.
    """
    return load_from(resources.files("indicators.reporting") / "words")


def load_from(folder: Traversable) -> Words:
    """As :func:`load`, from a folder of TOML files, one a topic.

    Raises:
        DataError: A text lacks a language or a name to put in; all problems at once.
    """
    words: dict[str, Mapping[str, str]] = {}
    problems: list[str] = []
    for file in sorted(folder.iterdir(), key=lambda path: path.name):
        if file.name.endswith(".toml"):
            topic = file.name.removesuffix(".toml")
            for key, texts in _read(file, problems).items():
                problems += [f"{file.name}, {key}: {fault}" for fault in _faults(texts)]
                words[f"{topic}.{key}"] = texts
    if problems:
        raise DataError(f"{len(problems)} problems in the wording:", problems)
    return words


def _read(file: Traversable, problems: list[str]) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        problems.append(f"{file.name} is not TOML in UTF-8: {error}; mend that place")
        return {}


def placeholders(text: str) -> set[str]:
    """The names a text wants put in."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def _faults(texts: Any) -> Iterator[str]:
    if not isinstance(texts, dict) or set(texts) != set(LANGUAGES):
        yield f"needs exactly the languages {', '.join(LANGUAGES)}"
        return
    for language, text in texts.items():
        if not isinstance(text, str) or not text.strip():
            yield f"{language} is empty"
    try:
        placeholder_sets = [placeholders(str(text)) for text in texts.values()]
    except ValueError as error:
        yield f"has a brace without its pair ({error})"
        return
    if any(names != placeholder_sets[0] for names in placeholder_sets):
        yield "the languages do not have the same {names} to put in"
