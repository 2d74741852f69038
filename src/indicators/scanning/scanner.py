"""Goes through files and folders."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from indicators.errors import UsageError
from indicators.scanning.codes import mask
from indicators.scanning.file import scan_file
from indicators.scanning.findings import Finding, Findings, Unreadable
from indicators.scanning.ids import PersonIds, read_ids

Progress = Callable[[str], None]

# Folders that hold no artefact: the repository's own, and environments.
_OWN = ".git"
_ENVIRONMENT = "pyvenv.cfg"


def scan_paths(
    paths: Iterable[Path | str],
    ids: Path | str | PersonIds | None = None,
    *,
    progress: Progress = lambda _: None,
) -> Findings:
    """Look through files, and all files of folders, for what tells of a person.

    Args:
        paths: Files and folders.
        ids: Ids that must not surface: a canonical register, a Parquet file or a list of them.
        progress: Told each file.

    Returns:
        What was found and what could not be read; its ``check`` refuses both.

    Raises:
        UsageError: A path is not there; all that are not are named.
        DataError: The ids cannot be read.
    """
    listed = [Path(path) for path in paths]
    if missing := [path for path in listed if not path.exists()]:
        told = [f"{mask(str(path))}: is not there; name files and folders" for path in missing]
        raise UsageError(told[0], told[1:])
    known = read_ids(Path(ids)) if isinstance(ids, Path | str) else ids
    passed_over: list[str] = []
    findings: list[Finding] = []
    unreadable: list[Unreadable] = []
    files = 0
    for path in _files(listed, passed_over):
        progress(mask(path.name))
        found, unread = scan_file(path, known)
        findings += found
        unreadable += unread
        files += 1
    return Findings(tuple(findings), tuple(unreadable), files, tuple(passed_over))


def refuse(
    paths: Iterable[Path | str],
    ids: Path | str | PersonIds | None = None,
    *,
    since: float = 0.0,
) -> int:
    """Refuse artefacts that tell of a person: the last thing before they are published.

    Args:
        paths: Files and folders.
        ids: As with :func:`scan_paths`.
        since: Only files written since then, in seconds of the system's clock; what is older has
            been looked through by the run that wrote it.

    Returns:
        How many files were looked through.

    Raises:
        DisclosureError: Something was found; it is named by file, kind and place.
        DataError: Something could not be looked through.
    """
    files = [file for file in _files([Path(path) for path in paths], []) if _written(file, since)]
    found = scan_paths(files, ids)
    found.check()
    return found.files


def _written(file: Path, since: float) -> bool:
    return file.lstat().st_mtime >= since


def _files(paths: Sequence[Path], passed_over: list[str]) -> Iterator[Path]:
    """Every file once, in order; links to folders are not followed, they lead in circles."""
    seen: set[Path] = set()
    for path in paths:
        for file in _below(path, passed_over) if path.is_dir() else [path]:
            if file not in seen:
                seen.add(file)
                yield file


def _below(folder: Path, passed_over: list[str]) -> Iterator[Path]:
    for root, folders, names in os.walk(folder, onerror=_refuse):
        here = Path(root)
        for name in list(folders):
            if name == _OWN or (here / name / _ENVIRONMENT).exists():
                folders.remove(name)
                passed_over.append(mask(str(here / name)))
        folders.sort()
        yield from (here / name for name in sorted(names))


def _refuse(error: OSError) -> None:
    raise UsageError(
        f"{mask(str(error.filename))}: cannot be entered ({error.strerror}); make it readable"
    ) from error
