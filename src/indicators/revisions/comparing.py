"""The revision table: a row for every figure that differs between two vintages or tables.

Two sides are opened (:func:`open_side`), compared (:func:`compare_sides`), each revision is given a
cause, and the table is formatted as text, CSV or JSON (:data:`FORMATS`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from math import isnan
from pathlib import Path
from typing import Any, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators import table
from indicators.catalogue.loading import load_catalogue
from indicators.errors import DataError, UsageError
from indicators.processed import manifest
from indicators.processed.reading import CONTEXT, INDICATORS, KELA, REGISTER
from indicators.processed.vintages import MANIFEST
from indicators.spreadsheets import defuse_frame
from indicators.text_table import align_columns

CAUSES: Mapping[str, str] = {
    "newly_hidden": "newly hidden",
    "newly_shown": "newly shown",
    "labour_force": "labour force re-based",
    "data": "data",
    "definition": "definition",
    "code": "code",
    "row_added": "row added",
    "row_removed": "row removed",
    "not_known": "not known",
}
# Statuses of a figure that has a value.
SHOWN_STATUSES = frozenset({"normal", "provisional", "bounded"})
# Two sources may give the same figure, so the source belongs to a figure's key.
KEY = (*table.KEY, "source")
COLUMNS = (
    *table.KEY,
    "source",
    "unit",
    "old",
    "new",
    "change",
    "old_status",
    "new_status",
    "why",
)
# Sums of the same counts in a different order differ by less, a count by more.
TOLERANCE = 1e-9
# More lines than this are no reading for a terminal; CSV and JSON have them all.
MOST_LINES = 200
_COMPARED = ("value", "low", "high")
_TABLES = (INDICATORS, CONTEXT, KELA, REGISTER)
_NO_VALUE = "–"
_HEADS = ["indicator", "statistic", "month", "area", "of", "old", "new", "change", "why"]
_NUMBER_COLUMNS = (5, 6, 7)


# The cause of a revision, as far as the figure and the manifests show it.


@dataclass(frozen=True, slots=True)
class ManifestChanges:
    """Where the manifests of two vintages are not the same.

    Attributes:
        sources: Names of the sources (column ``source``) whose files are not the same.
        days: Days of files that are not the same in both; a figure of an unchanged file of a
            changed source has none of them.
        definition: Whether the catalogue or a parameter changed.
        code: Whether the package changed.
    """

    sources: frozenset[str] = field(default_factory=frozenset)
    days: frozenset[str] = field(default_factory=frozenset)
    definition: bool = False
    code: bool = False


def revision_cause(row: Mapping[str, Any], changed: ManifestChanges | None) -> str:
    """The cause of a revision.

    Args:
        row: The figure in both tables: columns of the long table with ``_old`` and ``_new``.
        changed: None if the tables have no manifests.

    Returns:
        A key of :data:`CAUSES`.
    """
    if at_the_edge := _hidden_or_absent(row):
        return at_the_edge
    if _is_rebased(row):
        return "labour_force"
    if _text(row["vintage_old"]) != _text(row["vintage_new"]):
        return "data"
    if changed is None:
        return "not_known"
    if row["source"] in changed.sources and _text(row["vintage_new"]) in changed.days:
        return "data"
    return "definition" if changed.definition else "code" if changed.code else "not_known"


def _hidden_or_absent(row: Mapping[str, Any]) -> str | None:
    old, new = (_text(row[f"status_{side}"]) for side in ("old", "new"))
    if not old:
        return "row_added"
    if not new:
        return "row_removed"
    if new == "suppressed" and old in SHOWN_STATUSES:
        return "newly_hidden"
    return "newly_shown" if old == "suppressed" and new in SHOWN_STATUSES else None


def _is_rebased(row: Mapping[str, Any]) -> bool:
    """Whether only the labour force that the same persons are divided by was revised."""
    old, new = (float(row[f"denominator_{side}"]) for side in ("old", "new"))
    same = row["numerator_old"] == row["numerator_new"]
    known = not (isnan(old) or isnan(new))
    return bool(
        row["indicator"] in load_catalogue().labour_force_groups() and same and known and old != new
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


# The comparison of two long tables.


def compare(
    old: pd.DataFrame, new: pd.DataFrame, changed: ManifestChanges | None = None
) -> pd.DataFrame:
    """The revisions from an older long table to a newer one.

    A figure that is hidden in either of them has no number on both sides: what was hidden stays
    hidden, and what is hidden now is not repeated from an older table. Months and areas that only
    one of the tables has are no revision (:func:`areas_of_one_side` names those areas).

    Args:
        old: A long table (contract, section 3).
        new: Likewise.
        changed: Where their manifests are not the same; None if they have none.

    Returns:
        A row a revised figure, in the order of the key, with :data:`COLUMNS`: ``old`` and ``new``
        in ``unit`` units (NaN where there is no value), ``change`` their difference, ``why`` a key
        of :data:`CAUSES`.
    """
    both = _joined(_rows_in_common_scope(old, new), _rows_in_common_scope(new, old))
    revised = both[_differs(both)]
    hidden = (revised["status_old"] == "suppressed") | (revised["status_new"] == "suppressed")
    table_of_revisions = revised[list(KEY)].copy()
    table_of_revisions["unit"] = revised["unit_new"].fillna(revised["unit_old"])
    for side in ("old", "new"):
        table_of_revisions[side] = revised[f"value_{side}"].mask(hidden)
        table_of_revisions[f"{side}_status"] = revised[f"status_{side}"].fillna("")
    table_of_revisions["change"] = table_of_revisions["new"] - table_of_revisions["old"]
    rows = cast("list[dict[str, Any]]", revised.to_dict("records"))
    table_of_revisions["why"] = [revision_cause(row, changed) for row in rows]
    return table_of_revisions[list(COLUMNS)].sort_values(list(KEY)).reset_index(drop=True)


def _rows_in_common_scope(frame: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """A table's rows of what the other has any rows of: months of an indicator, and areas."""
    for scope in (["indicator", "source", "month"], ["source", "area"]):
        known = pd.MultiIndex.from_frame(other[scope].astype(object).drop_duplicates())
        frame = frame[pd.MultiIndex.from_frame(frame[scope].astype(object)).isin(known)]
    return frame.astype({name: object for name in frame.columns if name not in table.NUMBERS})


def areas_of_one_side(old: Side, new: Side) -> list[str]:
    """Which areas only one of two sides has, so that they are not compared; a line a side.

    A vintage's Parquet files have every area, its CSV files those of the monthly report.
    """
    held = [set(map(str, side.tables["area"].unique())) for side in (old, new)]
    alone = (held[0] - held[1], held[1] - held[0])
    return [
        f"{len(areas)} areas that only {side.name} has are not compared: {_first_few(areas)}"
        for side, areas in zip((old, new), alone, strict=True)
        if areas
    ]


def _first_few(areas: Collection[str], most: int = 3) -> str:
    return ", ".join([*sorted(areas)[:most], *(["…"] if len(areas) > most else [])])


def _joined(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    return old.merge(
        new, how="outer", on=list(KEY), suffixes=("_old", "_new"), validate="one_to_one"
    )


def _differs(both: pd.DataFrame) -> NDArray[np.bool_]:
    """Whether status, value or bounds of a row are not the same; shape (rows,)."""
    same = [equal_or_both_missing(both[f"{name}_old"], both[f"{name}_new"]) for name in _COMPARED]
    status = (both["status_old"].fillna("") == both["status_new"].fillna("")).to_numpy()
    return np.asarray(~np.logical_and.reduce([status, *same]))


def equal_or_both_missing(old: pd.Series, new: pd.Series) -> NDArray[np.bool_]:
    """Where two columns hold the same numbers, or neither holds one."""
    left, right = (column.to_numpy(dtype=float) for column in (old, new))
    return np.asarray(np.isclose(left, right, rtol=TOLERANCE, atol=TOLERANCE, equal_nan=True))


def count_by_cause(revisions: pd.DataFrame) -> Mapping[str, int]:
    """How many figures were revised for each cause, most first."""
    counted = revisions["why"].value_counts()
    return {str(name): int(count) for name, count in counted.items()}


# The two sides of a comparison: folders of vintages, or long tables of any origin.


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
    """The revision table of two sides; causes as far as both have manifests.

    Returns:
        As :func:`compare`.

    Raises:
        DataError: A side has the same figure twice.
    """
    for side in (old, new):
        if side.tables.duplicated(list(KEY)).any():
            raise DataError(f"{side.name}: has the same figure twice; make the table again")
    changed = None
    if old.manifest is not None and new.manifest is not None:
        changed = manifest_changes(old.manifest, new.manifest)
    return compare(old.tables, new.tables, changed)


def manifest_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> ManifestChanges:
    """Where two manifests are not the same."""
    before, after = (
        {entry["path"]: entry for entry in content["inputs"]} for content in (old, new)
    )
    differing = [
        path
        for path in before | after
        if before.get(path, {}).get("sha256") != after.get(path, {}).get("sha256")
    ]
    places = {
        str(content["parameters"][source]): source
        for content in (old, new)
        for source in ("statfin", "kela")
        if source in content["parameters"]
    }
    days = {str((after.get(path) or before[path])["day"]) for path in differing} - {""}
    return ManifestChanges(
        sources=frozenset(_file_source(path, places) for path in differing),
        days=frozenset(days),
        definition=(
            old["parameters"] != new["parameters"]
            or old["made_with"]["catalogue"] != new["made_with"]["catalogue"]
        ),
        code=old["made_with"]["code"]["sha256"] != new["made_with"]["code"]["sha256"],
    )


def _file_source(path: str, places: Mapping[str, str]) -> str:
    """Which source a file belongs to: the published ones are read from places of their own."""
    inside = (source for place, source in places.items() if Path(path).is_relative_to(place))
    return next(inside, "register")


# The revision table as text for a terminal, as CSV and as JSON.


def revisions_as_text(revisions: pd.DataFrame, old: str, new: str) -> str:
    """A head with the sums by cause, then a line a figure.

    Args:
        revisions: As :func:`compare` returns them.
        old: Name of the older side.
        new: Name of the newer side.
    """
    if revisions.empty:
        return f"{old} → {new}: nothing was revised\n"
    causes = ", ".join(f"{CAUSES[why]} {count}" for why, count in count_by_cause(revisions).items())
    head = f"{old} → {new}: {len(revisions)} figures revised ({causes})"
    cells = map(_cells, revisions.head(MOST_LINES).to_dict("records"))
    lines = align_columns([_HEADS, *cells], right=_NUMBER_COLUMNS)
    left = len(revisions) - MOST_LINES
    more = [f"… and {left} more: --format csv has them all"] if left > 0 else []
    return "\n".join([head, "", *lines, *more]) + "\n"


def revisions_as_csv(revisions: pd.DataFrame, _old: str = "", _new: str = "") -> str:
    """A row a figure; comma, decimal point, empty for what has no value."""
    return defuse_frame(revisions).to_csv(index=False, lineterminator="\n")


def revisions_as_json(revisions: pd.DataFrame, old: str, new: str) -> str:
    """The names of both sides, the sums by cause, and an object a figure."""
    rows = json.loads(revisions.to_json(orient="records", double_precision=15))
    content = {
        "old": old,
        "new": new,
        "by_cause": dict(count_by_cause(revisions)),
        "revisions": rows,
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


FORMATS: dict[str, Callable[[pd.DataFrame, str, str], str]] = {
    "text": revisions_as_text,
    "csv": revisions_as_csv,
    "json": revisions_as_json,
}


def _cells(row: Mapping[Any, Any]) -> list[str]:
    return [
        f"{row['indicator']}",
        f"{row['statistic']}",
        f"{row['month']}",
        f"{row['area']}",
        _population_and_category(row),
        _value_with_status(row["old"], row["old_status"]),
        _value_with_status(row["new"], row["new_status"]),
        _number(row["change"], sign="+") or _NO_VALUE,
        CAUSES[str(row["why"])],
    ]


def _population_and_category(row: Mapping[Any, Any]) -> str:
    """Population and category, as far as they are not residents in total."""
    named = [str(row["population"]), f"{row['dimension']}={row['category']}"]
    texts = [text for text in named if text not in ("residents", "total=total")]
    return " ".join(texts) or _NO_VALUE


def _value_with_status(value: object, status: object) -> str:
    """A value, with its status unless that is ``normal``."""
    texts = [_number(value), "" if status == "normal" else f"({status})" if status else ""]
    return " ".join(text for text in texts if text) or _NO_VALUE


def _number(value: object, sign: str = "") -> str:
    if not isinstance(value, float) or isnan(value):
        return ""
    return format(round(value, 6), f"{sign},.10g") if value else "0"
