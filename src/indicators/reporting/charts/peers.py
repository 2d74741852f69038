"""An area among its peers: funnel plots, intervals of ranks, dots in order of size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FixedLocator, NullLocator

from indicators.benchmarking import funnel as limits
from indicators.benchmarking.peers import ALL, COUNTRY, SIMILAR, Comparison
from indicators.benchmarking.shares import MEASURES
from indicators.reporting.charts import drawing
from indicators.reporting.charts.axes import (
    EndName,
    end_names_width,
    name_line_ends,
    number_formatter,
    number_locator,
)
from indicators.reporting.charts.drawing import (
    NAME,
    SMALL,
    WIDE,
    Box,
    PanelAxes,
    add_panel,
    blank_figure,
    house_style,
    text_width,
)
from indicators.reporting.charts.series import DrawnFigure
from indicators.reporting.charts.small_multiples import fold_title
from indicators.reporting.context import SUPPRESSED, Context
from indicators.reporting.files import FONTS
from indicators.reporting.wording import keep_last_word

# Points of a panel of a funnel, of what stands above and below it, and beside it.
FUNNEL_HIGH, TITLE_ROOM, SIZES_ROOM, NUMBERS_ROOM = 118.0, 32.0, 40.0, 28.0
# Points of an area's row, and of title and numbers around the rows of a panel.
ROW_HIGH, RANKED_ABOVE, RANKED_BELOW = 13.0, 46.0, 22.0
# Likewise of the rows of ranks, and between the country's name and a panel's title.
RANK_HIGH, RANKS_ABOVE, RANKS_BELOW, COUNTRY_ABOVE = 18.0, 8.0, 20.0, 17.0
PANEL_GAP, TITLE_PAD, AT_RIGHT, RANKED_RIGHT = 14.0, 6.5, 4.0, 6.0
# With more panels they stand three side by side.
MOST_IN_TWO = 6
# Areas that are not named, and their ranges.
OTHERS, COUNTRY_COLOUR = "#9aa5b1", drawing.DARK_ORANGE
DOT, OWN_DOT, RING = 2.6, 6.0, 4.2
# What stands above the highest dot, as a share of the panel.
HEADROOM = 1.08
# Areas that the ends of a range differ less in than this share of a panel have no stroke.
LEAST_STROKE = 0.004
CURVE_POINTS, FEW_SIZES = 60, 3
# A name this near to a panel's edge, as a share of its width, stands beside the middle of its line.
NEAR_EDGE = 0.25
# Sides of a dot where its name may stand, right and up, and points between the two.
NAME_SIDES = ((0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1), (1, 0), (-1, 0))
NAME_OFFSET = 5.0
# Kinds whose names say what they are.
KINDS_IN_NAMES = ("employment_area", "trial_area", "subregion", "ely", "evk")
# What the sizes of a measure, or of a base, count.
SIZES = {
    "unemployment_share": "of_labour_force",
    "activation_rate": "of_extended",
    "denominator": "of_labour_force",
    "numerator": "of_unemployed",
}


def measure_name(context: Context, measure: str) -> str:
    """What is compared, in words."""
    return context.translator(f"peers.measure_{measure}")


def short_name(context: Context, comparison: Comparison, code: str) -> str:
    """An area's name without what its kind is called, which all have in common."""
    name = context.area_name(code)
    if comparison.kind not in KINDS_IN_NAMES:
        return name
    word = context.translator(f"peers.word_{comparison.kind}")
    return name.removesuffix(f" {word}").removeprefix(f"{word} ")


def country_value(context: Context, comparison: Comparison, measure: str) -> float:
    """The whole country's share in percent, NaN where it is not known."""
    return float(comparison.row(measure, COUNTRY, context.country)["value"])


def measures_compared(comparison: Comparison) -> list[str]:
    """What is compared, in the order of the page."""
    return list(dict.fromkeys(comparison.table["measure"]))


def value_text(context: Context, row: Mapping[str, Any]) -> str:
    """A value with its range, or the range alone of a hidden one, or why there is none."""
    translator = context.translator
    if isnan(row["value"]) and isnan(row["low"]):
        return context.formatter.status(str(row["status"]))
    if isnan(row["low"]):
        return translator.percent(row["value"])
    between = range_text(context, row["low"], row["high"])
    if isnan(row["value"]):
        return translator("peers.hidden_value", range=translator.with_percent_sign(between))
    if translator.number(row["low"], 1) == translator.number(row["high"], 1):
        return translator.percent(row["value"])
    return translator("common.about", value=translator.percent(row["value"]), range=between)


def range_text(context: Context, low: float, high: float, decimals: int = 1) -> str:
    """Two numbers with a dash between them, never broken over lines."""
    first, last = (context.translator.number(value, decimals) for value in (low, high))
    return f"{first}\N{WORD JOINER}–\N{WORD JOINER}{last}"


# Funnels.


@house_style()
def funnel_chart(context: Context, comparison: Comparison, file: str) -> DrawnFigure:
    """Draw a funnel plot of each measure that has limits."""
    measures = [name for name in measures_compared(comparison) if name in comparison.funnels]
    room = _Room(TITLE_ROOM, FUNNEL_HIGH, SIZES_ROOM, NUMBERS_ROOM)
    figure, panels = _panels(context, measures, room)
    for axes, measure in zip(panels, measures, strict=True):
        _draw_funnel(context, axes, comparison, measure)
    return _finished(comparison, file, _funnel_alt(context, comparison, measures), figure)


@dataclass(frozen=True, slots=True)
class _Room:
    """Points of a panel and around it: above, of and below it, at its sides, under its title."""

    above: float
    high: float
    below: float
    left: float
    right: float = 0.0
    pad: float = TITLE_PAD

    @property
    def row(self) -> float:
        """Points of a row of panels."""
        return self.above + self.high + self.below


def _panels(
    context: Context, measures: Sequence[str], room: _Room
) -> tuple[Figure, list[PanelAxes]]:
    """Panels with their titles, a measure each."""
    columns = min(2 if len(measures) <= MOST_IN_TWO else 3, len(measures))
    rows = -(-len(measures) // columns)
    figure = blank_figure(context.settings.root / FONTS, rows * room.row)
    wide = (WIDE - AT_RIGHT - PANEL_GAP * (columns - 1)) / columns
    panels = []
    for number, measure in enumerate(measures):
        down, across = divmod(number, columns)
        begin, top = across * (wide + PANEL_GAP), down * room.row + room.above
        box = Box(begin + room.left, top, begin + wide - room.right, top + room.high)
        axes = add_panel(figure, box)
        title = fold_title(keep_last_word(measure_name(context, measure)), wide - room.left)
        axes.set_title(title, pad=room.pad)
        panels.append(axes)
    return figure, panels


def _draw_funnel(context: Context, axes: PanelAxes, comparison: Comparison, measure: str) -> None:
    table, fitted = comparison.table, comparison.funnels[measure]
    rows = table[(table["measure"] == measure) & (table["comparison"] == ALL)]
    rows = rows[rows["z"].notna()]
    sizes = rows["denominator"].to_numpy(float)
    country = country_value(context, comparison, measure)
    least, most = sizes.min() / 1.15, sizes.max() * 1.15
    widest = 100 * float(fitted.limits(most, limits.LEVELS[-1])[1])
    top = HEADROOM * np.nanmax([*rows[["value", "high"]].max(), country, widest])
    names = _draw_limits(context, axes, comparison, measure, (least, most))
    axes.set_xscale("log")
    axes.set(xlim=(least, most), ylim=(0, top))
    _make_room(axes, names)
    _set_sizes(context, axes, measure)
    axes.yaxis.set_major_locator(number_locator())
    axes.yaxis.set_major_formatter(number_formatter(context.translator))
    _draw_strokes(axes, rows, top)
    similar = rows["area"].isin(comparison.similar)
    own = rows["area"] == comparison.area
    dots: dict[str, Any] = {"linestyle": "none", "markeredgewidth": 0, "marker": "o"}
    axes.plot(sizes, rows["value"], markersize=DOT, color=OTHERS, zorder=2, **dots)
    axes.plot(
        sizes[similar], rows.loc[similar, "value"], markersize=RING, zorder=3, linestyle="none",
        marker="o", markerfacecolor="white", markeredgecolor=drawing.BLUE, markeredgewidth=1.1,
    )  # fmt: skip
    axes.plot(
        sizes[own], rows.loc[own, "value"], markersize=OWN_DOT, color=drawing.NAVY, zorder=4, **dots
    )
    name_line_ends(axes, names)
    if own.any():
        name = short_name(context, comparison, comparison.area)
        _name_own(axes, name, comparison.row(measure), rows[~own], top)


def _draw_limits(
    context: Context,
    axes: PanelAxes,
    comparison: Comparison,
    measure: str,
    ends: tuple[float, float],
) -> list[EndName]:
    """The lines of a funnel; the names of the upper ones, whose lower ones are alike."""
    fitted, translator = comparison.funnels[measure], context.translator
    across = np.geomspace(*ends, CURVE_POINTS)
    names = []
    for level, dashes in zip(limits.LEVELS, ((0, (4, 2)), "-"), strict=True):
        low, high = fitted.limits(across, level)
        for line in (100 * low, 100 * high):
            axes.plot(across, line, color=drawing.GREY, linewidth=1.0, linestyle=dashes, zorder=1)
        text = translator("peers.level", level=_level_text(context, level))
        names.append(EndName(text, 100 * float(high[-1]), drawing.QUIET))
    centre = 100 * fitted.centre
    axes.axhline(centre, color=drawing.GREY, linewidth=0.8, zorder=1)
    text = f"{translator('peers.typical')} {translator.number(centre, 1)}"
    names.append(EndName(text, centre, drawing.QUIET))
    country = country_value(context, comparison, measure)
    if not isnan(country):
        axes.axhline(
            country, color=COUNTRY_COLOUR, linewidth=1.3, linestyle=(0, (1, 1.6)), zorder=1.5
        )
        text = f"{translator('peers.country')} {translator.number(country, 1)}"
        names.append(EndName(text, country, COUNTRY_COLOUR))
    return names


def _level_text(context: Context, level: float) -> str:
    decimals = 0 if round(100 * level, 6).is_integer() else 1
    return context.translator.number(100 * level, decimals)


def _make_room(axes: PanelAxes, names: Sequence[EndName]) -> None:
    """Narrow a panel by what the names at its right take."""
    box, figure = drawing.box_of(axes), axes.get_figure(root=True)
    assert figure is not None
    wide, _ = drawing.figure_size(figure)
    place = axes.get_position()
    room = end_names_width(names) / wide
    axes.set_position((place.x0, place.y0, (box.right - box.left) / wide - room, place.height))


def _set_sizes(context: Context, axes: PanelAxes, measure: str) -> None:
    """Powers of ten along the bottom, where these are few their triples too; what they count."""
    least, most = axes.get_xlim()
    powers = [10.0**power for power in range(9) if least <= 10.0**power <= most]
    if len(powers) < FEW_SIZES:
        triples = [3 * 10.0**power for power in range(9) if least <= 3 * 10.0**power <= most]
        powers = sorted([*powers, *triples])
    axes.xaxis.set_major_locator(FixedLocator(powers))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(lambda value, _: context.translator.number(value))
    base = next(item.base for item in MEASURES if item.id == measure)
    key = SIZES.get(measure) or SIZES.get(base, "of_denominator")
    axes.set_xlabel(context.translator(f"peers.{key}"), fontsize=SMALL, color=drawing.QUIET)


def _draw_strokes(axes: PanelAxes, rows: pd.DataFrame, top: float) -> None:
    wide = rows[rows["high"] - rows["low"] > LEAST_STROKE * top]
    axes.vlines(
        wide["denominator"], wide["low"], wide["high"], colors=OTHERS, linewidth=1.0, zorder=1.8
    )


def _name_own(
    axes: PanelAxes, text: str, row: Mapping[str, Any], others: pd.DataFrame, top: float
) -> None:
    """The area's name beside its dot, on the side where it covers the fewest other dots."""
    box, (least, most) = drawing.box_of(axes), np.log10(axes.get_xlim())
    wide, high = box.right - box.left, box.bottom - box.top
    middle = row["value"] if not isnan(row["value"]) else (row["low"] + row["high"]) / 2
    size = text_width(text, NAME, bold=True)

    def place(sizes: Any, values: Any) -> tuple[Any, Any]:
        return (np.log10(sizes) - least) / (most - least) * wide, values / top * high

    along, up = place(row["denominator"], middle)
    across, above = place(others["denominator"].to_numpy(float), others["value"].to_numpy(float))
    covered = [
        _covered(side, size, (along, up), (across, above), (wide, high)) for side in NAME_SIDES
    ]
    best = NAME_SIDES[covered.index(min(covered))]
    axes.annotate(
        text, (row["denominator"], middle), xytext=(best[0] * NAME_OFFSET, best[1] * NAME_OFFSET),
        textcoords="offset points", ha=("right", "center", "left")[best[0] + 1],
        va=("top", "center", "bottom")[best[1] + 1], fontsize=NAME, weight="semibold",
        color=drawing.NAVY, annotation_clip=False, zorder=2.5,
        path_effects=[withStroke(linewidth=2.5, foreground="white")],
    )  # fmt: skip


def _covered(
    side: tuple[int, int],
    size: float,
    own: tuple[float, float],
    others: tuple[Any, Any],
    panel: tuple[float, float],
) -> int:
    """How many dots a name at a side of its own covers; very many where it leaves the panel."""
    left = own[0] + side[0] * NAME_OFFSET - size * (1 - side[0]) / 2
    low = own[1] + side[1] * NAME_OFFSET - NAME * (1 - side[1]) / 2
    inside = left >= 0 and left + size <= panel[0] and low >= 0 and low + NAME <= panel[1]
    covered = (others[0] > left - DOT) & (others[0] < left + size + DOT)
    covered &= (others[1] > low - DOT) & (others[1] < low + NAME + DOT)
    return int(covered.sum()) + (0 if inside else 10_000)


def _funnel_alt(context: Context, comparison: Comparison, measures: Sequence[str]) -> str:
    return context.translator(
        "peers.alt_funnel",
        count=str(len(measures)),
        month=context.translator.month(comparison.month),
        series=" ".join(_funnel_panel_alt(context, comparison, name) for name in measures),
    )


def _funnel_panel_alt(context: Context, comparison: Comparison, measure: str) -> str:
    table, row = comparison.table, comparison.row(measure)
    of_all = table[(table["measure"] == measure) & (table["comparison"] == ALL)]
    known = {
        "name": measure_name(context, measure),
        "areas": str(int(of_all["z"].notna().sum())),
        "outside": str(int(of_all["position"].isin(["beyond_low", "beyond_high"]).sum())),
        "area": context.area_name(comparison.area),
        "value": value_text(context, row),
        "country": context.translator.number(country_value(context, comparison, measure), 1),
    }
    if isnan(row["low_95"]):
        return context.translator("peers.alt_funnel_alone", **known)
    between = range_text(context, row["low_95"], row["high_95"])
    return context.translator("peers.alt_funnel_panel", limits_95=between, **known)


# Ranks among all areas.


@house_style()
def ranks_chart(context: Context, comparison: Comparison, file: str) -> DrawnFigure:
    """Draw the area's interval of ranks among all areas, a row a measure."""
    rows = ranked_measures(comparison)
    names = [keep_last_word(measure_name(context, measure)) for measure, _ in rows]
    names = [name.split(",")[0] for name in names]
    texts = [rank_text(context, row) for _, row in rows]
    left = max(text_width(name, NAME) for name in names) + 8
    right = max(text_width(text, NAME, bold=True) for text in texts) + 8
    bottom = RANKS_ABOVE + RANK_HIGH * len(rows)
    figure = blank_figure(context.settings.root / FONTS, bottom + RANKS_BELOW)
    axes = add_panel(figure, Box(left, RANKS_ABOVE, WIDE - right, bottom))
    for place, ((_, row), text) in enumerate(zip(rows, texts, strict=True)):
        first, last = (row["rank_low"] - 1) / row["ranked"], row["rank_high"] / row["ranked"]
        axes.hlines(place, 0, 1, colors=drawing.PALE, linewidth=7, zorder=1)
        axes.hlines(place, first, last, colors=drawing.NAVY, linewidth=7, zorder=2)
        axes.annotate(
            text, (1, place), xytext=(6, 0), textcoords="offset points", va="center",
            fontsize=NAME, weight="semibold", color=drawing.NAVY, annotation_clip=False,
        )  # fmt: skip
    axes.axvline(0.5, color=drawing.AXIS, linewidth=0.8, zorder=1.5)
    axes.set(xlim=(0, 1), ylim=(len(rows) - 0.5, -0.5))
    words = [context.translator(f"peers.{name}") for name in ("smallest", "middle", "largest")]
    axes.set_xticks([0, 0.5, 1], words)
    first, _, last = axes.get_xticklabels()
    first.set_horizontalalignment("left")
    last.set_horizontalalignment("right")
    axes.set_yticks(range(len(rows)), names)
    axes.grid(visible=False)
    axes.spines["bottom"].set_visible(False)
    axes.tick_params(axis="x", length=0)
    series = "; ".join(f"{name} {text}" for name, text in zip(names, texts, strict=True))
    alt = context.translator(
        "peers.alt_ranks",
        area=context.area_name(comparison.area),
        month=context.translator.month(comparison.month),
        series=series,
    )
    return _finished(comparison, file, alt, figure)


def ranked_measures(comparison: Comparison) -> list[tuple[str, Mapping[str, Any]]]:
    """Measures that the area has an interval of ranks in among all areas, each with its row."""
    rows = [(measure, comparison.row(measure)) for measure in measures_compared(comparison)]
    return [(measure, row) for measure, row in rows if not isnan(row["rank_low"])]


def rank_text(context: Context, row: Mapping[str, Any]) -> str:
    """The first and last rank, and of how many."""
    rank, ranked = rank_texts(row)
    return context.translator("peers.rank_of", rank=rank, ranked=ranked)


def rank_texts(row: Mapping[str, Any]) -> tuple[str, str]:
    """The rank or ranks that an area may have, and of how many."""
    first, last = int(row["rank_low"]), int(row["rank_high"])
    rank = str(first) if first == last else f"{first}\N{WORD JOINER}–\N{WORD JOINER}{last}"
    return rank, str(int(row["ranked"]))


# Dots in order of size.


@house_style()
def ranked_chart(context: Context, comparison: Comparison, file: str) -> DrawnFigure:
    """Draw the area and the similar ones in order of each measure."""
    measures = measures_compared(comparison)
    codes = (comparison.area, *comparison.similar)
    names = [short_name(context, comparison, code) for code in codes]
    left = max(text_width(name, NAME, bold=True) for name in names) + 8
    high = ROW_HIGH * (len(comparison.similar) + 1)
    room = _Room(RANKED_ABOVE, high, RANKED_BELOW, left, RANKED_RIGHT, COUNTRY_ABOVE)
    figure, panels = _panels(context, measures, room)
    for axes, measure in zip(panels, measures, strict=True):
        _draw_ranked(context, axes, comparison, measure)
    return _finished(comparison, file, _ranked_alt(context, comparison, measures), figure)


def ranked_rows(comparison: Comparison, measure: str) -> pd.DataFrame:
    """The area and the similar ones, the largest share first, those without one last."""
    table = comparison.table
    rows = table[(table["measure"] == measure) & (table["comparison"] == SIMILAR)]
    middle = rows["value"].fillna((rows["low"] + rows["high"]) / 2)
    return rows.assign(middle=middle).sort_values(
        ["middle", "area"], ascending=[False, True], na_position="last"
    )


def _draw_ranked(context: Context, axes: PanelAxes, comparison: Comparison, measure: str) -> None:
    rows, country = ranked_rows(comparison, measure), country_value(context, comparison, measure)
    places = np.arange(len(rows))
    low = rows["low"].fillna(rows["value"]).to_numpy(float)
    high = rows["high"].fillna(rows["value"]).to_numpy(float)
    sizes = rows["denominator"].to_numpy(float)
    own = (rows["area"] == comparison.area).to_numpy()
    colours = [drawing.NAVY if is_own else drawing.BLUE for is_own in own]
    sized = np.nan_to_num(sizes) > 0
    least, most = limits.chance_interval(low / 100, high / 100, np.where(sized, sizes, np.nan))
    axes.hlines(places, 100 * least, 100 * most, colors=colours, linewidth=1.1)
    axes.hlines(places, low, high, colors=colours, linewidth=3.4, alpha=0.55)
    axes.scatter(rows["value"], places, s=np.where(own, 34, 20), c=colours, zorder=3, linewidth=0)
    for place, (value, status) in enumerate(zip(low, rows["status"], strict=True)):
        if isnan(value):
            _write_missing(context, axes, place, str(status))
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.margins(x=0.06)
    if not isnan(country):
        _draw_country(context, axes, country)
    axes.xaxis.set_major_locator(number_locator())
    axes.xaxis.set_major_formatter(number_formatter(context.translator))
    axes.grid(visible=False, axis="y")
    axes.set_yticks(places, [short_name(context, comparison, code) for code in rows["area"]])
    for tick, is_own in zip(axes.get_yticklabels(), own, strict=True):
        if is_own:
            tick.set(weight="semibold", color=drawing.NAVY)


def _draw_country(context: Context, axes: PanelAxes, country: float) -> None:
    """A line at the whole country's share, named above the panel."""
    axes.axvline(country, color=COUNTRY_COLOUR, linewidth=1.3, linestyle=(0, (1, 1.6)), zorder=1)
    least, most = axes.get_xlim()
    along = (country - least) / (most - least)
    side = "left" if along < NEAR_EDGE else "right" if along > 1 - NEAR_EDGE else "center"
    text = f"{context.translator('peers.country')} {context.translator.number(country, 1)}"
    axes.annotate(
        text, (country, 1), xycoords=axes.get_xaxis_transform(), xytext=(0, 3),
        textcoords="offset points", ha=side, va="bottom", fontsize=SMALL, weight="semibold",
        color=COUNTRY_COLOUR, annotation_clip=False,
    )  # fmt: skip


def _write_missing(context: Context, axes: PanelAxes, place: int, status: str) -> None:
    word = context.formatter.status(status if status != "normal" else SUPPRESSED)
    axes.annotate(
        word, (0, place), xycoords=axes.get_yaxis_transform(), xytext=(3, 0),
        textcoords="offset points", va="center", fontsize=SMALL, color=drawing.QUIET,
    )  # fmt: skip


def _ranked_alt(context: Context, comparison: Comparison, measures: Sequence[str]) -> str:
    def panel(measure: str) -> str:
        codes = ranked_rows(comparison, measure)["area"]
        values = "; ".join(
            f"{short_name(context, comparison, code)} "
            f"{value_text(context, comparison.row(measure, SIMILAR, code))}"
            for code in codes
        )
        country = context.translator.number(country_value(context, comparison, measure), 1)
        name = measure_name(context, measure)
        return context.translator(
            "peers.alt_ranked_panel", name=name, values=values, country=country
        )

    return context.translator(
        "peers.alt_ranked",
        count=str(len(measures)),
        month=context.translator.month(comparison.month),
        series=" ".join(map(panel, measures)),
    )


def _finished(comparison: Comparison, file: str, alt: str, figure: Figure) -> DrawnFigure:
    table = comparison.table
    has_hidden = bool((table["status"] == SUPPRESSED).any())
    month = comparison.month
    return DrawnFigure(file, alt, month, month, [], has_hidden=has_hidden, figure=figure)
