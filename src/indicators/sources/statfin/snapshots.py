"""Table 12r5, all vintages read as one source: which of them hold a figure, and its cells.

:func:`read_snapshots` reads a file or folder whole: all faults of all files at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indicators.calendar import shift_month
from indicators.errors import DataError, UsageError
from indicators.problems import Problem, as_error, raise_errors, raise_problems
from indicators.sources.statfin.downloads import (
    READABLE_FORMATS,
    may_be_download,
    read_download,
    texts_in_metadata,
)
from indicators.sources.statfin.provenance import (
    PROVENANCE_FILE,
    Provenance,
    disagreements,
    read_provenance,
)
from indicators.sources.statfin.reader import (
    NAME_PATTERN,
    Snapshot,
    SnapshotName,
    read_snapshot,
    snapshot_files,
)
from indicators.sources.statfin.texts import Texts, packaged_texts
from indicators.sources.statfin.variables import TABLE_ID


@dataclass(frozen=True, slots=True)
class PublishedSum:
    """A sum over published cells, some of them hidden: additive, and honest about what it lacks.

    Attributes:
        shown: Sum of the cells that are shown.
        hidden: Number of cells that the source hides (each a count of 1–4).
        cells: Number of cells in the sum.

    All are of shape (areas, months) and zero where nothing serves.
    """

    shown: NDArray[np.float64]
    hidden: NDArray[np.int64]
    cells: NDArray[np.int64]

    @classmethod
    def nothing(cls, shape: tuple[int, ...]) -> PublishedSum:
        """A sum over no cells."""
        return cls(np.zeros(shape), np.zeros(shape, np.int64), np.zeros(shape, np.int64))

    def at(self, hidden_count: float) -> NDArray[np.float64]:
        """The sum if each hidden cell were ``hidden_count``."""
        return self.shown + hidden_count * self.hidden

    def over(self, rows: NDArray[np.intp]) -> PublishedSum:
        """The sum over areas, of shape (1, months)."""
        return PublishedSum(
            self.shown[rows].sum(axis=0, keepdims=True),
            self.hidden[rows].sum(axis=0, keepdims=True),
            self.cells[rows].sum(axis=0, keepdims=True),
        )

    def where(self, served: NDArray[np.bool_]) -> PublishedSum:
        """The same sum, nothing where it is not served."""
        return PublishedSum(self.shown * served, self.hidden * served, self.cells * served)

    def above(self, others: Sequence[PublishedSum]) -> PublishedSum:
        """The same areas with those of others below them."""
        parts = [self, *others]
        return PublishedSum(
            np.vstack([part.shown for part in parts]),
            np.vstack([part.hidden for part in parts]),
            np.vstack([part.cells for part in parts]),
        )

    def __add__(self, other: PublishedSum) -> PublishedSum:
        return PublishedSum(
            self.shown + other.shown, self.hidden + other.hidden, self.cells + other.cells
        )


@dataclass(frozen=True)
class Snapshots:
    """The vintages of a file or folder, newest first.

    Attributes:
        vintages: The snapshots, newest first.
        provenance: What is known of their files, by file name.
        notes: What was left out of them, in words.
        beside: Further files of the folder that add what texts stand for.
    """

    vintages: tuple[Snapshot, ...]
    provenance: dict[str, Provenance]
    notes: tuple[str, ...] = ()
    beside: tuple[Path, ...] = ()

    @cached_property
    def areas(self) -> tuple[str, ...]:
        """All area codes, sorted."""
        return tuple(sorted({area for snapshot in self.vintages for area in snapshot.areas}))

    @cached_property
    def months(self) -> tuple[str, ...]:
        """All months held, sorted."""
        return tuple(sorted({month for snapshot in self.vintages for month in snapshot.months}))

    @property
    def spans(self) -> str:
        """The months held, as ranges without a gap: ``2006-01..2023-10, 2026-06``."""
        periods: list[list[str]] = []
        for month in self.months:
            if periods and shift_month(periods[-1][-1], 1) == month:
                periods[-1].append(month)
            else:
                periods.append([month])
        return ", ".join(run[0] if len(run) == 1 else f"{run[0]}..{run[-1]}" for run in periods)

    def of(self, months: Iterable[str]) -> Snapshots:
        """The vintages that hold any of some months; all of them if none does.

        A vintage of other months has areas of its own, which do not matter here.
        """
        wanted = set(months)
        held = tuple(vintage for vintage in self.vintages if not wanted.isdisjoint(vintage.months))
        return replace(self, vintages=held) if held else self

    def until(self, month: str) -> Snapshots:
        """The vintages that hold any month up to one; all of them if none does."""
        return self.of(held_month for held_month in self.months if held_month <= month)

    def holding(self, columns: Sequence[str], months: Sequence[str]) -> NDArray[np.bool_]:
        """Which vintages have *all* of some columns, of shape (vintages, areas, months)."""
        return np.stack([self._holds(snapshot, columns, months) for snapshot in self.vintages])

    def total(self, vintage: int, columns: Sequence[str], months: Sequence[str]) -> PublishedSum:
        """Add columns of one vintage up, area by area and month by month.

        Args:
            vintage: Position in ``vintages``.
            columns: StatFin's column codes.
            months: ``YYYY-MM``.

        Returns:
            The sum, of no cells where the vintage does not have them all.
        """
        snapshot = self.vintages[vintage]
        held = self._holds(snapshot, columns, months)
        if not held.any():
            return PublishedSum.nothing(held.shape)
        place = np.ix_(*self._place(snapshot, months))
        cells = np.stack([snapshot.columns[column][place] for column in columns])
        hidden = np.isnan(cells).sum(axis=0)
        return PublishedSum(
            np.nansum(cells, axis=0), hidden, np.full(held.shape, len(columns))
        ).where(held)

    def _holds(
        self, snapshot: Snapshot, columns: Sequence[str], months: Sequence[str]
    ) -> NDArray[np.bool_]:
        rows, places = self._place(snapshot, months)
        has_columns = all(column in snapshot.columns for column in columns)
        held = np.logical_and.outer(rows >= 0, places >= 0) & has_columns
        for column in columns:
            if column in snapshot.lacking:
                held &= ~snapshot.lacking[column][np.ix_(rows, places)]
        return held

    def _place(
        self, snapshot: Snapshot, months: Sequence[str]
    ) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Where each of all areas and of some months lies in a snapshot; −1 for nowhere."""
        area_at = {area: row for row, area in enumerate(snapshot.areas)}
        month_at = {month: column for column, month in enumerate(snapshot.months)}
        return (
            np.array([area_at.get(area, -1) for area in self.areas], np.intp),
            np.array([month_at.get(month, -1) for month in months], np.intp),
        )


# --- reading --------------------------------------------------------------------------------------


def read_snapshots(place: Path) -> Snapshots:
    """Read table 12r5: snapshots, or files as people download them.

    Args:
        place: A file, or a folder of files: snapshots named
            ``12r5_SCOPE_vintage_YYYY-MM-DD.csv[.gz]``, which must be whole; answers of the API
            (``json-stat2``, ``json-stat``, ``json``); CSV, PX and XLSX of the web pages, which may
            be of some areas, months and contents only. Files of a folder that are something else
            (metadata, other tables, notes) are passed over. A ``provenance.json`` beside them is
            held against them.

    Raises:
        UsageError: There is no such file or folder.
        DataError: It holds no table 12r5, or what is meant to be it is damaged: all faults of all
            files.
    """
    if place.is_file():
        return _read_named_file(place)
    names, others, misnamed = snapshot_files(_list_files(place))
    provenance, faults = _provenance(place)
    faults += [as_error([problem]) for problem in misnamed]
    faults += _absent_files(place, [*(name.path for name in names), *others], provenance)
    snapshots, damaged = _read_snapshots(names, provenance)
    candidates = [
        path
        for path in others
        if path.name != PROVENANCE_FILE and may_be_download(path) and not path.is_dir()
    ]
    texts, beside = texts_in_metadata(candidates, packaged_texts())
    downloads, notes, broken = _downloads(candidates, texts, provenance)
    raise_errors([*faults, *damaged, *broken])
    if not (snapshots or downloads):
        text = (
            f"holds no table {TABLE_ID}: no {READABLE_FORMATS} of it, nor a snapshot named "
            f"{NAME_PATTERN}"
        )
        raise as_error([Problem("no-snapshot", place, f"{text}; give another place")])
    vintages = _newest_first([*snapshots, *downloads], provenance)
    return Snapshots(vintages, provenance, tuple(notes), beside)


def _read_named_file(path: Path) -> Snapshots:
    """A file that a person names is meant to be the table."""
    (names, others, misnamed) = snapshot_files([path])
    raise_problems(misnamed)
    provenance, faults = _provenance(path.parent) if _is_listed(path) else ({}, [])
    raise_errors(faults)
    entries = {path.name: provenance[path.name]} if path.name in provenance else {}
    if names:
        return Snapshots((read_snapshot(names[0], entries.get(path.name)),), entries)
    snapshot, notes = _download(others[0], packaged_texts(), entries.get(path.name), named=True)
    if snapshot is None:
        raise AssertionError("a file that was named is read or refused")
    return Snapshots((snapshot,), entries, notes)


def _is_listed(path: Path) -> bool:
    """Whether the provenance beside a file speaks of it; that of other files is not its own."""
    try:
        return path.name in (path.parent / PROVENANCE_FILE).read_text(
            encoding="utf-8", errors="replace"
        )
    except OSError:
        return False


def _list_files(directory: Path) -> list[Path]:
    try:
        return list(directory.iterdir())
    except OSError as error:
        text = f"{directory}: no file or folder of table {TABLE_ID} to read ({error.strerror})"
        raise UsageError(f"{text}; give another") from error


def _provenance(directory: Path) -> tuple[dict[str, Provenance], list[DataError]]:
    """What is known of the table's files; those of other tables are no concern of ours."""
    try:
        known = read_provenance(directory)
    except DataError as error:
        return {}, [error]
    return {name: entry for name, entry in known.items() if entry.table == TABLE_ID}, []


def _absent_files(
    directory: Path, found: Iterable[Path], provenance: Mapping[str, Provenance]
) -> list[DataError]:
    text = f"is listed in {PROVENANCE_FILE} but not there; restore it"
    return [
        as_error([Problem("missing-file", directory / name, text)])
        for name in sorted(set(provenance) - {path.name for path in found})
    ]


def _read_snapshots(
    names: Sequence[SnapshotName], provenance: Mapping[str, Provenance]
) -> tuple[list[Snapshot], list[DataError]]:
    snapshots, faults = [], []
    for name in names:
        try:
            snapshots.append(read_snapshot(name, provenance.get(name.path.name)))
        except DataError as error:
            faults.append(error)
    return snapshots, faults


def _downloads(
    paths: Sequence[Path], texts: Texts, provenance: Mapping[str, Provenance]
) -> tuple[list[Snapshot], list[str], list[DataError]]:
    """The downloads among some files, in the order of their names."""
    snapshots: list[Snapshot] = []
    notes: list[str] = []
    faults: list[DataError] = []
    for path in paths:
        listed = provenance.get(path.name)
        try:
            snapshot, notes_of_file = _download(path, texts, listed, named=listed is not None)
        except DataError as error:
            faults.append(error)
            continue
        if snapshot is not None:
            snapshots.append(snapshot)
            notes += notes_of_file
    return snapshots, notes, faults


def _download(
    path: Path, texts: Texts, listed: Provenance | None, *, named: bool
) -> tuple[Snapshot | None, tuple[str, ...]]:
    read = read_download(path, texts, named=named)
    if read is None:
        return None, ()
    if listed is not None:
        raise_problems(disagreements(path, listed, read.facts))
    return read.snapshot, read.notes


def _newest_first(
    snapshots: Sequence[Snapshot], provenance: Mapping[str, Provenance]
) -> tuple[Snapshot, ...]:
    """Of several files of one day the later update comes first, then the first by name."""

    def moment(snapshot: Snapshot) -> tuple[date, str]:
        listed = provenance.get(snapshot.file.name)
        return snapshot.vintage, listed.updated if listed else ""

    by_name = sorted(snapshots, key=lambda snapshot: snapshot.file.name)
    return tuple(sorted(by_name, key=moment, reverse=True))
