"""Goes through files and folders."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from indicators.errors import UsageError
from indicators.scanning.codes import mask
from indicators.scanning.file import scan_file
from indicators.scanning.findings import Finding, Findings, Unreadable
from indicators.scanning.ids import PersonIds, read_ids

Progress = Callable[[str], None]

# Folders that hold no artefact: the repository's own, what Python makes for itself, environments.
_OWN = frozenset({".git", "__pycache__"})
_ENVIRONMENT = "pyvenv.cfg"
_OUTSIDE = "a link to a folder outside of what is scanned; name that folder too"


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
        problems = [f"{mask(str(path))}: is not there; name files and folders" for path in missing]
        raise UsageError(problems[0], problems[1:])
    known = read_ids(Path(ids)) if isinstance(ids, Path | str) else ids
    walk = _Walk(listed)
    findings: list[Finding] = []
    files = 0
    for path in walk.files():
        progress(mask(path.name))
        found, unread = scan_file(path, known)
        findings += found
        walk.unreadable += unread
        files += 1
    return Findings(tuple(findings), tuple(walk.unreadable), files, tuple(walk.passed_over))


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
    walk = _Walk([Path(path) for path in paths])
    files = [file for file in walk.files() if _written(file, since)]
    found = scan_paths(files, ids)
    replace(found, unreadable=(*walk.unreadable, *found.unreadable)).check()
    return found.files


def _written(file: Path, since: float) -> bool:
    return file.lstat().st_mtime >= since


class _Walk:
    """Goes through files and folders; what it does not enter it names.

    A link to a folder is not followed. If it leads to where this goes anyway, nothing is missed,
    and there are no circles; if not, the folder is told.

    Args:
        paths: Where it begins; a link among them is followed.

    Attributes:
        passed_over: Folders that hold no artefact.
        unreadable: Folders that could not be entered, and links that lead outside.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = paths
        self._roots = [path.resolve() for path in paths if path.is_dir()]
        self.passed_over: list[str] = []
        self.unreadable: list[Unreadable] = []

    def files(self) -> Iterator[Path]:
        """Every file once, in order."""
        seen: set[Path] = set()
        for path in self._paths:
            for file in self._below(path) if path.is_dir() else [path]:
                if file not in seen:
                    seen.add(file)
                    yield file

    def _below(self, folder: Path) -> Iterator[Path]:
        for root, folders, names in os.walk(folder, onerror=self._not_entered):
            folder_path = Path(root)
            for name in list(folders):
                if (folder_path / name).is_symlink():
                    folders.remove(name)
                    self._look_at_link(folder_path / name)
                elif name in _OWN or _is_environment(folder_path / name):
                    folders.remove(name)
                    self.passed_over.append(mask(str(folder_path / name)))
            folders.sort()
            yield from (folder_path / name for name in sorted(names))

    def _look_at_link(self, link: Path) -> None:
        target = link.resolve()
        if not any(target.is_relative_to(root) for root in self._roots):
            self.unreadable.append(Unreadable(mask(str(link)), "", _OUTSIDE))

    def _not_entered(self, error: OSError) -> None:
        reason = f"cannot be entered ({error.strerror}); make it readable"
        self.unreadable.append(Unreadable(mask(str(error.filename)), "", reason))


def _is_environment(folder: Path) -> bool:
    try:
        return (folder / _ENVIRONMENT).exists()
    except OSError:
        # It is told of when it is entered.
        return False
