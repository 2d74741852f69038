"""Bars, or points with their confidence intervals, of one month: a row each, its value beside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan, nan
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING

from matplotlib.ticker import FuncFormatter

from indicators.reporting.charts import style
from indicators.reporting.charts.panel import Drawn
from indicators.reporting.context import Context
from indicators.reporting.readings import Reading
from indicators.reporting.register.charts import stamp
from indicators.reporting.register.readings import SUPPRESSED
from indicators.reporting.register.telling import marked, unknown_word

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Inches of a row, and of what stands above and below the rows.
ROW_HIGH, AROUND = 0.3, 0.8
# The share of the width kept free beyond the longest bar, for its value.
ROOM = 1.28
LABEL_WIDE = 26


@dataclass(frozen=True, slots=True)
class Bar:
    """A row: its name and value, bounds where it is an estimate, whether the value is hidden."""

    name: str
    value: float
    low: float = nan
    high: float = nan
    hidden: bool = False


def bar_of(name: str, reading: Reading) -> Bar:
    """A reading as a bar."""
    return Bar(name, reading.value, hidden=reading.status == SUPPRESSED)


@dataclass(frozen=True, slots=True)
class BarPanel:
    """Rows of one scale.

    Attributes:
        title: Above the panel.
        bars: From above.
        decimals: As the values are told.
        scale: First and last value of the scale; from zero to beyond the longest bar if None.
    """

    title: str
    bars: Sequence[Bar]
    decimals: int = 0
    scale: tuple[float, float] | None = None


def bar_chart(context: Context, file: str, panels: Sequence[BarPanel], month: str) -> Drawn:
    """Draw panels side by side that have the same rows; a later one may lack the last of them.

    Args:
        context: The month and the language.
        file: Where to, from the notebook's folder.
        panels: In reading order.
        month: The month drawn.
    """
    rows = len(panels[0].bars)
    picture, axes = style.panels(1, len(panels), ROW_HIGH * rows + AROUND, sharex=False)
    for one, axis in zip(panels, axes, strict=True):
        _draw(context, axis, one, rows)
    # The panels have one set of rows: named once, at the left.
    for axis in axes[1:]:
        axis.set_yticklabels([""] * rows)
    stamp(context, picture)
    style.save(picture, Path(file))
    has_hidden = any(bar.hidden for one in panels for bar in one.bars)
    return Drawn(file, _alt(context, panels, month), month, month, [], has_hidden=has_hidden)


def _draw(context: Context, axes: Axes, one: BarPanel, rows: int) -> None:
    known = [bar for bar in one.bars if not isnan(bar.value)]
    longest = max((bar.value for bar in known), default=1.0)
    low, high = one.scale or (0.0, longest * ROOM)
    axes.grid(visible=False)
    axes.set_title(one.title, fontsize=9)
    for place, bar in enumerate(one.bars):
        _row(context, axes, one, bar, (place, high - low))
    names = [fill(bar.name, LABEL_WIDE) for bar in one.bars]
    axes.set_yticks(range(rows), names + [""] * (rows - len(names)))
    axes.set_ylim(rows - 0.5, -0.5)
    axes.set_xlim(low, high)
    if one.scale:
        axes.set_xticks([low + step for step in range(int(high - low) + 1)])
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: context.voice.number(value)))
    else:
        axes.set_xticks([])
        axes.spines["bottom"].set_visible(False)


def _row(context: Context, axes: Axes, one: BarPanel, bar: Bar, where: tuple[int, float]) -> None:
    place, wide = where
    if isnan(bar.value):
        beside, text = (one.scale or (0.0, 0.0))[0], unknown_word(context, hidden=bar.hidden)
    else:
        beside, text = bar.value, context.voice.number(bar.value, one.decimals)
    if not isnan(bar.low):
        axes.plot([bar.low, bar.high], [place, place], color=style.BLUE, linewidth=2)
        axes.plot([bar.value], [place], color=style.NAVY, marker="o", markersize=5)
        # At the left, beside the name: a narrow screen shows no more of the picture at first.
        beside = (one.scale or (0.0, 0.0))[0]
    elif not isnan(bar.value):
        axes.barh(place, bar.value, color=style.BLUE, height=0.6, alpha=0.85)
    axes.text(
        beside + wide * 0.015, place, text, va="center", fontsize=8.5, color=style.INK,
        fontweight="semibold",
    )  # fmt: skip


def _alt(context: Context, panels: Sequence[BarPanel], month: str) -> str:
    series = " ".join(
        f"{one.title}: {'; '.join(_told(context, one, bar) for bar in one.bars)}." for one in panels
    )
    kind = "alt.bar_chart" if isnan(panels[0].bars[0].low) else "alt.interval_chart"
    return marked(context, context.voice(kind, month=context.voice.month(month), series=series))


def _told(context: Context, one: BarPanel, bar: Bar) -> str:
    if isnan(bar.value):
        return f"{bar.name} {unknown_word(context, hidden=bar.hidden)}"

    def said(value: float) -> str:
        return context.voice.number(value, one.decimals)

    bounds = "" if isnan(bar.low) else f" ({said(bar.low)}–{said(bar.high)})"
    return f"{bar.name} {said(bar.value)}{bounds}"
