"""Effects by trial-year: all trial municipalities with their errors, the region in its cloud."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from indicators.reporting.charts import style
from indicators.reporting.evaluation.charts import base, look
from indicators.reporting.evaluation.charts.base import CLOUD, REGION, Drawn
from indicators.reporting.evaluation.numbers import change, interval
from indicators.reporting.evaluation.source import TOLD, Source, outcome
from indicators.reporting.evaluation.wording import say

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def trials_chart(source: Source) -> Drawn:
    """Draw the event studies of all trial municipalities."""
    figure, panels = look.panels(2, 2, 4.6, sharex=False)
    sentences = []
    for axes, name in zip(panels, TOLD, strict=True):
        rows = source.results.frame("event_studies", outcome=name)
        reach = [rows["estimate"] - rows["ci_low"], rows["ci_high"] - rows["estimate"]]
        axes.errorbar(
            rows["event_time"], rows["estimate"], [part.fillna(0) for part in reach],
            fmt="o-", color=style.DARK_ORANGE, markersize=4, linewidth=1, elinewidth=1.6,
        )  # fmt: skip
        _finish(axes, source, name, rows["event_time"])
        sentences.append(_told(name, rows.rename(columns={"event_time": "trial_year"}), source))
    return base.save(figure, "event-studies", say("alt.event_studies", values=" ".join(sentences)))


def region_chart(source: Source) -> Drawn:
    """Draw the region's gaps within those of the placebo regions."""
    figure, panels = look.panels(2, 2, 4.6, sharex=False)
    sentences = []
    for axes, name in zip(panels, TOLD, strict=True):
        window = "agreement" if name == TOLD[0] else "first_year"
        rows = source.results.frame("region_paths", outcome=name, window=window)
        axes.fill_between(rows["trial_year"], rows["low"], rows["high"], color=CLOUD, alpha=0.6)
        axes.plot(rows["trial_year"], rows["estimate"], "o-", color=REGION, markersize=4)
        _finish(axes, source, name, rows["trial_year"])
        sentences.append(
            _told(name, rows.rename(columns={"low": "ci_low", "high": "ci_high"}), source)
        )
    return base.save(
        figure, "region-paths", source.say("alt.region_paths", values=" ".join(sentences))
    )


def _finish(axes: Axes, source: Source, name: str, years: pd.Series) -> None:
    base.zero_line(axes)
    axes.axvline(-0.5, color=style.GREY, linewidth=0.8, linestyle=(0, (2, 2)))
    axes.set_xticks(list(years))
    start = str(source.stored.manifest["plan"]["rules"]["start"])
    axes.set_xticklabels([_label(int(year), start) for year in years], fontsize=7.5, rotation=0)
    base.numbers_up(axes, 1)
    base.effect_title(axes, name)


def _label(year: int, start: str) -> str:
    # The year of COVID is left out: the years before stand one further back.
    return base.trial_year(year if year >= 0 else year - 1, start)


def _told(name: str, rows: pd.DataFrame, source: Source) -> str:
    start = str(source.stored.manifest["plan"]["rules"]["start"])
    points = "; ".join(
        f"{_label(int(row['trial_year']), start)} {change(row['estimate'])} "
        f"({interval(row['ci_low'], row['ci_high'])})"
        for _, row in rows.iterrows()
        if row["trial_year"] != -1
    )
    return f"{outcome(name)}: {points}."
