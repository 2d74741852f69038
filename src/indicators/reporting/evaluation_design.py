"""The designs: who is compared with whom, the equations, placebo regions, trends, what is seen."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from indicators.reporting.charts.evaluation import clouds_chart, trials_chart
from indicators.reporting.evaluation_source import (
    DASH,
    FINNISH,
    REPORTED_OUTCOMES,
    SIGNIFICANCE_LEVEL,
    Grid,
    Source,
    format_count,
    format_number,
    format_p_equals,
    format_p_value,
    report_text,
    short_outcome_name,
)
from indicators.reporting.evaluation_specifications import (
    ALL_TRIALS,
    EQUAL,
    LABOUR_FORCE,
    MUNICIPALITY,
    REGION,
    TRIAL_AREA,
    UNEMPLOYMENT,
    at_the_start,
    before_covid,
    headline_texts,
    smallest_detectable,
    span_text,
    specification,
    trend_test,
)
from indicators.reporting.markdown import heading, styled_box
from indicators.reporting.section import Content, FigurePart, compose
from indicators.reporting.tables import Cell, HeaderCell, Row

#: So many maakunnat with the largest placebo regions are named.
LARGEST_NAMED = 2
# Designs with their errors and weights, as columns of the table of detectable effects.
DETECTABLE_COLUMNS = {
    "detectable_area": (ALL_TRIALS, "", EQUAL),
    "detectable_weighted": (ALL_TRIALS, "", LABOUR_FORCE),
    "detectable_municipality": (ALL_TRIALS, MUNICIPALITY, EQUAL),
    "detectable_region": (REGION, "", ""),
}


def assumptions(source: Source) -> Content:
    """Where the trial was assigned, what is identified, and the equations as they are computed."""
    row = specification(source, ALL_TRIALS, UNEMPLOYMENT)
    units = source.results.frame("units")
    treated = units[units["role"] == "treated"]
    sizes = treated["trial_area"].value_counts()
    text = source.say(
        "design.assumptions",
        base=span_text(at_the_start(source)),
        before=span_text(before_covid(source)),
        first_year=report_text("designs.first_year"),
        agreement=report_text("designs.agreement"),
        areas=format_count(float(len(sizes))),
        largest_area=str(sizes.index[0]),
        largest_count=format_count(float(sizes.iloc[0])),
        treated=format_count(float(len(treated))),
        controls=format_count(float((units["role"] == "control").sum())),
        clusters=DASH if row is None else format_count(float(row["clusters"])),
    )
    return compose(
        heading(report_text("design.title"), "sec-design"),
        text,
        heading(report_text("design.equations_title"), "sec-equations", 3),
        source.say("design.equations"),
    )


def pretrends(source: Source) -> Content:
    """Whether trial municipalities went the controls' way before, by area and by municipality."""
    shown = [
        (outcome, [trend_test(source, outcome, c, w) for c, w in _TESTS])
        for outcome in REPORTED_OUTCOMES
    ]
    heads = [
        [HeaderCell(report_text("common.outcome"), number=False)]
        + [HeaderCell(report_text(f"design.{name}"), span=2) for name in _TEST_NAMES],
        [HeaderCell("")]
        + [HeaderCell(report_text(f"design.{k}")) for _ in _TESTS for k in ("statistic", "p")],
    ]
    rows: list[Row] = [
        (
            short_outcome_name(outcome),
            [
                cell
                for test in tests
                for cell in (
                    (Cell(DASH), Cell(DASH))
                    if test is None
                    else (
                        Cell(format_number(test["estimate"])),
                        Cell(format_p_value(test["p_value"])),
                    )
                )
            ],
        )
        for outcome, tests in shown
    ]
    by_area, by_municipality = (
        trend_test(source, UNEMPLOYMENT, cluster) for cluster in (TRIAL_AREA, MUNICIPALITY)
    )
    if by_area is None or by_municipality is None:
        text = ""
    else:
        kinds = [row["p_value"] < SIGNIFICANCE_LEVEL for row in (by_area, by_municipality)]
        verdict = "bad" if kinds[0] else "clustered" if kinds[1] else "good"
        text = report_text(
            "design.pretrends",
            p=format_p_equals(by_area["p_value"]),
            p_municipality=format_p_equals(by_municipality["p_value"]),
            verdict=report_text(f"design.pretrends_{verdict}"),
        )
    return compose(
        heading(report_text("design.pretrends_title"), "sec-pretrends", 3),
        text,
        FigurePart(
            trials_chart(source), "fig-event-studies", report_text("design.pretrends_figure")
        ),
        source.table_with_trace(
            "pretrends", (heads, rows), report_text("design.pretrends_table"), ["specifications"]
        ),
    )


_TESTS = ((TRIAL_AREA, EQUAL), (MUNICIPALITY, EQUAL), (TRIAL_AREA, LABOUR_FORCE))
_TEST_NAMES = ("test_area", "test_municipality", "test_weighted")


def detectable(source: Source) -> Content:
    """The smallest effect the designs could have found, said before the estimates."""
    heads = [HeaderCell(report_text("common.outcome"), number=False)]
    heads += [HeaderCell(source.say(f"design.{name}")) for name in DETECTABLE_COLUMNS]
    rows: list[Row] = [
        (
            short_outcome_name(outcome),
            [
                Cell(format_number(smallest_detectable(source, design, outcome, cluster, weights)))
                for design, cluster, weights in DETECTABLE_COLUMNS.values()
            ],
        )
        for outcome in REPORTED_OUTCOMES
    ]
    before = source.results.value("trial_years", UNEMPLOYMENT, unit=source.group, trial_year=-2)
    smallest = smallest_detectable(source, REGION, UNEMPLOYMENT)
    return compose(
        heading(report_text("design.detectable_title"), "sec-detectable", 3),
        source.say(
            "design.detectable",
            share=format_number(100 * smallest / before, 0),
            **headline_texts(source),
        ),
        source.table_with_trace(
            "detectable",
            ([heads], rows),
            report_text("design.detectable_caption"),
            ["headline", "detectable"],
        ),
        styled_box(report_text("design.detectable_note"), "status-note"),
    )


def placebo_regions(source: Source) -> Content:
    """Regions that could have been treated instead."""
    frame = source.results.frame("placebo_counts")
    matching = source.stored.manifest["plan"]["matching"]
    limits = _matching_limits(source)
    drawn = clouds_chart(source)
    size = len(str(source.results.frame("placebo_regions")["members"].iloc[0]).split())
    what = report_text("design.placebo_one")
    if size > 1:
        what = report_text("design.placebo_many", members=format_count(size))
    text = source.say(
        "design.placebos",
        what=what,
        **limits,
        eligible=format_count(float(frame["eligible"].sum())),
        drawn=format_count(float(frame["drawn"].sum())),
        seed=str(matching["seed"]),
        regions=format_count(float((frame["drawn"] > 0).sum())),
        different=format_count(float(source.results.frame("placebo_regions")["members"].nunique())),
    )
    return compose(
        heading(report_text("design.placebos_title"), "sec-placebos", 3),
        text,
        _largest_placebo_regions(source),
        source.table_with_trace(
            "placebo_regions",
            _placebo_table(source, frame),
            report_text("design.placebos_caption"),
            ["placebo_counts", "placebo_regions"],
        ),
        FigurePart(
            drawn,
            "fig-placebo-clouds",
            source.say("effects.clouds_caption", base=span_text(at_the_start(source))),
        ),
    )


def _matching_limits(source: Source) -> dict[str, str]:
    """The limits that were used: with sets of few maakunnat they are wider than the plan's."""
    plan = source.stored.manifest["plan"]["matching"]
    used: Mapping[str, float] = plan
    if "placebo_sets" in source.results.frames:
        used = source.results.records("placebo_sets", sample="main")[0]
    return {
        "factor": format_number(float(used["size_factor"]), 0),
        "points": format_number(float(used["level_points"]), 0),
    }


def _largest_placebo_regions(source: Source) -> str:
    """Where the placebo regions stand that come nearest to the region's size."""
    drawn = source.results.frame("placebo_regions")
    sizes = drawn.groupby("region")["labour_force"].max().sort_values(ascending=False)
    units = source.results.frame("units").set_index("unit")["labour_force"]
    region_size = float(units[list(source.members)].sum())
    return source.say(
        "design.placebos_note",
        largest=FINNISH.listing([source.name(str(unit)) for unit in sizes.index[:LARGEST_NAMED]]),
        share=format_number(100 * float(sizes.iloc[0]) / region_size, 0),
    )


def _placebo_table(source: Source, frame: pd.DataFrame) -> Grid:
    columns = ("possible", "eligible", "drawn")
    heads = [HeaderCell(report_text("design.region"), number=False)]
    heads += [HeaderCell(report_text(f"design.{name}")) for name in columns]
    rows = [
        (
            source.name(str(row["region"])),
            [Cell(format_count(float(row[name]))) for name in columns],
        )
        for _, row in frame.iterrows()
    ]
    return [heads], rows
