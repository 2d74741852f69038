"""Where fetched answers are kept: one folder a set and vintage, whole or not there.

Answers come one by one into ``.fetching/SET/`` below the source's folder, each whole, so that a
fetch that was stopped goes on where it was. When the last has come they get their place,
``answers/SET/VINTAGE/``, and their entries in ``provenance.json``.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from indicators import files
from indicators.errors import DataError
from indicators.provenance import hash_file
from indicators.sources.statfin.provenance import ANSWERS, PROVENANCE_FILE

LICENCE = "CC BY 4.0"
"""Of all four sources."""

_STAGING, _STATE, _RECORD = ".fetching", "state.json", ".record"


@dataclass(frozen=True, slots=True)
class AnswerRecord:
    """An answer as ``provenance.json`` lists it, under ``answers``.

    Attributes:
        file: Its place below the source's folder.
        set: What it belongs to: the id of a table, data set, classification.
        title: What that is called at the source.
        vintage: The day of the data's update, ``YYYY-MM-DD``, or the id of a division.
        updated: The moment of it, as the source writes it; empty where it says none.
        address: What was asked.
        query: What was asked for there; None for an address alone.
        fetched: When, in UTC.
        sha256: Of the file, the body as received.
        bytes: Its size.
        source: Who produced and who distributed it, as it is to be cited.
        licence: Its licence.
    """

    file: str
    set: str
    title: str
    vintage: str
    updated: str
    address: str
    query: Mapping[str, Any] | None
    fetched: str
    sha256: str
    bytes: int
    source: str
    licence: str


@dataclass(frozen=True, slots=True)
class StagedAnswer:
    """An answer that has come, while others of its set have not.

    Attributes:
        name: Of its file.
        address: What was asked.
        query: What was asked for there.
        fetched: When, in UTC.
    """

    name: str
    address: str
    query: Mapping[str, Any] | None
    fetched: str


class Staging:
    """The answers of a set that have come so far.

    Args:
        folder: Where they are.
        state: What they belong to; answers of something else are removed.
    """

    def __init__(self, folder: Path, state: Mapping[str, Any]) -> None:
        self.folder = folder
        path = folder / _STATE
        if _read_json(path) != state:
            files.remove_folder(folder)
            folder.mkdir(parents=True)
            with files.replacing(path) as aside:
                aside.write_text(json.dumps(state, ensure_ascii=False), encoding="utf-8")

    def has(self, name: str) -> bool:
        """Whether an answer has come whole."""
        record = _read_json(self.folder / (name + _RECORD))
        path = self.folder / name
        return isinstance(record, dict) and path.is_file() and record["bytes"] == _size(path)

    @contextmanager
    def writing(self, name: str) -> Iterator[Path]:
        """Give a path to write a body to; it counts when :meth:`record` has been called."""
        with files.replacing(self.folder / name) as aside:
            yield aside

    def record(
        self, name: str, address: str, query: Mapping[str, Any] | None, fetched: datetime
    ) -> None:
        """Note that a body has come whole."""
        content = {
            "address": address,
            "query": query,
            "fetched": fetched.isoformat(timespec="seconds"),
            "bytes": _size(self.folder / name),
        }
        with files.replacing(self.folder / (name + _RECORD)) as aside:
            aside.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")

    def put(
        self,
        name: str,
        body: bytes,
        address: str,
        query: Mapping[str, Any] | None,
        fetched: datetime,
    ) -> None:
        """Keep a body that is in memory."""
        with self.writing(name) as aside:
            aside.write_bytes(body)
        self.record(name, address, query, fetched)

    def staged(self, name: str) -> StagedAnswer:
        """What is known of an answer that has come."""
        record = _read_json(self.folder / (name + _RECORD))
        return StagedAnswer(name, record["address"], record["query"], record["fetched"])

    def remove(self) -> None:
        """Forget all of it, and the folders above it once nothing else is staged there."""
        files.remove_folder(self.folder)
        for folder in self.folder.parents:
            with suppress(OSError):
                folder.rmdir()
            if folder.name == _STAGING:
                break


class Store:
    """A source's folder below ``data/raw/``.

    Args:
        directory: The folder.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._content = self._read()

    def held(self, name: str) -> list[dict[str, Any]]:
        """The entries of a set's answers, all vintages, whose files are there."""
        return [
            entry
            for entry in self._content["answers"]
            if entry["set"] == name and (self.directory / entry["file"]).is_file()
        ]

    def vintage_name(self, name: str, vintage: str, updated: str) -> str:
        """What files of a vintage are called by: the day, with the hour where it had another."""
        others = {
            entry["updated"]
            for entry in self._content["answers"]
            if entry["set"] == name and entry["vintage"] == vintage
        }
        if updated and others - {updated}:
            hour = "".join(character for character in updated[10:] if character.isdecimal())
            return f"{vintage}T{hour}"
        return vintage

    def is_listed(self, file: str) -> bool:
        """Whether a file is among those that ``--statfin`` reads, and there."""
        listed = any(entry["file"] == file for entry in self._content["files"])
        return listed and (self.directory / file).is_file()

    def staging(self, name: str, state: Mapping[str, Any]) -> Staging:
        """What has come of a set, if it belongs to the same state."""
        return Staging(self.directory / _STAGING / name, state)

    def publish(
        self,
        staging: Staging,
        staged: Sequence[StagedAnswer],
        *,
        name: str,
        title: str,
        vintage: str,
        updated: str,
        source: str,
        derived: Mapping[str, Any] | None = None,
        own: Path | None = None,
    ) -> list[AnswerRecord]:
        """Give the answers of a set their place, and list them.

        Args:
            staging: Where they are.
            staged: The answers, all of them.
            name: The set.
            title: What it is called at the source.
            vintage: The day of the data's update.
            updated: The moment of it, as the source writes it.
            source: Who produced and distributed it, as it is to be cited.
            derived: Entry of ``files`` for a table made of the answers, if one is.
            own: That table, in the staging folder.
        """
        folder = self.vintage_name(name, vintage, updated)
        target = self.directory / ANSWERS / name / folder
        records = []
        with files.replacing_folder(target) as aside:
            for answer in staged:
                path = Path(shutil.copyfile(staging.folder / answer.name, aside / answer.name))
                records.append(
                    AnswerRecord(
                        f"{ANSWERS}/{name}/{folder}/{answer.name}",
                        name,
                        title,
                        vintage,
                        updated,
                        answer.address,
                        answer.query,
                        answer.fetched,
                        hash_file(path),
                        _size(path),
                        source,
                        LICENCE,
                    )
                )
        if own is not None:
            with files.replacing(self.directory / own.name) as aside:
                shutil.copyfile(own, aside)
        self._list(records, derived)
        staging.remove()
        return records

    def _list(self, records: Sequence[AnswerRecord], derived: Mapping[str, Any] | None) -> None:
        """Put entries into ``provenance.json``, in place of those of the same files."""
        self._content = self._read()
        replaced = f"{records[0].file.rpartition('/')[0]}/"
        kept = [
            entry for entry in self._content["answers"] if not entry["file"].startswith(replaced)
        ]
        self._content["answers"] = [*kept, *map(asdict, records)]
        if derived is not None:
            others = [entry for entry in self._content["files"] if entry["file"] != derived["file"]]
            self._content["files"] = [*others, dict(derived)]
        with files.replacing(self.directory / PROVENANCE_FILE) as aside:
            text = json.dumps(self._content, indent=2, ensure_ascii=False)
            aside.write_text(text + "\n", encoding="utf-8")

    def _read(self) -> dict[str, Any]:
        path = self.directory / PROVENANCE_FILE
        if not path.exists():
            return {"files": [], "answers": []}
        content = _read_json(path)
        if not isinstance(content, dict) or not isinstance(content.get("files"), list):
            raise DataError(f'{path}: is not JSON with a list "files"; restore it')
        answers = content.setdefault("answers", [])
        if not isinstance(answers, list) or not all(
            isinstance(entry, dict) and {"file", "set", "vintage", "updated"} <= set(entry)
            for entry in answers
        ):
            raise DataError(f'{path}: "answers" is not a list of answers; restore it')
        return content


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _size(path: Path) -> int:
    return path.stat().st_size
