"""The unemployment share: the trial's area beside the country, and each municipality."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from indicators.reporting.charts import marks, panel, style
from indicators.reporting.charts.alt import describe
from indicators.reporting.charts.panel import Drawn
from indicators.reporting.context import Context

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INDICATOR = QUANTITY = "unemployment_share"
# Small panels have room for so many years; the large one shows all.
PANEL_YEARS, COLUMNS = 8, 3
COUNTRY: dict[str, Any] = {"color": style.GREY, "linewidth": 1.0, "linestyle": (0, (3, 2))}
GROUP: dict[str, Any] = {"color": style.BLUE, "linewidth": 1.0}


def share_chart(context: Context, file: str) -> Drawn:
    """Draw the group's and the country's share with their trends."""
    lines = {
        style.NAVY: panel.line(context, QUANTITY, context.group),
        style.GREY: panel.line(context, QUANTITY, context.country),
    }
    figure, [axes] = style.panels(1, 1, 3.3)
    trends = [panel.draw_with_trend(context, axes, one, colour) for colour, one in lines.items()]
    index = lines[style.NAVY].values.index
    breaks = panel.breaks_in(context, index, INDICATOR)
    panel.finish(context, axes, index, breaks, trial_label=True)
    names = [panel.end_name(context, one, colour) for colour, one in lines.items()]
    marks.end_names(axes, names, index[-1])
    style.save(figure, Path(file))
    alt = describe("line_chart", list(lines.values()), context.teller)
    return Drawn(file, alt, panel.month(index[0]), panel.month(index[-1]), breaks, any(trends))


def municipalities_chart(context: Context, file: str) -> Drawn:
    """Draw each municipality in a panel of its own, the group and the country behind."""
    lines = [panel.line(context, QUANTITY, one, years=PANEL_YEARS) for one in context.members]
    rows = -(-len(lines) // COLUMNS)
    figure, axes = style.panels(rows, COLUMNS, 2.0 * rows, sharey=True)
    index = lines[0].values.index
    breaks = panel.breaks_in(context, index, INDICATOR)
    group = panel.line(context, QUANTITY, context.group, years=PANEL_YEARS)
    country = panel.line(context, QUANTITY, context.country, years=PANEL_YEARS)
    for one, axis in zip(lines, axes, strict=False):
        axis.plot(country.values, **COUNTRY)
        axis.plot(group.values, **GROUP)
        axis.plot(one.values, color=style.NAVY, linewidth=1.9)
        axis.set_title(f"{one.name} {panel.newest(context, one)}", pad=19)
        panel.finish(context, axis, index, breaks, named=False)
        axis.tick_params(labelbottom=True)
    _key(axes[len(lines) :], [(group.name, GROUP), (country.name, COUNTRY)])
    style.save(figure, Path(file))
    alt = describe("small_multiples", lines, context.teller, panels=len(lines))
    return Drawn(file, alt, panel.month(index[0]), panel.month(index[-1]), breaks)


def _key(empty: Sequence[Axes], names: Sequence[tuple[str, dict[str, Any]]]) -> None:
    """Name the lines that stand behind, in the first panel left over."""
    for axis in empty:
        axis.set_axis_off()
    for axis in empty[:1]:
        for number, (name, look) in enumerate(names):
            height = 0.72 - 0.2 * number
            axis.plot([0.05, 0.25], [height, height], transform=axis.transAxes, **look)
            axis.text(
                0.3, height, name, transform=axis.transAxes, va="center", fontsize=8.5,
                color=look["color"], fontweight="semibold",
            )  # fmt: skip
