"""All vintages that were read as one source: which of them hold a figure, and its cells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indicators.calendar import shift_month
from indicators.sources.statfin.provenance import Provenance
from indicators.sources.statfin.reader import Snapshot


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
        beside: Further files of the folder that told what texts stand for.
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

        A vintage of other months has areas of its own, of which nothing is to be said here.
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
            months: The months asked for, ``YYYY-MM``.

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
        """Where each of all areas and of the asked months lies in a snapshot; −1 for nowhere."""
        area_at = {area: row for row, area in enumerate(snapshot.areas)}
        month_at = {month: column for column, month in enumerate(snapshot.months)}
        return (
            np.array([area_at.get(area, -1) for area in self.areas], np.intp),
            np.array([month_at.get(month, -1) for month in months], np.intp),
        )
