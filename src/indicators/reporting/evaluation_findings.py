"""Findings of the evaluation: what happened, the designs and their assumptions, the effects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from indicators.calendar import shift_month
from indicators.reporting.charts.evaluation import (
    clouds_chart,
    monthly_chart,
    region_chart,
    trial_year_label,
    trials_chart,
)
from indicators.reporting.evaluation_source import (
    DASH,
    FINNISH,
    FIRST_YEAR,
    JOINT_OUTCOMES,
    REPORTED_OUTCOMES,
    WINDOWS,
    Grid,
    Record,
    Source,
    effect_texts,
    format_change,
    format_count,
    format_interval,
    format_number,
    format_p_equals,
    format_p_value,
    format_share,
    outcome_name,
    report_text,
    short_outcome_name,
    trends_differ,
)
from indicators.reporting.markdown import heading, styled_box
from indicators.reporting.section import Content, FigurePart, compose
from indicators.reporting.tables import Cell, HeaderCell, Row

#: So many maakunnat with the largest placebo regions are named.
LARGEST_NAMED = 2
FIRST_SHOWN_YEAR = -5
COVID_YEAR, FIRST_TRIAL_YEAR = -1, 0


# The effects.


def region_effects(source: Source) -> Content:
    """The region's effects among the placebo regions'."""
    first = source.results.records_by("outcome", "region", window=FIRST_YEAR)
    values = effect_texts(first, REPORTED_OUTCOMES, p_column="p_draws")
    long_term_effect = first["long_term_share"]
    values |= {
        f"long_term_share_{name}": format_p_value(long_term_effect[name])
        for name in ("p_adjusted", "p_regions")
    }
    regions = int(long_term_effect["regions"])
    drawn = region_chart(source)
    return compose(
        heading(report_text("effects.title"), "sec-effects"),
        heading(source.say("effects.region_title"), "sec-region", 3),
        source.say("effects.region", **values),
        source.table_with_trace(
            "region_effects",
            _effects_table(
                source,
                "region",
                [("effects", "p_draws"), ("effects", "p_adjusted"), ("effects", "p_regions")],
            ),
            source.say("effects.region_caption"),
            ["region", "placebo_draws"],
        ),
        styled_box(
            report_text(
                "effects.region_note", regions=str(regions), floor=format_number(1 / (regions + 1))
            )
            + " "
            + _missing_note(),
            "status-note",
        ),
        FigurePart(drawn, "fig-region-paths", source.say("effects.paths_caption")),
    )


def plain_effects(source: Source) -> Content:
    """The region beside all controls, however unlike it."""
    values = effect_texts(
        source.results.records_by("outcome", "region_plain", window=FIRST_YEAR),
        JOINT_OUTCOMES,
    )
    return compose(
        source.say("effects.plain", **values),
        source.table_with_trace(
            "plain_effects",
            _effects_table(source, "region_plain", [("common", "p_value")]),
            source.say("effects.plain_caption"),
            ["region_plain"],
            label="region-plain",
        ),
    )


def trial_effects(source: Source) -> Content:
    """Effects in all trial municipalities."""
    first = source.results.records_by("outcome", "differences", window=FIRST_YEAR)
    return compose(
        heading(report_text("effects.trials_title"), "sec-trials", 3),
        report_text(
            "effects.trials", reading=_joint_reading(first), **effect_texts(first, JOINT_OUTCOMES)
        ),
        source.table_with_trace(
            "trial_effects",
            _effects_table(
                source, "differences", [("common", "p_value"), ("effects", "p_adjusted")]
            ),
            report_text("effects.trials_caption"),
            ["differences"],
        ),
        styled_box(report_text("effects.trials_note") + " " + _missing_note(), "status-note"),
    )


def _joint_reading(first: Mapping[str, Record]) -> str:
    """The sentence on the three together, by their signs and whether zero is in their intervals."""

    def sign(name: str) -> int:
        return int(first[name]["ci_low"] > 0) - int(first[name]["ci_high"] < 0)

    if sign("unemployment_share") < 0 < sign("activation_rate") and not sign("extended_share"):
        return report_text("effects.reading_relabel")
    if sign("activation_rate") < 0:
        return report_text("effects.reading_fewer_services")
    return report_text("effects.reading_open")


def _effects_table(source: Source, name: str, p_columns: Sequence[tuple[str, str]]) -> Grid:
    """A row an outcome and window; what is not published is marked, not left out."""
    heads = [
        HeaderCell(report_text("common.outcome"), number=False),
        HeaderCell(report_text("common.window"), number=False),
    ]
    heads += [HeaderCell(report_text("common.estimate")), HeaderCell(report_text("common.ci"))]
    heads += [HeaderCell(report_text(f"{topic}.{column}")) for topic, column in p_columns]
    rows: list[Row] = []
    for window in WINDOWS:
        found = source.results.records_by("outcome", name, window=window)
        shown = Cell(report_text(f"designs.{window}"), number=False)
        rows += [
            (
                short_outcome_name(outcome),
                [shown, *_effect_cells(found.get(outcome), [column for _, column in p_columns])],
            )
            for outcome in REPORTED_OUTCOMES
        ]
    return [heads], rows


def _effect_cells(row: Record | None, p_columns: Sequence[str]) -> list[Cell]:
    if row is None:
        gaps = [Cell(DASH) for _ in range(1 + len(p_columns))]
        return [Cell(report_text("common.not_published")), *gaps]
    cells = [
        Cell(format_change(row["estimate"])),
        Cell(format_interval(row["ci_low"], row["ci_high"])),
    ]
    return cells + [Cell(format_p_value(row[column])) for column in p_columns]


def _missing_note() -> str:
    return report_text("effects.missing_note", word=report_text("common.not_published"))


# The designs, and what can be seen of their assumptions.


def assumptions(source: Source) -> Content:
    """The two designs and what they rest on."""
    rules = source.stored.manifest["plan"]["rules"]
    first, last = rules["covid"]
    before = f"{_month_text(rules['first_month'])}–{_month_text(shift_month(first, -1))}"
    text = source.say(
        "design.assumptions",
        before=before,
        covid=f"{_month_text(first)}–{_month_text(last)}",
        first_year=report_text("designs.first_year"),
        agreement=report_text("designs.agreement"),
    )
    return compose(heading(report_text("design.title"), "sec-design"), text)


def pretrends(source: Source) -> Content:
    """Whether trial municipalities went the controls' way before."""
    frame = source.results.frame("pretrends")
    p_values = frame.set_index("outcome")["p_value"]
    drawn = trials_chart(source)
    return compose(
        heading(report_text("design.pretrends_title"), "sec-pretrends", 3),
        report_text(
            "design.pretrends",
            p=format_p_equals(float(p_values["unemployment_share"])),
            p_extended=format_p_equals(float(p_values["extended_share"])),
            p_activation=format_p_equals(float(p_values["activation_rate"])),
            verdict=report_text(f"design.pretrends_{'bad' if trends_differ(source) else 'good'}"),
        ),
        FigurePart(drawn, "fig-event-studies", report_text("design.pretrends_figure")),
        source.table_with_trace(
            "pretrends",
            _pretrend_table(frame),
            report_text("design.pretrends_table"),
            ["pretrends", "event_studies"],
        ),
    )


def placebo_regions(source: Source) -> Content:
    """Regions that could have been treated instead."""
    frame = source.results.frame("placebo_counts")
    matching = source.stored.manifest["plan"]["matching"]
    drawn = clouds_chart(source)
    text = source.say(
        "design.placebos",
        members=str(matching["members"]),
        factor=format_number(float(matching["size_factor"]), 0),
        points=format_number(float(matching["level_points"]), 0),
        eligible=format_count(float(frame["eligible"].sum())),
        drawn=format_count(float(frame["drawn"].sum())),
        seed=str(matching["seed"]),
        regions=format_count(float((frame["drawn"] > 0).sum())),
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
        FigurePart(drawn, "fig-placebo-clouds", source.say("effects.clouds_caption")),
    )


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


def _pretrend_table(frame: pd.DataFrame) -> Grid:
    heads = [
        HeaderCell(report_text("common.outcome"), number=False),
        *(HeaderCell(report_text(f"design.{name}")) for name in ("statistic", "tested")),
        HeaderCell(report_text("common.p_value")),
    ]
    rows = [
        (
            outcome_name(str(row["outcome"])),
            [
                Cell(format_number(float(row["statistic"]))),
                Cell(format_count(float(row["tested"]))),
                Cell(format_p_value(float(row["p_value"]))),
            ],
        )
        for _, row in frame.iterrows()
    ]
    return [heads], rows


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


def _month_text(month: str) -> str:
    return f"{int(month[5:])}/{month[:4]}"


# What happened, in a figure by month and a table by year.


def trial_years(source: Source) -> Content:
    """What happened: months in a figure, years in a table."""
    drawn = monthly_chart(source)
    frame = source.results.frame("trial_years")
    return compose(
        heading(report_text("monitoring.title"), "sec-monitoring"),
        report_text("monitoring.intro"),
        FigurePart(drawn, "fig-monthly", source.say("monitoring.caption")),
        source.say("monitoring.table_intro", **_trial_year_texts(source, frame)),
        _covid_sentence(source, frame),
        source.table_with_trace(
            "trial_years",
            _yearly_table(source, frame),
            source.say("monitoring.table_caption"),
            ["trial_years", "monitoring"],
        ),
    )


def _trial_year_texts(source: Source, frame: pd.DataFrame) -> dict[str, str]:
    values = frame.set_index(["unit", "trial_year"])
    units, years = (
        {"own": source.group, "controls": "controls"},
        {"covid": COVID_YEAR, "first": FIRST_TRIAL_YEAR},
    )
    return {
        f"{year}_{unit}_{outcome}": format_share(values[outcome][code, place])
        for year, place in years.items()
        for unit, code in units.items()
        for outcome in JOINT_OUTCOMES
    }


def _covid_sentence(source: Source, frame: pd.DataFrame) -> str:
    """Whose unemployment COVID raised more; recovery from it falls into the trial's first year."""
    values = frame.set_index(["unit", "trial_year"])["unemployment_share"]
    region, controls = (
        values[unit, COVID_YEAR] - values[unit, COVID_YEAR - 1]
        for unit in (source.group, "controls")
    )
    key = "covid_more" if region > controls else "covid_less"
    return source.say(
        f"monitoring.{key}", own=format_change(region, 1), controls=format_change(controls, 1)
    )


def _yearly_table(source: Source, frame: pd.DataFrame) -> Grid:
    units = {
        source.group: report_text("common.region_short"),
        "trials": report_text("common.trials_short"),
    }
    units |= {"controls": report_text("common.controls_short")}
    start = source.settings.trial.start.isoformat()
    heads = [
        [HeaderCell(report_text("monitoring.year"), number=False)]
        + [
            HeaderCell(report_text(f"outcomes.{name}_short"), span=len(units))
            for name in JOINT_OUTCOMES
        ],
        [HeaderCell("")] + [HeaderCell(name) for _ in JOINT_OUTCOMES for name in units.values()],
    ]
    indexed = frame.set_index(["unit", "trial_year"])
    years = sorted(year for year in frame["trial_year"].unique() if year >= FIRST_SHOWN_YEAR)
    rows = []
    for year in years:
        months = int(indexed.loc[(source.group, year), "months"])
        name = trial_year_label(year, start)
        name += "" if months == 12 else f" ({report_text('monitoring.months', months=str(months))})"
        cells = [
            Cell(format_number(float(indexed.loc[(unit, year), outcome]), 1))
            for outcome in JOINT_OUTCOMES
            for unit in units
        ]
        rows.append((name, cells))
    return heads, rows
