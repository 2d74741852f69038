"""The evaluation's figures: outcomes by month and year, effects with their intervals, clouds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.ticker import FuncFormatter, MaxNLocator

from indicators.evaluation.study.plan import WINDOWS
from indicators.reporting.charts import drawing
from indicators.reporting.charts.axes import (
    EndName,
    MonthlyFigure,
    PanelLayout,
    PanelSpec,
    draw_line,
    upper_limit,
)
from indicators.reporting.charts.drawing import (
    ReportFigure,
    add_panel,
    blank_figure,
    house_style,
    text_width,
)
from indicators.reporting.evaluation_source import (
    FINNISH,
    FIRST_YEAR,
    JOINT_OUTCOMES,
    REPORTED_OUTCOMES,
    Source,
    format_change,
    format_count,
    format_interval,
    format_number,
    format_share,
    outcome_name,
    report_text,
)
from indicators.reporting.evaluation_specifications import REGION, at_the_start, specification
from indicators.reporting.files import FONTS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: The treated region, all trial municipalities, the controls.
REGION_COLOUR, TRIALS_COLOUR, CONTROLS_COLOUR = drawing.NAVY, drawing.DARK_ORANGE, drawing.GREY
CLOUD_COLOUR = "#b9c3ce"
# Points that the title keeps above its panel, and that numbers up the side take.
TITLE_ROOM, TITLE_PAD, NUMBERS_ROOM = 24.0, 7.0, 32.0
# Between a row's name and its panel.
NAME_ROOM = 8.0
SMALL_NAME, YEAR_NAME = 7.5, 7.0
# As a share of the scale's width: what stands at an edge is whole.
EDGE_MARGIN = 0.05


def panels_of(
    source: Source, height: float, count: int, layout: PanelLayout, left: float = NUMBERS_ROOM
) -> tuple[Figure, list[Axes]]:
    """A figure of some panels.

    Args:
        source: The project.
        height: In points.
        count: How many panels.
        layout: How they stand.
        left: Points that numbers or names up the side take.
    """
    figure = blank_figure(source.settings.root / FONTS, height)
    panels: list[Axes] = []
    for number, box in enumerate(layout.boxes(height, count, left, 0.0)):
        shared = panels[0] if panels and layout.one_scale else None
        panels.append(add_panel(figure, box, sharey=shared))
        if layout.one_scale and number % layout.columns:
            panels[-1].tick_params(axis="y", labelleft=False)
    return figure, panels


def name_rows(panels: Sequence[Axes], names: Sequence[str], size: float) -> None:
    """Name the rows of panels side by side, the first uppermost."""
    panels[0].set_yticks(range(len(names)), names, fontsize=size)
    panels[0].set_ylim(len(names) - 0.4, -0.6)


def names_width(names: Sequence[str], size: float) -> float:
    """Points that rows' names take at the left of their panels."""
    return max(text_width(name, size) for name in names) + NAME_ROOM


def write_title(axes: Axes, text: str) -> None:
    """What a panel shows, above it."""
    axes.set_title(text, fontsize=9, pad=TITLE_PAD)


def write_effect_title(axes: Axes, outcome: str) -> None:
    """The outcome's name above a panel of differences, whose unit the caption tells."""
    write_title(axes, report_text(f"outcomes.{outcome}_row"))


def format_y_axis(axes: Axes, decimals: int = 0) -> None:
    """Numbers up the side as Finnish writes them."""
    axes.yaxis.set_major_locator(_tick_locator(decimals))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: FINNISH.number(value, decimals)))


def format_x_axis(axes: Axes, decimals: int = 0) -> None:
    """Numbers along the bottom as Finnish writes them."""
    axes.xaxis.set_major_locator(_tick_locator(decimals))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: FINNISH.number(value, decimals)))


def _tick_locator(decimals: int) -> MaxNLocator:
    """Places whose numbers are exact with so many decimals."""
    return MaxNLocator(5, steps=[1, 2, 5, 10], integer=decimals == 0)


def draw_zero_line(axes: Axes) -> None:
    """Where there is no effect."""
    axes.axhline(0, color=drawing.INK, linewidth=0.8, zorder=1)


def _draw_begin(axes: Axes) -> None:
    """Where the trial begins."""
    axes.axvline(-0.5, color=drawing.GREY, linewidth=0.8, linestyle=(0, (2, 2)))


def trial_year_label(year: int, start: str) -> str:
    """A trial-year by the calendar years it lies in, such as ``2019–20``."""
    first = int(start[:4]) + year
    return f"{first}–{(first + 1) % 100:02d}"


# The effects of a thousand placebo regions, region by region, and the treated one's.


#: How far dots of one maakunta are spread up and down, so that each can be seen.
CLOUD_SPREAD = 0.32
CLOUDS_HEIGHT = 281.0


@house_style()
def clouds_chart(source: Source) -> ReportFigure:
    """Draw each maakunta's placebo regions as a row of dots, base at the start."""
    base = at_the_start(source)
    drawn = source.results.frame("placebo_draws", window=FIRST_YEAR, base=base)
    regions = sorted(drawn["region"].unique())
    region_names = [source.name(region) for region in regions]
    layout = PanelLayout(3, above=TITLE_ROOM, one_scale=True)
    left = names_width(region_names, drawing.NAME)
    figure, panels = panels_of(source, CLOUDS_HEIGHT, 3, layout, left)
    sentences = []
    for axes, name in zip(panels, JOINT_OUTCOMES, strict=True):
        rows = drawn[drawn["outcome"] == name]
        row = rows["region"].map({region: place for place, region in enumerate(regions)})
        shift = np.random.default_rng(1).uniform(-CLOUD_SPREAD, CLOUD_SPREAD, len(rows))
        sns.scatterplot(
            x=rows["estimate"], y=row + shift, s=4, color=drawing.GREY, alpha=0.55, linewidth=0,
            legend=False, ax=axes,
        )  # fmt: skip
        axes.set(xlabel=None, ylabel=None)
        axes.margins(x=EDGE_MARGIN)
        own = specification(source, REGION, name, base=base)
        region_effect = float("nan") if own is None else float(own["estimate"])
        axes.axvline(region_effect, color=REGION_COLOUR, linewidth=1.8)
        axes.axvline(0, color=drawing.INK, linewidth=0.8)
        format_x_axis(axes)
        write_effect_title(axes, name)
        larger = int((rows["estimate"].abs() >= abs(region_effect)).sum())
        sentences.append(
            source.say(
                "alt.cloud",
                outcome=outcome_name(name),
                own=format_change(region_effect),
                ends=format_interval(float(rows["estimate"].min()), float(rows["estimate"].max())),
                larger=format_count(larger),
                draws=format_count(len(rows)),
            )
        )
    name_rows(panels, region_names, drawing.NAME)
    alt = source.say("alt.clouds", values=" ".join(sentences))
    return ReportFigure("figures/placebo-clouds.svg", alt, figure=figure)


# The three outcomes month by month: the region, all trial municipalities, the controls.


MONTHLY_HEIGHT = 432.0


@house_style()
def monthly_chart(source: Source) -> ReportFigure:
    """Draw the outcomes below each other, the trial shaded."""
    frame = source.results.frame("monitoring")
    wide = frame.assign(day=pd.to_datetime(frame["month"])).pivot(index="day", columns="unit")
    plans = [_outcome_panel(source, wide, outcome) for outcome in JOINT_OUTCOMES]
    figure = blank_figure(source.settings.root / FONTS, MONTHLY_HEIGHT)
    monthly = MonthlyFigure(figure, source.settings.trial, FINNISH, wide.index)
    for axes, outcome in zip(monthly.add_panels(plans), JOINT_OUTCOMES, strict=True):
        for unit, colour, name in _monthly_lines(source):
            values = wide[outcome][unit].dropna()
            draw_line(axes, values, colour, 1.8 if colour == REGION_COLOUR else 1.2, label=name)
    alt = source.say("alt.monthly", values=_monthly_alt_text(source, wide))
    return ReportFigure("figures/monthly.svg", alt, figure=figure)


def _outcome_panel(source: Source, wide: pd.DataFrame, outcome: str) -> PanelSpec:
    names = []
    for unit, colour, name in _monthly_lines(source):
        newest = float(wide[outcome][unit].dropna().iloc[-1])
        names.append(EndName(f"{name} {format_share(newest)}", newest, colour))
    units = (wide[outcome][unit] for unit, _, _ in _monthly_lines(source))
    return PanelSpec(upper_limit(*units), report_text(f"outcomes.{outcome}_short"), names)


def _monthly_lines(source: Source) -> list[tuple[str, str, str]]:
    return [
        ("controls", CONTROLS_COLOUR, report_text("common.controls")),
        ("trials", TRIALS_COLOUR, report_text("common.trials")),
        (source.group, REGION_COLOUR, source.name(source.group)),
    ]


def _monthly_alt_text(source: Source, wide: pd.DataFrame) -> str:
    parts = []
    for outcome in JOINT_OUTCOMES:
        ends = ", ".join(
            f"{name} {format_share(float(wide[outcome][unit].dropna().iloc[-1]))}"
            for unit, _, name in _monthly_lines(source)
        )
        last = wide[outcome].dropna().index[-1]
        parts.append(f"{report_text(f'outcomes.{outcome}')} {last:%-m/%Y}: {ends}.")
    return " ".join(parts)


# Effects by trial-year: all trial municipalities with their errors, the region in its cloud.


EFFECTS_HEIGHT = 331.0


@house_style()
def trials_chart(source: Source) -> ReportFigure:
    """Draw the event studies of all trial municipalities."""
    layout = PanelLayout(2, above=TITLE_ROOM)
    figure, panels = panels_of(source, EFFECTS_HEIGHT, len(REPORTED_OUTCOMES), layout)
    sentences = []
    for axes, name in zip(panels, REPORTED_OUTCOMES, strict=True):
        rows = source.results.frame("event_studies", outcome=name)
        reach = [rows["estimate"] - rows["ci_low"], rows["ci_high"] - rows["estimate"]]
        axes.errorbar(
            rows["event_time"], rows["estimate"], [part.fillna(0) for part in reach],
            fmt="o-", color=TRIALS_COLOUR, markersize=4, linewidth=1, elinewidth=1.6,
        )  # fmt: skip
        _finish_effects_panel(axes, source, name, rows["event_time"])
        sentences.append(
            _effects_alt_text(name, rows.rename(columns={"event_time": "trial_year"}), source)
        )
    alt = report_text("alt.event_studies", values=" ".join(sentences))
    return ReportFigure("figures/event-studies.svg", alt, figure=figure)


@house_style()
def region_chart(source: Source) -> ReportFigure:
    """Draw the region's gaps within those of the placebo regions."""
    layout = PanelLayout(2, above=TITLE_ROOM)
    figure, panels = panels_of(source, EFFECTS_HEIGHT, len(REPORTED_OUTCOMES), layout)
    sentences = []
    for axes, name in zip(panels, REPORTED_OUTCOMES, strict=True):
        window = "agreement" if name == REPORTED_OUTCOMES[0] else FIRST_YEAR
        rows = source.results.frame("region_paths", outcome=name, window=window)
        axes.fill_between(
            rows["trial_year"], rows["low"], rows["high"], color=CLOUD_COLOUR, alpha=0.6
        )
        axes.plot(rows["trial_year"], rows["estimate"], "o-", color=REGION_COLOUR, markersize=4)
        _finish_effects_panel(axes, source, name, rows["trial_year"])
        sentences.append(
            _effects_alt_text(
                name, rows.rename(columns={"low": "ci_low", "high": "ci_high"}), source
            )
        )
    alt = source.say("alt.region_paths", values=" ".join(sentences))
    return ReportFigure("figures/region-paths.svg", alt, figure=figure)


def _finish_effects_panel(axes: Axes, source: Source, name: str, years: pd.Series) -> None:
    draw_zero_line(axes)
    _draw_begin(axes)
    axes.margins(x=EDGE_MARGIN)
    axes.set_xticks(list(years))
    start = str(source.stored.manifest["plan"]["rules"]["start"])
    axes.set_xticklabels([_trial_year_tick(int(year), start) for year in years], fontsize=YEAR_NAME)
    format_y_axis(axes, 1)
    write_effect_title(axes, name)


def _trial_year_tick(year: int, start: str) -> str:
    # The year of COVID is left out: the years before stand one further back.
    return trial_year_label(year if year >= 0 else year - 1, start)


def _effects_alt_text(name: str, rows: pd.DataFrame, source: Source) -> str:
    start = str(source.stored.manifest["plan"]["rules"]["start"])
    points = "; ".join(
        f"{_trial_year_tick(int(row['trial_year']), start)} {format_change(row['estimate'])} "
        f"({format_interval(row['ci_low'], row['ci_high'])})"
        for _, row in rows.iterrows()
        if row["trial_year"] != -1
    )
    return f"{outcome_name(name)}: {points}."


# The region beside its synthetic twin, and the gap among those of all donors.


#: Donors whose fit before is worse than so many times the region's are not drawn: their gaps
#: say nothing of what a good fit leaves.
WORST_FIT = 5.0
SYNTHETIC_HEIGHT, LEGEND_ROOM, LEGEND_TOP = 475.0, 18.0, 3.0


@house_style()
def synthetic_chart(source: Source) -> ReportFigure:
    """Draw levels on the left and gaps on the right, an outcome a row."""
    layout = PanelLayout(2, above=TITLE_ROOM, top=LEGEND_ROOM)
    figure, panels = panels_of(source, SYNTHETIC_HEIGHT, 2 * len(JOINT_OUTCOMES), layout)
    sentences = []
    for row, name in enumerate(JOINT_OUTCOMES):
        window = _outcome_window(name)
        gaps = source.results.frame("gaps", window=window, outcome=name)
        _draw_levels(panels[2 * row], gaps, name)
        _draw_gaps(panels[2 * row + 1], source, gaps, name, window)
        main = source.results.row("synthetic", window=window, outcome=name, form="main")
        sentences.append(
            report_text(
                "alt.synthetic_one",
                outcome=outcome_name(name),
                gap=format_change(float(main["estimate"])),
                fit=format_number(float(main["rmspe_before"])),
            )
        )
    labels = [source.name(source.group), report_text("common.synthetic")]
    figure.legend(
        panels[0].lines[:2], labels, ncols=2, loc="upper left", borderaxespad=0,
        bbox_to_anchor=(NUMBERS_ROOM / drawing.WIDE, 1 - LEGEND_TOP / SYNTHETIC_HEIGHT),
    )  # fmt: skip
    alt = source.say("alt.synthetic", values=" ".join(sentences))
    return ReportFigure("figures/synthetic.svg", alt, figure=figure)


def _outcome_window(name: str) -> str:
    return "agreement" if name in WINDOWS[1].outcomes else WINDOWS[0].id


def _draw_levels(axes: Axes, gaps: pd.DataFrame, name: str) -> None:
    axes.plot(gaps["period"], gaps["treated"], color=REGION_COLOUR, linewidth=1.6)
    axes.plot(
        gaps["period"], gaps["synthetic"], color=drawing.DARK_GREEN, linewidth=1.3,
        linestyle=(0, (4, 1.5)),
    )  # fmt: skip
    _format_time_axis(axes)
    format_y_axis(axes)
    write_title(axes, report_text(f"outcomes.{name}_short"))


def _draw_gaps(axes: Axes, source: Source, gaps: pd.DataFrame, name: str, window: str) -> None:
    labels = {"window": window, "outcome": name}
    placebos = source.results.frame("synthetic_placebos", **labels).set_index("unit")
    region_rmspe = float(placebos.loc[placebos["treated"], "rmspe_before"].iloc[0])
    good = placebos.index[
        (placebos["rmspe_before"] <= WORST_FIT * region_rmspe) & ~placebos["treated"]
    ]
    clouds = source.results.frame("synthetic_clouds", **labels)
    for _, rows in clouds[clouds["unit"].isin(good)].groupby("unit"):
        axes.plot(rows["period"], rows["gap"], color=CLOUD_COLOUR, linewidth=0.6)
    axes.plot(gaps["period"], gaps["gap"], color=REGION_COLOUR, linewidth=1.6)
    draw_zero_line(axes)
    _format_time_axis(axes)
    format_y_axis(axes, 1)
    write_title(axes, report_text("charts.gap"))


def _format_time_axis(axes: Axes) -> None:
    """Years along the bottom; the months left out are not on the axis."""
    _draw_begin(axes)
    low, high = axes.get_xlim()
    # January of 2017–2020 lies 38, 26, 14 and 2 months before the window left out.
    ticks = {-38: "2017", -26: "2018", -14: "2019", -2: "2020", 10: "2022", 22: "2023"}
    shown = {place: text for place, text in ticks.items() if low <= place <= high}
    axes.set_xticks(list(shown), list(shown.values()))
