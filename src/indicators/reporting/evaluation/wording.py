"""What the evaluation report says: ``words/*.toml``, Finnish but for the summary in English.

The report is one document in Finnish with an English summary; it is no monthly report, which is
said in three languages. A text has ``{name}`` where a number from the results is put in: no
number of a result is typed into a text.
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from indicators.errors import DataError


@cache
def load() -> Mapping[str, str]:
    """All texts by ``topic.key``; raises as :func:`read`."""
    return read(resources.files("indicators.reporting.evaluation") / "words")


def read(folder: Traversable) -> Mapping[str, str]:
    """The texts of a folder's files.

    Raises:
        DataError: A text is empty or no text; all problems at once.
    """
    words: dict[str, str] = {}
    problems: list[str] = []
    for file in sorted(folder.iterdir(), key=lambda one: one.name):
        topic, dot, kind = file.name.partition(".")
        if dot + kind != ".toml":
            continue
        for key, text in tomllib.loads(file.read_text(encoding="utf-8")).items():
            if not isinstance(text, str) or not text.strip():
                problems.append(f"{file.name}, {key}: is empty or no text")
            else:
                words[f"{topic}.{key}"] = text.strip()
    if problems:
        raise DataError(f"{len(problems)} problems in the evaluation's wording:", problems)
    return words


def say(key: str, **values: str) -> str:
    """A text with names and numbers put in.

    Raises:
        KeyError: There is no such text, or it wants more.
    """
    return load()[key].format_map(values)


def wanted(key: str) -> set[str]:
    """The names a text wants put in."""
    return {name for _, name, _, _ in string.Formatter().parse(load()[key]) if name}
