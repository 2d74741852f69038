"""The unemployment share: the trial's area beside the country, and each municipality."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from indicators.reporting.charts import marks, style
from indicators.reporting.charts.alt import Line, describe
from indicators.reporting.charts.marks import BreakMark, EndName
from indicators.reporting.context import Context
from indicators.reporting.trend import trend

QUANTITY = "unemployment_share"
# Small figures have room for so many years; the large one shows all.
PANEL_YEARS = 8


@dataclass(frozen=True, slots=True)
class Drawn:
    """A figure as the report needs it.

    Attributes:
        alt: What it shows, in words.
        first: First month drawn, ``YYYY-MM``.
        last: Last month drawn.
        has_trend: Whether a trend line could be drawn.
    """

    alt: str
    first: str
    last: str
    has_trend: bool = False


def share_chart(context: Context, breaks: Sequence[BreakMark], path: Path) -> Drawn:
    """Draw the group's and the country's share with their trends."""
    lines = [
        (context.group, style.NAVY),
        (context.country, style.GREY),
    ]
    figure, [axes] = style.panels(1, 1, 3.4)
    drawn, names, has_trend = [], [], False
    for area, colour in lines:
        series = context.readings.series(QUANTITY, area)
        drawn.append(Line(context.area_name(area), QUANTITY, series))
        smooth = trend(series, context.settings.parameters.trend_min_months)
        has_trend = has_trend or smooth is not None
        axes.plot(series, color=colour, linewidth=1.6 if smooth is None else 0.8)
        if smooth is not None:
            axes.plot(smooth, color=colour, linewidth=2.4)
        names.append(end_name(context, area, QUANTITY, series, colour))
    last = drawn[0].values.index[-1]
    marks.time_axis(axes, drawn[0].values.index[0], last)
    marks.number_axis(axes, context.voice)
    finish_panel(context, axes, last, breaks, label=context.voice("charts.trial"))
    marks.end_names(axes, names, last)
    style.save(figure, path)
    alt = describe("line_chart", drawn, context.teller)
    return Drawn(alt, month(drawn[0].values.index[0]), month(last), has_trend)


def municipalities_chart(context: Context, breaks: Sequence[BreakMark], path: Path) -> Drawn:
    """Draw each municipality in a panel of its own, the group and the country behind."""
    areas = context.members
    columns = 3
    figure, panels = style.panels(-(-len(areas) // columns), columns, 1.75 * -(-len(areas) // columns))
    behind = {area: _recent(context, area) for area in (context.group, context.country)}
    drawn = []
    for axes, area in zip(panels, areas, strict=False):
        series = _recent(context, area)
        drawn.append(Line(context.area_name(area), QUANTITY, series))
        axes.plot(behind[context.country], color=style.GREY, linewidth=0.9, linestyle=(0, (3, 2)))
        axes.plot(behind[context.group], color=style.BLUE, linewidth=0.9)
        axes.plot(series, color=style.NAVY, linewidth=1.8)
        value = context.teller.inline(context.readings.of(QUANTITY, area), QUANTITY)
        axes.set_title(f"{context.area_name(area)} {value}", pad=9)
        marks.time_axis(axes, series.index[0], series.index[-1], named=False)
        axes.tick_params(labelbottom=True)
    top = max(line.values.max() for line in drawn)
    for axes in panels[: len(areas)]:
        axes.set_ylim(0, top * 1.05)
        marks.number_axis(axes, context.voice)
        finish_panel(context, axes, drawn[0].values.index[-1], breaks)
    for axes in panels[len(areas) :]:
        axes.set_axis_off()
    _key(context, panels[len(areas) :], panels)
    style.save(figure, path)
    index = drawn[0].values.index
    alt = describe("small_multiples", drawn, context.teller, panels=len(areas))
    return Drawn(alt, month(index[0]), month(index[-1]))


def _recent(context: Context, area: str) -> pd.Series:
    return context.readings.series(QUANTITY, area).iloc[-12 * PANEL_YEARS :]


def _key(context: Context, empty: Sequence[object], panels: Sequence[object]) -> None:
    """Name the lines that stand behind, in the panel left over, or at the first panel's foot."""
    from matplotlib.axes import Axes

    target = (empty or panels)[0]
    assert isinstance(target, Axes)
    lines = [
        (context.area_name(context.members[0]).split()[0], style.NAVY, 1.8, "-"),
        (context.area_name(context.group), style.BLUE, 0.9, "-"),
        (context.area_name(context.country), style.GREY, 0.9, (0, (3, 2))),
    ]
    for number, (name, colour, width, dashes) in enumerate(lines[1:] if empty else []):
        height = 0.75 - 0.2 * number
        target.plot([0.05, 0.22], [height] * 2, transform=target.transAxes,
                    color=colour, linewidth=width * 1.6, linestyle=dashes)  # fmt: skip
        target.text(0.27, height, name, transform=target.transAxes, va="center", color=colour,
                    fontweight="semibold", fontsize=8.5)  # fmt: skip


def finish_panel(
    context: Context,
    axes: object,
    last: pd.Timestamp,
    breaks: Sequence[BreakMark],
    *,
    label: str = "",
) -> None:
    """Mark the trial and the breaks on a panel whose axes are set."""
    from matplotlib.axes import Axes

    assert isinstance(axes, Axes)
    trial = context.settings.trial
    marks.trial_band(axes, trial.start, trial.end, last, label)
    shown = axes.get_xlim()[0]
    marks.break_lines(axes, [mark for mark in breaks if marks.place(mark) >= shown])


def end_name(
    context: Context, area: str, quantity: str, series: pd.Series, colour: str
) -> EndName:
    """An area's name and its newest value."""
    value = series.dropna().iloc[-1]
    name = context.area_name(area)
    return EndName(f"{name}\n{context.teller.number(value, quantity)}", float(value), colour)


def month(moment: pd.Timestamp) -> str:
    """A moment as ``YYYY-MM``."""
    return f"{moment:%Y-%m}"
