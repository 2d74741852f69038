"""The shipped font's letters: their outlines, and how wide a text is.

Figures hold outlines, not text in a font: they look the same where the font is not installed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from string import ascii_letters, digits
from typing import Any

from matplotlib.ft2font import FT2Font

from indicators.errors import UsageError

REGULAR, SEMIBOLD = "Inter-Regular.otf", "Inter-SemiBold.otf"
#: What nearly every figure has.
COMMON = f"{ascii_letters}{digits}åäöÅÄÖ ,.%-–()\N{NO-BREAK SPACE}"
#: Outlines are in so many parts of the letter's size.
EM = 1000
# FreeType's kinds of points: SVG's command, and how many points one takes.
_COMMANDS = {1: ("M", 1), 2: ("L", 1), 3: ("Q", 2), 4: ("C", 3), 79: ("Z", 0)}


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter's outline as an SVG path, down the page, and how far it moves on."""

    outline: str
    advance: float


class Letters:
    """A font's letters, each read when it is first asked for.

    Args:
        file: OpenType.
    """

    def __init__(self, file: Path) -> None:
        # From memory: processes that are forked would read on in each other's open file.
        self._font = FT2Font(BytesIO(file.read_bytes()))
        self._font.set_size(EM, 72)
        self._read: dict[str, Letter] = {}

    def letter(self, sign: str) -> Letter:
        """One letter; the font's sign for a missing one if it has none."""
        if sign not in self._read:
            glyph = self._font.load_char(ord(sign))
            outline = "".join(_outline(*self._font.get_path()))
            self._read[sign] = Letter(outline, glyph.linearHoriAdvance / 65536)
        return self._read[sign]

    def width(self, text: str, size: float) -> float:
        """Width of a line of text, in the unit of its size."""
        return sum(self.letter(sign).advance for sign in text) * size / EM


def _outline(points: Any, codes: Any) -> Iterator[str]:
    place, whole = 0, points.round().astype(int).tolist()
    while place < len(codes):
        command, taken = _COMMANDS[int(codes[place])]
        yield command + " ".join(f"{x} {-y}" for x, y in whole[place : place + taken])
        place += max(taken, 1)


@cache
def load(folder: Path, weight: str) -> Letters:
    """The letters of a weight; read once in a process.

    Args:
        folder: Of the shipped font files.
        weight: ``REGULAR`` or ``SEMIBOLD``.

    Raises:
        UsageError: The font is not there.
    """
    file = folder / weight
    if not file.exists():
        raise UsageError(f"{file}: the figures' font is not there; put it back")
    return Letters(file)


def read_ahead(folder: Path) -> None:
    """Read the letters that figures are likely to want, for all processes forked from this one.

    A font that is not there is missed by whoever draws with it, if anybody does.

    Args:
        folder: Of the shipped font files.
    """
    there = (weight for weight in (REGULAR, SEMIBOLD) if (folder / weight).exists())
    for weight in there:
        font = load(folder, weight)
        for sign in COMMON:
            font.letter(sign)
