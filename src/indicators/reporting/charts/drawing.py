"""The look of all figures: the style file, its font and colours; blank figures and their files.

A figure is an ordinary :class:`matplotlib.figure.Figure` of one width, made without pyplot's state.
Its axes are placed in points from the upper left corner, so that nothing has to be measured again
when it is drawn (docs/decisions/0038).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib import resources
from io import StringIO
from pathlib import Path
from typing import Any, Literal, cast

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from matplotlib.text import Text

from indicators.errors import UsageError

#: Points; the height is each figure's own.
WIDE = 504.0

# Okabe and Ito's palette, told apart in every kind of colour blindness and in grey.
BLUE, ORANGE, GREEN, PURPLE = "#0072B2", "#E69F00", "#009E73", "#8F3F71"
# Words in a band's colour need more contrast than the band.
DARK_ORANGE, DARK_GREEN = "#8a5a00", "#006b4f"
NAVY, GREY, PALE, INK = "#12355b", "#6b7280", "#e8edf3", "#1f2933"
# Blue as an area shows it.
BAR = "#268dc7"
# Of the line along the bottom, and the numbers and years.
AXIS, QUIET = "#9aa5b1", "#52606d"
# Of the mark on what is made up.
MARK_INK, MARK_WASH = "#5c3600", "#fff4d6"

#: Sizes of letters, in points: titles, names and numbers, letters of breaks.
TITLE, NAME, SMALL = 9.5, 8.5, 8.0
# Points between a panel and the lowest line of its title: the letters of the breaks stand between.
TITLE_ABOVE = 20.5
# Points between a panel and the names of its axes, if a user gives them some.
LABEL_BELOW, LABEL_BESIDE = 20.0, 34.0
# Fine enough for a text's size not to depend on pixels.
MEASURE_DPI = 720.0

FONT_FILES = ("Inter-Regular.otf", "Inter-SemiBold.otf")
STYLE_FILE = "indicators.mplstyle"
# Matplotlib would write the day and itself: the same figure is to give the same bytes.
_NO_CLOCK = {"Date": None, "Creator": None}


# The style, in which figures are made and saved; other figures of the process keep their own.


@cache
def style_settings() -> dict[str, Any]:
    """What the style file says, by the names of matplotlib's ``rcParams``."""
    with resources.as_file(resources.files(__package__) / STYLE_FILE) as file:
        read = mpl.rc_params_from_file(file, use_default_template=False)
    return {str(name): value for name, value in read.items()}


# Entering the style takes as long as a text: a function within one that is in it does not again.
_in_style: ContextVar[bool] = ContextVar("in_style", default=False)


@contextmanager
def house_style() -> Iterator[None]:
    """The style file's look for the figures made within; a decorator of functions, too."""
    if _in_style.get():
        yield
        return
    # Matplotlib's types want each name spelt out.
    with mpl.rc_context(cast(Any, style_settings())):
        token = _in_style.set(True)
        try:
            yield
        finally:
            _in_style.reset(token)


@cache
def register_fonts(folder: Path) -> None:
    """Make the shipped font known to matplotlib, before one of that name that is installed.

    Raises:
        UsageError: A font file is not there.
    """
    for name in FONT_FILES:
        file = folder / name
        if not file.exists():
            raise UsageError(f"{file}: the figures' font is not there; put it back")
        fontManager.addfont(file)
        # The first of two that fit as well is taken.
        fontManager.ttflist.insert(0, fontManager.ttflist.pop())


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Width of a text's widest line, in points."""
    return max(_text_size(line, size, bold=bold)[0] for line in text.split("\n"))


def text_height(text: str, size: float, *, bold: bool = False) -> float:
    """Height of a text of one or more lines, in points."""
    return _text_size("\n".join(["lp"] * (text.count("\n") + 1)), size, bold=bold)[1]


@lru_cache(maxsize=4096)
def _text_size(text: str, size: float, *, bold: bool) -> tuple[float, float]:
    with house_style():
        figure = Figure((0.01, 0.01), dpi=MEASURE_DPI)
        drawn = figure.text(0, 0, text, fontsize=size, weight="semibold" if bold else "normal")
        box = drawn.get_window_extent(FigureCanvasAgg(figure).get_renderer())
    return float(box.width) * 72 / MEASURE_DPI, float(box.height) * 72 / MEASURE_DPI


# Figures, panels and files.


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of a figure, in points from its upper left corner."""

    left: float
    top: float
    right: float
    bottom: float


class PanelAxes(Axes):
    """Axes whose title stands at the left in the house style, above the letters of the breaks."""

    name = "indicators.panel"

    def set_title(
        self,
        label: str,
        fontdict: dict[str, Any] | None = None,
        loc: Literal["left", "center", "right"] | None = None,
        pad: float | None = None,
        *,
        y: float | None = None,
        **kwargs: Any,
    ) -> Text:
        """As matplotlib's; at the left if no place is named, whatever style is in use."""
        pad = TITLE_ABOVE if pad is None else pad
        with house_style():
            return super().set_title(label, fontdict, loc, pad, y=y, **kwargs)

    def get_title(self, loc: Literal["left", "center", "right"] = "left") -> str:
        """As matplotlib's; the title at the left if no place is named."""
        return super().get_title(loc)


def blank_figure(fonts: Path, height: float, width: float = WIDE) -> Figure:
    """A figure without anything on it.

    Args:
        fonts: Folder of the shipped font files.
        height: In points.
        width: Likewise. A narrower one has larger letters on a page that it fills.

    Raises:
        UsageError: A font file is not there.
    """
    register_fonts(fonts)
    with house_style():
        return Figure(figsize=(width / 72, height / 72))


def figure_size(figure: Figure) -> tuple[float, float]:
    """Width and height of a figure, in points."""
    wide, high = figure.get_size_inches()
    return float(wide) * 72, float(high) * 72


def add_panel(figure: Figure, box: Box, title: str = "", sharey: Axes | None = None) -> PanelAxes:
    """Axes at a place of a figure, which keep their look under any style.

    Args:
        figure: Theirs.
        box: Where lines are drawn; numbers, years, letters and title stand around it.
        title: Of one or more lines.
        sharey: Axes with the same scale.
    """
    wide, high = figure_size(figure)
    place = (
        box.left / wide,
        1 - box.bottom / high,
        (box.right - box.left) / wide,
        (box.bottom - box.top) / high,
    )
    style = style_settings()
    with house_style():
        axes = cast(PanelAxes, figure.add_axes(place, axes_class=PanelAxes, sharey=sharey))
        sides: tuple[Literal["x", "y"], ...] = ("x", "y")
        for side in sides:
            # Ticks come into being when they are drawn, which may be outside of the style.
            axes.tick_params(
                axis=side,
                color=style[f"{side}tick.color"],
                labelcolor=style[f"{side}tick.labelcolor"],
                labelsize=style[f"{side}tick.labelsize"],
                labelfontfamily=style["font.family"][0],
                length=style[f"{side}tick.major.size"],
                width=style.get(f"{side}tick.major.width", 1.0),
                pad=style[f"{side}tick.major.pad"],
            )
        axes.yaxis.grid(
            visible=True,
            color=style["grid.color"],
            linewidth=style["grid.linewidth"],
            linestyle="-",
        )
        # Later ones are made like the first.
        axes.yaxis.get_major_ticks(1)
        # Where labels of axes are, if there are any: looked for, they would double the time.
        axes.xaxis.set_label_coords(0.5, -LABEL_BELOW / (box.bottom - box.top))
        axes.yaxis.set_label_coords(-LABEL_BESIDE / (box.right - box.left), 0.5)
        if title:
            axes.set_title(title)
    return axes


def box_of(axes: Axes) -> Box:
    """Where axes are."""
    figure = axes.get_figure(root=True)
    assert figure is not None
    (wide, high), place = figure_size(figure), axes.get_position()
    return Box(place.x0 * wide, (1 - place.y1) * high, place.x1 * wide, (1 - place.y0) * high)


def stamp(figure: Figure, words: str) -> None:
    """Write words into the upper left corner of a figure, on a ground of their own."""
    wide, high = figure_size(figure)
    with house_style():
        figure.text(
            5 / wide, 1 - 7.5 / high, words, fontsize=SMALL, color=MARK_INK,
            weight="semibold", verticalalignment="center",
            bbox={"boxstyle": "round,pad=0.3", "facecolor": MARK_WASH, "edgecolor": "none"},
        )  # fmt: skip


def keep_stamp(figure: Figure, words: str) -> None:
    """Write words into a figure again that somebody has cleared; nothing if they are there."""
    written = (text.get_text() for text in figure.findobj(Text) if isinstance(text, Text))
    if words and not any(words in text for text in written):
        stamp(figure, words)


@dataclass(frozen=True, slots=True)
class ReportFigure:
    """A figure of a report, which is written when it is shown.

    Attributes:
        file: Where it is saved, from the notebook's folder.
        alt: What it shows, in words.
        figure: The figure itself, which may be changed before it is shown and saved.
    """

    file: str
    alt: str
    figure: Figure = field(kw_only=True)

    def save(self, folder: Path | None = None) -> None:
        """Write the figure as SVG; the same figure gives the same bytes.

        Args:
            folder: What the file's name is below; the current folder if not given.
        """
        save_svg(self.figure, (folder or Path()) / self.file)


def save_svg(figure: Figure, path: Path) -> None:
    """Write a figure as SVG; the same figure gives the same bytes.

    Its letters are outlines, with the words beside them in comments.
    """
    written = StringIO(newline="\n")
    with house_style():
        figure.savefig(written, format="svg", metadata=_NO_CLOCK)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(written.getvalue(), encoding="utf-8", newline="\n")
