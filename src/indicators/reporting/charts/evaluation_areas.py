"""Figures of trial areas: where they lie, as tiles, and the effect of each, shrunken too."""

from __future__ import annotations

import pandas as pd
from matplotlib.patches import Rectangle

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
    TITLE_ROOM,
    TRIALS_COLOUR,
    format_x_axis,
    name_rows,
    names_width,
    panels_of,
    write_effect_title,
)
from indicators.reporting.evaluation_source import (
    JOINT_OUTCOMES,
    Source,
    format_change,
    format_count,
    outcome_name,
    report_text,
)
from indicators.reporting.evaluation_specifications import EQUAL, at_the_start
from indicators.reporting.files import FONTS

AREA_ROW, AREAS_AROUND, AREA_NAME = 14.0, 52.0, 7.0
TILE_HIGH, TILE_GAP, TILE_NAME, LEAST_TILE_NAME = 26.0, 0.06, 6.5, 4.5
TRIAL_TILE, OWN_TILE = "#f3dfb8", drawing.NAVY


def area_rows(source: Source, outcome: str) -> pd.DataFrame:
    """Effects by area of an outcome, each municipality counting once, base at the start."""
    rows = source.results.frame(
        "trial_areas", outcome=outcome, weights=EQUAL, base=at_the_start(source)
    )
    return rows.sort_values("trial_area", ignore_index=True)


@house_style()
def areas_chart(source: Source) -> ReportFigure:
    """Draw each area's estimate with its interval, and the shrunken one as a diamond."""
    frames = {name: area_rows(source, name) for name in JOINT_OUTCOMES}
    codes = list(frames[JOINT_OUTCOMES[0]]["trial_area"])
    names = [source.name(code) for code in codes]
    height = AREA_ROW * len(names) + AREAS_AROUND
    layout = PanelLayout(3, above=TITLE_ROOM, one_scale=True)
    figure, panels = panels_of(source, height, 3, layout, names_width(names, AREA_NAME))
    sentences = []
    for axes, outcome in zip(panels, JOINT_OUTCOMES, strict=True):
        rows = frames[outcome]
        reach = [rows["estimate"] - rows["ci_low"], rows["ci_high"] - rows["estimate"]]
        axes.errorbar(
            rows["estimate"], rows.index, xerr=reach, fmt="o", color="#b98a34", markersize=3,
            elinewidth=0.9,
        )  # fmt: skip
        axes.plot(
            rows["shrunken"], rows.index, "D", color=drawing.NAVY, markersize=3.4, zorder=4
        )  # fmt: skip
        axes.axvline(0, color=drawing.INK, linewidth=0.8, zorder=1)
        axes.margins(x=EDGE_MARGIN)
        format_x_axis(axes, 1)
        axes.tick_params(axis="x", labelsize=AREA_NAME)
        write_effect_title(axes, outcome)
        clear = (rows["ci_low"] > 0) | (rows["ci_high"] < 0)
        sentences.append(
            report_text(
                "alt.areas_one",
                outcome=outcome_name(outcome),
                low=format_change(float(rows["shrunken"].min())),
                high=format_change(float(rows["shrunken"].max())),
                clear=format_count(int(clear.sum())),
            )
        )
    name_rows(panels, names, AREA_NAME)
    alt = report_text("alt.areas", count=format_count(len(codes)), values=" ".join(sentences))
    return ReportFigure("figures/trial-areas.svg", alt, figure=figure)


# --- where they lie -------------------------------------------------------------------------------


@house_style()
def tiles_chart(source: Source) -> ReportFigure:
    """Draw maakunnat and trial areas as tiles, from west to east and from north to south."""
    tiles = source.results.frame("area_tiles")
    columns, rows = int(tiles["column"].max()) + 1, int(tiles["row"].max()) + 1
    height = rows * TILE_HIGH + 4
    figure = blank_figure(source.settings.root / FONTS, height)
    axes = add_panel(figure, Box(2, 2, drawing.WIDE - 2, height - 2))
    own = source.areas.trial_area(source.members[0].removeprefix("KU"), source.settings.trial.start)
    wide = (drawing.WIDE - 4) / columns
    drawn: list[str] = []
    for tile in tiles.to_dict("records"):
        is_trial, name = tile["kind"] == "trial_area", str(tile["name"])
        is_own = is_trial and own is not None and name.startswith(own.trial_area)
        colour = OWN_TILE if is_own else TRIAL_TILE if is_trial else drawing.PALE
        axes.add_patch(
            Rectangle(
                (tile["column"] + TILE_GAP / 2, tile["row"] + TILE_GAP / 2),
                1 - TILE_GAP, 1 - TILE_GAP, facecolor=colour,
                edgecolor=TRIALS_COLOUR if is_trial else "none", linewidth=0.7,
            )
        )  # fmt: skip
        shown = _folded(name, wide - 5)
        room = min(1.0, (wide - 5) / text_width(shown, TILE_NAME, bold=is_trial))
        axes.text(
            tile["column"] + 0.5, tile["row"] + 0.5, shown, ha="center", va="center",
            fontsize=max(LEAST_TILE_NAME, TILE_NAME * room), linespacing=0.95,
            color="white" if is_own else drawing.INK,
            weight="semibold" if is_trial else "normal",
        )  # fmt: skip
        drawn += [name] if is_trial else []
    axes.set_xlim(0, columns)
    axes.set_ylim(rows, 0)
    axes.set_axis_off()
    alt = source.say("alt.tiles", count=format_count(len(drawn)), names=", ".join(drawn))
    return ReportFigure("figures/area-tiles.svg", alt, figure=figure)


def _folded(name: str, wide: float) -> str:
    """A name on two lines where one is too long for it."""
    if text_width(name, TILE_NAME) <= wide:
        return name
    return name.replace("-", "-\n", 1) if "-" in name else name.replace(" ", "\n", 1)
