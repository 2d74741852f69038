"""The report's data: sources and sample, balance before COVID, what happened by month and year."""

from __future__ import annotations

from datetime import date

import pandas as pd

from indicators.reporting.charts.evaluation import monthly_chart, trial_year_label
from indicators.reporting.charts.evaluation_balance import UNLIKE, balance_chart
from indicators.reporting.evaluation_source import (
    DASH,
    FINNISH,
    JOINT_OUTCOMES,
    REPORTED_OUTCOMES,
    Grid,
    Source,
    format_change,
    format_count,
    format_number,
    format_share,
    outcome_definition,
    report_text,
)
from indicators.reporting.evaluation_specifications import EQUAL, variable_name
from indicators.reporting.markdown import heading, styled_box
from indicators.reporting.section import Content, FigurePart, compose
from indicators.reporting.tables import Cell, HeaderCell, Row

ATTRITION_COLUMNS = ("units", "treated", "controls", "rows")
FIRST_SHOWN_YEAR = -5
COVID_YEAR, FIRST_TRIAL_YEAR = -1, 0
#: Groups of the balance table, in its order; the first are compared with the second.
BALANCE_GROUPS = ("treated", "controls", "region", "placebo_regions", "synthetic")


# The data, the outcomes, and the sample.


def attrition(source: Source) -> Content:
    """Data, outcomes, and who was left out by which rule."""
    frame = source.results.frame("attrition")
    left = frame.iloc[-1]
    heads = [
        HeaderCell(report_text("data.step"), number=False),
        *(HeaderCell(report_text(f"data.{name}")) for name in ATTRITION_COLUMNS),
    ]
    rows = [
        (
            report_text(f"steps.{row['step']}"),
            [Cell(format_count(float(row[name]))) for name in ATTRITION_COLUMNS],
        )
        for _, row in frame.iterrows()
    ]
    return compose(
        heading(report_text("data.title"), "sec-data"),
        report_text(
            "data.sources",
            vintage=FINNISH.day(date.fromisoformat(source.stored.vintage)),
            first_year=report_text("designs.first_year"),
            agreement=report_text("designs.agreement"),
            **{name: outcome_definition(name).definition for name in REPORTED_OUTCOMES},
        ),
        report_text(
            "data.sample",
            treated=format_count(float(left["treated"])),
            controls=format_count(float(left["controls"])),
            **_sizes(source),
            members=_members_left_out(source),
        )
        + " "
        + report_text("data.panel"),
        source.table_with_trace(
            "attrition",
            ([heads], rows),
            report_text("data.attrition_caption"),
            ["attrition", "units"],
        ),
    )


def _sizes(source: Source) -> dict[str, str]:
    """How large a part of the country the treated are, and the mean municipality of each kind."""
    units = source.results.frame("units")
    by_role = units.groupby("role")["labour_force"]
    total = float(units["labour_force"].sum())
    return {
        "share": format_number(100 * float(by_role.sum()["treated"]) / total, 0),
        "treated_mean": format_count(float(by_role.mean()["treated"])),
        "control_mean": format_count(float(by_role.mean()["control"])),
    }


def _members_left_out(source: Source) -> str:
    """The region's municipalities that are not in the sample, by name; empty if all are."""
    if "region_members" not in source.results.frames:
        return ""
    units = source.results.frame("region_members", in_sample=False)["unit"]
    if units.empty:
        return ""
    names = FINNISH.listing([source.name(str(unit)) for unit in units])
    return report_text("data.members_left_out", names=names)


# Balance: how alike the groups were before COVID.


def balance(source: Source) -> Content:
    """Means of the groups before COVID, and how far apart they are."""
    frame = source.results.frame("balance", weights=EQUAL)
    apart = frame[frame["group"] == "controls"].set_index("variable")["standardised_difference"]
    far = apart[apart.abs() > UNLIKE]
    limit = format_number(UNLIKE)
    names = FINNISH.listing(
        [
            f"{variable_name(str(name)).lower()} ({format_change(float(value))})"
            for name, value in far.items()
        ]
    )
    reading = (
        report_text("data.balance_unlike", names=names, limit=limit)
        if len(far)
        else report_text("data.balance_alike", limit=limit)
    )
    return compose(
        heading(report_text("data.balance_title"), "sec-balance", 3),
        source.say("data.balance", reading=reading),
        FigurePart(balance_chart(source), "fig-balance", source.say("data.balance_figure")),
        source.table_with_trace(
            "balance",
            _balance_table(source, frame),
            source.say("data.balance_caption"),
            ["balance"],
        ),
        styled_box(source.say("data.balance_note"), "status-note"),
    )


def _balance_table(source: Source, frame: pd.DataFrame) -> Grid:
    heads = [HeaderCell(report_text("data.variable"), number=False)]
    heads += [HeaderCell(source.say(f"data.group_{group}")) for group in BALANCE_GROUPS]
    rows: list[Row] = []
    for variable in dict.fromkeys(frame["variable"]):
        of_variable = frame[frame["variable"] == variable].set_index("group")
        cells = []
        for group in BALANCE_GROUPS:
            if group not in of_variable.index:
                cells.append(Cell(DASH))
                continue
            mean = float(of_variable.loc[group, "mean"])
            apart = float(of_variable.loc[group, "standardised_difference"])
            note = "" if pd.isna(apart) else format_change(apart)
            cells.append(Cell(_level(str(variable), mean), note))
        rows.append((variable_name(str(variable)), cells))
    return [heads], rows


def _level(variable: str, mean: float) -> str:
    """Shares with a decimal, heads as whole numbers."""
    return format_count(mean) if variable == "labour_force" else format_number(mean, 1)


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
    # As they are written: what looks alike is not called more.
    key = "covid_more" if round(region, 1) > round(controls, 1) else "covid_less"
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
