"""Executed notebooks put in place, a month and area at a time: all of its languages or none."""

from __future__ import annotations

import importlib
import json
import os
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from indicators import files
from indicators.errors import IndicatorsError, UsageError
from indicators.processed.vintages import MANIFEST
from indicators.production.notebook import Executed
from indicators.production.steps import Cache, NotebookState, Step
from indicators.provenance import files_below, hash_file
from indicators.workers import process_pool

if TYPE_CHECKING:
    from indicators.scanning.person_ids import PersonIds


_MonthAndArea = tuple[str, str]


class Publisher:
    """Takes executed notebooks, and publishes a month of an area when the last of it has come.

    Args:
        steps: The notebooks to be executed.
        register: Folder of the register whose persons' ids must not be in them, if there is one.
        cache: Records what stands in place.

    Attributes:
        states: How each step ended.
        seconds: What the notebooks of each month and area took.
        failures: What failed.
        left: Files beside the published ones that are of no run.
    """

    def __init__(self, steps: Sequence[Step], register: Path | None, cache: Cache) -> None:
        self._outstanding = Counter((step.month, step.area) for step in steps)
        self._register = register
        self._cache = cache
        self._made: dict[_MonthAndArea, list[tuple[Step, Executed]]] = {}
        self.states: dict[Step, NotebookState] = {}
        self.seconds: defaultdict[_MonthAndArea, float] = defaultdict(float)
        self.failures: list[IndicatorsError] = []
        self.left: list[Path] = []

    @staticmethod
    def load() -> None:
        """Load the scanner; it can be done while kernels load their libraries."""
        importlib.import_module("indicators.scanning.scanner")

    def take(self, step: Step, result: Executed | IndicatorsError) -> None:
        """Take an executed notebook, or why it failed."""
        month = (step.month, step.area)
        self._outstanding[month] -= 1
        if isinstance(result, IndicatorsError):
            self._fail(step, result)
        else:
            self._made.setdefault(month, []).append((step, result))
            self.seconds[month] += result.seconds
        if not self._outstanding[month]:
            self._finish(month, self._made.pop(month, []))

    def _finish(self, month: _MonthAndArea, results: list[tuple[Step, Executed]]) -> None:
        failed = any(
            state is NotebookState.FAILED and (step.month, step.area) == month
            for step, state in self.states.items()
        )
        self.states.update(
            (step, NotebookState.HELD_BACK if failed else NotebookState.MADE) for step, _ in results
        )
        if failed:
            return
        try:
            self._publish(results)
        except IndicatorsError as error:
            for step, _ in results:
                self.states[step] = NotebookState.FAILED
            self.failures.append(prefixed_error(error, " ".join(filter(None, month))))

    def _publish(self, results: list[tuple[Step, Executed]]) -> None:
        from indicators.scanning.scanner import refuse_personal_data

        refuse_personal_data([result.notebook.parent for _, result in results], self._ids)
        for step, result in results:
            folder = step.target.parent
            placed = put_in_place(result.notebook.parent, folder, recorded_outputs(folder))
            self.left += placed.left
            self._cache.record(step, placed.made)

    @cached_property
    def _ids(self) -> PersonIds | None:
        from indicators.scanning.person_ids import read_ids

        return None if self._register is None else read_ids(self._register)

    def _fail(self, step: Step, error: IndicatorsError) -> None:
        self.states[step] = NotebookState.FAILED
        parts = (step.month, step.area, step.language, step.name)
        name = " ".join(part for part in parts if part)
        self.failures.append(prefixed_error(error, name))


def prefixed_error(error: IndicatorsError, prefix: str) -> IndicatorsError:
    """The same error with a text before its message."""
    return type(error)(f"{prefix}: {error.message}", error.details)


# Files put in place: what a run did not make is left where it is.


@dataclass(frozen=True, slots=True)
class Placed:
    """Files put in place.

    Attributes:
        made: What the run made.
        left: What stands beside it and is of no run.
    """

    made: tuple[Path, ...]
    left: tuple[Path, ...]


def recorded_outputs(folder: Path) -> frozenset[str] | None:
    """Names below a folder of the files that a run made there; None where no record says so."""
    try:
        outputs = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["outputs"]
        names = [str(output["path"]) for output in outputs]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    # Paths are recorded from the project's folder, in which this one stands somewhere.
    ends = [folder.parts[number:] for number in range(len(folder.parts))]
    prefixes = [f"{'/'.join(end)}/" for end in ends]
    return frozenset(
        name.removeprefix(prefix)
        for name in names
        for prefix in prefixes
        if name.startswith(prefix)
    )


def put_in_place(new: Path, target: Path, owned: frozenset[str] | None) -> Placed:
    """Put a folder of files in place of those that an earlier run made.

    Where files of somebody else stand there, file by file: then these are never moved.

    Args:
        new: The new files; the folder is gone afterwards.
        target: Where they go.
        owned: Names of the files there that an earlier run made; None where nobody knows.

    Raises:
        UsageError: A file that no run made has the name of a new one: nothing was changed.
    """
    made = {path.relative_to(new).as_posix(): path for path in files_below(new)}
    there = {path.relative_to(target).as_posix() for path in files_below(target)} - {MANIFEST}
    foreign = there - (owned if owned is not None else made.keys())
    if taken := sorted(foreign & made.keys()):
        names = ", ".join(str(target / name) for name in taken)
        raise UsageError(f"{names}: was made by no run, and would be replaced; move it away")
    placed = Placed(
        tuple(target / name for name in sorted(made)),
        tuple(target / name for name in sorted(foreign)),
    )
    if not foreign:
        with files.replacing_folder(target) as aside:
            new.replace(aside)
        return placed
    # Without its record a folder that is half renewed is made again.
    (target / MANIFEST).unlink(missing_ok=True)
    for name, path in made.items():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        path.replace(target / name)
    for name in there - foreign - made.keys():
        (target / name).unlink(missing_ok=True)
    return placed


# Rendered pages are scanned for personal data in parallel: a PDF takes a second.

MOST_WORKERS = 4


@dataclass(frozen=True, slots=True)
class PageScan:
    """Files to scan.

    Attributes:
        files: Files of a report's page.
        register: Folder of the register whose persons' ids must not be there, if there is one.
    """

    files: tuple[Path, ...]
    register: Path | None


def scan_pages(
    folders: Sequence[Path], register: Path | None, since: float, workers: int | None = None
) -> int:
    """Scan the pages that a run has rendered, with the register's own ids at hand.

    Args:
        folders: A folder for each page.
        register: Folder of a canonical register, if there is one.
        since: Only files written since then, in seconds of the system's clock.
        workers: Processes at work; by default the cores, at most four.

    Returns:
        The number of files scanned; those of the same content count, but are read once.

    Raises:
        DisclosureError: Personal data were found; the error lists all places.
        DataError: A file could not be scanned.
    """
    files_by_folder = [
        [file for file in files_below(folder) if files.written_since(file, since)]
        for folder in folders
    ]
    scans = [PageScan(group, register) for group in _distinct_contents(files_by_folder) if group]
    if len(scans) < 2:
        for scan in scans:
            scan_page(scan)
    else:
        _scan_in_parallel(scans, workers)
    return sum(map(len, files_by_folder))


def _distinct_contents(file_lists: Iterable[Sequence[Path]]) -> Iterator[tuple[Path, ...]]:
    """The lists without files whose content came before, as a month's figures in languages do."""
    seen: set[str] = set()
    for group in file_lists:
        hashes = {file: hash_file(file) for file in group}
        yield tuple(file for file in group if hashes[file] not in seen)
        seen |= set(hashes.values())


def _scan_in_parallel(scans: Sequence[PageScan], workers: int | None) -> None:
    most = min(workers or min(os.cpu_count() or 1, MOST_WORKERS), len(scans))
    with process_pool(most) as pool:
        found = [error for error in pool.map(_problem, scans) if error is not None]
    if found:
        raise _combined_error(found)


def _problem(scan: PageScan) -> IndicatorsError | None:
    """What was found in some files, returned so that the others are scanned too."""
    try:
        scan_page(scan)
    except IndicatorsError as error:
        return error
    return None


def scan_page(scan: PageScan) -> None:
    """Scan some files; raises as :func:`scan_pages`."""
    from indicators.scanning.scanner import refuse_personal_data

    refuse_personal_data(scan.files, scan.register)


def _combined_error(failures: Sequence[IndicatorsError]) -> IndicatorsError:
    """A single error of several: what must not be published comes before what could not be read."""
    first, *further = sorted(failures, key=lambda error: (-error.exit_status, error.message))
    details = [text for error in further for text in (error.message, *error.details)]
    return type(first)(first.message, [*first.details, *details])
