"""The two sides of a comparison: folders of vintages, or long tables of any origin."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from indicators import table
from indicators.errors import DataError, UsageError
from indicators.processed import CONTEXT, INDICATORS, REGISTER, manifest
from indicators.processed.placing import MANIFEST
from indicators.revisions.causes import Changed
from indicators.revisions.comparing import compare

_TABLES = (INDICATORS, CONTEXT, REGISTER)


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison.

    Attributes:
        name: As a person would name it.
        tables: Long tables, below each other.
        manifest: As JSON has it; None if the side has none.
    """

    name: str
    tables: pd.DataFrame
    manifest: Mapping[str, Any] | None = None


def open_side(path: Path) -> Side:
    """Open a vintage's folder, or a table (``.parquet`` or ``.csv``).

    Raises:
        UsageError: It is neither.
        DataError: It cannot be read.
    """
    if path.is_dir():
        return _open_folder(path)
    if path.suffix not in table.SUFFIXES or not path.is_file():
        advice = "give a vintage's folder, or a table that ends in .parquet or .csv"
        raise UsageError(f"{path}: no vintage and no table is there; {advice}")
    return Side(path.name, table.read(path))


def _open_folder(folder: Path) -> Side:
    paths = [folder / name for name in _TABLES if (folder / name).is_file()]
    if not paths:
        advice = "give one such as data/processed/2022-02/2022-05-01"
        raise UsageError(f"{folder}: is not the folder of a vintage; {advice}")
    content = manifest.read(folder) if (folder / MANIFEST).exists() else None
    # `latest` is a pointer: its target says more.
    name = "/".join(folder.resolve().parts[-2:])
    return Side(name, pd.concat([table.read(path) for path in paths], ignore_index=True), content)


def compare_sides(old: Side, new: Side) -> pd.DataFrame:
    """The revision table of two sides, causes told as far as both have manifests.

    Raises:
        DataError: A side tells of the same figure twice.
    """
    for side in (old, new):
        if side.tables.duplicated([*table.KEY, "source"]).any():
            raise DataError(f"{side.name}: tells of the same figure twice; make the table again")
    changed = None
    if old.manifest is not None and new.manifest is not None:
        changed = changed_between(old.manifest, new.manifest)
    return compare(old.tables, new.tables, changed)


def changed_between(old: Mapping[str, Any], new: Mapping[str, Any]) -> Changed:
    """What two manifests say that is not the same."""
    before, after = (
        {entry["path"]: entry for entry in content["inputs"]} for content in (old, new)
    )
    differing = [
        path
        for path in before | after
        if before.get(path, {}).get("sha256") != after.get(path, {}).get("sha256")
    ]
    published = {str(content["parameters"]["statfin"]) for content in (old, new)}
    days = {str((after.get(path) or before[path])["day"]) for path in differing} - {""}
    return Changed(
        sources=frozenset(_source_of(path, published) for path in differing),
        days=frozenset(days),
        definition=(
            old["parameters"] != new["parameters"]
            or old["made_with"]["catalogue"] != new["made_with"]["catalogue"]
        ),
        code=old["made_with"]["code"]["sha256"] != new["made_with"]["code"]["sha256"],
    )


def _source_of(path: str, published: Collection[str]) -> str:
    """Which source a file belongs to: StatFin's is read from a place of its own."""
    parts = Path(path).parts
    is_published = any(
        parts[: len(Path(path_published).parts)] == Path(path_published).parts
        for path_published in published
    )
    return "statfin" if is_published else "register"
