"""The balance figure: standardised differences before COVID, a variable a row."""

from __future__ import annotations

from indicators.reporting.charts import drawing
from indicators.reporting.charts.axes import PanelLayout
from indicators.reporting.charts.drawing import ReportFigure, house_style
from indicators.reporting.charts.evaluation import (
    REGION_COLOUR,
    SMALL_NAME,
    TITLE_ROOM,
    TRIALS_COLOUR,
    format_x_axis,
    name_rows,
    names_width,
    panels_of,
    write_title,
)
from indicators.reporting.evaluation_source import Source, format_change, format_count, report_text
from indicators.reporting.evaluation_specifications import EQUAL, LABOUR_FORCE, variable_name

#: Comparisons of each panel: group in whose row the difference stands, weights, marker, filled.
BALANCE_PANELS = (
    ("balance_trials", TRIALS_COLOUR, (
        ("controls", EQUAL, "o", True), ("controls", LABOUR_FORCE, "D", False),
    )),
    ("balance_region", REGION_COLOUR, (
        ("placebo_regions", EQUAL, "o", True), ("synthetic", EQUAL, "D", False),
    )),
)  # fmt: skip
#: A standardised difference beyond which groups are called unlike (Imbens and Rubin 2015).
UNLIKE = 0.25
# Points of a row, around all rows, and of the legends below them.
ROW_HIGH, AROUND, LEGEND_HIGH = 15.0, 50.0, 20.0


@house_style()
def balance_chart(source: Source) -> ReportFigure:
    """Draw how far apart the groups were: all trials on the left, the region on the right."""
    frame = source.results.frame("balance")
    variables = list(dict.fromkeys(frame["variable"]))
    names = [variable_name(str(variable)) for variable in variables]
    height = ROW_HIGH * len(names) + AROUND + LEGEND_HIGH
    layout = PanelLayout(2, above=TITLE_ROOM + LEGEND_HIGH, one_scale=True)
    figure, panels = panels_of(source, height, 2, layout, names_width(names, SMALL_NAME))
    sentences = []
    for axes, (key, colour, comparisons) in zip(panels, BALANCE_PANELS, strict=True):
        for group, weights, marker, filled in comparisons:
            rows = frame[(frame["group"] == group) & (frame["weights"] == weights)]
            apart = rows.set_index("variable")["standardised_difference"].reindex(variables)
            label = report_text(f"charts.{key}_{group}_{weights}")
            axes.plot(
                apart, range(len(names)), marker, color=colour, markersize=5, linestyle="none",
                markerfacecolor=colour if filled else "white", label=label,
            )  # fmt: skip
            largest = str(apart.abs().idxmax())
            far = apart[apart.abs() > UNLIKE]
            sentences.append(
                report_text(
                    "alt.balance_one",
                    panel=source.say(f"charts.{key}"),
                    group=label,
                    count=format_count(len(far)),
                    largest=variable_name(largest).lower(),
                    value=format_change(float(apart[largest])),
                )
            )
        axes.axvline(0, color=drawing.INK, linewidth=0.8, zorder=1)
        for edge in (-UNLIKE, UNLIKE):
            axes.axvline(edge, color=drawing.GREY, linewidth=0.8, linestyle=(0, (2, 2)), zorder=1)
        axes.margins(x=0.08)
        format_x_axis(axes, 1)
        axes.legend(
            loc="lower left", bbox_to_anchor=(-0.02, 1.0), ncols=2, fontsize=SMALL_NAME,
            borderaxespad=0.2, handletextpad=0.1, columnspacing=0.8, frameon=False,
            labelcolor=colour,
        )  # fmt: skip
        write_title(axes, source.say(f"charts.{key}"))
        axes.set_title(axes.get_title(), fontsize=9, pad=LEGEND_HIGH)
    name_rows(panels, names, SMALL_NAME)
    return ReportFigure(
        "figures/balance.svg", source.say("alt.balance", values=" ".join(sentences)), figure=figure
    )
