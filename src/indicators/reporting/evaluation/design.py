"""The designs, and what can be seen of their assumptions."""

from __future__ import annotations

import pandas as pd

from indicators.calendar import shift_month
from indicators.reporting.evaluation.charts.clouds import clouds_chart
from indicators.reporting.evaluation.charts.paths import trials_chart
from indicators.reporting.evaluation.numbers import FINNISH, count, number, p_equals, p_value
from indicators.reporting.evaluation.source import Source, outcome
from indicators.reporting.evaluation.told import trends_differ
from indicators.reporting.evaluation.wording import say
from indicators.reporting.fragments import Fragment, figure, heading, join
from indicators.reporting.tables.html import Cell, Head, table

#: So many maakunnat with the largest placebo regions are named.
LARGEST = 2


def assumptions(source: Source) -> Fragment:
    """The two designs and what they rest on."""
    rules = source.stored.manifest["plan"]["rules"]
    first, last = rules["covid"]
    before = f"{_month(rules['first_month'])}–{_month(shift_month(first, -1))}"
    text = source.say(
        "design.assumptions",
        before=before,
        covid=f"{_month(first)}–{_month(last)}",
        first_year=say("designs.first_year"),
        agreement=say("designs.agreement"),
    )
    return join(heading(say("design.title"), "sec-design"), text)


def pretrends(source: Source) -> Fragment:
    """Whether trial municipalities went the controls' way before."""
    frame = source.results.frame("pretrends")
    p_values = frame.set_index("outcome")["p_value"]
    drawn = trials_chart(source)
    return join(
        heading(say("design.pretrends_title"), "sec-pretrends", 3),
        say(
            "design.pretrends",
            p=p_equals(float(p_values["unemployment_share"])),
            p_extended=p_equals(float(p_values["extended_share"])),
            p_activation=p_equals(float(p_values["activation_rate"])),
            verdict=say(f"design.pretrends_{'bad' if trends_differ(source) else 'good'}"),
        ),
        figure(drawn.file, "fig-event-studies", say("design.pretrends_figure"), drawn.alt),
        source.table_with_trace(
            "pretrends", _pretrend_table(frame), say("design.pretrends_table"),
            ["pretrends", "event_studies"],
        ),
    )  # fmt: skip


def placebo_regions(source: Source) -> Fragment:
    """Regions that could have been the treated one."""
    frame = source.results.frame("placebo_counts")
    matching = source.stored.manifest["plan"]["matching"]
    drawn = clouds_chart(source)
    text = source.say(
        "design.placebos",
        members=str(matching["members"]),
        factor=number(float(matching["size_factor"]), 0),
        points=number(float(matching["level_points"]), 0),
        eligible=count(float(frame["eligible"].sum())),
        drawn=count(float(frame["drawn"].sum())),
        seed=str(matching["seed"]),
        regions=count(float((frame["drawn"] > 0).sum())),
    )
    return join(
        heading(say("design.placebos_title"), "sec-placebos", 3),
        text,
        _largest(source),
        source.table_with_trace(
            "placebo_regions", _placebo_table(source, frame), say("design.placebos_caption"),
            ["placebo_counts", "placebo_regions"],
        ),
        figure(drawn.file, "fig-placebo-clouds", source.say("effects.clouds_caption"), drawn.alt),
    )  # fmt: skip


def _largest(source: Source) -> str:
    """Where the placebo regions stand that come nearest to the region's size."""
    drawn = source.results.frame("placebo_regions")
    sizes = drawn.groupby("region")["labour_force"].max().sort_values(ascending=False)
    units = source.results.frame("units").set_index("unit")["labour_force"]
    region_size = float(units[list(source.members)].sum())
    return source.say(
        "design.placebos_note",
        largest=FINNISH.listing([source.name(str(unit)) for unit in sizes.index[:LARGEST]]),
        share=number(100 * float(sizes.iloc[0]) / region_size, 0),
    )


def _pretrend_table(frame: pd.DataFrame) -> str:
    heads = [
        Head(say("common.outcome"), number=False),
        *(Head(say(f"design.{name}")) for name in ("statistic", "tested")),
        Head(say("common.p_value")),
    ]
    rows = [
        (
            outcome(str(row["outcome"])),
            [
                Cell(number(float(row["statistic"]))),
                Cell(count(float(row["tested"]))),
                Cell(p_value(float(row["p_value"]))),
            ],
        )
        for _, row in frame.iterrows()
    ]
    return table([heads], rows)


def _placebo_table(source: Source, frame: pd.DataFrame) -> str:
    columns = ("possible", "eligible", "drawn")
    heads = [Head(say("design.region"), number=False)]
    heads += [Head(say(f"design.{name}")) for name in columns]
    rows = [
        (source.name(str(row["region"])), [Cell(count(float(row[name]))) for name in columns])
        for _, row in frame.iterrows()
    ]
    return table([heads], rows)


def _month(month: str) -> str:
    return f"{int(month[5:])}/{month[:4]}"
