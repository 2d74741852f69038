"""Blocks: fences, divs, headings, raw markup, shortcodes left over."""

from __future__ import annotations

import re
from collections.abc import Iterator

from indicators.rendering.attributes import CALLOUTS
from indicators.rendering.masking import CODE_SPAN, FENCE, Text
from indicators.rendering.places import Problem

RAW_FORMATS = frozenset({"html", "typst"})
RAW_INFO = re.compile(r"\{=(?P<format>[\w-]+)\}")
EXECUTABLE = re.compile(r"\{\s*(?P<language>[A-Za-z][\w-]*)\b(?!\s*=)")
HEADING = re.compile(r"^[ ]{0,3}(?P<marks>#{1,6})[ \t]+\S", re.MULTILINE)
SETEXT = re.compile(r"^(?P<line>\S[^\n]*)\n(?:=+|-+)[ \t]*$", re.MULTILINE)
FENCED_DIV = re.compile(r"^[ \t>]*(?P<colons>:{3,})[ \t]*(?P<open>[^\s:][^\n]*)?$")
#: Elements that would fetch something, run something, or stand outside the subset.
FOREIGN = re.compile(
    r"<(?P<tag>script|iframe|object|embed|link|video|audio|source|img|style|form|input)\b|"
    r"\s(?P<handler>on\w+)\s*=\s*[\"']|\burl\(\s*[\"']?(?!data:)",
    re.IGNORECASE,
)


def problems(text: Text) -> Iterator[Problem]:
    """Everything about blocks that the subset does not know."""
    yield from _fences(text)
    yield from _spans(text)
    yield from _divs(text)
    yield from _headings(text)


def _fences(text: Text) -> Iterator[Problem]:
    for match in FENCE.finditer(text.raw):
        place, info = text.place(match.start("fence")), match["info"].strip()
        if not match["end"]:
            yield Problem(place, "a code block that is never closed")
        raw = RAW_INFO.fullmatch(info)
        if raw and raw["format"] not in RAW_FORMATS:
            yield Problem(place, f"raw `{raw['format']}` not supported; known are html and typst")
        elif raw and raw["format"] == "html":
            yield from _foreign(text, match.start("body"), match["body"])
        elif EXECUTABLE.match(info):
            message = f"an executable block (`{info}`): nothing is executed here; use a notebook"
            yield Problem(place, message)
    yield from _foreign(text, 0, text.prose)


def _foreign(text: Text, start: int, part: str) -> Iterator[Problem]:
    for match in FOREIGN.finditer(part):
        element = f"`{match['tag'] or match['handler'] or 'url()'}`"
        message = f"{element} in raw HTML: a page holds no code and makes no request"
        yield Problem(text.place(start + match.start()), message)


def _spans(text: Text) -> Iterator[Problem]:
    for match in CODE_SPAN.finditer(text.without_blocks):
        place = text.place(match.start())
        if re.match(r"\{[A-Za-z]\w*\}\s", match["code"]):
            yield Problem(place, "executable code within a line: nothing is executed here")
        raw = RAW_INFO.match(text.without_blocks, match.end())
        if raw and raw["format"] not in RAW_FORMATS:
            yield Problem(place, f"raw `{raw['format']}` not supported; known are html and typst")


def _divs(text: Text) -> Iterator[Problem]:
    """Divs opened and never closed, or closed and never opened: pandoc would guess."""
    open_divs = []
    for number, line in enumerate(text.prose.split("\n")[: len(text.lines)]):
        match = FENCED_DIV.match(line)
        if match and match["open"]:
            open_divs.append(number)
        elif match and open_divs:
            open_divs.pop()
        elif match:
            yield Problem(text.lines[number].place, "`:::` closes a div that was never opened")
    for number in open_divs:
        yield Problem(text.lines[number].place, "this div is never closed (`:::`)")


def _headings(text: Text) -> Iterator[Problem]:
    for match in SETEXT.finditer(text.prose):
        if not match["line"].lstrip().startswith(("|", "+", ":", ">", "-", "*", "<")):
            yield Problem(text.place(match.start()), "an underlined heading; write `## Heading`")
    above = 1
    for match in HEADING.finditer(text.prose):
        place, level = text.place(match.start()), len(match["marks"])
        if _titles_callout(text.prose, match.start()):
            continue
        if level == 1:
            yield Problem(
                place,
                "`#` is the title's level, and the title is in the front matter; begin with `##`",
            )
        elif level > above + 1:
            yield Problem(
                place, f"heading of level {level} after level {above}: a level is skipped"
            )
        above = max(level, 1)


def _titles_callout(prose: str, offset: int) -> bool:
    """Whether a heading is the first thing in a callout, and so the callout's title."""
    before = prose[:offset].rstrip().rsplit("\n", 1)[-1]
    return before.lstrip(" >").startswith(":::") and any(f".{name}" in before for name in CALLOUTS)
