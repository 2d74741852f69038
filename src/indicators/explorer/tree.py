"""The data tree: every protected figure as JSON files with a described form, for other programs.

``index.json`` names all others; ``schema/`` describes each kind in JSON Schema. The figures are
JSON-stat 2.0, a file an indicator, and the same as Parquet, a row a figure. The same figures give
the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from indicators import table
from indicators.catalogue.model import LANGUAGES
from indicators.catalogue.show import catalogue_json
from indicators.errors import UsageError
from indicators.explorer.description import LICENCE, Description
from indicators.explorer.figures import OFFICIAL, Figures, distinct
from indicators.explorer.jsonstat import build_dataset
from indicators.provenance import hash_file
from indicators.version import __version__

if TYPE_CHECKING:
    import pandas as pd

SCHEMA_VERSION = 1
SCHEMAS = ("index", "areas", "indicators", "dataset")
LICENCE_ADDRESS = "https://creativecommons.org/licenses/by/4.0/"
LABELS_LANGUAGE = "en"
"""Of the labels in datasets; names in all languages stand in areas.json and indicators.json."""


def dataset_folder(figures: Figures, name: str) -> str:
    """The folder of a data set's files; a file that has left the site still says what it is."""
    if name == OFFICIAL:
        return "indicator"
    return f"{name}-made-up" if figures.is_made_up(name) else name


def write_tree(description: Description, folder: Path) -> None:
    """Write the data tree into an empty folder.

    Args:
        description: The figures and their names.
        folder: Empty.
    """
    figures = description.figures
    _write_json(folder / "areas.json", {"areas": _areas(description)})
    _write_json(folder / "indicators.json", _catalogue(description))
    datasets = []
    for name, rows in figures.tables.items():
        below = dataset_folder(figures, name)
        (folder / below).mkdir()
        for indicator in distinct(rows["indicator"]):
            path = folder / below / f"{indicator}.json"
            content = build_dataset(description, name, indicator, LABELS_LANGUAGE)
            _write_json(path, content, compact=True)
            of_indicator = rows[rows["indicator"] == indicator]
            datasets.append(_entry(folder, path, of_indicator, name, figures))
    tables = {}
    for name, rows in figures.tables.items():
        path = folder / f"{OFFICIAL if name == OFFICIAL else dataset_folder(figures, name)}.parquet"
        table.write(rows, path)
        tables[name] = {"href": path.name, "rows": len(rows), "made_up": figures.is_made_up(name)}
    (folder / "schema").mkdir()
    for schema in SCHEMAS:
        text = (resources.files("indicators.explorer") / "schema" / f"{schema}.json").read_text(
            encoding="utf-8"
        )
        (folder / "schema" / f"{schema}.json").write_text(text, encoding="utf-8")
    _write_json(folder / "index.json", _index(description, datasets, tables))


def _write_json(path: Path, content: object, *, compact: bool = False) -> None:
    separators = (",", ":") if compact else None
    indent = None if compact else 1
    text = json.dumps(content, ensure_ascii=False, indent=indent, separators=separators)
    path.write_text(text + "\n", encoding="utf-8")


def _areas(description: Description) -> list[dict[str, object]]:
    return [
        {
            "code": code,
            "kind": description.kind(code),
            "name": {each: description.areas.name(code, each) for each in LANGUAGES},
            "members": _members(description, code),
        }
        for code in description.area_codes()
    ]


def _members(description: Description, code: str) -> list[str] | None:
    """The municipalities that an area adds up; null where nobody has said."""
    try:
        return list(description.areas.members(code))
    except UsageError:
        return None


def _catalogue(description: Description) -> dict[str, object]:
    catalogue = description.catalogue
    by_language = {each: description.label_names(each) for each in LANGUAGES}
    kinds = list(by_language[LABELS_LANGUAGE])
    return {
        "indicators": json.loads(catalogue_json(None, catalogue)),
        "series_breaks": [
            {
                "id": each.id,
                "month": each.month,
                "indicators": list(each.indicators),
                "label": {language: each.label[language] for language in LANGUAGES},
                "sentence": {language: each.sentence[language] for language in LANGUAGES},
            }
            for each in catalogue.breaks
        ],
        "labels": {
            kind: {
                code: {language: by_language[language][kind][code] for language in LANGUAGES}
                for code in by_language[LABELS_LANGUAGE][kind]
            }
            for kind in kinds
        },
    }


def _entry(
    folder: Path, path: Path, rows: pd.DataFrame, name: str, figures: Figures
) -> dict[str, object]:
    """What the index says of a dataset."""
    months = distinct(rows["month"])
    counts = rows["status"].value_counts()
    return {
        "indicator": path.stem,
        "dataset": name,
        "made_up": figures.is_made_up(name),
        "href": path.relative_to(folder).as_posix(),
        "rows": len(rows),
        "first_month": months[0],
        "last_month": months[-1],
        "statuses": {each: int(counts[each]) for each in table.STATUSES if counts.get(each, 0)},
        "bytes": path.stat().st_size,
        "sha256": hash_file(path),
    }


def _index(
    description: Description,
    datasets: list[dict[str, object]],
    tables: Mapping[str, Mapping[str, object]],
) -> dict[str, object]:
    settings, figures = description.settings, description.figures
    return {
        "schema_version": SCHEMA_VERSION,
        "title": {each: settings.trial.name[each] for each in LANGUAGES},
        "publisher": {each: settings.report.publisher[each] for each in LANGUAGES},
        "month": figures.month,
        "vintage": figures.vintage,
        "version": __version__,
        "licence": {"name": LICENCE, "href": LICENCE_ADDRESS},
        "citation": {each: description.citation(each) for each in LANGUAGES},
        "made_up": figures.made_up,
        "sources": [
            {
                "file": each.file,
                "table": each.table,
                "source": each.source,
                "vintage": each.vintage,
                "first_month": each.first_month,
                "last_month": each.last_month,
                "licence": each.licence,
                "sha256": each.sha256,
            }
            for each in figures.sources
        ],
        "areas": "areas.json",
        "indicators": "indicators.json",
        "datasets": datasets,
        "tables": tables,
        "schemas": {each: f"schema/{each}.json" for each in SCHEMAS},
    }
