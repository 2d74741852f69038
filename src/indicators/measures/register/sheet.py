"""Rows of the long table, gathered block by block."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators import table
from indicators.catalogue import Catalogue
from indicators.measures.register.figures import Figures
from indicators.tallies.axes import CATEGORIES, POPULATIONS

Labels = Sequence[str | None]
Coded = tuple[NDArray[np.integer], Labels]


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
    _texts: list[Mapping[str, Coded]] = field(default_factory=list)
    _numbers: list[Mapping[str, NDArray[np.float64]]] = field(default_factory=list)

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
        self._numbers.append(
            {name: getattr(figures, name)[rows] for name in ("numerator", "denominator", "value")}
        )

    def _breaks(self, indicator: str, months: Sequence[str]) -> Labels:
        found = [self.catalogue.break_in(indicator, month) for month in months]
        return [one.id if one else None for one in found]

    def table(self) -> pd.DataFrame:
        """The long table of all rows so far, in the order they came."""
        made: dict[str, object] = {}
        for name in table.COLUMNS:
            if name in ("low", "high"):
                continue
            if name in table.NUMBERS:
                made[name] = np.concatenate([part[name] for part in self._numbers])
            else:
                made[name] = _joined([part[name] for part in self._texts], name)
        rows = sum(len(part["value"]) for part in self._numbers)
        made["low"] = made["high"] = np.full(rows, np.nan)
        return pd.DataFrame({name: made[name] for name in table.COLUMNS}, copy=False)


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
