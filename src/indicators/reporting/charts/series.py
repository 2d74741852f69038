"""What the figures share: the series they draw, and how a panel is finished."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from math import isnan
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from indicators.catalogue.model import SeriesBreak
from indicators.reporting.charts import drawing
from indicators.reporting.charts.alt import ChartLine, alternative_text, common_gaps
from indicators.reporting.charts.axes import (
    Box,
    EndName,
    MonthlyFigure,
    PanelAxes,
    PanelLayout,
    PanelSpec,
    empty_canvas,
    upper_limit,
)
from indicators.reporting.charts.drawing import Canvas
from indicators.reporting.context import Context

# The trend of a monthly series, seasonal variation removed.
#
# A calculation of this package's own, not an official statistic: STL (Cleveland, Cleveland, McRae
# and Terpenning 1990) as statsmodels has it, in its robust form, since the spring of 2020 must not
# bend the years around it.


PERIOD = 12


def trend(series: pd.Series, least_months: int) -> pd.Series | None:
    """The trend of a series, or None if no stretch of it is long enough.

    Nothing is known of a gap, so each stretch without one has a trend of its own.

    Args:
        series: Monthly values indexed by month, NaN where not known.
        least_months: Fewest months that make a trend.

    Returns:
        As long as the part of the series that has values; NaN in gaps and in stretches that are
        too short.
    """
    known = series.loc[series.first_valid_index() : series.last_valid_index()]
    values = known.to_numpy(float)
    found = np.full(len(values), np.nan)
    for unknown, places in groupby(range(len(values)), key=lambda at: bool(np.isnan(values[at]))):
        stretch = list(places)
        if not unknown and len(stretch) >= max(least_months, 2 * PERIOD + 1):
            from statsmodels.tsa.seasonal import STL

            found[stretch] = STL(values[stretch], period=PERIOD, robust=True).fit().trend
    return None if np.isnan(found).all() else pd.Series(found, index=known.index)


@dataclass(frozen=True, slots=True)
class DrawnFigure:
    """A figure as the report needs it.

    Attributes:
        file: Where it was written, from the notebook's folder.
        alt: What it shows, in words.
        first: First month drawn, ``YYYY-MM``.
        last: Last month drawn.
        breaks: The breaks marked, in the order of their letters.
        has_trend: Whether a trend could be drawn.
        has_hidden: Whether anything is missing because it is hidden.
        gaps: First and last month of each time of which nothing is known.
    """

    file: str
    alt: str
    first: str
    last: str
    breaks: Sequence[SeriesBreak]
    has_trend: bool = False
    has_hidden: bool = False
    gaps: Sequence[tuple[str, str]] = ()
    figure: Figure = field(default_factory=Figure)

    def save(self, folder: Path | None = None) -> None:
        """Until the charts are matplotlib's, they are written when drawn."""
        if folder is not None:
            (folder / self.file).parent.mkdir(parents=True, exist_ok=True)
            (folder / self.file).write_bytes(Path(self.file).read_bytes())


def series_line(
    context: Context, quantity: str, area: str, name: str = "", years: int = 0
) -> ChartLine:
    """A series to draw, up to its last known month.

    Args:
        context: The month and the language.
        quantity: What is drawn.
        area: Of which area.
        name: Its name in the figure, the area's if not given.
        years: How many of its last years are drawn; all of them if 0.
    """
    values = context.readings.series(quantity, area).loc[: _last_month(context, quantity, area)]
    return ChartLine(name or context.area_name(area), quantity, values.iloc[-12 * years :])


def _last_month(context: Context, quantity: str, area: str) -> str | None:
    return context.readings.last_known(quantity, area)


def draw_with_trend(
    frame: PanelAxes, line: ChartLine, smooth: pd.Series | None, colour: str
) -> None:
    """Draw a series thin and its trend thick; alone it is of middling width."""
    frame.line(line.values, colour, 1.6 if smooth is None else 0.8)
    if smooth is not None:
        frame.line(smooth, colour, 2.4)


def line_trend(context: Context, line: ChartLine) -> pd.Series | None:
    """A line's trend, if it is long enough for one."""
    return trend(line.values, context.settings.parameters.trend_min_months)


def newest_value_text(context: Context, line: ChartLine) -> str:
    """A line's newest value; that there is none where it is not known for any month."""
    value = float(line.values.iloc[-1])
    if isnan(value):
        return context.formatter.status("not_available")
    return context.formatter.number(value, line.quantity)


def end_name(context: Context, line: ChartLine, colour: str) -> EndName:
    """A line's name and newest value."""
    return EndName(
        f"{line.name}\n{newest_value_text(context, line)}", float(line.values.iloc[-1]), colour
    )


def monthly_figure(
    context: Context,
    height: float,
    index: pd.Index,
    breaks: Sequence[SeriesBreak],
    layout: PanelLayout | None = None,
) -> MonthlyFigure:
    """An empty figure of some months; the trial is named unless panels stand side by side.

    Args:
        context: The month and the language.
        height: In points.
        index: The months drawn.
        breaks: The breaks that concern what is drawn.
        layout: How its panels stand; below each other if not given.
    """
    layout = layout or PanelLayout()
    name = context.translator("charts.trial") if layout.columns == 1 else ""
    months = [series_break.month for series_break in breaks]
    drawing = empty_canvas(context.settings, height)
    return MonthlyFigure(drawing, context.settings, context.translator, index, months, layout, name)


def breaks_in_figure(
    context: Context, index: pd.Index, *indicators: str, counts: bool = False
) -> list[SeriesBreak]:
    """The breaks to mark in a figure of some months: see :meth:`Context.breaks_drawn`."""
    first, last = month_text(index[0]), month_text(index[-1])
    drawn = context.breaks_drawn(*indicators, counts=counts)
    return [series_break for series_break in drawn if first <= series_break.month <= last]


def month_text(moment: pd.Timestamp) -> str:
    """A moment as ``YYYY-MM``."""
    return f"{moment:%Y-%m}"


# The unemployment share: the trial's area beside the country, and each municipality.


SHARE_INDICATOR = SHARE_QUANTITY = "unemployment_share"
# Small panels have room for so many years; the large one shows all.
PANEL_YEARS, MUNICIPALITY_COLUMNS = 8, 3
# Points of the figure of the whole area, and of a row of panels.
SHARE_HEIGHT, MUNICIPALITY_ROW_HEIGHT = 238.0, 144.0
# Colour, width and dashes of the lines behind.
LineStyle = tuple[str, float, tuple[float, ...]]
COUNTRY_STYLE: LineStyle = (drawing.GREY, 1.0, (3.0, 2.0))
GROUP_STYLE: LineStyle = (drawing.BLUE, 1.0, ())


def share_chart(context: Context, file: str) -> DrawnFigure:
    """Draw the group's and the country's share with their trends."""
    lines = {
        drawing.NAVY: series_line(context, SHARE_QUANTITY, context.group),
        drawing.GREY: series_line(context, SHARE_QUANTITY, context.country),
    }
    trends = {colour: line_trend(context, line) for colour, line in lines.items()}
    index = lines[drawing.NAVY].values.index
    breaks = breaks_in_figure(context, index, SHARE_INDICATOR)
    names = [end_name(context, line, colour) for colour, line in lines.items()]
    plans = [PanelSpec(upper_limit(*(line.values for line in lines.values())), names=names)]
    chart = monthly_figure(context, SHARE_HEIGHT, index, breaks)
    with chart.panels(plans) as [frame]:
        for colour, line in lines.items():
            draw_with_trend(frame, line, trends[colour], colour)
    chart.drawing.save(Path(file))
    has_trend = any(line is not None for line in trends.values())
    alt = alternative_text("line_chart", list(lines.values()), context.formatter)
    first, last = month_text(index[0]), month_text(index[-1])
    gaps = common_gaps(list(lines.values()))
    return DrawnFigure(file, alt, first, last, breaks, has_trend, gaps=gaps)


def municipalities_chart(context: Context, file: str) -> DrawnFigure:
    """Draw each municipality in a panel of its own, the group and the country behind."""
    lines = [
        series_line(context, SHARE_QUANTITY, item, years=PANEL_YEARS) for item in context.members
    ]
    index = lines[0].values.index
    breaks = breaks_in_figure(context, index, SHARE_INDICATOR)
    group = series_line(context, SHARE_QUANTITY, context.group, years=PANEL_YEARS)
    country = series_line(context, SHARE_QUANTITY, context.country, years=PANEL_YEARS)
    high = upper_limit(*(item.values for item in (*lines, group, country)))
    plans = [PanelSpec(high, f"{item.name} {newest_value_text(context, item)}") for item in lines]
    # One place more than municipalities, for the names of the lines behind.
    places = len(lines) + 1
    layout = PanelLayout(MUNICIPALITY_COLUMNS, one_scale=True, at_least=places)
    chart = monthly_figure(
        context, MUNICIPALITY_ROW_HEIGHT * -(-places // MUNICIPALITY_COLUMNS), index, breaks, layout
    )
    with chart.panels(plans) as frames:
        for item, frame in zip(lines, frames, strict=True):
            frame.line(country.values, *COUNTRY_STYLE)
            frame.line(group.values, *GROUP_STYLE)
            frame.line(item.values, drawing.NAVY, 1.9)
    key = layout.boxes(chart.drawing, places, frames[0].box.left)[-1]
    _draw_legend(chart.drawing, key, [(group.name, GROUP_STYLE), (country.name, COUNTRY_STYLE)])
    chart.drawing.save(Path(file))
    alt = alternative_text("small_multiples", lines, context.formatter, panels=len(lines))
    first, last = month_text(index[0]), month_text(index[-1])
    return DrawnFigure(file, alt, first, last, breaks, gaps=common_gaps(lines))


def _draw_legend(picture: Canvas, box: Box, names: Sequence[tuple[str, LineStyle]]) -> None:
    """Name the lines that stand behind, in the first panel left over."""
    for number, (name, look) in enumerate(names):
        height = box.top + 24 + 18 * number
        ends = np.array([box.left + 8, box.left + 36])
        picture.line(ends, np.array([height, height]), *look)
        picture.text(ends[1] + 7, height, name, drawing.NAME, look[0], bold=True)


# Unemployed, people in services and their sum, always beside the activation rate.


EXTENDED_INDICATORS = ("extended_unemployment", "activation_rate")
EXTENDED_HEIGHT = 374.0


def extended_chart(context: Context, file: str) -> DrawnFigure:
    """Draw the stacked numbers above, the rate of the group and of the country below."""
    translator, area = context.translator, context.group
    stacked = [
        _unemployed_line(context),
        series_line(context, "in_services", area, translator("extended.band_services")),
        series_line(context, "extended_unemployment", area, translator("extended.band_extended")),
    ]
    rates = {
        drawing.NAVY: series_line(context, "activation_rate", area),
        drawing.GREY: series_line(context, "activation_rate", context.country),
    }
    index = stacked[0].values.index
    breaks = breaks_in_figure(context, index, *EXTENDED_INDICATORS)
    plans = [
        PanelSpec(
            upper_limit(*(line.values for line in stacked)),
            translator("extended.axis_persons"),
            _stack_end_names(context, stacked),
        ),
        PanelSpec(
            upper_limit(*(line.values for line in rates.values())),
            translator("extended.axis_rate"),
            [end_name(context, line, colour) for colour, line in rates.items()],
        ),
    ]
    chart = monthly_figure(context, EXTENDED_HEIGHT, index, breaks)
    with chart.panels(plans) as [upper, lower]:
        _draw_stack(upper, stacked)
        for colour, line in rates.items():
            lower.line(line.values, colour, 1.8)
    chart.drawing.save(Path(file))
    alt = alternative_text(
        "area_chart", [*stacked, *_named_rates(context, rates)], context.formatter
    )
    first, last = month_text(index[0]), month_text(index[-1])
    return DrawnFigure(file, alt, first, last, breaks, gaps=common_gaps(stacked))


def _unemployed_line(context: Context) -> ChartLine:
    """The unemployed as far as the services are known: alone they would look like the whole."""
    whole = series_line(context, "extended_unemployment", context.group).values
    values = context.readings.series("unemployed", context.group).reindex(whole.index)
    values = values.where(whole.notna())
    return ChartLine(context.translator("extended.band_unemployed"), "unemployed", values)


def _draw_stack(frame: PanelAxes, stacked: list[ChartLine]) -> None:
    unemployed, services = (line.values.to_numpy(float) for line in stacked[:2])
    index = stacked[0].values.index
    frame.area(index, unemployed * 0, unemployed, drawing.BLUE)
    frame.area(index, unemployed, unemployed + services, drawing.ORANGE)
    frame.line(stacked[2].values, drawing.INK, 1.2)


def _stack_end_names(context: Context, stacked: list[ChartLine]) -> list[EndName]:
    """Name each band at its end and the sum above; the words of a band in a dark shade of it."""
    last = stacked[-1].values.index[-1]
    unemployed, services, together = (float(line.values[last]) for line in stacked)
    places = (unemployed / 2, unemployed + services / 2, together * 1.08)
    colours = (drawing.BLUE, drawing.DARK_ORANGE, drawing.INK)
    values = (unemployed, services, together)
    return [
        EndName(f"{line.name}\n{context.translator.number(value)}", place, colour)
        for line, value, place, colour in zip(stacked, values, places, colours, strict=True)
    ]


def _named_rates(context: Context, rates: dict[str, ChartLine]) -> list[ChartLine]:
    title = context.translator("extended.axis_rate")
    return [
        ChartLine(f"{title}, {line.name}", line.quantity, line.values) for line in rates.values()
    ]


# Long-term, young and foreign unemployed, a panel each.


# Points of a panel with its title.
GROUP_PANEL_HEIGHT = 126.0
GROUP_QUANTITIES = ("long_term", "youth", "foreign")
GROUP_INDICATORS = (
    "structural_unemployment",
    "youth_unemployment_share",
    "foreign_unemployment_share",
)


def groups_chart(context: Context, file: str) -> DrawnFigure:
    """Draw the three groups of the trial's area, each on a scale of its own."""
    lines = [
        series_line(context, item, context.group, context.translator(f"quantities.{item}"))
        for item in GROUP_QUANTITIES
    ]
    index = lines[0].values.index
    breaks = breaks_in_figure(context, index, *GROUP_INDICATORS, counts=True)
    chart = monthly_figure(context, GROUP_PANEL_HEIGHT * len(lines), index, breaks)
    with chart.panels([_group_panel(context, item) for item in lines]) as frames:
        for item, frame in zip(lines, frames, strict=True):
            frame.line(item.values, drawing.NAVY, 1.7)
    chart.drawing.save(Path(file))
    alt = alternative_text("small_multiples", lines, context.formatter, panels=len(lines))
    first, last = month_text(index[0]), month_text(index[-1])
    return DrawnFigure(file, alt, first, last, breaks, gaps=common_gaps(lines))


def _group_panel(context: Context, line: ChartLine) -> PanelSpec:
    value = float(line.values.iloc[-1])
    name = EndName(context.formatter.number(value, line.quantity), value, drawing.NAVY)
    return PanelSpec(upper_limit(line.values), line.name, [name])


# Open vacancies at the end of the month.


VACANCIES_INDICATOR = VACANCIES_QUANTITY = "open_vacancies"
VACANCIES_HEIGHT = 187.0


def vacancies_chart(context: Context, file: str) -> DrawnFigure:
    """Draw the group's open vacancies with their trend."""
    line = series_line(context, VACANCIES_QUANTITY, context.group)
    smooth, index = line_trend(context, line), line.values.index
    breaks = breaks_in_figure(context, index, VACANCIES_INDICATOR)
    chart = monthly_figure(context, VACANCIES_HEIGHT, index, breaks)
    names = [end_name(context, line, drawing.DARK_GREEN)]
    with chart.panels([PanelSpec(upper_limit(line.values), names=names)]) as [frame]:
        draw_with_trend(frame, line, smooth, drawing.GREEN)
    chart.drawing.save(Path(file))
    alt = alternative_text("line_chart", [line], context.formatter)
    first, last = month_text(index[0]), month_text(index[-1])
    has_trend, gaps = smooth is not None, common_gaps([line])
    return DrawnFigure(file, alt, first, last, breaks, has_trend=has_trend, gaps=gaps)
