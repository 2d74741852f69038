"""A drawing by matplotlib's own SVG renderer, in points from the upper left corner.

Its figures and axes would take longer to place a panel than all the lines in it to draw, and a
report has many panels of one kind: where they stand is computed in
:mod:`indicators.reporting.charts.axes`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font
from matplotlib.path import Path as Outline
from matplotlib.textpath import TextToPath, text_to_path
from matplotlib.transforms import Affine2D
from numpy.typing import NDArray

from indicators.errors import UsageError

# Letters as outlines, laid out once a text: months, years and names stand in many figures.


_MOST_TEXTS = 4096
"""Texts remembered: a report in one language has some hundreds."""

GlyphOutlines = tuple[list[Any], dict[str, Any], list[Any]]
"""Places of the letters, their outlines by name, and what else is drawn."""


class GlyphCache(TextToPath):
    """Matplotlib's own outlines, remembered."""

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[tuple[str, str], GlyphOutlines] = {}

    def get_glyphs_with_font(
        self,
        font: FT2Font,
        s: str,
        glyph_map: dict[str, Any] | None = None,
        return_new_glyphs_only: bool = False,
        **options: Any,
    ) -> GlyphOutlines:
        """As matplotlib's; a text that was laid out before in a font is not laid out again."""
        if glyph_map is None or not return_new_glyphs_only or any(options.values()):
            laid: GlyphOutlines = super().get_glyphs_with_font(
                font, s, glyph_map, return_new_glyphs_only, **options
            )
            return laid
        key = (str(font.fname), s)
        if key not in self._known:
            if len(self._known) == _MOST_TEXTS:
                self._known.clear()
            self._known[key] = super().get_glyphs_with_font(font, s)
        places, outlines, more = self._known[key]
        new = {name: outline for name, outline in outlines.items() if name not in glyph_map}
        return places, new, more


SHARED_GLYPHS = GlyphCache()


def share_glyphs(renderer: RendererSVG) -> RendererSVG:
    """Give a renderer the letters that all drawings share."""
    renderer._text2path = SHARED_GLYPHS
    return renderer


# One look for all figures: their width, and colours that the colour-blind tell apart.


#: Points; the height is each figure's own.
WIDE = 504.0

# Okabe and Ito's palette, told apart in every kind of colour blindness and in grey.
BLUE, ORANGE, GREEN, PURPLE = "#0072B2", "#E69F00", "#009E73", "#8F3F71"
# Words in a band's colour need more contrast than the band.
DARK_ORANGE, DARK_GREEN = "#8a5a00", "#006b4f"
NAVY, GREY, PALE, INK = "#12355b", "#6b7280", "#e8edf3", "#1f2933"
# Blue as an area shows it.
BAR = "#268dc7"
# Of the lines behind, the line along the bottom, and the numbers and years.
RULE, AXIS, QUIET = "#e4e7eb", "#9aa5b1", "#52606d"
# Of the mark on what is made up.
MARK_INK, MARK_WASH = "#5c3600", "#fff4d6"

#: Sizes of letters, in points: titles, names and numbers, letters of breaks.
TITLE, NAME, SMALL = 9.5, 8.5, 8.0


Numbers = NDArray[np.float64]

REGULAR, SEMIBOLD = "Inter-Regular.otf", "Inter-SemiBold.otf"
# Between the lines of a text, and from its middle down to where letters stand, by their size.
LEADING, HALF_HIGH = 1.2, 0.36
# A month alone must be seen: the radius of its dot at least, and the width of its bar, in points.
LEAST_DOT, BAR_WIDE = 1.8, 3.0
_ANCHORS = {"start": 0.0, "middle": 0.5, "end": 1.0}
# Matplotlib would write the day and itself: the same drawing is to give the same bytes.
_NO_CLOCK = {"Date": None, "Creator": None}


class Canvas:
    """What has been drawn so far; later things cover earlier ones.

    Args:
        width: In points.
        height: In points.
        fonts: Folder of the shipped font files.

    Raises:
        UsageError: A font is not there.
    """

    def __init__(self, width: float, height: float, fonts: Path) -> None:
        self.width, self.height = width, height
        self._fonts = fonts
        self._written = StringIO(newline="\n")
        renderer = RendererSVG(width, height, self._written, metadata=_NO_CLOCK)
        self._renderer = share_glyphs(renderer)
        # Matplotlib counts from below.
        self._down = Affine2D().scale(1, -1).translate(0, height)
        self._fill(_rectangle_outline(0, 0, width, height), "#ffffff")

    def rectangle(self, left: float, top: float, width: float, height: float, colour: str) -> None:
        """A filled rectangle."""
        self._fill(_rectangle_outline(left, top, width, height), colour)

    def dot(self, x: float, y: float, radius: float, colour: str) -> None:
        """A filled circle."""
        self._fill(Outline.circle((x, y), radius), colour)

    def line(
        self, x: Numbers, y: Numbers, colour: str, width: float, dashes: Sequence[float] = ()
    ) -> None:
        """A line from point to point, broken where a point is not known; a point alone is a dot.

        Args:
            x: Of each point.
            y: Of each point, NaN where not known.
            colour: As CSS has it.
            width: In points.
            dashes: Lengths of a dash and the gap behind it, in points.
        """
        pen = self._renderer.new_gc()
        pen.set_foreground(colour)
        pen.set_linewidth(width)
        pen.set_joinstyle("round")
        pen.set_capstyle("butt" if dashes else "round")
        if dashes:
            pen.set_dashes(0, dashes)
        for part in known_parts(y):
            if part.stop - part.start == 1:
                # A line without length is not drawn by every reader of PDFs.
                radius = max(width, LEAST_DOT)
                self.dot(float(x[part][0]), float(y[part][0]), radius, colour)
                continue
            points = np.column_stack([x[part], y[part]])
            self._renderer.draw_path(pen, _unsimplified(Outline(points)), self._down)

    def area(self, x: Numbers, lower: Numbers, upper: Numbers, colour: str) -> None:
        """The area between two lines, open where either is not known; a point alone is a bar."""
        for part in known_parts(lower + upper):
            if part.stop - part.start == 1:
                left, top = float(x[part][0]) - BAR_WIDE / 2, float(upper[part][0])
                high = float(lower[part][0]) - top
                self._fill(_rectangle_outline(left, top, BAR_WIDE, high), colour, 0.85)
                continue
            across = np.r_[x[part], x[part][::-1], x[part][:1]]
            edge = np.r_[upper[part], lower[part][::-1], upper[part][:1]]
            self._fill(
                _unsimplified(Outline(np.column_stack([across, edge]), closed=True)), colour, 0.85
            )

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        colour: str = INK,
        *,
        bold: bool = False,
        anchor: str = "start",
    ) -> None:
        """A text of one or more lines, its middle at a height.

        Letters are outlines: they look the same where the font is not installed. The words stand
        beside them in comments.

        Args:
            x: Of its start, middle or end.
            y: Of its middle.
            text: Its lines.
            size: Of its letters, in points.
            colour: As CSS has it.
            bold: Whether semibold.
            anchor: Which part of it stands at ``x``: ``start``, ``middle`` or ``end``.
        """
        pen, lines = self._renderer.new_gc(), text.split("\n")
        pen.set_foreground(colour)
        font = _font(self._fonts, size, bold=bold)
        base = y + HALF_HIGH * size - (len(lines) - 1) / 2 * LEADING * size
        for number, line in enumerate(lines):
            left = x - _ANCHORS[anchor] * _width(self._fonts, line, size, bold=bold)
            self._renderer.draw_text(pen, left, base + number * LEADING * size, line, font, 0)

    def width_of(self, text: str, size: float, *, bold: bool = False) -> float:
        """Width of a text's widest line, in points."""
        return max(_width(self._fonts, line, size, bold=bold) for line in text.split("\n"))

    def save(self, path: Path) -> None:
        """Write the drawing, once; the same drawing gives the same bytes."""
        self._renderer.finalize()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self._written.getvalue(), encoding="utf-8", newline="\n")

    def _fill(self, outline: Outline, colour: str, alpha: float = 1.0) -> None:
        pen = self._renderer.new_gc()
        pen.set_linewidth(0)
        pen.set_alpha(alpha)
        self._renderer.draw_path(pen, outline, self._down, _rgb(colour))


def known_parts(values: Numbers) -> Iterator[slice]:
    """The stretches of a series without a gap.

    Args:
        values: NaN where not known.
    """
    known = np.r_[False, ~np.isnan(values), False]
    edges = np.flatnonzero(known[1:] != known[:-1])
    return (slice(begin, end) for begin, end in edges.reshape(-1, 2).tolist())


def _rectangle_outline(left: float, top: float, width: float, height: float) -> Outline:
    right, low = left + width, top + height
    corners = [(left, top), (right, top), (right, low), (left, low), (left, top)]
    return Outline(corners, closed=True)


def _unsimplified(outline: Outline) -> Outline:
    """With every point: months are few."""
    outline.should_simplify = False
    return outline


@cache
def _rgb(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


@cache
def _font(fonts: Path, size: float, *, bold: bool) -> FontProperties:
    file = fonts / (SEMIBOLD if bold else REGULAR)
    if not file.exists():
        raise UsageError(f"{file}: the figures' font is not there; put it back")
    return FontProperties(fname=file, size=size)


@lru_cache(maxsize=4096)
def _width(fonts: Path, line: str, size: float, *, bold: bool) -> float:
    """Width of a line of text, in points."""
    font = _font(fonts, size, bold=bold)
    width, _, _ = text_to_path.get_text_width_height_descent(line, font, ismath=False)
    return float(width)
