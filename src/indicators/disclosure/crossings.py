"""Dimensions that are crossed: which counts of them add up to which others.

The categories of ``sex*age_group`` add up to those of ``sex``, to those of ``age_group`` and to
the total, whether or not a row of these is published: two crossings that have a dimension in
common add up to the same counts by it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators.table import CROSSING
from indicators.tallies.axes import DIMENSIONS

_CATEGORIES = {name: categories for name, categories in DIMENSIONS if name != "total"}

Texts = NDArray[np.object_]


def is_crossed(dimension: Texts) -> NDArray[np.bool_]:
    """Which of some dimensions are crossed ones."""
    codes, names = pd.factorize(dimension)
    return np.array([CROSSING in str(name) for name in names], bool)[codes]


def unknown_crossings(dimension: Texts, category: Texts) -> NDArray[np.bool_]:
    """Which of some rows are crossed by what is not known, so that nobody knows what it is of."""
    rows = np.flatnonzero(is_crossed(dimension))
    found = np.zeros(len(dimension), bool)
    known = {
        pair: _is_known(*pair) for pair in set(zip(dimension[rows], category[rows], strict=True))
    }
    found[rows] = [not known[pair] for pair in zip(dimension[rows], category[rows], strict=True)]
    return found


def _is_known(dimension: str, category: str) -> bool:
    names, categories = dimension.split(CROSSING), category.split(CROSSING)
    return (
        len(set(names)) == len(names) == len(categories)
        and set(names) <= set(_CATEGORIES)
        and all(part in _CATEGORIES[name] for name, part in zip(names, categories, strict=True))
    )


def in_one_order(dimension: Texts, category: Texts) -> tuple[Texts, Texts]:
    """Dimensions and categories with crossed ones in the order of the alphabet.

    ``age_group*sex`` and ``sex*age_group`` are the same counts.
    """
    rows = np.flatnonzero(is_crossed(dimension))
    if not len(rows):
        return dimension, category
    pairs = list(zip(dimension[rows], category[rows], strict=True))
    ordered = {pair: _ordered(*pair) for pair in set(pairs)}
    dimension, category = dimension.copy(), category.copy()
    dimension[rows] = [ordered[pair][0] for pair in pairs]
    category[rows] = [ordered[pair][1] for pair in pairs]
    return dimension, category


def _ordered(dimension: str, category: str) -> tuple[str, str]:
    parts = sorted(zip(dimension.split(CROSSING), category.split(CROSSING), strict=True))
    return CROSSING.join(name for name, _ in parts), CROSSING.join(part for _, part in parts)


def parts_of_margins(cells: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Crossed cells as parts of what they add up to, for each dimension that has cells too.

    Args:
        cells: With ``dimension`` and ``category``, crossed ones in one order.

    Yields:
        What the parts are called together, and the crossed cells with ``dimension`` and
        ``category`` of the cells that they add up to; their own category is in ``crossed``.
    """
    dimensions = [str(name) for name in cells["dimension"].unique()]
    for crossed in dimensions:
        if CROSSING not in crossed:
            continue
        rows = cells[cells["dimension"] == crossed]
        for margin in dimensions:
            if margin != "total" and _is_part(margin, crossed):
                yield f"{crossed} in {margin}", _moved(rows, crossed, margin)


def pairs_with_common_margin(
    cells: pd.DataFrame,
) -> Iterator[tuple[str, pd.DataFrame, pd.DataFrame]]:
    """Crossed cells that add up to the same counts, which have no cells of their own.

    Yields:
        What they are called together, and the cells of either crossing with ``dimension`` and
        ``category`` of what they have in common.
    """
    dimensions = [str(name) for name in cells["dimension"].unique()]
    for one, other in combinations([name for name in dimensions if CROSSING in name], 2):
        common = [name for name in one.split(CROSSING) if name in other.split(CROSSING)]
        margin = CROSSING.join(common)
        if margin and margin not in (one, other):
            rows = (cells[cells["dimension"] == name] for name in (one, other))
            left, right = (
                _moved(each, name, margin) for each, name in zip(rows, (one, other), strict=True)
            )
            yield f"{one} and {other} by {margin}", left, right


def _is_part(margin: str, crossed: str) -> bool:
    return set(margin.split(CROSSING)) < set(crossed.split(CROSSING))


def _moved(rows: pd.DataFrame, crossed: str, margin: str) -> pd.DataFrame:
    """Crossed cells under the dimension and category of what they are a part of."""
    places = [crossed.split(CROSSING).index(name) for name in margin.split(CROSSING)]
    categories = {
        text: CROSSING.join(text.split(CROSSING)[place] for place in places)
        for text in map(str, rows["category"].unique())
    }
    own = rows["category"]
    return rows.assign(dimension=margin, category=own.map(categories), crossed=own)
