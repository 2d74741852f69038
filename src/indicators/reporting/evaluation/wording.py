"""What the evaluation report says: ``words/*.toml``, Finnish but for the summary in English.

The report is one document in Finnish with an English summary; it is no monthly report, which is
said in three languages. A text has ``{name}`` where a number from the results or a name of the
region is put in: neither is typed into a text.
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from indicators.errors import DataError
from indicators.settings import Group


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
    for file in sorted(folder.iterdir(), key=lambda path: path.name):
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


def capital(text: str) -> str:
    """The text with its first letter large, as a sentence begins; names in it stay as they are."""
    return text[:1].upper() + text[1:]


def region_forms(group: Group) -> dict[str, str]:
    """What a text calls the region, by the name that is put in.

    ``region`` is its name, ``region_in`` the name as the place of something, ``region_gen``,
    ``region_par`` and ``region_ill`` its Finnish genitive, partitive and illative, ``region_en``
    and ``region_in_en`` the English ones. With a capital, as in ``Region_in``, they begin a
    sentence.
    """
    cases = group.inflections
    forms = {
        "region": group.name["fi"],
        "region_in": group.locative["fi"],
        "region_gen": cases.genitive or load()["common.region_gen"],
        "region_par": cases.partitive or load()["common.region_par"],
        "region_ill": cases.illative or load()["common.region_ill"],
        "region_en": group.name["en"],
        "region_in_en": group.locative["en"],
    }
    return forms | {capital(name): capital(form) for name, form in forms.items()}


def wanted(key: str) -> set[str]:
    """The names a text wants put in."""
    return {name for _, name, _, _ in string.Formatter().parse(load()[key]) if name}
