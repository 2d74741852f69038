"""Services as ways: sequences of steps with how many go them, and shares that make a whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan
from textwrap import fill

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch
from matplotlib.ticker import NullLocator

from indicators.reporting.charts import drawing
from indicators.reporting.charts.drawing import (
    NAME,
    SMALL,
    WIDE,
    Box,
    add_panel,
    blank_figure,
    house_style,
    text_width,
)
from indicators.reporting.charts.series import DrawnFigure
from indicators.reporting.charts.small_multiples import stamp_made_up
from indicators.reporting.context import SUPPRESSED, Context
from indicators.reporting.files import FONTS
from indicators.reporting.readings import Reading
from indicators.reporting.section_parts import missing_value_label, with_made_up_mark

# Points of a row, above and below the rows, and at the right edge.
ROW_HIGH, ABOVE, BELOW, AT_RIGHT = 21.6, 38.0, 8.0, 6.0
# Points of a step of a sequence, between two, and between the last place of one and the bars.
STEP_WIDE, STEP_HIGH, STEP_GAP, TO_BARS = 84.0, 15.0, 10.0, 12.0
BAR_HIGH = 13.0
# The share of the width kept free beyond the longest bar, for its value.
ROOM = 1.45
# Points of a line of the legend, of its square, and between two of its names.
LEGEND_HIGH, SQUARE, LEGEND_GAP = 14.0, 8.0, 12.0
LABEL_WIDE = 24
# A share narrower than its number with this much around it has none.
AROUND_NUMBER = 4.0
# Pale grounds of the kinds of step, on which ink is read; and colours of the parts of a whole.
STEP_COLOURS = ("#cfe5f5", "#fbe3b3", "#c4e8dc", "#e6cfdd")
PART_COLOURS = (drawing.DARK_GREEN, drawing.ORANGE, drawing.BLUE, "#b8c1cc")
PART_INK = ("#ffffff", drawing.INK, "#ffffff", drawing.INK)
HIDDEN_HATCH = "////"


# Sequences.


@dataclass(frozen=True, slots=True)
class SequenceRow:
    """A sequence, or others together.

    Attributes:
        steps: Names of its steps, each with the place of its kind; empty for others.
        name: In words: of the alternative text, and of a row without steps.
        value: How many persons.
        text: The value as it is written.
    """

    steps: Sequence[tuple[str, int]]
    name: str
    value: float
    text: str


@house_style()
def sequence_chart(
    context: Context, file: str, rows: Sequence[SequenceRow], title: str
) -> DrawnFigure:
    """Draw each sequence as its steps in a row, and beside it how many go that way.

    Args:
        context: The month and the language.
        file: Where to, from the notebook's folder.
        rows: From above.
        title: Above the bars.
    """
    most = max((len(row.steps) for row in rows), default=1)
    # Others have their name where the steps of a sequence are.
    names = max((text_width(row.name, NAME) for row in rows if not row.steps), default=0.0)
    left = max(most * (STEP_WIDE + STEP_GAP) - STEP_GAP, names) + TO_BARS
    bottom = ABOVE + ROW_HIGH * len(rows)
    figure = blank_figure(context.settings.root / FONTS, bottom + BELOW)
    ways = add_panel(figure, Box(0, ABOVE, left, bottom))
    bars = add_panel(figure, Box(left, ABOVE, WIDE - AT_RIGHT, bottom))
    bars.set_title(title, pad=6.5)
    for axes in (ways, bars):
        _bare(axes, len(rows))
    ways.set_xlim(0, left)
    values = np.array([row.value for row in rows])
    bars.set_xlim(0, (float(values.max(initial=0)) or 1.0) * ROOM)
    bars.barh(
        np.arange(len(rows)), values, height=BAR_HIGH / ROW_HIGH,
        color=[drawing.BAR if row.steps else "#b8c1cc" for row in rows], label=title,
    )  # fmt: skip
    for place, row in enumerate(rows):
        _draw_steps(ways, place, row)
        bars.annotate(
            row.text, (row.value, place), xytext=(4, 0), textcoords="offset points",
            weight="semibold", va="center", annotation_clip=False,
        )  # fmt: skip
    stamp_made_up(context, figure)
    series = "; ".join(f"{row.name} {row.text}" for row in rows)
    alt = context.translator("register_paths.alt", title=title, series=series)
    alt = with_made_up_mark(context, alt)
    return DrawnFigure(file, alt, context.month, context.month, [], figure=figure)


def _draw_steps(axes: Axes, place: int, row: SequenceRow) -> None:
    high = STEP_HIGH / ROW_HIGH
    for number, (name, kind) in enumerate(row.steps):
        left = number * (STEP_WIDE + STEP_GAP)
        axes.add_patch(
            FancyBboxPatch(
                (left + 2, place - high / 2), STEP_WIDE - 4, high,
                boxstyle="round,pad=0,rounding_size=2", mutation_aspect=1 / ROW_HIGH,
                facecolor=STEP_COLOURS[kind], edgecolor="none",
            )
        )  # fmt: skip
        axes.text(left + STEP_WIDE / 2, place, name, fontsize=SMALL, ha="center", va="center")
        if number:
            axes.annotate(
                "", (left + 1, place), (left - STEP_GAP + 1, place),
                arrowprops={"arrowstyle": "-|>", "color": drawing.GREY, "lw": 0.9,
                            "shrinkA": 0, "shrinkB": 0, "mutation_scale": 7},
            )  # fmt: skip
    if not row.steps:
        axes.text(2, place, row.name, fontsize=NAME, ha="left", va="center")


def _bare(axes: Axes, rows: int) -> None:
    """No scales: each row has its number."""
    axes.set(ylim=(rows - 0.5, -0.5), xlabel="", ylabel="")
    axes.xaxis.set_major_locator(NullLocator())
    axes.yaxis.set_major_locator(NullLocator())
    axes.spines["bottom"].set_visible(False)
    axes.grid(visible=False)


# Shares that make a whole.


@dataclass(frozen=True, slots=True)
class WholeRow:
    """A whole in its parts.

    Attributes:
        name: Of the row.
        parts: Shares in percent, in the order of the parts' names.
    """

    name: str
    parts: Sequence[Reading]

    @property
    def is_hidden(self) -> bool:
        """Whether one of the shares is hidden."""
        return any(part.status == SUPPRESSED for part in self.parts)


@house_style()
def whole_chart(
    context: Context, file: str, names: Sequence[str], rows: Sequence[WholeRow]
) -> DrawnFigure:
    """Draw shares that make a hundred per cent, a bar for each row.

    What is left of a bar beside the shares that are known is hidden, or not known, and is hatched.

    Args:
        context: The month and the language.
        file: Where to, from the notebook's folder.
        names: Of the parts, as many as there are colours.
        rows: From above.
    """
    labels = [fill(row.name, LABEL_WIDE) for row in rows]
    left = max(text_width(label, NAME) for label in labels) + 8
    keys = [*names]
    if any(row.is_hidden for row in rows):
        keys.append(missing_value_label(context, hidden=True))
    lines = _legend_lines(keys)
    top = ABOVE - LEGEND_HIGH + LEGEND_HIGH * len(lines)
    bottom = top + ROW_HIGH * len(rows)
    figure = blank_figure(context.settings.root / FONTS, bottom + BELOW)
    axes = add_panel(figure, Box(left, top, WIDE - AT_RIGHT, bottom))
    _bare(axes, len(rows))
    axes.set_xlim(0, 100)
    axes.set_yticks(range(len(rows)), labels)
    axes.tick_params(axis="y", length=0)
    per_point = 100 / (WIDE - AT_RIGHT - left)
    for place, row in enumerate(rows):
        _draw_whole(context, axes, place, row, per_point)
    _draw_legend(figure_axes=add_panel(figure, Box(0, 16, WIDE, top - 4)), lines=lines, keys=keys)
    stamp_made_up(context, figure)
    series = " ".join(_whole_text(context, names, row) for row in rows)
    month = context.translator.month(context.month)
    alt = with_made_up_mark(
        context, context.translator("register_after_service.alt", month=month, series=series)
    )
    has_hidden = any(row.is_hidden for row in rows)
    month = context.month
    return DrawnFigure(file, alt, month, month, [], has_hidden=has_hidden, figure=figure)


def _draw_whole(context: Context, axes: Axes, place: int, row: WholeRow, per_point: float) -> None:
    high, start = BAR_HIGH / ROW_HIGH, 0.0
    for number, part in enumerate(row.parts):
        if not part.known:
            continue
        axes.barh(
            place, part.value, left=start, height=high, color=PART_COLOURS[number],
            edgecolor="white", linewidth=0.6,
        )  # fmt: skip
        text = context.translator.number(part.value)
        if part.value / per_point >= text_width(text, SMALL) + AROUND_NUMBER:
            axes.text(
                start + part.value / 2, place, text, fontsize=SMALL, color=PART_INK[number],
                ha="center", va="center",
            )  # fmt: skip
        start += part.value
    if row.is_hidden:
        axes.barh(
            place, 100 - start, left=start, height=high, facecolor="white",
            edgecolor=drawing.AXIS, hatch=HIDDEN_HATCH, linewidth=0.6,
        )  # fmt: skip
    elif not any(part.known for part in row.parts):
        unsure = row.parts[0].status
        axes.text(1, place, context.formatter.status(unsure), fontsize=NAME, va="center")


def _legend_lines(keys: Sequence[str]) -> list[list[int]]:
    """Places of the names that stand in each line of the legend."""
    lines: list[list[int]] = [[]]
    reach = 0.0
    for number, name in enumerate(keys):
        wide = SQUARE + 4 + text_width(name, NAME) + LEGEND_GAP
        if lines[-1] and reach + wide > WIDE:
            lines.append([])
            reach = 0.0
        lines[-1].append(number)
        reach += wide
    return lines


def _draw_legend(figure_axes: Axes, lines: Sequence[Sequence[int]], keys: Sequence[str]) -> None:
    _bare(figure_axes, len(lines))
    figure_axes.set_xlim(0, WIDE)
    for place, line in enumerate(lines):
        left = 1.0
        for number in line:
            is_part = number < len(PART_COLOURS)
            figure_axes.barh(
                place, SQUARE, left=left, height=SQUARE / LEGEND_HIGH,
                facecolor=PART_COLOURS[number] if is_part else "white",
                edgecolor="none" if is_part else drawing.AXIS,
                hatch="" if is_part else HIDDEN_HATCH,
            )  # fmt: skip
            figure_axes.text(left + SQUARE + 4, place, keys[number], fontsize=NAME, va="center")
            left += SQUARE + 4 + text_width(keys[number], NAME) + LEGEND_GAP


def _whole_text(context: Context, names: Sequence[str], row: WholeRow) -> str:
    def said(part: Reading) -> str:
        if isnan(part.value):
            return context.formatter.status(part.status)
        return context.translator.percent(part.value, 0)

    parts = "; ".join(f"{name} {said(part)}" for name, part in zip(names, row.parts, strict=True))
    return f"{row.name}: {parts}."
