"""The look of the evaluation's figures, which matplotlib draws: shipped font, no clock."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib as mpl

mpl.use("svg")

import matplotlib.pyplot as plt
import seaborn as sns
from matplotlib import font_manager
from matplotlib.backends.backend_svg import FigureCanvasSVG

from indicators.reporting.charts.style import INK

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FONT = "Inter"
INCHES_WIDE = 7.0


def use(fonts: Path) -> None:
    """Set the look for all figures of this process.

    Args:
        fonts: Folder of the shipped font files.
    """
    for file in sorted(fonts.glob("*.otf")):
        font_manager.fontManager.addfont(file)
    sns.set_theme(
        style="ticks",
        rc={
            "font.family": FONT,
            "font.size": 9,
            "axes.titlesize": 9.5,
            "axes.titleweight": "semibold",
            "axes.titlelocation": "left",
            # Where it is anyway: nothing stands above a panel that it would have to make room for.
            "axes.titley": 1.0,
            "axes.labelsize": 9,
            "axes.labelcolor": INK,
            "axes.edgecolor": "#9aa5b1",
            "axes.grid": True,
            "axes.grid.axis": "y",
            "grid.color": "#e4e7eb",
            "grid.linewidth": 0.7,
            "text.color": INK,
            "xtick.color": "#52606d",
            "ytick.color": "#52606d",
            "xtick.labelsize": 8.5,
            "ytick.labelsize": 8.5,
            "xtick.major.size": 3,
            "ytick.major.size": 0,
            "ytick.left": False,
            "figure.constrained_layout.use": True,
            # Letters as outlines: the picture looks the same where the font is not installed.
            "svg.fonttype": "path",
            # Ids and no date: the same figures give the same bytes.
            "svg.hashsalt": "indicators",
        },
    )


def panels(
    rows: int,
    columns: int,
    height: float,
    *,
    sharex: bool = True,
    sharey: bool = False,
) -> tuple[Figure, list[Axes]]:
    """An empty figure of some panels, frames off but for the time axis.

    Args:
        rows: Panels below each other.
        columns: Panels side by side.
        height: In inches; the width is always the same.
        sharex: Whether the panels have the same time along the bottom.
        sharey: Whether the panels have one scale.
    """
    size = (INCHES_WIDE, height)
    figure, axes = plt.subplots(
        rows,
        columns,
        figsize=size,
        squeeze=False,
        sharex=sharex,
        sharey=sharey,
    )
    sns.despine(figure, left=True)
    return figure, list(axes.flat)


def save(figure: Figure, path: Path) -> None:
    """Write a figure as SVG, without a date, and forget it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # Not savefig, which would draw everything twice, the first time only to place the panels.
    FigureCanvasSVG(figure).print_svg(path, metadata={"Date": None, "Creator": None})
    plt.close(figure)
