"""The three outcomes month by month: the region, all trial municipalities, the controls."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from indicators.reporting.charts import style
from indicators.reporting.charts.frame import high_of
from indicators.reporting.charts.marks import EndName
from indicators.reporting.charts.sheet import Plan, Sheet, blank
from indicators.reporting.evaluation.charts.base import CONTROLS, REGION, TRIALS, Drawn
from indicators.reporting.evaluation.numbers import FINNISH, share
from indicators.reporting.evaluation.source import TOGETHER, Source
from indicators.reporting.evaluation.wording import say

FILE, HIGH = "figures/monthly.svg", 432.0


def monthly_chart(source: Source) -> Drawn:
    """Draw the outcomes below each other, the trial shaded."""
    frame = source.results.frame("monitoring")
    wide = frame.assign(day=pd.to_datetime(frame["month"])).pivot(index="day", columns="unit")
    plans = [_plan(source, wide, outcome) for outcome in TOGETHER]
    figure = Sheet(blank(source.settings, HIGH), source.settings, FINNISH, wide.index)
    with figure.panels(plans) as frames:
        for drawn, outcome in zip(frames, TOGETHER, strict=True):
            for unit, colour, _ in _lines(source):
                values = wide[outcome][unit].dropna()
                drawn.line(values, colour, 1.8 if colour == REGION else 1.2)
    figure.drawing.save(Path(FILE))
    return Drawn(FILE, source.say("alt.monthly", values=_told(source, wide)))


def _plan(source: Source, wide: pd.DataFrame, outcome: str) -> Plan:
    names = []
    for unit, colour, name in _lines(source):
        newest = float(wide[outcome][unit].dropna().iloc[-1])
        names.append(EndName(f"{name} {share(newest)}", newest, colour))
    units = (wide[outcome][unit] for unit, _, _ in _lines(source))
    return Plan(high_of(*units), say(f"outcomes.{outcome}_short"), names)


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
