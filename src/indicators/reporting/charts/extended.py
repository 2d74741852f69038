"""Unemployed, people in services and their sum, always beside the activation rate."""

from __future__ import annotations

from pathlib import Path

from indicators.reporting.charts import panel, style
from indicators.reporting.charts.alt import Line, describe, gaps_of
from indicators.reporting.charts.frame import Frame, high_of
from indicators.reporting.charts.marks import EndName
from indicators.reporting.charts.panel import Drawn
from indicators.reporting.charts.sheet import Plan
from indicators.reporting.context import Context

INDICATORS = ("extended_unemployment", "activation_rate")
HIGH = 374.0


def extended_chart(context: Context, file: str) -> Drawn:
    """Draw the stacked numbers above, the rate of the group and of the country below."""
    translator, area = context.translator, context.group
    stacked = [
        _unemployed(context),
        panel.line(context, "in_services", area, translator("extended.band_services")),
        panel.line(context, "extended_unemployment", area, translator("extended.band_extended")),
    ]
    rates = {
        style.NAVY: panel.line(context, "activation_rate", area),
        style.GREY: panel.line(context, "activation_rate", context.country),
    }
    index = stacked[0].values.index
    breaks = panel.breaks_in(context, index, *INDICATORS)
    plans = [
        Plan(
            high_of(*(line.values for line in stacked)),
            translator("extended.axis_persons"),
            _band_names(context, stacked),
        ),
        Plan(
            high_of(*(line.values for line in rates.values())),
            translator("extended.axis_rate"),
            [panel.end_name(context, line, colour) for colour, line in rates.items()],
        ),
    ]
    chart = panel.sheet(context, HIGH, index, breaks)
    with chart.panels(plans) as [upper, lower]:
        _stack(upper, stacked)
        for colour, line in rates.items():
            lower.line(line.values, colour, 1.8)
    chart.drawing.save(Path(file))
    alt = describe("area_chart", [*stacked, *_named_rates(context, rates)], context.formatter)
    first, last = panel.month(index[0]), panel.month(index[-1])
    return Drawn(file, alt, first, last, breaks, gaps=gaps_of(stacked))


def _unemployed(context: Context) -> Line:
    """The unemployed as far as the services are known: alone they would look like the whole."""
    whole = panel.line(context, "extended_unemployment", context.group).values
    values = context.readings.series("unemployed", context.group).reindex(whole.index)
    values = values.where(whole.notna())
    return Line(context.translator("extended.band_unemployed"), "unemployed", values)


def _stack(frame: Frame, stacked: list[Line]) -> None:
    unemployed, services = (line.values.to_numpy(float) for line in stacked[:2])
    index = stacked[0].values.index
    frame.area(index, unemployed * 0, unemployed, style.BLUE)
    frame.area(index, unemployed, unemployed + services, style.ORANGE)
    frame.line(stacked[2].values, style.INK, 1.2)


def _band_names(context: Context, stacked: list[Line]) -> list[EndName]:
    """Name each band at its end and the sum above; the words of a band in a dark shade of it."""
    last = stacked[-1].values.index[-1]
    unemployed, services, together = (float(line.values[last]) for line in stacked)
    places = (unemployed / 2, unemployed + services / 2, together * 1.08)
    colours = (style.BLUE, style.DARK_ORANGE, style.INK)
    values = (unemployed, services, together)
    return [
        EndName(f"{line.name}\n{context.translator.number(value)}", place, colour)
        for line, value, place, colour in zip(stacked, values, places, colours, strict=True)
    ]


def _named_rates(context: Context, rates: dict[str, Line]) -> list[Line]:
    title = context.translator("extended.axis_rate")
    return [Line(f"{title}, {line.name}", line.quantity, line.values) for line in rates.values()]
