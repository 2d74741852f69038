"""Rows of the long table, gathered block by block."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators import table
from indicators.catalogue import Catalogue
from indicators.measures.register.figures import Figures
from indicators.measures.register.memory import give_back
from indicators.measures.register.places import there_in
from indicators.tallies.axes import CATEGORIES, POPULATIONS

Number = TypeVar("Number", bound=np.generic)
Numbers = NDArray[np.floating[Any]]
Labels = Sequence[str | None]
Codes = NDArray[Any]

_NUMBERS = ("numerator", "denominator", "value")
_TEXTS = frozenset(table.COLUMNS) - frozenset(table.NUMBERS)
_INT8 = 127
_PARTS_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Block:
    """What the axes of a block of figures stand for.

    Attributes:
        months: ``YYYY-MM``.
        areas: Area codes.
        populations: As in the contract.
        categories: Dimension and category.
        source: As in the contract.
        vintage: The source's day, ``YYYY-MM-DD``.
    """

    months: Sequence[str]
    areas: Sequence[str]
    vintage: str
    populations: Sequence[str] = POPULATIONS
    categories: Sequence[tuple[str, str]] = CATEGORIES
    source: str = "register"


@dataclass(frozen=True, slots=True)
class _Part:
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
class Sheet:
    """The rows so far, a part for each block; texts are made when the table is."""

    catalogue: Catalogue
    _parts: list[_Part] = field(default_factory=list)

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
        shown = figures.shown & there_in(block.months, block.areas)[:, :, None, None]
        shape, places = shown.shape, np.flatnonzero(shown)
        status, numbers = _taken(figures.status, places), _numbers_of(figures, places)
        self._parts.append(_Part(places.astype(np.int32), shape, texts, status, numbers))

    def _breaks(self, indicator: str, months: Sequence[str]) -> Labels:
        found = [self.catalogue.break_in(indicator, month) for month in months]
        return [series_break.id if series_break else None for series_break in found]

    def extend(self, other: Sheet) -> None:
        """Add the rows of another sheet."""
        self._parts.extend(other._parts)

    def table(self) -> pd.DataFrame:
        """The long table of all rows, in the order they came; the sheet is empty afterwards."""
        rows = sum(len(part.places) for part in self._parts)
        give_back()
        names = {name: self._names(name) for name in table.COLUMNS if name in _TEXTS}
        made: dict[str, Any] = {name: np.empty(rows, _size(names[name])) for name in names}
        made |= {name: np.empty(rows) for name in _NUMBERS}
        # A country's table is the largest thing there is: what counting has left and every part
        # that stands in the table make room for the rest.
        while self._parts:
            if len(self._parts) % _PARTS_AT_ONCE == 0:
                give_back()
            part = self._parts.pop()
            rows -= len(part.places)
            of = slice(rows, rows + len(part.places))
            _put(part, {name: column[of] for name, column in made.items()}, names)
        made |= {name: table.texts(made[name], of) for name, of in names.items()}
        # No figure of a register has bounds; pandas copies the column when one is written to.
        nothing = np.full(len(made["value"]), np.nan)
        made["low"] = made["high"] = pd.Series(nothing, copy=False)
        return pd.DataFrame({name: made[name] for name in table.COLUMNS}, copy=False)

    def _names(self, column: str) -> list[str]:
        """All texts of a column."""
        if column == "status":
            return list(table.STATUSES)
        labels = {label for part in self._parts for label in part.texts[column][1]}
        return sorted(label for label in labels if label is not None)


def _size(names: Sequence[str]) -> type[np.signedinteger[Any]]:
    return np.int8 if len(names) < _INT8 else np.int16


def _put(part: _Part, into: Mapping[str, Codes], names: Mapping[str, Sequence[str]]) -> None:
    """Write the rows of a part into columns; a label that is missing gives a missing text."""
    for name in _NUMBERS:
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
    found: list[NDArray[np.intp]] = []
    for size in reversed(shape):
        above = places // size
        found.insert(0, (places - above * size).astype(np.intp))
        places = above
    return found


def _numbers_of(figures: Figures, places: NDArray[np.intp]) -> dict[str, Numbers]:
    """The numbers of the rows; of a count, numerator and value are one array."""
    made: dict[int, Numbers] = {}
    for numbers in (figures.numerator, figures.denominator, figures.value):
        if id(numbers) not in made:
            made[id(numbers)] = _narrow(_taken(numbers, places))
    return {name: made[id(getattr(figures, name))] for name in _NUMBERS}


def _taken(block: NDArray[Number], places: NDArray[np.intp]) -> NDArray[Number]:
    """The figures at some places of a block."""
    if block.size and not any(block.strides):
        return np.broadcast_to(block.flat[0], len(places))
    return block.ravel().take(places)


def _narrow(numbers: NDArray[np.float64]) -> Numbers:
    """In half the memory where nothing is lost by it, as of most counts."""
    half = numbers.astype(np.float32)
    return half if np.array_equal(half, numbers, equal_nan=True) else numbers
