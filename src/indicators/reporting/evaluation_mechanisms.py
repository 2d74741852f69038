"""How an effect could have come about: services by kind, and what only a register knows."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from indicators.reporting.charts.evaluation_services import LEVELS, kind_name, services_chart
from indicators.reporting.evaluation_source import (
    DASH,
    FINNISH,
    SIGNIFICANCE_LEVEL,
    Grid,
    Record,
    Source,
    format_change,
    format_count,
    format_interval,
    format_p_equals,
    report_text,
)
from indicators.reporting.evaluation_specifications import (
    ALL_TRIALS,
    EQUAL,
    LABOUR_FORCE,
    REGION,
    span_text,
    three_bases,
)
from indicators.reporting.markdown import heading, styled_box
from indicators.reporting.section import Content, FigurePart, TablePart, compose
from indicators.reporting.tables import Cell, HeaderCell, Row

EFFECTS = "service_effects"
ALL_KINDS = "services"
#: Designs and weights that stand side by side.
COLUMNS = ((ALL_TRIALS, EQUAL), (ALL_TRIALS, LABOUR_FORCE), (REGION, EQUAL))


def mechanisms(source: Source) -> Content:
    """Services by kind before and after, against controls, and what the table does not hold."""
    _, year, start = three_bases(source)
    about, covid = source.settings.trial, source.stored.manifest["plan"]["rules"]["covid"]
    caption = report_text(
        "mechanisms.figure", start=FINNISH.day(about.start), covid=span_text("..".join(covid))
    )
    return compose(
        heading(report_text("mechanisms.title"), "sec-mechanisms"),
        source.say("mechanisms.lead", base=span_text(start), year=span_text(year)),
        _total(source, start, year),
        _reading(source, (start, year)),
        _wage_subsidy(source, start),
        FigurePart(services_chart(source), "fig-services", caption),
        _effects_table(source, start, "services"),
        _effects_table(source, year, "services-before"),
        _hidden(source, (start, year)),
        report_text("mechanisms.lacking"),
        styled_box(report_text("mechanisms.note"), "status-note"),
    )


def _rows(source: Source, base: str) -> dict[tuple[str, str, str], Record]:
    """Effects against a base by design, weights and kind."""
    return {
        (str(row["design"]), str(row["weights"]), str(row["kind"])): row
        for row in source.results.records(EFFECTS, base=base)
    }


def _kinds(source: Source) -> list[str]:
    return list(dict.fromkeys(source.results.frame(EFFECTS)["kind"]))


def _shown(source: Source, bases: tuple[str, ...]) -> Iterator[Record]:
    """Every effect that a table shows."""
    for base in bases:
        found = _rows(source, base)
        for kind in _kinds(source):
            for design, weights in COLUMNS:
                if (design, weights, kind) in found:
                    yield found[design, weights, kind]


def _reading(source: Source, bases: tuple[str, ...]) -> str:
    """What stands out by kind, and which kinds moved the same way in every calculation."""
    shown = pd.DataFrame(list(_shown(source, bases)))
    clear = shown[shown["p_value"] < SIGNIFICANCE_LEVEL]
    count = format_count(len(shown))
    if clear.empty:
        return report_text("mechanisms.reading_none", count=count)
    times = clear.groupby("kind", sort=False).size().sort_values(ascending=False, kind="stable")
    names = [
        report_text(
            "mechanisms.reading_item",
            kind=kind_name(str(kind)).lower(),
            times=format_count(float(number)),
        )
        for kind, number in times.items()
    ]
    same = (shown["estimate"] > 0).groupby(shown["kind"], sort=False).nunique() == 1
    alike = [kind_name(str(kind)).lower() for kind in same.index[same]]
    return report_text(
        "mechanisms.reading_some",
        clear=format_count(len(clear)),
        count=count,
        negative=format_count(int((clear["estimate"] < 0).sum())),
        names=FINNISH.listing(names),
        same=FINNISH.listing(alike) if alike else report_text("mechanisms.reading_no_same"),
    )


def _total(source: Source, base: str, year: str) -> str:
    """All services, and the kind that moved most with municipalities weighed."""
    found = _rows(source, base)
    weighted = {kind: found[ALL_TRIALS, LABOUR_FORCE, kind] for kind in _kinds(source)}
    total = weighted.pop(ALL_KINDS)
    equal = found[ALL_TRIALS, EQUAL, ALL_KINDS]
    sign = 1 if total["estimate"] > 0 else -1
    largest = max(weighted.values(), key=lambda row: sign * float(row["estimate"]))
    in_year = _rows(source, year)[ALL_TRIALS, LABOUR_FORCE, str(largest["kind"])]
    return report_text(
        "mechanisms.total",
        equal=format_change(equal["estimate"]),
        equal_p=format_p_equals(equal["p_value"]),
        weighted=format_change(total["estimate"]),
        weighted_p=format_p_equals(total["p_value"]),
        largest=kind_name(str(largest["kind"])).lower(),
        largest_estimate=format_change(largest["estimate"]),
        largest_p=format_p_equals(largest["p_value"]),
        year=span_text(year),
        largest_year=format_change(in_year["estimate"]),
        largest_year_p=format_p_equals(in_year["p_value"]),
    )


def _wage_subsidy(source: Source, base: str) -> str:
    found = _rows(source, base)
    values = {}
    for end, weights in (("", EQUAL), ("_weighted", LABOUR_FORCE)):
        row = found[ALL_TRIALS, weights, "subsidised"]
        values[f"subsidised{end}"] = format_change(row["estimate"])
        values[f"subsidised{end}_p"] = format_p_equals(row["p_value"])
    return report_text("mechanisms.wage_subsidy", **values)


def _hidden(source: Source, bases: tuple[str, ...]) -> str:
    """Of which kinds hidden cells leave the sign open."""
    open_ = [
        str(row["kind"]) for row in _shown(source, bases) if row["lowest"] < 0 < row["highest"]
    ]
    text = report_text("mechanisms.hidden")
    if not open_:
        return text
    names = FINNISH.listing([kind_name(kind).lower() for kind in dict.fromkeys(open_)])
    return f"{text} {report_text('mechanisms.hidden_zero', kinds=names)}"


def _effects_table(source: Source, base: str, label: str) -> TablePart:
    return source.table_with_trace(
        "mechanisms",
        _grid(source, base),
        report_text("mechanisms.caption", base=span_text(base)),
        [EFFECTS, LEVELS],
        label=label,
    )


def _grid(source: Source, base: str) -> Grid:
    names = [
        report_text("effects.unweighted"),
        report_text("mechanisms.possible"),
        report_text("effects.weighted"),
        report_text("mechanisms.possible"),
        source.say("designs.region"),
    ]
    heads = [HeaderCell(report_text("mechanisms.kind"), number=False), *map(HeaderCell, names)]
    found = _rows(source, base)
    rows: list[Row] = []
    for kind in _kinds(source):
        cells = []
        for design, weights in COLUMNS:
            row = found.get((design, weights, kind))
            cells.append(_estimate_cell(row))
            if design == ALL_TRIALS:
                ends = DASH if row is None else format_interval(row["lowest"], row["highest"])
                cells.append(Cell(ends))
        rows.append((kind_name(kind), cells))
    return [heads], rows


def _estimate_cell(row: Record | None) -> Cell:
    if row is None:
        return Cell(DASH)
    return Cell(format_change(row["estimate"]), format_interval(row["ci_low"], row["ci_high"]))
