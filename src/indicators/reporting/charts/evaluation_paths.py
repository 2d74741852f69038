"""Event studies month by month: estimates with pointwise and simultaneous bands, COVID shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.dates import DateFormatter, YearLocator, date2num

from indicators.reporting.charts import drawing
from indicators.reporting.charts.axes import PanelLayout
from indicators.reporting.charts.drawing import ReportFigure, house_style
from indicators.reporting.charts.evaluation import (
    REGION_COLOUR,
    SMALL_NAME,
    TRIALS_COLOUR,
    YEAR_NAME,
    draw_zero_line,
    format_y_axis,
    panels_of,
    write_effect_title,
)
from indicators.reporting.evaluation_source import (
    REPORTED_OUTCOMES,
    Source,
    format_change,
    format_interval,
    outcome_name,
    report_text,
)
from indicators.reporting.evaluation_specifications import (
    EQUAL,
    LABOUR_FORCE,
    REGION,
    at_the_start,
    span_text,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MONTHLY = "monthly_event_studies"
PATHS_HEIGHT = 372.0
# Points above each panel: its title, and the letters of the marks below it.
ABOVE, MARK_ABOVE = 30.0, 3.0
POINTWISE, SIMULTANEOUS = 0.42, 0.18
#: The Nordic service model begins everywhere.
SERVICE_MODEL = "2022-05-02"


def monthly_effects(source: Source, design: str, outcome: str, weights: str) -> pd.DataFrame:
    """The monthly event study of a design and outcome, ``day`` being the month's first."""
    rows = source.results.frame(
        MONTHLY, design=design, outcome=outcome, weights=weights, base=at_the_start(source)
    )
    return rows.assign(day=pd.to_datetime(rows["month"])).sort_values("day", ignore_index=True)


@house_style()
def monthly_event_chart(source: Source, design: str) -> ReportFigure:
    """Draw a design's effects by month, an outcome a panel."""
    layout = PanelLayout(2, above=ABOVE)
    figure, panels = panels_of(source, PATHS_HEIGHT, len(REPORTED_OUTCOMES), layout)
    colour = REGION_COLOUR if design == REGION else TRIALS_COLOUR
    sentences = []
    for axes, outcome in zip(panels, REPORTED_OUTCOMES, strict=True):
        rows = monthly_effects(source, design, outcome, EQUAL)
        for low, high, alpha in (
            ("band_low", "band_high", SIMULTANEOUS),
            ("ci_low", "ci_high", POINTWISE),
        ):
            axes.fill_between(
                rows["day"], rows[low], rows[high], color=colour, alpha=alpha, linewidth=0
            )
        axes.plot(rows["day"], rows["estimate"], color=colour, linewidth=1.4)
        weighted = monthly_effects(source, design, outcome, LABOUR_FORCE)
        if len(weighted) and design != REGION:
            axes.plot(
                weighted["day"], weighted["estimate"], color=drawing.NAVY, linewidth=0.9,
                linestyle=(0, (3, 1.5)),
            )  # fmt: skip
        draw_zero_line(axes)
        _format_years(axes, rows["day"])
        _mark_dates(source, axes)
        format_y_axis(axes, 1)
        write_effect_title(axes, outcome)
        sentences.append(_alt_sentence(source, outcome, rows))
    alt = source.say(
        "alt.monthly_effects", design=source.say(f"designs.{design}"), values=" ".join(sentences)
    )
    name = f"figures/monthly-effects-{design.replace('_', '-')}.svg"
    return ReportFigure(name, alt, figure=figure)


def _mark_dates(source: Source, axes: Axes) -> None:
    """COVID shaded; dotted lines at the start, the service model and the agreement's end."""
    first, last = source.stored.manifest["plan"]["rules"]["covid"]
    until = pd.Timestamp(f"{last}-01") + pd.DateOffset(months=1)
    axes.axvspan(
        date2num(pd.Timestamp(f"{first}-01")), date2num(until), facecolor=drawing.PALE,
        edgecolor="none", zorder=0,
    )  # fmt: skip
    about = source.settings.trial
    for letter, day in (
        ("a", pd.Timestamp(about.start)),
        ("b", pd.Timestamp(SERVICE_MODEL)),
        ("c", pd.Timestamp(about.end)),
    ):
        if not _inside(axes, day):
            continue
        axes.axvline(
            date2num(day), color=drawing.GREY, linewidth=0.9, linestyle=(0, (0.8, 1.6)), zorder=1
        )  # fmt: skip
        axes.annotate(
            letter, (date2num(day), 1), xycoords=axes.get_xaxis_transform(),
            xytext=(0, MARK_ABOVE), textcoords="offset points", ha="center", va="bottom",
            fontsize=SMALL_NAME, annotation_clip=False,
        )  # fmt: skip


def _inside(axes: Axes, day: pd.Timestamp) -> bool:
    low, high = axes.get_xlim()
    return bool(low <= date2num(day) <= high)


def _format_years(axes: Axes, days: pd.Series) -> None:
    axes.set_xlim(date2num(days.iloc[0]), date2num(days.iloc[-1] + pd.DateOffset(months=1)))
    axes.xaxis.set_major_locator(YearLocator(1))
    axes.xaxis.set_major_formatter(DateFormatter("%Y"))
    axes.tick_params(axis="x", labelsize=YEAR_NAME)


def _alt_sentence(source: Source, outcome: str, rows: pd.DataFrame) -> str:
    """The ends of the path, the largest month of COVID and the newest one."""
    first, last = source.stored.manifest["plan"]["rules"]["covid"]
    covid = rows[rows["month"].between(first, last)]
    largest = covid[covid["estimate"].abs() == covid["estimate"].abs().max()]
    shown = pd.concat([largest.head(1), rows.tail(1)])
    parts = [
        f"{span_text(str(row['month']))} {format_change(float(row['estimate']))}"
        f" ({format_interval(float(row['ci_low']), float(row['ci_high']))})"
        for _, row in shown.iterrows()
    ]
    return report_text(
        "alt.monthly_effect",
        outcome=outcome_name(outcome),
        ends=format_interval(float(rows["estimate"].min()), float(rows["estimate"].max())),
        months="; ".join(parts),
    )
