"""Robustness of the findings: other samples and ends, areas left out, neighbours, placebo sets."""

from __future__ import annotations

from math import nan

from indicators.reporting.charts.evaluation_curve import (
    leave_out_chart,
    left_out_name,
    left_out_rows,
)
from indicators.reporting.evaluation_findings import effect_cell
from indicators.reporting.evaluation_source import (
    DASH,
    FIRST_YEAR,
    JOINT_OUTCOMES,
    RANGE_SIGN,
    REPORTED_OUTCOMES,
    Grid,
    Record,
    Source,
    format_change,
    format_count,
    format_p_value,
    format_share,
    load_report_texts,
    report_text,
    short_outcome_name,
)
from indicators.reporting.evaluation_specifications import (
    ALL_TRIALS,
    DESIGNS,
    LABOUR_FORCE,
    LEAVE_OUT,
    MAIN,
    REGION,
    TRIAL_AREA,
    UNEMPLOYMENT,
    at_the_start,
    before_covid,
    effects,
    is_significant,
    sample_name,
    span_text,
    specification,
)
from indicators.reporting.markdown import bullet_list, heading
from indicators.reporting.section import Content, FigurePart, TablePart, compose
from indicators.reporting.tables import Cell, HeaderCell, Row

#: Variants that move the base's beginning, in the order of the table.
HISTORIES = ("since_2006", "since_2012", "main", "two_years_before", "covid_kept")


def samples(source: Source) -> Content:
    """The effects under other rules of the sample, and with other ends and beginnings."""
    known = [
        sample
        for sample in dict.fromkeys(effects(source, cluster=TRIAL_AREA)["sample"])
        if not sample.startswith(LEAVE_OUT)
    ]
    rules = [
        f"**{sample_name(sample)}:** {source.say(f'variants.{sample}')}"
        for sample in known
        if f"variants.{sample}" in load_report_texts()
    ]
    return compose(
        heading(report_text("sensitivity.title"), "sec-robustness"),
        report_text("sensitivity.samples", **_sample_ranges(source, known))
        + " "
        + _earlier_sentence(source),
        source.table_with_trace(
            "samples",
            _choices_table(source, "sensitivity.variant", [
                (sample_name(sample), {"sample": sample}) for sample in known
            ]),
            source.say("sensitivity.samples_caption"),
            ["specifications"],
        ),
        report_text("sensitivity.variants_lead"),
        bullet_list(rules),
        report_text("sensitivity.ends"),
        source.table_with_trace(
            "samples",
            _choices_table(source, "sensitivity.ends_head", _ends(source)),
            source.say("sensitivity.ends_caption"),
            ["specifications"],
            label="ends",
        ),
    )  # fmt: skip


def _earlier_sentence(source: Source) -> str:
    """How many were in an earlier trial; empty where that sample was not computed."""
    whole = specification(source, ALL_TRIALS, UNEMPLOYMENT)
    left = specification(source, ALL_TRIALS, UNEMPLOYMENT, sample="no_earlier_trials")
    if whole is None or left is None:
        return ""
    return report_text(
        "sensitivity.earlier",
        treated=format_count(whole["treated"] - left["treated"]),
        controls=format_count(whole["controls"] - left["controls"]),
        all_treated=format_count(whole["treated"]),
        all_controls=format_count(whole["controls"]),
    )


def _ends(source: Source) -> list[tuple[str, dict[str, str]]]:
    """Windows that end or begin otherwise, and a base that ends before areas were chosen."""
    windows = dict.fromkeys(effects(source, sample=MAIN)["window"])
    before = before_covid(source)
    last = before.partition("..")[2]
    chosen = next(
        (
            base
            for base in dict.fromkeys(effects(source, sample=MAIN)["base"])
            if base.startswith(before.partition("..")[0]) and not base.endswith(last)
        ),
        "",
    )
    found = []
    for window in windows:
        # What begins before the half-year has no base in it.
        base = {"base": before} if "from_" in window else {}
        found.append((report_text(f"specifications.window_{window.replace('-', '_')}"),
                      {"window": window} | base))  # fmt: skip
    if chosen:
        found.append((report_text("charts.base", months=span_text(chosen)), {"base": chosen}))
    return found


#: Columns of a table of choices: design, outcome, further choices.
_CHOICE_COLUMNS: tuple[tuple[str, str, dict[str, str]], ...] = (
    (ALL_TRIALS, "unemployment_share", {}),
    (ALL_TRIALS, "extended_share", {}),
    (ALL_TRIALS, "activation_rate", {}),
    (ALL_TRIALS, "unemployment_share", {"weights": LABOUR_FORCE}),
    (REGION, "unemployment_share", {}),
    (REGION, "activation_rate", {}),
)


def _choices_table(source: Source, head: str, choices: list[tuple[str, dict[str, str]]]) -> Grid:
    """A row a choice: estimates of both designs with their intervals."""
    spans = (("common.trials", 3), ("sensitivity.weighted", 1), ("common.region_short", 2))
    outcomes = [outcome for _, outcome, _ in _CHOICE_COLUMNS]
    heads = [
        [
            HeaderCell(report_text(head), number=False),
            *(HeaderCell(report_text(key), span=span) for key, span in spans),
        ],
        [HeaderCell(""), *(HeaderCell(short_outcome_name(outcome)) for outcome in outcomes)],
    ]
    rows: list[Row] = []
    for name, changes in choices:
        cells = []
        for design, outcome, own in _CHOICE_COLUMNS:
            wanted = {"window": FIRST_YEAR} | own | changes
            window = wanted.pop("window")
            cells.append(effect_cell(specification(source, design, outcome, window, **wanted)))
        rows.append((name, cells))
    return heads, rows


def _sample_ranges(source: Source, known: list[str]) -> dict[str, str]:
    """Smallest and largest estimate over the samples."""
    found = {}
    for design, outcome, own in _CHOICE_COLUMNS:
        rows = [specification(source, design, outcome, sample=sample, **own) for sample in known]
        values = [float(row["estimate"]) for row in rows if row is not None]
        key = "weighted" if own else design
        found[f"{key}_{outcome}"] = (
            f"{format_change(min(values))}{RANGE_SIGN}{format_change(max(values))}"
            if values
            else DASH
        )
    return found


def leave_one_out(source: Source) -> Content:
    """Each trial area, placebo region and donor left out in turn."""
    tables = [_left_out_table(source, design) for design in (ALL_TRIALS, REGION)]
    return compose(
        heading(report_text("sensitivity.leave_title"), "sec-leave", 3),
        source.say(
            "sensitivity.leave",
            **{
                f"{name}_{end}": text
                for design, name in ((ALL_TRIALS, "trials"), (REGION, "region"))
                for end, text in _extremes(source, design).items()
            },
        ),
        FigurePart(leave_out_chart(source), "fig-leave", report_text("sensitivity.leave_figure")),
        *tables,
        _donors_table(source),
    )


def _donors_table(source: Source) -> TablePart:
    """The synthetic control's gap with each of its municipalities left out."""
    frame = source.results.frame("leave_one_out", kind="donor", window=FIRST_YEAR)
    heads = [HeaderCell(report_text("sensitivity.left_out"), number=False)]
    heads += [HeaderCell(short_outcome_name(name)) for name in JOINT_OUTCOMES]
    rows: list[Row] = []
    for code in dict.fromkeys(frame["left_out"]):
        own = frame[frame["left_out"] == code].set_index("outcome")["estimate"]
        if not any(name in own.index for name in JOINT_OUTCOMES):
            continue
        name = source.name(str(code)) if code else report_text("sensitivity.donors_none")
        gaps = [float(own.get(outcome, nan)) for outcome in JOINT_OUTCOMES]
        rows.append((name, [Cell(format_change(gap)) for gap in gaps]))
    return source.table_with_trace(
        "leave_one_out", ([heads], rows), source.say("sensitivity.donors_caption"),
        ["leave_one_out"], label="leave-donor",
    )  # fmt: skip


def history(source: Source) -> Content:
    """Bases that begin at other times, all that was before the start, COVID cut out or kept."""
    known = set(source.results.frame("robustness")["variant"])
    variants = [name for name in HISTORIES if name in known]
    heads = [
        [HeaderCell(report_text("sensitivity.history_head"), number=False)]
        + [
            HeaderCell(report_text(key), span=len(JOINT_OUTCOMES))
            for key in ("common.trials", "common.region_short")
        ],
        [HeaderCell("")]
        + [HeaderCell(short_outcome_name(name)) for _ in DESIGNS for name in JOINT_OUTCOMES],
    ]
    rows: list[Row] = []
    for variant in variants:
        cells = []
        for design in DESIGNS:
            found = source.results.records_by(
                "outcome", "robustness", variant=variant, design=design, window=FIRST_YEAR
            )
            cells += [effect_cell(found.get(name)) for name in JOINT_OUTCOMES]
        rows.append((report_text(f"sensitivity.history_{variant}"), cells))
    return compose(
        heading(report_text("sensitivity.history_title"), "sec-history", 3),
        report_text("sensitivity.history"),
        source.table_with_trace(
            "history", (heads, rows), source.say("sensitivity.history_caption"), ["robustness"]
        ),
    )


def _extremes(source: Source, design: str) -> dict[str, str]:
    """Smallest and largest estimates, and who is left out for them."""
    rows = left_out_rows(source, design, "unemployment_share").sort_values("estimate")
    if rows.empty:
        return dict.fromkeys(("low", "low_name", "high", "high_name", "p_low", "p_high"), DASH)
    low, high = rows.iloc[0], rows.iloc[-1]
    return {
        "low": format_change(float(low["estimate"])),
        "low_name": left_out_name(source, str(low["left_out"])),
        "high": format_change(float(high["estimate"])),
        "high_name": left_out_name(source, str(high["left_out"])),
        "p_low": format_p_value(float(rows["p_value"].min())),
        "p_high": format_p_value(float(rows["p_value"].max())),
    }


def _left_out_table(source: Source, design: str) -> TablePart:
    heads = [HeaderCell(report_text("sensitivity.left_out"), number=False)]
    for outcome in JOINT_OUTCOMES:
        heads += [
            HeaderCell(short_outcome_name(outcome)),
            HeaderCell(report_text("effects.p_short")),
        ]
    frames = {name: left_out_rows(source, design, name) for name in JOINT_OUTCOMES}
    rows: list[Row] = []
    for code in frames[JOINT_OUTCOMES[0]]["left_out"]:
        cells = []
        for name in JOINT_OUTCOMES:
            found = frames[name][frames[name]["left_out"] == code]
            cells += (
                [Cell(DASH), Cell(DASH)]
                if found.empty
                else [
                    Cell(format_change(float(found["estimate"].iloc[0]))),
                    Cell(format_p_value(float(found["p_value"].iloc[0]))),
                ]
            )
        rows.append((left_out_name(source, code), cells))
    kind = "area" if design == ALL_TRIALS else "region"
    return source.table_with_trace(
        "leave_one_out",
        ([heads], rows),
        source.say(f"sensitivity.leave_{kind}_caption"),
        ["specifications"],
        label=f"leave-{kind}",
    )


def rings(source: Source) -> Content:
    """Whether controls near the trial moved as well."""
    frame = source.results.frame("spillovers", window=FIRST_YEAR, base=at_the_start(source))
    heads = [HeaderCell(report_text("sensitivity.ring"), number=False)]
    heads += [HeaderCell(short_outcome_name(name)) for name in JOINT_OUTCOMES]
    rows: list[Row] = []
    clear = 0
    for ring, weights in dict.fromkeys(zip(frame["ring"], frame["weights"], strict=True)):
        own = frame[(frame["ring"] == ring) & (frame["weights"] == weights)]
        by_outcome = {str(row["outcome"]): row for row in own.to_dict("records")}
        first = by_outcome[JOINT_OUTCOMES[0]]
        name = report_text(
            f"sensitivity.ring_{ring}_{weights}",
            near=format_count(first["near"]), far=format_count(first["far"]),
        )  # fmt: skip
        clear += sum(is_significant(by_outcome[name]) for name in JOINT_OUTCOMES)
        rows.append((name, [effect_cell(by_outcome.get(name)) for name in JOINT_OUTCOMES]))
    count = len(rows) * len(JOINT_OUTCOMES)
    reading = report_text(
        f"sensitivity.rings_{'some' if clear else 'none'}",
        clear=format_count(clear), count=format_count(count),
    )  # fmt: skip
    return compose(
        heading(report_text("sensitivity.rings_title"), "sec-rings", 3),
        report_text("sensitivity.rings", reading=reading),
        source.table_with_trace(
            "rings", ([heads], rows), report_text("sensitivity.rings_caption"), ["spillovers"]
        ),
    )


def placebo_sets(source: Source) -> Content:
    """P values by draw, by set, by maakunta, and with each maakunta left out."""
    frame = source.results.frame("placebo_sets", window=FIRST_YEAR, base=at_the_start(source))
    names = ("p_draws", "p_sets", "p_regions")
    heads = [HeaderCell(report_text("common.outcome"), number=False)]
    heads += [HeaderCell(report_text(f"sensitivity.{name}")) for name in (*names, "p_leave")]
    rows: list[Row] = []
    main = frame[frame["sample"] == MAIN]
    for sample, name in ((MAIN, ""), ("with_own_region", report_text("sensitivity.own_region"))):
        found = source.results.records_by(
            "outcome", "placebo_sets", window=FIRST_YEAR, base=at_the_start(source), sample=sample
        )
        rows += [
            (short_outcome_name(outcome) + name, _set_cells(found[outcome]))
            for outcome in REPORTED_OUTCOMES
            if outcome in found
        ]
    first = main.iloc[0]
    return compose(
        heading(report_text("sensitivity.sets_title"), "sec-sets", 3),
        source.say(
            "sensitivity.sets",
            draws=format_count(float(first["draws"])),
            sets=format_count(float(first["sets"])),
            regions=format_count(float(first["regions"])),
            largest=format_share(100 * float(first["largest_set"])),
        ),
        source.table_with_trace(
            "placebo_sets", ([heads], rows), report_text("sensitivity.sets_caption"),
            ["placebo_sets"],
        ),
    )  # fmt: skip


def _set_cells(row: Record) -> list[Cell]:
    """P values by draw, set and maakunta, and their range with a maakunta left out."""
    # With a single maakunta none can be left out.
    ends = [format_p_value(float(row.get(name, nan))) for name in ("p_low", "p_high")]
    cells = [Cell(format_p_value(float(row[name]))) for name in ("p_draws", "p_sets", "p_regions")]
    return [*cells, Cell(RANGE_SIGN.join(ends))]
