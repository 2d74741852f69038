"""What the figures share: panels of outcomes, numbers up the side, years along the bottom."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from matplotlib.ticker import FuncFormatter, MaxNLocator

from indicators.reporting.charts import style
from indicators.reporting.evaluation.charts import look
from indicators.reporting.evaluation.numbers import FINNISH
from indicators.reporting.evaluation.wording import say

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: The treated region, all trial municipalities, the controls.
REGION, TRIALS, CONTROLS = style.NAVY, style.ORANGE, style.GREY
CLOUD = "#b9c3ce"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A figure: where it was written, and what it shows in words."""

    file: str
    alt: str


def save(figure: Figure, name: str, alt: str) -> Drawn:
    """Write a figure below the notebook's folder."""
    file = f"figures/{name}.svg"
    look.save(figure, Path(file))
    return Drawn(file, alt)


def level_title(axes: Axes, outcome: str) -> None:
    """The outcome's name above a panel of levels, with its unit."""
    axes.set_title(say(f"outcomes.{outcome}_short"), fontsize=9)


def effect_title(axes: Axes, outcome: str) -> None:
    """The same above a panel of differences, whose unit the caption tells."""
    axes.set_title(say(f"outcomes.{outcome}_row"), fontsize=9)


def numbers_up(axes: Axes, decimals: int = 0) -> None:
    """Numbers up the side as Finnish writes them."""
    axes.yaxis.set_major_locator(_places(decimals))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: FINNISH.number(value, decimals)))


def numbers_along(axes: Axes, decimals: int = 0) -> None:
    """Numbers along the bottom as Finnish writes them."""
    axes.xaxis.set_major_locator(_places(decimals))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: FINNISH.number(value, decimals)))


def _places(decimals: int) -> MaxNLocator:
    """Places whose numbers are exact with so many decimals."""
    return MaxNLocator(5, steps=[1, 2, 5, 10], integer=decimals == 0)


def zero_line(axes: Axes) -> None:
    """Where there is no effect."""
    axes.axhline(0, color=style.INK, linewidth=0.8, zorder=1)


def trial_year(year: int, start: str) -> str:
    """A trial-year by the calendar years it lies in, such as ``2019–20``."""
    first = int(start[:4]) + year
    return f"{first}–{(first + 1) % 100:02d}"
