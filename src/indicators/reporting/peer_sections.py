"""The section on an area's place among other areas: funnels, ranks, similar areas, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from math import isnan
from typing import Any

import pandas as pd

from indicators.benchmarking.peers import (
    ALL,
    COUNTRY,
    SIMILAR,
    Comparison,
    PeerParameters,
    compare,
)
from indicators.benchmarking.shares import COVARIATES, MEASURES, SIZE_WEIGHT
from indicators.reporting.charts.peers import (
    country_value,
    funnel_chart,
    measure_name,
    measures_compared,
    range_text,
    rank_text,
    rank_texts,
    ranked_chart,
    ranked_measures,
    ranks_chart,
    short_name,
    value_text,
)
from indicators.reporting.context import SUPPRESSED, Context
from indicators.reporting.markdown import bullet_list, heading
from indicators.reporting.readings import SeriesKey
from indicators.reporting.section import Content, FigurePart, Part, TablePart, compose
from indicators.reporting.section_parts import NO_VALUE, table_note
from indicators.reporting.tables import Cell, HeaderCell, Row
from indicators.reporting.wording import capitalised

PARAMETERS = PeerParameters()
POSITIONS = ("beyond_low", "edge_low", "within", "edge_high", "beyond_high", "undetermined")
# Measures of a table at most: it is to fit the PDF's page.
MOST_COLUMNS = 4
# Positions that a rank says something about.
_PLACED = frozenset(POSITIONS)


def peers(context: Context) -> Content:
    """The area among all areas of its kind and among similar ones, in the month reported."""
    title = heading(context.translator("peers.title"), "sec-peers")
    comparison = _compare(context)
    if comparison is None:
        return compose(title, _without_peers(context, "no_figures"))
    if not comparison.kind:
        return compose(title, _without_peers(context, _why_no_peers(context)))
    if comparison.table.empty or not comparison.funnels:
        return compose(title, _without_peers(context, "no_other_areas"))
    measures = measures_compared(comparison)
    _note_series(context, comparison, measures)
    translator = context.translator
    return compose(
        title,
        _intro(context, comparison),
        bullet_list([_sentence(context, comparison, measure) for measure in measures]),
        _missing(context, comparison),
        *_figures(context, comparison),
        *_tables(context, comparison),
        f"**{translator('peers.method_title')}.** {_method(context, comparison)}",
    )


def peers_data(context: Context) -> pd.DataFrame:
    """The comparison as a tidy table: a row a measure, comparison and area."""
    from indicators.reporting.section_data import labelled

    comparison = _compare(context)
    frame = comparison.table if comparison else None
    if frame is None or frame.empty:
        frame = context.processed.indicators.iloc[:0]
    return labelled(frame, context)


def _compare(context: Context) -> Comparison | None:
    """The comparison; None if the month's tables have no figures of the area."""
    processed = context.processed
    rows = processed.indicators
    own = (rows["area"] == context.area) & (rows["month"] == processed.month)
    if not (own & (rows["source"] == "statfin")).any():
        return None
    return compare(
        rows,
        context.area,
        processed.month,
        context=processed.context,
        areas=context.areas,
        parameters=PARAMETERS,
        country=context.country,
    )


def _without_peers(context: Context, key: str) -> str:
    translator, area = context.translator, context.area_name(context.area)
    months = {"in_month": translator.in_month(context.month)} if key == "no_figures" else {}
    return translator(f"peers.{key}", area=area, **months)


def _why_no_peers(context: Context) -> str:
    alone = context.area == context.country
    return "no_peers" if alone else "no_other_areas"


def _note_series(context: Context, comparison: Comparison, measures: list[str]) -> None:
    """Say which series of the area are shown: their definitions are the section's."""
    for measure in MEASURES:
        if measure.id in measures:
            key = (measure.indicator, measure.statistic, "residents", "total", "total")
            context.read.add(SeriesKey((*key, comparison.area)))


# Words.


def _intro(context: Context, comparison: Comparison) -> str:
    translator = context.translator
    text = translator(
        "peers.intro",
        area=context.area_name(comparison.area),
        kinds=translator(f"peers.kinds_{comparison.kind}"),
    )
    if not comparison.similar:
        return f"{text}\n\n{translator('peers.no_similar')}"
    names = translator.listing([context.area_name(code) for code in comparison.similar])
    return f"{text}\n\n{translator('peers.similar_intro', names=names)}"


def _sentence(context: Context, comparison: Comparison, measure: str) -> str:
    """A measure of the area: value, position, rank, and position among similar areas."""
    translator, row = context.translator, comparison.row(measure)
    name, position = _inline_name(context, measure), str(row["position"])
    if position == "hidden":
        return translator("peers.hidden", name=name)
    if position == "not_available":
        in_month = translator.in_month(comparison.month)
        return translator("peers.not_available", name=name, in_month=in_month)
    parts = [_value_sentence(context, comparison, measure, row)]
    parts.append(_position_sentence(context, comparison, row, position))
    if position in _PLACED and not isnan(row["rank_low"]):
        rank, ranked = rank_texts(row)
        parts.append(translator("peers.rank", rank=rank, ranked=ranked))
    parts += _similar_sentence(context, comparison, measure)
    return " ".join(parts)


def _inline_name(context: Context, measure: str) -> str:
    return measure_name(context, measure).removesuffix(", %")


def _value_sentence(
    context: Context, comparison: Comparison, measure: str, row: Mapping[str, Any]
) -> str:
    translator, fitted = context.translator, comparison.funnels.get(measure)
    country = country_value(context, comparison, measure)
    known = {
        "name": _inline_name(context, measure),
        "value": value_text(context, row),
        "country": context.formatter.status(SUPPRESSED)
        if isnan(country)
        else translator.percent(country),
    }
    if fitted is None:
        return translator("peers.value_alone", **known)
    return translator(
        "peers.value",
        typical=translator(f"peers.typical_{comparison.kind}"),
        centre=translator.percent(100 * fitted.centre),
        **known,
    )


def _position_sentence(
    context: Context, comparison: Comparison, row: Mapping[str, Any], position: str
) -> str:
    between = context.translator(f"peers.between_{comparison.kind}")
    return context.translator(
        f"peers.{position}", kinds_between=between, **_limit_texts(context, row)
    )


def _limit_texts(context: Context, row: Mapping[str, Any]) -> dict[str, str]:
    """Both pairs of limits; empty where there are none."""
    return {
        f"limits_{level}": ""
        if isnan(row[f"low_{level}"])
        else range_text(context, row[f"low_{level}"], row[f"high_{level}"])
        for level in ("95", "998")
    }


def _similar_sentence(context: Context, comparison: Comparison, measure: str) -> list[str]:
    if not comparison.similar:
        return []
    row = comparison.row(measure, SIMILAR)
    if str(row["position"]) not in _PLACED:
        return []
    return [context.translator(f"peers.similar_{row['position']}", **_limit_texts(context, row))]


def _missing(context: Context, comparison: Comparison) -> str:
    """What the month has no figures of, though other months may have them."""
    if not comparison.missing:
        return ""
    names = [_inline_name(context, measure) for measure in comparison.missing]
    return context.translator(
        "peers.missing_measures",
        In_month=capitalised(context.translator.in_month(comparison.month)),
        names=", ".join(name[:1].lower() + name[1:] for name in names),
    )


def _method(context: Context, comparison: Comparison) -> str:
    translator, chosen = context.translator, PARAMETERS
    return " ".join(
        [
            translator(
                "peers.method_limits",
                winsorised=translator.percent(100 * chosen.winsorised, 0),
                draws=translator.number(chosen.draws),
            ),
            translator(
                "peers.method_small",
                least=translator.number(chosen.least_expected),
                areas=str(chosen.least_areas),
            ),
            *_similar_method(context, comparison),
        ]
    )


def _similar_method(context: Context, comparison: Comparison) -> Iterator[str]:
    if not comparison.similar:
        return
    translator = context.translator
    names = [
        translator(
            "peers.covariate",
            name=translator(f"peers.covariate_{item.id}"),
            month=translator.month(comparison.covariates[item.id]),
        )
        for item in COVARIATES
        if item.id in comparison.covariates
    ]
    yield translator(
        "peers.method_similar",
        similar=str(len(comparison.similar)),
        months=str(PARAMETERS.months_before),
        covariates=", ".join(names),
        weight=translator.number(SIZE_WEIGHT),
    )


# Figures and tables.


def _figures(context: Context, comparison: Comparison) -> Iterator[Part]:
    translator = context.translator
    texts = {
        "area": context.area_name(comparison.area),
        "month": translator.month(comparison.month),
    }
    kinds = translator(f"peers.kinds_{comparison.kind}")
    yield FigurePart(
        funnel_chart(context, comparison, "figures/peers-funnel.svg"),
        "fig-peers-funnel",
        translator("peers.funnel_caption", kinds=kinds, **texts),
        f"{translator('peers.funnel_note')} {_source(context, comparison)}",
    )
    if ranked_measures(comparison):
        yield FigurePart(
            ranks_chart(context, comparison, "figures/peers-ranks.svg"),
            "fig-peers-ranks",
            translator("peers.ranks_caption", kinds=kinds, **texts),
            f"{translator('peers.ranks_note')} {_source(context, comparison)}",
        )
    if comparison.similar:
        yield FigurePart(
            ranked_chart(context, comparison, "figures/peers-ranked.svg"),
            "fig-peers-ranked",
            translator("peers.ranked_caption", **texts),
            f"{translator('peers.ranked_note')} {_source(context, comparison)}",
        )


def _source(context: Context, comparison: Comparison) -> str:
    return table_note(context, [], _indicators(comparison))


def _indicators(comparison: Comparison) -> list[str]:
    return list(dict.fromkeys(map(str, comparison.table["indicator"].dropna())))


def _tables(context: Context, comparison: Comparison) -> Iterator[Part]:
    yield _place_table(context, comparison)
    if comparison.similar:
        yield from _similar_tables(context, comparison)
    yield _limits_table(context, comparison)


def _place_table(context: Context, comparison: Comparison) -> TablePart:
    """Each measure of the area with its limits and ranks, among all and among similar areas."""
    translator, similar = context.translator, bool(comparison.similar)
    rows: list[Row] = []
    for measure in measures_compared(comparison):
        row, fitted = comparison.row(measure), comparison.funnels.get(measure)
        cells = [
            _value_cell(context, row),
            Cell(_no_cell(context) if fitted is None else _percent(context, 100 * fitted.centre)),
            _number_cell(context, country_value(context, comparison, measure)),
            *_limit_cells(context, row),
        ]
        if similar:
            cells += _limit_cells(context, comparison.row(measure, SIMILAR))
        rows.append((measure_name(context, measure), cells))
    two = [HeaderCell(translator("peers.head_limits")), HeaderCell(translator("peers.head_rank"))]
    first = [
        HeaderCell(translator("common.figure"), number=False),
        HeaderCell(translator.month(comparison.month), span=3),
        HeaderCell(translator("peers.head_all"), span=2),
    ]
    second = [
        HeaderCell(""),
        HeaderCell(short_name(context, comparison, comparison.area)),
        HeaderCell(translator("peers.head_typical")),
        HeaderCell(context.area_name(context.country)),
        *two,
    ]
    if similar:
        first.append(HeaderCell(translator("peers.head_similar"), span=2))
        second += two
    return TablePart(
        [first, second],
        rows,
        "tbl-peers",
        _caption(context, comparison, "place_caption"),
        _note(context, comparison, rows),
    )


def _percent(context: Context, value: float) -> str:
    return context.translator.number(value, 1)


def _number_cell(context: Context, value: float) -> Cell:
    known = not isnan(value)
    return Cell(_percent(context, value) if known else context.formatter.status("not_available"))


def _value_cell(context: Context, row: Mapping[str, Any]) -> Cell:
    """A share, with the range below it that hidden cells leave."""
    low, high = row["low"], row["high"]
    if isnan(row["value"]):
        word = context.formatter.status(str(row["status"]))
        return Cell(word, "" if isnan(low) else f"({range_text(context, low, high)})")
    text = _percent(context, row["value"])
    if isnan(low) or _percent(context, low) == _percent(context, high):
        return Cell(text)
    return Cell(f"≈\N{NO-BREAK SPACE}{text}", f"({range_text(context, low, high)})")


def _limit_cells(context: Context, row: Mapping[str, Any]) -> list[Cell]:
    if isnan(row["low_95"]):
        return [Cell(_no_cell(context)), Cell(_no_cell(context))]
    between = range_text(context, row["low_95"], row["high_95"])
    if isnan(row["rank_low"]):
        return [Cell(between), Cell(_no_cell(context))]
    return [Cell(between), Cell(rank_text(context, row))]


def _no_cell(context: Context) -> str:
    return context.translator("peers.no_cell")


def _caption(context: Context, comparison: Comparison, key: str, **texts: str) -> str:
    area, month = context.area_name(comparison.area), context.translator.month(comparison.month)
    return context.translator(f"peers.{key}", month=month, area=area, **texts)


def _note(context: Context, comparison: Comparison, rows: list[Row], *further: str) -> str:
    cells = [cell for _, line in rows for cell in line]
    notes = [*further, table_note(context, cells, _indicators(comparison))]
    if any(cell.text == _no_cell(context) for cell in cells):
        notes.insert(0, context.translator("peers.no_cell_note"))
    return " ".join(notes)


def _similar_tables(context: Context, comparison: Comparison) -> Iterator[TablePart]:
    """The area and the similar ones with every measure: the numbers behind the dots."""
    measures = measures_compared(comparison)
    count = -(-len(measures) // MOST_COLUMNS)
    each = -(-len(measures) // count)
    for number in range(count):
        part = context.translator("peers.part", number=str(number + 1), count=str(count))
        label = f"tbl-peers-similar-{number + 1}" if number else "tbl-peers-similar"
        shown = measures[number * each : (number + 1) * each]
        yield _similar_table(context, comparison, shown, label, part if count > 1 else "")


def _similar_table(
    context: Context, comparison: Comparison, measures: Sequence[str], label: str, part: str
) -> TablePart:
    translator = context.translator
    rows: list[Row] = []
    for code in (comparison.area, *comparison.similar):
        found = [comparison.row(measure, SIMILAR, code) for measure in measures]
        distance = Cell(translator.number(float(found[0]["distance"]), 2))
        cells = [_value_cell(context, row) for row in found]
        rows.append((short_name(context, comparison, code), [distance, *cells]))
    country = [
        _value_cell(context, comparison.row(measure, COUNTRY, context.country))
        for measure in measures
    ]
    rows.append((context.area_name(context.country), [Cell(NO_VALUE), *country]))
    heads = [
        HeaderCell(translator("common.area"), number=False),
        HeaderCell(translator("peers.head_distance")),
        *(HeaderCell(measure_name(context, measure)) for measure in measures),
    ]
    caption = _caption(context, comparison, "similar_caption", part=part)
    return TablePart([heads], rows, label, caption, _note(context, comparison, rows))


def _limits_table(context: Context, comparison: Comparison) -> TablePart:
    """How many areas lie where: the numbers behind the funnels."""
    translator, table = context.translator, comparison.table
    of_all = table[table["comparison"] == ALL]
    rows: list[Row] = []
    for measure in comparison.funnels:
        counts = Counter(of_all.loc[of_all["measure"] == measure, "position"])
        placed = sum(counts[position] for position in POSITIONS)
        left_out = sum(counts.values()) - placed
        numbers = [placed, *(counts[position] for position in POSITIONS), left_out]
        rows.append((measure_name(context, measure), [Cell(str(number)) for number in numbers]))
    names = ["areas", *POSITIONS, "left_out"]
    heads = [
        HeaderCell(translator("common.figure"), number=False),
        *(HeaderCell(translator(f"peers.head_{name}")) for name in names),
    ]
    caption = translator(
        "peers.limits_caption",
        kinds=translator(f"peers.kinds_{comparison.kind}"),
        month=translator.month(comparison.month),
    )
    note = _note(context, comparison, rows, translator("peers.limits_note"))
    return TablePart([heads], rows, "tbl-peers-limits", caption, note)
