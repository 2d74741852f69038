"""Where each snapshot came from, and the proof that it has not changed since."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from indicators.problems import Problem, as_error, raise_problems

PROVENANCE_FILE = "provenance.json"
ANSWERS = "answers"
"""Folder of the answers that were fetched, below a source's."""

SNAPSHOT_SET = "12r5"
_TYPES = {
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
_OPTIONAL_TYPES = {"updated": str}


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
        updated: The moment of the table's update, as the source writes it; empty if not known.
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
    updated: str = ""


def read_provenance(directory: Path) -> dict[str, Provenance]:
    """Read ``provenance.json`` of a folder, by file name; empty if the folder has none.

    Raises:
        DataError: It cannot be read, or an entry lacks a key, has an unknown one, one of the wrong
            type, or describes a file that an earlier entry describes too.
    """
    path = directory / PROVENANCE_FILE
    if not path.exists():
        return {}
    entries = _entries(path)
    raise_problems([*_faults_of_entries(path, entries)])
    return {entry["file"]: _provenance(entry) for entry in entries}


def read_answers(directory: Path) -> dict[str, Mapping[str, Any]]:
    """What ``provenance.json`` lists of fetched answers, by their place below the folder.

    A file that cannot be read lists nothing here: :func:`read_provenance` refuses it.
    """
    try:
        listed = json.loads((directory / PROVENANCE_FILE).read_text("utf-8"))["answers"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return {
        str(entry.get("file")): entry
        for entry in (listed if isinstance(listed, list) else [])
        if isinstance(entry, dict)
    }


def table_files(place: Path) -> tuple[Path, ...]:
    """The files that reading a place may look into; the place itself where it is no folder.

    Of the folders below it the answers of further tables are read, those that a snapshot was made
    of are not.
    """
    if not place.is_dir():
        return (place,)
    found = (path for path in place.iterdir() if path.is_file() and not path.name.startswith("."))
    sets = [path.name for path in _folders(place / ANSWERS) if path.name != SNAPSHOT_SET]
    return (*sorted(found), *further_answers(place, sets))


def further_answers(place: Path, sets: Iterable[str]) -> tuple[Path, ...]:
    """The answers that were fetched of some tables, all vintages, sorted.

    Args:
        place: The folder that ``--statfin`` takes.
        sets: Ids of the tables.
    """
    return tuple(
        path
        for name in sorted(sets)
        for vintage in _folders(place / ANSWERS / name)
        for path in sorted(vintage.glob("*.json"))
    )


def _folders(place: Path) -> list[Path]:
    if not place.is_dir():
        return []
    return sorted(path for path in place.iterdir() if path.is_dir() and path.name[0] != ".")


def disagreements(path: Path, listed: Provenance, facts: Mapping[str, object]) -> Iterator[Problem]:
    """Say where a file is not the one its provenance describes.

    Args:
        path: The file.
        listed: Its provenance.
        facts: The same, as the file itself has it, by attribute of :class:`Provenance`.
    """
    mend = "restore the file, or describe a new one there"
    differing = [key for key, fact in facts.items() if getattr(listed, key) != fact]
    if "sha256" in differing:
        yield Problem(
            "checksum", path, f"is not the file that {PROVENANCE_FILE} lists (sha256); {mend}"
        )
    elif differing:
        names = ", ".join(differing)
        yield Problem(
            "provenance", path, f"differs from what {PROVENANCE_FILE} says ({names}); mend it there"
        )


def _entries(path: Path) -> list[Any]:
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))["files"]
    except (OSError, ValueError, KeyError, TypeError):
        entries = None
    if not isinstance(entries, list):
        text = 'is not JSON with a list "files"; restore it'
        raise as_error([Problem("unreadable", path, text)])
    return entries


def _faults_of_entries(path: Path, entries: Sequence[Any]) -> Iterator[Problem]:
    seen: set[str] = set()
    for number, entry in enumerate(entries, start=1):
        for text in _faults_of_entry(entry) if isinstance(entry, dict) else ["is not an object"]:
            yield Problem("entry", path, f"entry {number} of files: {text}; mend it")
        name = entry.get("file") if isinstance(entry, dict) else None
        if isinstance(name, str):
            if name in seen:
                text = f'entry {number} of files: "file" was described before; keep one'
                yield Problem("duplicate-entry", path, text)
            seen.add(name)


def _faults_of_entry(entry: Mapping[str, Any]) -> Iterator[str]:
    for key, kind in _TYPES.items():
        if key not in entry:
            yield f'"{key}" is missing'
        elif not isinstance(entry[key], kind):
            yield f'"{key}" is of the wrong type'
    for key, kind in _OPTIONAL_TYPES.items():
        if not isinstance(entry.get(key, kind()), kind):
            yield f'"{key}" is of the wrong type'
    for key in sorted(set(entry) - set(_TYPES) - set(_OPTIONAL_TYPES)):
        yield f'unknown key "{key}"'
    if isinstance(entry.get("columns"), list) and not all(
        isinstance(column, str) for column in entry["columns"]
    ):
        yield '"columns" is not a list of texts'
    if isinstance(entry.get("vintage"), str) and not _is_date(entry["vintage"]):
        yield '"vintage" is not a date YYYY-MM-DD'


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _provenance(entry: Mapping[str, Any]) -> Provenance:
    vintage = date.fromisoformat(entry["vintage"])
    return Provenance(**{**entry, "vintage": vintage, "columns": tuple(entry["columns"])})
