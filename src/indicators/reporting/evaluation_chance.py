"""How sure the effects of all trials are: ways to tell chance, trends allowed, logarithms."""

from __future__ import annotations

from collections.abc import Mapping
from math import isnan

import numpy as np
import pandas as pd

from indicators.evaluation.trend_bounds import breakdown_bound
from indicators.reporting.evaluation_source import (
    FINNISH,
    FIRST_YEAR,
    JOINT_OUTCOMES,
    REPORTED_OUTCOMES,
    SIGNIFICANCE_LEVEL,
    WINDOWS,
    Record,
    Source,
    format_change,
    format_count,
    format_interval,
    format_number,
    format_p_equals,
    format_p_value,
    outcome_name,
    report_text,
    short_outcome_name,
)
from indicators.reporting.evaluation_specifications import (
    EQUAL,
    MUNICIPALITY,
    TRIAL_AREA,
    WEIGHTS,
    at_the_start,
    before_covid,
    is_significant,
    span_text,
)
from indicators.reporting.markdown import heading
from indicators.reporting.section import Content, TablePart, compose
from indicators.reporting.tables import Cell, HeaderCell, Row

INFERENCE, SENSITIVITY = "inference", "sensitivity"
#: Ways that know where the trial was assigned.
BY_AREA = (TRIAL_AREA, "jackknife", "wild_bootstrap", "randomisation_areas")
METHODS = (MUNICIPALITY, *BY_AREA)
OUTCOMES = (*REPORTED_OUTCOMES, "without_layoffs")
SMOOTHNESS = "smoothness"
LOGS = ("log_unemployed", "log_extended", "log_long_term")


# --- ways to tell chance --------------------------------------------------------------------------


def inference(source: Source) -> Content:
    """The same effects by municipality, by area in four ways: what chance makes of them."""
    frame = source.results.frame(INFERENCE, base=at_the_start(source))
    found: dict[str, dict[str, Record]] = {}
    for window in WINDOWS:
        for outcome in OUTCOMES:
            for weights in WEIGHTS:
                own = frame[
                    (frame["window"] == window)
                    & (frame["outcome"] == outcome)
                    & (frame["weights"] == weights)
                ]
                if len(own):
                    name = _inference_name(outcome, window, weights)
                    records = own.to_dict("records")
                    found[name] = {
                        str(row["method"]): {str(key): value for key, value in row.items()}
                        for row in records
                    }
    heads = [
        HeaderCell(report_text("common.outcome"), number=False),
        HeaderCell(report_text("areas.known_estimate")),
        *(HeaderCell(report_text(f"sensitivity.inference_{method}")) for method in METHODS),
    ]
    rows: list[Row] = [
        (
            name,
            [
                Cell(format_change(by_method[TRIAL_AREA]["estimate"])),
                *(_interval_cell(by_method[method]) for method in METHODS),
            ],
        )
        for name, by_method in found.items()
    ]
    return compose(
        heading(report_text("sensitivity.inference_title"), "sec-inference", 3),
        _inference_text(found),
        source.table_with_trace(
            "inference",
            ([heads], rows),
            report_text("sensitivity.inference_caption", base=span_text(at_the_start(source))),
            [INFERENCE],
        ),
    )


def _inference_name(outcome: str, window: str, weights: str) -> str:
    when = "" if window == FIRST_YEAR else f" {report_text(f'designs.{window}')}"
    return report_text(
        "sensitivity.inference_row",
        outcome=short_outcome_name(outcome) + when,
        weights=report_text(f"sensitivity.weights_{weights}"),
    )


def _interval_cell(row: Record) -> Cell:
    return Cell(format_interval(row["ci_low"], row["ci_high"]), format_p_equals(row["p_value"]))


def _inference_text(found: Mapping[str, Mapping[str, Record]]) -> str:
    verdicts = {
        name: {is_significant(by_method[method]) for method in BY_AREA}
        for name, by_method in found.items()
    }
    differing = [name for name, own in verdicts.items() if len(own) > 1]
    clear = sum(own == {True} for own in verdicts.values())
    numbers = {
        "rows": format_count(len(found)),
        "same": format_count(len(found) - len(differing)),
        "clear": format_count(clear),
    }
    names = FINNISH.listing([name[:1].lower() + name[1:] for name in differing])
    key = "differ" if differing else "same"
    wanted = {"differ": ("rows", "same"), "same": ("rows", "clear")}[key]
    values = {name: numbers[name] for name in wanted} | ({"names": names} if differing else {})
    return report_text(
        "sensitivity.inference",
        reading=report_text(f"sensitivity.inference_{key}", **values),
        municipality=format_count(
            sum(is_significant(by_method[MUNICIPALITY]) for by_method in found.values())
        ),
    )


# --- how far trends may differ --------------------------------------------------------------------


def bounds(source: Source) -> Content:
    """How far trends may differ before a finding fails: steps no larger than those before."""
    frame = source.results.frame("bounds")
    heads = [
        HeaderCell(report_text("sensitivity.bound"), number=False),
        *map(HeaderCell, map(short_outcome_name, REPORTED_OUTCOMES)),
    ]
    rows: list[Row] = []
    for ratio in sorted(frame["step_ratio"].unique()):
        of_ratio = source.results.records_by("outcome", "bounds", step_ratio=ratio)
        rows.append((format_number(float(ratio)), _ends(of_ratio, REPORTED_OUTCOMES)))
    return compose(
        heading(report_text("sensitivity.bounds_title"), "sec-bounds", 3),
        report_text("sensitivity.bounds", reading=_breakdowns(frame)),
        source.table_with_trace(
            "bounds", ([heads], rows), report_text("sensitivity.bounds_caption"), ["bounds"]
        ),
    )


def _ends(by_outcome: Mapping[str, Record], outcomes: tuple[str, ...]) -> list[Cell]:
    return [
        Cell(format_interval(by_outcome[name]["ci_low"], by_outcome[name]["ci_high"]))
        for name in outcomes
    ]


def _breakdowns(frame: pd.DataFrame) -> str:
    """For each outcome whose interval leaves zero out, up to which bound it does."""
    lines = []
    for name in JOINT_OUTCOMES:
        rows = frame[frame["outcome"] == name].sort_values("step_ratio")
        value = breakdown_bound(rows[["step_ratio", "ci_low", "ci_high"]].reset_index(drop=True))
        if not isnan(value):
            texts = {"outcome": outcome_name(name).lower(), "value": format_number(value)}
            lines.append(report_text("sensitivity.bounds_value", **texts))
    if not lines:
        return report_text("sensitivity.bounds_none")
    return report_text("sensitivity.bounds_some", values=", ".join(lines))


def smooth(source: Source) -> Content:
    """Trends that bend by so much a year, COVID cut out or kept; and where each finding breaks."""
    frame = source.results.frame(SENSITIVITY, method=SMOOTHNESS, weights=EQUAL)
    heads = [
        HeaderCell(report_text("sensitivity.bound"), number=False),
        *map(HeaderCell, map(short_outcome_name, OUTCOMES)),
    ]
    rows: list[Row] = []
    for covid, bound in dict.fromkeys(zip(frame["covid"], frame["bound"], strict=True)):
        own = source.results.records_by(
            "outcome", SENSITIVITY, method=SMOOTHNESS, weights=EQUAL, covid=covid, bound=bound
        )
        name = report_text(
            "sensitivity.smooth_row", bound=format_number(float(bound)), covid=_covid(covid)
        )
        rows.append((name, _ends(own, OUTCOMES)))
    return compose(
        heading(report_text("sensitivity.smooth_title"), "sec-smooth", 3),
        report_text("sensitivity.smooth", reading=_smooth_reading(frame)),
        source.table_with_trace(
            "smooth", ([heads], rows), report_text("sensitivity.smooth_caption"), [SENSITIVITY]
        ),
        report_text("sensitivity.breakdown"),
        _breakdown_table(source),
    )


def _covid(covid: object) -> str:
    return report_text(f"sensitivity.covid_{covid}")


def _smooth_reading(frame: pd.DataFrame) -> str:
    clear = frame[(frame["ci_low"] > 0) | (frame["ci_high"] < 0)]
    if clear.empty:
        return report_text("sensitivity.smooth_none")
    names = [
        report_text(
            "sensitivity.smooth_item",
            outcome=short_outcome_name(str(row["outcome"])).lower(),
            covid=_covid(row["covid"]),
            bound=format_number(float(row["bound"])),
        )
        for row in clear.to_dict("records")
    ]
    return report_text(
        "sensitivity.smooth_some",
        count=format_count(len(clear)),
        all=format_count(len(frame)),
        names=FINNISH.listing(names),
    )


def _breakdown_table(source: Source) -> TablePart:
    """The largest bound at which zero is still left out."""
    frame = source.results.frame(SENSITIVITY)
    heads = [
        HeaderCell(report_text("sensitivity.breakdown_head"), number=False),
        *map(HeaderCell, map(short_outcome_name, OUTCOMES)),
    ]
    keys = ["method", "covid", "weights"]
    rows: list[Row] = []
    for method, covid, weights in frame[keys].drop_duplicates().itertuples(index=False):
        own = frame[
            (frame["method"] == method) & (frame["covid"] == covid) & (frame["weights"] == weights)
        ]
        breakdown = own.groupby("outcome")["breakdown"].first()
        name = report_text(
            "sensitivity.breakdown_row",
            method=report_text(f"sensitivity.method_{method}"),
            covid=_covid(covid),
            weights=report_text(f"sensitivity.weights_{weights}"),
        )
        rows.append((name, [Cell(format_number(float(breakdown[name]))) for name in OUTCOMES]))
    return source.table_with_trace(
        "smooth", ([heads], rows), report_text("sensitivity.breakdown_caption"), [SENSITIVITY],
        label="breakdown",
    )  # fmt: skip


# --- relative changes -----------------------------------------------------------------------------


def logs(source: Source) -> Content:
    """Effects on logarithms of counts, of all trials and of the region."""
    heads = [
        HeaderCell(report_text("common.outcome"), number=False),
        HeaderCell(report_text("common.trials")),
        HeaderCell(report_text("effects.p_short")),
        HeaderCell(source.say("designs.region")),
        HeaderCell(report_text("effects.p_short")),
    ]
    rows: list[Row] = []
    told: list[str] = []
    count = 0
    for window in WINDOWS:
        for outcome in LOGS:
            both = [
                (source.results.records(name, window=window, outcome=outcome), column)
                for name, column in (("differences", "p_value"), ("region", "p_draws"))
            ]
            if not both[0][0]:
                continue
            when = "" if window == FIRST_YEAR else f" {report_text(f'designs.{window}')}"
            name = report_text(f"sensitivity.{outcome}") + when
            cells = []
            for design, (records, column) in zip(("trials", "region_short"), both, strict=True):
                row = records[0]
                count += 1
                if row[column] < SIGNIFICANCE_LEVEL:
                    told.append(f"{name.lower()} ({report_text(f'common.{design}').lower()})")
                cells += [_relative_cell(row), Cell(format_p_value(row[column]))]
            rows.append((name, cells))
    reading = (
        report_text(
            "sensitivity.logs_some", clear=format_count(len(told)), count=format_count(count),
            names=FINNISH.listing(told),
        )
        if told
        else report_text("sensitivity.logs_none", count=format_count(count))
    )  # fmt: skip
    return compose(
        heading(report_text("sensitivity.logs_title"), "sec-logs", 3),
        report_text("sensitivity.logs", reading=reading),
        source.table_with_trace(
            "logs",
            ([heads], rows),
            source.say("sensitivity.logs_caption", before=span_text(before_covid(source))),
            ["differences", "region"],
        ),
    )


def _relative_cell(row: Record) -> Cell:
    """A difference of logarithms in percent."""
    value, low, high = (
        float(100 * np.expm1(row[name])) for name in ("estimate", "ci_low", "ci_high")
    )
    return Cell(format_change(value, 1), format_interval(low, high, 1))
