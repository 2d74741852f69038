"""Pages looked through for what tells of a person, side by side: a PDF takes a second."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from indicators.errors import IndicatorsError
from indicators.provenance import hash_file
from indicators.provenance.hashing import files_below
from indicators.workers import process_pool

MOST_WORKERS = 4


@dataclass(frozen=True, slots=True)
class Look:
    """Files to look through.

    Attributes:
        files: Of one report's page.
        register: Folder of the register whose persons must not be told of, if there is one.
    """

    files: tuple[Path, ...]
    register: Path | None


def look_through(
    folders: Sequence[Path], register: Path | None, since: float, workers: int | None = None
) -> int:
    """Look through the pages that a run has made, with the register's own ids at hand.

    Args:
        folders: Each of one page.
        register: Folder of a canonical register, if there is one.
        since: Only files written since then, in seconds of the system's clock.
        workers: Processes at work; by default the cores, at most four.

    Returns:
        How many files were looked through; of several of the same content one was read.

    Raises:
        DisclosureError: Something was found; all of it is told.
        DataError: Something could not be looked through.
    """
    files_by_folder = [
        [file for file in files_below(folder) if _written(file, since)] for folder in folders
    ]
    scans = [Look(files, register) for files in _different(files_by_folder) if files]
    if len(scans) < 2:
        for scan in scans:
            look(scan)
    else:
        _look_side_by_side(scans, workers)
    return sum(map(len, files_by_folder))


def _different(file_lists: Iterable[Sequence[Path]]) -> Iterator[tuple[Path, ...]]:
    """The same without files of a content that came before, as a month's figures in languages."""
    seen: set[str] = set()
    for group in file_lists:
        hashes = {file: hash_file(file) for file in group}
        yield tuple(file for file in group if hashes[file] not in seen)
        seen |= set(hashes.values())


def _look_side_by_side(scans: Sequence[Look], workers: int | None) -> None:
    most = min(workers or min(os.cpu_count() or 1, MOST_WORKERS), len(scans))
    with process_pool(most) as pool:
        found = [item for item in pool.map(_problem, scans) if item is not None]
    if found:
        raise _together(found)


def _problem(one: Look) -> IndicatorsError | None:
    """What is wrong with some files, so that the others are looked through too."""
    try:
        look(one)
    except IndicatorsError as error:
        return error
    return None


def look(scan: Look) -> None:
    """Look through some files; raises as :func:`look_through`."""
    from indicators.scanning import refuse

    refuse(scan.files, scan.register)


def _written(file: Path, since: float) -> bool:
    return file.lstat().st_mtime >= since


def _together(failures: Sequence[IndicatorsError]) -> IndicatorsError:
    """One error of several: what must not be published comes before what could not be read."""
    first, *further = sorted(failures, key=lambda error: (-error.exit_status, error.message))
    details = [text for error in further for text in (error.message, *error.details)]
    return type(first)(first.message, [*first.details, *details])
