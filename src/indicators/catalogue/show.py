"""The catalogue as text: an indicator for ``explain``, all of them as a table, JSON and CSV.

Every text ends in a line break.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from textwrap import wrap as wrap_words

from indicators.catalogue.catalogue import Catalogue, Value, number
from indicators.catalogue.loading import load_catalogue
from indicators.catalogue.model import (
    Indicator,
    Parameter,
    SeriesBreak,
    StatfinRecipe,
    Statistic,
    Text,
)
from indicators.spreadsheets import defused

WIDTH = 100
wrap = partial(wrap_words, break_on_hyphens=False)
_INDENT = "  "
_HANGING = "    "


def explain_indicator(indicator_id: str, language: str, catalogue: Catalogue | None = None) -> str:
    """All the catalogue says of an indicator or context series.

    Args:
        indicator_id: An id or a number.
        language: One of ``LANGUAGES``.
        catalogue: With the values of parameters that are in force; without it the defaults are.

    Raises:
        UsageError: The indicator or the language is unknown.
    """
    catalogue = catalogue or load_catalogue()
    indicator = catalogue.indicator(indicator_id)
    text = _IndicatorText(catalogue, indicator, language)
    title = f"{indicator.number}. {indicator.name[language]}".removeprefix("0. ")
    lines = [*wrap(title, WIDTH), indicator.id]
    for key, paragraphs in text.sections():
        lines += ["", catalogue.label("heading", key, language)]
        hanging = _HANGING if len(paragraphs) > 1 else _INDENT
        for paragraph in paragraphs:
            lines += wrap(paragraph, WIDTH, initial_indent=_INDENT, subsequent_indent=hanging)
    return "\n".join([*lines, ""])


@dataclass(frozen=True, slots=True)
class _IndicatorText:
    catalogue: Catalogue
    indicator: Indicator
    language: str

    def sections(self) -> Iterator[tuple[str, list[str]]]:
        """Headings, by id, and the paragraphs below each."""
        shown = self.indicator
        yield "definition", [shown.definition[self.language]]
        yield "numerator", [shown.numerator[self.language]]
        yield "denominator", [shown.denominator[self.language]]
        yield "unit", [self.catalogue.units[shown.unit].plural[self.language]]
        yield "count_moment", [self._explained("count_moment", shown.count_moment)]
        if shown.populations:
            yield "populations", [self._explained("population", item) for item in shown.populations]
        yield "sources", [self._explained("source", item) for item in shown.sources]
        if shown.statfin:
            yield "statfin", [self._recipe(shown.statfin)]
        yield (
            "certainty",
            [self._explained("grade", shown.grade), shown.certainty.note[self.language]],
        )
        yield "statistics", [self._statistic(item) for item in shown.statistics]
        yield "dimensions", [self._dimension(item) for item in shown.dimensions]
        yield "parameters", [self._parameter(item) for item in shown.parameters] or self._none()
        breaks = self.catalogue.breaks_for(shown.id)
        yield "breaks", [self._break(item) for item in breaks] or self._none()

    def _heading(self, key: str) -> str:
        return self.catalogue.label("heading", key, self.language)

    def _none(self) -> list[str]:
        return [self._heading("none")]

    def _label(self, kind: str, code: str) -> str:
        return self.catalogue.label(kind, code, self.language)

    def _explained(self, kind: str, code: str) -> str:
        return f"{self._label(kind, code)}. {self.catalogue.explanation(kind, code, self.language)}"

    def _statistic(self, statistic: Statistic) -> str:
        return (
            f"{statistic.id}: {statistic.label[self.language]} "
            f"({self._label('unit', statistic.unit)}; {statistic.grade})"
        )

    def _dimension(self, code: str) -> str:
        categories = [
            label.label[self.language]
            for key, label in self.catalogue.labels["category"].items()
            if key.startswith(f"{code}.") and code != "total"
        ]
        text = f"{code}: {self._label('dimension', code)}"
        return f"{text} ({'; '.join(categories)})" if categories else text

    def _parameter(self, parameter: Parameter) -> str:
        value = parameter_value(self.catalogue, self.indicator.id, parameter, self.language)
        return f"{parameter.id} = {value}: {parameter.description[self.language]}"

    def _break(self, series_break: SeriesBreak) -> str:
        day = _format_day(series_break.date, self.language)
        return (
            f"{day} {series_break.label[self.language]} ({series_break.grade}). "
            f"{series_break.sentence[self.language]}"
        )

    def _recipe(self, recipe: StatfinRecipe) -> str:
        formula = f"{recipe.statistic} = {_column_sum(recipe.numerator)}"
        if recipe.denominator:
            formula += f" / {_column_sum(recipe.denominator)}"
        return (
            f"{formula} ({self._heading('numerator_only')})"
            if recipe.denominator_missing
            else formula
        )


def parameter_value(
    catalogue: Catalogue, indicator_id: str, parameter: Parameter, language: str
) -> str:
    """The value in force of an indicator's parameter, such as ``14 päivää``.

    A value that is not the default stands with the default, so that nobody mistakes the figures
    for those of the default.
    """

    def with_unit(value: Value) -> str:
        if isinstance(value, bool):
            return catalogue.label("heading", "yes" if value else "no", language)
        unit = catalogue.units[parameter.unit]
        word = unit.singular if value == 1 else unit.plural
        return f"{number(value, language)}\u00a0{word[language]}"

    value = catalogue.value(indicator_id, parameter)
    if value == parameter.default:
        return with_unit(value)
    differs = catalogue.label("heading", "differs", language)
    return f"{with_unit(value)} ({differs}, {with_unit(parameter.default)})"


def _column_sum(columns: tuple[str, ...]) -> str:
    added = " + ".join(columns)
    return f"({added})" if len(columns) > 1 else added


def _format_day(day: date, language: str) -> str:
    return day.isoformat() if language == "en" else f"{day.day}.{day.month}.{day.year}"


_GAP = "  "


def catalogue_table(language: str, catalogue: Catalogue | None = None) -> str:
    """The indicators as an aligned table of at most 100 columns.

    Number, id, short name, unit, source and certainty, with what the grades mean below.

    Raises:
        UsageError: The language is unknown.
    """
    catalogue = catalogue or load_catalogue()
    keys = ("number", "id", "name", "unit", "sources", "certainty_column")
    head = [catalogue.label("heading", key, language) for key in keys]
    rows = [
        head,
        *(_indicator_row(catalogue, indicator, language) for indicator in catalogue.indicators),
    ]
    grades = [
        f"{grade}: {catalogue.explanation('grade', grade, language)}"
        for grade in catalogue.labels["grade"]
    ]
    notes = [line for note in grades for line in wrap(note, WIDTH)]
    return "\n".join([*_aligned_lines(rows, flexible=2), "", *notes, ""])


def _indicator_row(catalogue: Catalogue, indicator: Indicator, language: str) -> list[str]:
    sources = [catalogue.label("source", source, language) for source in indicator.sources]
    return [
        str(indicator.number),
        indicator.id,
        indicator.short[language],
        catalogue.label("unit", indicator.unit, language),
        ", ".join(sources),
        indicator.grade,
    ]


def _aligned_lines(rows: Sequence[Sequence[str]], flexible: int) -> list[str]:
    """Lines of a table; the flexible column and the one of sources wrap to what is left."""
    words = [[max(map(len, cell.split(", "))) for cell in row] for row in rows]
    widths = [max(column) for column in zip(*words, strict=True)]
    widths[4] += 1  # a source may be followed by its comma
    widths[flexible] = 0
    widths[flexible] = WIDTH - sum(widths) - len(_GAP) * (len(widths) - 1)
    lines = []
    for line_number, row in enumerate(rows):
        cells = [wrap(cell, width) for cell, width in zip(row, widths, strict=True)]
        height = max(map(len, cells))
        for index in range(height):
            parts = [
                (cell[index] if index < len(cell) else "").ljust(width)
                for cell, width in zip(cells, widths, strict=True)
            ]
            lines.append(_GAP.join(parts).rstrip())
        if line_number == 0:
            lines.append(_GAP.join("-" * width for width in widths))
    return lines


def catalogue_json(language: str | None = None, catalogue: Catalogue | None = None) -> str:
    """The indicators as a JSON list, texts in one language or, without one, in all three.

    Raises:
        UsageError: The language is unknown.
    """
    catalogue = catalogue or load_catalogue()
    records = [
        _indicator_record(catalogue, indicator, language) for indicator in catalogue.indicators
    ]
    return json.dumps(records, ensure_ascii=False, indent=2) + "\n"


def catalogue_csv(language: str, catalogue: Catalogue | None = None) -> str:
    """The indicators as CSV, one row each; lists are codes parted by spaces.

    Raises:
        UsageError: The language is unknown.
    """
    catalogue = catalogue or load_catalogue()
    records = [
        _flat_record(_indicator_record(catalogue, record, language))
        for record in catalogue.indicators
    ]
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(records[0]), lineterminator="\n")
    writer.writeheader()
    for record in records:
        writer.writerow({k: defused(v) if isinstance(v, str) else v for k, v in record.items()})
    return out.getvalue()


def _indicator_record(
    catalogue: Catalogue, indicator: Indicator, language: str | None
) -> dict[str, object]:
    """An indicator in JSON's types, in the order of the contract."""
    recipe = indicator.statfin
    return {
        "number": indicator.number,
        "id": indicator.id,
        "name": _text_in(indicator.name, language),
        "short": _text_in(indicator.short, language),
        "definition": _text_in(indicator.definition, language),
        "numerator": _text_in(indicator.numerator, language),
        "denominator": _text_in(indicator.denominator, language),
        "unit": indicator.unit,
        "count_moment": indicator.count_moment,
        "populations": list(indicator.populations),
        "sources": list(indicator.sources),
        "certainty": indicator.grade,
        "certainty_note": _text_in(indicator.certainty.note, language),
        "headline": indicator.headline,
        "statistics": [
            {
                "id": statistic.id,
                "unit": statistic.unit,
                "certainty": statistic.grade,
                "label": _text_in(statistic.label, language),
            }
            for statistic in indicator.statistics
        ],
        "dimensions": list(indicator.dimensions),
        "parameters": [
            {
                "id": statistic.id,
                "default": statistic.default,
                "value": catalogue.value(indicator.id, statistic),
                "unit": statistic.unit,
                "description": _text_in(statistic.description, language),
            }
            for statistic in indicator.parameters
        ],
        "series_breaks": [
            _break_record(statistic, language) for statistic in catalogue.breaks_for(indicator.id)
        ],
        "statfin": None
        if recipe is None
        else {
            "statistic": recipe.statistic,
            "numerator": list(recipe.numerator),
            "denominator": list(recipe.denominator),
            "denominator_missing": recipe.denominator_missing,
        },
    }


def _break_record(found: SeriesBreak, language: str | None) -> dict[str, object]:
    return {
        "id": found.id,
        "date": found.date.isoformat(),
        "certainty": found.grade,
        "label": _text_in(found.label, language),
        "sentence": _text_in(found.sentence, language),
    }


def _text_in(text: Text, language: str | None) -> object:
    if language is None:
        return {"fi": text.fi, "sv": text.sv, "en": text.en}
    return text[language]


def _flat_record(record: dict[str, object]) -> dict[str, object]:
    """A record whose lists are codes; a parameter is ``id=value``."""
    flat = {key: value for key, value in record.items() if key != "statfin"}
    for key, value in flat.items():
        if isinstance(value, list):
            flat[key] = " ".join(_code(item) for item in value)
    return flat


def _code(item: str | dict[str, object]) -> str:
    if isinstance(item, str):
        return item
    return f"{item['id']}={json.dumps(item['value'])}" if "value" in item else str(item["id"])
