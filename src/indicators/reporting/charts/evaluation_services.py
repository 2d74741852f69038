"""The figure of services by kind: shares of the labour force by month, a kind a panel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.dates import DateFormatter, YearLocator, date2num

from indicators.reporting.charts import drawing
from indicators.reporting.charts.axes import PanelLayout, draw_line, upper_limit
from indicators.reporting.charts.drawing import ReportFigure, house_style
from indicators.reporting.charts.evaluation import (
    CONTROLS_COLOUR,
    REGION_COLOUR,
    SMALL_NAME,
    TITLE_ROOM,
    TRIALS_COLOUR,
    YEAR_NAME,
    format_y_axis,
    panels_of,
    write_title,
)
from indicators.reporting.evaluation_source import Source, format_number, report_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LEVELS = "service_levels"
SERVICES_HEIGHT, LEGEND_ROOM = 410.0, 20.0
TRIALS, CONTROLS = "trials", "controls"


def kind_name(kind: str) -> str:
    """A kind of service in the words of a row."""
    return report_text(f"mechanisms.kind_{kind}")


@house_style()
def services_chart(source: Source) -> ReportFigure:
    """Draw the shares of each kind: controls, trial municipalities, the region."""
    frame = source.results.frame(LEVELS)
    kinds = list(dict.fromkeys(frame["kind"]))
    layout = PanelLayout(2, above=TITLE_ROOM, top=LEGEND_ROOM)
    figure, panels = panels_of(source, SERVICES_HEIGHT, len(kinds), layout)
    lines = {
        CONTROLS: (report_text("common.controls"), CONTROLS_COLOUR, 1.2),
        TRIALS: (report_text("common.trials"), TRIALS_COLOUR, 1.2),
        source.group: (source.name(source.group), REGION_COLOUR, 1.7),
    }
    sentences = []
    for axes, kind in zip(panels, kinds, strict=True):
        own = frame[frame["kind"] == kind].assign(day=pd.to_datetime(frame["month"]))
        wide = own.pivot(index="day", columns="unit", values="share")
        drawn = [
            draw_line(axes, wide[unit], colour, width, label=name)
            for unit, (name, colour, width) in lines.items()
        ]
        axes.set_ylim(0, upper_limit(*(wide[unit] for unit in lines)))
        _mark_months(source, axes, wide.index)
        format_y_axis(axes, 1)
        write_title(axes, kind_name(kind))
        sentences.append(_alt_sentence(source, kind, wide, lines))
        if axes is panels[0]:
            figure.legend(
                handles=drawn[::-1], loc="upper left", ncols=len(drawn), frameon=False,
                fontsize=SMALL_NAME, borderaxespad=0.2,
            )  # fmt: skip
    alt = source.say("alt.services", values=" ".join(sentences))
    return ReportFigure("figures/services.svg", alt, figure=figure)


def _mark_months(source: Source, axes: Axes, days: pd.Index) -> None:
    """COVID shaded, a line at the start, years below."""
    first, last = source.stored.manifest["plan"]["rules"]["covid"]
    until = pd.Timestamp(f"{last}-01") + pd.DateOffset(months=1)
    axes.axvspan(
        date2num(pd.Timestamp(f"{first}-01")), date2num(until), facecolor=drawing.PALE,
        edgecolor="none", zorder=0,
    )  # fmt: skip
    start = date2num(pd.Timestamp(source.settings.trial.start))
    axes.axvline(start, color=drawing.GREY, linewidth=0.9, linestyle=(0, (0.8, 1.6)), zorder=1)
    axes.set_xlim(date2num(days[0]), date2num(days[-1]))
    axes.xaxis.set_major_locator(YearLocator(1))
    axes.xaxis.set_major_formatter(DateFormatter("%Y"))
    axes.tick_params(axis="x", labelsize=YEAR_NAME)


def _alt_sentence(
    source: Source, kind: str, wide: pd.DataFrame, lines: dict[str, tuple[str, str, float]]
) -> str:
    """The last month before the start and the newest one, of each line."""
    start = pd.Timestamp(source.settings.trial.start)
    before = wide[wide.index < start].iloc[-1]
    parts = [
        f"{name} {format_number(float(before[unit]))} → {format_number(float(wide[unit].iloc[-1]))}"
        for unit, (name, _, _) in lines.items()
    ]
    return report_text("alt.services_kind", kind=kind_name(kind), parts=", ".join(parts))
