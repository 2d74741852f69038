"""What the figures share: the series they draw, and how a panel is finished."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from math import isnan

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from indicators.catalogue.model import SeriesBreak
from indicators.reporting.charts import drawing
from indicators.reporting.charts.alt import ChartLine, alternative_text, common_gaps
from indicators.reporting.charts.axes import (
    EndName,
    MonthlyFigure,
    PanelLayout,
    PanelSpec,
    draw_area,
    draw_line,
    upper_limit,
)
from indicators.reporting.charts.drawing import Box, ReportFigure, blank_figure, house_style
from indicators.reporting.context import Context
from indicators.reporting.files import FONTS
from indicators.reporting.wording import Translator

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
class DrawnFigure(ReportFigure):
    """A figure of the monthly report.

    Attributes:
        first: First month drawn, ``YYYY-MM``.
        last: Last month drawn.
        breaks: The breaks marked, in the order of their letters.
        has_trend: Whether a trend could be drawn.
        has_hidden: Whether anything is missing because it is hidden.
        gaps: First and last month of each time of which nothing is known.
    """

    first: str
    last: str
    breaks: Sequence[SeriesBreak]
    has_trend: bool = False
    has_hidden: bool = False
    gaps: Sequence[tuple[str, str]] = ()


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
    axes: Axes, line: ChartLine, smooth: pd.Series | None, colour: str, translator: Translator
) -> None:
    """Draw a series thin and its trend thick; alone it is of middling width."""
    draw_line(axes, line.values, colour, 1.6 if smooth is None else 0.8, label=line.name)
    if smooth is not None:
        draw_line(axes, smooth, colour, 2.4, label=translator("charts.trend", name=line.name))


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
    fonts, trial = context.settings.root / FONTS, context.reported_area.trial
    figure = blank_figure(fonts, height, layout.width)
    return MonthlyFigure(figure, trial, context.translator, index, months, layout, name)


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
# Of many areas more panels stand in a row, and rows are lower: all of them fit on a page.
MANY_PANELS, MANY_COLUMNS, MANY_ROW_HEIGHT = 15, 4, 92.0
# Points of the figure of the whole area, and of a row of panels.
SHARE_HEIGHT, MUNICIPALITY_ROW_HEIGHT = 238.0, 144.0
# Colour and width of the lines behind, and the dashes of one.
COUNTRY_STYLE, COUNTRY_DASHES = (drawing.GREY, 1.0), (3.0, 2.0)
GROUP_STYLE = (drawing.BLUE, 1.0)


@house_style()
def share_chart(context: Context, file: str) -> DrawnFigure:
    """Draw the group's and the country's share with their trends."""
    lines = _beside_country(context, SHARE_QUANTITY)
    trends = {colour: line_trend(context, line) for colour, line in lines.items()}
    index = lines[drawing.NAVY].values.index
    breaks = breaks_in_figure(context, index, SHARE_INDICATOR)
    names = [end_name(context, line, colour) for colour, line in lines.items()]
    plans = [PanelSpec(upper_limit(*(line.values for line in lines.values())), names=names)]
    chart = monthly_figure(context, SHARE_HEIGHT, index, breaks)
    [axes] = chart.add_panels(plans)
    for colour, line in lines.items():
        draw_with_trend(axes, line, trends[colour], colour, context.translator)
    has_trend = any(line is not None for line in trends.values())
    alt = alternative_text("line_chart", list(lines.values()), context.formatter)
    first, last = month_text(index[0]), month_text(index[-1])
    gaps = common_gaps(list(lines.values()))
    return DrawnFigure(file, alt, first, last, breaks, has_trend, gaps=gaps, figure=chart.figure)


def _beside_country(context: Context, quantity: str) -> dict[str, ChartLine]:
    """The area's series and the country's, each once, by colour."""
    lines = {drawing.NAVY: series_line(context, quantity, context.area)}
    if not context.is_country:
        lines[drawing.GREY] = series_line(context, quantity, context.country)
    return lines


@house_style()
def municipalities_chart(context: Context, file: str) -> DrawnFigure:
    """Draw each municipality in a panel of its own, the group and the country behind."""
    shown = context.reported_area
    lines = [series_line(context, SHARE_QUANTITY, item, years=PANEL_YEARS) for item in shown.parts]
    index = lines[0].values.index
    breaks = breaks_in_figure(context, index, SHARE_INDICATOR)
    behind = [
        series_line(context, SHARE_QUANTITY, item, years=PANEL_YEARS)
        for item in dict.fromkeys((context.country, shown.behind))
    ]
    high = upper_limit(*(item.values for item in (*lines, *behind)))
    plans = [PanelSpec(high, f"{item.name} {newest_value_text(context, item)}") for item in lines]
    # One place more than municipalities, for the names of the lines behind.
    places = len(lines) + 1
    columns, row_height = MUNICIPALITY_COLUMNS, MUNICIPALITY_ROW_HEIGHT
    if places > MANY_PANELS:
        columns, row_height = MANY_COLUMNS, MANY_ROW_HEIGHT
    layout = PanelLayout(columns, one_scale=True, at_least=places)
    chart = monthly_figure(context, row_height * -(-places // columns), index, breaks, layout)
    for item, axes in zip(lines, chart.add_panels(plans), strict=True):
        draw_line(
            axes, behind[0].values, *COUNTRY_STYLE, label=behind[0].name, dashes=COUNTRY_DASHES
        )
        for group in behind[1:]:
            draw_line(axes, group.values, *GROUP_STYLE, label=group.name)
        draw_line(axes, item.values, drawing.NAVY, 1.9, label=item.name)
    _name_lines_behind(chart.figure, chart.boxes(plans, places)[-1], len(behind))
    alt = alternative_text("small_multiples", lines, context.formatter, panels=len(lines))
    first, last = month_text(index[0]), month_text(index[-1])
    return DrawnFigure(file, alt, first, last, breaks, gaps=common_gaps(lines), figure=chart.figure)


def _name_lines_behind(figure: Figure, box: Box, count: int) -> None:
    """Name the lines that stand behind in every panel, in the first place left over."""
    country, *groups = figure.axes[0].lines[:count]
    wide, high = drawing.figure_size(figure)
    figure.legend(
        handles=[*groups, country], loc="upper left", borderaxespad=0,
        bbox_to_anchor=((box.left + 8) / wide, 1 - (box.top + 14) / high),
        prop={"size": drawing.NAME, "weight": "semibold"},
    )  # fmt: skip


# Unemployed, people in services and their sum, always beside the activation rate.


EXTENDED_INDICATORS = ("extended_unemployment", "activation_rate")
EXTENDED_HEIGHT = 374.0


@house_style()
def extended_chart(context: Context, file: str) -> DrawnFigure:
    """Draw the stacked numbers above, the rate of the group and of the country below."""
    translator, area = context.translator, context.area
    stacked = [
        _unemployed_line(context),
        series_line(context, "in_services", area, translator("extended.band_services")),
        series_line(context, "extended_unemployment", area, translator("extended.band_extended")),
    ]
    rates = _beside_country(context, "activation_rate")
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
    upper, lower = chart.add_panels(plans)
    _draw_stack(upper, stacked)
    for colour, line in rates.items():
        draw_line(lower, line.values, colour, 1.8, label=line.name)
    alt = alternative_text(
        "area_chart", [*stacked, *_named_rates(context, rates)], context.formatter
    )
    first, last = month_text(index[0]), month_text(index[-1])
    return DrawnFigure(
        file, alt, first, last, breaks, gaps=common_gaps(stacked), figure=chart.figure
    )


def _unemployed_line(context: Context) -> ChartLine:
    """The unemployed as far as the services are known: alone they would look like the whole."""
    whole = series_line(context, "extended_unemployment", context.area).values
    values = context.readings.series("unemployed", context.area).reindex(whole.index)
    values = values.where(whole.notna())
    return ChartLine(context.translator("extended.band_unemployed"), "unemployed", values)


def _draw_stack(axes: Axes, stacked: list[ChartLine]) -> None:
    unemployed, services = (line.values.to_numpy(float) for line in stacked[:2])
    index, below, above = stacked[0].values.index, *stacked[:2]
    draw_area(axes, index, unemployed * 0, unemployed, drawing.BLUE, label=below.name)
    together = unemployed + services
    draw_area(axes, index, unemployed, together, drawing.ORANGE, label=above.name)
    draw_line(axes, stacked[2].values, drawing.INK, 1.2, label=stacked[2].name)


def _stack_end_names(context: Context, stacked: list[ChartLine]) -> list[EndName]:
    """Name each band at its end and the sum above; the words of a band in a dark shade of it."""
    last = stacked[-1].values.index[-1]
    unemployed, services, together = (float(line.values[last]) for line in stacked)
    places = (unemployed / 2, unemployed + services / 2, together)
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


@house_style()
def groups_chart(context: Context, file: str) -> DrawnFigure:
    """Draw the three groups of the trial's area, each on a scale of its own."""
    lines = [
        series_line(context, item, context.area, context.translator(f"quantities.{item}"))
        for item in GROUP_QUANTITIES
    ]
    index = lines[0].values.index
    breaks = breaks_in_figure(context, index, *GROUP_INDICATORS, counts=True)
    chart = monthly_figure(context, GROUP_PANEL_HEIGHT * len(lines), index, breaks)
    panels = chart.add_panels([_group_panel(context, item) for item in lines])
    for item, axes in zip(lines, panels, strict=True):
        draw_line(axes, item.values, drawing.NAVY, 1.7, label=item.name)
    alt = alternative_text("small_multiples", lines, context.formatter, panels=len(lines))
    first, last = month_text(index[0]), month_text(index[-1])
    return DrawnFigure(file, alt, first, last, breaks, gaps=common_gaps(lines), figure=chart.figure)


def _group_panel(context: Context, line: ChartLine) -> PanelSpec:
    value = float(line.values.iloc[-1])
    name = EndName(context.formatter.number(value, line.quantity), value, drawing.NAVY)
    return PanelSpec(upper_limit(line.values), line.name, [name])


# Open vacancies at the end of the month.


VACANCIES_INDICATOR = VACANCIES_QUANTITY = "open_vacancies"
VACANCIES_HEIGHT = 187.0


@house_style()
def vacancies_chart(context: Context, file: str) -> DrawnFigure:
    """Draw the group's open vacancies with their trend."""
    line = series_line(context, VACANCIES_QUANTITY, context.area)
    smooth, index = line_trend(context, line), line.values.index
    breaks = breaks_in_figure(context, index, VACANCIES_INDICATOR)
    chart = monthly_figure(context, VACANCIES_HEIGHT, index, breaks)
    names = [end_name(context, line, drawing.DARK_GREEN)]
    [axes] = chart.add_panels([PanelSpec(upper_limit(line.values), names=names)])
    draw_with_trend(axes, line, smooth, drawing.GREEN, context.translator)
    alt = alternative_text("line_chart", [line], context.formatter)
    first, last = month_text(index[0]), month_text(index[-1])
    has_trend, gaps = smooth is not None, common_gaps([line])
    return DrawnFigure(
        file, alt, first, last, breaks, has_trend=has_trend, gaps=gaps, figure=chart.figure
    )
