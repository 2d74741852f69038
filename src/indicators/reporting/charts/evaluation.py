"""What the figures share: panels of outcomes, numbers up the side, years along the bottom."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib import font_manager
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.ticker import FuncFormatter, MaxNLocator

from indicators.evaluation.study.plan import WINDOWS
from indicators.reporting.charts import drawing
from indicators.reporting.charts.axes import (
    EndName,
    MonthlyFigure,
    PanelSpec,
    draw_line,
    upper_limit,
)
from indicators.reporting.charts.drawing import INK, blank_figure, house_style
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
from indicators.reporting.files import FONTS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


# The look of the evaluation's figures, which matplotlib draws: shipped font, no clock.


mpl.use("svg")


FONT = "Inter"
WIDTH_INCHES = 7.0


def use_house_style(fonts: Path) -> None:
    """Set the look for all figures of this process.

    Args:
        fonts: Folder of the shipped font files.
    """
    for file in sorted(fonts.glob("*.otf")):
        font_manager.fontManager.addfont(file)
    sns.set_theme(
        style="ticks",
        rc={
            "font.family": FONT,
            "font.size": 9,
            "axes.titlesize": 9.5,
            "axes.titleweight": "semibold",
            "axes.titlelocation": "left",
            # Where it is anyway: nothing stands above a panel that it would have to make room for.
            "axes.titley": 1.0,
            "axes.labelsize": 9,
            "axes.labelcolor": INK,
            "axes.edgecolor": "#9aa5b1",
            "axes.grid": True,
            "axes.grid.axis": "y",
            "grid.color": "#e4e7eb",
            "grid.linewidth": 0.7,
            "text.color": INK,
            "xtick.color": "#52606d",
            "ytick.color": "#52606d",
            "xtick.labelsize": 8.5,
            "ytick.labelsize": 8.5,
            "xtick.major.size": 3,
            "ytick.major.size": 0,
            "ytick.left": False,
            "figure.constrained_layout.use": True,
            # Letters as outlines: the picture looks the same where the font is not installed.
            "svg.fonttype": "path",
            # Ids and no date: the same figures give the same bytes.
            "svg.hashsalt": "indicators",
        },
    )


def empty_panels(
    rows: int,
    columns: int,
    height: float,
    *,
    sharex: bool = True,
    sharey: bool = False,
) -> tuple[Figure, list[Axes]]:
    """An empty figure of some panels, frames off but for the time axis.

    Args:
        rows: Panels below each other.
        columns: Panels side by side.
        height: In inches; the width is always the same.
        sharex: Whether the panels have the same time along the bottom.
        sharey: Whether the panels have one scale.
    """
    size = (WIDTH_INCHES, height)
    figure, axes = plt.subplots(
        rows,
        columns,
        figsize=size,
        squeeze=False,
        sharex=sharex,
        sharey=sharey,
    )
    sns.despine(figure, left=True)
    return figure, list(axes.flat)


def save_svg(figure: Figure, path: Path) -> None:
    """Write a figure as SVG, without a date, and forget it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # Not savefig, which would draw everything twice, the first time only to place the panels.
    FigureCanvasSVG(figure).print_svg(path, metadata={"Date": None, "Creator": None})
    plt.close(figure)


#: The treated region, all trial municipalities, the controls.
REGION_COLOUR, TRIALS_COLOUR, CONTROLS_COLOUR = drawing.NAVY, drawing.ORANGE, drawing.GREY
CLOUD_COLOUR = "#b9c3ce"


@dataclass(frozen=True, slots=True)
class EvaluationFigure:
    """A figure: where it was written, and what it shows in words."""

    file: str
    alt: str


def save_figure(figure: Figure, name: str, alt: str) -> EvaluationFigure:
    """Write a figure below the notebook's folder."""
    file = f"figures/{name}.svg"
    save_svg(figure, Path(file))
    return EvaluationFigure(file, alt)


def write_level_title(axes: Axes, outcome: str) -> None:
    """The outcome's name above a panel of levels, with its unit."""
    axes.set_title(report_text(f"outcomes.{outcome}_short"), fontsize=9)


def write_effect_title(axes: Axes, outcome: str) -> None:
    """The same above a panel of differences, whose unit the caption tells."""
    axes.set_title(report_text(f"outcomes.{outcome}_row"), fontsize=9)


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


def trial_year_label(year: int, start: str) -> str:
    """A trial-year by the calendar years it lies in, such as ``2019–20``."""
    first = int(start[:4]) + year
    return f"{first}–{(first + 1) % 100:02d}"


# The effects of a thousand placebo regions, region by region, and the treated one's.


#: How far dots of one maakunta are spread up and down, so that each can be seen.
CLOUD_SPREAD = 0.32


def clouds_chart(source: Source) -> EvaluationFigure:
    """Draw each maakunta's placebo regions as a row of dots."""
    regions = sorted(source.results.frame("placebo_draws", window=FIRST_YEAR)["region"].unique())
    figure, panels = empty_panels(1, 3, 3.9, sharex=False, sharey=True)
    sentences = []
    for axes, name in zip(panels, JOINT_OUTCOMES, strict=True):
        rows = source.results.frame("placebo_draws", window=FIRST_YEAR, outcome=name)
        row = rows["region"].map({region: place for place, region in enumerate(regions)})
        shift = np.random.default_rng(1).uniform(-CLOUD_SPREAD, CLOUD_SPREAD, len(rows))
        axes.scatter(
            rows["estimate"], row + shift, s=4, color=drawing.GREY, alpha=0.55, edgecolors="none"
        )
        region_effect = source.results.value("region", "estimate", window=FIRST_YEAR, outcome=name)
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
    panels[0].set_yticks(range(len(regions)), [source.name(region) for region in regions])
    panels[0].set_ylim(len(regions) - 0.4, -0.6)
    return save_figure(
        figure, "placebo-clouds", source.say("alt.clouds", values=" ".join(sentences))
    )


# The effects under other rules, with their intervals, a rule a row.


def forest_chart(source: Source, design: str) -> EvaluationFigure:
    """Draw one design's effects of the first year."""
    found = source.results.frame("robustness", design=design, window=FIRST_YEAR)
    variants = list(dict.fromkeys(found["variant"]))
    figure, panels = empty_panels(1, 3, 0.24 * len(variants) + 1.0, sharex=False, sharey=True)
    colour = REGION_COLOUR if design == "region" else drawing.DARK_ORANGE
    sentences = []
    for axes, name in zip(panels, JOINT_OUTCOMES, strict=True):
        rows = found[found["outcome"] == name].set_index("variant").loc[variants]
        places = range(len(variants))
        reach = [rows["estimate"] - rows["ci_low"], rows["ci_high"] - rows["estimate"]]
        axes.errorbar(
            rows["estimate"], places, xerr=reach, fmt="o", color=colour, markersize=3.5,
            elinewidth=1.3,
        )  # fmt: skip
        axes.axvline(0, color=drawing.INK, linewidth=0.8)
        format_x_axis(axes, 1)
        axes.tick_params(axis="x", labelsize=7.5)
        write_effect_title(axes, name)
        low, high = float(rows["estimate"].min()), float(rows["estimate"].max())
        sentences.append(f"{outcome_name(name)}: {format_interval(low, high)}.")
    names = [report_text(f"variants.{variant}_short") for variant in variants]
    panels[0].set_yticks(range(len(variants)), names, fontsize=7.5)
    panels[0].set_ylim(len(variants) - 0.5, -0.5)
    alt = report_text(
        "alt.forest", design=source.say(f"designs.{design}"), values=" ".join(sentences)
    )
    return save_figure(figure, f"forest-{design.replace('_', '-')}", alt)


# The three outcomes month by month: the region, all trial municipalities, the controls.


MONTHLY_FILE, MONTHLY_HEIGHT = "figures/monthly.svg", 432.0


@house_style()
def monthly_chart(source: Source) -> EvaluationFigure:
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
    drawing.save_svg(figure, Path(MONTHLY_FILE))
    return EvaluationFigure(
        MONTHLY_FILE, source.say("alt.monthly", values=_monthly_alt_text(source, wide))
    )


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
        (
            "trials",
            drawing.DARK_ORANGE if TRIALS_COLOUR == drawing.ORANGE else TRIALS_COLOUR,
            report_text("common.trials"),
        ),
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


def trials_chart(source: Source) -> EvaluationFigure:
    """Draw the event studies of all trial municipalities."""
    figure, panels = empty_panels(2, 2, 4.6, sharex=False)
    sentences = []
    for axes, name in zip(panels, REPORTED_OUTCOMES, strict=True):
        rows = source.results.frame("event_studies", outcome=name)
        reach = [rows["estimate"] - rows["ci_low"], rows["ci_high"] - rows["estimate"]]
        axes.errorbar(
            rows["event_time"], rows["estimate"], [part.fillna(0) for part in reach],
            fmt="o-", color=drawing.DARK_ORANGE, markersize=4, linewidth=1, elinewidth=1.6,
        )  # fmt: skip
        _finish_effects_panel(axes, source, name, rows["event_time"])
        sentences.append(
            _effects_alt_text(name, rows.rename(columns={"event_time": "trial_year"}), source)
        )
    return save_figure(
        figure, "event-studies", report_text("alt.event_studies", values=" ".join(sentences))
    )


def region_chart(source: Source) -> EvaluationFigure:
    """Draw the region's gaps within those of the placebo regions."""
    figure, panels = empty_panels(2, 2, 4.6, sharex=False)
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
    return save_figure(
        figure, "region-paths", source.say("alt.region_paths", values=" ".join(sentences))
    )


def _finish_effects_panel(axes: Axes, source: Source, name: str, years: pd.Series) -> None:
    draw_zero_line(axes)
    axes.axvline(-0.5, color=drawing.GREY, linewidth=0.8, linestyle=(0, (2, 2)))
    axes.set_xticks(list(years))
    start = str(source.stored.manifest["plan"]["rules"]["start"])
    axes.set_xticklabels(
        [_trial_year_tick(int(year), start) for year in years], fontsize=7.5, rotation=0
    )
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


def synthetic_chart(source: Source) -> EvaluationFigure:
    """Draw levels on the left and gaps on the right, an outcome a row."""
    figure, panels = empty_panels(3, 2, 6.6, sharex=False)
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
        panels[0].lines[:2], labels, frameon=False, fontsize=8.5, ncols=2,
        loc="outside upper left",
    )  # fmt: skip
    return save_figure(figure, "synthetic", source.say("alt.synthetic", values=" ".join(sentences)))


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
    write_level_title(axes, name)


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
    axes.set_title(report_text("charts.gap"), fontsize=9)


def _format_time_axis(axes: Axes) -> None:
    """Years along the bottom; the months left out are not on the axis."""
    axes.axvline(-0.5, color=drawing.GREY, linewidth=0.8, linestyle=(0, (2, 2)))
    low, high = axes.get_xlim()
    # January of 2017–2020 lies 38, 26, 14 and 2 months before the window left out.
    ticks = {-38: "2017", -26: "2018", -14: "2019", -2: "2020", 10: "2022", 22: "2023"}
    shown = {place: text for place, text in ticks.items() if low <= place <= high}
    axes.set_xticks(list(shown), list(shown.values()))
