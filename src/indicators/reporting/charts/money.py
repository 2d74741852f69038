"""The figure of the section on money: euros of twelve months per person of the labour force."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from indicators.reporting.charts import drawing
from indicators.reporting.charts.axes import (
    EndName,
    PanelLayout,
    PanelSpec,
    draw_line,
    upper_limit,
)
from indicators.reporting.charts.drawing import house_style, stamp
from indicators.reporting.charts.series import (
    DrawnFigure,
    breaks_in_figure,
    month_text,
    monthly_figure,
)
from indicators.reporting.context import Context

# Points of the figure, and those that the mark of made-up figures takes above it.
HEIGHT, MARK_HEIGHT = 228.0, 14.0
# The area, its employment areas, the country.
_COLOURS = (drawing.NAVY, drawing.BLUE, drawing.DARK_ORANGE)
_COUNTRY_DASHES = (3.0, 2.0)


@dataclass(frozen=True, slots=True)
class MoneyLine:
    """A line: an area's name, and monthly values that are NaN where not known."""

    name: str
    values: pd.Series


@house_style()
def money_chart(
    context: Context, file: str, lines: Sequence[MoneyLine], indicator: str, mark: str
) -> DrawnFigure:
    """Draw the area, its employment areas and, last, the country.

    Args:
        context: The month and the language.
        file: Where to, from the notebook's folder.
        lines: At least one, all of the same months.
        indicator: Whose breaks are marked.
        mark: What is written into the picture where it is made up; empty for none.
    """
    known = pd.concat([line.values.notna() for line in lines], axis=1).any(axis=1).to_numpy()
    lines = [MoneyLine(line.name, line.values.iloc[int(known.argmax()) :]) for line in lines]
    index = lines[0].values.index
    colours = [*_COLOURS[: max(len(lines) - 1, 1)], drawing.GREY][: len(lines)]
    breaks = breaks_in_figure(context, index, indicator)
    names = [
        EndName(f"{line.name}\n{_newest(context, line)}", float(line.values.dropna().iloc[-1]), to)
        for line, to in zip(lines, colours, strict=True)
    ]
    high = upper_limit(*(line.values for line in lines))
    layout = PanelLayout(top=MARK_HEIGHT if mark else 0)
    sheet = monthly_figure(context, HEIGHT + layout.top, index, breaks, layout)
    [axes] = sheet.add_panels([PanelSpec(high, names=names)])
    for line, colour in zip(lines, colours, strict=True):
        dashes = _COUNTRY_DASHES if colour == drawing.GREY else ()
        wide = 1.9 if line is lines[0] else 1.3
        draw_line(axes, line.values, colour, wide, label=line.name, dashes=dashes)
    if mark:
        stamp(sheet.figure, mark)
    first, last = month_text(index[0]), month_text(index[-1])
    alt = _alternative_text(context, lines, first, last)
    alt = f"{mark}: {alt}" if mark else alt
    return DrawnFigure(file, alt, first, last, breaks, figure=sheet.figure)


def _newest(context: Context, line: MoneyLine) -> str:
    return context.translator("money.euros", number=_number(context, line.values.dropna().iloc[-1]))


def _number(context: Context, value: float) -> str:
    return context.translator.number(value)


def _alternative_text(context: Context, lines: Sequence[MoneyLine], first: str, last: str) -> str:
    translator = context.translator
    sentences = []
    for line in lines:
        known = line.values.dropna()
        highest, lowest = (f"{moment:%Y-%m}" for moment in (known.idxmax(), known.idxmin()))
        sentences.append(
            translator(
                "alt.series",
                name=line.name,
                last=translator.month(f"{known.index[-1]:%Y-%m}"),
                last_value=_number(context, known.iloc[-1]),
                max_value=_number(context, known.max()),
                max_month=translator.month(highest),
                min_value=_number(context, known.min()),
                min_month=translator.month(lowest),
            )
        )
    return translator(
        "alt.line_chart",
        first=translator.month(first),
        last=translator.month(last),
        series=" ".join([translator("money.alt"), *sentences]),
    )
