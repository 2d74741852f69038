"""The catalogue as text: a table, JSON and CSV. Every text ends in a line break."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence

from indicators.catalogue.catalogue import Catalogue
from indicators.catalogue.explaining import WIDTH, explain, wrap
from indicators.catalogue.loading import load
from indicators.catalogue.model import Indicator, SeriesBreak, Text
from indicators.spreadsheets import defused

__all__ = ["catalogue_csv", "catalogue_json", "catalogue_table", "explain"]

_GAP = "  "


def catalogue_table(language: str, catalogue: Catalogue | None = None) -> str:
    """The indicators as an aligned table of at most 100 columns.

    Number, id, short name, unit, source and certainty, with what the grades mean below.

    Raises:
        UsageError: The language is unknown.
    """
    catalogue = catalogue or load()
    keys = ("number", "id", "name", "unit", "sources", "certainty_column")
    head = [catalogue.label("heading", key, language) for key in keys]
    rows = [head, *(_row(catalogue, indicator, language) for indicator in catalogue.indicators)]
    grades = [
        f"{grade}: {catalogue.explanation('grade', grade, language)}"
        for grade in catalogue.labels["grade"]
    ]
    notes = [line for note in grades for line in wrap(note, WIDTH)]
    return "\n".join([*_aligned(rows, flexible=2), "", *notes, ""])


def _row(catalogue: Catalogue, indicator: Indicator, language: str) -> list[str]:
    sources = [catalogue.label("source", source, language) for source in indicator.sources]
    return [
        str(indicator.number),
        indicator.id,
        indicator.short[language],
        catalogue.label("unit", indicator.unit, language),
        ", ".join(sources),
        indicator.grade,
    ]


def _aligned(rows: Sequence[Sequence[str]], flexible: int) -> list[str]:
    """Lines of a table; the flexible column and the one of sources wrap to what is left."""
    words = [[max(map(len, cell.split(", "))) for cell in row] for row in rows]
    widths = [max(column) for column in zip(*words, strict=True)]
    widths[4] += 1  # a source may be followed by its comma
    widths[flexible] = 0
    widths[flexible] = WIDTH - sum(widths) - len(_GAP) * (len(widths) - 1)
    lines = []
    for number, row in enumerate(rows):
        cells = [wrap(cell, width) for cell, width in zip(row, widths, strict=True)]
        height = max(map(len, cells))
        for index in range(height):
            parts = [
                (cell[index] if index < len(cell) else "").ljust(width)
                for cell, width in zip(cells, widths, strict=True)
            ]
            lines.append(_GAP.join(parts).rstrip())
        if number == 0:
            lines.append(_GAP.join("-" * width for width in widths))
    return lines


def catalogue_json(language: str | None = None, catalogue: Catalogue | None = None) -> str:
    """The indicators as a JSON list, texts in one language or, without one, in all three.

    Raises:
        UsageError: The language is unknown.
    """
    catalogue = catalogue or load()
    records = [_record(catalogue, indicator, language) for indicator in catalogue.indicators]
    return json.dumps(records, ensure_ascii=False, indent=2) + "\n"


def catalogue_csv(language: str, catalogue: Catalogue | None = None) -> str:
    """The indicators as CSV, one row each; lists are codes parted by spaces.

    Raises:
        UsageError: The language is unknown.
    """
    catalogue = catalogue or load()
    records = [_flat(_record(catalogue, record, language)) for record in catalogue.indicators]
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(records[0]), lineterminator="\n")
    writer.writeheader()
    for record in records:
        writer.writerow({k: defused(v) if isinstance(v, str) else v for k, v in record.items()})
    return out.getvalue()


def _record(catalogue: Catalogue, indicator: Indicator, language: str | None) -> dict[str, object]:
    """An indicator in JSON's types, in the order of the contract."""
    recipe = indicator.statfin
    return {
        "number": indicator.number,
        "id": indicator.id,
        "name": _said(indicator.name, language),
        "short": _said(indicator.short, language),
        "definition": _said(indicator.definition, language),
        "numerator": _said(indicator.numerator, language),
        "denominator": _said(indicator.denominator, language),
        "unit": indicator.unit,
        "count_moment": indicator.count_moment,
        "populations": list(indicator.populations),
        "sources": list(indicator.sources),
        "certainty": indicator.grade,
        "certainty_note": _said(indicator.certainty.note, language),
        "headline": indicator.headline,
        "statistics": [
            {
                "id": statistic.id,
                "unit": statistic.unit,
                "certainty": statistic.grade,
                "label": _said(statistic.label, language),
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
                "description": _said(statistic.description, language),
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
        "label": _said(found.label, language),
        "sentence": _said(found.sentence, language),
    }


def _said(text: Text, language: str | None) -> object:
    if language is None:
        return {"fi": text.fi, "sv": text.sv, "en": text.en}
    return text[language]


def _flat(record: dict[str, object]) -> dict[str, object]:
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
