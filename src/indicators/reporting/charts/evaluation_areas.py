"""Figures of trial areas: where they lie, as tiles, and the effect of each, shrunken too."""

from __future__ import annotations

from typing import TYPE_CHECKING

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

if TYPE_CHECKING:
    from matplotlib.axes import Axes

AREA_ROW, AREAS_AROUND, AREA_NAME = 14.0, 52.0, 7.0
TILE_HIGH, TILE_GAP, TILE_NAME = 26.0, 0.06, 6.8
TRIAL_TILE, OWN_TILE = "#f3dfb8", drawing.NAVY


def area_rows(source: Source, outcome: str) -> pd.DataFrame:
    """Effects by area of an outcome, each municipality counting once, base at the start."""
    rows = source.results.frame(
        "trial_areas", outcome=outcome, weights=EQUAL, base=at_the_start(source)
    )
    return rows.sort_values("trial_area", ignore_index=True)


def trial_area_names(source: Source) -> dict[str, str]:
    """Trial areas in a word or two, by code: so many rows have no room for more."""
    facts = source.results.frame("trial_area_facts")
    return dict(zip(facts["area_code"].map(str), facts["trial_area"].map(str), strict=True))


@house_style()
def areas_chart(source: Source) -> ReportFigure:
    """Draw each area's estimate with its interval, and the shrunken one as a diamond."""
    frames = {name: area_rows(source, name) for name in JOINT_OUTCOMES}
    codes = list(frames[JOINT_OUTCOMES[0]]["trial_area"])
    known = trial_area_names(source)
    names = [known[code] for code in codes]
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
    """Draw maakunnat and trial areas as tiles, from west to east and from north to south.

    On the left maakunnat, those with placebo regions framed; on the right the trial areas.
    """
    tiles = source.results.frame("area_tiles")
    placebos = set(source.results.frame("placebo_regions")["region"])
    facts = source.results.frame("trial_area_facts").set_index("area_code")
    own_area = facts.index[facts["organisation"] == "agreement"]
    units = source.results.frame("units").set_index("unit")
    own = {str(units.loc[source.members[0], "region"]), *map(str, own_area)}
    names = {str(code): str(name) for code, name in facts["trial_area"].items()}
    rows = int(tiles["row"].max()) + 1
    height = TITLE_ROOM + rows * TILE_HIGH + 4
    figure = blank_figure(source.settings.root / FONTS, height)
    middle = drawing.WIDE / 2
    for kind, left, framed in (
        ("region", 2.0, placebos),
        ("trial_area", middle + 4, set(names)),
    ):
        part = tiles[tiles["kind"] == kind]
        box = Box(left, TITLE_ROOM, left + middle - 6, height - 2)
        axes = add_panel(figure, box)
        wide = (box.right - box.left) / (int(part["column"].max()) + 1)
        for tile in part.to_dict("records"):
            code = str(tile["code"])
            name = names.get(code, str(tile["name"]))
            _draw_tile(
                axes, (tile["column"], tile["row"]), name, wide, (code in framed, code in own)
            )
        axes.set_xlim(0, int(part["column"].max()) + 1)
        axes.set_ylim(rows, 0)
        axes.set_axis_off()
        axes.set_title(report_text(f"charts.tiles_{kind}"), fontsize=9, pad=TITLE_ROOM / 3)
    alt = source.say(
        "alt.tiles", count=format_count(len(names)), names=", ".join(sorted(names.values())),
        regions=", ".join(source.name(code) for code in sorted(placebos)),
    )  # fmt: skip
    return ReportFigure("figures/area-tiles.svg", alt, figure=figure)


def _draw_tile(
    axes: Axes, place: tuple[int, int], name: str, wide: float, kind: tuple[bool, bool]
) -> None:
    """A tile with its name: framed or not, of the treated region or not."""
    is_framed, is_own = kind
    colour = OWN_TILE if is_own else TRIAL_TILE if is_framed else drawing.PALE
    axes.add_patch(
        Rectangle(
            (place[0] + TILE_GAP / 2, place[1] + TILE_GAP / 2), 1 - TILE_GAP, 1 - TILE_GAP,
            facecolor=colour, edgecolor=TRIALS_COLOUR if is_framed else "none", linewidth=0.7,
        )
    )  # fmt: skip
    shown = _folded(name, wide - 4)
    room = min(1.0, (wide - 4) / text_width(shown, TILE_NAME, bold=is_own))
    axes.text(
        place[0] + 0.5, place[1] + 0.5, shown, ha="center", va="center",
        fontsize=TILE_NAME * room, linespacing=0.95, color="white" if is_own else drawing.INK,
        weight="semibold" if is_own else "normal",
    )  # fmt: skip


def _folded(name: str, wide: float) -> str:
    """A name on as many lines as it takes where one is too short for it."""
    for old, new in (("-", "-\n"), (" ", "\n")):
        if text_width(name, TILE_NAME) > wide:
            name = name.replace(old, new)
    return name
