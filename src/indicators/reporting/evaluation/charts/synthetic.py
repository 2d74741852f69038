"""The region beside its synthetic twin, and the gap among those of all donors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from indicators.evaluation.study.plan import WINDOWS
from indicators.reporting.charts import style
from indicators.reporting.evaluation.charts import base, look
from indicators.reporting.evaluation.charts.base import CLOUD, REGION, Drawn
from indicators.reporting.evaluation.numbers import change, number
from indicators.reporting.evaluation.source import TOGETHER, Source, outcome
from indicators.reporting.evaluation.wording import say

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Donors whose fit before is worse than so many times the region's are not drawn: their gaps
#: say nothing of what a good fit leaves.
WORST_FIT = 5.0


def synthetic_chart(source: Source) -> Drawn:
    """Draw levels on the left and gaps on the right, an outcome a row."""
    figure, panels = look.panels(3, 2, 6.6, sharex=False)
    sentences = []
    for row, name in enumerate(TOGETHER):
        window = _window(name)
        gaps = source.results.frame("gaps", window=window, outcome=name)
        _levels(panels[2 * row], gaps, name)
        _gaps(panels[2 * row + 1], source, gaps, name, window)
        main = source.results.row("synthetic", window=window, outcome=name, form="main")
        sentences.append(
            say(
                "alt.synthetic_one",
                outcome=outcome(name),
                gap=change(float(main["estimate"])),
                fit=number(float(main["rmspe_before"])),
            )
        )
    labels = [source.name(source.group), say("common.synthetic")]
    figure.legend(
        panels[0].lines[:2], labels, frameon=False, fontsize=8.5, ncols=2,
        loc="outside upper left",
    )  # fmt: skip
    return base.save(figure, "synthetic", source.say("alt.synthetic", values=" ".join(sentences)))


def _window(name: str) -> str:
    return "agreement" if name in WINDOWS[1].outcomes else WINDOWS[0].id


def _levels(axes: Axes, gaps: pd.DataFrame, name: str) -> None:
    axes.plot(gaps["period"], gaps["treated"], color=REGION, linewidth=1.6)
    axes.plot(
        gaps["period"], gaps["synthetic"], color=style.DARK_GREEN, linewidth=1.3,
        linestyle=(0, (4, 1.5)),
    )  # fmt: skip
    _time(axes)
    base.numbers_up(axes)
    base.level_title(axes, name)


def _gaps(axes: Axes, source: Source, gaps: pd.DataFrame, name: str, window: str) -> None:
    labels = {"window": window, "outcome": name}
    placebos = source.results.frame("synthetic_placebos", **labels).set_index("unit")
    region_rmspe = float(placebos.loc[placebos["treated"], "rmspe_before"].iloc[0])
    good = placebos.index[
        (placebos["rmspe_before"] <= WORST_FIT * region_rmspe) & ~placebos["treated"]
    ]
    clouds = source.results.frame("synthetic_clouds", **labels)
    for _, rows in clouds[clouds["unit"].isin(good)].groupby("unit"):
        axes.plot(rows["period"], rows["gap"], color=CLOUD, linewidth=0.6)
    axes.plot(gaps["period"], gaps["gap"], color=REGION, linewidth=1.6)
    base.zero_line(axes)
    _time(axes)
    base.numbers_up(axes, 1)
    axes.set_title(say("charts.gap"), fontsize=9)


def _time(axes: Axes) -> None:
    """Years along the bottom; the months left out are not on the axis."""
    axes.axvline(-0.5, color=style.GREY, linewidth=0.8, linestyle=(0, (2, 2)))
    low, high = axes.get_xlim()
    # January of 2017–2020 lies 38, 26, 14 and 2 months before the window left out.
    ticks = {-38: "2017", -26: "2018", -14: "2019", -2: "2020", 10: "2022", 22: "2023"}
    shown = {place: text for place, text in ticks.items() if low <= place <= high}
    axes.set_xticks(list(shown), list(shown.values()))
