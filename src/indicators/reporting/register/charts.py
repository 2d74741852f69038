"""Small multiples of a register's series: a panel each, lines named where they end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING

import pandas as pd

from indicators.reporting.charts import marks, panel, style
from indicators.reporting.charts.marks import EndName
from indicators.reporting.charts.panel import Drawn
from indicators.reporting.context import Context
from indicators.reporting.register.readings import Figure
from indicators.reporting.register.telling import mark, marked, unknown_word
from indicators.reporting.voice import Voice, held

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Picture

# Letters of a title's line, by the number of panels side by side.
TITLE_WIDE = {1: 84, 2: 41, 3: 26, 4: 18}
# Points between a panel and its title: the letters of the breaks stand there.
TITLE_ABOVE = 19
# With more lines than these the words give the newest values only.
MOST_TOLD = 9
MARK_INK, MARK_WASH = "#5c3600", "#fff4d6"
# Inches: around all panels, for the mark above, for a panel's title and letters, for its years,
# and between panels with numbers up the side, or without where one scale serves all.
LEFT, RIGHT, MARK_HIGH = 0.48, 0.04, 0.17
TITLE_HIGH, YEARS_HIGH, NUMBERS_WIDE, APART = 0.58, 0.3, 0.5, 0.1


@dataclass(frozen=True, slots=True)
class Curve:
    """A line of a panel.

    Attributes:
        name: Written where the line ends; its newest value alone if empty.
        values: Monthly, NaN where not known.
        decimals: As its values are told.
        colour: Of line and name.
        hidden: Months of which the value is not known because it is hidden.
    """

    name: str
    values: pd.Series
    decimals: int = 0
    colour: str = style.NAVY
    hidden: frozenset[str] = frozenset()

    @property
    def newest_hidden(self) -> bool:
        """Whether the newest value is hidden, and not merely not there."""
        return panel.month(self.values.index[-1]) in self.hidden


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel.

    Attributes:
        title: Above the panel.
        curves: Its lines.
        stack: Areas drawn upon each other behind the lines, from below.
    """

    title: str
    curves: Sequence[Curve]
    stack: Sequence[Curve] = ()


def curve(context: Context, of: Figure, name: str = "", colour: str = style.NAVY) -> Curve:
    """A figure of the report's group as a line."""
    register, area = context.register, context.group
    values, hidden = register.series(of, area), register.hidden(of, area)
    return Curve(name, values, of.decimals, colour, hidden)


def small_multiples(
    context: Context,
    file: str,
    panels: Sequence[Panel],
    indicators: Sequence[str],
    *,
    columns: int = 3,
    height: float = 2.0,
    sharey: bool = False,
) -> Drawn:
    """Draw panels side by side.

    Args:
        context: The month and the language.
        file: Where to, from the notebook's folder.
        panels: In reading order; one without any value is left out, unless its values are hidden.
        indicators: Whose breaks are marked.
        columns: Panels side by side.
        height: Of a row of panels, in inches.
        sharey: Whether all have one scale.
    """
    panels = [one for one in panels if _has_anything(one) or _has_hidden([one])] or panels
    rows = -(-len(panels) // columns)
    picture, axes = style.panels(
        rows, columns, height * rows + MARK_HIGH, sharey=sharey, measured=False
    )
    _place(picture, rows, columns, APART if sharey else NUMBERS_WIDE)
    index = panels[0].curves[0].values.index
    breaks = panel.breaks_in(context, index, *indicators)
    # Lines first, limits after: panels of one scale must know the lines of all.
    for one, axis in zip(panels, axes, strict=False):
        _draw(axis, one)
    for one, axis in zip(panels, axes, strict=False):
        title = fill(held(one.title), TITLE_WIDE[columns], break_long_words=False)
        axis.set_title(title, pad=TITLE_ABOVE)
        panel.finish(context, axis, index, breaks)
        axis.tick_params(labelbottom=True)
        marks.end_names(axis, _names(context.voice, one), index[-1])
        if not _has_anything(one):
            _say_hidden(context, axis, one)
    for axis in axes[len(panels) :]:
        axis.set_axis_off()
    stamp(context, picture)
    style.save(picture, Path(file))
    first, last = panel.month(index[0]), panel.month(index[-1])
    alt = _alt(context, panels, first, last)
    return Drawn(file, alt, first, last, breaks, has_hidden=_has_hidden(panels))


def stamp(context: Context, picture: Picture) -> None:
    """Write into the picture that it is made up: it may be cut out of the report."""
    if mark(context):
        # A measured picture makes room for it; another has kept the room above its panels.
        place = {} if picture.get_layout_engine() else {"y": 0.995, "va": "top"}
        picture.suptitle(
            mark(context), x=0.005, ha="left", fontsize=7.5, fontweight="semibold",
            color=MARK_INK, bbox={"facecolor": MARK_WASH, "edgecolor": "none", "pad": 2.5},
            **place,
        )  # fmt: skip


def _place(picture: Picture, rows: int, columns: int, apart: float) -> None:
    """Set panels of one size, the same in every figure.

    A layout found by measuring all texts would take as long as the drawing itself.
    """
    wide, high = picture.get_size_inches()
    panel_wide = (wide - LEFT - RIGHT - apart * (columns - 1)) / columns
    panel_high = (high - MARK_HIGH) / rows - TITLE_HIGH - YEARS_HIGH
    picture.subplots_adjust(
        left=LEFT / wide,
        right=1 - RIGHT / wide,
        bottom=YEARS_HIGH / high,
        top=1 - (MARK_HIGH + TITLE_HIGH) / high,
        wspace=apart / panel_wide,
        hspace=(TITLE_HIGH + YEARS_HIGH) / panel_high,
    )


def _has_anything(one: Panel) -> bool:
    return any(line.values.notna().any() for line in one.curves)


def _has_hidden(panels: Sequence[Panel]) -> bool:
    return any(line.hidden for one in panels for line in one.curves)


def _say_hidden(context: Context, axes: Axes, one: Panel) -> None:
    """An empty panel says why it is empty."""
    word = unknown_word(context, hidden=_has_hidden([one]))
    axes.set_yticks([])
    axes.text(
        0.5, 0.5, word, transform=axes.transAxes, ha="center", va="center", fontsize=8.5,
        color=style.INK, fontweight="semibold",
    )  # fmt: skip


def _draw(axes: Axes, one: Panel) -> None:
    if one.stack:
        # A part that is not known is not nothing: such a month has no stack at all.
        known = pd.concat([line.values for line in one.stack], axis=1).notna().all(axis=1)
        heights = [line.values.where(known) for line in one.stack]
        colours = [line.colour for line in one.stack]
        axes.stackplot(heights[0].index, *heights, colors=colours, alpha=0.85, linewidth=0)
    for line in one.curves:
        axes.plot(line.values, color=line.colour, linewidth=1.7)
    # A panel of nothing but zeros has a scale too.
    if not any((line.values > 0).any() for line in one.curves):
        axes.set_ylim(0, 1)


def _names(voice: Voice, one: Panel) -> list[EndName]:
    return [_name(voice, line) for line in one.curves if line.values.notna().any()]


def _name(voice: Voice, line: Curve) -> EndName:
    known = line.values.dropna()
    newest = float(known.iloc[-1])
    return EndName(line.name or voice.number(newest, line.decimals), newest, line.colour)


def _alt(context: Context, panels: Sequence[Panel], first: str, last: str) -> str:
    """What the figure shows in words, every line with its numbers."""
    voice = context.voice
    lines = [(_line_name(one, line), line) for one in panels for line in one.curves]
    tell = _in_full if len(lines) <= MOST_TOLD else _newest
    text = voice(
        "alt.small_multiples",
        count=str(len(panels)),
        first=voice.month(first),
        last=voice.month(last),
        series=" ".join(tell(context, name, line) for name, line in lines),
    )
    return marked(context, text)


def _line_name(one: Panel, line: Curve) -> str:
    return f"{one.title}, {line.name}" if line.name else one.title


def _in_full(context: Context, name: str, line: Curve) -> str:
    voice, known = context.voice, line.values.dropna()
    if known.empty:
        return f"{name}: {_unknown(context, line)}."

    def month(moment: object) -> str:
        return voice.month(f"{moment:%Y-%m}")

    return voice(
        "alt.series",
        name=name,
        last=month(known.index[-1]),
        last_value=voice.number(known.iloc[-1], line.decimals),
        max_value=voice.number(known.max(), line.decimals),
        max_month=month(known.idxmax()),
        min_value=voice.number(known.min(), line.decimals),
        min_month=month(known.idxmin()),
    )


def _newest(context: Context, name: str, line: Curve) -> str:
    newest = float(line.values.iloc[-1])
    if isnan(newest):
        return f"{name}: {_unknown(context, line)}."
    return f"{name}: {context.voice.number(newest, line.decimals)}."


def _unknown(context: Context, line: Curve) -> str:
    return unknown_word(context, hidden=line.newest_hidden)
