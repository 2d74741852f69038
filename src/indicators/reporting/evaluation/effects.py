"""The effects: the region among placebo regions, all trial municipalities against controls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from indicators.reporting.evaluation.charts.paths import region_chart
from indicators.reporting.evaluation.numbers import UNKNOWN, change, interval, number, p_value
from indicators.reporting.evaluation.results import Record
from indicators.reporting.evaluation.source import TOGETHER, TOLD, WINDOWS, Source, row_name
from indicators.reporting.evaluation.told import told
from indicators.reporting.evaluation.wording import say
from indicators.reporting.fragments import Fragment, box, figure, heading, join
from indicators.reporting.tables.html import Cell, Head, Row, table

FIRST = "first_year"


def region_effects(source: Source) -> Fragment:
    """The region's effects among the placebo regions'."""
    first = source.results.records_by("outcome", "region", window=FIRST)
    values = told(first, TOLD, p_column="p_draws")
    long_term_effect = first["long_term_share"]
    values |= {
        f"long_term_share_{name}": p_value(long_term_effect[name])
        for name in ("p_adjusted", "p_regions")
    }
    regions = int(long_term_effect["regions"])
    drawn = region_chart(source)
    return join(
        heading(say("effects.title"), "sec-effects"),
        heading(source.say("effects.region_title"), "sec-region", 3),
        source.say("effects.region", **values),
        source.table_with_trace(
            "region_effects",
            _table(
                source,
                "region",
                [("effects", "p_draws"), ("effects", "p_adjusted"), ("effects", "p_regions")],
            ),
            source.say("effects.region_caption"),
            ["region", "placebo_draws"],
        ),
        box(
            say("effects.region_note", regions=str(regions), floor=number(1 / (regions + 1)))
            + " "
            + _missing_note(),
            "status-note",
        ),
        figure(drawn.file, "fig-region-paths", source.say("effects.paths_caption"), drawn.alt),
        *_plain(source),
    )


def _plain(source: Source) -> list[str]:
    values = told(source.results.records_by("outcome", "region_plain", window=FIRST), TOGETHER)
    return [
        source.say("effects.plain", **values),
        source.table_with_trace(
            "region_effects",
            _table(source, "region_plain", [("common", "p_value")]),
            source.say("effects.plain_caption"),
            ["region_plain"],
            label="region-plain",
        ),
    ]


def trial_effects(source: Source) -> Fragment:
    """Effects in all trial municipalities."""
    first = source.results.records_by("outcome", "differences", window=FIRST)
    return join(
        heading(say("effects.trials_title"), "sec-trials", 3),
        say("effects.trials", reading=_reading(first), **told(first, TOGETHER)),
        source.table_with_trace(
            "trial_effects",
            _table(source, "differences", [("common", "p_value"), ("effects", "p_adjusted")]),
            say("effects.trials_caption"),
            ["differences"],
        ),
        box(say("effects.trials_note") + " " + _missing_note(), "status-note"),
    )


def _reading(first: Mapping[str, Record]) -> str:
    """What the three say together, by their signs and whether zero is in their intervals."""

    def sign(name: str) -> int:
        return int(first[name]["ci_low"] > 0) - int(first[name]["ci_high"] < 0)

    if sign("unemployment_share") < 0 < sign("activation_rate") and not sign("extended_share"):
        return say("effects.reading_relabel")
    if sign("activation_rate") < 0:
        return say("effects.reading_fewer_services")
    return say("effects.reading_open")


def _table(source: Source, name: str, p_columns: Sequence[tuple[str, str]]) -> str:
    """A row an outcome and window; what is not published is said, not left out."""
    heads = [Head(say("common.outcome"), number=False), Head(say("common.window"), number=False)]
    heads += [Head(say("common.estimate")), Head(say("common.ci"))]
    heads += [Head(say(f"{topic}.{column}")) for topic, column in p_columns]
    rows: list[Row] = []
    for window in WINDOWS:
        found = source.results.records_by("outcome", name, window=window)
        shown = Cell(say(f"designs.{window}"), number=False)
        rows += [
            (
                row_name(outcome),
                [shown, *_cells(found.get(outcome), [column for _, column in p_columns])],
            )
            for outcome in TOLD
        ]
    return table([heads], rows)


def _cells(row: Record | None, p_columns: Sequence[str]) -> list[Cell]:
    if row is None:
        gaps = [Cell(UNKNOWN) for _ in range(1 + len(p_columns))]
        return [Cell(say("common.not_published")), *gaps]
    cells = [Cell(change(row["estimate"])), Cell(interval(row["ci_low"], row["ci_high"]))]
    return cells + [Cell(p_value(row[column])) for column in p_columns]


def _missing_note() -> str:
    return say("effects.missing_note", word=say("common.not_published"))
