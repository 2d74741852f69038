"""Files and makers as a manifest has them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from indicators.provenance.code import Code, catalogue_hash, code_of_package
from indicators.provenance.hashing import FileHashes, files_below, hash_file
from indicators.provenance.tools import tool_versions

LOCK = "requirements.lock"


@dataclass(frozen=True, slots=True)
class File:
    """A file as it was.

    Attributes:
        path: From the project's folder (of an input) or the manifest's (of an output), with ``/``;
            it may begin with ``..``, and never names a place of one machine.
        sha256: Of its content.
        bytes: Its size.
    """

    path: str
    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Maker:
    """What made something, beside its inputs and parameters.

    Attributes:
        code: The package; its ``sha256`` leaves the catalogue out.
        catalogue: Hash of the catalogue's definitions.
        lock: Hash of the project's ``requirements.lock``; None where there is none.
        tools: Version by name of what is really installed.
    """

    code: Code
    catalogue: str
    lock: str | None
    tools: Mapping[str, str]


def maker(root: Path) -> Maker:
    """What makes things in this process, for a project.

    Args:
        root: The project's folder.
    """
    lock = root / LOCK
    locked = hash_file(lock) if lock.is_file() else None
    return Maker(code_of_package(), catalogue_hash(), locked, tool_versions())


def record(paths: Iterable[Path], root: Path, hashes: FileHashes) -> list[File]:
    """Record files, and all files of folders, in the order of their names.

    Args:
        paths: Files and folders that are there.
        root: Names are told from here.
        hashes: Gives their hashes.

    Raises:
        OSError: One cannot be read.
    """
    found = {file for path in paths for file in (files_below(path) if path.is_dir() else [path])}
    return sorted(
        (
            File(told_from(root, file), hashes.sha256_of(file), file.stat().st_size)
            for file in found
        ),
        key=lambda file: file.path,
    )


def told_from(root: Path, path: Path) -> str:
    """A path as told from a folder; absolute links on the way are not followed."""
    name, base = os.fspath(path), os.fspath(root) + os.sep
    # Most files are below it, and an unchanged run tells of ten thousand.
    if name.startswith(base) and os.pardir not in name:
        return name[len(base) :].replace(os.sep, "/")
    return Path(os.path.relpath(path, root)).as_posix()


def file_from(entry: Mapping[str, Any]) -> File:
    """A file from JSON; raises KeyError, TypeError or ValueError."""
    return File(str(entry["path"]), str(entry["sha256"]), int(entry["bytes"]))


def maker_from(entry: Mapping[str, Any]) -> Maker:
    """A maker from JSON; raises KeyError, TypeError or ValueError."""
    code = Code(**entry["code"])
    return Maker(code, str(entry["catalogue"]), entry["lock"], dict(entry["tools"]))
