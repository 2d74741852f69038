"""How a figure came about, in words, for the reader who doubts it (``indicators explain``).

A published figure is explained by the cells of StatFin's vintages, a register's figure by the
persons and records counted and left out. The latter is unprotected: for the data holder's eyes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import isnan
from typing import Any

from indicators.areas.areas import Areas
from indicators.areas.mergers import codes_in_month
from indicators.catalogue.catalogue import Catalogue
from indicators.catalogue.model import Indicator
from indicators.catalogue.show import WIDTH, wrap
from indicators.measures.further_snapshots import Scope
from indicators.measures.published import (
    ShownPart,
    StatfinAccount,
    account_for_area,
)
from indicators.measures.register.accounts.answering import Explanation
from indicators.measures.register.accounts.model import (
    AreaCode,
    CountingLine,
    Month,
    Note,
    RecordCount,
    Step,
    Value,
)
from indicators.reporting.explaining_official import Asked, blocks_text, official_blocks, served_row
from indicators.reporting.wording import Translator, capitalised
from indicators.sources.statfin.further_tables import NO_FURTHER_TABLES, FurtherTables
from indicators.sources.statfin.snapshots import Snapshots

# More than is ever published: a reader who checks a figure wants its digits.
DECIMALS = 4
TOPIC = "explain_register"
_INDENT = "  "
_EXPLAINED_STATUSES = ("provisional", "not_available")
_PARTS = ("numerator", "denominator", "value")
# The sentence of a figure, by the numbers that it has.
_FIGURE_FORMS = {
    ("numerator", "denominator", "value"): "divided",
    ("numerator", "denominator"): "divided_no_value",
    ("numerator", "value"): "counted",
    ("denominator", "value"): "of_so_many",
    ("denominator",): "no_value",
    (): "no_value",
}


# Published figures.


def explain_figure(
    indicator: Indicator,
    month: str,
    area: str,
    *,
    snapshots: Snapshots,
    areas: Areas,
    catalogue: Catalogue,
    translator: Translator,
    tables: FurtherTables = NO_FURTHER_TABLES,
) -> str:
    """The cells of a vintage that an area's figure is computed from, and the result.

    Args:
        indicator: The indicator or context series.
        month: ``YYYY-MM``.
        area: A published area or a group of the settings.
        snapshots: The vintages read.
        areas: Names, and members of groups.
        catalogue: The words for statuses.
        translator: The language.
        tables: StatFin's tables beside 12r5.

    Returns:
        Lines of plain text.
    """
    groups = {code: areas.members(code) for code in areas.groups}
    if area in areas.divisions.key_areas:
        groups[area] = areas.divisions.by_code[area].members_of_all_times
    asked = Asked(indicator, area, Scope([month], groups, catalogue))
    # The cells of table 12r5, and whatever denominator there is; then those of further tables.
    bases = [recipe.table for recipe in indicator.official if recipe.makes == "base"]
    used = FurtherTables({name: tables.of(name) for name in bases if tables.of(name)})
    cells = _figure_of_snapshots(asked, snapshots, used, areas, translator)
    return cells + blocks_text([*official_blocks(asked, snapshots, tables, translator)])


def _figure_of_snapshots(
    asked: Asked,
    snapshots: Snapshots,
    tables: FurtherTables,
    areas: Areas,
    translator: Translator,
) -> str:
    indicator, area, catalogue = asked.indicator, asked.area, asked.scope.catalogue
    month = asked.scope.months[0]
    language = translator.language
    named = translator(
        "explain.title",
        name=indicator.short[language],
        area=areas.name(area, language),
        month=translator.month(month),
    )
    if indicator.statfin is None:
        if indicator.official:
            return f"{named}\n"
        return f"{named}\n\n{translator('explain.not_published')}\n"
    added_up = area in areas.groups or area in areas.divisions.key_areas
    members = codes_in_month(areas.members(area) if added_up else (area,), month)
    account_of_figure = account_for_area(snapshots, members, indicator.statfin, month)
    if account_of_figure is None:
        columns = dict.fromkeys([*indicator.statfin.numerator, *indicator.statfin.denominator])
        return f"{named}\n\n{translator('explain.no_vintage', columns=', '.join(columns))}\n"
    row = served_row(asked, snapshots, tables)
    lines = [
        *_origin_lines(translator, areas, members, account_of_figure),
        *result_lines(translator, catalogue, row),
        (
            translator("explain.source"),
            translator("explain.vintage", vintage=translator.day(account_of_figure.vintage)),
        ),
    ]
    return f"{named}\n\n" + "".join(f"{name}: {text}\n" for name, text in lines)


def _origin_lines(
    translator: Translator, areas: Areas, members: Sequence[str], account_of_figure: StatfinAccount
) -> list[tuple[str, str]]:
    lines = []
    if len(members) > 1:
        names = [areas.name(member, translator.language) for member in members]
        lines.append((translator("explain.members"), ", ".join(names)))
    lines.append(
        (translator("explain.numerator"), _sum_text(translator, account_of_figure.numerator))
    )
    if account_of_figure.denominator:
        lines.append(
            (
                translator("explain.denominator"),
                _sum_text(translator, account_of_figure.denominator),
            )
        )
    return lines


def _sum_text(translator: Translator, parts: Sequence[ShownPart]) -> str:
    return " + ".join(f"{part.column} {_part_text(translator, part)}" for part in parts)


def _part_text(translator: Translator, part: ShownPart) -> str:
    shown = translator.number(part.shown)
    if not part.hidden:
        return shown
    key = "explain.hidden_one" if part.hidden == 1 else "explain.hidden"
    values = {"shown": shown} | ({"cells": str(part.hidden)} if part.hidden > 1 else {})
    return f"({translator(key, **values)})"


def result_lines(
    translator: Translator, catalogue: Catalogue, row: Mapping[str, Any]
) -> list[tuple[str, str]]:
    """The value with its bounds, and its status with what that means."""
    status, language = str(row["status"]), translator.language
    unit = catalogue.label("unit", str(row["unit"]), language)
    lines = []
    if not isnan(row["value"]):
        lines.append(
            (translator("explain.value"), f"{exact_number(translator, row['value'])} {unit}")
        )
    if status == "bounded":
        bounds = f"{exact_number(translator, row['low'])}–{exact_number(translator, row['high'])}"
        lines.append((translator("explain.bounds"), bounds))
    label = catalogue.label("status", status, language)
    meaning = catalogue.explanation("status", status, language)
    return [*lines, (translator("explain.status"), f"{label}. {meaning}")]


def exact_number(translator: Translator, value: float) -> str:
    """A number with decimals only if it has any."""
    return translator.number(value, 0 if value == int(value) else DECIMALS)


# A register's figures.


def explain_register_figure(
    indicator: Indicator,
    answer: Explanation,
    *,
    areas: Areas,
    catalogue: Catalogue,
    translator: Translator,
) -> str:
    """Who was counted, who was left out and why, and the figure that results.

    Args:
        indicator: The indicator.
        answer: Its account and rows.
        areas: Names of areas.
        catalogue: Words for statistics, categories, units and statuses.
        translator: The language.

    Returns:
        Lines of plain text, unprotected: small counts are shown. No person is ever named.
    """
    formatter = _AnswerFormatter(indicator, answer, areas, catalogue, translator)
    blocks = [list(formatter.head()), *map(list, formatter.strands()), list(formatter.figures())]
    return "\n".join("".join(map(_wrap, block)) for block in blocks)


def _wrap(line: str) -> str:
    indent = _INDENT if line.startswith(_INDENT) else ""
    hanging = indent + _INDENT
    lines = wrap(line.strip(" "), WIDTH, initial_indent=indent, subsequent_indent=hanging)
    return "".join(f"{text}\n" for text in lines)


@dataclass(frozen=True, slots=True)
class _AnswerFormatter:
    indicator: Indicator
    answer: Explanation
    areas: Areas
    catalogue: Catalogue
    translator: Translator

    def head(self) -> Iterator[str]:
        """The figure in question, and for whose eyes the answer is."""
        question = self.answer.question
        yield self.translator(
            "explain.title",
            name=self.indicator.short[self.translator.language],
            area=self.areas.name(question.area, self.translator.language),
            month=self.translator.month(question.month),
        )
        yield self._text("unprotected")
        yield f"{self._text('population')}: {self._label('population', question.population)}"
        if question.dimension != "total":
            dimension = self._label("dimension", question.dimension)
            yield f"{dimension}: {self._category(question.dimension, question.category)}"
        extract = self.translator.day(question.register.extract_date)
        yield f"{self._text('extract')}: {extract}"

    def strands(self) -> Iterator[Iterator[str]]:
        """Each line of counting; none where nothing is known of the month."""
        rows = self.answer.rows.values()
        lacking = any(note.key == "missing_table" for note in self.answer.account.why)
        uncounted = all(isnan(row["numerator"]) and isnan(row["denominator"]) for row in rows)
        unseen = all(row["status"] == "incomplete" for row in rows)
        if not (unseen or (lacking and uncounted)):
            yield from map(self._strand, self.answer.account.strands)

    def _strand(self, strand: CountingLine) -> Iterator[str]:
        yield capitalised(self._text(strand.key, strand.values))
        begun, kept = (self._counted(tally, strand.unit) for tally in (strand.begun, strand.kept))
        yield f"{_INDENT}{self._text(f'from_{strand.key}')}: {begun}"
        for step in strand.left_out:
            yield self._step("out", step, strand.unit)
        yield f"{_INDENT}{self._text('kept')}: {kept}"
        for step in strand.parts:
            yield self._step("part", step, strand.unit)

    def _step(self, key: str, step: Step, unit: str) -> str:
        if step.label:
            label = self._label(*step.label)
            description = label[:1].lower() + label[1:]
        else:
            description = self._text(step.key, step.values)
        count = self._counted(step.tally, unit)
        return _INDENT + self._text(key, {"count": count, "what": description})

    def _counted(self, tally: RecordCount, unit: str) -> str:
        counts = [self._number(tally.records, unit)]
        if tally.persons is not None and unit != "persons":
            counts.append(self._number(tally.persons, "persons"))
        return ", ".join(counts)

    def figures(self) -> Iterator[str]:
        """The figures that the counts give, with their statuses and reasons."""
        yield self._text("figures")
        yield from (f"{_INDENT}{self._note(note)}" for note in self._notes())
        for statistic, row in self.answer.rows.items():
            yield f"{_INDENT}{self._statistic_label(statistic)}: {self._figure(statistic, row)}"
        groups = self._by_status()
        for (status, whole_on), statistics in groups.items():
            names = "; ".join(map(self._statistic_label, statistics)) if len(groups) > 1 else ""
            name = self.translator("explain.status") + (f" ({names})" if names else "")
            yield f"{_INDENT}{name}: {self._status(status, whole_on)}"
        if any(row["status"] in _EXPLAINED_STATUSES for row in self.answer.rows.values()):
            for note in self.answer.account.why:
                yield f"{_INDENT}{self._text('why', {'what': self._note(note)})}"

    def _notes(self) -> tuple[Note, ...]:
        unseen = all(row["status"] == "incomplete" for row in self.answer.rows.values())
        return () if unseen else self.answer.account.notes

    def _figure(self, statistic: str, row: Mapping[str, Any]) -> str:
        if statistic not in self.answer.reported and row["status"] not in (
            "incomplete",
            *_EXPLAINED_STATUSES,
        ):
            return self._text("no_row")
        numbers = {name: self._exact(row[name]) for name in _PARTS if not isnan(row[name])}
        if "value" in numbers:
            unit = self.catalogue.label("unit", str(row["unit"]), self.translator.language)
            numbers["value"] = f"{numbers['value']}\N{NO-BREAK SPACE}{unit}"
        return self._text(_FIGURE_FORMS[tuple(numbers)], numbers)

    def _by_status(self) -> dict[tuple[str, date | None], list[str]]:
        groups: dict[tuple[str, date | None], list[str]] = {}
        for statistic, row in self.answer.rows.items():
            whole_on = self.answer.account.whole_on.get(statistic)
            groups.setdefault((str(row["status"]), whole_on), []).append(statistic)
        return groups

    def _status(self, status: str, whole_on: date | None) -> str:
        label = capitalised(self._label("status", status))
        sentence = (
            f"{label}. {self.catalogue.explanation('status', status, self.translator.language)}"
        )
        if whole_on is None or status == "not_available":
            return sentence
        days = {"day": whole_on, "extract": self.answer.question.register.extract_date}
        return f"{sentence} {self._text('whole_on', days)}"

    def _note(self, note: Note) -> str:
        return self._text(note.key, note.values)

    def _statistic_label(self, statistic: str) -> str:
        return self._label("statistic", f"{self.indicator.id}.{statistic}")

    def _label(self, kind: str, code: str) -> str:
        return self.catalogue.label(kind, code, self.translator.language)

    def _category(self, dimension: str, category: str) -> str:
        """Benefits and survey items are named by their source, not by the catalogue."""
        code = f"{dimension}.{category}"
        known = code in self.catalogue.labels["category"]
        return self._label("category", code) if known else " ".join(category.split())

    def _number(self, number: int, unit: str) -> str:
        if unit == "rows":
            word = self._text("row" if number == 1 else "rows")
        else:
            known = self.catalogue.units[unit]
            word = (known.singular if number == 1 else known.plural)[self.translator.language]
        return f"{self.translator.number(number)}\N{NO-BREAK SPACE}{word}"

    def _exact(self, value: float) -> str:
        return self.translator.number(value, 0 if value == int(value) else DECIMALS)

    def _text(self, key: str, values: Mapping[str, Value] | None = None) -> str:
        texts = {name: self._value(value) for name, value in (values or {}).items()}
        return self.translator(f"{TOPIC}.{key}", **texts)

    def _value(self, value: Value) -> str:
        if isinstance(value, AreaCode):
            return self.areas.name(value, self.translator.language)
        if isinstance(value, Month):
            return self.translator.in_month(value)
        if isinstance(value, str):
            return value
        if isinstance(value, date):
            return self.translator.day(value)
        return self._exact(value)
