"""What happened, in a figure by month and a table by year."""

from __future__ import annotations

import pandas as pd

from indicators.reporting.evaluation.charts.base import trial_year
from indicators.reporting.evaluation.charts.monthly import monthly_chart
from indicators.reporting.evaluation.numbers import change, number, share
from indicators.reporting.evaluation.source import TOGETHER, Source
from indicators.reporting.evaluation.wording import say
from indicators.reporting.fragments import Fragment, figure, heading, join
from indicators.reporting.tables.html import Cell, Head, table

FIRST_YEAR = -5
COVID, FIRST = -1, 0


def trial_years(source: Source) -> Fragment:
    """What happened: months in a figure, years in a table."""
    drawn = monthly_chart(source)
    frame = source.results.frame("trial_years")
    return join(
        heading(say("monitoring.title"), "sec-monitoring"),
        say("monitoring.intro"),
        figure(drawn.file, "fig-monthly", source.say("monitoring.caption"), drawn.alt),
        source.say("monitoring.table_intro", **_told(source, frame)),
        _covid(source, frame),
        source.table_with_trace(
            "trial_years", _table(source, frame), source.say("monitoring.table_caption"),
            ["trial_years", "monitoring"],
        ),
    )  # fmt: skip


def _told(source: Source, frame: pd.DataFrame) -> dict[str, str]:
    values = frame.set_index(["unit", "trial_year"])
    units, years = {"own": source.group, "controls": "controls"}, {"covid": COVID, "first": FIRST}
    return {
        f"{year}_{unit}_{outcome}": share(values[outcome][code, place])
        for year, place in years.items()
        for unit, code in units.items()
        for outcome in TOGETHER
    }


def _covid(source: Source, frame: pd.DataFrame) -> str:
    """Whose unemployment COVID raised more; recovery from it falls into the trial's first year."""
    values = frame.set_index(["unit", "trial_year"])["unemployment_share"]
    region, controls = (
        values[unit, COVID] - values[unit, COVID - 1] for unit in (source.group, "controls")
    )
    key = "covid_more" if region > controls else "covid_less"
    return source.say(f"monitoring.{key}", own=change(region, 1), controls=change(controls, 1))


def _table(source: Source, frame: pd.DataFrame) -> str:
    units = {source.group: say("common.region_short"), "trials": say("common.trials_short")}
    units |= {"controls": say("common.controls_short")}
    start = source.settings.trial.start.isoformat()
    heads = [
        [Head(say("monitoring.year"), number=False)]
        + [Head(say(f"outcomes.{name}_short"), span=len(units)) for name in TOGETHER],
        [Head("")] + [Head(name) for _ in TOGETHER for name in units.values()],
    ]
    indexed = frame.set_index(["unit", "trial_year"])
    years = sorted(year for year in frame["trial_year"].unique() if year >= FIRST_YEAR)
    rows = []
    for year in years:
        months = int(indexed.loc[(source.group, year), "months"])
        name = trial_year(year, start)
        name += "" if months == 12 else f" ({say('monitoring.months', months=str(months))})"
        cells = [
            Cell(number(float(indexed.loc[(unit, year), outcome]), 1))
            for outcome in TOGETHER
            for unit in units
        ]
        rows.append((name, cells))
    return table(heads, rows)
