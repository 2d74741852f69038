"""What stands on a figure and where: texts and lines as matplotlib would draw them, in points."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text

DPI = 720.0
# Letters have air above and below them within their line.
AIR = 0.2


@dataclass(frozen=True)
class Drawn:
    """A text and the rectangle it takes, from the lower left corner of the figure."""

    words: str
    left: float
    right: float
    bottom: float
    top: float

    def touches(self, other: Drawn) -> bool:
        """Whether two texts lie upon each other."""
        beside = self.right <= other.left or other.right <= self.left
        apart = self.top <= other.bottom or other.top <= self.bottom
        return not (beside or apart)


def texts(figure: Figure) -> list[Drawn]:
    """All texts that are drawn on a figure."""
    figure.set_dpi(DPI)
    canvas = FigureCanvasAgg(figure)
    figure.draw_without_rendering()
    renderer = canvas.get_renderer()
    found = []
    for text in _visible_texts(figure):
        box = text.get_window_extent(renderer)
        left, bottom, right, top = (float(place) * 72 / DPI for place in box.extents)
        air = AIR * text.get_fontsize()
        found.append(Drawn(text.get_text(), left, right, bottom + air, top - air))
    return found


def _visible_texts(figure: Figure) -> Iterator[Text]:
    inner = {
        label
        for axes in figure.axes
        for axis in (axes.xaxis, axes.yaxis)
        for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks())
        for label in (tick.label1, tick.label2)
    }
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            for tick in axis.get_major_ticks():
                within = low - 1e-9 <= tick.get_loc() <= high + 1e-9
                if within and tick.label1.get_visible() and tick.label1.get_text():
                    yield tick.label1
    for artist in figure.findobj(Text):
        if artist not in inner and artist.get_visible() and artist.get_text():
            yield artist


def words(figure: Figure) -> list[str]:
    """The texts of a figure."""
    return [drawn.words for drawn in texts(figure)]


def text(figure: Figure, wanted: str) -> Drawn:
    """The one text of these words."""
    [found] = [drawn for drawn in texts(figure) if drawn.words == wanted]
    return found


def touching(figure: Figure) -> list[tuple[str, str]]:
    """Pairs of texts that lie upon each other."""
    pairs = combinations(texts(figure), 2)
    return [(one.words, other.words) for one, other in pairs if one.touches(other)]


def outside(figure: Figure) -> list[str]:
    """Texts that are cut off at an edge of the figure."""
    wide, high = (float(size) * 72 for size in figure.get_size_inches())
    return [
        drawn.words
        for drawn in texts(figure)
        if drawn.left < 0 or drawn.right > wide or drawn.bottom < 0 or drawn.top > high
    ]


def line(axes: Axes, label: str) -> Line2D:
    """The one line of a name."""
    [found] = [drawn for drawn in axes.lines if drawn.get_label() == label]
    return found


def known_stretches(drawn: Line2D) -> list[int]:
    """How many months each stretch of a line has that is drawn without a break."""
    known = ~np.isnan(np.asarray(drawn.get_ydata(), dtype=float))
    parts = np.split(known, np.flatnonzero(known[1:] != known[:-1]) + 1)
    return [len(part) for part in parts if part[0]]
