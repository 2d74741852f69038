"""Figures of specifications: the curve with its matrix of choices, and bases side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators.reporting.charts import drawing
from indicators.reporting.charts.axes import PanelLayout
from indicators.reporting.charts.drawing import (
    Box,
    ReportFigure,
    add_panel,
    blank_figure,
    house_style,
    text_width,
)
from indicators.reporting.charts.evaluation import (
    EDGE_MARGIN,
    REGION_COLOUR,
    SMALL_NAME,
    TITLE_ROOM,
    TRIALS_COLOUR,
    draw_zero_line,
    format_x_axis,
    format_y_axis,
    name_rows,
    names_width,
    panels_of,
    write_effect_title,
)
from indicators.reporting.evaluation_source import (
    JOINT_OUTCOMES,
    Source,
    format_change,
    format_interval,
    outcome_name,
    report_text,
    short_outcome_name,
)
from indicators.reporting.evaluation_specifications import (
    ALL_TRIALS,
    LEAVE_OUT,
    REGION,
    UNEMPLOYMENT,
    count_signs,
    curve_rows,
    effects,
    headline_choices,
    sample_name,
    span_text,
    specification,
    three_bases,
)
from indicators.reporting.files import FONTS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Outcomes on one curve: they have one scale.
CURVE_OUTCOMES = (UNEMPLOYMENT, "without_layoffs")
#: Choices below the curve, in this order.
CURVE_CHOICES = ("outcome", "window", "base", "weights", "sample")
#: Outcomes whose bases stand side by side, an outcome a panel.
BASE_OUTCOMES = (UNEMPLOYMENT, "without_layoffs", "extended_share", "activation_rate")
# Points: of the curve, of a choice's row, of a gap between choices, below all.
CURVE_HIGH, ROW_HIGH, CHOICE_GAP, BELOW = 150.0, 10.5, 7.0, 6.0
ROW_NAME, MARK_NAME = 7.0, 7.5
RIGHT_EDGE = 6.0
BASES_HEIGHT = 250.0
LEFT_OUT_ROW, LEFT_OUT_AROUND = 13.0, 52.0
QUIET_LINE, CLEAR_LINE = "#c3cad2", "#5f7fa3"


# --- the curve ------------------------------------------------------------------------------------


@house_style()
def specification_chart(source: Source, design: str) -> ReportFigure:
    """Draw a design's estimates in order of size, and below them what each was made with."""
    rows = curve_rows(source, design, CURVE_OUTCOMES)
    every = effects(source, design=design)
    choices = {name: _options(every, rows, name) for name in CURVE_CHOICES}
    choices = {name: options for name, options in choices.items() if len(options) > 1}
    names = [name for options in choices.values() for name in options.values()]
    left = max(text_width(name, ROW_NAME) for name in names) + 10.0
    matrix_high = ROW_HIGH * len(names) + CHOICE_GAP * len(choices)
    height = TITLE_ROOM + CURVE_HIGH + matrix_high + BELOW
    figure = blank_figure(source.settings.root / FONTS, height)
    right, middle = drawing.WIDE - RIGHT_EDGE, TITLE_ROOM + CURVE_HIGH
    curve = add_panel(figure, Box(left, TITLE_ROOM, right, middle))
    matrix = add_panel(figure, Box(left, middle, right, height - BELOW))
    _draw_estimates(curve, rows)
    _mark_headlines(curve, matrix, rows)
    _draw_matrix(matrix, rows, choices)
    signs = count_signs(rows)
    curve.set_title(
        report_text("charts.curve_title", **signs.texts()), fontsize=9, pad=TITLE_ROOM / 3
    )
    alt = source.say(
        "alt.curve",
        design=source.say(f"designs.{design}"),
        ends=format_interval(float(rows["estimate"].min()), float(rows["estimate"].max())),
        median=format_change(float(rows["estimate"].median())),
        headline="; ".join(_headline_words(row) for _, row in _headlines(rows).iterrows()),
        **signs.texts(),
    )
    return ReportFigure(
        f"figures/specifications-{design.replace('_', '-')}.svg", alt, figure=figure
    )


def _options(every: pd.DataFrame, rows: pd.DataFrame, choice: str) -> Mapping[str, str]:
    """Options of a choice that some row has, with their names, in the order of the study."""
    known = set(rows[choice])
    return {
        str(option): option_name(choice, str(option))
        for option in dict.fromkeys(every[choice])
        if option in known
    }


def option_name(choice: str, option: str) -> str:
    """An option of a choice in the few words of a row."""
    if choice == "base":
        return report_text("charts.base", months=span_text(option))
    if choice == "outcome":
        return short_outcome_name(option)
    if choice == "sample":
        return sample_name(option)
    return report_text(f"specifications.{choice}_{option.replace('-', '_')}")


def _segments(
    x: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Upright strokes as a single line with gaps: a path of the file instead of a thousand."""
    gap = np.full(len(x), np.nan)
    return np.column_stack([x, x, gap]).ravel(), np.column_stack([low, high, gap]).ravel()


def _draw_estimates(axes: Axes, rows: pd.DataFrame) -> None:
    clear = (rows["ci_low"] > 0) | (rows["ci_high"] < 0)
    for chosen, colour in ((~clear, QUIET_LINE), (clear, CLEAR_LINE)):
        part = rows[chosen]
        place = part.index.to_numpy(float)
        x, y = _segments(place, part["ci_low"].to_numpy(float), part["ci_high"].to_numpy(float))
        axes.plot(x, y, color=colour, linewidth=0.6)
    axes.plot(rows.index, rows["estimate"], color=drawing.INK, linewidth=1.6)
    draw_zero_line(axes)
    axes.set_xlim(-1, len(rows))
    axes.set_xticks([])
    format_y_axis(axes, 1)


def _headlines(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[rows["headline"].astype(bool) & (rows["outcome"] == UNEMPLOYMENT)]


def _headline_words(row: pd.Series) -> str:
    window = report_text(f"specifications.window_{row['window']}")
    return report_text(
        "charts.headline", window=window.lower(), estimate=format_change(float(row["estimate"]))
    )


def _mark_headlines(curve: Axes, matrix: Axes, rows: pd.DataFrame) -> None:
    """A line through curve and matrix at each headline, its words above its dot."""
    found = _headlines(rows)
    for level, place in enumerate(found.index.to_numpy(float)):
        row = found.iloc[level]
        for axes in (curve, matrix):
            axes.axvline(place, color=TRIALS_COLOUR, linewidth=1.0, zorder=3)
        estimate = float(row["estimate"])
        curve.plot([place], [estimate], "D", color=TRIALS_COLOUR, markersize=4.5, zorder=4)
        is_right = place > len(rows) / 2
        curve.annotate(
            _headline_words(row), (place, 0.97 - 0.11 * level),
            xycoords=("data", "axes fraction"), xytext=(-4 if is_right else 4, 0),
            textcoords="offset points", ha="right" if is_right else "left", va="top",
            fontsize=MARK_NAME, weight="semibold", color=TRIALS_COLOUR, zorder=6,
            bbox={"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none"},
        )  # fmt: skip


def _draw_matrix(axes: Axes, rows: pd.DataFrame, choices: Mapping[str, Mapping[str, str]]) -> None:
    """A stroke wherever a specification has an option, an option a row."""
    top, ticks, names = 0.0, [], []
    for choice, options in choices.items():
        top += CHOICE_GAP
        for option, name in options.items():
            place = rows.index[rows[choice] == option].to_numpy(float)
            low = np.full(len(place), top + 0.15 * ROW_HIGH)
            x, y = _segments(place, low, low + 0.7 * ROW_HIGH)
            axes.plot(x, y, color=drawing.NAVY, linewidth=0.5)
            ticks.append(top + ROW_HIGH / 2)
            names.append(name)
            top += ROW_HIGH
        axes.axhline(top + CHOICE_GAP / 2, color=drawing.PALE, linewidth=0.8)
    axes.set_ylim(top, 0)
    axes.set_xlim(-1, len(rows))
    axes.set_xticks([])
    axes.set_yticks(ticks, names, fontsize=ROW_NAME)
    axes.grid(visible=False)


# --- the region's effect against three bases ------------------------------------------------------


@house_style()
def bases_chart(source: Source) -> ReportFigure:
    """Draw the region's effects against each base, with and without those laid off."""
    bases = three_bases(source)
    names = [span_text(base) for base in bases]
    layout = PanelLayout(2, above=TITLE_ROOM)
    left = names_width(names, SMALL_NAME)
    figure, panels = panels_of(source, BASES_HEIGHT, len(BASE_OUTCOMES), layout, left)
    sentences = []
    for axes, outcome in zip(panels, BASE_OUTCOMES, strict=True):
        found = [specification(source, REGION, outcome, base=base) for base in bases]
        points = []
        for place, (base, row) in enumerate(zip(bases, found, strict=True)):
            if row is None:
                continue
            value, low, high = (float(row[name]) for name in ("estimate", "ci_low", "ci_high"))
            is_headline = bool(row["headline"])
            axes.errorbar(
                [value], [place], xerr=[[value - low], [high - value]],
                fmt="D" if is_headline else "o", color=REGION_COLOUR, markersize=5, elinewidth=1.4,
                markerfacecolor=REGION_COLOUR if is_headline else "white",
            )  # fmt: skip
            axes.annotate(
                format_change(value), (value, place), xytext=(0, 4.5), fontsize=SMALL_NAME,
                textcoords="offset points", ha="center", va="bottom", color=REGION_COLOUR,
            )  # fmt: skip
            points.append(
                f"{span_text(base)} {format_change(value)} ({format_interval(low, high)})"
            )
        axes.axvline(0, color=drawing.INK, linewidth=0.8, zorder=1)
        axes.margins(x=EDGE_MARGIN)
        format_x_axis(axes, 1)
        axes.tick_params(axis="x", labelsize=SMALL_NAME)
        name_rows([axes], names, SMALL_NAME)
        write_effect_title(axes, outcome)
        sentences.append(f"{outcome_name(outcome)}: {'; '.join(points)}.")
    alt = source.say("alt.bases", values=" ".join(sentences))
    return ReportFigure("figures/bases.svg", alt, figure=figure)


# --- one area left out at a time ------------------------------------------------------------------


def left_out_rows(source: Source, design: str, outcome: str) -> pd.DataFrame:
    """The headline's rows with an area or maakunta left out, ``left_out`` naming it."""
    choices = {
        name: choice
        for name, choice in headline_choices(source, design).items()
        if name not in ("sample", "outcome")
    }
    rows = effects(source, outcome=outcome, **choices)
    rows = rows[rows["sample"].str.startswith(LEAVE_OUT)]
    named = rows.assign(left_out=rows["sample"].str.removeprefix(LEAVE_OUT))
    return named.sort_values("left_out", ignore_index=True)


def left_out_name(source: Source, code: str) -> str:
    """Who is left out: a trial area in a word or two, else the area's name."""
    if "trial_area_facts" not in source.results.frames:
        return source.name(code)
    facts = source.results.frame("trial_area_facts").set_index("area_code")["trial_area"]
    return str(facts[code]) if code in facts.index else source.name(code)


@house_style()
def leave_out_chart(source: Source) -> ReportFigure:
    """Draw all trials' effects with each trial area left out, the whole sample's as a line."""
    frames = {name: left_out_rows(source, ALL_TRIALS, name) for name in JOINT_OUTCOMES}
    codes = list(frames[UNEMPLOYMENT]["left_out"])
    names = [left_out_name(source, code) for code in codes]
    height = LEFT_OUT_ROW * len(names) + LEFT_OUT_AROUND
    layout = PanelLayout(3, above=TITLE_ROOM, one_scale=True)
    figure, panels = panels_of(source, height, 3, layout, names_width(names, ROW_NAME))
    sentences = []
    for axes, outcome in zip(panels, JOINT_OUTCOMES, strict=True):
        rows = frames[outcome].set_index("left_out").reindex(codes)
        reach = [rows["estimate"] - rows["ci_low"], rows["ci_high"] - rows["estimate"]]
        axes.errorbar(
            rows["estimate"], range(len(codes)), xerr=reach, fmt="o", color=TRIALS_COLOUR,
            markersize=3, elinewidth=1.0,
        )  # fmt: skip
        axes.axvline(0, color=drawing.INK, linewidth=0.8, zorder=1)
        whole = specification(source, ALL_TRIALS, outcome)
        if whole is not None:
            axes.axvline(
                float(whole["estimate"]), color=TRIALS_COLOUR, linewidth=0.8,
                linestyle=(0, (2, 2)), zorder=1,
            )  # fmt: skip
        format_x_axis(axes, 1)
        axes.margins(x=EDGE_MARGIN)
        axes.tick_params(axis="x", labelsize=ROW_NAME)
        write_effect_title(axes, outcome)
        estimates = rows["estimate"]
        low, high = str(estimates.idxmin()), str(estimates.idxmax())
        sentences.append(
            report_text(
                "alt.left_out",
                outcome=outcome_name(outcome),
                low=format_change(float(estimates.min())),
                low_name=left_out_name(source, low),
                high=format_change(float(estimates.max())),
                high_name=left_out_name(source, high),
            )
        )
    name_rows(panels, names, ROW_NAME)
    alt = report_text("alt.leave_out", values=" ".join(sentences))
    return ReportFigure("figures/leave-out.svg", alt, figure=figure)
