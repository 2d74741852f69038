"""The data, the outcomes, and the sample."""

from __future__ import annotations

from datetime import date

from indicators.reporting.evaluation.numbers import FINNISH, count
from indicators.reporting.evaluation.source import Source
from indicators.reporting.evaluation.wording import say
from indicators.reporting.fragments import Fragment, heading, join
from indicators.reporting.tables.html import Cell, Head, table

COLUMNS = ("units", "treated", "controls", "rows")


def attrition(source: Source) -> Fragment:
    """Data, outcomes, and who was left out by which rule."""
    frame = source.results.frame("attrition")
    left = frame.iloc[-1]
    heads = [Head(say("data.step"), number=False), *(Head(say(f"data.{name}")) for name in COLUMNS)]
    rows = [
        (say(f"steps.{row['step']}"), [Cell(count(float(row[name]))) for name in COLUMNS])
        for _, row in frame.iterrows()
    ]
    return join(
        heading(say("data.title"), "sec-data"),
        say(
            "data.sources",
            vintage=FINNISH.day(date.fromisoformat(source.stored.vintage)),
            first_year=say("designs.first_year"),
            agreement=say("designs.agreement"),
        ),
        say(
            "data.sample",
            treated=count(float(left["treated"])),
            controls=count(float(left["controls"])),
        ),
        source.table_with_trace(
            "attrition", table([heads], rows), say("data.attrition_caption"), ["attrition", "units"]
        ),
    )
