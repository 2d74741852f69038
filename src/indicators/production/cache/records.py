"""What a step was made from and with, kept beside what it made (``manifest.json``).

The same record serves three ends: the cache looks whether anything in it has changed, ``verify``
holds files against it, and a reader of a published page learns from it which data and code made
the page. It is described by ``step.schema.json`` beside this module.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from indicators import files
from indicators.errors import DataError
from indicators.processed import vintages
from indicators.processed.placing import MANIFEST
from indicators.production.steps import Kind, Step
from indicators.provenance import File, Maker
from indicators.provenance.recorded import file_from, maker_from
from indicators.provenance.state import steps_folder
from indicators.reporting.paths import data_name

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class Record:
    """A step as it was done.

    Attributes:
        kind: ``tables``, ``notebook``, ``page`` or ``download``.
        month: ``YYYY-MM``; empty for the site's front page.
        language: ``fi``, ``sv``, ``en``, or empty.
        parameters: Of the notebook, or of the renderer.
        inputs: Files read; paths from the project's folder.
        made_with: Code, catalogue, lock, tools.
        outputs: Files made; paths from the project's folder.
    """

    kind: str
    month: str
    language: str
    parameters: Mapping[str, Any]
    inputs: tuple[File, ...]
    made_with: Maker
    outputs: tuple[File, ...]


def path_of(root: Path, step: Step) -> Path:
    """Where a step's record is: beside what it makes, or among the state for immutable tables."""
    if step.kind is Kind.TABLES:
        return steps_folder(root) / f"{step.kind}-{step.month}.json"
    return step.target.parent / MANIFEST


def outputs_of(step: Step) -> list[Path]:
    """The files that stand there now as what the step makes; empty if there are none."""
    if step.kind is Kind.TABLES:
        return _latest_tables(step.target)
    folder = step.target.parent
    if step.kind is Kind.NOTEBOOK:
        return sorted(
            path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST
        )
    candidates = (step.target, step.target.with_suffix(".pdf"), folder / data_name(step.month))
    return [path for path in candidates if path.is_file()]


def _latest_tables(folder: Path) -> list[Path]:
    named = vintages.pointed(folder)
    if named is None or not (folder / named).is_dir():
        return []
    return sorted((folder / named).iterdir())


def write(record: Record, path: Path) -> None:
    """Write a record; the file appears whole or not at all."""
    content = {"schema_version": SCHEMA_VERSION, **asdict(record)}
    path.parent.mkdir(parents=True, exist_ok=True)
    with files.replacing(path) as aside:
        aside.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def read(path: Path) -> Record:
    """Read a record.

    Raises:
        DataError: There is none, or it is not one.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["schema_version"] != SCHEMA_VERSION:
            raise DataError(f"{path}: is not a record of version {SCHEMA_VERSION}; run again")
        return Record(
            kind=str(content["kind"]),
            month=str(content["month"]),
            language=str(content["language"]),
            parameters=dict(content["parameters"]),
            inputs=tuple(map(file_from, content["inputs"])),
            made_with=maker_from(content["made_with"]),
            outputs=tuple(map(file_from, content["outputs"])),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataError(f"{path}: cannot be read as a record of a step; run again") from error
