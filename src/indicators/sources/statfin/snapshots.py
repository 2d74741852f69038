"""All vintages of a folder as one source: the newest that holds a figure serves it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indicators.errors import DataError, UsageError
from indicators.sources.problems import Problem, refuse, refuse_together
from indicators.sources.statfin.provenance import FILE, Provenance, read_provenance
from indicators.sources.statfin.reader import FILE_NAME, Snapshot, read_snapshot


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

    def __add__(self, other: PublishedSum) -> PublishedSum:
        return PublishedSum(
            self.shown + other.shown, self.hidden + other.hidden, self.cells + other.cells
        )


@dataclass(frozen=True)
class Snapshots:
    """The vintages of a folder, newest first.

    Attributes:
        vintages: The snapshots, newest first.
        provenance: What is known of their files, by file name.
    """

    vintages: tuple[Snapshot, ...]
    provenance: dict[str, Provenance]

    @cached_property
    def areas(self) -> tuple[str, ...]:
        """All area codes, sorted."""
        return tuple(sorted({area for snapshot in self.vintages for area in snapshot.areas}))

    @cached_property
    def months(self) -> tuple[str, ...]:
        """All months held, sorted."""
        return tuple(sorted({month for snapshot in self.vintages for month in snapshot.months}))

    def serving(self, columns: Sequence[str], months: Sequence[str]) -> NDArray[np.int64]:
        """Which vintage serves: the newest that has the area, the month and *all* the columns.

        A figure never mixes vintages. Shape (areas, months): position in ``vintages``, −1 for none.
        """
        chosen = np.full((len(self.areas), len(months)), -1)
        for index in reversed(range(len(self.vintages))):
            snapshot = self.vintages[index]
            if all(column in snapshot.columns for column in columns):
                area_rows, month_columns = self._place(snapshot, months)
                chosen[np.ix_(area_rows >= 0, month_columns >= 0)] = index
        return chosen

    def total(
        self, columns: Sequence[str], months: Sequence[str], serving: NDArray[np.int64]
    ) -> PublishedSum:
        """Add columns up, cell by cell, from the vintages that serve.

        Args:
            columns: StatFin's column codes.
            months: The months asked for, ``YYYY-MM``.
            serving: From :meth:`serving`.
        """
        shown = np.zeros(serving.shape)
        hidden = np.zeros(serving.shape, np.int64)
        for index, snapshot in enumerate(self.vintages):
            mine = serving == index
            if not mine.any():
                continue
            area_rows, month_columns = self._place(snapshot, months)
            for column in columns:
                cells = snapshot.columns[column][np.ix_(area_rows, month_columns)]
                missing = np.isnan(cells)
                shown += np.where(mine & ~missing, cells, 0)
                hidden += mine & missing
        return PublishedSum(shown, hidden, np.where(serving >= 0, len(columns), 0))

    def _place(
        self, snapshot: Snapshot, months: Sequence[str]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Where each of all areas and of the asked months lies in a snapshot; −1 for nowhere."""
        area_at = {area: row for row, area in enumerate(snapshot.areas)}
        month_at = {month: column for column, month in enumerate(snapshot.months)}
        return (
            np.array([area_at.get(area, -1) for area in self.areas]),
            np.array([month_at.get(month, -1) for month in months]),
        )


def read_snapshots(directory: Path) -> Snapshots:
    """Read every snapshot of table 12r5 in a folder.

    Args:
        directory: Holds ``12r5_SCOPE_vintage_YYYY-MM-DD.csv[.gz]`` and, if it is the project's own,
            ``provenance.json``.

    Raises:
        UsageError: There is no such folder.
        DataError: It holds no snapshot, or a snapshot is damaged: all faults of all files.
    """
    if not directory.is_dir():
        raise UsageError(f"{directory} is not a folder; give the one that holds the snapshots")
    provenance = read_provenance(directory)
    files = sorted(path for path in directory.iterdir() if FILE_NAME.fullmatch(path.name))
    if not files and not provenance:
        wanted = "12r5_SCOPE_vintage_YYYY-MM-DD.csv.gz"
        refuse([Problem("no-snapshot", directory, f"holds no snapshot named {wanted}")])
    snapshots, faults = _read_all(files, provenance)
    refuse_together([*_absent(directory, files, provenance), *faults])
    newest_first = sorted(snapshots, key=lambda snapshot: snapshot.vintage, reverse=True)
    return Snapshots(tuple(newest_first), provenance)


def _absent(
    directory: Path, files: Sequence[Path], provenance: dict[str, Provenance]
) -> list[DataError]:
    names = sorted(set(provenance) - {path.name for path in files})
    text = f"is listed in {FILE} but not there; restore it"
    return [DataError(str(Problem("missing-file", directory / name, text))) for name in names]


def _read_all(
    files: Sequence[Path], provenance: dict[str, Provenance]
) -> tuple[list[Snapshot], list[DataError]]:
    snapshots, faults = [], []
    for path in files:
        try:
            snapshots.append(read_snapshot(path, provenance.get(path.name)))
        except DataError as error:
            faults.append(error)
    return snapshots, faults
