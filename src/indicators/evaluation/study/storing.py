"""Results on disk: tidy frames, the small ones as JSON too, and a manifest of how they came about.

``data/processed/evaluation/<vintage>/``, and ``evaluation-made-up/`` of made-up people, hold for
each frame a Parquet file (which the notebooks read) and a CSV file (for people), ``results.json``
and ``manifest.json``. No clock goes in: the same inputs and code give the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from indicators import files
from indicators.errors import DataError
from indicators.evaluation.study.places import RESULTS_FOLDER
from indicators.provenance import BuildEnvironment, FileRecord, hash_file
from indicators.spreadsheets import defuse_frame

MANIFEST, RESULTS = "manifest.json", "results.json"
#: Frames of at most so many rows stand in ``results.json`` too.
MAX_ROWS_IN_JSON = 150


@dataclass(frozen=True)
class StoredResults:
    """Results as they were stored.

    Attributes:
        folder: Where.
        frames: By name.
        manifest: ``vintage``, ``sources``, ``plan``, ``maker`` and ``frames``.
    """

    folder: Path
    frames: Mapping[str, pd.DataFrame]
    manifest: Mapping[str, Any]

    @property
    def vintage(self) -> str:
        """Newest publication date of the sources."""
        return str(self.manifest["vintage"])


def manifest_facts(
    vintage: str, sources: Sequence[FileRecord], plan: Mapping[str, Any], made_by: BuildEnvironment
) -> dict[str, Any]:
    """What a manifest says before there are results: where they come from, how, with what.

    Args:
        vintage: ``YYYY-MM-DD``, the newest day that the sources know of.
        sources: Their files; none where all is made up.
        plan: Every choice, as plain values.
        made_by: Code and tools.
    """
    entries = {
        "vintage": vintage,
        "sources": [asdict(source) for source in sources],
        "plan": plan,
        "maker": asdict(made_by),
    }
    # As JSON has it, so that what is read back can be compared with it.
    found: dict[str, Any] = json.loads(json.dumps(entries))
    return found


def write_results(
    frames: Mapping[str, pd.DataFrame], folder: Path, manifest: Mapping[str, Any]
) -> None:
    """Write results, all at once.

    Args:
        frames: By name.
        folder: Where; what stood there goes when all is written.
        manifest: Of :func:`manifest_facts`.
    """
    with files.replacing_folder(folder) as temporary:
        for name, frame in sorted(frames.items()):
            frame.to_parquet(temporary / f"{name}.parquet", compression="zstd")
            defuse_frame(frame).to_csv(temporary / f"{name}.csv", index=False, lineterminator="\n")
        small = {
            n: _records(table)
            for n, table in sorted(frames.items())
            if len(table) <= MAX_ROWS_IN_JSON
        }
        _write_json(small, temporary / RESULTS)
        listed = [_manifest_entry(temporary, name, frame) for name, frame in sorted(frames.items())]
        _write_json({**manifest, "frames": listed}, temporary / MANIFEST)


def read_results(folder: Path) -> StoredResults:
    """Read results back.

    Raises:
        DataError: They are not there, or a file is not the one that was written.
    """
    manifest = _read_manifest(folder)
    frames = {entry["name"]: _read_frame(folder, entry) for entry in manifest["frames"]}
    return StoredResults(folder, frames, manifest)


def newest_results(root: Path, below: Path = RESULTS_FOLDER) -> Path:
    """The folder of the newest vintage's results.

    Args:
        root: The project's folder.
        below: Where the vintages stand in it.

    Raises:
        DataError: There are none.
    """
    candidates = sorted((root / below).glob("????-??-??"))
    if not candidates:
        raise DataError(f"{root / below}: no results; run `indicators evaluation`")
    return candidates[-1]


def results_are_fresh(folder: Path, expected: Mapping[str, Any]) -> bool:
    """Whether the results there came from the same sources, plan and code, and are whole."""
    try:
        stored = read_results(folder)
    except DataError:
        return False
    return _what_results_depend_on(stored.manifest) == _what_results_depend_on(expected)


def _what_results_depend_on(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """What results depend on; the commit does not change them, the code does."""
    made_by = dict(manifest["maker"])
    code = {"sha256": made_by["code"]["sha256"]}
    return {
        "sources": manifest["sources"],
        "plan": manifest["plan"],
        "maker": made_by | {"code": code},
    }


def _manifest_entry(folder: Path, name: str, frame: pd.DataFrame) -> dict[str, Any]:
    return {
        "name": name,
        "rows": len(frame),
        "columns": list(frame.columns),
        "sha256": hash_file(folder / f"{name}.parquet"),
        "csv_sha256": hash_file(folder / f"{name}.csv"),
    }


def _read_manifest(folder: Path) -> dict[str, Any]:
    path = folder / MANIFEST
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(f"{path}: cannot be read; run `indicators evaluation`") from error
    if not isinstance(found, dict) or not {"frames", "maker", "plan", "sources"} <= set(found):
        raise DataError(f"{path}: is no manifest of results; run `indicators evaluation`")
    return found


def _read_frame(folder: Path, entry: Mapping[str, Any]) -> pd.DataFrame:
    path = folder / f"{entry['name']}.parquet"
    try:
        if hash_file(path) != entry["sha256"]:
            raise DataError(f"{path}: is not the file of the manifest; run `indicators evaluation`")
        return pd.read_parquet(path)
    except OSError as error:
        raise DataError(f"{path}: cannot be read; run `indicators evaluation`") from error


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(frame.to_json(orient="records", double_precision=15))
    return found


def _write_json(content: Any, path: Path) -> None:
    text = json.dumps(content, ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")
