"""Blocks of figures (months by areas by populations by categories), and the long table of them.

:class:`Figures` holds the values and statuses of one block; :class:`RowBuilder` gathers the blocks
and makes the rows.
"""

from __future__ import annotations

import ctypes
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators import table
from indicators.catalogue.catalogue import Catalogue
from indicators.measures.register.arrays import Clock
from indicators.measures.register.placement import areas_in_months
from indicators.table import STATUSES
from indicators.tallies.axes import CATEGORIES, POPULATIONS

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Status = NDArray[np.int8]
Number = TypeVar("Number", bound=np.generic)
Numbers = NDArray[np.floating[Any]]
Labels = Sequence[str | None]
Codes = NDArray[Any]

NORMAL, PROVISIONAL, INCOMPLETE, NOT_AVAILABLE, SUPPRESSED = (
    STATUSES.index(name)
    for name in ("normal", "provisional", "incomplete", "not_available", "suppressed")
)

_NUMBER_COLUMNS = ("numerator", "denominator", "value")
_TEXT_COLUMNS = frozenset(table.COLUMNS) - frozenset(table.NUMBERS)
_INT8 = 127
_PARTS_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Figures:
    """A block of figures; every array has the same shape, NaN where nothing is known.

    Attributes:
        numerator: As the contract's section 3.
        denominator: As the contract's section 3.
        value: As the contract's section 3.
        status: Place among ``STATUSES``.
        shown: Which figures become rows.
    """

    numerator: Floats
    denominator: Floats
    value: Floats
    status: Status
    shown: Mask


def stock_status(clock: Clock) -> Status:
    """Of stocks: ``incomplete`` where the count day is after the extract date; one a month."""
    return np.where(clock.count_days > clock.extract, INCOMPLETE, NORMAL).astype(np.int8)


def event_status(clock: Clock, later: int = 0) -> Status:
    """Of events: how much of the month is observed; one a month.

    Args:
        clock: The months.
        later: For how many days after an event more must be known of it.
    """
    partly = np.where(clock.lasts + later > clock.extract, PROVISIONAL, NORMAL)
    return np.where(clock.firsts > clock.extract, INCOMPLETE, partly).astype(np.int8)


def broadcast_status(status: Status, shape: tuple[int, ...]) -> Status:
    """A month's status for all figures of the month."""
    return np.broadcast_to(status.reshape(-1, *[1] * (len(shape) - 1)), shape)


def count_figures(
    number: NDArray[np.integer], status: Status, behind: Mask | None = None
) -> Figures:
    """Plain counts: numerator and value are the same, with no denominator.

    Args:
        number: The counts, shape (months, areas, populations, categories).
        status: One a month.
        behind: Where anything is behind a category; where the count is above 0 if not given.
    """
    full = broadcast_status(status, number.shape)
    known = full != INCOMPLETE
    value = np.where(known, number.astype(np.float64), np.nan)
    behind = number > 0 if behind is None else behind
    return Figures(value, _all_missing(value.shape), value, full, _is_shown(known & behind))


def mean_figures(part: NDArray[np.number], whole: NDArray[np.integer], status: Status) -> Figures:
    """Means: a sum over a number."""
    return _ratio_figures(part, whole, status, 1)


def percent_figures(part: NDArray[np.number], whole: NDArray[np.number], status: Status) -> Figures:
    """Shares, in percent."""
    return _ratio_figures(part, whole, status, 100)


def _ratio_figures(
    part: NDArray[np.number], whole: NDArray[np.number], status: Status, times: int
) -> Figures:
    some = whole > 0
    full = broadcast_status(status, whole.shape)
    # Nothing of it is observed yet: an event to come may make it a figure.
    full = np.where((full == PROVISIONAL) & ~some, INCOMPLETE, full).astype(np.int8)
    known = full != INCOMPLETE
    value = np.full(whole.shape, np.nan)
    # A hundred times a count is exact: the quotient alone is rounded.
    np.divide(times * part, whole, out=value, where=some & known)
    numerator, denominator = (np.where(known, number, np.nan) for number in (part, whole))
    return Figures(numerator, denominator, value, full, _is_shown(known & some))


def median_figures(value: Floats, whole: NDArray[np.integer], status: Status) -> Figures:
    """Medians and such: no numerator, the number of persons as denominator.

    Args:
        value: NaN where there is nobody.
        whole: The number of persons.
        status: One a month.
    """
    full = broadcast_status(status, whole.shape)
    known = full != INCOMPLETE
    denominator = np.where(known, whole.astype(np.float64), np.nan)
    value = np.where(known, value, np.nan)
    return Figures(
        _all_missing(value.shape), denominator, value, full, _is_shown(known & (whole > 0))
    )


def unavailable_figures(shape: tuple[int, ...]) -> Figures:
    """Figures for which a source is missing: a row for every total."""
    nothing = _all_missing(shape)
    status = np.full(shape, NOT_AVAILABLE, np.int8)
    return Figures(nothing, nothing, nothing, status, _is_shown(np.zeros(shape, bool)))


def _all_missing(shape: tuple[int, ...]) -> Floats:
    """Missing values that take no memory."""
    return np.broadcast_to(np.float64(np.nan), shape)


def _is_shown(behind: Mask) -> Mask:
    """Every total is reported; a category with nothing behind it, or not observed, is left out."""
    shown = behind.copy()
    shown[..., 0] = True
    return shown


def release_memory() -> None:
    """Return freed memory to the system, where the C library can (glibc's ``malloc_trim``).

    Arrays of some megabytes come from a heap that keeps what they leave. Before a far larger
    allocation, which does not fit in there, the process would hold both.
    """
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


@dataclass(frozen=True, slots=True)
class Block:
    """What the axes of a block of figures stand for.

    Attributes:
        months: ``YYYY-MM``.
        areas: Area codes.
        vintage: The source's day, ``YYYY-MM-DD``.
        populations: As in the contract.
        categories: Dimension and category.
        source: As in the contract.
    """

    months: Sequence[str]
    areas: Sequence[str]
    vintage: str
    populations: Sequence[str] = POPULATIONS
    categories: Sequence[tuple[str, str]] = CATEGORIES
    source: str = "register"


@dataclass(frozen=True, slots=True)
class _BlockRows:
    """The rows of one block.

    Attributes:
        places: Of each row, its place among all figures of the block.
        shape: Of the block.
        texts: Labels of each column of texts, and the axis that they run along; one label for
            all rows where there is none.
        status: Of each row.
        numbers: Of each row.
    """

    places: NDArray[np.int32]
    shape: tuple[int, ...]
    texts: Mapping[str, tuple[int | None, Labels]]
    status: NDArray[np.int8]
    numbers: Mapping[str, Numbers]


@dataclass(frozen=True, slots=True)
class RowBuilder:
    """The rows so far, a part for each block; text columns are built with the table."""

    catalogue: Catalogue
    _parts: list[_BlockRows] = field(default_factory=list)

    def add(self, indicator: str, statistic: str, block: Block, figures: Figures) -> None:
        """Add the figures of one statistic.

        Args:
            indicator: Its id.
            statistic: Its id.
            block: What the axes stand for.
            figures: Shape (months, areas, populations, categories).
        """
        unit = self.catalogue.indicator(indicator).statistic(statistic).unit
        texts: dict[str, tuple[int | None, Labels]] = {
            "indicator": (None, [indicator]),
            "statistic": (None, [statistic]),
            "month": (0, block.months),
            "area": (1, block.areas),
            "population": (2, block.populations),
            "dimension": (3, [dimension for dimension, _ in block.categories]),
            "category": (3, [name for _, name in block.categories]),
            "unit": (None, [unit]),
            "series_break": (0, self._breaks(indicator, block.months)),
            "source": (None, [block.source]),
            "vintage": (None, [block.vintage]),
        }
        shown = figures.shown & areas_in_months(block.months, block.areas)[:, :, None, None]
        shape, places = shown.shape, np.flatnonzero(shown)
        status, numbers = _at_places(figures.status, places), _row_numbers(figures, places)
        self._parts.append(_BlockRows(places.astype(np.int32), shape, texts, status, numbers))

    def _breaks(self, indicator: str, months: Sequence[str]) -> Labels:
        breaks = [self.catalogue.break_in(indicator, month) for month in months]
        return [series_break.id if series_break else None for series_break in breaks]

    def extend(self, other: RowBuilder) -> None:
        """Add the rows of a second builder."""
        self._parts.extend(other._parts)

    def table(self) -> pd.DataFrame:
        """The long table of all rows, in the order they came; the builder is empty afterwards."""
        rows = sum(len(part.places) for part in self._parts)
        release_memory()
        names = {name: self._names(name) for name in table.COLUMNS if name in _TEXT_COLUMNS}
        columns: dict[str, Any] = {name: np.empty(rows, _code_type(names[name])) for name in names}
        columns |= {name: np.empty(rows) for name in _NUMBER_COLUMNS}
        # A country's table is the largest thing there is: what counting has left and every part
        # that stands in the table make room for the rest.
        while self._parts:
            if len(self._parts) % _PARTS_AT_ONCE == 0:
                release_memory()
            part = self._parts.pop()
            rows -= len(part.places)
            span = slice(rows, rows + len(part.places))
            _write_rows(part, {name: column[span] for name, column in columns.items()}, names)
        columns |= {name: table.text_column(columns[name], texts) for name, texts in names.items()}
        # No figure of a register has bounds; pandas copies the column when one is written to.
        missing = np.full(len(columns["value"]), np.nan)
        columns["low"] = columns["high"] = pd.Series(missing, copy=False)
        return pd.DataFrame({name: columns[name] for name in table.COLUMNS}, copy=False)

    def _names(self, column: str) -> list[str]:
        """All texts of a column."""
        if column == "status":
            return list(table.STATUSES)
        labels = {label for part in self._parts for label in part.texts[column][1]}
        return sorted(label for label in labels if label is not None)


def _code_type(names: Sequence[str]) -> type[np.signedinteger[Any]]:
    return np.int8 if len(names) < _INT8 else np.int16


def _write_rows(
    part: _BlockRows, into: Mapping[str, Codes], names: Mapping[str, Sequence[str]]
) -> None:
    """Write the rows of a part into columns; a label that is missing gives a missing text."""
    for name in _NUMBER_COLUMNS:
        into[name][:] = part.numbers[name]
    into["status"][:] = part.status
    axes = _along_axes(part.places, part.shape)
    for name, (axis, labels) in part.texts.items():
        place = {label: at for at, label in enumerate(names[name])}
        codes = np.array([place.get(label, -1) if label else -1 for label in labels])
        codes = codes.astype(into[name].dtype)
        into[name][:] = codes[0] if axis is None else codes.take(axes[axis])


def _along_axes(places: NDArray[np.int32], shape: Sequence[int]) -> list[NDArray[np.intp]]:
    """Where places among all figures of a block are along each of its axes."""
    along: list[NDArray[np.intp]] = []
    for size in reversed(shape):
        above = places // size
        along.insert(0, (places - above * size).astype(np.intp))
        places = above
    return along


def _row_numbers(figures: Figures, places: NDArray[np.intp]) -> dict[str, Numbers]:
    """The numbers of the rows; of a count, numerator and value are one array."""
    selected: dict[int, Numbers] = {}
    for numbers in (figures.numerator, figures.denominator, figures.value):
        if id(numbers) not in selected:
            selected[id(numbers)] = _downcast(_at_places(numbers, places))
    return {name: selected[id(getattr(figures, name))] for name in _NUMBER_COLUMNS}


def _at_places(block: NDArray[Number], places: NDArray[np.intp]) -> NDArray[Number]:
    """The figures at some places of a block."""
    if block.size and not any(block.strides):
        return np.broadcast_to(block.flat[0], len(places))
    return block.ravel().take(places)


def _downcast(numbers: NDArray[np.float64]) -> Numbers:
    """In half the memory where nothing is lost by it, as of most counts."""
    half = numbers.astype(np.float32)
    return half if np.array_equal(half, numbers, equal_nan=True) else numbers
