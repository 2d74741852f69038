"""The long table as arrays: a cube of months, areas, populations and categories a statistic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Category = tuple[str, str]
Figure = tuple[str, str]
"""Indicator and statistic."""

Codes = NDArray[np.int16]

TOTAL: Category = ("total", "total")


@dataclass(frozen=True, slots=True, eq=False)
class Cubes:
    """A long table whose rows can be read as arrays.

    Attributes:
        months: In order; the first axis of every cube.
        areas: The second axis.
        populations: The third axis.
        figures: Indicators and statistics there are, each with the categories it comes by, the
            total first: the fourth axis.
    """

    months: tuple[str, ...]
    areas: tuple[str, ...]
    populations: tuple[str, ...]
    figures: Mapping[Figure, tuple[Category, ...]]
    _table: pd.DataFrame
    _rows: Mapping[Figure, slice]
    _codes: tuple[Codes, ...]
    _categories: tuple[Category, ...]

    def has(self, figure: Figure, column: str) -> bool:
        """Whether any row of a statistic has a number in the column."""
        if figure not in self.figures:
            return False
        return bool(self._table[column].iloc[self._rows[figure]].notna().any())

    def values(
        self, figure: Figure, column: str, categories: Sequence[Category] | None = None
    ) -> Numbers:
        """A column of a statistic.

        Args:
            figure: Indicator and statistic.
            column: ``numerator``, ``denominator`` or ``value``.
            categories: The fourth axis; the statistic's own if not given.

        Returns:
            Shape (months, areas, populations, categories): NaN wherever the total is not known,
            0 for categories that have nothing behind them and so no row.
        """
        category_list = list(categories or self.figures[figure])
        axes = (self.months, self.areas, self.populations)
        # What is not wanted goes to a place of its own, which is cut off.
        cube = np.zeros((*map(len, axes), len(category_list) + 1))
        cube[..., 0] = np.nan
        moved = [
            category_list.index(pair) if pair in category_list else len(category_list)
            for pair in self._categories
        ]
        *places, category = (code[self._rows[figure]] for code in self._codes)
        numbers = self._table[column].to_numpy()[self._rows[figure]]
        cube[(*places, np.array(moved)[category])] = numbers
        cube[np.isnan(cube[..., 0])] = np.nan
        return cube[..., :-1]


def build_cubes(table: pd.DataFrame) -> Cubes:
    """Prepare a long table.

    Args:
        table: With the columns of :mod:`indicators.table`, each key once.
    """
    figure, figures = _encode_pairs(table, "indicator", "statistic")
    if np.count_nonzero(np.diff(figure)) > max(len(figures) - 1, 0):
        # Rows of a statistic do not stand together, as they do in a table just computed.
        return build_cubes(table.iloc[np.argsort(figure, kind="stable")])
    month, months = _encode_texts(table["month"])
    area, areas = _encode_texts(table["area"])
    population, populations = _encode_texts(table["population"])
    category, found = _encode_pairs(table, "dimension", "category")
    rows = _figure_slices(figure, figures)
    return Cubes(
        tuple(months),
        tuple(areas),
        tuple(populations),
        {
            figure_name: _categories_present(category[rows_of_figure], found)
            for figure_name, rows_of_figure in rows.items()
        },
        table,
        rows,
        (month, area, population, category),
        tuple(found),
    )


def _figure_slices(figure: Codes, figures: Sequence[Figure]) -> Mapping[Figure, slice]:
    """The rows of each figure, which stand together."""
    ends = [*(np.flatnonzero(np.diff(figure)) + 1).tolist(), len(figure)]
    starts = [0, *ends[:-1]]
    blocks = zip(starts, ends, strict=True)
    return {figures[int(figure[start])]: slice(start, end) for start, end in blocks if start < end}


def _encode_texts(column: pd.Series[str]) -> tuple[Codes, list[str]]:
    """Each row's place among the sorted texts of a column."""
    categorical = pd.Categorical(column)
    names, codes = list(map(str, categorical.categories)), np.asarray(categorical.codes)
    present = np.flatnonzero(np.bincount(codes, minlength=len(names)))
    order = sorted(present.tolist(), key=names.__getitem__)
    place = np.zeros(len(names), np.int16)
    place[order] = np.arange(len(order))
    return place[codes], [names[position] for position in order]


def _encode_pairs(
    table: pd.DataFrame, first_column: str, second_column: str
) -> tuple[Codes, list[tuple[str, str]]]:
    """Each row's place among the pairs of texts that two columns have together."""
    (first, names), (second, others) = (
        _encode_texts(table[first_column]),
        _encode_texts(table[second_column]),
    )
    both = first.astype(np.int32) * len(others) + second
    present = np.flatnonzero(np.bincount(both))
    place = np.zeros(len(names) * len(others), np.int16)
    place[present] = np.arange(len(present))
    return place[both], [
        (names[position // len(others)], others[position % len(others)]) for position in present
    ]


def _categories_present(codes: Codes, names: Sequence[Category]) -> tuple[Category, ...]:
    """The categories met, after the total."""
    present = (names[int(position)] for position in np.flatnonzero(np.bincount(codes)))
    return (TOTAL, *(category for category in present if category != TOTAL))
