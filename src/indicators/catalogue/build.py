"""From tables as read to the catalogue's records; the words each may use come from the labels."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from indicators.catalogue.model import (
    Count,
    CountRelations,
    Indicator,
    Label,
    Parameter,
    ReportedRows,
    SeriesBreak,
    StatfinRecipe,
    Statistic,
    StatisticCounts,
    Unit,
)
from indicators.catalogue.reader import Table

_SIDES = ("numerator", "denominator")
LABEL_KINDS = ("status", "population", "dimension", "source", "grade", "count_moment")
CHART_LABEL_LENGTH = 28
SHORT_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The codes a definition may use."""

    labels: Mapping[str, Mapping[str, Label]]
    units: Mapping[str, Unit]
    parameters: Mapping[str, Parameter]


def read_labels(root: Table) -> dict[str, dict[str, Label]]:
    """Labels by kind and id; those of categories under ``dimension.category``."""
    labels: dict[str, dict[str, Label]] = {}
    for kind in LABEL_KINDS:
        labels[kind] = {key: _label(key, table) for key, table in root.table(kind).each()}
    labels["category"] = {}
    for dimension, categories in root.table("category").each():
        if dimension not in labels["dimension"]:
            categories.report("", "names no dimension")
        for key, table in categories.each():
            labels["category"][f"{dimension}.{key}"] = _label(key, table)
    root.close()
    return labels


def _label(key: str, table: Table) -> Label:
    label = table.text("label")
    explanation = table.text("explanation") if table.has("explanation") else None
    table.close()
    return Label(key, label, explanation)


def read_headings(root: Table) -> dict[str, Label]:
    """Headings by id."""
    headings = {}
    for key, table in root.each():
        headings[key] = Label(key, table.own_text())
        table.close()
    return headings


def read_units(root: Table) -> dict[str, Unit]:
    """Units by id."""
    units = {}
    for key, table in root.each():
        units[key] = Unit(key, table.text("singular"), table.text("plural"), table.text("column"))
        table.close()
    return units


def read_parameters(root: Table, units: Collection[str]) -> dict[str, Parameter]:
    """Parameters by id."""
    parameters = {}
    for key, table in root.each():
        default = table.setting("default")
        parameters[key] = Parameter(key, default, table.word("unit", units), table.own_text())
        table.close()
    return parameters


def read_indicator(table: Table, words: Vocabulary, *, context: bool = False) -> Indicator:
    """An indicator, or a series of the context, which has no number."""
    labels = words.labels
    certainty = table.table("certainty")
    grade = certainty.word("grade", labels["grade"])
    statistics = tuple(_statistic(one, words, grade) for one in table.tables("statistics"))
    known = [statistic.id for statistic in statistics]
    for repeated in sorted({name for name in known if known.count(name) > 1}):
        table.report("statistics", f"duplicate id {repeated!r}")
    chosen = table.words("parameters", words.parameters)
    indicator = Indicator(
        number=0 if context else table.scalar("number", int, 0),
        id=table.word("id"),
        name=table.text("name"),
        short=table.text("short"),
        definition=table.text("definition"),
        numerator=table.text("numerator"),
        denominator=table.text("denominator"),
        count_moment=table.word("count_moment", labels["count_moment"]),
        populations=table.words("populations", labels["population"]),
        sources=table.words("sources", labels["source"]),
        dimensions=table.words("dimensions", labels["dimension"]),
        grade=grade,
        certainty=certainty.text("note"),
        headline=table.word("headline", known),
        statistics=statistics,
        parameters=tuple(words.parameters[name] for name in chosen if name in words.parameters),
        statfin=_statfin(table.table("statfin"), known) if table.has("statfin") else None,
        counts=_counts(table, known) if table.has("counts") else {},
        count_relations=_relations(table) if table.has("count_relations") else CountRelations(),
        reported=_reported(table, known) if table.has("reported") else (),
    )
    _not_longer(table, "short", indicator.short.fi, indicator.short.sv, indicator.short.en)
    certainty.close()
    table.close()
    return indicator


def _counts(table: Table, statistics: Collection[str]) -> dict[str, StatisticCounts]:
    found = {}
    for statistic, of in table.table("counts").each():
        if statistic not in statistics:
            of.report("", "names no statistic")
        sides = {side: _count(of.table(side)) for side in _SIDES if of.has(side)}
        of.close()
        found[statistic] = StatisticCounts(**sides)
    return found


def _count(table: Table) -> Count:
    count = Count(
        table.word("count"),
        table.words("category") if table.has("category") else (),
        table.scalar("months_before", int, 0) if table.has("months_before") else 0,
    )
    table.close()
    return count


def _relations(table: Table) -> CountRelations:
    of = table.table("count_relations")
    entries = of.entries
    found = CountRelations(
        distinct=of.words("distinct") if of.has("distinct") else (),
        distinct_by_item=of.words("distinct_by_item") if of.has("distinct_by_item") else (),
        sums={one: tuple(parts) for one, parts in _lists(of, "sums").items()},
        within={one: tuple(map(tuple, lists)) for one, lists in _lists(of, "within").items()},
        cohorts=tuple(tuple(one) for one in entries.get("cohorts", [])),  # type: ignore[attr-defined]
    )
    of.has("cohorts") and of.scalar("cohorts", list, [])
    of.close()
    return found


def _lists(table: Table, key: str) -> dict[str, list[list[str]]]:
    return table.scalar(key, dict, {}) if table.has(key) else {}


def _reported(table: Table, statistics: Collection[str]) -> tuple[ReportedRows, ...]:
    found = []
    for of in table.tables("reported"):
        found.append(
            ReportedRows(
                of.words("statistics", statistics),
                of.words("populations", table.words("populations")),
                of.words("dimensions", table.words("dimensions")),
                of.word("areas", ("members", "group", "country")),  # type: ignore[arg-type]
            )
        )
        of.close()
    return tuple(found)


def _statistic(table: Table, words: Vocabulary, grade: str) -> Statistic:
    statistic = Statistic(
        id=table.word("id"),
        unit=table.word("unit", words.units),
        label=table.text("label"),
        grade=table.word("grade", words.labels["grade"]) if table.has("grade") else grade,
    )
    table.close()
    return statistic


def _statfin(table: Table, statistics: Collection[str]) -> StatfinRecipe:
    missing = table.has("denominator_missing") and table.scalar("denominator_missing", bool, False)
    recipe = StatfinRecipe(
        statistic=table.word("statistic", statistics),
        numerator=table.words("numerator"),
        denominator=table.words("denominator"),
        denominator_missing=missing,
    )
    if missing and recipe.denominator:
        table.report("denominator_missing", "true, but a denominator is given")
    table.close()
    return recipe


def read_break(table: Table, grades: Collection[str], indicators: Collection[str]) -> SeriesBreak:
    """A series break; ``indicators`` are the ids it may name."""
    found = SeriesBreak(
        id=table.word("id"),
        date=table.scalar("date", date, date.min),
        grade=table.word("grade", grades),
        label=table.text("label"),
        sentence=table.text("sentence"),
        indicators=table.words("indicators", indicators),
        denominator_only=table.scalar("denominator_only", bool, False),
    )
    _not_longer(table, "label", found.label.fi, found.label.sv, found.label.en)
    table.close()
    return found


def _not_longer(table: Table, key: str, *said: str) -> None:
    limit = CHART_LABEL_LENGTH if key == "label" else SHORT_LENGTH
    for text in said:
        if len(text) > limit:
            table.report(key, f"{text!r} is longer than {limit} characters")
