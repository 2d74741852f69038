"""Attributes (``{#id .class key="value"}``): which classes and keys the subset knows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from indicators.rendering.masking import Text
from indicators.rendering.places import Problem

CALLOUTS = frozenset(
    {"callout-note", "callout-tip", "callout-warning", "callout-important", "callout-caution"}
)
CONDITIONS = frozenset({"content-visible", "content-hidden"})
#: Classes the theme has a style for, in the page and in the PDF (docs/rendering.md).
THEME = frozenset(
    {
        *("language-links", "languages", "synthetic-notice", "status-note", "month-list"),
        *("key-figures", "key-figure", "name", "value", "change", "cell-output"),
    }
)
CLASSES = CALLOUTS | CONDITIONS | THEME | {"panel-tabset", "unnumbered", "unlisted"}
KEYS = frozenset(
    {"lang", "hreflang", "title", "collapse", "when-format", "unless-format"}
    | {"fig-alt", "alt", "width"}
)
#: In Quarto's typst output `pdf` is false (there it means LaTeX), so it is no format of the subset.
CONDITION_FORMATS = frozenset({"html", "typst"})

_VALUE = r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|[^\s\"'{}]+"
_PART = rf"(?:#[^\s{{}}]+|\.[^\s{{}}]+|[\w-]+\s*=\s*(?:{_VALUE})|-)"
ATTRIBUTES = re.compile(rf"\{{\s*(?P<inside>{_PART}(?:\s+{_PART})*)\s*\}}")
PART = re.compile(
    rf"#(?P<id>[^\s{{}}]+)|(?P<key>[\w-]+)\s*=\s*(?P<value>{_VALUE})|\.(?P<cls>[^\s{{}}]+)"
)
DIV = re.compile(
    r"^[ \t>]*:{3,}[ \t]*(?P<name>[^\s{:][^\n{]*?)?[ \t]*(?P<attr>\{[^\n]*\})?[ \t]*:*[ \t]*$", re.M
)


@dataclass(frozen=True)
class Part:
    """One id, class or key of an attribute block, and its offset in the text."""

    kind: str
    name: str
    value: str
    offset: int


def parts(text: Text) -> Iterator[Part]:
    """All parts of all attribute blocks, in reading order."""
    for block in ATTRIBUTES.finditer(text.prose):
        for part in PART.finditer(block["inside"]):
            offset = block.start("inside") + part.start()
            if part["id"]:
                yield Part("id", part["id"], "", offset)
            elif part["cls"]:
                yield Part("class", part["cls"], "", offset)
            else:
                yield Part("key", part["key"], unquoted(part["value"]), offset)


def unquoted(value: str) -> str:
    """An attribute's value without its quotes."""
    return re.sub(r"\\(.)", r"\1", value[1:-1]) if value[:1] in ("'", '"') else value


def problems(text: Text) -> Iterator[Problem]:
    """Classes, keys and formats that the subset does not know."""
    for part in parts(text):
        message = _refusal(part)
        if message:
            yield Problem(text.place(part.offset), message)
    for div in DIV.finditer(text.prose):
        if div["name"] and div["name"].strip() not in CLASSES:
            message = f"div class `{div['name'].strip()}` not supported"
            yield Problem(text.place(div.start("name")), message)


def _refusal(part: Part) -> str:
    if part.kind == "class" and part.name not in CLASSES:
        return f"class `.{part.name}` not supported; known are {', '.join(sorted(CLASSES))}"
    if part.kind == "key" and part.name not in KEYS:
        return f"attribute `{part.name}` not supported; known are {', '.join(sorted(KEYS))}"
    if part.name in ("when-format", "unless-format") and part.value not in CONDITION_FORMATS:
        return f"{part.name} is `{part.value}`; write html or typst (Quarto's pdf means LaTeX)"
    return ""
