"""The three outcomes month by month: the region, all trial municipalities, the controls."""

from __future__ import annotations

import pandas as pd

from indicators.reporting.charts import marks, style
from indicators.reporting.evaluation.charts import base
from indicators.reporting.evaluation.charts.base import CONTROLS, REGION, TRIALS, Drawn
from indicators.reporting.evaluation.numbers import share
from indicators.reporting.evaluation.source import TOGETHER, Source
from indicators.reporting.evaluation.wording import say


def monthly_chart(source: Source) -> Drawn:
    """Draw the outcomes below each other, the trial shaded."""
    frame = source.results.frame("monitoring")
    wide = frame.assign(day=pd.to_datetime(frame["month"])).pivot(index="day", columns="unit")
    figure, panels = style.panels(3, 1, 6.0)
    last = wide.index[-1]
    for axes, outcome in zip(panels, TOGETHER, strict=True):
        names = []
        for unit, colour, name in _lines(source):
            values = wide[outcome][unit].dropna()
            axes.plot(values, color=colour, linewidth=1.8 if colour == REGION else 1.2)
            text = f"{name} {share(float(values.iloc[-1]))}"
            names.append(marks.EndName(text, float(values.iloc[-1]), colour))
        marks.time_axis(axes, wide.index[0], last)
        base.numbers_up(axes, from_zero=True)
        trial = source.settings.trial
        marks.trial_band(axes, trial.start, trial.end, last)
        marks.end_names(axes, names, values.index[-1])
        base.level_title(axes, outcome)
    return base.save(figure, "monthly", say("alt.monthly", values=_told(source, wide)))


def _lines(source: Source) -> list[tuple[str, str, str]]:
    return [
        ("controls", CONTROLS, say("common.controls")),
        ("trials", style.DARK_ORANGE if TRIALS == style.ORANGE else TRIALS, say("common.trials")),
        (source.group, REGION, source.name(source.group)),
    ]


def _told(source: Source, wide: pd.DataFrame) -> str:
    parts = []
    for outcome in TOGETHER:
        ends = ", ".join(
            f"{name} {share(float(wide[outcome][unit].dropna().iloc[-1]))}"
            for unit, _, name in _lines(source)
        )
        last = wide[outcome].dropna().index[-1]
        parts.append(f"{say(f'outcomes.{outcome}')} {last:%-m/%Y}: {ends}.")
    return " ".join(parts)
