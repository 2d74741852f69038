"""Small multiples of a register's series: a panel each, lines named where they end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isnan

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from indicators.reporting.charts import drawing, series
from indicators.reporting.charts.axes import (
    NUMBERS_WIDE,
    EndName,
    PanelLayout,
    PanelSpec,
    draw_area,
    draw_line,
    upper_limit,
)
from indicators.reporting.charts.drawing import house_style, stamp, text_width
from indicators.reporting.charts.series import DrawnFigure
from indicators.reporting.context import Context, RegisterFigure
from indicators.reporting.section_parts import made_up_mark, missing_value_label, with_made_up_mark
from indicators.reporting.wording import keep_last_word

# With more lines than these the words give the newest values only.
MOST_LINES_DESCRIBED = 9
# Points that the mark takes above all panels, and that a panel keeps above itself for the letters
# of the breaks and a title of two lines: the same in every figure.
MADE_UP_MARK_HEIGHT, ABOVE = 14.0, 44.0


@dataclass(frozen=True, slots=True)
class Curve:
    """A line of a panel.

    Attributes:
        name: Written where the line ends; its newest value alone if empty.
        values: Monthly, NaN where not known.
        decimals: Decimals with which its values are written.
        colour: Of line and name.
        hidden: Months of which the value is not known because it is hidden.
    """

    name: str
    values: pd.Series
    decimals: int = 0
    colour: str = drawing.NAVY
    hidden: frozenset[str] = frozenset()

    @property
    def newest_hidden(self) -> bool:
        """Whether the newest value is hidden, and not merely not there."""
        return series.month_text(self.values.index[-1]) in self.hidden


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


def figure_curve(
    context: Context, figure: RegisterFigure, name: str = "", colour: str = drawing.NAVY
) -> Curve:
    """A figure of the report's group as a line."""
    register, area = context.register, context.area
    values, hidden = register.series(figure, area), register.hidden(figure, area)
    return Curve(name, values, figure.decimals, colour, hidden)


@house_style()
def small_multiples(
    context: Context,
    file: str,
    panels: Sequence[Panel],
    indicators: Sequence[str],
    *,
    columns: int = 3,
    height: float = 144.0,
    sharey: bool = False,
) -> DrawnFigure:
    """Draw panels side by side.

    Args:
        context: The month and the language.
        file: Where to, from the notebook's folder.
        panels: In reading order; one without any value is left out, unless its values are hidden.
        indicators: Whose breaks are marked.
        columns: Panels side by side.
        height: Of a row of panels, in points.
        sharey: Whether all have one scale.
    """
    panels = [
        chart_panel
        for chart_panel in panels
        if _has_anything(chart_panel) or _has_hidden([chart_panel])
    ] or panels
    rows = -(-len(panels) // columns)
    index = panels[0].curves[0].values.index
    breaks = series.breaks_in_figure(context, index, *indicators)
    layout = PanelLayout(columns, ABOVE, MADE_UP_MARK_HEIGHT, sharey)
    sheet = series.monthly_figure(
        context, height * rows + MADE_UP_MARK_HEIGHT, index, breaks, layout
    )
    plans = _panel_specs(context, panels, columns, one_scale=sharey)
    for chart_panel, axes in zip(panels, sheet.add_panels(plans), strict=True):
        _draw_panel(context, axes, chart_panel)
    stamp_made_up(context, sheet.figure)
    first, last = series.month_text(index[0]), series.month_text(index[-1])
    alt = _alternative_text(context, panels, first, last)
    has_hidden = _has_hidden(panels)
    return DrawnFigure(file, alt, first, last, breaks, has_hidden=has_hidden, figure=sheet.figure)


def stamp_made_up(context: Context, figure: Figure) -> None:
    """Write into the picture that it is made up: it may be cut out of the report."""
    words = made_up_mark(context)
    if words:
        stamp(figure, words)


def _panel_specs(
    context: Context, panels: Sequence[Panel], columns: int, *, one_scale: bool
) -> list[PanelSpec]:
    """How high each panel goes, with its title folded to its width."""
    wide = drawing.WIDE / columns - NUMBERS_WIDE
    plans = [
        PanelSpec(
            upper_limit(
                *(line.values for line in chart_panel.curves), *_stack_tops(chart_panel)[-1:]
            ),
            fold_title(keep_last_word(chart_panel.title), wide),
            _end_names(context, chart_panel),
            labelled=_has_anything(chart_panel),
        )
        for chart_panel in panels
    ]
    highest = max(chart_panel.high for chart_panel in plans)
    return [replace(chart_panel, high=highest) for chart_panel in plans] if one_scale else plans


def fold_title(title: str, wide: float) -> str:
    """A title in as many lines as it takes to be no wider than so many points."""
    lines: list[str] = []
    for word in title.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, drawing.TITLE, bold=True) <= wide:
            lines[-1] = longer
        else:
            lines.append(word)
    return "\n".join(lines)


def _has_anything(chart_panel: Panel) -> bool:
    return any(line.values.notna().any() for line in chart_panel.curves)


def _has_hidden(panels: Sequence[Panel]) -> bool:
    return any(line.hidden for chart_panel in panels for line in chart_panel.curves)


def _write_hidden_note(context: Context, axes: Axes, chart_panel: Panel) -> None:
    """An empty panel says why it is empty."""
    word = missing_value_label(context, hidden=_has_hidden([chart_panel]))
    axes.text(0.5, 0.5, word, transform=axes.transAxes, weight="semibold", ha="center", va="center")


def _draw_panel(context: Context, axes: Axes, chart_panel: Panel) -> None:
    tops = _stack_tops(chart_panel)
    for below, top, part in zip([None, *tops], tops, chart_panel.stack, strict=False):
        upper = top.to_numpy(float)
        lower = upper * 0 if below is None else below.to_numpy(float)
        draw_area(axes, top.index, lower, upper, part.colour, label=part.name)
    for line in chart_panel.curves:
        label = line.name or chart_panel.title
        draw_line(axes, line.values, line.colour, 1.7, label=label)
    if not _has_anything(chart_panel):
        _write_hidden_note(context, axes, chart_panel)


def _stack_tops(chart_panel: Panel) -> list[pd.Series]:
    """Upper edges of the parts of a stack.

    A part that is not known is not nothing: such a month has no stack at all.
    """
    if not chart_panel.stack:
        return []
    parts = pd.concat([line.values for line in chart_panel.stack], axis=1)
    sums = parts.cumsum(axis=1).where(parts.notna().all(axis=1))
    return [sums.iloc[:, number] for number in range(len(chart_panel.stack))]


def _end_names(context: Context, chart_panel: Panel) -> list[EndName]:
    return [_end_name(context, line) for line in chart_panel.curves if line.values.notna().any()]


def _end_name(context: Context, line: Curve) -> EndName:
    known = line.values.dropna()
    newest = float(known.iloc[-1])
    # An older number would be taken for that of the newest month.
    hidden = missing_value_label(context, hidden=True) if line.newest_hidden else ""
    text = line.name or hidden or context.translator.number(newest, line.decimals)
    return EndName(text, newest, line.colour)


def _alternative_text(context: Context, panels: Sequence[Panel], first: str, last: str) -> str:
    """What the figure shows in words, every line with its numbers."""
    translator = context.translator
    lines = [
        (_line_name(chart_panel, line), line)
        for chart_panel in panels
        for line in chart_panel.curves
    ]
    describe_line = _line_in_full if len(lines) <= MOST_LINES_DESCRIBED else _line_newest
    text = translator(
        "alt.small_multiples",
        count=str(len(panels)),
        first=translator.month(first),
        last=translator.month(last),
        series=" ".join(describe_line(context, name, line) for name, line in lines),
    )
    return with_made_up_mark(context, text)


def _line_name(chart_panel: Panel, line: Curve) -> str:
    return f"{chart_panel.title}, {line.name}" if line.name else chart_panel.title


def _line_in_full(context: Context, name: str, line: Curve) -> str:
    translator, known = context.translator, line.values.dropna()
    if known.empty:
        return f"{name}: {_missing_text(context, line)}."

    def month(moment: object) -> str:
        return translator.month(f"{moment:%Y-%m}")

    sentence = translator(
        "alt.series",
        name=name,
        last=month(known.index[-1]),
        last_value=translator.number(known.iloc[-1], line.decimals),
        max_value=translator.number(known.max(), line.decimals),
        max_month=month(known.idxmax()),
        min_value=translator.number(known.min(), line.decimals),
        min_month=month(known.idxmin()),
    )
    if not line.hidden:
        return sentence
    return f"{sentence} {translator('alt.hidden_months', count=str(len(line.hidden)))}"


def _line_newest(context: Context, name: str, line: Curve) -> str:
    newest = float(line.values.iloc[-1])
    if isnan(newest):
        return f"{name}: {_missing_text(context, line)}."
    return f"{name}: {context.translator.number(newest, line.decimals)}."


def _missing_text(context: Context, line: Curve) -> str:
    return missing_value_label(context, hidden=line.newest_hidden)
