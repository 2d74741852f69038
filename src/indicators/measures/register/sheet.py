"""Rows of the long table, gathered block by block."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators import table
from indicators.catalogue import Catalogue
from indicators.measures.register.figures import Figures
from indicators.tallies.axes import CATEGORIES, POPULATIONS

Numbers = NDArray[np.float64]
Labels = Sequence[str | None]
Coded = tuple[NDArray[np.integer], Labels]

_NUMBERS = ("numerator", "denominator", "value")


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
class Sheet:
    """The rows so far, a part for each block; texts are codes until the table is made."""

    catalogue: Catalogue
    _texts: list[dict[str, Coded]] = field(default_factory=list)
    _numbers: list[dict[str, Numbers]] = field(default_factory=list)

    def add(self, indicator: str, statistic: str, block: Block, figures: Figures) -> None:
        """Add the figures of one statistic.

        Args:
            indicator: Its id.
            statistic: Its id.
            block: What the axes stand for.
            figures: Shape (months, areas, populations, categories).
        """
        rows = np.nonzero(figures.shown)
        unit = self.catalogue.indicator(indicator).statistic(statistic).unit
        month, area, population, category = (_small(one) for one in rows)
        self._texts.append(
            {
                "indicator": _same(len(month), indicator),
                "statistic": _same(len(month), statistic),
                "month": (month, block.months),
                "area": (area, block.areas),
                "population": (population, block.populations),
                "dimension": (category, [dimension for dimension, _ in block.categories]),
                "category": (category, [name for _, name in block.categories]),
                "unit": _same(len(month), unit),
                "status": (figures.status[rows], table.STATUSES),
                "series_break": (month, self._breaks(indicator, block.months)),
                "source": _same(len(month), block.source),
                "vintage": _same(len(month), block.vintage),
            }
        )
        self._numbers.append(_chosen(figures, rows))

    def _breaks(self, indicator: str, months: Sequence[str]) -> Labels:
        found = [self.catalogue.break_in(indicator, month) for month in months]
        return [one.id if one else None for one in found]

    def extend(self, other: Sheet) -> None:
        """Add the rows of another sheet."""
        self._texts.extend(other._texts)
        self._numbers.extend(other._numbers)

    def table(self) -> pd.DataFrame:
        """The long table of all rows, in the order they came; the sheet is empty afterwards."""
        rows = sum(len(part["value"]) for part in self._numbers)
        nothing = np.full(rows, np.nan)
        made: dict[str, object] = {"low": nothing, "high": nothing}
        # Column by column, each forgotten when it stands: a country's table is large.
        for name in _NUMBERS:
            made[name] = np.concatenate([part.pop(name) for part in self._numbers])
        for name in table.COLUMNS:
            if name not in table.NUMBERS:
                made[name] = _joined([part.pop(name) for part in self._texts], name)
        return pd.DataFrame({name: made[name] for name in table.COLUMNS}, copy=False)


def _chosen(figures: Figures, rows: tuple[NDArray[np.intp], ...]) -> dict[str, Numbers]:
    """The numbers of the rows; of a count, numerator and value are one array."""
    made: dict[int, Numbers] = {}
    for one in (figures.numerator, figures.denominator, figures.value):
        if id(one) not in made:
            constant = not any(one.strides)
            made[id(one)] = (
                np.broadcast_to(one.flat[0], len(rows[0])) if constant and one.size else one[rows]
            )
    return {name: made[id(getattr(figures, name))] for name in _NUMBERS}


def _small(codes: NDArray[np.intp]) -> NDArray[np.int16]:
    return codes.astype(np.int16)


def _same(rows: int, text: str) -> Coded:
    return np.broadcast_to(np.int16(0), rows), [text]


def _joined(parts: Sequence[Coded], name: str) -> pd.Categorical[str]:
    """One column of texts; a label that is missing gives a missing text."""
    met = [label for _, labels in parts for label in labels if label is not None]
    names = list(table.STATUSES) if name == "status" else sorted(set(met))
    place = {label: at for at, label in enumerate(names)}
    size = np.int8 if len(names) < 127 else np.int16
    moved = [
        np.array([place.get(label, -1) if label else -1 for label in labels], size)[codes]
        for codes, labels in parts
    ]
    return table.texts(np.concatenate(moved), names)
