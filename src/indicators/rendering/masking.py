"""Tell what is text from what is code, raw markup or a formula, without moving a character."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from indicators.rendering.places import Line, Place

FENCE = re.compile(
    r"^[ \t>]*(?P<fence>`{3,}|~{3,})(?P<info>[^\n`]*)\n"
    r"(?P<body>.*?)(?P<end>^[ \t>]*(?P=fence)[`~]*[ \t]*$|\Z)",
    re.DOTALL | re.MULTILINE,
)
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
CODE_SPAN = re.compile(
    r"(?<!`)(?P<ticks>`+)(?!`)(?P<code>(?:(?!\n\s*\n).)+?)(?<!`)(?P=ticks)(?!`)", re.DOTALL
)
DISPLAY = re.compile(r"\$\$(?P<tex>(?:(?!\n\s*\n).)+?)\$\$", re.DOTALL)
INLINE = re.compile(r"(?<![\\$\w])\$(?=[^\s$])(?P<tex>[^$\n]*?)(?<=[^\s\\])\$(?!\d)")
NOT_NEWLINE = re.compile(r"[^\n]")


@dataclass(frozen=True)
class Text:
    """A source's lines as one string, with the way back from an offset to its place."""

    lines: tuple[Line, ...]

    @cached_property
    def raw(self) -> str:
        """The text as it stands."""
        return "\n".join(line.text for line in self.lines) + "\n"

    @cached_property
    def prose(self) -> str:
        """The text with code, raw blocks, comments and formulas blanked, offsets unchanged."""
        text = self.raw
        for pattern in (FENCE, COMMENT, CODE_SPAN):
            text = pattern.sub(_blank, text)
        for pattern in (DISPLAY, INLINE):
            text = pattern.sub(_blank_inside, text)
        return text

    @cached_property
    def without_blocks(self) -> str:
        """The text with fenced blocks and comments blanked: code spans and formulas still stand."""
        return COMMENT.sub(_blank, FENCE.sub(_blank, self.raw))

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *accumulate(len(line.text) + 1 for line in self.lines)]

    def place(self, offset: int) -> Place:
        """The place of a character of ``raw`` or ``prose``."""
        number = bisect_right(self._starts, offset) - 1
        return self.lines[min(number, len(self.lines) - 1)].place


def _blank(match: re.Match[str]) -> str:
    return NOT_NEWLINE.sub(" ", match[0])


def _blank_inside(match: re.Match[str]) -> str:
    """Keep the dollars: a formula is still there to be asked for its description."""
    lead = "$$" if match[0].startswith("$$") else "$"
    return lead + NOT_NEWLINE.sub(" ", match["tex"]) + lead
