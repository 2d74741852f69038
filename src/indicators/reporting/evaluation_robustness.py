"""Classes of municipalities, the synthetic region, and the made-up volume."""

from __future__ import annotations

from collections.abc import Mapping
from math import isnan

from indicators.reporting.charts.evaluation import synthetic_chart
from indicators.reporting.evaluation_source import (
    DASH,
    FINNISH,
    FIRST_YEAR,
    JOINT_OUTCOMES,
    RANGE_SIGN,
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
    format_p_value,
    report_text,
    short_outcome_name,
)
from indicators.reporting.markdown import heading, styled_box
from indicators.reporting.section import Content, FigurePart, compose
from indicators.reporting.tables import Cell, HeaderCell, Row

SYNTHETIC_COLUMNS = ("fit", "p_value", "augmented", "difference", "leave", "in_time")
#: Smaller weights are not shown.
LEAST_WEIGHT = 0.01
INCIDENCE_DAYS = 180
PLANTED, NOTHING = "planted", "nothing"
#: Groups side by side: in the trial's area, in its target group.
GROUPS = {
    "trial_target": (True, True),
    "trial_other": (True, False),
    "other_target": (False, True),
    "other_other": (False, False),
}


def heterogeneity(source: Source) -> Content:
    """Effects by kind of municipality."""
    frame = source.results.frame("heterogeneity", window=FIRST_YEAR)
    heads = [HeaderCell(report_text("sensitivity.class"), number=False)]
    heads += [HeaderCell(short_outcome_name(name)) for name in REPORTED_OUTCOMES]
    rows: list[Row] = []
    for moderator, level in dict.fromkeys(zip(frame["moderator"], frame["level"], strict=True)):
        rows_of_group = source.results.records_by(
            "outcome", "heterogeneity", window=FIRST_YEAR, moderator=moderator, level=level
        )
        sizes = rows_of_group[REPORTED_OUTCOMES[0]]
        counts = {key: format_count(sizes[key]) for key in ("treated", "controls")}
        text = report_text(
            "sensitivity.class_row", name=report_text(f"sensitivity.{moderator}_{level}"), **counts
        )
        rows.append((text, [_class_cell(rows_of_group, name) for name in REPORTED_OUTCOMES]))
    return compose(
        heading(report_text("sensitivity.heterogeneity_title"), "sec-heterogeneity", 3),
        report_text(
            "sensitivity.heterogeneity", large=format_count(source.stored.manifest["plan"]["large"])
        ),
        source.table_with_trace(
            "heterogeneity",
            ([heads], rows),
            report_text("sensitivity.heterogeneity_caption"),
            ["heterogeneity"],
        ),
    )


def _class_cell(rows: Mapping[str, Record], name: str) -> Cell:
    if name not in rows:
        return Cell(DASH)
    row = rows[name]
    return Cell(format_change(row["estimate"]), format_interval(row["ci_low"], row["ci_high"]))


# The synthetic region: its municipalities, and how far the region is from it.


def synthetic_weights(source: Source) -> Content:
    """The municipalities that make up the synthetic region."""
    frame = source.results.frame("weights", window=FIRST_YEAR)
    wide = frame.pivot(index="unit", columns="outcome", values="weight")[list(REPORTED_OUTCOMES)]
    shown = wide[(wide > LEAST_WEIGHT).any(axis=1)].sort_values(
        REPORTED_OUTCOMES[0], ascending=False
    )
    heads = [HeaderCell(report_text("synthetic.unit"), number=False)]
    heads += [HeaderCell(short_outcome_name(name)) for name in REPORTED_OUTCOMES]
    rows: list[Row] = [
        (source.name(str(unit)), [Cell(_weight_text(float(weight))) for weight in weights])
        for unit, weights in zip(shown.index, shown.to_numpy(), strict=True)
    ]
    least = float(source.stored.manifest["plan"]["least_donor"])
    return compose(
        heading(report_text("synthetic.title"), "sec-synthetic", 3),
        report_text(
            "synthetic.weights",
            least=format_count(least),
            units=format_count(len(shown)),
            neighbours=_neighbours_among(source, list(map(str, shown.index))),
        ),
        source.table_with_trace(
            "synthetic_weights",
            ([heads], rows),
            report_text("synthetic.weights_caption"),
            ["weights"],
        ),
    )


def _neighbours_among(source: Source, donors: list[str]) -> str:
    """Donors of the region's own maakunta, which the trial may have touched; empty for none."""
    regions = source.results.frame("units").set_index("unit")["region"]
    own = set(regions[[unit for unit in source.members if unit in regions.index]])
    near = [source.name(unit) for unit in donors if regions.get(unit) in own]
    if not near:
        return ""
    return report_text("synthetic.neighbours", names=FINNISH.listing(near))


def synthetic_effects(source: Source) -> Content:
    """The region beside its synthetic twin."""
    main = source.results.records_by("outcome", "synthetic", window=FIRST_YEAR, form="main")
    earlier = source.results.records_by("outcome", "synthetic", window=FIRST_YEAR, form="in_time")
    values = {
        key: text for key, text in effect_texts(main, JOINT_OUTCOMES).items() if "_ci" not in key
    }
    values |= {
        f"{name}_in_time": format_change(earlier[name]["estimate"]) for name in JOINT_OUTCOMES
    }
    drawn = synthetic_chart(source)
    return compose(
        source.say("synthetic.effects", **values),
        source.table_with_trace(
            "synthetic_effects",
            _synthetic_table(source),
            source.say("synthetic.effects_caption"),
            ["synthetic", "gaps", "synthetic_placebos"],
        ),
        styled_box(report_text("synthetic.note"), "status-note"),
        FigurePart(drawn, "fig-synthetic", source.say("synthetic.figure_caption")),
    )


def _weight_text(value: float) -> str:
    return format_number(100 * value, 0) if value > LEAST_WEIGHT else DASH


def _synthetic_table(source: Source) -> Grid:
    heads = [
        HeaderCell(report_text("common.outcome"), number=False),
        HeaderCell(report_text("synthetic.gap")),
    ]
    heads += [HeaderCell(report_text(f"synthetic.{name}")) for name in SYNTHETIC_COLUMNS]
    rows: list[Row] = []
    for window in WINDOWS:
        for name in REPORTED_OUTCOMES:
            forms = source.results.records_by("form", "synthetic", window=window, outcome=name)
            # The first year goes without saying: so wide a table has no room for a column of it.
            when = "" if window == FIRST_YEAR else f" {report_text(f'designs.{window}')}"
            rows.append((short_outcome_name(name) + when, _synthetic_cells(forms)))
    return [heads], rows


def _synthetic_cells(forms: Mapping[str, Record]) -> list[Cell]:
    if not forms:
        return [Cell(report_text("common.not_published")), *(Cell(DASH) for _ in SYNTHETIC_COLUMNS)]
    main = forms["main"]
    left = [record["estimate"] for form, record in forms.items() if form.startswith("without")]
    earlier = forms["in_time"]["estimate"] if "in_time" in forms else float("nan")
    return [
        Cell(format_change(main["estimate"])),
        Cell(format_number(main["rmspe_before"])),
        Cell(format_p_value(main["p_value"])),
        Cell(format_change(forms["augmented"]["estimate"])),
        Cell(format_change(forms["difference"]["estimate"])),
        Cell(f"{format_change(min(left))}{RANGE_SIGN}{format_change(max(left))}"),
        Cell(format_change(earlier)),
    ]


# The second volume: whether the register's methods find, in made-up people, what was planted.


def made_up_opening(source: Source) -> Content:
    """What is made up, and what for."""
    plan = source.stored.manifest["plan"]
    return compose(
        styled_box(report_text("made_up.notice"), "synthetic-notice"),
        heading(report_text("made_up.opening_title"), "sec-opening"),
        report_text(
            "made_up.opening",
            persons=format_count(plan["persons"]),
            truth=format_number(plan["ratio"], 1),
        ),
    )


def hazards(source: Source) -> Content:
    """Leaving unemployment by cause."""
    rows = source.results.records("made_up_hazards")
    market = {
        (record["version"], record["model"]): record
        for record in rows
        if record["cause"] == "open_market"
    }
    planted, nothing = market[PLANTED, "areas"], market[NOTHING, "areas"]
    cox = market[PLANTED, "cox"]
    names = ("model", "version", "truth", "ratio")
    heads = [HeaderCell(report_text("made_up.cause"), number=False)]
    heads += [
        HeaderCell(report_text(f"made_up.{name}"), number=name in ("truth", "ratio"))
        for name in names
    ]
    heads += [
        HeaderCell(report_text("common.ci")),
        HeaderCell(report_text("common.p_value")),
        HeaderCell(report_text("made_up.events")),
    ]
    body: list[Row] = [
        (report_text(f"made_up.{record['cause']}"), _hazard_cells(record)) for record in rows
    ]
    text = report_text(
        "made_up.hazards",
        ratio=format_number(planted["ratio"]),
        ci=_ends_text(planted),
        truth=format_number(planted["truth"]),
        nothing=format_number(nothing["ratio"]),
        nothing_ci=_ends_text(nothing),
        cox=format_number(cox["ratio"]),
    )
    caption = report_text("made_up.hazards_caption")
    return compose(
        heading(report_text("made_up.hazards_title"), "sec-hazards"),
        text,
        source.table_with_trace("hazards", ([heads], body), caption, ["made_up_hazards"]),
        styled_box(_disclosure_note(source), "status-note"),
    )


def triple(source: Source) -> Content:
    """Target group and others, within the trial and outside."""
    rows = source.results.records("made_up_triple")
    by_version = {str(record["version"]): record for record in rows}
    planted, nothing = by_version[PLANTED], by_version[NOTHING]
    is_false = nothing["ci_low"] > 0 or nothing["ci_high"] < 0
    heads = [
        HeaderCell(report_text("made_up.version"), number=False),
        HeaderCell(report_text("made_up.truth")),
    ]
    heads += [
        HeaderCell(report_text("common.estimate")),
        HeaderCell(report_text("common.ci")),
        HeaderCell(report_text("made_up.areas")),
    ]
    body: list[Row] = [
        (report_text(f"made_up.version_{record['version']}"), _triple_cells(record))
        for record in rows
    ]
    text = report_text(
        "made_up.triple",
        estimate=format_change(planted["estimate"]),
        ci=format_interval(planted["ci_low"], planted["ci_high"]),
        truth=format_change(planted["truth"]),
        areas=format_count(planted["areas"]),
        nothing=format_change(nothing["estimate"]),
        nothing_ci=format_interval(nothing["ci_low"], nothing["ci_high"]),
        reading=report_text(f"made_up.triple_{'false' if is_false else 'quiet'}"),
    )
    caption = report_text("made_up.triple_caption")
    return compose(
        heading(report_text("made_up.triple_title"), "sec-triple"),
        text,
        source.table_with_trace("triple", ([heads], body), caption, ["made_up_triple"]),
    )


def incidence(source: Source) -> Content:
    """Competing causes."""
    rows = source.results.records("made_up_incidence", days=INCIDENCE_DAYS)
    shares = {
        (record["cause"], record["trial"], record["target_group"]): record["share"]
        for record in rows
    }
    heads = [HeaderCell(report_text("made_up.cause"), number=False)]
    heads += [HeaderCell(report_text(f"made_up.{name}")) for name in GROUPS]
    body: list[Row] = [
        (
            report_text(f"made_up.{cause}"),
            [_share_cell(shares[cause, *group]) for group in GROUPS.values()],
        )
        for cause in dict.fromkeys(record["cause"] for record in rows)
    ]
    caption = report_text("made_up.incidence_caption", days=format_count(INCIDENCE_DAYS))
    return compose(
        heading(report_text("made_up.incidence_title"), "sec-incidence"),
        report_text("made_up.incidence"),
        source.table_with_trace("incidence", ([heads], body), caption, ["made_up_incidence"]),
        styled_box(_disclosure_note(source), "status-note"),
    )


def monte_carlo(source: Source) -> Content:
    """What the methods find over many registers: bias, coverage, size, power."""
    rows = source.results.records("made_up_monte_carlo")
    names = ("truth", "bias", "spread", "coverage", "size", "power", "size_by_person")
    heads = [HeaderCell(report_text("made_up.figure"), number=False)]
    heads += [HeaderCell(report_text(f"made_up.{name}")) for name in names]
    body: list[Row] = []
    for record in rows:
        name = report_text(
            "made_up.figure_name",
            outcome=report_text(f"made_up.outcome_{record['outcome']}"),
            sample=report_text(f"made_up.sample_{record['sample']}"),
            months=format_count(record["months"]),
        )
        shown = [format_number(record[key], _decimals(record)) for key in names[:3]]
        shares = [format_number(100 * record[key], 1) for key in names[3:]]
        body.append((name, [*map(Cell, shown), *map(Cell, shares)]))
    size = [record["size"] for record in rows]
    coverage = [record["coverage"] for record in rows]
    text = report_text(
        "made_up.monte_carlo",
        replications=format_count(min(record["replications"] for record in rows)),
        size=_range_of(size),
        coverage=_range_of(coverage),
        sizes_reached=format_count(sum(0.04 <= value <= 0.06 for value in size)),
        coverages_reached=format_count(sum(0.93 <= value <= 0.97 for value in coverage)),
        figures=format_count(len(rows)),
        by_person=_range_of([record["size_by_person"] for record in rows]),
        power=_range_of([record["power"] for record in rows]),
    )
    caption = report_text("made_up.monte_carlo_caption")
    return compose(
        heading(report_text("made_up.monte_carlo_title"), "sec-monte-carlo"),
        text,
        source.table_with_trace("monte_carlo", ([heads], body), caption, ["made_up_monte_carlo"]),
    )


def _decimals(record: Record) -> int:
    return 1 if record["outcome"] == "unemployed_days" else 3


def _range_of(shares: list[float]) -> str:
    low, high = (format_number(100 * value, 1) for value in (min(shares), max(shares)))
    return f"{low}{RANGE_SIGN}{high}"


def _disclosure_note(source: Source) -> str:
    return report_text(
        "made_up.disclosure", least=format_count(source.stored.manifest["plan"]["least_events"])
    )


def _hazard_cells(record: Record) -> list[Cell]:
    first = [
        Cell(report_text(f"made_up.model_{record['model']}"), number=False),
        Cell(report_text(f"made_up.version_{record['version']}"), number=False),
        Cell(format_number(record["truth"])),
    ]
    if isnan(record["ratio"]):
        return [*first, *(Cell(report_text("made_up.hidden")) for _ in range(4))]
    shown = [
        format_number(record["ratio"]),
        *(
            # Cox's errors are no measure of chance where one area was treated.
            (report_text("made_up.no_interval"),) * 2
            if isnan(record["p_value"])
            else (_ends_text(record), format_p_value(record["p_value"]))
        ),
        format_count(record["events"]),
    ]
    return [*first, *map(Cell, shown)]


def _ends_text(record: Record) -> str:
    return f"{format_number(record['ci_low'])}{RANGE_SIGN}{format_number(record['ci_high'])}"


def _triple_cells(record: Record) -> list[Cell]:
    ends = format_interval(record["ci_low"], record["ci_high"])
    shown = [
        format_change(record["truth"]),
        format_change(record["estimate"]),
        ends,
        format_count(record["areas"]),
    ]
    return [*map(Cell, shown)]


def _share_cell(value: float) -> Cell:
    return Cell(report_text("made_up.hidden") if isnan(value) else format_number(100 * value, 1))
