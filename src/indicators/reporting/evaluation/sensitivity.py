"""How the effects change with the rules, with the trends allowed, and by kind of municipality."""

from __future__ import annotations

from collections.abc import Mapping
from math import isnan

import pandas as pd

from indicators.evaluation.sensitivity.trends import breakdown
from indicators.reporting.evaluation import told
from indicators.reporting.evaluation.charts.forest import forest_chart
from indicators.reporting.evaluation.numbers import TO, UNKNOWN, change, count, interval, number
from indicators.reporting.evaluation.results import Record
from indicators.reporting.evaluation.source import TOGETHER, TOLD, Source, outcome, row_name
from indicators.reporting.evaluation.wording import capital, say
from indicators.reporting.fragments import Fragment, bullets, figure, heading, join
from indicators.reporting.tables.html import Cell, Head, Row, table

FIRST = "first_year"
DESIGNS = ("region", "all_trials")


def robustness(source: Source) -> Fragment:
    """The effects under other rules."""
    frame = source.results.frame("robustness", window=FIRST)
    charts = {design: forest_chart(source, design) for design in DESIGNS}
    variants = list(dict.fromkeys(frame["variant"]))
    rules = [
        f"**{say(f'variants.{variant}_short')}:** {source.say(f'variants.{variant}')}"
        for variant in variants
    ]
    pictures = [
        figure(
            charts[design].file,
            f"fig-forest-{design.replace('_', '-')}",
            source.say(f"sensitivity.forest_{short}"),
            charts[design].alt,
        )
        for design, short in zip(DESIGNS, ("region", "trials"), strict=True)
    ]
    return join(
        heading(say("sensitivity.title"), "sec-robustness"),
        source.say("sensitivity.robustness", **_told(frame)),
        *pictures,
        say("sensitivity.variants_lead"),
        bullets(rules),
        *(_robustness_table(source, variants, design) for design in DESIGNS),
    )


def bounds(source: Source) -> Fragment:
    """How far trends may differ before a finding fails."""
    frame = source.results.frame("bounds")
    ratios = sorted(frame["step_ratio"].unique())
    heads = [Head(say("sensitivity.bound"), number=False), *map(Head, map(row_name, TOLD))]
    rows: list[Row] = []
    for ratio in ratios:
        bounds_of_ratio = source.results.records_by("outcome", "bounds", step_ratio=ratio)
        ends = [
            interval(bounds_of_ratio[name]["ci_low"], bounds_of_ratio[name]["ci_high"])
            for name in TOLD
        ]
        rows.append((number(float(ratio)), [Cell(end) for end in ends]))
    return join(
        heading(say("sensitivity.bounds_title"), "sec-bounds", 3),
        say("sensitivity.bounds", reading=_breakdowns(frame)),
        source.table_with_trace(
            "bounds", table([heads], rows), say("sensitivity.bounds_caption"), ["bounds"]
        ),
    )


def _breakdowns(frame: pd.DataFrame) -> str:
    """For each outcome whose interval leaves zero out, up to which bound it does."""
    lines = []
    for name in TOGETHER:
        rows = frame[frame["outcome"] == name].sort_values("step_ratio")
        value = breakdown(rows[["step_ratio", "ci_low", "ci_high"]].reset_index(drop=True))
        if not isnan(value):
            texts = {"outcome": outcome(name).lower(), "value": number(value)}
            lines.append(say("sensitivity.bounds_value", **texts))
    if not lines:
        return say("sensitivity.bounds_none")
    return say("sensitivity.bounds_some", values=", ".join(lines))


def heterogeneity(source: Source) -> Fragment:
    """Effects by kind of municipality."""
    frame = source.results.frame("heterogeneity", window=FIRST)
    heads = [Head(say("sensitivity.class"), number=False)]
    heads += [Head(row_name(name)) for name in TOLD]
    rows: list[Row] = []
    for moderator, level in dict.fromkeys(zip(frame["moderator"], frame["level"], strict=True)):
        rows_of_group = source.results.records_by(
            "outcome", "heterogeneity", window=FIRST, moderator=moderator, level=level
        )
        sizes = rows_of_group[TOLD[0]]
        counts = {key: count(sizes[key]) for key in ("treated", "controls")}
        text = say("sensitivity.class_row", name=say(f"sensitivity.{moderator}_{level}"), **counts)
        rows.append((text, [_cell(rows_of_group, name) for name in TOLD]))
    return join(
        heading(say("sensitivity.heterogeneity_title"), "sec-heterogeneity", 3),
        say("sensitivity.heterogeneity", large=count(source.stored.manifest["plan"]["large"])),
        source.table_with_trace(
            "heterogeneity", table([heads], rows), say("sensitivity.heterogeneity_caption"),
            ["heterogeneity"],
        ),
    )  # fmt: skip


def detectable(source: Source) -> Fragment:
    """The smallest effect the designs could have found."""
    region, trials = (
        {
            sentence: row["detectable"]
            for sentence, row in source.results.records_by("outcome", name, window=FIRST).items()
        }
        for name in ("region", "differences")
    )
    heads = [Head(say("common.outcome"), number=False)]
    heads += [Head(capital(source.say(f"designs.{name}"))) for name in DESIGNS]
    rows: list[Row] = [
        (row_name(name), [Cell(number(part[name])) for part in (region, trials)]) for name in TOLD
    ]
    name = "unemployment_share"
    before = source.results.value("trial_years", name, unit=source.group, trial_year=-2)
    known = {f"region_{key}": text for key, text in told.detectable(source, "region").items()}
    known |= {
        f"trials_{key}": sentence
        for key, sentence in told.detectable(source, "differences").items()
    }
    text = source.say(
        "sensitivity.detectable", share=number(100 * region[name] / before, 0), **known
    )
    if not told.region_stands_out(source):
        text += " " + source.say("sensitivity.detectable_none")
    return join(
        heading(say("sensitivity.detectable_title"), "sec-detectable", 3),
        text,
        source.table_with_trace(
            "detectable", table([heads], rows), say("sensitivity.detectable_caption"),
            ["region", "differences"],
        ),
    )  # fmt: skip


def _told(frame: pd.DataFrame) -> dict[str, str]:
    def ends(design: str, name: str) -> tuple[str, str]:
        found = frame[(frame["design"] == design) & (frame["outcome"] == name)]["estimate"]
        return change(float(found.min())), change(float(found.max()))

    region = frame[frame["design"] == "region"]
    significant = int(((region["ci_low"] > 0) | (region["ci_high"] < 0)).sum())
    key = f"sensitivity.robustness_{'some' if significant else 'none'}"
    reading = say(key, count=count(len(region)), significant=count(significant))
    values = {"reading": reading}
    for design in DESIGNS:
        for name in TOGETHER:
            low, high = ends(design, name)
            values[f"{design}_{name}"] = f"{low}{TO}{high}"
    return values


def _robustness_table(source: Source, variants: list[str], design: str) -> str:
    heads = [Head(say("sensitivity.variant"), number=False), *map(Head, map(row_name, TOGETHER))]
    rows: list[Row] = []
    for variant in variants:
        rows_of_variant = source.results.records_by(
            "outcome", "robustness", window=FIRST, variant=variant, design=design
        )
        rows.append(
            (say(f"variants.{variant}_short"), [_cell(rows_of_variant, name) for name in TOGETHER])
        )
    return source.table_with_trace(
        "robustness",
        table([heads], rows),
        say("sensitivity.robustness_caption", design=capital(source.say(f"designs.{design}"))),
        ["robustness"],
        label=f"robustness-{design.replace('_', '-')}",
    )


def _cell(rows: Mapping[str, Record], name: str) -> Cell:
    if name not in rows:
        return Cell(UNKNOWN)
    row = rows[name]
    return Cell(change(row["estimate"]), interval(row["ci_low"], row["ci_high"]))
