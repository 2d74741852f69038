"""A drawing as SVG: lines, areas and outlined texts, in points from the upper left corner."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

import numpy as np
from numpy.typing import NDArray

from indicators.reporting.charts import letters, style
from indicators.reporting.charts.letters import EM, Letters

Numbers = NDArray[np.float64]

# Between the lines of a text, and from its middle down to where letters stand, by their size.
LEADING, HALF_HIGH = 1.2, 0.36
_ANCHORS = {"start": 0.0, "middle": 0.5, "end": 1.0}


class Drawing:
    """What has been drawn so far; later things cover earlier ones.

    Args:
        width: In points.
        height: In points.
        fonts: Folder of the shipped font files.
    """

    def __init__(self, width: float, height: float, fonts: Path) -> None:
        self.width, self.height = width, height
        self._weights = {
            False: letters.load(fonts, letters.REGULAR),
            True: letters.load(fonts, letters.SEMIBOLD),
        }
        self._letters: dict[str, str] = {}
        self._drawn: list[str] = []

    def rectangle(self, left: float, top: float, width: float, height: float, colour: str) -> None:
        """A filled rectangle."""
        self._drawn.append(
            f'<rect x="{left:.2f}" y="{top:.2f}" width="{width:.2f}" height="{height:.2f}"'
            f' fill="{colour}"/>'
        )

    def dot(self, x: float, y: float, radius: float, colour: str) -> None:
        """A filled circle."""
        self._drawn.append(f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{radius}" fill="{colour}"/>')

    def line(
        self, x: Numbers, y: Numbers, colour: str, width: float, dashes: Sequence[float] = ()
    ) -> None:
        """A line from point to point, broken where a point is not known.

        Args:
            x: Of each point.
            y: Of each point, NaN where not known.
            colour: As CSS has it.
            width: In points.
            dashes: Lengths of a dash and the gap behind it, in points.
        """
        traced = "".join(_trace(x[part], y[part]) for part in known_parts(y))
        dashed = f' stroke-dasharray="{" ".join(map(str, dashes))}"' if dashes else ""
        self._drawn.append(
            f'<path d="{traced}" fill="none" stroke="{colour}" stroke-width="{width}"'
            f' stroke-linejoin="round" stroke-linecap="{"butt" if dashes else "round"}"{dashed}/>'
        )

    def area(self, x: Numbers, lower: Numbers, upper: Numbers, colour: str) -> None:
        """The area between two lines, open where either is not known."""
        traced = "".join(
            _trace(np.r_[x[part], x[part][::-1]], np.r_[upper[part], lower[part][::-1]]) + "Z"
            for part in known_parts(lower + upper)
        )
        self._drawn.append(f'<path d="{traced}" fill="{colour}" fill-opacity="0.85"/>')

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        colour: str = style.INK,
        *,
        bold: bool = False,
        anchor: str = "start",
    ) -> None:
        """A text of one or more lines, its middle at a height.

        Args:
            x: Of its start, middle or end.
            y: Of its middle.
            text: Its lines.
            size: Of its letters, in points.
            colour: As CSS has it.
            bold: Whether semibold.
            anchor: Which part of it stands at ``x``: ``start``, ``middle`` or ``end``.
        """
        # Outlines cannot be read: the words stand beside them.
        self._drawn.append(f"<!-- {escape(text).replace('--', '- -')} -->")
        lines, weight = text.split("\n"), self._weights[bold]
        base = y + HALF_HIGH * size - (len(lines) - 1) / 2 * LEADING * size
        for number, line in enumerate(lines):
            left = x - _ANCHORS[anchor] * weight.width(line, size)
            used = "".join(self._used(line, weight, "b" if bold else "r"))
            place = f"translate({left:.2f} {base + number * LEADING * size:.2f})"
            scale = f"scale({size / EM:g})"
            self._drawn.append(f'<g fill="{colour}" transform="{place} {scale}">{used}</g>')

    def width_of(self, text: str, size: float, *, bold: bool = False) -> float:
        """Width of a text's widest line, in points."""
        return max(self._weights[bold].width(line, size) for line in text.split("\n"))

    def save(self, path: Path) -> None:
        """Write the drawing; the same drawing gives the same bytes."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(self._document()) + "\n", encoding="utf-8", newline="\n")

    def _used(self, line: str, weight: Letters, prefix: str) -> Iterator[str]:
        along = 0.0
        for sign in line:
            letter, name = weight.letter(sign), f"{prefix}{ord(sign):x}"
            if letter.outline:
                self._letters[name] = letter.outline
                yield f'<use xlink:href="#{name}" x="{along:.0f}"/>'
            along += letter.advance

    def _document(self) -> Iterator[str]:
        wide, high = f"{self.width:g}", f"{self.height:g}"
        yield (
            '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
            f' width="{wide}pt" height="{high}pt" viewBox="0 0 {wide} {high}">'
        )
        yield "<defs>"
        yield from (f'<path id="{name}" d="{one}"/>' for name, one in self._letters.items())
        yield "</defs>"
        yield f'<rect width="{wide}" height="{high}" fill="#ffffff"/>'
        yield from self._drawn
        yield "</svg>"


def known_parts(values: Numbers) -> Iterator[slice]:
    """The stretches of a series without a gap.

    Args:
        values: NaN where not known.
    """
    known = np.r_[False, ~np.isnan(values), False]
    edges = np.flatnonzero(known[1:] != known[:-1])
    return (slice(begin, end) for begin, end in edges.reshape(-1, 2).tolist())


def _trace(x: Numbers, y: Numbers) -> str:
    if len(x) == 1:
        # One known month between others: a dot, by the line's round end.
        x, y = np.repeat(x, 2), np.repeat(y, 2)
    return "M" + "L".join(f"{a:.2f} {b:.2f}" for a, b in zip(x.tolist(), y.tolist(), strict=True))
