"""Unemployed, people in services and their sum, always beside the activation rate."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from indicators.reporting.charts import marks, panel, style
from indicators.reporting.charts.alt import Line, describe
from indicators.reporting.charts.marks import EndName
from indicators.reporting.charts.panel import Drawn
from indicators.reporting.context import Context

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INDICATORS = ("extended_unemployment", "activation_rate")


def extended_chart(context: Context, file: str) -> Drawn:
    """Draw the stacked numbers above, the rate of the group and of the country below."""
    voice, area = context.voice, context.group
    stacked = [
        _unemployed(context),
        panel.line(context, "in_services", area, voice("extended.band_services")),
        panel.line(context, "extended_unemployment", area, voice("extended.band_extended")),
    ]
    rates = {
        style.NAVY: panel.line(context, "activation_rate", area),
        style.GREY: panel.line(context, "activation_rate", context.country),
    }
    figure, [upper, lower] = style.panels(2, 1, 5.2)
    index = stacked[0].values.index
    breaks = panel.breaks_in(context, index, *INDICATORS)
    _stack(upper, stacked)
    for colour, one in rates.items():
        lower.plot(one.values, color=colour, linewidth=1.8)
    upper.set_title(voice("extended.axis_persons"), pad=19)
    lower.set_title(voice("extended.axis_rate"), pad=19)
    panel.finish(context, upper, index, breaks, trial_label=True)
    panel.finish(context, lower, index, breaks)
    _name_bands(context, upper, stacked)
    names = [panel.end_name(context, one, colour) for colour, one in rates.items()]
    marks.end_names(lower, names, index[-1])
    style.save(figure, Path(file))
    alt = describe("area_chart", [*stacked, *_named_rates(context, rates)], context.teller)
    return Drawn(file, alt, panel.month(index[0]), panel.month(index[-1]), breaks)


def _unemployed(context: Context) -> Line:
    """The unemployed as far as the services are known: alone they would look like the whole."""
    last = context.readings.last_known("extended_unemployment", context.group)
    values = context.readings.series("unemployed", context.group).loc[:last]
    return Line(context.voice("extended.band_unemployed"), "unemployed", values)


def _stack(axes: Axes, stacked: list[Line]) -> None:
    unemployed, services, together = (one.values for one in stacked)
    axes.fill_between(unemployed.index, 0, unemployed, color=style.BLUE, alpha=0.85, linewidth=0)
    axes.fill_between(
        unemployed.index, unemployed, unemployed + services,
        color=style.ORANGE, alpha=0.85, linewidth=0,
    )  # fmt: skip
    axes.plot(together, color=style.INK, linewidth=1.2)


def _name_bands(context: Context, axes: Axes, stacked: list[Line]) -> None:
    """Name each band at its end and the sum above; the words of a band in a dark shade of it."""
    last = stacked[-1].values.index[-1]
    unemployed, services, together = (float(one.values[last]) for one in stacked)
    places = (unemployed / 2, unemployed + services / 2, together * 1.08)
    colours = (style.BLUE, style.DARK_ORANGE, style.INK)
    values = (unemployed, services, together)
    names = [
        EndName(f"{one.name}\n{context.voice.number(value)}", place, colour)
        for one, value, place, colour in zip(stacked, values, places, colours, strict=True)
    ]
    marks.end_names(axes, names, last)


def _named_rates(context: Context, rates: dict[str, Line]) -> list[Line]:
    title = context.voice("extended.axis_rate")
    return [Line(f"{title}, {one.name}", one.quantity, one.values) for one in rates.values()]
