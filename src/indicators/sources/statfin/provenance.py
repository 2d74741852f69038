"""Where each snapshot came from, and the proof that it has not changed since."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from indicators.sources.problems import Problem, refuse

FILE = "provenance.json"
_KEYS = {
    "file": str,
    "source": str,
    "table": str,
    "vintage": str,
    "first_month": str,
    "last_month": str,
    "licence": str,
    "sha256": str,
    "rows": int,
    "columns": list,
}


@dataclass(frozen=True, slots=True)
class Provenance:
    """What is known of one received file.

    Attributes:
        file: Its name in the folder.
        source: Who produced and who distributed it, as it is to be cited.
        table: The table's id at the source.
        vintage: The day it was taken.
        first_month: First month held, ``YYYY-MM``.
        last_month: Last month held, ``YYYY-MM``.
        licence: Its licence.
        sha256: Of the file as received, in hexadecimal.
        rows: Rows without the header.
        columns: All columns, in order, the two keys included.
    """

    file: str
    source: str
    table: str
    vintage: date
    first_month: str
    last_month: str
    licence: str
    sha256: str
    rows: int
    columns: tuple[str, ...]


def read_provenance(directory: Path) -> dict[str, Provenance]:
    """Read ``provenance.json`` of a folder, by file name; empty if the folder has none.

    Raises:
        DataError: It cannot be read, or an entry lacks a key or has one of the wrong type.
    """
    path = directory / FILE
    if not path.exists():
        return {}
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))["files"]
    except (OSError, ValueError, KeyError, TypeError):
        entries = None
    if not isinstance(entries, list):
        refuse([Problem("unreadable", path, 'is not JSON with a list "files"; restore it')])
    refuse(problem for entry in entries for problem in _faults(path, entry))
    return {entry["file"]: _provenance(entry) for entry in entries}


def disagreement(path: Path, raw: bytes, listed: Provenance) -> Iterator[Problem]:
    """Say if a file is not the one its provenance describes."""
    if hashlib.sha256(raw).hexdigest() != listed.sha256:
        yield Problem(
            "checksum",
            path,
            f"differs from what {FILE} says was received; restore the file, "
            "or describe a new one there",
        )


def _faults(path: Path, entry: Any) -> Iterator[Problem]:
    if not isinstance(entry, dict):
        yield Problem("entry", path, 'an entry of "files" is not an object')
        return
    name = entry.get("file", "?")
    for key, kind in _KEYS.items():
        if not isinstance(entry.get(key), kind):
            yield Problem("entry", path, f'entry of {name}: "{key}" is missing or of the wrong type')
    for key in sorted(set(entry) - set(_KEYS)):
        yield Problem("entry", path, f'entry of {name}: unknown key "{key}"')
    try:
        date.fromisoformat(str(entry.get("vintage")))
    except ValueError:
        yield Problem("entry", path, f'entry of {name}: "vintage" is not a date YYYY-MM-DD')


def _provenance(entry: dict[str, Any]) -> Provenance:
    changed = {"vintage": date.fromisoformat(entry["vintage"]), "columns": tuple(entry["columns"])}
    return Provenance(**(entry | changed))
